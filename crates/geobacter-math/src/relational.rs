//! OpenCL C's relational functions (section 6.15.6). A comparison gives an integer as wide as the number: 0 for no, and for yes 1
//! from scalars and -1, all bits, from vectors.

use core::cmp::Ordering;

use crate::float::Methods;
use crate::{Element, Float, Gentype, Int};

type Mask<V> = <V as Gentype>::Of<<<V as Gentype>::Element as Float>::Mask>;

/// What vectors and scalars say for yes.
#[inline(always)]
fn answer<V: Gentype, M: Int>(yes: bool) -> M {
    match (yes, V::LANES) {
        (false, _) => M::ZERO,
        (true, 1) => M::from_i32(1),
        (true, _) => M::ONES,
    }
}

macro_rules! compare {
    ($($(#[$doc:meta])* $name:ident($x:ident, $y:ident) = $f:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: Gentype<Element: Float>>($x: V, $y: V) -> Mask<V> {
            $x.zip_to($y, |$x, $y| answer::<V, _>($f))
        }
    )*};
}

compare! {
    /// `x == y`; no, where one is NaN.
    isequal(x, y) = x == y;
    /// `x != y`; yes, where one is NaN.
    isnotequal(x, y) = x != y;
    /// `x > y`; no, where one is NaN.
    isgreater(x, y) = x > y;
    /// `x >= y`; no, where one is NaN.
    isgreaterequal(x, y) = x >= y;
    /// `x < y`; no, where one is NaN.
    isless(x, y) = x < y;
    /// `x <= y`; no, where one is NaN.
    islessequal(x, y) = x <= y;
    /// `x < y || x > y`; no, where one is NaN.
    islessgreater(x, y) = x.partial_cmp(&y).is_some_and(Ordering::is_ne);
    /// Whether neither is NaN.
    isordered(x, y) = !x.is_nan() && !y.is_nan();
    /// Whether one is NaN.
    isunordered(x, y) = x.is_nan() || y.is_nan();
}

macro_rules! test {
    ($($(#[$doc:meta])* $name:ident($x:ident) = $f:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: Gentype<Element: Float>>($x: V) -> Mask<V> {
            $x.map_to(|$x| answer::<V, _>($f))
        }
    )*};
}

test! {
    /// Whether it is neither infinite nor NaN.
    isfinite(x) = x.is_finite();
    /// Whether it is infinite.
    isinf(x) = x.is_infinite();
    /// Whether it is NaN.
    isnan(x) = x.is_nan();
    /// Whether it is neither zero, subnormal, infinite nor NaN.
    isnormal(x) = x.is_normal();
    /// Whether its sign bit is set.
    signbit(x) = x.is_sign_negative();
}

/// Whether the most significant bit of any element is set.
#[inline(always)]
pub fn any<V: Gentype<Element: Int>>(x: V) -> bool {
    x.fold(false, |any, x| any | x.top())
}

/// Whether the most significant bit of every element is set.
#[inline(always)]
pub fn all<V: Gentype<Element: Int>>(x: V) -> bool {
    x.fold(true, |all, x| all & x.top())
}

/// `b` where `c` says yes, else `a`: for a scalar where it is not 0, for elements of a vector where the most significant bit is
/// set.
///
/// ```
/// use geobacter_math::{Float4, isless, select};
/// let x = Float4::new(-1.0, 2.0, -3.0, 4.0);
/// assert_eq!(select(x, -x, isless(x, Float4::splat(0.0))).to_array(), [1.0, 2.0, 3.0, 4.0]);
/// ```
#[inline(always)]
pub fn select<V: Gentype, M: Int>(a: V, b: V, c: V::Of<M>) -> V {
    a.zip3_of(b, c, |a, b, c| if if V::LANES == 1 { c != M::ZERO } else { c.top() } { b } else { a })
}

/// The bits of `b` where those of `c` are set, and those of `a` elsewhere.
#[inline(always)]
pub fn bitselect<V: Gentype>(a: V, b: V, c: V) -> V {
    a.zip3(b, c, <V::Element as Element>::select_bits)
}
