//! Memory that all work-items change, with atomics: slices of them as parameters, and those of floating-point numbers,
//! which [`core::sync::atomic`] does not have.

use core::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, AtomicU64, Ordering};

use crate::specialise::{Fix, Visit};
use crate::{ArgKind, KernelParam, LdsItem, SliceArg, abi};

macro_rules! float {
    ($name:ident, $float:ty, $bits:ty, $add:ident, $min:ident, $max:ident) => {
        #[doc = concat!("An [`", stringify!($float), "`] that work-items change together.")]
        ///
        /// All operations are relaxed: where others must also see what was written before, put a
        /// [`fence`](core::sync::atomic::fence) before or after. As for other atomics, [`scope`](crate::scope) says for
        /// whom they are.
        ///
        /// As a kernel's parameter it comes in slices.
        ///
        /// ```
        /// use geobacter::prelude::*;
        #[doc = concat!("use geobacter::", stringify!($name), ";")]
        ///
        #[doc = concat!("fn extremes(item: WorkItem, x: &[", stringify!($float), "], of: &[", stringify!($name), "]) {")]
        ///     let x = x[item.global_id()];
        ///     of[0].fetch_min(x);
        ///     of[1].fetch_max(x);
        ///     of[2].fetch_add(x);
        /// }
        /// # fn main() -> geobacter::Result<()> {
        /// let device = Device::open("cpu")?;
        /// let x = device.buffer_from(&[3.0, -7.0, 5.0])?;
        /// let mut of = device.buffer_filled(3, 0.0)?;
        /// device.launch(Grid::covering(3), extremes, (&x, &mut of))?;
        /// assert_eq!(of.to_vec()?, [-7.0, 5.0, 1.0]);
        /// # Ok(())
        /// # }
        /// ```
        #[repr(transparent)]
        #[derive(Debug)]
        pub struct $name($bits);

        impl $name {
            /// With this value.
            pub const fn new(value: $float) -> Self {
                $name(<$bits>::new(value.to_bits()))
            }

            /// The value.
            #[inline(always)]
            pub fn load(&self) -> $float {
                <$float>::from_bits(self.0.load(Ordering::Relaxed))
            }

            /// Sets the value.
            #[inline(always)]
            pub fn store(&self, value: $float) {
                self.0.store(value.to_bits(), Ordering::Relaxed);
            }

            /// Sets the value, and gives the one before.
            #[inline(always)]
            pub fn swap(&self, value: $float) -> $float {
                <$float>::from_bits(self.0.swap(value.to_bits(), Ordering::Relaxed))
            }

            /// Adds, and gives the value before. Sums of several work-items are rounded in the order in which they come.
            #[inline(always)]
            pub fn fetch_add(&self, value: $float) -> $float {
                abi::$add(&raw const self.0, value)
            }

            /// Sets the smaller of the two, and gives the value before. A NaN is no number, and loses.
            #[inline(always)]
            pub fn fetch_min(&self, value: $float) -> $float {
                abi::$min(&raw const self.0, value)
            }

            /// Sets the larger of the two, and gives the value before. A NaN is no number, and loses.
            #[inline(always)]
            pub fn fetch_max(&self, value: $float) -> $float {
                abi::$max(&raw const self.0, value)
            }
        }
    };
}
float!(AtomicF32, f32, AtomicU32, __geobacter_atomic_add_f32, __geobacter_atomic_min_f32, __geobacter_atomic_max_f32);
float!(AtomicF64, f64, AtomicU64, __geobacter_atomic_add_f64, __geobacter_atomic_min_f64, __geobacter_atomic_max_f64);

/// An atomic type that a kernel takes slices of.
///
/// # Safety
/// It must have the size, the alignment and the values of `Value`.
pub unsafe trait AtomicItem: LdsItem + 'static {
    /// What a buffer for it has.
    type Value: crate::DeviceCopy;
}

macro_rules! items {
    ($($atomic:ty: $value:ty;)*) => {$(
        // SAFETY: "the same size, alignment, and bit validity", as the standard library says of its own.
        unsafe impl AtomicItem for $atomic {
            type Value = $value;
        }

        // SAFETY: work-items share it, and change it with atomics only.
        unsafe impl KernelParam for &[$atomic] {
            type Device<'k> = &'k [$atomic];
            type Packed = SliceArg<$value>;
            const KIND: ArgKind = ArgKind::Atomics;

            #[inline(always)]
            unsafe fn unpack(packed: &SliceArg<$value>, _: usize) -> &[$atomic] {
                // SAFETY: live device memory, as the caller promises; the atomic has the value's layout.
                unsafe { core::slice::from_raw_parts(packed.ptr.cast(), packed.len) }
            }

            fn constants(packed: &SliceArg<$value>, offset: usize, fix: Fix, visit: Visit<'_>) {
                packed.constants(offset, fix, visit);
            }
        }
    )*};
}
items! {
    AtomicU32: u32;
    AtomicI32: i32;
    AtomicU64: u64;
    AtomicI64: i64;
    AtomicF32: f32;
    AtomicF64: f64;
}
