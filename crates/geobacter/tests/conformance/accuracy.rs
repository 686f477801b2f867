//! How exact the methods of `f32` and `f64` are, at few points. The benchmark `accuracy` measures them at millions.

use geobacter::prelude::*;

/// The most that a method may be off, in units in the last place.
const BOUND_F32: f64 = 2.0;
/// The host's own function, with which those of `f64` are compared, is off by up to 1 itself.
const BOUND_F64: u64 = 4;

/// How far `got` is from `exact`, in units in the last place of `f32`.
fn ulps_f32(got: f32, exact: f64) -> f64 {
    if got.is_nan() && exact.is_nan() || f64::from(got) == exact || got == exact as f32 {
        return 0.0;
    }
    let exponent = exact.abs().log2().floor().clamp(-126.0, 127.0);
    (f64::from(got) - exact).abs() / (exponent - 23.0).exp2()
}

fn ulps_f64(a: f64, b: f64) -> u64 {
    let key = |x: f64| if x.is_sign_negative() { -i128::from(x.abs().to_bits()) } else { i128::from(x.to_bits()) };
    if a.is_nan() && b.is_nan() { 0 } else { key(a).abs_diff(key(b)).try_into().unwrap_or(u64::MAX) }
}

/// Every power of two with some significands, of both signs; and what is next to multiples of pi/4.
fn inputs() -> Vec<f32> {
    let powers = (-149..128).flat_map(|e| [1.0f64, 1.207, 1.5, 1.9999].map(|m| (m * 2f64.powi(e)) as f32));
    let angles = (1..40).map(|k| k as f32 * std::f32::consts::FRAC_PI_4);
    let unit = (0..200).map(|i| i as f32 * 0.005 + 0.0013);
    powers.chain(angles).chain(unit).flat_map(|x| [x, -x]).collect()
}

/// Launches `f` of one number and another, and gives the results.
macro_rules! compute {
    ($device:expr, $t:ty, $xs:expr, $ys:expr, $f:expr) => {{
        fn kernel(item: WorkItem, x: &[$t], y: &[$t], mut out: PerItem<$t>) {
            let f: fn($t, $t) -> $t = $f;
            if let Some(out) = out.get_mut(&item) {
                *out = f(x[item.global_id()], y[item.global_id()]);
            }
        }
        let (x, y) = ($device.buffer_from($xs).unwrap(), $device.buffer_from($ys).unwrap());
        let mut out = $device.buffer::<$t>($xs.len()).unwrap();
        $device.launch(Grid::covering($xs.len()), kernel, (&x, &y, &mut out)).unwrap();
        out.to_vec().unwrap()
    }};
}

/// Compares methods of `f32` with those of `f64` on the host.
macro_rules! exact_f32 {
    ($device:expr, $xs:expr, $ys:expr, $bound:expr, $($name:literal: |$x:ident, $y:ident| $f:expr;)*) => {{
        let (xs, ys): (&[f32], &[f32]) = (&$xs, &$ys);
        $({
            let got = compute!($device, f32, xs, ys, |$x, $y| { let _ = $y; $f });
            for ((&x, &y), got) in xs.iter().zip(ys).zip(got) {
                let f: fn(f64, f64) -> f64 = |$x, $y| { let _ = $y; $f };
                let exact = f(x.into(), y.into());
                let off = ulps_f32(got, exact);
                assert!(off <= $bound, "{} of {x:e}, {y:e} is {got:e}, not {exact:e}: {off} ULP", $name);
            }
        })*
    }};
}

/// Compares methods of `f64` with the host's.
macro_rules! near_f64 {
    ($device:expr, $xs:expr, $ys:expr, $bound:expr, $($name:literal: |$x:ident, $y:ident| $f:expr;)*) => {{
        let (xs, ys): (&[f64], &[f64]) = (&$xs, &$ys);
        $({
            let got = compute!($device, f64, xs, ys, |$x, $y| { let _ = $y; $f });
            for ((&x, &y), got) in xs.iter().zip(ys).zip(got) {
                let f: fn(f64, f64) -> f64 = |$x, $y| { let _ = $y; $f };
                let expected = f(x, y);
                let off = ulps_f64(got, expected);
                assert!(off <= $bound, "{} of {x:e}, {y:e} is {got:e}, and on the host {expected:e}: {off} ULP", $name);
            }
        })*
    }};
}

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|x| f64::from(*x) * (1.0 + 1e-12)).collect()
}

