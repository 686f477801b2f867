//! OpenCL C's `shuffle` and `shuffle2` (section 6.15.13).

use crate::{Int, Vector};

/// The elements of `x` that `mask` says, of which only as many bits count as number the elements of `x`.
///
/// ```
/// use geobacter_math::{Float2, Float4, Uint4, shuffle};
/// let mask = Uint4::new(1, 0, 5, 2);
/// assert_eq!(shuffle(Float2::new(10.0, 20.0), mask), Float4::new(20.0, 10.0, 20.0, 10.0));
/// ```
#[inline(always)]
pub fn shuffle<X: Vector, M: Vector<Element: Int>>(x: X, mask: M) -> M::Of<X::Element> {
    let lanes = X::LANES.next_power_of_two();
    mask.map_to(|i| x.as_slice()[(i.index() & (lanes - 1)).min(X::LANES - 1)])
}

/// As [`shuffle`], of the elements of `x` and, behind them, those of `y`.
#[inline(always)]
pub fn shuffle2<X: Vector, M: Vector<Element: Int>>(x: X, y: X, mask: M) -> M::Of<X::Element> {
    let lanes = X::LANES.next_power_of_two();
    mask.map_to(|i| {
        let i = i.index() & (2 * lanes - 1);
        let from = if i < lanes { &x } else { &y };
        from.as_slice()[(i & (lanes - 1)).min(X::LANES - 1)]
    })
}
