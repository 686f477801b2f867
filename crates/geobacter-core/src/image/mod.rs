//! Images: typed texels in one, two or three dimensions, read and written by kernels, and sampled.
//!
//! An image is memory in a linear layout; where a texel lies, what its bits mean and what a sampler makes of them is
//! computed here, in Rust that is lowered like any other. So it is the same on every device, bit for bit, and there too
//! where the hardware has no instructions for images (the CPU, and AMD's CDNA). The format is a type, so what a load or a
//! store does is decided when the kernel is compiled: one access to memory, and the arithmetic of the conversion.
//!
//! A kernel takes an [`ImageRef`] to read, a [`PerItemTexel`] or [`PerItemTexels`] to read and write texels of its own, or
//! a [`RawImage`]. On the host, an `Image` is passed for each.
//!
//! # Formats
//!
//! [`Pixel<O, T>`](Pixel) has channels in the order `O`, each of type `T`. Orders and types, their meaning and their names
//! follow the OpenCL specification (tables "Image Channel Order", "Image Channel Data Types") and the HSA runtime's
//! `hsa_ext_image_channel_order_t` and `hsa_ext_image_channel_type_t`, which agree with each other.
//!
//! | order | channels in memory | a load gives | types |
//! |---|---|---|---|
//! | [`Alpha`] | a | 0, 0, 0, a | any but `Unorm24` and packed ones |
//! | [`Red`], [`Rx`] | r; r, unused | r, 0, 0, 1 | " |
//! | [`Rg`], [`Rgx`] | r, g; r, g, unused | r, g, 0, 1 | " |
//! | [`Ra`] | r, a | r, 0, 0, a | " |
//! | [`Rgb`], [`Rgbx`] | r, g, b; r, g, b, unused | r, g, b, 1 | the same, and [`Unorm565`], [`Unorm555`], [`Unorm101010`] |
//! | [`Rgba`], [`Bgra`], [`Argb`], [`Abgr`] | four, in that order | r, g, b, a | any but `Unorm24` and packed ones |
//! | [`Srgb`], [`Srgbx`] | r, g, b; r, g, b, unused | linear r, g, b, 1 | [`Unorm8`] |
//! | [`Srgba`], [`Sbgra`] | four, in that order | linear r, g, b, a | [`Unorm8`] |
//! | [`Intensity`] | i | i, i, i, i | [`Unorm8`], [`Unorm16`], [`Snorm8`], [`Snorm16`], [`Half`], [`Float`] |
//! | [`Luminance`] | l | l, l, l, 1 | " |
//! | [`Depth`] | d | d, 0, 0, 1 | [`Unorm16`], [`Unorm24`], [`Float`] |
//! | [`DepthStencil`] | see there | d, stencil, 0, 1 | [`Unorm24`], [`Float`] |
//!
//! | type | a kernel sees | in memory |
//! |---|---|---|
//! | [`Unorm8`], [`Unorm16`], [`Unorm24`] | `f32` from 0 to 1 | unsigned integers |
//! | [`Snorm8`], [`Snorm16`] | `f32` from -1 to 1 | signed integers |
//! | [`Unorm565`], [`Unorm555`], [`Unorm101010`] | `f32` from 0 to 1 | all channels in one integer |
//! | [`Half`], [`Float`] | `f32` | floating point |
//! | [`Uint8`], [`Uint16`], [`Uint32`] | `u32` | unsigned integers |
//! | [`Sint8`], [`Sint16`], [`Sint32`] | `i32` | signed integers |
//!
//! Stores saturate, and round to the nearest value, ties to even.

mod channel;
mod dimension;
mod filter;
mod format;
mod half;
mod mask;
mod normalised;
mod order;
mod packed;
mod sampler;
mod srgb;
mod texel;
mod texels;
mod tiles;
mod views;

pub use channel::{
    ChannelType, Component, Float, Fractional, Half, Sint8, Sint16, Sint32, Snorm8, Snorm16, Uint8, Uint16, Uint32,
    Unorm8, Unorm16, Unorm24,
};
pub use dimension::{D1, D1Array, D2, D2Array, D3, Dimension, Layered};
pub use format::{Format, Pixel};
pub use mask::Mask;
pub use order::{
    Abgr, Alpha, Argb, Bgra, Channel, ChannelOrder, Depth, DepthStencil, Holds, Intensity, Luminance, Ra, Red, Rg, Rgb,
    Rgba, Rgbx, Rgx, Rx, Sbgra, Srgb, Srgba, Srgbx,
};
pub use packed::{Unorm555, Unorm565, Unorm101010};
pub use sampler::{Address, Filter, Sampler};
pub use texel::{Element, Quad, Texel};
pub use texels::{ImageArg, MAX_EXTENT};
pub use tiles::{PerItemTexels, TexelTile};
pub use views::{ImageRef, PerItemTexel, RawImage, TexelMut};

mod sealed {
    /// Formats are part of the contract between host and device: there are no others.
    pub trait Sealed {}
}

macro_rules! names {
    ($($name:ident = $order:ident $t:ident;)*) => {$(
        #[doc = concat!("[`", stringify!($order), "`] channels of type [`", stringify!($t), "`].")]
        pub type $name = Pixel<$order, $t>;
    )*};
}
names! {
    R8Unorm = Red Unorm8;
    R8Uint = Red Uint8;
    R16Uint = Red Uint16;
    R32Uint = Red Uint32;
    R32Sint = Red Sint32;
    R16Float = Red Half;
    R32Float = Red Float;
    Rg8Unorm = Rg Unorm8;
    Rg16Float = Rg Half;
    Rg32Float = Rg Float;
    Rgb8Unorm = Rgb Unorm8;
    Rgb565Unorm = Rgb Unorm565;
    Rgba8Unorm = Rgba Unorm8;
    Rgba8Snorm = Rgba Snorm8;
    Rgba8Uint = Rgba Uint8;
    Rgba8Srgb = Srgba Unorm8;
    Bgra8Unorm = Bgra Unorm8;
    Bgra8Srgb = Sbgra Unorm8;
    Rgba16Unorm = Rgba Unorm16;
    Rgba16Uint = Rgba Uint16;
    Rgba16Float = Rgba Half;
    Rgba32Uint = Rgba Uint32;
    Rgba32Sint = Rgba Sint32;
    Rgba32Float = Rgba Float;
    Depth32Float = Depth Float;
}

#[cfg(test)]
mod tests;
