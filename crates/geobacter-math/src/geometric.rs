//! OpenCL C's geometric functions (section 6.15.5).

use crate::float::Methods;
use crate::parts::power_of_two;
use crate::{Float, Gentype, Vec3, Vec4, fast};

/// The sum of the products of elements, in order, each rounded.
#[inline]
pub fn dot<V: Gentype<Element: Float>>(a: V, b: V) -> V::Element {
    a.zip(b, |a, b| a * b).fold(Methods::from_f64(0.0), |sum, x| sum + x)
}

/// What has a cross product: three elements, or four, of which the last is then 0.
pub trait Cross: Gentype {
    #[doc(hidden)]
    fn cross_with(self, other: Self) -> Self;
}

impl<F: Float> Cross for Vec3<F> {
    #[inline]
    fn cross_with(self, o: Self) -> Self {
        Vec3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
}

impl<F: Float> Cross for Vec4<F> {
    #[inline]
    fn cross_with(self, other: Self) -> Self {
        let Vec3 { x, y, z, .. } = self.xyz().cross_with(other.xyz());
        Vec4::new(x, y, z, F::ZERO)
    }
}

/// The cross product of the first three elements.
///
/// ```
/// use geobacter_math::{Float3, cross};
/// assert_eq!(cross(Float3::new(1.0, 0.0, 0.0), Float3::new(0.0, 1.0, 0.0)), Float3::new(0.0, 0.0, 1.0));
/// ```
#[inline]
pub fn cross<V: Cross>(a: V, b: V) -> V {
    a.cross_with(b)
}

/// The Euclidean length. Squares that would overflow or vanish are scaled before, so it is right for every magnitude; within
/// 3 ULP for up to four elements, and half a ULP more for each further one.
#[inline]
pub fn length<V: Gentype<Element: Float>>(v: V) -> V::Element {
    let most = largest(v);
    if most.is_infinite() || most == Methods::from_f64(0.0) {
        return most;
    }
    let (down, up) = scales(most);
    let v = v.map(|x| x * down);
    dot(v, v).sqrt() * up
}

/// The length of the difference.
#[inline]
pub fn distance<V: Gentype<Element: Float>>(a: V, b: V) -> V::Element {
    length(a.zip(b, |a, b| a - b))
}

/// A vector in the same direction whose length is 1, each element within 4 ULP. A vector of zeros stays as it is; infinite
/// elements count as 1 with their sign, and others as 0 then.
#[inline]
pub fn normalize<V: Gentype<Element: Float>>(v: V) -> V {
    let most = largest(v);
    if most == Methods::from_f64(0.0) {
        return v;
    }
    let v = if most.is_infinite() { v.map(only_infinite) } else { v };
    let (down, _) = scales(if most.is_infinite() { Methods::from_f64(1.0) } else { most });
    let v = v.map(|x| x * down);
    let length = dot(v, v).sqrt();
    v.map(|x| x / length)
}

fn only_infinite<F: Float>(x: F) -> F {
    if x.is_nan() {
        x
    } else if x.is_infinite() {
        F::ONE.copysign(x)
    } else {
        F::ZERO.copysign(x)
    }
}

/// The largest magnitude of an element. Infinite where one is, as C's `hypot` has it; a NaN does not count.
fn largest<V: Gentype<Element: Float>>(v: V) -> V::Element {
    v.fold(Methods::from_f64(0.0), |most, x| {
        let x = Methods::abs(x);
        if x > most { x } else { most }
    })
}

/// A power of two that brings numbers up to `most` where their squares neither overflow nor vanish, and its inverse. 1, unless they
/// would.
fn scales<F: Float>(most: F) -> (F, F) {
    let third = F::BIAS / 3;
    let (low, high) = (power_of_two::<F>(-third), power_of_two::<F>(third));
    // Far enough for the smallest numbers there are, and the largest.
    let far = power_of_two::<F>(2 * third);
    let near = power_of_two::<F>(-2 * third);
    if most > high {
        (near, far)
    } else if most < low {
        (far, near)
    } else {
        (F::ONE, F::ONE)
    }
}

/// [`length`], without regard to overflow, by the device's approximate square root: see [`fast::sqrt`].
#[inline]
pub fn fast_length<V: Gentype<Element = f32>>(v: V) -> f32 {
    fast::sqrt(dot(v, v))
}

/// [`distance`], as [`fast_length`].
#[inline]
pub fn fast_distance<V: Gentype<Element = f32>>(a: V, b: V) -> f32 {
    fast_length(a.zip(b, |a, b| a - b))
}

/// [`normalize`], without regard to overflow, by the device's approximate inverse square root: see [`fast::rsqrt`].
#[inline]
pub fn fast_normalize<V: Gentype<Element = f32>>(v: V) -> V {
    let inverse = fast::rsqrt(dot(v, v));
    v.map(|x| x * inverse)
}
