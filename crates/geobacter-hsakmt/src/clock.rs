//! The system's clock and the device's.

use crate::abi::ClockCounters;

/// Ticks of the device's clock in a second: 100 MHz, as on MI200 (`s_memrealtime`).
pub(crate) const DEVICE_HZ: u64 = 100_000_000;
const NANOS_PER_TICK: u64 = 1_000_000_000 / DEVICE_HZ;

/// Nanoseconds of the clock that AMD's runtime calls the system's (`CLOCK_BOOTTIME`).
pub(crate) fn system_nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the write.
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The device's clock, which starts with the system's.
pub(crate) fn device_ticks() -> u64 {
    system_nanos() / NANOS_PER_TICK
}

/// Both at one moment.
pub(crate) fn counters() -> ClockCounters {
    let nanos = system_nanos();
    ClockCounters { gpu: nanos / NANOS_PER_TICK, cpu: nanos, system: nanos, system_hz: 1_000_000_000 }
}
