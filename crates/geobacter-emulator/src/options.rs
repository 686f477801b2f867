/// How a [`Processor`](crate::Processor) runs kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Threads that run work-groups; 0 means one for each core of this machine. With 1, everything runs on the caller's
    /// thread, in one order that is the same each time.
    pub threads: usize,
    /// Stops kernels that read work-group memory before anything wrote it.
    pub uninitialised: bool,
    /// Stops kernels in which a wavefront waits at a barrier that another one of the group ended without reaching. The
    /// hardware counts ended wavefronts as arrived, so such kernels run there; on other vendors' they do not.
    pub strict_barriers: bool,
}

/// What a [`Processor`](crate::Processor) has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Dispatches that were started.
    pub dispatches: u64,
    /// Work-groups that ran to their end.
    pub groups: u64,
    /// Instructions executed, each counted once for its wavefront.
    pub wave_instructions: u64,
    /// The same, each counted once for every active lane; scalar instructions count once.
    pub lane_instructions: u64,
}
