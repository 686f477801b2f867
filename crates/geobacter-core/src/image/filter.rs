//! Where along an axis a coordinate is: "Image Addressing and Filtering" of the OpenCL C specification, one axis at a time.
//!
//! Only additions, multiplications and comparisons, so that all devices agree; `floor` and `rint` are made of those.

use core::num::NonZeroU32;

use super::sampler::Address;

/// A texel's number along an axis, below the axis' size; or outside of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(Option<u32>);

impl Place {
    /// Texel 0, which every axis has.
    pub(super) const FIRST: Place = Place(Some(0));

    #[inline(always)]
    pub(super) fn all_inside([x, y, z]: [Place; 3]) -> Option<[u32; 3]> {
        Some([x.0?, y.0?, z.0?])
    }
}

/// A position between two texels of an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    first: Place,
    second: Place,
    /// How far it is from the first to the second, from 0 to 1.
    fraction: f32,
}

impl Between {
    /// For an axis that is not interpolated along.
    pub(super) const NONE: Between = Between { first: Place::FIRST, second: Place::FIRST, fraction: 0.0 };

    #[inline(always)]
    pub(super) fn place(&self, second: bool) -> Place {
        if second { self.second } else { self.first }
    }

    #[inline(always)]
    pub(super) fn weight(&self, second: bool) -> f32 {
        if second { self.fraction } else { 1.0 - self.fraction }
    }
}

/// From here on an `f32` is an integer.
const ALL_INTEGERS: f32 = 8_388_608.0;

/// The integer at or below `x`.
#[inline(always)]
fn floor(x: f32) -> f32 {
    let towards_zero = x as i32 as f32;
    let below = if towards_zero > x { towards_zero - 1.0 } else { towards_zero };
    if x.abs() < ALL_INTEGERS { below } else { x }
}

/// The nearest integer, ties to even.
#[inline(always)]
fn rint(x: f32) -> f32 {
    let nearest = ((x.abs() + ALL_INTEGERS) - ALL_INTEGERS).copysign(x);
    if x.abs() < ALL_INTEGERS { nearest } else { x }
}

/// As [`rint`]; the nearest there is where that is no `i32`.
#[inline(always)]
pub(super) fn rounded(x: f32) -> i32 {
    rint(x) as i32
}

#[inline(always)]
fn clamped(i: i32, size: u32) -> Place {
    Place(Some(i.max(0).min(size as i32 - 1) as u32))
}

/// `i` modulo `n`, not negative.
#[inline(always)]
fn wrapped(i: i32, n: u32) -> u32 {
    // SAFETY: images have at least one texel along each axis. (A check would bring a panic into every kernel.)
    let n = unsafe { NonZeroU32::new_unchecked(n) };
    if i < 0 { n.get() - 1 - !i as u32 % n } else { i as u32 % n }
}

/// Texel `i` of an axis of `size` texels, or what `address` makes of it.
#[inline(always)]
pub(super) fn texel(i: i32, size: u32, address: Address) -> Place {
    match address {
        Address::ClampToEdge => clamped(i, size),
        Address::Border => Place(((i as u32) < size).then_some(i as u32)),
        Address::Repeat => Place(Some(wrapped(i, size))),
        Address::MirroredRepeat => {
            let i = wrapped(i, 2 * size);
            Place(Some(if i < size { i } else { 2 * size - 1 - i }))
        }
    }
}

/// The position in texels, of coordinates that the addressing mode does not wrap, near enough to the image that it fits an
/// `i32`: beyond its neighbours all positions are alike.
#[inline(always)]
fn unwrapped(at: f32, size: u32, normalised: bool) -> f32 {
    let at = if normalised { at * size as f32 } else { at };
    at.max(-1.0).min(size as f32 + 1.0)
}

/// Positions beyond are not told apart.
const FARTHEST: f32 = (1 << 30) as f32;

/// The texel that coordinate `at` is in.
#[inline(always)]
pub(super) fn nearest(at: f32, size: u32, address: Address, normalised: bool) -> Place {
    match (address, normalised) {
        (Address::ClampToEdge | Address::Border, _) => {
            texel(floor(unwrapped(at, size, normalised)) as i32, size, address)
        }
        (Address::Repeat, true) => {
            let i = floor(repeated(at) * size as f32) as i32;
            clamped(if i > size as i32 - 1 { i - size as i32 } else { i }, size)
        }
        (Address::MirroredRepeat, true) => clamped(floor(mirrored(at) * size as f32) as i32, size),
        (Address::Repeat | Address::MirroredRepeat, false) => texel(floor(at) as i32, size, address),
    }
}

/// The two texels whose centres coordinate `at` is between.
#[inline(always)]
pub(super) fn linear(at: f32, size: u32, address: Address, normalised: bool) -> Between {
    let at = match (address, normalised) {
        (Address::ClampToEdge | Address::Border, _) => unwrapped(at, size, normalised),
        (Address::Repeat, true) => repeated(at) * size as f32,
        (Address::MirroredRepeat, true) => mirrored(at) * size as f32,
        (Address::Repeat | Address::MirroredRepeat, false) => at.clamp(-FARTHEST, FARTHEST),
    } - 0.5;
    let below = floor(at);
    let i = below as i32;
    let (first, second) = match (address, normalised) {
        // In both cases the position is inside already, and only its neighbour may not be.
        (Address::Repeat, true) => (
            clamped(if i < 0 { i + size as i32 } else { i }, size),
            clamped(if i + 1 > size as i32 - 1 { i + 1 - size as i32 } else { i + 1 }, size),
        ),
        (Address::MirroredRepeat, true) => (clamped(i, size), clamped(i + 1, size)),
        _ => (texel(i, size, address), texel(i + 1, size, address)),
    };
    Between { first, second, fraction: at - below }
}