/// The same values in another order.
fn turned<T: Copy>(values: &[T]) -> Vec<T> {
    (0..values.len()).map(|i| values[i * 97 % values.len()]).collect()
}

pub(crate) fn f32_functions_of_one_argument(device: &Device) {
    let xs = inputs();
    exact_f32!(device, xs, xs, BOUND_F32,
        "sin": |x, y| x.sin(); "cos": |x, y| x.cos(); "tan": |x, y| x.tan();
        "asin": |x, y| x.asin(); "acos": |x, y| x.acos(); "atan": |x, y| x.atan();
        "sinh": |x, y| x.sinh(); "cosh": |x, y| x.cosh(); "tanh": |x, y| x.tanh();
        "exp": |x, y| x.exp(); "exp2": |x, y| x.exp2(); "exp_m1": |x, y| x.exp_m1();
        "ln": |x, y| x.ln(); "log2": |x, y| x.log2(); "log10": |x, y| x.log10(); "ln_1p": |x, y| x.ln_1p();
        "cbrt": |x, y| x.cbrt(); "to_degrees": |x, y| x.to_degrees(); "to_radians": |x, y| x.to_radians();
    );
}

pub(crate) fn f32_functions_of_two_arguments(device: &Device) {
    let xs = inputs();
    let ys = turned(&xs);
    exact_f32!(device, xs, ys, BOUND_F32,
        "atan2": |x, y| x.atan2(y); "hypot": |x, y| x.hypot(y); "powf": |x, y| x.abs().powf(y);
        "%": |x, y| x % y; "rem_euclid": |x, y| x.rem_euclid(y);
    );
}

pub(crate) fn f64_functions_of_one_argument(device: &Device) {
    let xs = widened(&inputs());
    near_f64!(device, xs, xs, BOUND_F64,
        "sin": |x, y| x.sin(); "cos": |x, y| x.cos(); "tan": |x, y| x.tan();
        "asin": |x, y| x.asin(); "acos": |x, y| x.acos(); "atan": |x, y| x.atan();
        "sinh": |x, y| x.sinh(); "cosh": |x, y| x.cosh(); "tanh": |x, y| x.tanh();
        "exp": |x, y| x.exp(); "exp2": |x, y| x.exp2(); "exp_m1": |x, y| x.exp_m1();
        "ln": |x, y| x.ln(); "log2": |x, y| x.log2(); "log10": |x, y| x.log10(); "ln_1p": |x, y| x.ln_1p();
        "cbrt": |x, y| x.cbrt();
    );
}

pub(crate) fn f64_functions_of_two_arguments(device: &Device) {
    let xs = widened(&inputs());
    let ys = turned(&xs);
    near_f64!(device, xs, ys, BOUND_F64,
        "atan2": |x, y| x.atan2(y); "hypot": |x, y| x.hypot(y); "powf": |x, y| x.abs().powf(y); "%": |x, y| x % y;
    );
}

/// The host multiplies and rounds each time, so it is bound by how often, and where no product overflows.
pub(crate) fn integer_powers(device: &Device) {
    let is_gpu = device.info().is_gpu;
    let far = if is_gpu { f32::INFINITY } else { 256.0 };
    let xs: Vec<f32> = inputs().into_iter().filter(|x| x.abs() > 1.0 / far && x.abs() < far).collect();
    let bound = |factors: f64| if is_gpu { BOUND_F32 } else { factors };
    exact_f32!(device, xs, xs, BOUND_F32, "powi(2)": |x, y| x.powi(2); "powi(3)": |x, y| x.powi(3); "powi(4)": |x, y| x.powi(4););
    exact_f32!(device, xs, xs, bound(7.0), "powi(7)": |x, y| x.powi(7); "powi(-5)": |x, y| x.powi(-5);
        "powi(-2)": |x, y| x.powi(-2); "powi(-1)": |x, y| x.powi(-1););
    exact_f32!(device, xs, xs, bound(32.0), "powi(15)": |x, y| x.powi(15); "powi(-12)": |x, y| x.powi(-12););
    let moderate: Vec<f32> = (1..500).map(|i| 0.8 + i as f32 * 0.001).flat_map(|x| [x, -x]).collect();
    let powers: Vec<f32> = (0..moderate.len()).map(|i| i as f32 - 400.0).collect();
    exact_f32!(device, moderate, powers, bound(600.0), "powi(n)": |x, y| x.powi(y as i32););
}

