//! Copies: which engine, from where exactly, and after what.

use std::sync::Arc;

use geobacter_driver::Error;
use geobacter_driver::driver::Copy;

use crate::blocks::{Block, Blocks};
use crate::completion::Completion;
use crate::context::Context;
use crate::flight::{Engine, HostCopy, Keep, Work};
use crate::lock::Lock;
use crate::memory::Place;
use crate::stream::Stream;
use crate::sys::Signal;
use smallvec::SmallVec;

/// Copies of the user's own memory up to this size go through memory of ours: moving so much takes about as long as the two
/// calls of the kernel driver that lock pages and unlock them.
const STAGED: usize = 256 << 10;

/// The host's side of a copy.
struct HostSide {
    place: Place,
    block: Option<Block>,
    lock: Option<Lock>,
}

/// One copy, ready for an engine.
pub(crate) struct Transfer {
    to: Place,
    from: Place,
    bytes: usize,
    block: Option<Block>,
    lock: Option<Lock>,
    then: Option<HostCopy>,
}

impl Stream {
    /// # Safety
    /// As `DriverQueue::copy`.
    pub(crate) unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.copy_all(&[(copy, bytes)]) }
    }

    /// # Safety
    /// As `DriverQueue::copy_all`.
    pub(crate) unsafe fn copy_all(&self, copies: &[(Copy, usize)]) -> Result<u64, Error> {
        let mut transfers = Vec::with_capacity(copies.len());
        for &(copy, bytes) in copies.iter().filter(|(_, bytes)| *bytes != 0) {
            // SAFETY: the caller's promise.
            transfers.push(unsafe { self.transfer(copy, bytes) }?);
        }
        // SAFETY: as above.
        unsafe { self.submit(transfers) }
    }

    /// # Safety
    /// As `DriverQueue::copy`, and both devices reach both sides: which of them copies is the runtime's choice.
    pub(crate) unsafe fn copy_between(
        &self,
        to: Place,
        peer: &Arc<Context>,
        from: Place,
        bytes: usize,
    ) -> Result<u64, Error> {
        let transfer = Transfer { to, from, bytes, block: None, lock: None, then: None };
        let transfers = (bytes != 0).then_some(transfer).into_iter().collect();
        // SAFETY: the caller's promise.
        unsafe { self.submit_with(transfers, Some(Arc::clone(peer))) }
    }

    unsafe fn transfer(&self, copy: Copy, bytes: usize) -> Result<Transfer, Error> {
        let context = &self.context;
        Ok(match copy {
            Copy::DeviceToDevice { from, to } => Transfer {
                to: context.place(to),
                from: context.place(from),
                bytes,
                block: None,
                lock: None,
                then: None,
            },
            Copy::HostToDevice { from, to } => {
                let side = self.host_side(from.cast_mut(), bytes)?;
                if let Some(block) = &side.block {
                    // An earlier copy of this queue may have yet to bring those bytes.
                    if let Some(number) = self.flight.newest_host_copy(u64::MAX) {
                        self.flight.finish(number, None)?;
                    }
                    // SAFETY: the caller promises the source; the block is as large, and nobody else's.
                    unsafe { std::ptr::copy_nonoverlapping(from, block.ptr(), bytes) };
                }
                let HostSide { place, block, lock } = side;
                Transfer { to: context.place(to), from: place, bytes, block, lock, then: None }
            }
            Copy::DeviceToHost { from, to } => {
                let HostSide { place, block, lock } = self.host_side(to, bytes)?;
                let then = block.as_ref().map(|block| HostCopy { from: block.ptr(), to, bytes });
                Transfer { to: place, from: context.place(from), bytes, block, lock, then }
            }
        })
    }

    /// Memory that is pinned as it is, or locked for this copy, or a block of ours.
    fn host_side(&self, address: *mut u8, bytes: usize) -> Result<HostSide, Error> {
        let context = &self.context;
        let start = address.expose_provenance() as u64;
        if context.runtime().pinned.containing(start, bytes as u64).is_some() {
            return Ok(HostSide { place: context.host_place(address), block: None, lock: None });
        }
        if let Some(lock) = (bytes > STAGED).then(|| Lock::new(context, address, bytes)).flatten() {
            return Ok(HostSide { place: context.host_place(lock.on_device()), block: None, lock: Some(lock) });
        }
        let block = Blocks::take(context, |context| &context.staging, bytes)?;
        Ok(HostSide { place: context.host_place(block.ptr()), block: Some(block), lock: None })
    }

    /// Gives copies that belong together to the copy engines, under one number and one signal, which each counts down.
    ///
    /// # Safety
    /// The callers' promises hold for each.
    pub(crate) unsafe fn submit(&self, transfers: Vec<Transfer>) -> Result<u64, Error> {
        // SAFETY: the caller's promise.
        unsafe { self.submit_with(transfers, None) }
    }

    /// # Safety
    /// As [`submit`](Self::submit).
    unsafe fn submit_with(&self, transfers: Vec<Transfer>, peer: Option<Arc<Context>>) -> Result<u64, Error> {
        let mut submission = self.submission()?;
        let faults = self.flight.faults();
        let dependencies = submission.copy_dependencies(&self.flight);
        let signals: Vec<Signal> = dependencies.iter().map(|dependency| dependency.signal()).collect();
        let completion = Completion::new(&self.context, transfers.len() as i64)?;
        let mut keep = Keep { signals: dependencies, peer, ..Keep::default() };
        let mut then = SmallVec::new();
        let (mut submitted, mut refused) = (0, None);
        for Transfer { to, from, bytes, block, lock, then: host_copy } in transfers {
            if refused.is_none() {
                // SAFETY: the caller's promise; what it needs is kept until the signal is at 0.
                match unsafe { self.context.copy(to, from, bytes, &signals, &completion) } {
                    Ok(()) => submitted += 1,
                    Err(error) => refused = Some(error),
                }
            }
            if refused.is_some() {
                // No engine will count for this one.
                completion.count_down();
                continue;
            }
            keep.blocks.extend(block);
            keep.locks.extend(lock);
            then.extend(host_copy);
        }
        if let (0, Some(error)) = (submitted, &refused) {
            return Err(error.clone());
        }
        let work = Work { engine: Engine::Copies, completion, keep, then, slot: None };
        let number = self.flight.push(work, faults);
        submission.waits();
        match refused {
            // Those that were submitted go on, and later work waits for them.
            Some(error) => Err(error),
            None => number.map_err(|_| self.context.refused("copy", "the queue takes no more work")),
        }
    }
}
