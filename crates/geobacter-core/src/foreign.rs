//! Types of other crates that cross to devices. Each crate is a feature of the same name, because only here can a trait of ours
//! be given to a type that is not; for those of any further crate there is [`Plain`].

use bytemuck::{Pod, Zeroable};

use crate::DeviceCopy;

/// A value of another crate's type, which crosses because that crate says that it is plain data ([`bytemuck::Pod`]).
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::Plain;
///
/// # // Stands for a type from elsewhere.
/// # #[derive(Clone, Copy, bytemuck::Zeroable, bytemuck::Pod)] #[repr(C)] struct Rgb { r: u8, g: u8, b: u8 }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let pixels = device.buffer_from(Plain::wrap(&[Rgb { r: 1, g: 2, b: 3 }; 4]))?;
/// let mut red = device.buffer::<u8>(4)?;
/// device.launch(Grid::covering(4), |item: WorkItem, x: &[Plain<Rgb>], mut out: PerItem<u8>| {
///     *out.get_mut(&item).unwrap() = x[item.global_id()].0.r;
/// }, (&pixels, &mut red))?;
/// assert_eq!(red.to_vec()?, [1; 4]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Plain<T>(pub T);

// SAFETY: any bits are a value of `T`, so it has no references and no vtables; raw pointers are kept out by `Send` and `Sync`;
// `Pod` has no interior mutability.
unsafe impl<T: Pod + Send + Sync> DeviceCopy for Plain<T> {}
// SAFETY: as `T`, whose representation it has.
unsafe impl<T: Zeroable> Zeroable for Plain<T> {}
// SAFETY: as above.
unsafe impl<T: Pod> Pod for Plain<T> {}

impl<T> Plain<T> {
    /// The same values, for [`DeviceCopy`]'s sake.
    pub fn wrap(values: &[T]) -> &[Plain<T>] {
        // SAFETY: a transparent wrapper has the layout of what it wraps.
        unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
    }

    /// The same values, as their own type.
    pub fn unwrap(values: &[Plain<T>]) -> &[T] {
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
    }
}

/// What the types below must be, so that a newer version of their crate cannot make this wrong unseen.
#[allow(dead_code, reason = "of use only with a feature")]
const fn plain_data<T: Copy + Send + Sync + 'static>() {}

#[allow(unused_macros, reason = "of use only with a feature")]
macro_rules! foreign {
    ($feature:literal: $($t:ty)*) => {$(
        #[cfg(feature = $feature)]
        const _: () = plain_data::<$t>();
        // SAFETY: numbers, and structs of such; no pointers, no interior mutability.
        #[cfg(feature = $feature)]
        unsafe impl DeviceCopy for $t {}
    )*};
}

foreign!("half": half::f16 half::bf16);
foreign! {
    "glam":
    glam::Vec2 glam::Vec3 glam::Vec3A glam::Vec4 glam::Quat glam::Mat2 glam::Mat3 glam::Mat3A glam::Mat4
    glam::Affine2 glam::Affine3A glam::BVec2 glam::BVec3 glam::BVec4
    glam::DVec2 glam::DVec3 glam::DVec4 glam::DQuat glam::DMat2 glam::DMat3 glam::DMat4 glam::DAffine2 glam::DAffine3
    glam::IVec2 glam::IVec3 glam::IVec4 glam::UVec2 glam::UVec3 glam::UVec4
    glam::I64Vec2 glam::I64Vec3 glam::I64Vec4 glam::U64Vec2 glam::U64Vec3 glam::U64Vec4
}

// SAFETY: two numbers.
#[cfg(feature = "num-complex")]
unsafe impl<T: DeviceCopy> DeviceCopy for num_complex::Complex<T> {}