/// What IEEE 754 says is rounded once, also where LLVM would have approximations.
pub(crate) fn division_and_roots_round_correctly(device: &Device) {
    let xs = inputs();
    let ys = turned(&xs);
    let half = 0.5 + 1e-6;
    exact_f32!(device, xs, ys, half, "/": |x, y| x / y; "sqrt": |x, y| x.sqrt(); "recip": |x, y| x.recip(); "*": |x, y| x * y;
        "mul_add": |x, y| x.mul_add(y, x););
    let (xs, ys) = (widened(&xs), widened(&ys));
    near_f64!(device, xs, ys, 0, "/": |x, y| x / y; "sqrt": |x, y| x.sqrt(); "recip": |x, y| x.recip(); "*": |x, y| x * y;
        "mul_add": |x, y| x.mul_add(y, x););
}

pub(crate) fn subnormal_numbers_are_kept(device: &Device) {
    let xs: Vec<f32> = (0..200).map(|i| f32::from_bits(i * 41_943 + 1)).flat_map(|x| [x, -x]).collect();
    let halves = vec![0.5f32; xs.len()];
    let got = compute!(device, f32, &xs, &halves, |x, y| x * y + x);
    for (x, got) in xs.iter().zip(got) {
        assert_eq!(got.to_bits(), (x * 0.5 + x).to_bits(), "{x:e}");
    }
    let got = compute!(device, f32, &xs, &halves, |x, y| (x / y).sqrt().max(x));
    for (x, got) in xs.iter().zip(got) {
        assert_eq!(got.to_bits(), (x / 0.5).sqrt().max(*x).to_bits(), "{x:e}");
    }
}

/// NaNs, infinities and signs of zeros are those of C's Annex F.
pub(crate) fn special_values(device: &Device) {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    let values = [0.0, -0.0, 1.0, -1.0, inf, -inf, nan, -1e30, -2.0, 3.0];
    let xs: Vec<f32> = values.iter().flat_map(|x| [*x; 10]).collect();
    let ys: Vec<f32> = (0..10).flat_map(|_| values).collect();
    macro_rules! same {
        ($($name:literal: |$x:ident, $y:ident| $f:expr;)*) => {$(
            let got = compute!(device, f32, &xs, &ys, |$x, $y| { let _ = $y; $f });
            for ((&x, &y), got) in xs.iter().zip(&ys).zip(got) {
                let f: fn(f32, f32) -> f32 = |$x, $y| { let _ = $y; $f };
                let host = f(x, y);
                let ordinary = host.is_finite() && host != 0.0 && got.is_finite() && got != 0.0;
                let same = got.to_bits() == host.to_bits() || got.is_nan() && host.is_nan();
                assert!(ordinary || same, "{} of {x}, {y} is {got}, and on the host {host}", $name);
            }
        )*};
    }
    same! {
        "sin": |x, y| x.sin(); "cos": |x, y| x.cos(); "tan": |x, y| x.tan(); "asin": |x, y| x.asin();
        "acos": |x, y| x.acos(); "atan": |x, y| x.atan(); "sinh": |x, y| x.sinh(); "cosh": |x, y| x.cosh();
        "tanh": |x, y| x.tanh(); "exp": |x, y| x.exp(); "exp2": |x, y| x.exp2(); "exp_m1": |x, y| x.exp_m1();
        "ln": |x, y| x.ln(); "log2": |x, y| x.log2(); "log10": |x, y| x.log10(); "ln_1p": |x, y| x.ln_1p();
        "cbrt": |x, y| x.cbrt(); "sqrt": |x, y| x.sqrt(); "atan2": |x, y| x.atan2(y); "powf": |x, y| x.powf(y);
        "hypot": |x, y| x.hypot(y); "%": |x, y| x % y; "floor": |x, y| x.floor(); "ceil": |x, y| x.ceil();
        "trunc": |x, y| x.trunc(); "round": |x, y| x.round(); "round_ties_even": |x, y| x.round_ties_even();
        "powi(3)": |x, y| x.powi(3); "powi(-3)": |x, y| x.powi(-3); "powi(7)": |x, y| x.powi(7);
    }
}
