/// What to run: the fields of an AQL kernel dispatch packet that matter to the processor (HSA Runtime specification,
/// section 2.8, `hsa_kernel_dispatch_packet_t`), and what the kernel may ask about its queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatch {
    /// Work-items in a work-group: x, y, z. Each at least 1, at most 1024 work-items in all.
    pub group_size: [u16; 3],
    /// Work-items in the grid: x, y, z. Each at least 1; groups at its far edges are smaller where it is no multiple of
    /// the group size.
    pub grid_size: [u32; 3],
    /// Bytes of private memory of each work-item.
    pub private_segment_size: u32,
    /// Bytes of work-group memory (LDS) of each work-group.
    pub group_segment_size: u32,
    /// Address of the kernel descriptor (64 bytes, symbol `NAME.kd`).
    pub kernel_object: u64,
    /// Address of the kernel's arguments.
    pub kernarg_address: u64,
    /// Address of the packet, 64 bytes: what the kernel gets as its dispatch pointer.
    pub packet_address: u64,
    /// Address of the `amd_queue_t`: what the kernel gets as its queue pointer.
    pub queue_address: u64,
    /// Number of this dispatch in its queue: what the kernel gets as its dispatch id.
    pub dispatch_id: u64,
}
