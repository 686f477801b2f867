//! Fixed-point channels: integers that stand for numbers from 0, or -1, to 1.
//!
//! The rules are those of the OpenCL C specification, "Conversion Rules for Normalized Integer Channel Data Types". Where
//! it allows 1.5 ULP on a load, this is exact: the `f32` nearest to the quotient, on every device. No division is needed.

/// `n / (2^BITS - 1)`, for `n` of at most `BITS` bits and sign, rounded once.
///
/// `1 / (2^b - 1)` is `2^-b + 2^-2b + ...`. The product with as many terms as fit is exact, and the rest of the series is so
/// small that its own rounding does not change the sum's. That holds for the widths in use, as tests of all numbers show.
#[inline(always)]
pub(super) fn fraction<const BITS: u32>(n: i32) -> f32 {
    let n = n as f32;
    n * const { head(BITS) } + n * const { tail(BITS) }
}

/// Terms of the series that, times a number of `bits` bits, fit the 24 bits of an `f32`.
const fn terms(bits: u32) -> u32 {
    24 / bits
}

const fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits(((127 + exponent) as u32) << 23)
}

const fn head(bits: u32) -> f32 {
    let mut sum = 0.0;
    let mut i = 1;
    while i <= terms(bits) {
        sum += power_of_two(-((i * bits) as i32));
        i += 1;
    }
    sum
}

const fn tail(bits: u32) -> f32 {
    power_of_two(-((terms(bits) * bits) as i32)) / ((1u32 << bits) - 1) as f32
}

/// Adding it to a smaller number leaves the nearest integer, ties to even, in the low bits of the sum: 1.5 * 2^23.
const ROUND: f32 = 12_582_912.0;

/// The integer nearest to `x * (2^BITS - 1)`, ties to even, of numbers from 0 to 1; 0 for NaN. At most 16 bits.
#[inline(always)]
pub(super) fn to_unorm<const BITS: u32>(x: f32) -> u32 {
    let scale = const { ((1u32 << BITS) - 1) as f32 };
    to_integer(x * scale, scale)
}

/// The integer from 0 to `max` nearest to `x`, ties to even; 0 for NaN. `max` is an integer of at most 22 bits.
#[inline(always)]
pub(super) fn to_integer(x: f32, max: f32) -> u32 {
    // The maximum first: it turns NaN into 0.
    (x.max(0.0).min(max) + ROUND).to_bits() - const { ROUND.to_bits() }
}

/// The integer nearest to `x * (2^BITS - 1)`, ties to even, of numbers from -1 to 1 where `BITS` does not count the sign; 0
/// for NaN. The lowest integer, which is below -1, is what numbers below that give.
#[inline(always)]
pub(super) fn to_snorm<const BITS: u32>(x: f32) -> i32 {
    let scale = const { ((1u32 << BITS) - 1) as f32 };
    let scaled = if x.is_nan() { 0.0 } else { (x * scale).max(-scale - 1.0).min(scale) };
    (scaled + ROUND).to_bits() as i32 - const { ROUND.to_bits() as i32 }
}

/// 24-bit depth: as [`fraction`], by a division, because the series does not do for this width.
#[inline(always)]
pub(super) fn depth_fraction(n: u32) -> f32 {
    (n & DEPTH_MAX) as f32 / DEPTH_MAX as f32
}

/// As [`to_unorm`] for 24 bits.
#[inline(always)]
pub(super) fn to_depth(x: f32) -> u32 {
    let scaled = (x * DEPTH_MAX as f32).max(0.0).min(DEPTH_MAX as f32);
    // From 2^23 on an `f32` is an integer.
    let rounded = if scaled < 8_388_608.0 { (scaled + 8_388_608.0) - 8_388_608.0 } else { scaled };
    rounded as u32
}

pub(super) const DEPTH_MAX: u32 = (1 << 24) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    /// The quotient in double precision: far more than enough to round to the right `f32`, as no quotient of such small
    /// numbers is within 2^-53 of a tie without being one.
    fn exact(n: i32, max: u32) -> f32 {
        (f64::from(n) / f64::from(max)) as f32
    }

    #[test]
    fn every_fraction_is_the_nearest_number() {
        fn check<const BITS: u32>() {
            let max = (1 << BITS) - 1;
            for n in -(max as i32) - 1..=max as i32 {
                assert_eq!(
                    fraction::<BITS>(n).to_bits(),
                    exact(n, max).to_bits() & !(u32::from(n == 0) << 31),
                    "{n}/{max}"
                );
            }
        }
        check::<5>();
        check::<6>();
        check::<7>();
        check::<8>();
        check::<10>();
        check::<15>();
        check::<16>();
    }

    #[test]
    fn every_depth_is_the_nearest_number_and_comes_back() {
        for n in (0..=DEPTH_MAX).step_by(97).chain(DEPTH_MAX - 1000..=DEPTH_MAX).chain(0..1000) {
            assert_eq!(depth_fraction(n), exact(n as i32, DEPTH_MAX), "{n}");
            assert_eq!(to_depth(depth_fraction(n)), n);
        }
        assert_eq!((to_depth(-1.0), to_depth(2.0), to_depth(f32::NAN)), (0, DEPTH_MAX, 0));
        assert_eq!(depth_fraction(0xff00_0000), 0.0, "the other bits are not the depth's");
    }

    /// The specification's formula, with the rounding spelled out: `convert_..._sat_rte(x * scale)`.
    fn by_the_specification(x: f32, scale: f32, lowest: f64) -> i32 {
        let product = f64::from(x * scale);
        if product.is_nan() { 0 } else { product.clamp(lowest, f64::from(scale)).round_ties_even() as i32 }
    }

    /// Numbers around every step and every tie, and from the whole range of `f32`.
    fn inputs(scale: u32) -> impl Iterator<Item = f32> {
        let around = |x: f64| {
            let x = x as f32;
            [x.next_down().next_down(), x.next_down(), x, x.next_up(), x.next_up().next_up()]
        };
        let steps = (0..=2 * scale).flat_map(move |i| around(f64::from(i) / 2.0 / f64::from(scale)));
        let everywhere = (0..1 << 16).map(|i: u32| f32::from_bits(i << 16 | i.wrapping_mul(40503) & 0xffff));
        steps.chain(everywhere).flat_map(|x| [x, -x])
    }

    #[test]
    fn stores_round_and_saturate_as_the_specification_says() {
        fn check<const BITS: u32>() {
            let scale = (1u32 << BITS) - 1;
            for x in inputs(scale) {
                assert_eq!(to_unorm::<BITS>(x) as i32, by_the_specification(x, scale as f32, 0.0), "{x:e} of {scale}");
                let lowest = -f64::from(scale) - 1.0;
                let expected = by_the_specification(x, scale as f32, lowest);
                assert_eq!(to_snorm::<BITS>(x), expected, "{x:e} of {scale}");
            }
        }
        check::<5>();
        check::<6>();
        check::<7>();
        check::<8>();
        check::<10>();
        check::<15>();
        check::<16>();
    }

    #[test]
    fn every_integer_survives_the_way_there_and_back() {
        for n in 0..=0xffff {
            assert_eq!(to_unorm::<16>(fraction::<16>(n)), n as u32);
            assert_eq!(to_unorm::<8>(fraction::<8>(n & 0xff)), n as u32 & 0xff);
        }
        for n in -0x7fff..=0x7fff {
            assert_eq!(to_snorm::<15>(fraction::<15>(n)), n);
        }
    }
}
