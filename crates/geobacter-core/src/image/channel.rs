//! Channel types: what a channel's bits mean.

use super::sealed::Sealed;
use super::texel::Element;
use super::{half, normalised};
use crate::DeviceCopy;

/// What kernels see of a channel: `f32`, `i32` or `u32`.
pub trait Component: DeviceCopy + PartialEq + core::fmt::Debug + Sealed {
    /// What channels that are not there read as, but for alpha.
    const ZERO: Self;
    /// What alpha reads as where there is none.
    const ONE: Self;
}

macro_rules! components {
    ($($t:ty: $zero:literal, $one:literal;)*) => {$(
        impl Component for $t {
            const ZERO: Self = $zero;
            const ONE: Self = $one;
        }
    )*};
}
components! {
    f32: 0.0, 1.0;
    i32: 0, 1;
    u32: 0, 1;
}

/// A type whose channels are elements of their own, as opposed to packed ones such as [`Unorm565`](super::Unorm565).
///
/// Loads and stores convert as the OpenCL C specification says under "Conversion Rules"; where that leaves a choice, the
/// result is the nearest number, ties to even, on every device.
pub trait ChannelType: Copy + Send + Sync + core::fmt::Debug + Sealed + 'static {
    /// What a kernel sees.
    type Component: Component;
    /// What lies in memory.
    type Element: Element;

    /// From memory.
    fn load(element: Self::Element) -> Self::Component;
    /// To memory: out-of-range values saturate, NaN becomes 0 where it is no number of the type.
    fn store(component: Self::Component) -> Self::Element;
}

/// Types that stand for numbers, not integers: what luminance and intensity can be.
pub trait Fractional: ChannelType<Component = f32> {}

macro_rules! channel_types {
    ($($(#[$doc:meta])* $name:ident: $component:ty as $element:ty, |$e:ident| $load:expr, |$c:ident| $store:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;

        impl Sealed for $name {}
        impl ChannelType for $name {
            type Component = $component;
            type Element = $element;

            #[inline(always)]
            fn load($e: $element) -> $component {
                $load
            }

            #[inline(always)]
            fn store($c: $component) -> $element {
                $store
            }
        }
    )*};
}

channel_types! {
    /// 8-bit integers that stand for 0 to 1.
    Unorm8: f32 as u8, |e| normalised::fraction::<8>(e.into()), |c| normalised::to_unorm::<8>(c) as u8;
    /// 16-bit integers that stand for 0 to 1.
    Unorm16: f32 as u16, |e| normalised::fraction::<16>(e.into()), |c| normalised::to_unorm::<16>(c) as u16;
    /// 24-bit integers that stand for 0 to 1, for depth: the low bits of a `u32`. A store clears the others.
    Unorm24: f32 as u32, |e| normalised::depth_fraction(e), |c| normalised::to_depth(c);
    /// 8-bit integers that stand for -1 to 1; the lowest reads as -1 too.
    Snorm8: f32 as i8, |e| normalised::fraction::<7>(e.into()).max(-1.0), |c| normalised::to_snorm::<7>(c) as i8;
    /// 16-bit integers that stand for -1 to 1; the lowest reads as -1 too.
    Snorm16: f32 as i16, |e| normalised::fraction::<15>(e.into()).max(-1.0), |c| normalised::to_snorm::<15>(c) as i16;
    /// 8-bit unsigned integers.
    Uint8: u32 as u8, |e| e.into(), |c| c.min(u8::MAX.into()) as u8;
    /// 16-bit unsigned integers.
    Uint16: u32 as u16, |e| e.into(), |c| c.min(u16::MAX.into()) as u16;
    /// 32-bit unsigned integers.
    Uint32: u32 as u32, |e| e, |c| c;
    /// 8-bit signed integers.
    Sint8: i32 as i8, |e| e.into(), |c| c.clamp(i8::MIN.into(), i8::MAX.into()) as i8;
    /// 16-bit signed integers.
    Sint16: i32 as i16, |e| e.into(), |c| c.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    /// 32-bit signed integers.
    Sint32: i32 as i32, |e| e, |c| c;
    /// 16-bit floating point (IEEE 754 binary16), as its bits.
    Half: f32 as u16, |e| half::decode(e), |c| half::encode(c);
    /// 32-bit floating point.
    Float: f32 as f32, |e| e, |c| c;
}

macro_rules! fractional {
    ($($t:ident)*) => {$( impl Fractional for $t {} )*};
}
fractional!(Unorm8 Unorm16 Snorm8 Snorm16 Half Float);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_signed_integers_read_as_minus_one() {
        assert_eq!((Snorm8::load(-128), Snorm8::load(-127), Snorm8::load(127)), (-1.0, -1.0, 1.0));
        assert_eq!((Snorm16::load(-32768), Snorm16::load(-32767), Snorm16::load(32767)), (-1.0, -1.0, 1.0));
    }

    #[test]
    fn integers_saturate() {
        assert_eq!((Uint8::store(255), Uint8::store(256), Uint8::store(u32::MAX)), (255, 255, 255));
        assert_eq!((Uint16::store(65535), Uint16::store(65536)), (65535, 65535));
        assert_eq!((Sint8::store(-129), Sint8::store(128), Sint8::store(-5)), (-128, 127, -5));
        assert_eq!((Sint16::store(i32::MIN), Sint16::store(i32::MAX)), (-32768, 32767));
        assert_eq!((Uint32::store(u32::MAX), Sint32::store(i32::MIN)), (u32::MAX, i32::MIN));
    }

    #[test]
    fn stores_beyond_the_range_of_normalised_types_saturate() {
        assert_eq!((Unorm8::store(-0.1), Unorm8::store(1.1), Unorm8::store(f32::INFINITY)), (0, 255, 255));
        assert_eq!((Unorm8::store(f32::NAN), Snorm8::store(f32::NAN)), (0, 0));
        assert_eq!((Snorm8::store(-7.0), Snorm8::store(7.0)), (-128, 127));
        // 0.5 of 255 is 127.5, a tie: 128 is even.
        assert_eq!(Unorm8::store(0.5), 128);
    }
}
