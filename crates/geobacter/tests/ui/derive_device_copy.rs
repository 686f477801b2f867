//! What cannot cross to a device is reported at the field.

use geobacter::prelude::*;

#[derive(Clone, DeviceCopy)]
struct Named {
    id: u32,
    name: String,
}

#[derive(Clone, Copy, DeviceCopy)]
struct Borrowed<'a> {
    data: &'a [f32],
}

#[derive(Clone, Copy, DeviceCopy)]
union Bits {
    float: f32,
    word: u32,
}

fn main() {}
