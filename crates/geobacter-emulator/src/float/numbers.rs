//! NaNs, minima and maxima, classes, parts of numbers, conversions to integers.

use std::cmp::Ordering;

use super::{Mode, f16};

const QUIET32: u32 = 1 << 22;
const QUIET64: u64 = 1 << 51;
/// The NaN that operations without a NaN among their sources give.
const NAN32: f32 = f32::from_bits(0x7fc0_0000);
const NAN64: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

macro_rules! numbers {
    ($ty:ty, $int:ty, $quiet:expr, $nan:expr, $mantissa:literal, $bias:literal,
     $is_signalling:ident $quiet_fn:ident $nan2:ident $nan3:ident $min:ident $max:ident $class:ident
     $frexp_exp:ident $frexp_mant:ident $ldexp:ident $ldexp_of_rounded:ident $fract:ident) => {
        pub(crate) fn $is_signalling(value: $ty) -> bool {
            value.is_nan() && value.to_bits() & $quiet == 0
        }

        pub(crate) fn $quiet_fn(value: $ty) -> $ty {
            <$ty>::from_bits(value.to_bits() | $quiet)
        }

        /// The result of an operation on `a` and `b`, whose NaN, if any, is that of the first source with one.
        #[inline(always)]
        pub(crate) fn $nan2(a: $ty, b: $ty, result: $ty) -> $ty {
            if !result.is_nan() {
                result
            } else if a.is_nan() {
                $quiet_fn(a)
            } else if b.is_nan() {
                $quiet_fn(b)
            } else {
                $nan
            }
        }

        /// The same for three sources.
        #[inline(always)]
        pub(crate) fn $nan3(a: $ty, b: $ty, c: $ty, result: $ty) -> $ty {
            if c.is_nan() && !a.is_nan() && !b.is_nan() { $quiet_fn(c) } else { $nan2(a, b, result) }
        }

        /// `v_min`: the other one where one is NaN; -0 is below +0.
        #[inline(always)]
        pub(crate) fn $min(a: $ty, b: $ty, mode: Mode) -> $ty {
            if mode.ieee && $is_signalling(a) {
                $quiet_fn(a)
            } else if mode.ieee && $is_signalling(b) {
                $quiet_fn(b)
            } else if a.is_nan() {
                b
            } else if b.is_nan() {
                a
            } else if a == b {
                // Equal but for the signs of zeros.
                <$ty>::from_bits(a.to_bits() | b.to_bits())
            } else if a < b {
                a
            } else {
                b
            }
        }

        /// `v_max`: the other one where one is NaN; +0 is above -0.
        #[inline(always)]
        pub(crate) fn $max(a: $ty, b: $ty, mode: Mode) -> $ty {
            if mode.ieee && $is_signalling(a) {
                $quiet_fn(a)
            } else if mode.ieee && $is_signalling(b) {
                $quiet_fn(b)
            } else if a.is_nan() {
                b
            } else if b.is_nan() {
                a
            } else if a == b {
                <$ty>::from_bits(a.to_bits() & b.to_bits())
            } else if a > b {
                a
            } else {
                b
            }
        }

        /// `v_cmp_class`: whether it is of one of the classes whose bits are set.
        pub(crate) fn $class(value: $ty, classes: u32) -> bool {
            let negative = value.is_sign_negative();
            let class = match value.classify() {
                std::num::FpCategory::Nan => u32::from(!$is_signalling(value)),
                std::num::FpCategory::Infinite => {
                    if negative {
                        2
                    } else {
                        9
                    }
                }
                std::num::FpCategory::Normal => {
                    if negative {
                        3
                    } else {
                        8
                    }
                }
                std::num::FpCategory::Subnormal => {
                    if negative {
                        4
                    } else {
                        7
                    }
                }
                std::num::FpCategory::Zero => {
                    if negative {
                        5
                    } else {
                        6
                    }
                }
            };
            classes >> class & 1 != 0
        }

        /// The exponent for which the mantissa is in [0.5, 1).
        pub(crate) fn $frexp_exp(value: $ty) -> i32 {
            if value == 0.0 || !value.is_finite() {
                return 0;
            }
            let bits = value.to_bits();
            let exponent = (bits >> $mantissa) as i32 & (2 * $bias + 1);
            if exponent != 0 {
                return exponent - $bias + 1;
            }
            let fraction = bits & ((1 << $mantissa) - 1);
            let leading = fraction.leading_zeros() as i32 - (<$int>::BITS as i32 - 1 - $mantissa);
            1 - $bias + 1 - leading
        }

        /// The mantissa, in [0.5, 1).
        pub(crate) fn $frexp_mant(value: $ty) -> $ty {
            if value == 0.0 || !value.is_finite() {
                return if value.is_nan() { $quiet_fn(value) } else { value };
            }
            $ldexp(value, -$frexp_exp(value))
        }

        /// `value * 2^exponent`, rounded once.
        pub(crate) fn $ldexp(value: $ty, exponent: i32) -> $ty {
            $ldexp_of_rounded(value, exponent, Ordering::Equal)
        }

        /// The same for a value that is already the nearest to another one, so that both roundings together are one: whose
        /// magnitude is `less` or `greater` than the value's, as `exact` says.
        pub(crate) fn $ldexp_of_rounded(value: $ty, exponent: i32, exact: Ordering) -> $ty {
            if value.is_nan() {
                return $quiet_fn(value);
            }
            if value == 0.0 || value.is_infinite() {
                return value;
            }
            let bits = value.to_bits();
            let sign = bits & 1 << (<$int>::BITS - 1);
            let fraction = bits & ((1 << $mantissa) - 1);
            let old = (bits >> $mantissa) as i64 & (2 * $bias + 1);
            // With its leading bit in place, also of a denormal.
            let (significand, old) = if old != 0 {
                (fraction | 1 << $mantissa, old)
            } else {
                let up = fraction.leading_zeros() - (<$int>::BITS - 1 - $mantissa);
                (fraction << up, 1 - i64::from(up))
            };
            let new = old + i64::from(exponent);
            if new > 2 * $bias {
                return <$ty>::from_bits(sign | <$ty>::INFINITY.to_bits());
            }
            if new >= 1 {
                return <$ty>::from_bits(sign | (new as $int) << $mantissa | significand & ((1 << $mantissa) - 1));
            }
            let down = 1 - new;
            if down > $mantissa + 1 {
                return <$ty>::from_bits(sign);
            }
            let (quotient, remainder) = (significand >> down, significand & ((1 << down) - 1));
            let half = 1 << (down - 1);
            let up = match remainder.cmp(&half).then(exact) {
                Ordering::Less => false,
                Ordering::Equal => quotient & 1 == 1,
                Ordering::Greater => true,
            };
            // A carry makes it the smallest normal number, whose bits follow the largest denormal's.
            <$ty>::from_bits(sign | (quotient + <$int>::from(up)))
        }

        /// `value - floor(value)`, below 1.
        pub(crate) fn $fract(value: $ty) -> $ty {
            let below_one = <$ty>::from_bits((1.0 as $ty).to_bits() - 1);
            let fraction = value - value.floor();
            $nan2(value, value, if fraction > below_one { below_one } else { fraction })
        }
    };
}

