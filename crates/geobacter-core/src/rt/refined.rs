//! Functions that the `libm` crate has too, but not within the 2 ULP that are promised for every one of `f32`: its `tanhf` is
//! off by up to 2.1 and its `sinhf` by 1.7, because both divide what they rounded before.

/// Below this, `tanh` is a polynomial: ln(3) / 2, from where on it is more than 1/2.
const TANH_POLYNOMIAL: f32 = 0.5493;
/// Of `(tanh(x) / x - 1) / x^2`, in powers of `x^2`, through the Chebyshev nodes of that interval: within 4e-9 of `tanh`.
const TANH: [f32; 5] = [-0.333_333_3, 0.133_331_13, -0.053_909_306, 0.021_308_636, -0.006_608_813];

/// The hyperbolic tangent.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_tanhf(x: f32) -> f32 {
    if x.abs() < TANH_POLYNOMIAL { odd_series(x, &TANH) } else { libm::tanhf(x) }
}

/// Below this, `sinh` is a polynomial.
const SINH_POLYNOMIAL: f32 = 1.0;
/// Of `(sinh(x) / x - 1) / x^2`, in powers of `x^2`: its Taylor series, 1/3!, 1/5!, ... What is left out is below 2e-10.
const SINH: [f32; 5] = [1.0 / 6.0, 1.0 / 120.0, 1.0 / 5_040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0];

/// The hyperbolic sine.
#[unsafe(no_mangle)]
extern "C" fn __geobacter_rt_sinhf(x: f32) -> f32 {
    if x.abs() < SINH_POLYNOMIAL { odd_series(x, &SINH) } else { libm::sinhf(x) }
}

/// `x + x^3 (a + b x^2 + ..)`: the larger term is exact, so the error is hardly more than that of its addition.
fn odd_series(x: f32, coefficients: &[f32]) -> f32 {
    let square = x * x;
    let sum = coefficients.iter().rev().fold(0.0, |sum, c| sum * square + c);
    // Not `x + x * ..` where the product would lose a negative zero.
    if square == 0.0 { x } else { x + x * (square * sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_within_an_ulp_where_they_are_polynomials_and_beyond() {
        for i in 0..200_000u32 {
            let x = i as f32 * 1e-5;
            for (got, exact) in
                [(__geobacter_rt_tanhf(x), libm::tanh(x.into())), (__geobacter_rt_sinhf(x), libm::sinh(x.into()))]
            {
                let unit = f64::from((exact as f32).next_up()) - f64::from(exact as f32);
                let off = (f64::from(got) - exact).abs() / unit;
                assert!(off < 1.5, "{x}: {got} for {exact}, {off} ULP");
            }
        }
    }

    #[test]
    fn signs_of_zeros_and_smallest_numbers_stay() {
        for x in [0.0f32, -0.0, 1e-45, -1e-45, 1e-30, f32::INFINITY, f32::NEG_INFINITY] {
            let expected = if x.is_infinite() { 1f32.copysign(x) } else { x };
            assert_eq!(__geobacter_rt_tanhf(x).to_bits(), expected.to_bits());
            assert_eq!(__geobacter_rt_sinhf(x).to_bits(), x.to_bits());
        }
        assert!(__geobacter_rt_tanhf(f32::NAN).is_nan() && __geobacter_rt_sinhf(f32::NAN).is_nan());
    }
}
