/// What a kernel does with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Loads.
    Read,
    /// Stores, and atomic operations.
    Write,
    /// Instructions.
    Execute,
}

/// Which of this process' memory a kernel may touch.
///
/// The emulator asks before it touches anything (often once for a whole wavefront's range of addresses, and then again
/// for each lane if that range is not mapped as one). What is mapped must stay valid memory of this process until the
/// dispatch has ended.
pub trait MemoryMap: Sync {
    /// Whether all of `bytes` bytes from `address` on may be accessed so.
    fn is_mapped(&self, address: u64, bytes: u64, access: Access) -> bool;

    /// Asked from time to time, from any of the emulator's threads: `true` ends the dispatch with
    /// [`FaultKind::Cancelled`](crate::FaultKind::Cancelled). A queue that is destroyed under an endless kernel needs this.
    fn cancelled(&self) -> bool {
        false
    }

    /// The kernel sent the interrupt message (`s_sendmsg MSG_INTERRUPT`) with this value of M0, whose low bits are the
    /// event's id. Called on an emulator thread, once for each wavefront that sends it.
    fn interrupt(&self, message: u32) {
        let _ = message;
    }
}
