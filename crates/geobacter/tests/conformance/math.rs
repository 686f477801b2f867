//! The methods of `f32` and `f64`.

use geobacter::prelude::*;

/// Units in the last place between two numbers; 0 for two NaNs.
fn ulps_f32(a: f32, b: f32) -> u64 {
    if a.is_nan() && b.is_nan() {
        return 0;
    }
    let key = |x: f32| {
        let bits = i64::from(x.to_bits());
        if bits >> 31 == 0 { bits } else { -(bits & 0x7fff_ffff) }
    };
    key(a).abs_diff(key(b))
}

fn ulps_f64(a: f64, b: f64) -> u64 {
    if a.is_nan() && b.is_nan() {
        return 0;
    }
    let key = |x: f64| {
        let bits = i128::from(x.to_bits());
        if bits >> 63 == 0 { bits } else { -(bits & 0x7fff_ffff_ffff_ffff) }
    };
    u64::try_from(key(a).abs_diff(key(b))).unwrap_or(u64::MAX)
}

/// Launches each function over `$inputs`, and compares with the host within `$limit` ULP.
macro_rules! compare {
    ($device:expr, $t:ty, $ulps:path, $limit:expr, $inputs:expr, $($name:literal: $f:expr),* $(,)?) => {{
        let inputs: Vec<$t> = $inputs;
        let x = $device.buffer_from(&inputs).unwrap();
        $({
            fn kernel(item: WorkItem, x: &[$t], mut out: PerItem<$t>) {
                let f: fn($t) -> $t = $f;
                if let Some(out) = out.get_mut(&item) {
                    *out = f(x[item.global_id()]);
                }
            }
            let mut out = $device.buffer::<$t>(inputs.len()).unwrap();
            $device.launch(Grid::covering(inputs.len()), kernel, (&x, &mut out)).unwrap();
            let f: fn($t) -> $t = $f;
            for (x, got) in inputs.iter().zip(out.to_vec().unwrap()) {
                let expected = f(*x);
                let off = $ulps(got, expected);
                assert!(off <= $limit, "{}({x:e}) is {got:e} and on the host {expected:e}: {off} ULP", $name);
            }
        })*
    }};
}

/// Numbers of every size and sign, and the awkward ones.
fn spread_f32() -> Vec<f32> {
    let awkward = [0.0, -0.0, 0.5, -0.5, 1.0, 1.5, 2.5, -2.5, 8_388_607.5, 8_388_609.0, f32::MIN_POSITIVE, f32::MAX];
    let spread = (-60..60).flat_map(|e| [1.0f32, 1.337, -1.75].map(|m| m * 2f32.powi(e)));
    awkward.into_iter().chain(spread).collect()
}

fn spread_f64() -> Vec<f64> {
    spread_f32().into_iter().map(|x| f64::from(x) * 1.000_000_000_123).collect()
}

/// From -20 to 20.
fn moderate_f32() -> Vec<f32> {
    (-2000..=2000).map(|i| i as f32 * 0.01).collect()
}

fn moderate_f64() -> Vec<f64> {
    moderate_f32().into_iter().map(|x| f64::from(x) + 1e-9).collect()
}

pub(crate) fn rounding_is_exact(device: &Device) {
    compare!(device, f32, ulps_f32, 0, spread_f32(), "floor": f32::floor, "ceil": f32::ceil, "trunc": f32::trunc,
        "round": f32::round, "round_ties_even": f32::round_ties_even, "fract": f32::fract, "abs": f32::abs,
        "signum": f32::signum, "neg": |x| -x, "recip": f32::recip);
    compare!(device, f64, ulps_f64, 0, spread_f64(), "floor": f64::floor, "ceil": f64::ceil, "trunc": f64::trunc,
        "round": f64::round, "round_ties_even": f64::round_ties_even, "fract": f64::fract, "abs": f64::abs,
        "signum": f64::signum, "recip": f64::recip);
}

