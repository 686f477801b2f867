//! The copy engine.

mod packet;
mod run;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Device;
use super::ring::Ring;
use super::worker::{Control, Engine, Step};
use crate::report;
use packet::decode;
use run::{Done, Run};

/// A copy queue's engine.
#[derive(Debug)]
pub(super) struct Sdma {
    device: Arc<Device>,
    ring: Ring,
    control: Arc<Control>,
    run: Run,
    halted: bool,
}

impl Sdma {
    pub(super) fn new(device: Arc<Device>, ring: Ring, control: Arc<Control>) -> Sdma {
        Sdma { device, ring, control, run: Run::default(), halted: false }
    }

    /// The next double words of the ring, no more than a packet can have.
    fn words(&self, from: u64, to: u64) -> ([u32; packet::LONGEST], usize) {
        let mut words = [0; packet::LONGEST];
        let count = ((to - from) / 4).min(packet::LONGEST as u64) as usize;
        for (n, word) in words[..count].iter_mut().enumerate() {
            let address = self.ring.address(from + 4 * n as u64);
            // SAFETY: in the ring, which is mapped and stays until the queue is destroyed; the write index that says so was
            // read with acquire.
            *word = unsafe { (address as *const u32).read_volatile() };
        }
        (words, count)
    }
}

impl Engine for Sdma {
    fn step(&mut self) -> Step {
        if self.halted || self.device.faults.stopped() {
            return Step::Idle;
        }
        let device = Arc::clone(&self.device);
        let _at_work = device.memory.at_work();
        let read = self.ring.read_index().load(Ordering::Relaxed);
        let limit = self.ring.limit();
        if read >= limit {
            return Step::Idle;
        }
        let (words, count) = self.words(read, limit);
        let (packet, length) = match decode(&words[..count]) {
            Ok(decoded) => decoded,
            Err(error) => {
                report::say(format_args!("the copy engine stops: {error}"));
                self.halted = true;
                return Step::Idle;
            }
        };
        match self.run.packet(&packet, &device, &self.control) {
            Done::Yes => {
                self.ring.read_index().store(read + 4 * u64::from(length), Ordering::Release);
                Step::Progress
            }
            Done::NotYet => Step::Idle,
        }
    }
}
