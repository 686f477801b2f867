use core::ops::BitOr;

use crate::DeviceCopy;

/// The components that a store writes. Channels of the texel that hold none of them keep what they have.
///
/// ```
/// use geobacter::image::Mask;
/// assert_eq!(Mask::RED | Mask::ALPHA, Mask::RED.with(Mask::ALPHA));
/// assert!(!(Mask::RED | Mask::ALPHA).has(Mask::GREEN));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Mask(u32);

// SAFETY: a number.
unsafe impl DeviceCopy for Mask {}

impl Mask {
    /// Component 0.
    pub const RED: Mask = Mask(1);
    /// Component 1.
    pub const GREEN: Mask = Mask(2);
    /// Component 2.
    pub const BLUE: Mask = Mask(4);
    /// Component 3.
    pub const ALPHA: Mask = Mask(8);
    /// Red, green and blue.
    pub const RGB: Mask = Mask(7);
    /// All four.
    pub const ALL: Mask = Mask(15);
    /// None: such a store writes nothing.
    pub const NONE: Mask = Mask(0);

    /// The components of both; `|` where a constant is not needed.
    #[must_use]
    #[inline(always)]
    pub const fn with(self, other: Mask) -> Mask {
        Mask(self.0 | other.0)
    }

    /// Whether all components of `other` are among these.
    #[must_use]
    #[inline(always)]
    pub const fn has(self, other: Mask) -> bool {
        self.0 & other.0 == other.0
    }

    /// Component `i`, from 0.
    #[inline(always)]
    pub(super) const fn component(i: usize) -> Mask {
        Mask(1 << i)
    }
}

impl BitOr for Mask {
    type Output = Mask;

    #[inline(always)]
    fn bitor(self, other: Mask) -> Mask {
        self.with(other)
    }
}
