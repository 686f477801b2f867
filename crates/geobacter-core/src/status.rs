use core::sync::atomic::AtomicU32;

use crate::PanicRecord;
use crate::ring::Ring;

/// Bytes kept of a panic's file name.
pub(crate) const FILE_BYTES: usize = 256;
/// Bytes kept of a panic's message.
pub(crate) const MESSAGE_BYTES: usize = 512;

/// What a launch reports back when work-items panic: written on the device, read by the host after the wait.
///
/// `repr(C)`, in device memory, zero before the launch. The first work-item to panic claims the record; all count.
#[repr(C)]
pub struct LaunchStatus {
    /// Work-items that panicked. The first increment claims the record below.
    pub panics: AtomicU32,
    /// 1 once the record is complete.
    pub recorded: AtomicU32,
    /// What lies in host memory. May be null.
    pub host: *mut HostWords,
    /// Position of the panicking work-item in its work-group.
    pub work_item: [u32; 3],
    /// Position of its work-group in the grid.
    pub work_group: [u32; 3],
    /// Source line, from 1.
    pub line: u32,
    /// Source column, from 1.
    pub column: u32,
    /// Bytes used in `file`, with [`message::CUT`](crate::message::CUT) set where it did not fit.
    pub file_len: u32,
    /// Bytes used in `message`, the same way.
    pub message_len: u32,
    /// Source file, UTF-8, cut off at its capacity.
    pub file: [u8; FILE_BYTES],
    /// The message, cut off at its capacity: text with values in it that the host formats, see
    /// [`message`](crate::message).
    pub message: [u8; MESSAGE_BYTES],
    /// The first panic, where its message is that of a panic site. Then nothing else but `panics` is written.
    pub first: PanicRecord,
    /// Where all others write the same, so that none needs to ask whether it is the first: nobody reads it.
    pub others: PanicRecord,
}

/// What launches of a queue share with the host, in memory of the host's: it need not read device memory to learn that
/// nothing happened.
#[repr(C)]
#[derive(Debug)]
pub struct HostWords {
    /// Set to 1 by any panic.
    pub panicked: AtomicU32,
    /// Nothing.
    pub reserved: u32,
    /// Where kernels print to, or null: set by the host before it launches one that does.
    pub ring: *const Ring,
}
