//! What was executed, said when the process ends.

use std::sync::{Arc, OnceLock};

use crate::queues::Device;
use crate::report;

static DEVICES: OnceLock<Vec<Arc<Device>>> = OnceLock::new();

/// Says it when the process exits.
pub(crate) fn at_exit(devices: Vec<Arc<Device>>) {
    if DEVICES.set(devices).is_ok() {
        // SAFETY: registers a function of this library, which is never unloaded (`-z nodelete`).
        unsafe { libc::atexit(say) };
    }
}

extern "C" fn say() {
    let devices = DEVICES.get().map_or(&[][..], Vec::as_slice);
    for (number, device) in devices.iter().enumerate() {
        let done = device.processor.statistics();
        let of = if devices.len() > 1 { format!("GPU {number}: ") } else { String::new() };
        report::say(format_args!(
            "{of}{} dispatches, {} work-groups, {} instructions of wavefronts, {} of lanes",
            done.dispatches, done.groups, done.wave_instructions, done.lane_instructions
        ));
    }
}
