use std::mem::{offset_of, size_of};

/// Kinds of events (`HSA_EVENTTYPE`).
pub(crate) mod event {
    /// A memory fault.
    pub(crate) const MEMORY: u32 = 8;
}

/// `HsaEventDescriptor`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct EventDescriptor {
    pub(crate) kind: u32,
    pub(crate) node: u32,
    pub(crate) sync_variable: u64,
    pub(crate) sync_variable_bytes: u64,
}

/// `HsaMemoryAccessFault`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct MemoryAccessFault {
    pub(crate) node: u32,
    pub(crate) address: u64,
    /// `HsaAccessAttributeFailure`.
    pub(crate) failure: u32,
    /// `HSA_EVENTID_MEMORYFLAGS`.
    pub(crate) flags: u32,
}

/// Bits of [`MemoryAccessFault::failure`].
pub(crate) mod failure {
    pub(crate) const NOT_PRESENT: u32 = 1 << 0;
    pub(crate) const READ_ONLY: u32 = 1 << 1;
    pub(crate) const NO_EXECUTE: u32 = 1 << 2;
}

/// `HSA_EVENTID_MEMORY_FATAL_PROCESS`.
pub(crate) const FATAL_PROCESS: u32 = 1;

/// `HsaEvent`. The union in its middle is [`MemoryAccessFault`], its largest member, and used for nothing else here.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct Event {
    pub(crate) id: u32,
    pub(crate) kind: u32,
    pub(crate) fault: MemoryAccessFault,
    /// The kernel's number of it: the same as `id`.
    pub(crate) os_handle: u64,
    /// Address of its mailbox.
    pub(crate) mailbox: u64,
    /// What to write there: `id` again.
    pub(crate) trigger: u32,
}

const _: () = {
    assert!(size_of::<EventDescriptor>() == 24);
    assert!(offset_of!(EventDescriptor, sync_variable) == 8);
    assert!(size_of::<MemoryAccessFault>() == 20);
    assert!(offset_of!(MemoryAccessFault, address) == 4);
    assert!(offset_of!(MemoryAccessFault, failure) == 12);
    assert!(offset_of!(MemoryAccessFault, flags) == 16);
    assert!(size_of::<Event>() == 48);
    assert!(offset_of!(Event, fault) == 8);
    assert!(offset_of!(Event, os_handle) == 28);
    assert!(offset_of!(Event, mailbox) == 36);
    assert!(offset_of!(Event, trigger) == 44);
};
