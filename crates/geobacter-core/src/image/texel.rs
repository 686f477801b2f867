//! How the channels of one texel lie in memory.
//!
//! Two and four channels are one integer, so that a texel is one load and one store of its whole size, whatever is done
//! with its channels afterwards. Channel 0 has the lowest address.

use crate::DeviceCopy;

const _: () = assert!(cfg!(target_endian = "little"), "texels are taken apart as little-endian numbers");

/// Four 32-bit channels: aligned to its size, so that it moves in one access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Quad(pub [u32; 4]);

// SAFETY: numbers.
unsafe impl DeviceCopy for Quad {}

/// One channel as it lies in memory: what host data for an image consists of.
///
/// `u8`, `i8`, `u16`, `i16`, `u32`, `i32` and `f32`.
pub trait Element: DeviceCopy + Default + super::sealed::Sealed {
    /// One channel.
    type One: Texel<Self>;
    /// Two channels.
    type Two: Texel<Self>;
    /// Three channels.
    type Three: Texel<Self>;
    /// Four channels.
    type Four: Texel<Self>;
}

/// Memory of one texel, made of elements of type `E` without anything between them.
pub trait Texel<E>: DeviceCopy + Default + super::sealed::Sealed {
    /// Channels.
    const CHANNELS: usize;
    /// Channel `i` in the order of memory.
    fn element(self, i: usize) -> E;
    /// The texel with another channel `i`; the others stay.
    #[must_use]
    fn with_element(self, i: usize, value: E) -> Self;
}

/// The bits of a number, and back.
trait Bits<B>: Copy {
    fn bits(self) -> B;
    fn of(bits: B) -> Self;
}

macro_rules! bits {
    ($($t:ty as $b:ty: |$x:ident| $to:expr, |$y:ident| $from:expr;)*) => {$(
        impl Bits<$b> for $t {
            #[inline(always)]
            fn bits(self) -> $b {
                let $x = self;
                $to
            }
            #[inline(always)]
            fn of($y: $b) -> $t {
                $from
            }
        }
    )*};
}
bits! {
    u8 as u8: |x| x, |b| b;
    i8 as u8: |x| x as u8, |b| b as i8;
    u16 as u16: |x| x, |b| b;
    i16 as u16: |x| x as u16, |b| b as i16;
    u32 as u32: |x| x, |b| b;
    i32 as u32: |x| x as u32, |b| b as i32;
    f32 as u32: |x| x.to_bits(), |b| f32::from_bits(b);
}

/// Texels that are one number: channels are taken out of it by shifts.
macro_rules! whole {
    ($($whole:ty: $channels:literal of $element:ty as $bits:ty;)*) => {$(
        impl Texel<$element> for $whole {
            const CHANNELS: usize = $channels;

            #[inline(always)]
            fn element(self, i: usize) -> $element {
                Bits::<$bits>::of((self >> (i as u32 * <$bits>::BITS)) as $bits)
            }

            #[inline(always)]
            fn with_element(self, i: usize, value: $element) -> Self {
                let shift = i as u32 * <$bits>::BITS;
                let own = <$whole>::from(<$bits>::MAX) << shift;
                self & !own | <$whole>::from(Bits::<$bits>::bits(value)) << shift
            }
        }
    )*};
}

/// Texels that are several numbers.
macro_rules! parts {
    ($($texel:ty: $channels:literal of $element:ty as $bits:ty, |$t:ident| $array:expr;)*) => {$(
        impl Texel<$element> for $texel {
            const CHANNELS: usize = $channels;

            #[inline(always)]
            fn element(self, i: usize) -> $element {
                let $t = self;
                Bits::<$bits>::of($array[i])
            }

            #[inline(always)]
            fn with_element(self, i: usize, value: $element) -> Self {
                let mut $t = self;
                $array[i] = Bits::<$bits>::bits(value);
                $t
            }
        }
    )*};
}

