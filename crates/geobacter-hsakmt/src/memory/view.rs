use std::sync::Arc;
use std::sync::atomic::Ordering;

use geobacter_emulator::Access;

use super::{AtWork, Memory, lookup};
use crate::abi::NodeId;

/// The process' memory as one GPU sees it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    memory: Arc<Memory>,
    gpu: NodeId,
}

impl View {
    pub(crate) fn new(memory: &Arc<Memory>, gpu: NodeId) -> View {
        View { memory: Arc::clone(memory), gpu }
    }

    /// Whether the device may access these bytes so.
    pub(crate) fn is_mapped(&self, address: u64, bytes: u64, access: Access) -> bool {
        let generation = self.memory.generation.load(Ordering::SeqCst);
        lookup::remembered((generation, self.gpu), address, bytes, access, || {
            let state = self.memory.state.read();
            let range = state.allocations.visible(self.gpu, address, bytes, access);
            range.or_else(|| state.registrations.visible(self.gpu, address, bytes, access))
        })
    }

    /// See [`Memory::at_work`].
    pub(crate) fn at_work(&self) -> AtWork<'_> {
        self.memory.at_work()
    }
}
