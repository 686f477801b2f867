//! Derives for kernel arguments.
//!
//! Re-exported by `geobacter`, where they share their names with the traits they implement, and where there are
//! examples.

mod device_copy;
mod kernel_arg;
mod paths;
mod swizzles;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Lets a type cross to devices by value: as a kernel argument, and as the element of a buffer.
///
/// For structs and enums, generic or not, all of whose fields are `DeviceCopy`; type parameters are required to be.
/// Host and device share one compile and so one layout: no `repr` is needed. The type must be `Copy` too. A field that
/// points to host memory (a reference, a `String`, a `Vec`) is an error at that field, and so is a union, because what
/// it holds cannot be checked.
#[proc_macro_derive(DeviceCopy)]
pub fn derive_device_copy(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), device_copy::expand)
}

/// Makes a struct of kernel parameters a kernel parameter itself, and generates the struct that the host passes for it.
///
/// Fields are what a kernel could take one by one: scalars, `&'a [T]`, per-item outputs, other such structs. The struct
/// may have one lifetime parameter, which is the run of the kernel, and type parameters, which are required to be
/// `DeviceCopy`.
///
/// For `struct Params`, the host passes a `ParamsArgs`: the same fields with the same visibility, each holding what the
/// host would pass for such a parameter (`f32` for `f32`, `&Buffer<T>` for `&[T]`, `&mut Buffer<T>` for `PerItem<T>`).
#[proc_macro_derive(KernelArg)]
pub fn derive_kernel_arg(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), kernel_arg::expand)
}

/// Methods that pick elements of a vector by name, for the vector types of `geobacter-math`: `swizzles!(Vec3 xyz)`.
#[doc(hidden)]
#[proc_macro]
pub fn swizzles(input: TokenStream) -> TokenStream {
    swizzles::expand(parse_macro_input!(input as swizzles::Input)).into()
}

fn expand(input: DeriveInput, with: fn(DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    with(input).unwrap_or_else(|error| error.into_compile_error()).into()
}
