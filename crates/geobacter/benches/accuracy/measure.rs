//! Computes a function at all points on a device, and compares.

use geobacter::prelude::*;
use rayon::prelude::*;

use crate::exact::Exact;
use crate::functions::{Function, Launcher, Typed};
use crate::points::{Number, Points, Range};
use crate::report::{Reference, Row};
use crate::single::Approximation;
use crate::ulp::{Format, from_double, from_exact};

type Outcome = Result<Row, Box<dyn std::error::Error>>;

/// The most that a function may be off, in ULP.
pub(crate) const BOUND_F32: f64 = 2.0;
pub(crate) const BOUND_F64: f64 = 3.0;

/// Points at which the reference itself is checked.
const REFERENCE_POINTS: usize = 1 << 12;

/// Errors of one function in one type.
#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    worst: f64,
    at: [f64; 3],
    sum: f64,
    count: u64,
}

/// What one result is off.
enum Error {
    /// Two libraries that have nothing in common say the same.
    Agreed,
    /// This much, in ULP; and whether it counts for the mean.
    Ulp { off: f64, sampled: bool },
}

impl Errors {
    fn of(error: Error, at: [f64; 3]) -> Self {
        match error {
            Error::Agreed => Errors::default(),
            Error::Ulp { off, sampled: true } => Errors { worst: off, at, sum: off, count: 1 },
            Error::Ulp { off, sampled: false } => Errors { worst: off, at, sum: 0.0, count: 0 },
        }
    }

    fn off(off: f64, at: [f64; 3]) -> Self {
        Errors::of(Error::Ulp { off, sampled: true }, at)
    }

    fn merge(self, other: Self) -> Self {
        let worse = if other.worst > self.worst { other } else { self };
        Errors { worst: worse.worst, at: worse.at, sum: self.sum + other.sum, count: self.count + other.count }
    }
}

/// How far the reference for `f32` is from the exact result, in ULP of `f64`.
pub(crate) fn reference(function: &Function) -> Reference {
    let [x, y, z] = function.points.draw::<f32>(REFERENCE_POINTS).map(widen);
    let errors = fold(x.len(), |i| {
        let at = [x[i], y[i], z[i]];
        let exact = exact_at(function, at);
        Errors::off(from_exact((function.reference)(at[0], at[1], at[2]), &exact), at)
    });
    Reference { name: function.name, worst: errors.worst }
}

fn widen(values: Vec<f32>) -> Vec<f64> {
    values.into_iter().map(f64::from).collect()
}

fn exact_at(function: &Function, [x, y, z]: [f64; 3]) -> Exact {
    // What is not a number, or not finite, is the host's to say; and zeros, which have a sign there.
    let uses = |i: usize| !matches!(function.points.ranges[i], Range::None);
    let is_ordinary = |i: usize, v: f64| v.is_finite() && (v != 0.0 || !uses(i));
    if is_ordinary(0, x) && is_ordinary(1, y) && is_ordinary(2, z) {
        (function.exact)(&x.into(), &y.into(), &z.into())
    } else {
        (function.reference)(x, y, z).into()
    }
}

/// Where functions are computed.
pub(crate) enum Place {
    /// In a kernel.
    Device(Device),
    /// On the host, by the device library: the code that GPUs run where they have no instruction.
    Library,
}

pub(crate) fn single(place: &Place, function: &Function, count: usize) -> Outcome {
    let reference = |[x, y, z]: [f32; 3], got| {
        let exact = (function.reference)(f64::from(x), f64::from(y), f64::from(z));
        Error::Ulp { off: from_double::<f32>(got, exact), sampled: true }
    };
    measure(place, function, &function.single, "f32", BOUND_F32, count, reference)
}

/// One point in so many has its exact result computed, whatever others say of it.
const SAMPLE: u64 = 16;

