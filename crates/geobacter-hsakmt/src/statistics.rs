//! What was executed, said when the process ends.

use std::sync::{Arc, OnceLock};

use crate::queues::Device;
use crate::report;

static DEVICE: OnceLock<Arc<Device>> = OnceLock::new();

/// Says it when the process exits.
pub(crate) fn at_exit(device: Arc<Device>) {
    if DEVICE.set(device).is_ok() {
        // SAFETY: registers a function of this library, which is never unloaded (`-z nodelete`).
        unsafe { libc::atexit(say) };
    }
}

extern "C" fn say() {
    let Some(device) = DEVICE.get() else { return };
    let done = device.processor.statistics();
    report::say(format_args!(
        "{} dispatches, {} work-groups, {} instructions of wavefronts, {} of lanes",
        done.dispatches, done.groups, done.wave_instructions, done.lane_instructions
    ));
}
