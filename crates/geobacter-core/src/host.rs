//! What the device ABI's host bodies ask of whoever runs kernels as host code: the CPU device.
//!
//! This crate has no operating system below it, so the CPU device brings what needs one.

use core::sync::atomic::{AtomicPtr, Ordering};

use crate::abi::Site;

/// What the CPU device does for kernels.
#[derive(Debug)]
pub struct HostHooks {
    /// A kernel has changed a signal of this event.
    pub interrupt: fn(event_id: u32),
    /// The memory of the work-group that runs on this thread.
    pub group_memory: fn() -> *mut u8,
    /// Prints what a kernel prints: the text, and [`printing`](crate::printing)'s constants.
    pub print: fn(&core::fmt::Arguments<'_>, u32),
    /// Runs the others of the work-group until they have all come to a barrier, or have ended. Must not unwind.
    pub work_group_barrier: fn(Site),
}

static HOOKS: AtomicPtr<HostHooks> = AtomicPtr::new(core::ptr::null_mut());

/// Makes the ABI's host bodies call these from now on.
pub fn install(hooks: &'static HostHooks) {
    HOOKS.store(core::ptr::from_ref(hooks).cast_mut(), Ordering::Release);
}

/// What was installed; nothing where no CPU device was ever opened, and so no kernel runs as host code.
pub(crate) fn hooks() -> Option<&'static HostHooks> {
    // SAFETY: null, or of a `'static` reference.
    unsafe { HOOKS.load(Ordering::Acquire).as_ref() }
}
