//! Queues: rings of packets, each with a thread that stands for the engine which works on it.

mod aql;
mod backoff;
mod faults;
mod ring;
mod sdma;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;

use geobacter_emulator::Processor;
use parking_lot::Mutex;

use crate::abi::{NodeId, QueueResource, Result, Status, queue};
use crate::amd::QueueBlock;
use crate::events::Events;
use crate::memory::View;
use aql::Aql;
pub(crate) use faults::Faults;
use ring::Ring;
use sdma::Sdma;
use worker::Worker;

/// One GPU: what its engines work with.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) node: NodeId,
    pub(crate) memory: View,
    pub(crate) events: Arc<Events>,
    pub(crate) processor: Processor,
    pub(crate) faults: Faults,
}

/// The queues that there are.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    workers: HashMap<u64, Worker>,
    last: u64,
}

impl Queues {
    /// Makes a queue over the ring at `address`, and starts its engine. For a compute queue `resource` says where the
    /// runtime keeps its indices; a copy queue gets its own.
    pub(crate) fn create(
        &self,
        device: &Arc<Device>,
        kind: u32,
        address: u64,
        bytes: u64,
        resource: &mut QueueResource,
    ) -> Result {
        let ring = match kind {
            queue::COMPUTE_AQL => Ring::with_indices(&device.memory, address, bytes, *resource)?,
            queue::SDMA | queue::SDMA_XGMI => Ring::new(&device.memory, address, bytes)?,
            _ => return Err(Status::NotSupported),
        };
        let mut state = self.state.lock();
        state.last += 1;
        let id = state.last;
        ring.describe(resource);
        resource.id = id;
        let device = Arc::clone(device);
        let worker = if kind == queue::COMPUTE_AQL {
            let block =
                QueueBlock::around(ring.read_index_address(), &device.memory).ok_or(Status::InvalidParameter)?;
            Worker::start(&format!("gpu{}-queue-{id}", device.node), |control| Aql::new(device, ring, block, control))
        } else {
            Worker::start(&format!("gpu{}-copy-{id}", device.node), |control| Sdma::new(device, ring, control))
        };
        state.workers.insert(id, worker.map_err(|_| Status::OutOfResources)?);
        Ok(())
    }

    /// A queue with no share of the device stands still until it gets one.
    pub(crate) fn update(&self, id: u64, percentage: u32) -> Result {
        let state = self.state.lock();
        state.workers.get(&id).ok_or(Status::InvalidHandle)?.suspend(percentage == 0);
        Ok(())
    }

    /// Whether there is such a queue.
    pub(crate) fn exists(&self, id: u64) -> bool {
        self.state.lock().workers.contains_key(&id)
    }

    /// Stops a queue's engine, in the middle of a kernel if need be, and forgets the queue.
    pub(crate) fn destroy(&self, id: u64) -> Result {
        let worker = self.state.lock().workers.remove(&id).ok_or(Status::InvalidHandle)?;
        worker.stop();
        Ok(())
    }
}
