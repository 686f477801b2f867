//! What a queue shares with the thread that calls back: submission in order.

use std::mem::MaybeUninit;
use std::sync::Arc;

use geobacter_driver::Error;
use geobacter_driver::driver::LaunchShape;
use geobacter_driver::slots::SLOTS;
use geobacter_driver::status;
use geobacter_driver::waiter::Watched;
use parking_lot::{Mutex, MutexGuard};
use smallvec::SmallVec;

use crate::blocks::{Block, Blocks};
use crate::completion::Completion;
use crate::context::Context;
use crate::flight::{Engine, Flight, Keep, Work};
use crate::kernel::Loaded;
use crate::packet::{DEPENDENCIES, Dispatch, Packet};
use crate::ring::Ring;
use crate::sys::Signal;

/// See the module.
pub(crate) struct Stream {
    pub(crate) context: Arc<Context>,
    pub(crate) flight: Arc<Flight>,
    submission: Mutex<Submission>,
}

/// Locked while work is numbered and submitted, so that numbers follow the order of the queue.
pub(crate) struct Submission {
    /// `None` where a new one could not be made after a fault.
    ring: Option<Ring>,
    /// What the next work must wait for, besides the work before it: work of other queues, and gates.
    pending: Vec<Arc<Completion>>,
    /// Launches so far: the next one's panic record.
    launches: usize,
}

impl Stream {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        context.usable()?;
        let flight = Flight::new(context)?;
        let ring = Some(Ring::new(&flight)?);
        let submission = Mutex::new(Submission { ring, pending: Vec::new(), launches: 0 });
        Ok(Self { context: Arc::clone(context), flight, submission })
    }

    /// Locks the submission once there is room for one more piece of work.
    pub(crate) fn submission(&self) -> Result<MutexGuard<'_, Submission>, Error> {
        loop {
            self.context.usable()?;
            self.flight.retire()?;
            let submission = self.submission.lock();
            if self.flight.len() < SLOTS {
                return Ok(submission);
            }
            // Wait unlocked, so that others can go on asking and waiting.
            drop(submission);
            self.flight.finish(self.flight.completed() + 1, None)?;
        }
    }

    /// The same, with a panic record for a launch of `kernel`.
    fn submission_with_slot(&self, kernel: &Arc<Loaded>) -> Result<(MutexGuard<'_, Submission>, usize), Error> {
        loop {
            let submission = self.submission()?;
            let slot = submission.launches % SLOTS;
            match self.flight.slots.claim(slot, self.flight.last() + 1, kernel) {
                Ok(()) => return Ok((submission, slot)),
                Err(busy) => {
                    drop(submission);
                    self.flight.finish(busy, None)?;
                }
            }
        }
    }

    pub(crate) fn launch(
        &self,
        kernel: &Arc<Loaded>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        let (grid, group_segment) = kernel.check(shape)?;
        let kernarg = Blocks::take(&self.context, |c| &c.kernargs, kernel.kernarg_bytes(block.len()))?;
        let (mut submission, slot) = self.submission_with_slot(kernel)?;
        let submitted = self.dispatch(&mut submission, |completion| {
            write_block(&kernarg, block, self.flight.records.address(slot));
            let dispatch = Dispatch {
                // Checked: they fit.
                group_size: shape.group_size.map(|size| size as u16),
                grid,
                private_segment: kernel.private_segment(),
                group_segment,
                kernel_object: kernel.object(),
                kernarg: kernarg.ptr().expose_provenance() as u64,
                acquire: shape.fences.acquire,
                release: shape.fences.release,
                completion,
            };
            (Packet::dispatch(&dispatch), kernarg, slot)
        });
        match submitted {
            Ok(_) => submission.launches = submission.launches.wrapping_add(1),
            Err(_) => self.flight.slots.release(slot),
        }
        submitted
    }

    /// Numbers a launch, and gives its packet to the device behind whatever it waits for.
    fn dispatch(
        &self,
        submission: &mut Submission,
        packet: impl FnOnce(Signal) -> (Packet, Block, usize),
    ) -> Result<u64, Error> {
        let completion = Completion::new(&self.context, 1)?;
        let (packet, block, slot) = packet(completion.signal());
        let mut block = Some(block);
        loop {
            let dependencies = submission.packet_dependencies(&self.flight);
            let barriers = barriers(&dependencies);
            let faults = self.flight.faults();
            self.ring(submission)?;
            let keep = Keep { signals: dependencies, blocks: block.take().into_iter().collect(), ..Keep::default() };
            let completion = Arc::clone(&completion);
            let work = Work { engine: Engine::Packets, completion, keep, then: SmallVec::new(), slot: Some(slot) };
            match self.flight.push(work, faults) {
                Ok(number) => {
                    submission.pending.clear();
                    // Should the queue break from here on, then the work is among what has failed; and it must not run:
                    // so not in a new queue.
                    if let Some(ring) = &mut submission.ring {
                        let _ = barriers.iter().chain([&packet]).all(|packet| ring.push(packet));
                    }
                    return Ok(number);
                }
                // The queue broke since it was looked at: once more, with a new one.
                Err(mut work) => block = work.keep.blocks.pop(),
            }
        }
    }

    /// The queue, a new one where the last has broken.
    fn ring<'s>(&self, submission: &'s mut Submission) -> Result<&'s mut Ring, Error> {
        if submission.ring.is_some() && self.flight.is_broken() {
            // Destroyed first: the runtime has only so many.
            submission.ring = None;
        }
        match &mut submission.ring {
            Some(ring) => Ok(ring),
            none => Ok(none.insert(Ring::new(&self.flight)?)),
        }
    }

    /// Marks the end of what is in the queue now with a time stamp.
    pub(crate) fn mark(&self) -> Result<Arc<Completion>, Error> {
        let mut submission = self.submission()?;
        let completion = Completion::with_clock(&self.context)?;
        loop {
            let dependencies = submission.packet_dependencies(&self.flight);
            let ring = self.ring(&mut submission)?;
            ring.time()?;
            if !self.flight.push_mark(&completion, dependencies.clone()) {
                continue;
            }
            let mut signals: Vec<Signal> = dependencies.iter().map(|d| d.signal()).collect();
            let last = signals.split_off(signals.len().saturating_sub(DEPENDENCIES));
            let before = signals.chunks(DEPENDENCIES).map(|chunk| Packet::barrier(chunk, Signal::NULL));
            let packets: Vec<Packet> = before.chain([Packet::barrier(&last, completion.signal())]).collect();
            let _ = packets.iter().all(|packet| ring.push(packet));
            return Ok(completion);
        }
    }

    pub(crate) fn wait_for(&self, other: &Stream, value: u64) -> Result<(), Error> {
        if std::ptr::eq(self, other) {
            return Ok(());
        }
        if other.flight.finished(value)? {
            return Ok(());
        }
        // What the host does at a copy's end is seen by no signal.
        if let Some(number) = other.flight.newest_host_copy(value) {
            other.flight.finish(number, None)?;
        }
        if let Some(completion) = other.flight.completion(value) {
            self.submission.lock().wait_for(completion);
        }
        Ok(())
    }

    /// A signal that all work from now on waits for.
    pub(crate) fn gate(&self) -> Result<Arc<Completion>, Error> {
        let completion = Completion::new(&self.context, 1)?;
        self.submission.lock().wait_for(Arc::clone(&completion));
        Ok(completion)
    }

    pub(crate) fn has_passed(&self, number: u64) -> bool {
        number > self.flight.last() || self.flight.finished(number).unwrap_or_else(|_| self.context.is_lost())
    }
}

