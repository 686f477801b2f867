//! Where a panic in device code ends.

use core::panic::Location;
use core::sync::atomic::Ordering;

use crate::abi;
use crate::status::LaunchStatus;

/// Reports a panic and ends the work-item. Lowering redirects every panicking path of `core` and `std` to this.
///
/// `message` may be null where only the place is known.
///
/// # Safety
/// `message` must be null or point to `len` bytes of UTF-8; `location` must be null or valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_panic(message: *const u8, len: usize, location: *const Location<'static>) {
    let status = abi::__geobacter_status();
    if !status.is_null() {
        // SAFETY: the launch passed a live status block, and it is shared only through atomics until claimed.
        unsafe { record(status, message, len, location) }
    }
    abi::__geobacter_exit();
}

unsafe fn record(status: *mut LaunchStatus, message: *const u8, len: usize, location: *const Location<'static>) {
    // SAFETY: see the caller; whoever makes the count 1 owns the plain fields.
    unsafe {
        if (*status).panics.fetch_add(1, Ordering::Relaxed) == 0 {
            (*status).work_item = [
                abi::__geobacter_work_item_id_x(),
                abi::__geobacter_work_item_id_y(),
                abi::__geobacter_work_item_id_z(),
            ];
            (*status).work_group = [
                abi::__geobacter_work_group_id_x(),
                abi::__geobacter_work_group_id_y(),
                abi::__geobacter_work_group_id_z(),
            ];
            if let Some(location) = location.as_ref() {
                (*status).line = location.line();
                (*status).column = location.column();
                let file = location.file();
                (*status).file_len = copy(&raw mut (*status).file, file.as_ptr(), file.len());
            }
            if !message.is_null() {
                (*status).message_len = copy(&raw mut (*status).message, message, len);
            }
            (*status).recorded.store(1, Ordering::Release);
        }
        let flag = (*status).flag;
        if !flag.is_null() {
            flag.write_volatile(1);
        }
    }
}

/// Copies what fits, and returns how much that was. A loop, as the device has no `memcpy` to call.
unsafe fn copy<const N: usize>(to: *mut [u8; N], from: *const u8, len: usize) -> u32 {
    let n = len.min(N);
    for i in 0..n {
        // SAFETY: i is below both lengths.
        unsafe { to.cast::<u8>().add(i).write_volatile(from.add(i).read()) };
    }
    n as u32
}
