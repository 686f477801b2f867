//! What is measured: each function once, for `f32` and `f64`.

use geobacter::math;
use geobacter::prelude::*;

use crate::exact::Exact;
use crate::library::Library;
use crate::points::{Points, Range};

/// A function of up to three arguments.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) points: Points,
    pub(crate) single: Typed<f32>,
    pub(crate) double: Typed<f64>,
    /// The exact result for `f32`, but for less than 2^-20 ULP of it.
    pub(crate) reference: fn(f64, f64, f64) -> f64,
    pub(crate) exact: fn(&Exact, &Exact, &Exact) -> Exact,
    /// Why the bound does not hold for it, where it does not.
    pub(crate) exception: Option<&'static str>,
}

/// The function in one type.
pub(crate) struct Typed<T> {
    /// Computes it on a device.
    pub(crate) launch: Launcher<T>,
    pub(crate) host: fn(T, T, T) -> T,
    /// The device library's, as host code.
    pub(crate) library: Option<fn(T, T, T) -> T>,
}

/// Launches a kernel on three inputs and an output of the same length.
pub(crate) type Launcher<T> = fn(&Device, [&Buffer<T>; 3], &mut Buffer<T>) -> geobacter::Result<()>;

/// A launcher of a function of three numbers: a closure without captures, known when the kernel is compiled.
#[macro_export]
macro_rules! launcher {
    ($t:ty, $f:expr) => {
        |device, [x, y, z], out| {
            const FUNCTION: fn($t, $t, $t) -> $t = $f;
            fn kernel(item: WorkItem, x: &[$t], y: &[$t], z: &[$t], mut out: PerItem<$t>) {
                let i = item.global_id();
                if let (Some(out), Some(&x), Some(&y), Some(&z)) = (out.get_mut(&item), x.get(i), y.get(i), z.get(i)) {
                    *out = FUNCTION(x, y, z);
                }
            }
            device.launch(Grid::covering(out.len()), kernel, (x, y, z, out)).map(drop)
        }
    };
}

macro_rules! typed {
    ($name:literal, $t:ty, $x:ident $y:ident $z:ident $body:expr) => {{
        #[allow(dead_code, reason = "not every function names its type")]
        type T = $t;
        Typed {
            launch: launcher!($t, |$x, $y, $z| {
                let _ = ($x, $y, $z);
                $body
            }),
            host: |$x, $y, $z| {
                let _ = ($x, $y, $z);
                $body
            },
            library: <$t as Library>::find($name),
        }
    }};
}

/// `"name" [ranges] (x y z) kernel; reference; exact; exception`
macro_rules! functions {
    ($($name:literal [$($range:expr),*] ($x:ident $y:ident $z:ident)
        $body:expr; $reference:expr; $exact:expr; $exception:expr;)*) => {
        vec![$(Function {
            name: $name,
            points: Points { ranges: ranges(&[$($range),*]) },
            single: typed!($name, f32, $x $y $z $body),
            double: typed!($name, f64, $x $y $z $body),
            reference: |$x: f64, $y: f64, $z: f64| { let _ = ($x, $y, $z); $reference },
            exact: |$x: &Exact, $y: &Exact, $z: &Exact| { let _ = ($x, $y, $z); $exact },
            exception: $exception,
        }),*]
    };
}

fn ranges(some: &[Range]) -> [Range; 3] {
    std::array::from_fn(|i| some.get(i).copied().unwrap_or(Range::None))
}

const ANGLES: Range = Range::Between(-100.0, 100.0);
const UNIT: Range = Range::Between(-1.0, 1.0);
const ANY: Range = Range::Between(-10.0, 10.0);
const POSITIVE: Range = Range::Between(0.0, 4.0);
const LOGARITHMS: Range = Range::Between(-120.0, 120.0);

/// `std` computes these from other functions by a formula that loses digits, the same way on the host.
const STD_FORMULA: Option<&str> = Some("std's own formula loses digits; `geobacter::math` has it exact");
/// As the documentation of `std` says.
const UNSPECIFIED: Option<&str> = Some("std rounds the quotient before it truncates it");
const MULTIPLIED: Option<&str> =
    Some("unspecified precision by std's documentation; the host multiplies, and rounds each time");

