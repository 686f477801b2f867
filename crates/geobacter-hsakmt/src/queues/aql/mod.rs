//! The packet processor of a compute queue (HSA System Architecture 1.2, section 2.9: the architected queuing language).
//!
//! Packets are processed one after the other, each to its end before the next begins: what the header's barrier bit asks
//! for is always so. Packets of different queues run at the same time.

mod dispatch;
mod packet;

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use geobacter_emulator::Access;

use super::Device;
use super::faults::{self, code};
use super::ring::Ring;
use super::worker::{Control, Engine, Step};
use crate::amd::{QueueBlock, Signal};
use crate::{clock, report};
use dispatch::Launched;
use packet::{Barrier, Kind, Packet};

/// A compute queue's engine.
#[derive(Debug)]
pub(super) struct Aql {
    device: Arc<Device>,
    ring: Ring,
    block: QueueBlock,
    control: Arc<Control>,
    state: State,
    /// When the packet at hand was begun, by the device's clock.
    begun: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    /// The runtime was asked for something, and sets the queue's signal to 0 when it is done.
    Asked,
    /// An error was reported.
    Halted,
}

/// How far the packet at hand has come.
enum Outcome {
    Done,
    /// What it waits for has not come.
    Waiting,
    /// The runtime was asked for scratch.
    Asked,
    /// It is an error, which was reported.
    Halted,
}

impl Aql {
    pub(super) fn new(device: Arc<Device>, ring: Ring, block: QueueBlock, control: Arc<Control>) -> Aql {
        Aql { device, ring, block, control, state: State::Running, begun: None }
    }

    /// Whether the runtime has done what it was asked for.
    fn answered(&self) -> bool {
        let signal = self.block.inactive_signal(&self.device.memory);
        signal.is_some_and(|signal| signal.value().load(Ordering::Acquire) == 0)
    }

    fn process(&mut self, packet: &Packet, id: u64) -> Outcome {
        let done = match packet.kind() {
            Ok(Kind::Dispatch(dispatch)) => match dispatch::launch(self, &dispatch, packet, id) {
                Launched::Done => true,
                Launched::Asked => return Outcome::Asked,
                Launched::Halted => return Outcome::Halted,
            },
            Ok(Kind::Barrier(barrier)) => match self.is_met(&barrier) {
                Ok(met) => met,
                Err(address) => {
                    report::say(format_args!(
                        "a barrier packet names a signal at {address:#x}, which the device cannot access"
                    ));
                    faults::memory(&self.device, self.block, address, Access::Read);
                    return Outcome::Halted;
                }
            },
            // Commands that make the caches forget old code. There are no caches.
            Ok(Kind::Commands) => true,
            Err(error) => {
                report::say(format_args!("packet {id}: {error}"));
                let code = if packet.is_vendors() { code::VENDOR_PACKET } else { code::PACKET };
                faults::queue_error(&self.device, self.block, code);
                return Outcome::Halted;
            }
        };
        if done { Outcome::Done } else { Outcome::Waiting }
    }

    /// Whether what a barrier waits for has come, or the address of a signal that is none.
    fn is_met(&self, barrier: &Barrier) -> Result<bool, u64> {
        let value = |handle| Signal::at(handle, &self.device.memory).map(|s| s.value().load(Ordering::Acquire));
        match *barrier {
            Barrier::All(signals) => {
                for handle in signals.into_iter().filter(|handle| *handle != 0) {
                    if value(handle)? != 0 {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Barrier::Any(signals) => {
                for handle in signals.into_iter().filter(|handle| *handle != 0) {
                    if value(handle)? == 0 {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Barrier::Value { signal: 0, .. } => Ok(true),
            Barrier::Value { signal, mask, condition, reference } => {
                Ok(condition.holds(value(signal)? & mask, reference))
            }
        }
    }

    /// Gives the packet's place in the ring back, and says that it is done.
    fn retire(&mut self, packet: &Packet, id: u64) -> Result<(), u64> {
        // The release fence, of whatever scope: everybody sees all memory here.
        fence(Ordering::SeqCst);
        let completion = match packet.completion_signal() {
            0 => None,
            handle => Some(Signal::at(handle, &self.device.memory)?),
        };
        let begun = self.begun.take();
        if let (Some(signal), Some(begun), true) = (completion, begun, self.block.profiling()) {
            signal.set_times(begun);
        }
        packet.invalidate();
        self.ring.read_index().store(id + 1, Ordering::Release);
        if let Some(signal) = completion {
            signal.complete(&self.device.memory, &self.device.events);
        }
        Ok(())
    }
}

impl Engine for Aql {
    fn step(&mut self) -> Step {
        let device = Arc::clone(&self.device);
        let _at_work = device.memory.at_work();
        match self.state {
            _ if device.faults.stopped() => return Step::Idle,
            State::Running => {}
            State::Asked if self.answered() => self.state = State::Running,
            State::Asked | State::Halted => return Step::Idle,
        }
        let id = self.ring.read_index().load(Ordering::Relaxed);
        if id >= self.ring.limit() {
            return Step::Idle;
        }
        // SAFETY: the ring is mapped, was found so when the queue was made, and stays until the queue is destroyed.
        let packet = unsafe { Packet::at(self.ring.address(id * packet::BYTES)) };
        if packet.is_invalid() {
            return Step::Idle;
        }
        self.begun.get_or_insert_with(clock::device_ticks);
        // The acquire fence.
        fence(Ordering::SeqCst);
        match self.process(&packet, id) {
            Outcome::Done => {
                if let Err(address) = self.retire(&packet, id) {
                    report::say(format_args!(
                        "packet {id}: its completion signal is at {address:#x}, which the device cannot access"
                    ));
                    faults::memory(&self.device, self.block, address, Access::Write);
                    self.state = State::Halted;
                } else if self.block.scratch_was_lent() {
                    faults::queue_error(&self.device, self.block, code::SCRATCH_UNUSED);
                    self.state = State::Asked;
                }
                Step::Progress
            }
            Outcome::Waiting => Step::Idle,
            Outcome::Asked => {
                self.state = State::Asked;
                Step::Idle
            }
            Outcome::Halted => {
                self.state = State::Halted;
                Step::Idle
            }
        }
    }
}
