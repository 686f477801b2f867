//! OpenCL C's conversions (section 6.4.3): `convert_<type><_sat><_rounding>(x)` is `convert_sat_rounding::<type, _>(x)`.
//!
//! ```
//! use geobacter_math::{Float4, convert, convert_rte, convert_sat};
//!
//! let x = Float4::new(-1.5, 2.5, 300.0, f32::NAN);
//! assert_eq!(convert_sat::<u8, _>(x).to_array(), [0, 2, 255, 0]);
//! assert_eq!(convert_rte::<i32, _>(2.5f32), 2);
//! assert_eq!(convert::<u8, _>(0x123i32), 0x23);
//! ```

use crate::{Element, Gentype};

/// To which neighbour what has no exact counterpart is rounded.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, and halfway between to the even one.
    Even,
    /// Towards zero.
    Zero,
    /// Towards positive infinity.
    Up,
    /// Towards negative infinity.
    Down,
}

/// A number that converts to `U`.
pub trait Convert<U>: Element {
    /// The rounding where none is asked for: towards zero for integers, to nearest for floating-point numbers.
    #[doc(hidden)]
    const DEFAULT: Rounding;
    #[doc(hidden)]
    fn converted(self, rounding: Rounding) -> U;
    #[doc(hidden)]
    fn saturated(self, rounding: Rounding) -> U;
}

macro_rules! integer_to_integer {
    ($($from:ident)*) => { $(integer_to_integer!(@from $from: i8 u8 i16 u16 i32 u32 i64 u64);)* };
    (@from $from:ident: $($to:ident)*) => {$(
        impl Convert<$to> for $from {
            const DEFAULT: Rounding = Rounding::Zero;
            #[inline(always)]
            fn converted(self, _: Rounding) -> $to { self as $to }
            #[inline(always)]
            fn saturated(self, _: Rounding) -> $to {
                i128::from(self).clamp($to::MIN.into(), $to::MAX.into()) as $to
            }
        }
    )*};
}
integer_to_integer!(i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! float_to_integer {
    ($($from:ident)*) => { $(float_to_integer!(@from $from: i8 u8 i16 u16 i32 u32 i64 u64);)* };
    (@from $from:ident: $($to:ident)*) => {$(
        impl Convert<$to> for $from {
            const DEFAULT: Rounding = Rounding::Zero;
            /// What does not fit is undefined in OpenCL C; here it saturates.
            #[inline(always)]
            fn converted(self, rounding: Rounding) -> $to { self.saturated(rounding) }
            #[inline(always)]
            fn saturated(self, rounding: Rounding) -> $to {
                // `as` truncates, saturates, and makes 0 of NaN.
                match rounding {
                    Rounding::Even => self.round_ties_even() as $to,
                    Rounding::Zero => self as $to,
                    Rounding::Up => self.ceil() as $to,
                    Rounding::Down => self.floor() as $to,
                }
            }
        }
    )*};
}
float_to_integer!(f32 f64);

macro_rules! to_float {
    ($($from:ident)*) => { $(to_float!(@from $from: f32 f64);)* };
    (@from $from:ident: $($to:ident)*) => {$(
        impl Convert<$to> for $from {
            const DEFAULT: Rounding = Rounding::Even;
            #[inline(always)]
            fn converted(self, rounding: Rounding) -> $to {
                let nearest = self as $to;
                // As wide integers both are exact; the largest u64 rounds to 2^64.
                let off = |y: $to| (y as i128).cmp(&i128::from(self));
                match rounding {
                    Rounding::Even => nearest,
                    Rounding::Zero if self < $from::default() => directed(nearest, off(nearest), Rounding::Up),
                    Rounding::Zero => directed(nearest, off(nearest), Rounding::Down),
                    _ => directed(nearest, off(nearest), rounding),
                }
            }
            #[inline(always)]
            fn saturated(self, rounding: Rounding) -> $to { self.converted(rounding) }
        }
    )*};
}
to_float!(i8 u8 i16 u16 i32 u32 i64 u64);

/// The neighbour on the other side, where the nearest is on the wrong one.
#[inline(always)]
fn directed<F: crate::Float>(nearest: F, off: core::cmp::Ordering, rounding: Rounding) -> F {
    match rounding {
        Rounding::Up if off.is_lt() => nearest.next_up(),
        Rounding::Down if off.is_gt() => nearest.next_down(),
        _ => nearest,
    }
}

macro_rules! float_to_float {
    ($($from:ident $to:ident;)*) => {$(
        impl Convert<$to> for $from {
            const DEFAULT: Rounding = Rounding::Even;
            #[inline(always)]
            fn converted(self, rounding: Rounding) -> $to {
                let nearest = self as $to;
                if self.is_nan() {
                    return nearest;
                }
                let off = f64::from(nearest).partial_cmp(&f64::from(self)).unwrap_or(core::cmp::Ordering::Equal);
                match rounding {
                    Rounding::Even => nearest,
                    Rounding::Zero if self < 0.0 => directed(nearest, off, Rounding::Up),
                    Rounding::Zero => directed(nearest, off, Rounding::Down),
                    _ => directed(nearest, off, rounding),
                }
            }
            #[inline(always)]
            fn saturated(self, rounding: Rounding) -> $to { self.converted(rounding) }
        }
    )*};
}
float_to_float!(f32 f32; f32 f64; f64 f32; f64 f64;);

macro_rules! conversions {
    ($($(#[$doc:meta])* $name:ident $method:ident $rounding:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<U: Element, V: Gentype<Element: Convert<U>>>(x: V) -> V::Of<U> {
            x.map_to(|x| x.$method($rounding))
        }
    )*};
}

conversions! {
    /// To an integer: truncated, and from an integer wrapped around. To a floating-point number: the nearest. What does not fit
    /// an integer saturates, where OpenCL C leaves it undefined; NaN becomes 0.
    convert converted <V::Element as Convert<U>>::DEFAULT;
    /// As [`convert`], but what does not fit becomes the nearest number that does.
    convert_sat saturated <V::Element as Convert<U>>::DEFAULT;
    /// As [`convert`], rounded to nearest, ties to even.
    convert_rte converted Rounding::Even;
    /// As [`convert`], rounded towards zero.
    convert_rtz converted Rounding::Zero;
    /// As [`convert`], rounded towards positive infinity.
    convert_rtp converted Rounding::Up;
    /// As [`convert`], rounded towards negative infinity.
    convert_rtn converted Rounding::Down;
    /// As [`convert_sat`], rounded to nearest, ties to even.
    convert_sat_rte saturated Rounding::Even;
    /// As [`convert_sat`], rounded towards zero.
    convert_sat_rtz saturated Rounding::Zero;
    /// As [`convert_sat`], rounded towards positive infinity.
    convert_sat_rtp saturated Rounding::Up;
    /// As [`convert_sat`], rounded towards negative infinity.
    convert_sat_rtn saturated Rounding::Down;
}
