//! Images as arguments of launches.

use geobacter_core::image::{D2, Dimension, Format, ImageArg, ImageRef, PerItemTexel, PerItemTexels, RawImage};
use geobacter_driver::driver::DevicePtr;

use super::layout::Layout;
use super::{Image, ImageView, ImageViewMut, RawImageView};
use crate::Result;
use crate::args::{Binder, HostArg};
use crate::memory::{Access, Memory};

fn pack<'b>(
    binder: &mut Binder<'b>,
    memory: &'b Memory,
    layout: &Layout,
    offset: usize,
    access: Access,
) -> Result<ImageArg> {
    binder.bind(memory, access)?;
    Ok(layout.argument(DevicePtr(memory.ptr().0 + offset as u64)))
}

macro_rules! image_args {
    ($([$($generic:tt)*] $d:ty, $param:ty: $whole:ty, $part:ty, $access:expr;)*) => {$(
        // SAFETY: the argument describes a live image of just this type, bound to the launch.
        unsafe impl<'b, F: Format, $($generic)*> HostArg<'b, $param> for $whole {
            fn pack(self, binder: &mut Binder<'b>) -> Result<ImageArg> {
                let image: &'b Image<F, $d> = self;
                pack(binder, &image.memory, &image.layout, 0, $access)
            }
        }
        // SAFETY: as above, one layer of it.
        unsafe impl<'b, F: Format, $($generic)*> HostArg<'b, $param> for $part {
            fn pack(self, binder: &mut Binder<'b>) -> Result<ImageArg> {
                pack(binder, self.memory, &self.layout, self.offset, $access)
            }
        }
    )*};
}
image_args! {
    [D: Dimension] D, ImageRef<'_, F, D>: &'b Image<F, D>, ImageView<'b, F, D>, Access::Read;
    [D: Dimension] D, PerItemTexel<'_, F, D>: &'b mut Image<F, D>, ImageViewMut<'b, F, D>, Access::Write;
    [const W: usize, const H: usize] D2, PerItemTexels<'_, F, W, H>: &'b mut Image<F, D2>, ImageViewMut<'b, F, D2>,
        Access::Write;
}

// SAFETY: whoever made the view vouches for what the kernel does; the launch counts as a write.
unsafe impl<'b, F: Format, D: Dimension> HostArg<'b, RawImage<F, D>> for RawImageView<'b, F, D> {
    fn pack(self, binder: &mut Binder<'b>) -> Result<ImageArg> {
        pack(binder, &self.image.memory, &self.image.layout, 0, Access::Write)
    }
}
