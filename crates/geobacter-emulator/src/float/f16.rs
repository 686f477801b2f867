//! Half precision by its bits (IEEE 754 binary16).

pub(crate) const INFINITY: u16 = 0x7c00;
/// The largest finite value, 65504.
pub(crate) const LARGEST: u16 = 0x7bff;
const QUIET: u16 = 0x0200;

/// Exact.
pub(crate) fn to_f32(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, mantissa) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    f32::from_bits(match exponent {
        0 => {
            // 2^-24 for each unit.
            let magnitude = mantissa as f32 * f32::from_bits((127 - 24) << 23);
            sign | magnitude.to_bits()
        }
        0x1f if mantissa != 0 => sign | 0x7fc0_0000 | mantissa << 13,
        0x1f => sign | 0x7f80_0000,
        _ => sign | (exponent + 127 - 15) << 23 | mantissa << 13,
    })
}

/// Rounds to nearest even.
pub(crate) fn from_f64(value: f64) -> u16 {
    round(value, |quotient, remainder, half| remainder > half || remainder == half && quotient & 1 == 1, INFINITY)
}

/// Rounds toward zero; what is too large becomes the largest finite value.
pub(crate) fn from_f64_toward_zero(value: f64) -> u16 {
    round(value, |_, _, _| false, LARGEST)
}

fn round(value: f64, up: impl Fn(u64, u64, u64) -> bool, overflow: u16) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1023;
    let mantissa = bits & ((1 << 52) - 1);
    if exponent == 1024 {
        return sign | if mantissa == 0 { INFINITY } else { INFINITY | QUIET | (mantissa >> 42) as u16 };
    }
    // Below half of the smallest denormal, 2^-25, everything rounds to zero.
    if exponent < -25 {
        return sign;
    }
    let significand = mantissa | 1 << 52;
    let shift = (42 + (-14 - exponent).max(0)) as u32;
    let (quotient, remainder) = (significand >> shift, significand & ((1 << shift) - 1));
    let rounded = quotient + u64::from(up(quotient, remainder, 1 << (shift - 1)));
    // A carry out of the mantissa is what makes the exponent one larger, also from denormal to normal.
    let magnitude = if exponent >= -14 { ((exponent + 15) as u64) * 1024 + rounded - 1024 } else { rounded };
    sign | if magnitude >= u64::from(INFINITY) { overflow } else { magnitude as u16 }
}

/// A denormal becomes a zero of its sign.
pub(crate) fn flush(bits: u16) -> u16 {
    if bits & 0x7c00 == 0 { bits & 0x8000 } else { bits }
}

/// Whether it is a NaN that signals.
pub(crate) fn is_signalling(bits: u16) -> bool {
    bits & 0x7fff > INFINITY && bits & QUIET == 0
}

/// `a * b + c`, rounded once.
pub(crate) fn fma(a: u16, b: u16, c: u16) -> u16 {
    let product = f64::from(to_f32(a)) * f64::from(to_f32(b));
    from_f64(add_to_odd(product, f64::from(to_f32(c))))
}

/// `a + b`, and where that is not exact, the neighbour of it whose last bit is set: rounding that further to half precision
/// gives the same as rounding the exact sum.
fn add_to_odd(a: f64, b: f64) -> f64 {
    let sum = a + b;
    // The rounding error, exactly (Knuth's two-sum).
    let b_part = sum - a;
    let error = (a - (sum - b_part)) + (b - b_part);
    if error == 0.0 || !sum.is_finite() || sum.to_bits() & 1 == 1 {
        return sum;
    }
    let away = (error > 0.0) == (sum > 0.0);
    f64::from_bits(if away { sum.to_bits() + 1 } else { sum.to_bits() - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_converts_there_and_back() {
        for bits in 0..=u16::MAX {
            let value = to_f32(bits);
            if value.is_nan() {
                assert_eq!(from_f64(value.into()), bits | QUIET);
            } else {
                assert_eq!(from_f64(value.into()), bits);
                assert_eq!(from_f64_toward_zero(value.into()), bits);
            }
        }
    }

    #[test]
    fn halfway_values_round_to_even() {
        for bits in 0..LARGEST {
            let (low, high) = (f64::from(to_f32(bits)), f64::from(to_f32(bits + 1)));
            let middle = (low + high) / 2.0;
            assert_eq!(from_f64(middle), bits + (bits & 1));
            assert_eq!(from_f64(middle.next_up()), bits + 1);
            assert_eq!(from_f64(middle.next_down()), bits);
            assert_eq!(from_f64_toward_zero(high.next_down()), bits);
        }
        assert_eq!(from_f64(65520.0), INFINITY);
        assert_eq!(from_f64(65519.9), LARGEST);
        assert_eq!(from_f64_toward_zero(1e9), LARGEST);
    }

    #[test]
    fn a_fused_multiply_add_rounds_once() {
        // 0x3c01 * 0x3c01 = 1 + 2^-9 + 2^-20, so the tie with 2^-24 below is decided by the exact product.
        assert_eq!(fma(0x3c01, 0x3c01, 0), 0x3c02);
        // 2^15 * 1 + 2^-24: far below the last place, but above the tie at 2^15 + 16.
        let tie = from_f64(16.0);
        assert_eq!(fma(from_f64(32768.0), from_f64(1.0), tie), from_f64(32768.0));
        // (2^8 + 2^-2) * 2^6 = 2^14 + 2^4 is exact at 2^14, whose last place is 2^4.
        assert_eq!(fma(from_f64(256.25), from_f64(64.0), from_f64(-8.0)), from_f64(16392.0));
    }
}
