//! Channel orders: which component each channel of a texel holds.

use super::channel::{ChannelType, Fractional};
use super::sealed::Sealed;
use super::texel::{Element, Texel};
use super::{Float, Mask, Unorm8, Unorm16, Unorm24, srgb};

/// What a channel of a texel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// One of the components: 0 is red, 3 alpha.
    Component(usize),
    /// All four components at once; a store takes red's.
    Intensity,
    /// Red, green and blue at once; a store takes red's.
    Luminance,
    /// Nothing: loads ignore it. Stores that leave out other channels leave it as it is, too; others write 0.
    Unused,
}

impl Channel {
    /// The component that a store takes.
    #[inline(always)]
    pub(super) const fn source(self) -> Option<usize> {
        match self {
            Channel::Component(i) => Some(i),
            Channel::Intensity | Channel::Luminance => Some(0),
            Channel::Unused => None,
        }
    }

    /// Whether a store with `mask` writes it.
    #[inline(always)]
    pub(super) fn is_written(self, mask: Mask) -> bool {
        self.source().is_some_and(|i| mask.has(Mask::component(i)))
    }
}

/// A channel order.
pub trait ChannelOrder: Copy + Send + Sync + core::fmt::Debug + Sealed + 'static {
    /// The channels as they lie in memory.
    const CHANNELS: &'static [Channel];
    /// Alpha of what lies outside an image, under [`Address::Border`](super::Address::Border), is 1, not 0.
    const OPAQUE_BORDER: bool = false;
    /// Memory of a texel whose channels are `E`.
    type Texel<E: Element>: Texel<E>;
}

/// An order whose channels can be of type `T`.
#[diagnostic::on_unimplemented(
    message = "there is no image format with the channels of `{Self}` as `{T}`",
    note = "`Intensity` and `Luminance` hold `Unorm8`, `Unorm16`, `Snorm8`, `Snorm16`, `Half` and `Float`; the sRGB orders \
            `Unorm8`; `Depth` holds `Unorm16`, `Unorm24` and `Float`, and `DepthStencil` `Unorm24` and `Float`; \
            `Unorm565`, `Unorm555` and `Unorm101010` go with `Rgb` and `Rgbx`; all others hold any other type"
)]
pub trait Holds<T: ChannelType>: ChannelOrder {
    /// Channel `channel` from memory.
    #[inline(always)]
    fn load(channel: Channel, element: T::Element) -> T::Component {
        let _ = channel;
        T::load(element)
    }

    /// Channel `channel` to memory.
    #[inline(always)]
    fn store(channel: Channel, component: T::Component) -> T::Element {
        let _ = channel;
        T::store(component)
    }
}

const R: Channel = Channel::Component(0);
const G: Channel = Channel::Component(1);
const B: Channel = Channel::Component(2);
const A: Channel = Channel::Component(3);
const X: Channel = Channel::Unused;

macro_rules! orders {
    ($($(#[$doc:meta])* $name:ident: $count:ident [$($channel:expr),*] $(, opaque border $opaque:literal)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;

        impl Sealed for $name {}
        impl ChannelOrder for $name {
            const CHANNELS: &'static [Channel] = &[$($channel),*];
            $(const OPAQUE_BORDER: bool = $opaque;)?
            type Texel<E: Element> = E::$count;
        }
    )*};
}

orders! {
    /// Alpha alone.
    Alpha: One [A];
    /// Red alone.
    Red: One [R], opaque border true;
    /// Red and an unused channel.
    Rx: Two [R, X];
    /// Red and green.
    Rg: Two [R, G], opaque border true;
    /// Red, green and an unused channel.
    Rgx: Three [R, G, X];
    /// Red and alpha.
    Ra: Two [R, A];
    /// Red, green and blue.
    Rgb: Three [R, G, B], opaque border true;
    /// Red, green, blue and an unused channel.
    Rgbx: Four [R, G, B, X];
    /// Red, green, blue and alpha.
    Rgba: Four [R, G, B, A];
    /// Blue, green, red and alpha.
    Bgra: Four [B, G, R, A];
    /// Alpha, red, green and blue.
    Argb: Four [A, R, G, B];
    /// Alpha, blue, green and red.
    Abgr: Four [A, B, G, R];
    /// Red, green and blue, by the sRGB curve.
    Srgb: Three [R, G, B], opaque border true;
    /// Red, green and blue by the sRGB curve, and an unused channel.
    Srgbx: Four [R, G, B, X];
    /// Red, green and blue by the sRGB curve, and linear alpha.
    Srgba: Four [R, G, B, A];
    /// Blue, green and red by the sRGB curve, and linear alpha.
    Sbgra: Four [B, G, R, A];
    /// One channel that all four components read.
    Intensity: One [Channel::Intensity];
    /// One channel that red, green and blue read.
    Luminance: One [Channel::Luminance], opaque border true;
    /// Depth, as red.
    Depth: One [R];
}

/// Depth as red, and an 8-bit stencil value as green, which reads and stores as a number from 0 to 255.
///
/// With [`Unorm24`], the stencil value is the top byte of the one `u32`; with [`Float`], the low byte of a `u32` behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepthStencil;
impl Sealed for DepthStencil {}

macro_rules! holds {
    ($($order:ident)*: $($t:ident)*) => { holds!(@ [$($order)*] [$($t)*]); };
    (@ [$($order:ident)*] $ts:tt) => {$( holds!(@@ $order $ts); )*};
    (@@ $order:ident [$($t:ident)*]) => {$( impl Holds<super::$t> for $order {} )*};
}
holds!(Alpha Red Rx Rg Rgx Ra Rgb Rgbx Rgba Bgra Argb Abgr:
    Unorm8 Unorm16 Snorm8 Snorm16 Uint8 Uint16 Uint32 Sint8 Sint16 Sint32 Half Float);

impl<T: Fractional> Holds<T> for Intensity {}
impl<T: Fractional> Holds<T> for Luminance {}
impl Holds<Unorm16> for Depth {}
impl Holds<Unorm24> for Depth {}
impl Holds<Float> for Depth {}

macro_rules! by_the_srgb_curve {
    ($($order:ident)*) => {$(
        impl Holds<Unorm8> for $order {
            #[inline(always)]
            fn load(channel: Channel, element: u8) -> f32 {
                if channel == A { Unorm8::load(element) } else { srgb::decode(element) }
            }

            #[inline(always)]
            fn store(channel: Channel, component: f32) -> u8 {
                if channel == A { Unorm8::store(component) } else { srgb::encode(component) }
            }
        }
    )*};
}
by_the_srgb_curve!(Srgb Srgbx Srgba Sbgra);
