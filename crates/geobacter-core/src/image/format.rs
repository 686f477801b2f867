//! Formats: a channel order and a channel type, and from there to a texel's bits.

use core::marker::PhantomData;

use super::channel::{ChannelType, Component};
use super::mask::Mask;
use super::order::{Channel, Holds};
use super::sealed::Sealed;
use super::texel::{Element, Texel};
use crate::DeviceCopy;

/// What the texels of an image are. Implemented by [`Pixel`]; the names in [`image`](super) are the usual ones.
///
/// All of it is known when a kernel is compiled: a load is one access to memory and the arithmetic of its conversion.
pub trait Format: Copy + Send + Sync + core::fmt::Debug + Sealed + 'static {
    /// What kernels see of a channel.
    type Component: Component;
    /// Memory of one texel.
    type Texel: DeviceCopy + Default;
    /// What host data consists of: `u8` for 8-bit channels, `f32` for [`Float`](super::Float), ...
    type Element: Element;
    /// Elements of a texel.
    const ELEMENTS: usize = size_of::<Self::Texel>() / size_of::<Self::Element>();
    /// What lies outside an image, under [`Address::Border`](super::Address::Border).
    const BORDER: [Self::Component; 4];

    /// Red, green, blue and alpha of a texel. What the format has no channel for is 0, and 1 for alpha.
    fn decode(texel: Self::Texel) -> [Self::Component; 4];

    /// The texel with those components of `value` that `mask` has; everything else stays as in `texel`.
    #[must_use]
    fn encode(texel: Self::Texel, value: [Self::Component; 4], mask: Mask) -> Self::Texel;

    /// Whether a store with `mask` writes every bit that a load could read, and so need not look at the old texel.
    fn is_whole(mask: Mask) -> bool;
}

/// The format with channels in the order `O`, each of type `T`: `Pixel<Bgra, Unorm8>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pixel<O, T>(PhantomData<(O, T)>);

impl<O, T> Sealed for Pixel<O, T> {}

impl<O: Holds<T>, T: ChannelType> Format for Pixel<O, T> {
    type Component = T::Component;
    type Texel = O::Texel<T::Element>;
    type Element = T::Element;
    const BORDER: [T::Component; 4] = border(O::OPAQUE_BORDER);

    #[inline(always)]
    fn decode(texel: Self::Texel) -> [T::Component; 4] {
        let mut value = border(true);
        for (i, &channel) in O::CHANNELS.iter().enumerate() {
            let read = || O::load(channel, texel.element(i));
            match channel {
                Channel::Component(component) => value[component] = read(),
                Channel::Intensity => value = [read(); 4],
                Channel::Luminance => {
                    let [r, g, b, _] = &mut value;
                    (*r, *g, *b) = (read(), read(), read());
                }
                Channel::Unused => {}
            }
        }
        value
    }

    #[inline(always)]
    fn encode(mut texel: Self::Texel, value: [T::Component; 4], mask: Mask) -> Self::Texel {
        for (i, &channel) in O::CHANNELS.iter().enumerate() {
            if let Some(source) = channel.source()
                && channel.is_written(mask)
            {
                texel = texel.with_element(i, O::store(channel, value[source]));
            }
        }
        texel
    }

    #[inline(always)]
    fn is_whole(mask: Mask) -> bool {
        O::CHANNELS.iter().all(|c| c.is_written(mask) || c.source().is_none())
    }
}

/// No colour: black, with or without alpha.
pub(super) const fn border<C: Component>(opaque: bool) -> [C; 4] {
    [C::ZERO, C::ZERO, C::ZERO, if opaque { C::ONE } else { C::ZERO }]
}