pub(crate) fn square_roots_are_exact(device: &Device) {
    compare!(device, f32, ulps_f32, 0, spread_f32(), "sqrt": f32::sqrt);
    compare!(device, f64, ulps_f64, 0, spread_f64(), "sqrt": f64::sqrt);
}

pub(crate) fn fused_multiply_add_is_fused(device: &Device) {
    compare!(device, f32, ulps_f32, 0, moderate_f32(), "mul_add": |x| x.mul_add(x, -x * x));
    compare!(device, f64, ulps_f64, 0, moderate_f64(), "mul_add": |x| x.mul_add(x, -x * x),
        "mul then add": |x| x * 1.1 + 0.3);
}

pub(crate) fn transcendental_f32(device: &Device) {
    compare!(device, f32, ulps_f32, 4, moderate_f32(), "sin": f32::sin, "cos": f32::cos, "tan": f32::tan,
        "exp": f32::exp, "exp2": f32::exp2, "exp_m1": f32::exp_m1, "ln": f32::ln, "log2": f32::log2,
        "log10": f32::log10, "ln_1p": f32::ln_1p, "asin": |x| (x / 20.0).asin(), "acos": |x| (x / 20.0).acos(),
        "atan": f32::atan, "sinh": f32::sinh, "cosh": f32::cosh, "tanh": f32::tanh, "asinh": f32::asinh,
        "acosh": |x| (x.abs() + 1.0).acosh(), "atanh": |x| (x / 21.0).atanh(), "cbrt": f32::cbrt,
        "powf": |x| x.abs().powf(1.7), "powi": |x| x.powi(3), "atan2": |x| x.atan2(0.7),
        "hypot": |x| x.hypot(3.0), "rem": |x| x % 0.7, "rem_euclid": |x| x.rem_euclid(0.7));
}

pub(crate) fn transcendental_f64(device: &Device) {
    compare!(device, f64, ulps_f64, 4, moderate_f64(), "sin": f64::sin, "cos": f64::cos, "tan": f64::tan,
        "exp": f64::exp, "exp2": f64::exp2, "exp_m1": f64::exp_m1, "ln": f64::ln, "log2": f64::log2,
        "log10": f64::log10, "ln_1p": f64::ln_1p, "asin": |x| (x / 21.0).asin(), "acos": |x| (x / 21.0).acos(),
        "atan": f64::atan, "sinh": f64::sinh, "cosh": f64::cosh, "tanh": f64::tanh, "cbrt": f64::cbrt,
        "powf": |x| x.abs().powf(1.7), "powi": |x| x.powi(3), "atan2": |x| x.atan2(0.7),
        "hypot": |x| x.hypot(3.0), "rem": |x| x % 0.7);
}

pub(crate) fn extremes(device: &Device) {
    let inputs = vec![0.0f32, -0.0, 1.0, -1.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, 1e-45];
    compare!(device, f32, ulps_f32, 4, inputs.clone(), "sin": f32::sin, "exp": f32::exp, "ln": f32::ln,
        "sqrt": f32::sqrt, "atan": f32::atan, "tanh": f32::tanh, "floor": f32::floor, "cbrt": f32::cbrt);
    let inputs = inputs.into_iter().map(f64::from).collect();
    compare!(device, f64, ulps_f64, 4, inputs, "sin": f64::sin, "exp": f64::exp, "ln": f64::ln, "sqrt": f64::sqrt,
        "atan": f64::atan, "tanh": f64::tanh, "floor": f64::floor, "cbrt": f64::cbrt);
}

pub(crate) fn min_max_clamp(device: &Device) {
    let mut inputs = moderate_f32();
    inputs.extend([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    compare!(device, f32, ulps_f32, 0, inputs, "min": |x| x.min(1.5), "max": |x| x.max(-2.5),
        "clamp": |x| x.clamp(-1.0, 2.0), "copysign": |x| 3.0f32.copysign(x));
}
