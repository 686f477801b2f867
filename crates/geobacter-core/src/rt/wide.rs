//! Conversions between 128-bit integers and floating numbers, which no GPU back end expands by itself.
//!
//! Written with 64-bit conversions and integer arithmetic only: a 128-bit `as` would call the very function it is in.

/// `u128 as f64`, rounded to nearest, ties to even.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_u128_to_f64(x: u128) -> f64 {
    let shift = 128 - x.leading_zeros();
    if shift <= 64 {
        return x as u64 as f64;
    }
    // The highest 64 bits hold the 53 of the result and the one that rounds; any lower bit only breaks ties.
    let (kept, lost) = (x >> (shift - 64), x << (192 - shift));
    let sticky = u64::from(lost != 0);
    (kept as u64 | sticky) as f64 * power_of_two(shift - 64)
}

/// `i128 as f64`, rounded to nearest, ties to even.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_i128_to_f64(x: i128) -> f64 {
    let magnitude = __geobacter_rt_u128_to_f64(x.unsigned_abs());
    if x < 0 { -magnitude } else { magnitude }
}

/// `u128 as f32`, rounded once, to nearest, ties to even.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_u128_to_f32(x: u128) -> f32 {
    let shift = 128 - x.leading_zeros();
    if shift <= 64 {
        return x as u64 as f32;
    }
    let (kept, lost) = (x >> (shift - 64), x << (192 - shift));
    let sticky = u64::from(lost != 0);
    let exact = (kept as u64 | sticky) as f32;
    // 2^128 is no f32: the largest values round to infinity, as they should.
    exact * power_of_two(shift - 64) as f32
}

/// `i128 as f32`, rounded once, to nearest, ties to even.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_i128_to_f32(x: i128) -> f32 {
    let magnitude = __geobacter_rt_u128_to_f32(x.unsigned_abs());
    if x < 0 { -magnitude } else { magnitude }
}

/// `f64 as u128`: towards zero, saturating, 0 for NaN.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_f64_to_u128(x: f64) -> u128 {
    if x.is_nan() || x < 1.0 {
        return 0;
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52) as u32 - 1023;
    if exponent >= 128 {
        return u128::MAX;
    }
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    if exponent >= 52 { mantissa << (exponent - 52) } else { mantissa >> (52 - exponent) }
}

/// `f64 as i128`: towards zero, saturating, 0 for NaN.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_f64_to_i128(x: f64) -> i128 {
    const LIMIT: u128 = 1 << 127;
    if x < 0.0 {
        let magnitude = __geobacter_rt_f64_to_u128(-x);
        if magnitude >= LIMIT { i128::MIN } else { -(magnitude as i128) }
    } else {
        let magnitude = __geobacter_rt_f64_to_u128(x);
        if magnitude >= LIMIT { i128::MAX } else { magnitude as i128 }
    }
}

/// `2^n`, for `n` up to 64.
fn power_of_two(n: u32) -> f64 {
    f64::from_bits(u64::from(n + 1023) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_convert_as_the_language_says() {
        let interesting =
            [0, 1, 2, 3, 0x001f_ffff_ffff_ffff, u64::MAX as u128, 1 << 64, (1 << 64) + 1, (1 << 65) + (1 << 12)];
        let patterns = (0..128).flat_map(|n| [1u128 << n, (1 << n) - 1, (1 << n) + 1, u128::MAX >> n, u128::MAX << n]);
        let halfway = (64..128u32).flat_map(|n| {
            let one = 1u128 << n;
            [
                one | 1 << (n - 53),
                one | 1 << (n - 53) | 1,
                one | 3 << (n - 53),
                one | 1 << (n - 24),
                one | 1 << (n - 24) | 1,
            ]
        });
        for x in interesting.into_iter().chain(patterns).chain(halfway) {
            assert_eq!(__geobacter_rt_u128_to_f64(x).to_bits(), (x as f64).to_bits(), "{x:#x}");
            assert_eq!(__geobacter_rt_u128_to_f32(x).to_bits(), (x as f32).to_bits(), "{x:#x}");
            assert_eq!(__geobacter_rt_i128_to_f64(x as i128).to_bits(), (x as i128 as f64).to_bits(), "{x:#x}");
            assert_eq!(__geobacter_rt_i128_to_f32(x as i128).to_bits(), (x as i128 as f32).to_bits(), "{x:#x}");
        }
    }

    #[test]
    fn floating_numbers_convert_as_the_language_says() {
        let powers = (-5..140).map(|n| 2f64.powi(n));
        let all = powers.flat_map(|p| [p, p * 1.5, p * 1.999_999_999_999_9, p - 1.0, p + 1.0]);
        for x in all.chain([0.0, -0.0, 0.5, f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE]) {
            for x in [x, -x] {
                assert_eq!(__geobacter_rt_f64_to_u128(x), x as u128, "{x}");
                assert_eq!(__geobacter_rt_f64_to_i128(x), x as i128, "{x}");
            }
        }
    }
}
