//! `geobacter::fast`: approximations, within the errors that their documentation states.

use std::f32::consts::PI;

use geobacter::prelude::*;
use geobacter::{fast, math};

/// What the error is a fraction of: of 1, of the exact result, or of whichever is more.
#[derive(Clone, Copy)]
enum Of {
    One,
    Result,
    Larger,
}

macro_rules! within {
    ($device:expr, $xs:expr, $($name:literal $bits:expr, $of:expr, |$x:ident| $fast:expr, $exact:expr;)*) => {{
        let xs: Vec<f32> = $xs;
        let x = $device.buffer_from(&xs).unwrap();
        let mut out = $device.buffer::<f32>(xs.len()).unwrap();
        $({
            fn kernel(item: WorkItem, x: &[f32], mut out: PerItem<f32>) {
                let f: fn(f32) -> f32 = |$x| $fast;
                if let Some(out) = out.get_mut(&item) {
                    *out = f(x[item.global_id()]);
                }
            }
            $device.launch(Grid::covering(xs.len()), kernel, (&x, &mut out)).unwrap();
            for (x, got) in xs.iter().zip(out.to_vec().unwrap()) {
                let f: fn(f64) -> f64 = |$x| $exact;
                let exact = f(f64::from(*x));
                let of = match $of {
                    Of::One => 1.0,
                    Of::Result => exact.abs(),
                    Of::Larger => exact.abs().max(1.0),
                };
                let off = (f64::from(got) - exact).abs();
                assert!(off <= of * 2f64.powf(-$bits), "{} of {x:e} is {got:e}, not {exact:e}: {off:e}", $name);
            }
        })*
    }};
}

fn steps(from: f32, to: f32) -> Vec<f32> {
    (0..1000).map(|i| from + (to - from) * i as f32 / 999.0).collect()
}

fn normal_numbers() -> Vec<f32> {
    (-120..120).flat_map(|e| [1.0f32, 1.37, 1.99].map(|m| m * 2f32.powi(e))).collect()
}

pub(crate) fn angles(device: &Device) {
    within!(device, steps(-PI, PI), "sin" 19.0, Of::One, |x| fast::sin(x), x.sin();
        "cos" 19.0, Of::One, |x| fast::cos(x), x.cos(););
    within!(device, steps(-PI / 4.0, PI / 4.0), "tan" 18.0, Of::One, |x| fast::tan(x), x.tan(););
}

pub(crate) fn exponentials_and_logarithms(device: &Device) {
    within!(device, steps(-125.0, 127.0), "exp2" 21.0, Of::Result, |x| fast::exp2(x), x.exp2(););
    within!(device, steps(-10.0, 10.0), "exp" 19.0, Of::Result, |x| fast::exp(x), x.exp();
        "exp10" 17.0, Of::Result, |x| fast::exp10(x), (x * std::f64::consts::LN_10).exp(););
    within!(device, normal_numbers(), "log2" 21.0, Of::Larger, |x| fast::log2(x), x.log2();
        "ln" 20.0, Of::Larger, |x| fast::ln(x), x.ln(); "log10" 20.0, Of::Larger, |x| fast::log10(x), x.log10(););
    within!(device, steps(0.25, 4.0), "powf" 17.5, Of::Result, |x| fast::powf(x, 2.7), x.powf(f64::from(2.7f32)););
}

pub(crate) fn roots_and_quotients(device: &Device) {
    within!(device, normal_numbers(), "rsqrt" 21.0, Of::Result, |x| fast::rsqrt(x), 1.0 / x.sqrt();
        "sqrt" 21.0, Of::Result, |x| fast::sqrt(x), x.sqrt(); "recip" 21.0, Of::Result, |x| fast::recip(x), 1.0 / x;
        "div" 21.0, Of::Result, |x| fast::div(0.7, x), f64::from(0.7f32) / x;);
}

pub(crate) fn hyperbolic_tangent(device: &Device) {
    within!(device, steps(-9.0, 9.0), "tanh" 10.0, Of::Result, |x| fast::tanh(x), x.tanh(););
    within!(device, steps(0.001, 0.2), "tanh" 10.0, Of::Result, |x| fast::tanh(x), x.tanh(););
}

pub(crate) fn native_and_half(device: &Device) {
    // 8192 ULP are 2^-10 of the result.
    within!(device, steps(-3000.0, 3000.0), "half_sin" 10.0, Of::Result, |x| math::half_sin(x), x.sin();
        "half_cos" 10.0, Of::Result, |x| math::half_cos(x), x.cos(););
    within!(device, normal_numbers(), "half_log2" 10.0, Of::Result, |x| math::half_log2(x), x.log2();
        "half_rsqrt" 10.0, Of::Result, |x| math::half_rsqrt(x), 1.0 / x.sqrt();
        "native_recip" 21.0, Of::Result, |x| math::native_recip(x), 1.0 / x;);
    within!(device, steps(-80.0, 80.0), "half_exp" 10.0, Of::Result, |x| math::half_exp(x), x.exp(););
}
