//! `ptx!`: PTX inside a kernel. LLVM passes it on as it is; the driver's assembler reads it when the kernel is loaded.

use crate::targets::{Dialect, OperandType};

pub(super) static DIALECT: Dialect =
    Dialect { name: "ptx", comment: "//", constraint, registers: |_| None, forbidden: |_| None, flags: &[] };

/// By the type: PTX has registers without end, of each type its own.
fn constraint(class: &str, ty: OperandType) -> Result<&'static str, String> {
    if !class.is_empty() {
        return Err(format!("PTX has no register class `{class}`: the type says it all, `in(u32)`"));
    }
    Ok(match ty {
        OperandType::Int32 => "r",
        OperandType::Int64 => "l",
        OperandType::Float32 => "f",
        OperandType::Float64 => "d",
    })
}