numbers!(f32, u32, QUIET32, NAN32, 23, 127, is_signalling32 quiet32 nan2 nan3 min32 max32 class32 frexp_exp32
         frexp_mant32 ldexp32 ldexp32_of_rounded fract32);
numbers!(f64, u64, QUIET64, NAN64, 52, 1023, is_signalling64 quiet64 nan2_64 nan3_64 min64 max64 class64
         frexp_exp64 frexp_mant64 ldexp64 ldexp64_of_rounded fract64);

/// `v_med3`: the middle one; the minimum where one is NaN.
pub(crate) fn med3_32(a: f32, b: f32, c: f32, mode: Mode) -> f32 {
    if a.is_nan() || b.is_nan() || c.is_nan() {
        return min32(min32(a, b, mode), c, mode);
    }
    let largest = max32(max32(a, b, mode), c, mode);
    if largest == a {
        max32(b, c, mode)
    } else if largest == b {
        max32(a, c, mode)
    } else {
        max32(a, b, mode)
    }
}

/// `v_cmp_class_f16`.
pub(crate) fn class16(bits: u16, classes: u32) -> bool {
    if bits & 0x7fff > f16::INFINITY {
        return classes & if f16::is_signalling(bits) { 1 } else { 2 } != 0;
    }
    // Denormal as an `f16`, normal as an `f32`.
    if bits & 0x7c00 == 0 && bits & 0x3ff != 0 {
        return classes >> (if bits & 0x8000 != 0 { 4 } else { 7 }) & 1 != 0;
    }
    class32(f16::to_f32(bits), classes)
}