impl Submission {
    fn wait_for(&mut self, completion: Arc<Completion>) {
        self.pending.retain(|pending| !pending.is_done() && !Arc::ptr_eq(pending, &completion));
        self.pending.push(completion);
    }

    fn others(&self) -> Vec<Arc<Completion>> {
        self.pending.iter().filter(|pending| !pending.is_done()).cloned().collect()
    }

    /// What a packet must be told to wait for: packets wait for those before them by themselves.
    fn packet_dependencies(&self, flight: &Flight) -> Vec<Arc<Completion>> {
        let copy = flight.newest().filter(|(engine, _)| *engine == Engine::Copies);
        self.others().into_iter().chain(copy.map(|(_, completion)| completion)).collect()
    }

    /// What a copy must be told to wait for: all of it.
    pub(crate) fn copy_dependencies(&self, flight: &Flight) -> Vec<Arc<Completion>> {
        self.others().into_iter().chain(flight.newest().map(|(_, completion)| completion)).collect()
    }

    /// Work that waits for all of that has been submitted.
    pub(crate) fn waits(&mut self) {
        self.pending.clear();
    }
}

fn barriers(dependencies: &[Arc<Completion>]) -> Vec<Packet> {
    let signals: Vec<Signal> = dependencies.iter().map(|dependency| dependency.signal()).collect();
    signals.chunks(DEPENDENCIES).map(|chunk| Packet::barrier(chunk, Signal::NULL)).collect()
}

/// Copies the user's block to where the device reads it, with the record's address in it.
fn write_block(to: &Block, block: &[MaybeUninit<u8>], record: u64) {
    // SAFETY: the block has room for it (`Loaded::kernarg_bytes`), and nobody else uses it.
    let bytes = unsafe {
        let bytes = to.ptr().cast::<MaybeUninit<u8>>();
        std::ptr::copy_nonoverlapping(block.as_ptr(), bytes, block.len());
        std::slice::from_raw_parts_mut(bytes, block.len())
    };
    status::patch(bytes, record);
}

impl Watched for Stream {
    fn is_over(&self, number: u64) -> bool {
        self.has_passed(number)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Work in flight uses the queue and the panic records, which are freed next.
        if let Err(error) = self.flight.finish(self.flight.last(), None) {
            tracing::debug!("dropping a queue: {error}");
        }
    }
}
