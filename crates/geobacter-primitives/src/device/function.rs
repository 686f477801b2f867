use std::marker::PhantomData;

use geobacter_core::DeviceCopy;

/// A closure that captures nothing, or a function, as a kernel's argument: it travels as its type.
pub(crate) struct Function<F>(PhantomData<F>);

impl<F> Clone for Function<F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<F> Copy for Function<F> {}

// SAFETY: no bytes; a device is given the type.
unsafe impl<F: Copy + Send + Sync + 'static> DeviceCopy for Function<F> {}

impl<F: Copy> Function<F> {
    /// Stands for `f`.
    pub(crate) fn new(_: F) -> Self {
        const {
            assert!(
                size_of::<F>() == 0,
                "an operation must be a function, or a closure that captures nothing: it runs on a device"
            )
        };
        Function(PhantomData)
    }

    /// The function.
    #[inline(always)]
    pub(crate) fn get(self) -> F {
        // SAFETY: F has no bytes to read and is `Copy`, and `new` was given a value of it, so one exists.
        unsafe { std::ptr::NonNull::<F>::dangling().read() }
    }
}