macro_rules! elements {
    ($($element:ty as $bits:ty: $two:ty, $four:ty;)*) => {$(
        impl super::sealed::Sealed for $element {}
        impl Element for $element {
            type One = $bits;
            type Two = $two;
            type Three = [$bits; 3];
            type Four = $four;
        }
        whole! {
            $bits: 1 of $element as $bits;
            $two: 2 of $element as $bits;
        }
        parts! {
            [$bits; 3]: 3 of $element as $bits, |t| t;
        }
    )*};
}
elements! {
    u8 as u8: u16, u32;
    i8 as u8: u16, u32;
    u16 as u16: u32, u64;
    i16 as u16: u32, u64;
    u32 as u32: u64, Quad;
    i32 as u32: u64, Quad;
    f32 as u32: u64, Quad;
}
whole! {
    u32: 4 of u8 as u8;
    u32: 4 of i8 as u8;
    u64: 4 of u16 as u16;
    u64: 4 of i16 as u16;
}
parts! {
    Quad: 4 of u32 as u32, |t| t.0;
    Quad: 4 of i32 as u32, |t| t.0;
    Quad: 4 of f32 as u32, |t| t.0;
}

impl super::sealed::Sealed for u64 {}
impl super::sealed::Sealed for Quad {}
impl super::sealed::Sealed for [u8; 3] {}
impl super::sealed::Sealed for [u16; 3] {}
impl super::sealed::Sealed for [u32; 3] {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Channels lie in memory as an array of elements would, and replacing one leaves the others.
    #[track_caller]
    fn lies_as_an_array<E: Element + PartialEq + core::fmt::Debug, T: Texel<E>, const N: usize>(
        values: [E; N],
        other: E,
    ) {
        assert_eq!((T::CHANNELS, size_of::<T>()), (N, N * size_of::<E>()));
        let texel = (0..N).fold(T::default(), |t, i| t.with_element(i, values[i]));
        // SAFETY: as many bytes, of a type that takes any.
        let in_memory: [E; N] = unsafe { core::ptr::from_ref(&texel).cast::<[E; N]>().read() };
        assert_eq!(in_memory, values);
        for i in 0..N {
            let changed = texel.with_element(i, other);
            for (j, &value) in values.iter().enumerate() {
                assert_eq!(changed.element(j), if i == j { other } else { value });
            }
        }
    }

    #[track_caller]
    fn all<E: Element + PartialEq + core::fmt::Debug>(a: E, b: E, c: E, d: E, other: E) {
        lies_as_an_array::<E, E::One, 1>([a], other);
        lies_as_an_array::<E, E::Two, 2>([a, b], other);
        lies_as_an_array::<E, E::Three, 3>([a, b, c], other);
        lies_as_an_array::<E, E::Four, 4>([a, b, c, d], other);
    }

    #[test]
    fn channels_lie_in_memory_in_order() {
        all::<u8>(1, 0x80, 0xff, 7, 0xa5);
        all::<i8>(-1, 127, -128, 7, 0x25);
        all::<u16>(1, 0x8000, 0xffff, 7, 0xa5a5);
        all::<i16>(-1, 32767, -32768, 7, 0x25a5);
        all::<u32>(1, 0x8000_0000, u32::MAX, 7, 0xa5a5_a5a5);
        all::<i32>(-1, i32::MAX, i32::MIN, 7, 0x25a5_a5a5);
        all::<f32>(-1.5, f32::MAX, -0.0, 7.0, 1e-40);
    }

    #[test]
    fn two_and_four_channels_are_aligned_to_their_size() {
        fn aligned<T>() -> bool {
            align_of::<T>() == size_of::<T>()
        }
        assert!(aligned::<<u8 as Element>::Four>() && aligned::<<u16 as Element>::Four>());
        assert!(aligned::<<f32 as Element>::Four>() && aligned::<<f32 as Element>::Two>());
    }
}
