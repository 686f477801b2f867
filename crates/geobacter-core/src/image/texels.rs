//! Where the texels of an image lie.

use core::marker::PhantomData;
use core::mem::offset_of;

use super::dimension::Dimension;
use super::format::Format;
use crate::specialise::{Fix, Visit, visit_value};

/// The most texels along an axis: positions a little outside still fit an `i32`.
pub const MAX_EXTENT: usize = 1 << 30;

/// An image in the kernarg block. Begins as a slice does: with an address that is not null and a word that is not
/// negative, as lowering is told of both.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ImageArg {
    /// Device address of the first texel.
    pub first: *mut u8,
    /// Bytes from one slice to the next.
    pub slice_pitch: usize,
    /// Bytes from one row to the next. 32 bits, because GPUs multiply these at once.
    pub row_pitch: u32,
    /// Texels along each axis, at least 1.
    pub extent: [u32; 3],
}

impl ImageArg {
    /// [`KernelParam::constants`](crate::KernelParam::constants): the layout, never the address.
    pub(super) fn constants(&self, offset: usize, fix: Fix, visit: Visit<'_>) {
        if fix >= Fix::Lengths {
            visit_value(&self.slice_pitch, offset + offset_of!(ImageArg, slice_pitch), visit);
            visit_value(&self.row_pitch, offset + offset_of!(ImageArg, row_pitch), visit);
            visit_value(&self.extent, offset + offset_of!(ImageArg, extent), visit);
        }
    }
}

/// The texels of an image in the memory of the device that runs this.
pub(super) struct Texels<F, D> {
    arg: ImageArg,
    of: PhantomData<(F, D)>,
}

impl<F, D> Clone for Texels<F, D> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<F, D> Copy for Texels<F, D> {}

impl<F: Format, D: Dimension> Texels<F, D> {
    /// # Safety
    /// `arg` describes an image of format `F` with the axes of `D`, in live memory of this device.
    #[inline(always)]
    pub(super) unsafe fn new(arg: ImageArg) -> Self {
        Texels { arg, of: PhantomData }
    }

    #[inline(always)]
    pub(super) fn size(&self, axis: usize) -> u32 {
        self.arg.extent[axis]
    }

    #[inline(always)]
    pub(super) fn extent(&self) -> D::Index {
        D::index(self.arg.extent.map(|n| n as usize))
    }

    #[inline(always)]
    pub(super) fn contains(&self, at: [usize; 3]) -> bool {
        let inside = |axis| at[axis] < self.size(axis) as usize;
        inside(0) && (D::RANK < 2 || inside(1)) && (D::RANK < 3 || inside(2))
    }

    /// The address of a texel, where there is one.
    #[inline(always)]
    pub(super) fn find(&self, at: [usize; 3]) -> Option<*mut F::Texel> {
        // SAFETY: inside.
        self.contains(at).then(|| unsafe { self.address(at.map(|i| i as u32)) })
    }

    /// # Safety
    /// `at` is inside.
    #[inline(always)]
    pub(super) unsafe fn address(&self, [x, y, z]: [u32; 3]) -> *mut F::Texel {
        let mut offset = x as usize * size_of::<F::Texel>();
        if D::RANK > 1 {
            offset += y as usize * self.arg.row_pitch as usize;
        }
        if D::RANK > 2 {
            offset += z as usize * self.arg.slice_pitch;
        }
        // SAFETY: the caller's promise, and that of `new`.
        unsafe { self.arg.first.add(offset).cast() }
    }
}
