//! The steps of an exact division: `v_div_scale` moves numerator and denominator to where nothing over- or underflows,
//! a Newton iteration of fused multiply-adds finds the quotient, `v_div_fmas` moves it back, `v_div_fixup` does the special
//! cases (MI200 ISA, 12.8 and 12.11).
//!
//! The manual's text does not give exact quotients where it is taken to the letter: its `v_div_fmas` has one fixed
//! factor, which cannot undo scaling in both directions, and rounds twice; its `v_div_scale` would move a huge denominator beyond the
//! largest number; and its `v_div_fixup` lets overflow end as NaN. What is here is the nearest to it with which the
//! sequences that LLVM emits are exact, as they are on hardware, and as the tests below check.

use std::cmp::Ordering;

use super::numbers::{ldexp32, ldexp32_of_rounded, ldexp64, ldexp64_of_rounded, quiet32, quiet64};

macro_rules! division {
    ($scale:ident $fmas:ident $fixup:ident $ty:ty, $ldexp:ident $of_rounded:ident, $quiet:ident, mantissa $mantissa:literal, max $max:literal,
     by $by:literal, near_max $near:literal, tiny $tiny:literal, underflow $underflow:literal, invalid $invalid:literal) => {
        /// Scales `value`, which is the numerator or the denominator; the flag is for `v_div_fmas`.
        pub(crate) fn $scale(value: $ty, denominator: $ty, numerator: $ty) -> ($ty, bool) {
            let exponent = |x: $ty| (x.to_bits() >> $mantissa) as i32 & $max;
            let is_denormal = |x: $ty| x.is_subnormal();
            // The quotients here are tiny or not, so that rounding does not matter; one that vanishes is tiny too.
            let inverse_is_tiny = is_denormal(1.0 / denominator);
            let quotient = numerator / denominator;
            let quotient_is_tiny = is_denormal(quotient) || quotient == 0.0;
            let is_denominator = value.to_bits() == denominator.to_bits();
            let is_numerator = value.to_bits() == numerator.to_bits();
            if denominator == 0.0 || numerator == 0.0 {
                (<$ty>::NAN, false)
            } else if exponent(numerator) - exponent(denominator) >= $near {
                (if is_denominator { $ldexp(value, $by) } else { value }, true)
            } else if is_denormal(denominator) {
                ($ldexp(value, $by), false)
            } else if inverse_is_tiny && quotient_is_tiny {
                (if is_denominator { $ldexp(value, -$by) } else { value }, true)
            } else if inverse_is_tiny {
                ($ldexp(value, -$by), false)
            } else if quotient_is_tiny {
                (if is_numerator { $ldexp(value, $by) } else { value }, true)
            } else if exponent(numerator) <= $tiny {
                ($ldexp(value, $by), false)
            } else {
                (value, false)
            }
        }

        /// `a * b + c`, rounded once, scaled back where `v_div_scale` had set the flag.
        pub(crate) fn $fmas(a: $ty, b: $ty, c: $ty, scaled: bool) -> $ty {
            /// How the magnitude of the exact `a * b + c` compares with its rounded value's.
            fn error_of_fma(a: $ty, b: $ty, c: $ty, rounded: $ty) -> Ordering {
                let product = a * b;
                let product_error = a.mul_add(b, -product);
                let sum = product + c;
                let part = sum - product;
                let sum_error = (product - (sum - part)) + (c - part);
                let error = (sum - rounded) + sum_error + product_error;
                let outward = if rounded < 0.0 { -error } else { error };
                outward.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
            }

            let result = a.mul_add(b, c);
            if !scaled {
                return result;
            }
            let exponent = (c.to_bits() >> $mantissa) as i32 & $max;
            $of_rounded(result, if exponent > $max / 2 { $by } else { -$by }, error_of_fma(a, b, c, result))
        }

        /// The quotient, or what it is in a special case.
        pub(crate) fn $fixup(quotient: $ty, denominator: $ty, numerator: $ty) -> $ty {
            let exponent = |x: $ty| (x.to_bits() >> $mantissa) as i32 & $max;
            let negative = denominator.is_sign_negative() != numerator.is_sign_negative();
            let signed = |magnitude: $ty| if negative { -magnitude } else { magnitude };
            let invalid = <$ty>::from_bits($invalid);
            if numerator.is_nan() {
                $quiet(numerator)
            } else if denominator.is_nan() {
                $quiet(denominator)
            } else if denominator == 0.0 && numerator == 0.0 || denominator.is_infinite() && numerator.is_infinite() {
                invalid
            } else if denominator == 0.0 || numerator.is_infinite() {
                signed(<$ty>::INFINITY)
            } else if denominator.is_infinite() || numerator == 0.0 {
                signed(0.0)
            } else if exponent(numerator) - exponent(denominator) < $underflow {
                signed(0.0)
            } else if quotient.is_nan() {
                // Of two numbers only where the estimate overflowed on the way here.
                signed(<$ty>::INFINITY)
            } else {
                signed(quotient.abs())
            }
        }
    };
}

