//! There is no assembly of the checking device.

use crate::targets::Dialect;

pub(super) static DIALECT: Dialect = Dialect {
    // No macro has this name.
    name: "",
    comment: "#",
    constraint: |_, _| Err("the checking device has no assembly".to_owned()),
    registers: |_| None,
    forbidden: |_| None,
    flags: &[],
};
