//! IEEE 754 binary16, to and from `f32`, in integer arithmetic and exact operations: no device's rounding or denormal
//! mode has a say in it, so all agree on every bit.

/// Exponent bias of `f32` less that of binary16.
const BIAS: u32 = 127 - 15;
/// Bits of a fraction in `f32` less those in binary16.
const SHIFT: u32 = 23 - 10;
const SIGN: u32 = 0x8000_0000;
/// Exponent bits of binary16 where `f32` has its fraction's top and exponent.
const EXPONENT: u32 = 0x7c00 << SHIFT;
/// Smallest normal number of binary16, as `f32`.
const SMALLEST_NORMAL: u32 = (BIAS + 1) << 23;
/// 2^16, as `f32`: beyond every number of binary16.
const TOO_LARGE: u32 = (127 + 16) << 23;
/// An `f32` whose unit in the last place is that of binary16's subnormal numbers, 2^-24.
const SUBNORMAL_UNIT: u32 = (127 - 24 + 23) << 23;
const INFINITY: u32 = 0x7c00;
const NAN: u32 = 0x7e00;

/// Exact: every half is an `f32`.
#[inline(always)]
pub(super) fn decode(half: u16) -> f32 {
    let sign = (u32::from(half) << 16) & SIGN;
    let magnitude = (u32::from(half) & 0x7fff) << SHIFT;
    let value = match magnitude & EXPONENT {
        // Infinities and NaNs keep the largest exponent.
        EXPONENT => magnitude + ((2 * BIAS) << 23),
        // Subnormal: the difference of two normal numbers, which is exact.
        0 => (f32::from_bits(magnitude + SMALLEST_NORMAL) - f32::from_bits(SMALLEST_NORMAL)).to_bits(),
        _ => magnitude + (BIAS << 23),
    };
    f32::from_bits(value | sign)
}

/// To the nearest half, ties to even; a NaN gives the quiet NaN without payload.
#[inline(always)]
pub(super) fn encode(value: f32) -> u16 {
    let sign = (value.to_bits() & SIGN) >> 16;
    let magnitude = value.to_bits() & !SIGN;
    let half = if magnitude >= TOO_LARGE {
        if magnitude > 0x7f80_0000 { NAN } else { INFINITY }
    } else if magnitude < SMALLEST_NORMAL {
        // The addition rounds at the subnormal numbers' last place, to nearest, ties to even.
        (f32::from_bits(magnitude) + f32::from_bits(SUBNORMAL_UNIT)).to_bits() - SUBNORMAL_UNIT
    } else {
        // Rounds half up less one where the result is even; a carry goes into the exponent, up to infinity, as it should.
        let odd = (magnitude >> SHIFT) & 1;
        (magnitude - (BIAS << 23) + ((1 << (SHIFT - 1)) - 1) + odd) >> SHIFT
    };
    (half | sign) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the definition of the format.
    fn value(half: u16) -> f64 {
        let (exponent, fraction) = (i32::from(half >> 10 & 31), f64::from(half & 0x3ff));
        let magnitude = match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
        };
        if half >> 15 == 1 { -magnitude } else { magnitude }
    }

    #[test]
    fn every_half_is_decoded_exactly() {
        for half in 0..=u16::MAX {
            let (actual, expected) = (f64::from(decode(half)), value(half));
            assert!(actual.to_bits() == expected.to_bits() || actual.is_nan() && expected.is_nan(), "{half:#06x}");
        }
    }

    #[test]
    fn every_half_survives_the_way_there_and_back() {
        for half in (0..=u16::MAX).filter(|h| !value(*h).is_nan()) {
            assert_eq!(encode(decode(half)), half, "{half:#06x}");
        }
        assert_eq!(encode(f32::NAN), 0x7e00);
        assert_eq!(encode(f32::from_bits(0xff80_0001)), 0xfe00);
    }

    #[test]
    fn what_lies_between_two_halves_goes_to_the_nearer_and_ties_to_the_even() {
        for low in 0..0x7c00u16 {
            let high = low + 1;
            // Where numbers end, the next one counts as the power of two that would follow.
            let next = if high == 0x7c00 { 65536.0 } else { value(high) };
            let middle = ((value(low) + next) / 2.0) as f32;
            let even = if low % 2 == 0 { low } else { high };
            for (sign, bit) in [(1.0, 0), (-1.0, 0x8000)] {
                assert_eq!(encode(sign * middle), even | bit, "{low:#06x}");
                assert_eq!(encode(sign * middle.next_down()), low | bit, "{low:#06x}");
                assert_eq!(encode(sign * middle.next_up()), high | bit, "{low:#06x}");
            }
        }
        assert_eq!((encode(1e-45), encode(-1e-45), encode(f32::MAX)), (0, 0x8000, 0x7c00));
    }
}
