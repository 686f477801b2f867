//! The built-in functions and vector types of OpenCL C that Rust lacks, for kernels and the host alike.
//!
//! A function takes scalars or vectors, and works element by element on vectors: `mix(a, b, t)` is there for `f32`, `f64`,
//! `Vec4<f32>`, ... Definitions, and what happens at the edges, are those of "The OpenCL C Specification", version 3.0,
//! sections 6.15.2 (math), 6.15.3 (integer), 6.15.4 (common), 6.15.5 (geometric), 6.15.6 (relational), 6.4.3 (conversions) and
//! 6.15.13 (shuffles).
//!
//! ```
//! use geobacter_math::{Float4, mix, smoothstep};
//!
//! assert_eq!(mix(1.0f32, 3.0, 0.25), 1.5);
//! let a = Float4::new(0.0, 1.0, 2.0, 3.0);
//! assert_eq!(mix(a, Float4::splat(1.0), Float4::splat(0.5)).wzyx(), Float4::new(2.0, 1.5, 1.0, 0.5));
//! assert_eq!(smoothstep(0.0, 10.0, 5.0), 0.5);
//! ```
//!
//! What Rust has as a method (`sin`, `floor`, `hypot`, `count_ones`, ...) is not repeated, but where OpenCL C says something
//! else, or for its vectors: [`Gentype::map`] applies any function to each element.
//!
//! | module | |
//! |---|---|
//! | [`common`] | `clamp`, `mix`, `step`, `smoothstep`, `sign`, `degrees`, `radians` |
//! | [`arithmetic`] | `fma`, `mad`, `fdim`, `fmod`, `remainder`, `remquo`, `maxmag`, `minmag`, `rsqrt` |
//! | [`parts`] | `fract`, `frexp`, `ldexp`, `ilogb`, `logb`, `modf`, `nan`, `nextafter` |
//! | [`angles`] | `sinpi`, `cospi`, `tanpi`, `asinpi`, `acospi`, `atanpi`, `atan2pi`, and `asinh`, `acosh`, `atanh` |
//! | [`powers`] | `pown`, `powr`, `rootn`, `exp10` |
//! | [`special`] | `lgamma`, `tgamma`, `erf`, `erfc` |
//! | [`integer`] | `mul_hi`, `mad24`, `hadd`, `abs_diff`, `add_sat`, `rotate`, `popcount`, `clz`, `upsample`, ... |
//! | [`geometric`] | `dot`, `cross`, `length`, `distance`, `normalize`, and `fast_` ones |
//! | [`relational`] | `isless`, `isnan`, `any`, `all`, `select`, `bitselect`, ... |
//! | [`convert`] | `convert`, `convert_sat`, with rounding modes |
//! | [`vector`] | [`Vec2`] to [`Vec16`], swizzles, `shuffle`, `shuffle2` |
//! | [`fast`] | the hardware's own approximations, for `f32` |
//! | [`native`] | `native_*` and `half_*` |
//!
//! # Errors
//! Each function says how far it may be from the exact result, in units in the last place (ULP). The benchmark `accuracy` of
//! the `geobacter` crate measures it.
//!
//! # Why this links `std`
//! Square roots, fused multiplication and rounding are single instructions, and stable Rust has them in `std` only.
#![no_std]

extern crate std;

pub mod angles;
pub mod arithmetic;
pub mod common;
pub mod convert;
pub mod fast;
mod float;
mod gentype;
pub mod geometric;
pub mod integer;
pub mod native;
pub mod parts;
pub mod powers;
pub mod relational;
pub mod special;
pub mod vector;

pub use angles::*;
pub use arithmetic::*;
pub use common::*;
pub use convert::*;
pub use float::Float;
pub use gentype::{Element, Gentype, Vector};
pub use geometric::*;
pub use integer::*;
pub use native::*;
pub use parts::*;
pub use powers::*;
pub use relational::*;
pub use special::*;
pub use vector::*;
