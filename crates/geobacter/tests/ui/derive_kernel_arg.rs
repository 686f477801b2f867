//! A field that no kernel can take is reported at the field.

use geobacter::prelude::*;

#[derive(KernelArg)]
struct Owned {
    alpha: f32,
    data: Vec<f32>,
}

#[derive(KernelArg)]
enum Either<'a> {
    Data(&'a [f32]),
}

fn main() {}
