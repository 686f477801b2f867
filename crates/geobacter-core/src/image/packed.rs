//! Formats whose channels share an element: 565, 555 and 101010, and depth with stencil.

use super::format::{Format, Pixel, border};
use super::mask::Mask;
use super::order::{DepthStencil, Rgb, Rgbx};
use super::sealed::Sealed;
use super::{Float, Unorm24, normalised};

macro_rules! packed_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;
        impl Sealed for $name {}
    )*};
}
packed_types! {
    /// Red in the top 5 bits of a `u16`, 6 bits of green, 5 of blue, each standing for 0 to 1.
    Unorm565;
    /// An unused top bit of a `u16`, then 5 bits of red, green and blue, each standing for 0 to 1.
    Unorm555;
    /// Two unused top bits of a `u32`, then 10 bits of red, green and blue, each standing for 0 to 1.
    Unorm101010;
}

macro_rules! packed_formats {
    ($($t:ident: $word:ty, $(($component:literal $bits:literal << $shift:literal))*;)*) => {$(
        packed_formats!(@ Rgb true $t: $word, $(($component $bits << $shift))*);
        packed_formats!(@ Rgbx false $t: $word, $(($component $bits << $shift))*);
    )*};
    (@ $order:ident $opaque:literal $t:ident: $word:ty, $(($component:literal $bits:literal << $shift:literal))*) => {
        impl Format for Pixel<$order, $t> {
            type Component = f32;
            type Texel = $word;
            type Element = $word;
            const BORDER: [f32; 4] = border($opaque);

            #[inline(always)]
            fn decode(texel: $word) -> [f32; 4] {
                let mut value = border(true);
                $(value[$component] = normalised::fraction::<$bits>((texel >> $shift & ((1 << $bits) - 1)) as i32);)*
                value
            }

            #[inline(always)]
            fn encode(mut texel: $word, value: [f32; 4], mask: Mask) -> $word {
                $(if mask.has(Mask::component($component)) {
                    let own: $word = ((1 << $bits) - 1) << $shift;
                    texel = texel & !own | (normalised::to_unorm::<$bits>(value[$component]) as $word) << $shift;
                })*
                texel
            }

            #[inline(always)]
            fn is_whole(mask: Mask) -> bool {
                mask.has(Mask::RGB)
            }
        }
    };
}
packed_formats! {
    Unorm565: u16, (0 5 << 11) (1 6 << 5) (2 5 << 0);
    Unorm555: u16, (0 5 << 10) (1 5 << 5) (2 5 << 0);
    Unorm101010: u32, (0 10 << 20) (1 10 << 10) (2 10 << 0);
}

/// Depth and stencil value are components 0 and 1.
const WHOLE: Mask = Mask::RED.with(Mask::GREEN);
const STENCIL_MAX: f32 = 255.0;

/// The nearest integer that a stencil value can be, ties to even; 0 for NaN.
#[inline(always)]
fn stencil(value: f32) -> u32 {
    normalised::to_integer(value, STENCIL_MAX)
}

impl Format for Pixel<DepthStencil, Unorm24> {
    type Component = f32;
    type Texel = u32;
    type Element = u32;
    const BORDER: [f32; 4] = border(false);

    #[inline(always)]
    fn decode(texel: u32) -> [f32; 4] {
        [normalised::depth_fraction(texel), (texel >> 24) as f32, 0.0, 1.0]
    }

    #[inline(always)]
    fn encode(mut texel: u32, value: [f32; 4], mask: Mask) -> u32 {
        if mask.has(Mask::RED) {
            texel = texel & !normalised::DEPTH_MAX | normalised::to_depth(value[0]);
        }
        if mask.has(Mask::GREEN) {
            texel = texel & normalised::DEPTH_MAX | stencil(value[1]) << 24;
        }
        texel
    }

    #[inline(always)]
    fn is_whole(mask: Mask) -> bool {
        mask.has(WHOLE)
    }
}

impl Format for Pixel<DepthStencil, Float> {
    type Component = f32;
    type Texel = u64;
    type Element = u32;
    const BORDER: [f32; 4] = border(false);

    #[inline(always)]
    fn decode(texel: u64) -> [f32; 4] {
        [f32::from_bits(texel as u32), (texel >> 32 & 0xff) as f32, 0.0, 1.0]
    }

    #[inline(always)]
    fn encode(mut texel: u64, value: [f32; 4], mask: Mask) -> u64 {
        if mask.has(Mask::RED) {
            texel = texel & !u64::from(u32::MAX) | u64::from(value[0].to_bits());
        }
        if mask.has(Mask::GREEN) {
            texel = texel & !(0xff << 32) | u64::from(stencil(value[1])) << 32;
        }
        texel
    }

    #[inline(always)]
    fn is_whole(mask: Mask) -> bool {
        mask.has(WHOLE)
    }
}