/// Exact results take long. Where the C library of the host, or for the host itself the device library, says the same to the
/// last bit, the result is not looked at further, but for a sample: those two have nothing in common.
pub(crate) fn double(place: &Place, function: &Function, count: usize) -> Outcome {
    let other = match place {
        Place::Device(device) if !device.info().is_gpu => function.double.library,
        _ => Some(function.double.host),
    };
    let reference = |at: [f64; 3], got: f64| {
        let agreed = other.is_some_and(|f| f(at[0], at[1], at[2]).to_bits() == got.to_bits());
        let sampled = (at[0].to_bits() ^ at[1].to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 & (SAMPLE - 1) == 0;
        if agreed && !sampled {
            Error::Agreed
        } else {
            Error::Ulp { off: from_exact(got, &exact_at(function, at)), sampled }
        }
    };
    measure(place, function, &function.double, "f64", BOUND_F64, count, reference)
}

fn measure<T>(
    place: &Place,
    function: &Function,
    typed: &Typed<T>,
    name: &'static str,
    bound: f64,
    count: usize,
    error: impl Fn([T; 3], T) -> Error + Send + Sync,
) -> Outcome
where
    T: Number + Format + DeviceCopy + Default,
{
    let points = function.points.draw::<T>(count);
    let got = compute(place, typed, &points)?;
    let errors = fold(count, |i| {
        let at = [0, 1, 2].map(|axis: usize| points[axis][i]);
        Errors::of(error(at, got[i]), at.map(Number::to_f64))
    });
    let specials = special_values(place, &function.points, typed, bound, function.exception.is_some())?;
    Ok(Row {
        name: function.name.to_owned(),
        ty: name,
        points: count,
        worst: errors.worst,
        mean: errors.sum / errors.count.max(1) as f64,
        at: errors.at,
        specials,
        bound: function.exception.is_none().then_some(bound),
        note: function.exception.unwrap_or_default().to_owned(),
    })
}

/// How many special values differ from the host's: NaN for NaN, signs of zeros and infinities included.
fn special_values<T>(
    place: &Place,
    points: &Points,
    typed: &Typed<T>,
    bound: f64,
    class_only: bool,
) -> Result<usize, Box<dyn std::error::Error>>
where
    T: Number + Format + DeviceCopy + Default,
{
    let special = points.special::<T>();
    let got = compute(place, typed, &special)?;
    let differs = |i: &usize| {
        let [x, y, z] = [0, 1, 2].map(|axis: usize| special[axis][*i]);
        let (got, host) = (Number::to_f64(got[*i]), Number::to_f64((typed.host)(x, y, z)));
        if host.is_nan() || host.is_infinite() || host == 0.0 {
            let same = got == host && got.is_sign_negative() == host.is_sign_negative();
            !(same || got.is_nan() && host.is_nan() || tiny::<T>(got, host))
        } else {
            !class_only && from_double::<T>(T::from_f64(got), host) > 2.0 * bound
        }
    };
    Ok((0..got.len()).filter(differs).count())
}

/// Results that round to zero on one side and to the smallest number on the other are as close as they can be.
fn tiny<T: Format>(got: f64, host: f64) -> bool {
    host == 0.0 && got != 0.0 && got.abs() <= 2f64.powi(T::MIN_EXPONENT - T::DIGITS + 1)
}

fn compute<T>(place: &Place, typed: &Typed<T>, points: &[Vec<T>; 3]) -> Result<Vec<T>, Box<dyn std::error::Error>>
where
    T: Number + DeviceCopy + Default,
{
    match (place, typed.library) {
        (Place::Device(device), _) => on_device(device, typed.launch, points),
        (Place::Library, Some(f)) => {
            let [x, y, z] = points;
            Ok((0..x.len()).into_par_iter().map(|i| f(x[i], y[i], z[i])).collect())
        }
        (Place::Library, None) => Err("not a function of the device library".into()),
    }
}

fn on_device<T>(
    device: &Device,
    launch: Launcher<T>,
    points: &[Vec<T>; 3],
) -> Result<Vec<T>, Box<dyn std::error::Error>>
where
    T: DeviceCopy + Default,
{
    let [x, y, z] = [&points[0], &points[1], &points[2]].map(|values| device.buffer_from(values));
    let mut out = device.buffer::<T>(points[0].len())?;
    launch(device, [&x?, &y?, &z?], &mut out)?;
    Ok(out.to_vec()?)
}

/// An approximation for `f32`, by its absolute and its relative error.
pub(crate) fn approximate(device: &Device, function: &Approximation, count: usize) -> Outcome {
    let points = function.points(count);
    let got = on_device(device, function.launch, &points)?;
    let errors = fold(count, |i| {
        let at = [0, 1, 2].map(|axis: usize| points[axis][i]);
        let [x, y, z] = at.map(f64::from);
        Errors::off(function.error(got[i], (function.reference)(x, y, z)), [x, y, z])
    });
    Ok(Row {
        name: function.name.to_owned(),
        ty: function.unit(),
        points: count,
        worst: errors.worst,
        mean: errors.sum / errors.count.max(1) as f64,
        at: errors.at,
        specials: 0,
        bound: Some(function.bound),
        note: function.domain.to_owned(),
    })
}

fn fold(count: usize, error: impl Fn(usize) -> Errors + Send + Sync) -> Errors {
    (0..count).into_par_iter().with_min_len(64).map(error).reduce(Errors::default, Errors::merge)
}