/// From 0 to 1: the part of a normalised coordinate behind the integer.
#[inline(always)]
fn repeated(at: f32) -> f32 {
    at - floor(at)
}

/// From 0 to 1: the distance from the nearest even integer.
#[inline(always)]
fn mirrored(at: f32) -> f32 {
    (at - 2.0 * rint(0.5 * at)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interesting() -> impl Iterator<Item = f32> {
        let small = (-4000..4000).map(|i| i as f32 / 64.0);
        let bits = (0..1u32 << 16).map(|i| f32::from_bits(i << 16 | i.wrapping_mul(40503) & 0xffff));
        small.chain(bits)
    }

    #[test]
    fn floors_and_nearest_integers_are_those_of_the_standard_library() {
        for x in interesting().filter(|x| !x.is_nan()) {
            // Of the zeros' signs nothing depends.
            assert_eq!(floor(x), x.floor(), "{x:e}");
            assert_eq!(rint(x), x.round_ties_even(), "{x:e}");
        }
    }

    /// The same place by counting: the image, laid out as far as `i`.
    fn by_counting(i: i32, size: i32, address: Address) -> Option<i32> {
        match address {
            Address::ClampToEdge => Some(i.clamp(0, size - 1)),
            Address::Border => (0..size).contains(&i).then_some(i),
            Address::Repeat => {
                let mut i = i;
                while i < 0 {
                    i += size;
                }
                while i >= size {
                    i -= size;
                }
                Some(i)
            }
            Address::MirroredRepeat => {
                let mut i = i;
                while !(0..size).contains(&i) {
                    i = if i < 0 { -1 - i } else { 2 * size - 1 - i };
                }
                Some(i)
            }
        }
    }

    const ALL: [Address; 4] = [Address::ClampToEdge, Address::Border, Address::Repeat, Address::MirroredRepeat];

    #[test]
    fn texels_outside_are_what_the_address_mode_says() {
        for address in ALL {
            for size in [1, 2, 3, 7, 8] {
                for i in -50..50 {
                    let expected = by_counting(i, size, address).map(|i| i as u32);
                    assert_eq!(texel(i, size as u32, address).0, expected, "{i} of {size}, {address:?}");
                }
            }
        }
    }

    #[test]
    fn every_coordinate_gives_places_inside() {
        let inside = |place: Place, size| place.0.is_none_or(|i| i < size);
        for address in ALL {
            for size in [1, 2, 3, 1000, 1 << 24, 1 << 30] {
                for at in interesting().chain([f32::NAN, f32::INFINITY, f32::NEG_INFINITY]) {
                    for normalised in [false, true] {
                        let between = linear(at, size, address, normalised);
                        let all = [nearest(at, size, address, normalised), between.first, between.second];
                        assert!(all.iter().all(|&p| inside(p, size)), "{at:e} of {size}, {address:?}: {all:?}");
                        assert!(address == Address::Border || all.iter().all(|p| p.0.is_some()));
                    }
                    assert!(inside(clamped(rounded(at), size), size));
                }
                for i in [i32::MIN, i32::MIN + 1, -1, 0, i32::MAX] {
                    assert!(inside(texel(i, size, address), size), "{i} of {size}, {address:?}");
                }
            }
        }
    }

    /// Normalised or not, wrapped or not: the same position gives the same texels, where no rounding is in the way.
    #[test]
    fn normalised_coordinates_agree_with_those_in_texels() {
        for address in ALL {
            for quarter in -200..200 {
                let (size, at) = (8u32, quarter as f32 / 4.0);
                let normalised = at / 8.0;
                let expected = nearest(at, size, address, false);
                // A mirrored coordinate on a boundary is in the texel on its other side.
                if address != Address::MirroredRepeat || quarter % 4 != 0 {
                    assert_eq!(nearest(normalised, size, address, true), expected, "{at}, {address:?}");
                }
                let value = |b: Between| {
                    let at = |p: Place| p.0.map_or(0.0, |i| (i * i) as f32);
                    b.weight(false) * at(b.first) + b.weight(true) * at(b.second)
                };
                let (a, b) = (linear(at, size, address, false), linear(normalised, size, address, true));
                assert_eq!(value(a), value(b), "{at}, {address:?}: {a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_weight_is_the_distance_from_the_first_centre() {
        let between = linear(2.75, 8, Address::ClampToEdge, false);
        assert_eq!((between.first.0, between.second.0, between.fraction), (Some(2), Some(3), 0.25));
        let outside = linear(-100.0, 8, Address::Border, false);
        assert_eq!((outside.first.0, outside.second.0), (None, None));
    }
}
