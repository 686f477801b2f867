//! The math functions of `f32` and `f64`, from the `libm` crate: `__geobacter_rt_<C name>`. How far each is
//! off is in `docs/results/math`; those that are farther off than is promised are in `refined.rs`.

macro_rules! math {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty, $symbol:ident;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $symbol($($arg: $ty),*) -> $ret {
            libm::$name($($arg),*)
        }
    )*};
}

math! {
    acosf(x: f32) -> f32, __geobacter_rt_acosf;
    acos(x: f64) -> f64, __geobacter_rt_acos;
    acoshf(x: f32) -> f32, __geobacter_rt_acoshf;
    acosh(x: f64) -> f64, __geobacter_rt_acosh;
    asinf(x: f32) -> f32, __geobacter_rt_asinf;
    asin(x: f64) -> f64, __geobacter_rt_asin;
    asinhf(x: f32) -> f32, __geobacter_rt_asinhf;
    asinh(x: f64) -> f64, __geobacter_rt_asinh;
    atanf(x: f32) -> f32, __geobacter_rt_atanf;
    atan(x: f64) -> f64, __geobacter_rt_atan;
    atan2f(y: f32, x: f32) -> f32, __geobacter_rt_atan2f;
    atan2(y: f64, x: f64) -> f64, __geobacter_rt_atan2;
    atanhf(x: f32) -> f32, __geobacter_rt_atanhf;
    atanh(x: f64) -> f64, __geobacter_rt_atanh;
    cbrtf(x: f32) -> f32, __geobacter_rt_cbrtf;
    cbrt(x: f64) -> f64, __geobacter_rt_cbrt;
    cosf(x: f32) -> f32, __geobacter_rt_cosf;
    cos(x: f64) -> f64, __geobacter_rt_cos;
    coshf(x: f32) -> f32, __geobacter_rt_coshf;
    cosh(x: f64) -> f64, __geobacter_rt_cosh;
    erff(x: f32) -> f32, __geobacter_rt_erff;
    erf(x: f64) -> f64, __geobacter_rt_erf;
    erfcf(x: f32) -> f32, __geobacter_rt_erfcf;
    erfc(x: f64) -> f64, __geobacter_rt_erfc;
    expf(x: f32) -> f32, __geobacter_rt_expf;
    exp(x: f64) -> f64, __geobacter_rt_exp;
    exp2f(x: f32) -> f32, __geobacter_rt_exp2f;
    exp2(x: f64) -> f64, __geobacter_rt_exp2;
    exp10f(x: f32) -> f32, __geobacter_rt_exp10f;
    exp10(x: f64) -> f64, __geobacter_rt_exp10;
    expm1f(x: f32) -> f32, __geobacter_rt_expm1f;
    expm1(x: f64) -> f64, __geobacter_rt_expm1;
    fdimf(x: f32, y: f32) -> f32, __geobacter_rt_fdimf;
    fdim(x: f64, y: f64) -> f64, __geobacter_rt_fdim;
    fmodf(x: f32, y: f32) -> f32, __geobacter_rt_fmodf;
    fmod(x: f64, y: f64) -> f64, __geobacter_rt_fmod;
    hypotf(x: f32, y: f32) -> f32, __geobacter_rt_hypotf;
    hypot(x: f64, y: f64) -> f64, __geobacter_rt_hypot;
    ldexpf(x: f32, n: i32) -> f32, __geobacter_rt_ldexpf;
    ldexp(x: f64, n: i32) -> f64, __geobacter_rt_ldexp;
    lgammaf(x: f32) -> f32, __geobacter_rt_lgammaf;
    lgamma(x: f64) -> f64, __geobacter_rt_lgamma;
    logf(x: f32) -> f32, __geobacter_rt_logf;
    log(x: f64) -> f64, __geobacter_rt_log;
    log1pf(x: f32) -> f32, __geobacter_rt_log1pf;
    log1p(x: f64) -> f64, __geobacter_rt_log1p;
    log2f(x: f32) -> f32, __geobacter_rt_log2f;
    log2(x: f64) -> f64, __geobacter_rt_log2;
    log10f(x: f32) -> f32, __geobacter_rt_log10f;
    log10(x: f64) -> f64, __geobacter_rt_log10;
    powf(x: f32, y: f32) -> f32, __geobacter_rt_powf;
    pow(x: f64, y: f64) -> f64, __geobacter_rt_pow;
    sinf(x: f32) -> f32, __geobacter_rt_sinf;
    sin(x: f64) -> f64, __geobacter_rt_sin;
    sinh(x: f64) -> f64, __geobacter_rt_sinh;
    tanf(x: f32) -> f32, __geobacter_rt_tanf;
    tan(x: f64) -> f64, __geobacter_rt_tan;
    tanh(x: f64) -> f64, __geobacter_rt_tanh;
    tgammaf(x: f32) -> f32, __geobacter_rt_tgammaf;
    tgamma(x: f64) -> f64, __geobacter_rt_tgamma;
}
