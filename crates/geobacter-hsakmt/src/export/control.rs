//! Opening and closing, clocks, and what there is to switch on.

use std::ffi::{CString, c_char, c_void};
use std::sync::OnceLock;

use super::{export, write};
use crate::abi::{ClockCounters, Status, VersionInfo};
use crate::{clock, driver, topology};

/// Names of the processors that can be emulated, with commas: for the tool that sets this library up.
#[unsafe(no_mangle)]
extern "C" fn geobacter_emulated_processors() -> *const c_char {
    static NAMES: OnceLock<CString> = OnceLock::new();
    NAMES.get_or_init(|| CString::new(topology::names(",")).expect("names have no zeros")).as_ptr()
}

export! {
    /// Opens the driver. Counts: a process may open it more than once.
    fn hsaKmtOpenKFD() {
        driver::open()
    }

    /// Undoes one `hsaKmtOpenKFD`.
    fn hsaKmtCloseKFD() {
        driver::close()
    }

    /// The version of the kernel's interface that this library stands in for: that of Linux 6.1.
    fn hsaKmtGetVersion(version: *mut VersionInfo) {
        driver::get()?;
        // SAFETY: the caller's promise.
        unsafe { write(version, VersionInfo { major: 1, minor: 11 }) }
    }

    /// The clocks, read at one moment.
    fn hsaKmtGetClockCounters(node: u32, counters: *mut ClockCounters) {
        driver::get()?.topology.gpu(node)?;
        // SAFETY: the caller's promise.
        unsafe { write(counters, clock::counters()) }
    }

    /// A debugger's hook. Without it, the runtime reports queues' errors itself, as `queues::faults` expects.
    fn hsaKmtRuntimeEnable(_debug: *mut c_void, _setup_ttmp: bool) {
        Err(Status::NotSupported)
    }

    /// Undoes `hsaKmtRuntimeEnable`.
    fn hsaKmtRuntimeDisable() {
        Err(Status::NotSupported)
    }

    /// The code that waves run when they trap. The emulator stops a trapping kernel itself.
    fn hsaKmtSetTrapHandler(node: u32, _handler: *mut c_void, _bytes: u64, _buffer: *mut c_void, _buffer_bytes: u64) {
        driver::get()?.device(node).map(|_| ())
    }

    /// Retry of faulting accesses, which the emulated device has switched off for good.
    fn hsaKmtSetXNACKMode(enable: i32) {
        driver::get()?;
        if enable == 0 { Ok(()) } else { Err(Status::NotSupported) }
    }

    /// See `hsaKmtSetXNACKMode`.
    fn hsaKmtGetXNACKMode(enabled: *mut i32) {
        driver::get()?;
        // SAFETY: the caller's promise.
        unsafe { write(enabled, 0) }
    }

    /// What a debugger may do, which is nothing.
    fn hsaKmtGetRuntimeCapabilities(_mask: *mut u32) {
        Err(Status::NotSupported)
    }

    /// A debugger's hold on the process, for the state of its kernels when it dies. See `hsaKmtRuntimeEnable`.
    fn hsaKmtDbgEnable(_info: *mut *mut c_void, _bytes: *mut u32) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtDbgEnable`.
    fn hsaKmtDbgDisable() {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtDbgEnable`.
    fn hsaKmtDbgGetDeviceData(_data: *mut *mut c_void, _entries: *mut u32, _entry_bytes: *mut u32) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtDbgEnable`.
    fn hsaKmtDbgGetQueueData(_data: *mut *mut c_void, _entries: *mut u32, _entry_bytes: *mut u32, _suspend: bool) {
        Err(Status::NotSupported)
    }

    /// Messages about page faults and temperatures, which there are none of.
    fn hsaKmtOpenSMI(_node: u32, _file: *mut i32) {
        Err(Status::NotSupported)
    }

    /// Streams of performance counters, which there are none of.
    fn hsaKmtSPMAcquire(_node: u32) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtSPMAcquire`.
    fn hsaKmtSPMRelease(_node: u32) {
        Err(Status::NotSupported)
    }

    /// See `hsaKmtSPMAcquire`.
    fn hsaKmtSPMSetDestBuffer(
        _node: u32,
        _bytes: u32,
        _timeout: *mut u32,
        _copied: *mut u32,
        _destination: *mut c_void,
        _lost: *mut bool,
    ) {
        Err(Status::NotSupported)
    }
}