division!(scale32 fmas32 fixup32 f32, ldexp32 ldexp32_of_rounded, quiet32, mantissa 23, max 255, by 64, near_max 96, tiny 23, underflow -150,
          invalid 0xffc0_0000);
division!(scale64 fmas64 fixup64 f64, ldexp64 ldexp64_of_rounded, quiet64, mantissa 52, max 2047, by 128, near_max 768, tiny 53,
          underflow -1075, invalid 0xfff8_0000_0000_0000);

#[cfg(test)]
mod tests {
    use super::*;

    /// LLVM's sequence for an exact `f32` division (`SITargetLowering::LowerFDIV32`).
    fn divide32(n: f32, d: f32) -> f32 {
        let (denominator, _) = scale32(d, d, n);
        let (numerator, flag) = scale32(n, d, n);
        let guess = super::super::approximate::rcp(denominator);
        let e = (-denominator).mul_add(guess, 1.0);
        let better = e.mul_add(guess, guess);
        let q = numerator * better;
        let r = (-denominator).mul_add(q, numerator);
        let q2 = r.mul_add(better, q);
        let r2 = (-denominator).mul_add(q2, numerator);
        fixup32(fmas32(r2, better, q2, flag), d, n)
    }

    /// The same for `f64` (`SITargetLowering::LowerFDIV64`), from a guess that is as bad as the hardware's may be.
    fn divide64(n: f64, d: f64) -> f64 {
        let (denominator, _) = scale64(d, d, n);
        let (numerator, flag) = scale64(n, d, n);
        let guess = f64::from_bits((1.0 / denominator).to_bits() & !0xfff_ffff);
        let guess = (-denominator).mul_add(guess, 1.0).mul_add(guess, guess);
        let guess = (-denominator).mul_add(guess, 1.0).mul_add(guess, guess);
        let q = numerator * guess;
        let r = (-denominator).mul_add(q, numerator);
        fixup64(fmas64(r, guess, q, flag), d, n)
    }

    #[test]
    fn llvms_division_of_f32_is_exact() {
        let edges = [0.0, 1.0, 3.0, f32::MIN_POSITIVE, 1e-45, 1e-40, f32::MAX, 1e38, 1e-38, 2e30, 7e-30, f32::INFINITY];
        for n in edges {
            for d in edges {
                for (n, d) in [(n, d), (-n, d)] {
                    let (got, expected) = (divide32(n, d), n / d);
                    assert!(
                        got.is_nan() && expected.is_nan() || got.to_bits() == expected.to_bits(),
                        "{n:e} / {d:e}: {got:e}, not {expected:e}"
                    );
                }
            }
        }
        let mut state = 1_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let (n, d) = (f32::from_bits((state >> 32) as u32), f32::from_bits(state as u32 ^ (state >> 17) as u32));
            let (got, expected) = (divide32(n, d), n / d);
            assert!(
                got.is_nan() && expected.is_nan() || got.to_bits() == expected.to_bits(),
                "{n:e} / {d:e}: {got:e}, not {expected:e}"
            );
        }
    }

    #[test]
    fn llvms_division_of_f64_is_exact() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            state ^ state >> 29
        };
        for _ in 0..200_000 {
            let (n, d) = (f64::from_bits(next()), f64::from_bits(next()));
            let (got, expected) = (divide64(n, d), n / d);
            assert!(
                got.is_nan() && expected.is_nan() || got.to_bits() == expected.to_bits(),
                "{n:e} / {d:e}: {got:e}, not {expected:e}"
            );
        }
    }
}