fn quiet16(bits: u16) -> u16 {
    bits | 0x0200
}

pub(crate) fn min16(a: u16, b: u16, mode: Mode) -> u16 {
    choose16(a, b, mode, |a, b| a < b, |a, b| a | b)
}

pub(crate) fn max16(a: u16, b: u16, mode: Mode) -> u16 {
    choose16(a, b, mode, |a, b| a > b, |a, b| a & b)
}

fn choose16(a: u16, b: u16, mode: Mode, first: fn(f32, f32) -> bool, equal: fn(u16, u16) -> u16) -> u16 {
    let (x, y) = (f16::to_f32(a), f16::to_f32(b));
    if mode.ieee && f16::is_signalling(a) {
        quiet16(a)
    } else if mode.ieee && f16::is_signalling(b) {
        quiet16(b)
    } else if x.is_nan() {
        b
    } else if y.is_nan() {
        a
    } else if x == y {
        equal(a, b)
    } else if first(x, y) {
        a
    } else {
        b
    }
}

pub(crate) fn med3_16(a: u16, b: u16, c: u16, mode: Mode) -> u16 {
    let [x, y, z] = [a, b, c].map(f16::to_f32);
    if x.is_nan() || y.is_nan() || z.is_nan() {
        return min16(min16(a, b, mode), c, mode);
    }
    let largest = f16::to_f32(max16(max16(a, b, mode), c, mode));
    if largest == x {
        max16(b, c, mode)
    } else if largest == y {
        max16(a, c, mode)
    } else {
        max16(a, b, mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ldexp_is_exact_or_rounds_once() {
        let values = [1.0_f32, 1.5, f32::MIN_POSITIVE, f32::MAX, 1e-45, 3e-42, -1.999_999_9, 0.0, f32::INFINITY];
        for value in values {
            for exponent in -600..600 {
                // Exact in f64 but for the far ends, where both give zero or infinity.
                let expected = (f64::from(value) * 2.0_f64.powi(exponent)) as f32;
                let got = ldexp32(value, exponent);
                assert_eq!(got.to_bits(), expected.to_bits(), "{value:e} * 2^{exponent}: {got:e}, not {expected:e}");
            }
        }
        assert_eq!(ldexp64(1.0, -1074), f64::from_bits(1));
        assert_eq!(ldexp64(1.0, -1075), 0.0);
        assert_eq!(ldexp64(1.5, -1075), f64::from_bits(1));
        assert_eq!(ldexp64(f64::from_bits(1), 1074 + 1023), 2.0_f64.powi(1023));
        assert_eq!(ldexp64(f64::MAX, -2097), ldexp64(ldexp64(f64::MAX, -1000), -1097));
    }

    #[test]
    fn mantissa_and_exponent_make_the_number_again() {
        for value in [1.0_f32, 0.75, 1e-45, f32::MIN_POSITIVE, f32::MAX, -3.0, 1e-40] {
            let (mantissa, exponent) = (frexp_mant32(value), frexp_exp32(value));
            assert!((0.5..1.0).contains(&mantissa.abs()), "{value:e}: {mantissa}");
            assert_eq!(f64::from(mantissa) * 2.0_f64.powi(exponent), f64::from(value));
        }
        assert_eq!((frexp_exp32(0.0), frexp_exp32(f32::INFINITY)), (0, 0));
        assert_eq!(frexp_exp64(f64::from_bits(1)), -1073);
    }

    #[test]
    fn minima_and_maxima_prefer_numbers_and_know_the_signs_of_zeros() {
        let mode = Mode { ieee: true, ..Mode::default() };
        assert_eq!(min32(f32::NAN, 1.0, mode), 1.0);
        assert_eq!(max32(2.0, f32::NAN, mode), 2.0);
        assert!(min32(0.0, -0.0, mode).is_sign_negative() && max32(-0.0, 0.0, mode).is_sign_positive());
        let signalling = f32::from_bits(0x7f80_0001);
        assert_eq!(min32(1.0, signalling, mode).to_bits(), 0x7fc0_0001);
        assert_eq!(min32(1.0, signalling, Mode::default()), 1.0);
        assert_eq!(med3_32(3.0, 1.0, 2.0, mode), 2.0);
    }
}