pub(crate) fn all() -> Vec<Function> {
    functions! {
        "sin" [ANGLES] (x y z) x.sin(); x.sin(); x.sin(); None;
        "cos" [ANGLES] (x y z) x.cos(); x.cos(); x.cos(); None;
        "tan" [ANGLES] (x y z) x.tan(); x.tan(); x.tan(); None;
        "asin" [UNIT] (x y z) x.asin(); x.asin(); x.asin(); None;
        "acos" [UNIT] (x y z) x.acos(); x.acos(); x.acos(); None;
        "atan" [ANY] (x y z) x.atan(); x.atan(); x.atan(); None;
        "atan2" [ANY, ANY] (x y z) x.atan2(y); x.atan2(y); x.atan2(y); None;
        "sinh" [LOGARITHMS] (x y z) x.sinh(); x.sinh(); x.sinh(); None;
        "cosh" [LOGARITHMS] (x y z) x.cosh(); x.cosh(); x.cosh(); None;
        "tanh" [ANY] (x y z) x.tanh(); x.tanh(); x.tanh(); None;
        "asinh" [ANY] (x y z) x.asinh(); libm::asinh(x); x.asinh(); STD_FORMULA;
        "acosh" [Range::Between(1.0, 10.0)] (x y z) x.acosh(); acosh(x); x.acosh(); STD_FORMULA;
        "atanh" [UNIT] (x y z) x.atanh(); libm::atanh(x); x.atanh(); STD_FORMULA;
        "exp" [LOGARITHMS] (x y z) x.exp(); x.exp(); x.exp(); None;
        "exp2" [LOGARITHMS] (x y z) x.exp2(); x.exp2(); Exact::from(2.0).pow(x); None;
        "exp_m1" [LOGARITHMS] (x y z) x.exp_m1(); x.exp_m1(); x.exp_m1(); None;
        "ln" [POSITIVE] (x y z) x.ln(); x.ln(); x.ln(); None;
        "log2" [POSITIVE] (x y z) x.log2(); x.log2(); x.log2(); None;
        "log10" [POSITIVE] (x y z) x.log10(); x.log10(); x.log10(); None;
        "ln_1p" [Range::Between(-1.0, 3.0)] (x y z) x.ln_1p(); x.ln_1p(); x.ln_1p(); None;
        "powf" [POSITIVE, Range::ExponentOfPower] (x y z) x.powf(y); x.powf(y); x.pow(y); None;
        "powi" [ANY, Range::Integer(-70, 70)] (x y z) x.powi(y as i32); x.powf(y); x.pow(y); MULTIPLIED;
        "powi(2)" [ANY] (x y z) x.powi(2); x * x; x.mul(x); None;
        "powi(-3)" [ANY] (x y z) x.powi(-3); x.powf(-3.0); x.pow(&Exact::from(-3.0)); MULTIPLIED;
        "powi(12)" [ANY] (x y z) x.powi(12); x.powf(12.0); x.pow(&Exact::from(12.0)); MULTIPLIED;
        "sqrt" [POSITIVE] (x y z) x.sqrt(); x.sqrt(); x.sqrt(); None;
        "cbrt" [ANY] (x y z) x.cbrt(); libm::cbrt(x); x.cbrt(); None;
        "hypot" [ANY, ANY] (x y z) x.hypot(y); x.hypot(y); x.mul(x).add(&y.mul(y)).sqrt(); None;
        "mul_add" [ANY, ANY, ANY] (x y z) x.mul_add(y, z); x.mul_add(y, z); x.mul(y).add(z); None;
        "+" [ANY, ANY] (x y z) x + y; x + y; x.add(y); None;
        "*" [ANY, ANY] (x y z) x * y; x * y; x.mul(y); None;
        "/" [ANY, ANY] (x y z) x / y; x / y; x.div(y); None;
        "%" [ANY, ANY] (x y z) x % y; x % y; x.rem(y); None;
        "rem_euclid" [ANY, ANY] (x y z) x.rem_euclid(y); x.rem_euclid(y); rem_euclid(x, y); None;
        "div_euclid" [ANY, ANY] (x y z) x.div_euclid(y); x.div_euclid(y); x.sub(&rem_euclid(x, y)).div(y); UNSPECIFIED;
        "floor" [ANY] (x y z) x.floor(); x.floor(); x.floor(); None;
        "ceil" [ANY] (x y z) x.ceil(); x.ceil(); x.ceil(); None;
        "trunc" [ANY] (x y z) x.trunc(); x.trunc(); x.trunc(); None;
        "round" [ANY] (x y z) x.round(); x.round(); x.round(); None;
        "round_ties_even" [ANY] (x y z) x.round_ties_even(); x.round_ties_even(); x.round_ties_even(); None;
        "fract" [ANY] (x y z) x.fract(); x.fract(); x.fract(); None;
        "signum" [ANY] (x y z) x.signum(); x.signum(); Exact::from(if x.0.is_negative() { -1.0 } else { 1.0 }); None;
        "copysign" [ANY, ANY] (x y z) x.copysign(y); x.copysign(y); if y.0.is_negative() { x.abs().neg() } else { x.abs() }; None;
        "to_degrees" [ANY] (x y z) x.to_degrees(); x.to_degrees(); x.mul(&Exact::from(180.0)).div(&Exact::pi()); None;
        "to_radians" [ANY] (x y z) x.to_radians(); x.to_radians(); x.mul(&Exact::pi()).div(&Exact::from(180.0)); None;
        "recip" [ANY] (x y z) x.recip(); x.recip(); Exact::from(1.0).div(x); None;
    }
}

