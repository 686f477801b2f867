//! Floating-point scalars, so that functions are written once for both.

use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

use crate::{Element, Int};

/// `f32` or `f64`.
pub trait Float: Methods {
    /// What comparisons give: an integer as wide as the number.
    type Mask: Int;
}

impl Float for f32 {
    type Mask = i32;
}
impl Float for f64 {
    type Mask = i64;
}

macro_rules! methods {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)*) => {
        /// The methods and constants of floating-point numbers that functions here are made of.
        pub trait Methods:
            Element
            + Add<Output = Self>
            + Sub<Output = Self>
            + Mul<Output = Self>
            + Div<Output = Self>
            + Rem<Output = Self>
            + Neg<Output = Self>
        {
            const ZERO: Self;
            const HALF: Self;
            const ONE: Self;
            const TWO: Self;
            const NAN: Self;
            const INFINITY: Self;
            const MIN_POSITIVE: Self;
            /// Pi, and what this rounding of it lacks.
            const PI: [Self; 2];
            const FRAC_1_PI: Self;
            const LN_2: Self;
            /// The largest number below 1.
            const BELOW_ONE: Self;
            /// Bits of the significand that are stored.
            const SIGNIFICAND: u32;
            /// What is added to exponents.
            const BIAS: i32;

            fn to_f64(self) -> f64;
            fn from_f64(x: f64) -> Self;
            fn from_i32(n: i32) -> Self;
            /// The bits, as the low ones.
            fn bits(self) -> u64;
            fn of_bits(bits: u64) -> Self;
            $(fn $name(self $(, $arg: $ty)*) -> $ret;)*
        }

        impl Methods for f32 {
            const ZERO: Self = 0.0;
            const HALF: Self = 0.5;
            const ONE: Self = 1.0;
            const TWO: Self = 2.0;
            const NAN: Self = f32::NAN;
            const INFINITY: Self = f32::INFINITY;
            const MIN_POSITIVE: Self = f32::MIN_POSITIVE;
            const PI: [Self; 2] = [core::f32::consts::PI, -8.742_278e-8];
            const FRAC_1_PI: Self = core::f32::consts::FRAC_1_PI;
            const LN_2: Self = core::f32::consts::LN_2;
            const BELOW_ONE: Self = 1.0 - f32::EPSILON / 2.0;
            const SIGNIFICAND: u32 = f32::MANTISSA_DIGITS - 1;
            const BIAS: i32 = f32::MAX_EXP - 1;

            #[inline(always)]
            fn to_f64(self) -> f64 { self.into() }
            #[inline(always)]
            fn from_f64(x: f64) -> Self { x as f32 }
            #[inline(always)]
            fn from_i32(n: i32) -> Self { n as f32 }
            #[inline(always)]
            fn bits(self) -> u64 { self.to_bits().into() }
            #[inline(always)]
            fn of_bits(bits: u64) -> Self { f32::from_bits(bits as u32) }
            $(#[inline(always)]
            fn $name(self $(, $arg: $ty)*) -> $ret { <f32>::$name(self $(, $arg)*) })*
        }

        impl Methods for f64 {
            const ZERO: Self = 0.0;
            const HALF: Self = 0.5;
            const ONE: Self = 1.0;
            const TWO: Self = 2.0;
            const NAN: Self = f64::NAN;
            const INFINITY: Self = f64::INFINITY;
            const MIN_POSITIVE: Self = f64::MIN_POSITIVE;
            const PI: [Self; 2] = [core::f64::consts::PI, 1.224_646_799_147_353_2e-16];
            const FRAC_1_PI: Self = core::f64::consts::FRAC_1_PI;
            const LN_2: Self = core::f64::consts::LN_2;
            const BELOW_ONE: Self = 1.0 - f64::EPSILON / 2.0;
            const SIGNIFICAND: u32 = f64::MANTISSA_DIGITS - 1;
            const BIAS: i32 = f64::MAX_EXP - 1;

            #[inline(always)]
            fn to_f64(self) -> f64 { self }
            #[inline(always)]
            fn from_f64(x: f64) -> Self { x }
            #[inline(always)]
            fn from_i32(n: i32) -> Self { n.into() }
            #[inline(always)]
            fn bits(self) -> u64 { self.to_bits() }
            #[inline(always)]
            fn of_bits(bits: u64) -> Self { f64::from_bits(bits) }
            $(#[inline(always)]
            fn $name(self $(, $arg: $ty)*) -> $ret { <f64>::$name(self $(, $arg)*) })*
        }
    };
}

methods! {
    abs() -> Self;
    is_nan() -> bool;
    is_infinite() -> bool;
    is_finite() -> bool;
    is_normal() -> bool;
    is_sign_negative() -> bool;
    copysign(sign: Self) -> Self;
    floor() -> Self;
    trunc() -> Self;
    round_ties_even() -> Self;
    sqrt() -> Self;
    mul_add(b: Self, c: Self) -> Self;
    min(other: Self) -> Self;
    max(other: Self) -> Self;
    next_up() -> Self;
    next_down() -> Self;
    sin() -> Self;
    cos() -> Self;
    asin() -> Self;
    acos() -> Self;
    atan() -> Self;
    atan2(x: Self) -> Self;
    ln() -> Self;
    ln_1p() -> Self;
    powf(y: Self) -> Self;
    to_degrees() -> Self;
    to_radians() -> Self;
}

/// A function with a version for each type, of which `f32`'s goes through `f64`: that is exact to far less than 1 ULP.
macro_rules! through_f64 {
    ($x:expr, $f:expr) => {{
        let f: fn(f64) -> f64 = $f;
        <_ as $crate::float::Methods>::from_f64(f($x.to_f64()))
    }};
}
pub(crate) use through_f64;
