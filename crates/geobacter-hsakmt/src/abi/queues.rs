use std::mem::{offset_of, size_of};

/// Kinds of queues (`HSA_QUEUE_TYPE`).
pub(crate) mod queue {
    pub(crate) const SDMA: u32 = 2;
    pub(crate) const COMPUTE_AQL: u32 = 21;
    pub(crate) const SDMA_XGMI: u32 = 5;
}

/// `HsaQueueResource`.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
pub(crate) struct QueueResource {
    pub(crate) id: u64,
    pub(crate) doorbell: u64,
    pub(crate) write_pointer: u64,
    pub(crate) read_pointer: u64,
    pub(crate) error_reason: u64,
}

const _: () = {
    assert!(size_of::<QueueResource>() == 40);
    assert!(offset_of!(QueueResource, doorbell) == 8);
    assert!(offset_of!(QueueResource, write_pointer) == 16);
    assert!(offset_of!(QueueResource, read_pointer) == 24);
    assert!(offset_of!(QueueResource, error_reason) == 32);
};