/// Functions of `geobacter::math` that are not exact; how far each may be off is in its documentation.
pub(crate) fn of_math() -> Vec<Function> {
    functions! {
        "math::asinh" [ANY] (x y z) math::asinh(x); libm::asinh(x); x.asinh(); None;
        "math::acosh" [Range::Between(1.0, 10.0)] (x y z) math::acosh(x); acosh(x); x.acosh(); None;
        "math::atanh" [UNIT] (x y z) math::atanh(x); libm::atanh(x); x.atanh(); None;
        "math::sinpi" [ANY] (x y z) math::sinpi(x); sinpi(x); sinpi_exact(&x.rem(&Exact::from(2.0))); None;
        "math::cospi" [ANY] (x y z) math::cospi(x); sinpi(0.5 - (x % 2.0).abs()); sinpi_exact(&Exact::from(0.5).sub(&x.rem(&Exact::from(2.0)).abs())); None;
        "math::asinpi" [UNIT] (x y z) math::asinpi(x); x.asin() / PI_F64; x.asin().div(&Exact::pi()); None;
        "math::acospi" [UNIT] (x y z) math::acospi(x); x.acos() / PI_F64; x.acos().div(&Exact::pi()); None;
        "math::atanpi" [ANY] (x y z) math::atanpi(x); x.atan() / PI_F64; x.atan().div(&Exact::pi()); None;
        "math::exp10" [Range::Between(-40.0, 40.0)] (x y z) math::exp10(x); libm::exp10(x); Exact::from(10.0).pow(x); None;
        "math::pown" [ANY, Range::Integer(-70, 70)] (x y z) math::pown(x, y as i32); x.powf(y); x.pow(y); None;
        "math::rsqrt" [POSITIVE] (x y z) math::rsqrt(x); 1.0 / x.sqrt(); Exact::from(1.0).div(&x.sqrt()); None;
    }
}

/// `libm`'s gives numbers for some negative arguments.
fn acosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

/// `sin(pi * x)`, of an `x` reduced to where the product is exact to far less than 1 ULP of `f32`.
fn sinpi(x: f64) -> f64 {
    let rest = x - 2.0 * (x / 2.0).round_ties_even();
    let from_zero = if rest.abs() > 0.5 { (1.0 - rest.abs()).copysign(rest) } else { rest };
    (from_zero * PI_F64).sin()
}

/// Reduced as far as that, so that whole turns, of which pi is no fraction, do not come to some 1e-58.
fn sinpi_exact(x: &Exact) -> Exact {
    let (half, two) = (Exact::from(0.5), Exact::from(2.0));
    let rest = x.sub(&x.mul(&half).round_ties_even().mul(&two));
    let folded = Exact::from(1.0).sub(&rest.abs());
    let beyond = folded.sub(&half).is_negative();
    let from_zero = match (beyond, rest.is_negative()) {
        (false, _) => rest,
        (true, false) => folded,
        (true, true) => folded.neg(),
    };
    from_zero.mul(&Exact::pi()).sin()
}

const PI_F64: f64 = std::f64::consts::PI;

/// The remainder that is not negative.
fn rem_euclid(x: &Exact, y: &Exact) -> Exact {
    let rest = x.rem(y);
    if rest.is_negative() { rest.add(&y.abs()) } else { rest }
}
