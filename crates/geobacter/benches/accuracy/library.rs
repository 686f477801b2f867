//! The device library's functions, as the host has them too: `geobacter-core` defines them under these names.

/// The device library in one type.
pub(crate) trait Library: Sized {
    /// The library's function for what `std` calls `name`.
    fn find(name: &str) -> Option<fn(Self, Self, Self) -> Self>;
}

macro_rules! library {
    ($t:ty: $($one:literal $of_one:ident,)*; $($two:literal $of_two:ident,)*) => {
        impl Library for $t {
            fn find(name: &str) -> Option<fn($t, $t, $t) -> $t> {
                // SAFETY: what `geobacter_core::rt` defines, with these signatures.
                unsafe extern "C" {
                    $(safe fn $of_one(x: $t) -> $t;)*
                    $(safe fn $of_two(x: $t, y: $t) -> $t;)*
                }
                match name {
                    $($one => Some(|x, _, _| $of_one(x)),)*
                    $($two => Some(|x, y, _| $of_two(x, y)),)*
                    _ => None,
                }
            }
        }
    };
}

library! {
    f32:
    "sin" __geobacter_rt_sinf,
    "cos" __geobacter_rt_cosf,
    "tan" __geobacter_rt_tanf,
    "asin" __geobacter_rt_asinf,
    "acos" __geobacter_rt_acosf,
    "atan" __geobacter_rt_atanf,
    "sinh" __geobacter_rt_sinhf,
    "cosh" __geobacter_rt_coshf,
    "tanh" __geobacter_rt_tanhf,
    "exp" __geobacter_rt_expf,
    "exp2" __geobacter_rt_exp2f,
    "cbrt" __geobacter_rt_cbrtf,
    "exp_m1" __geobacter_rt_expm1f,
    "ln" __geobacter_rt_logf,
    "log2" __geobacter_rt_log2f,
    "log10" __geobacter_rt_log10f,
    "ln_1p" __geobacter_rt_log1pf,
    ;
    "atan2" __geobacter_rt_atan2f,
    "powf" __geobacter_rt_powf,
    "hypot" __geobacter_rt_hypotf,
    "%" __geobacter_rt_fmodf,
}

library! {
    f64:
    "sin" __geobacter_rt_sin,
    "cos" __geobacter_rt_cos,
    "tan" __geobacter_rt_tan,
    "asin" __geobacter_rt_asin,
    "acos" __geobacter_rt_acos,
    "atan" __geobacter_rt_atan,
    "sinh" __geobacter_rt_sinh,
    "cosh" __geobacter_rt_cosh,
    "tanh" __geobacter_rt_tanh,
    "exp" __geobacter_rt_exp,
    "exp2" __geobacter_rt_exp2,
    "cbrt" __geobacter_rt_cbrt,
    "exp_m1" __geobacter_rt_expm1,
    "ln" __geobacter_rt_log,
    "log2" __geobacter_rt_log2,
    "log10" __geobacter_rt_log10,
    "ln_1p" __geobacter_rt_log1p,
    ;
    "atan2" __geobacter_rt_atan2,
    "powf" __geobacter_rt_pow,
    "hypot" __geobacter_rt_hypot,
    "%" __geobacter_rt_fmod,
}
