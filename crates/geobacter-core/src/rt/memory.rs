//! The C library's memory functions, which rustc may call and a device does not have.
//!
//! Reads and writes are volatile byte accesses, so that the optimiser does not turn a loop back into the call that it
//! implements.

use core::ffi::c_int;

/// `memcmp` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_memcmp(a: *const u8, b: *const u8, n: usize) -> c_int {
    for i in 0..n {
        // SAFETY: the caller promises `n` readable bytes at both.
        let (x, y) = unsafe { (a.add(i).read_volatile(), b.add(i).read_volatile()) };
        if x != y {
            return c_int::from(x) - c_int::from(y);
        }
    }
    0
}

/// `bcmp`: only whether they differ.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_bcmp(a: *const u8, b: *const u8, n: usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { __geobacter_rt_memcmp(a, b, n) }
}

/// `memcpy` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
    for i in 0..n {
        // SAFETY: the caller promises `n` bytes at both.
        unsafe { to.add(i).write_volatile(from.add(i).read()) };
    }
    to
}

/// `memmove` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8 {
    if to.cast_const() <= from {
        // SAFETY: the caller's promise; forwards is right where the target lies below.
        unsafe { __geobacter_rt_memcpy(to, from, n) }
    } else {
        for i in (0..n).rev() {
            // SAFETY: the caller promises `n` bytes at both.
            unsafe { to.add(i).write_volatile(from.add(i).read()) };
        }
        to
    }
}

/// `memset` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_memset(to: *mut u8, value: c_int, n: usize) -> *mut u8 {
    for i in 0..n {
        // SAFETY: the caller promises `n` writable bytes.
        unsafe { to.add(i).write_volatile(value as u8) };
    }
    to
}

/// `strlen` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn __geobacter_rt_strlen(s: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: the caller promises a NUL-terminated string.
    while unsafe { s.add(n).read_volatile() } != 0 {
        n += 1;
    }
    n
}
