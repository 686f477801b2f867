//! The order of submission: numbers, launches, copies, fills, and waits for them.

use std::any::Any;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geobacter_core::abi::BlockHeader;
use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverDevice, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::rows::CopyRows;
use geobacter_driver::slots::{SLOTS, Slots};
use geobacter_driver::waiter::{Watched, wait_on_the_host};
use geobacter_driver::{poll, sites, status};
use parking_lot::{Mutex, MutexGuard};

use crate::checkpoint::{Checkpoint, Checkpoints};
use crate::context::Context;
use crate::event::Event;
use crate::kernel::Loaded;
use crate::pacer::Pacer;
use crate::status::StatusRing;
use crate::sys::CUstream;
use crate::{CudaDevice, CudaKernel, CudaMark, fill, peer, rows};

/// An in-order queue of an NVIDIA GPU: a stream that waits for no other.
///
/// A wait for number `n` lasts until a checkpoint at or behind `n` has passed, so in a long burst of launches it may
/// last until up to 16 later ones are done, too.
pub struct CudaQueue {
    stream: Arc<Stream>,
}

/// What a queue shares with the thread that calls back.
pub(crate) struct Stream {
    context: Arc<Context>,
    raw: CUstream,
    /// Locked before `checkpoints`, never after.
    submission: Mutex<Submission>,
    checkpoints: Mutex<Checkpoints>,
    slots: Arc<Slots<Loaded>>,
    ring: StatusRing,
    failures: FailureLog,
    /// Number of the newest work, to be read unlocked; written with the submission locked.
    last: AtomicU64,
    /// Somebody has waited since the last submission.
    waited: AtomicBool,
}

/// Locked while work is numbered and enqueued, so that numbers follow the order of the stream.
struct Submission {
    /// Launches so far: the next one's slot.
    launches: usize,
    pacer: Pacer,
    /// A launch's kernarg block with its record's address in it; kept for its allocation.
    block: Vec<MaybeUninit<u8>>,
}

impl CudaQueue {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self, Error> {
        context.enter()?;
        let slots = Arc::new(Slots::new());
        let ring = StatusRing::new(context)?;
        let stream = Stream {
            context: Arc::clone(context),
            raw: context.create_stream()?,
            submission: Mutex::new(Submission { launches: 0, pacer: Pacer::new(Instant::now()), block: Vec::new() }),
            checkpoints: Mutex::default(),
            slots: Arc::clone(&slots),
            ring,
            failures: FailureLog::default(),
            last: AtomicU64::new(0),
            waited: AtomicBool::new(false),
        };
        context.watch(&slots);
        Ok(Self { stream: Arc::new(stream) })
    }

    /// The `CUstream`, for measuring launches without this crate around them. Valid as long as the queue lives.
    #[doc(hidden)]
    #[must_use]
    pub fn stream_ptr(&self) -> *mut c_void {
        self.stream.raw.0
    }

    fn refused(&self, call: &'static str, reason: &str) -> Error {
        Error::DriverCall { device: self.stream.context.id().to_owned(), call, reason: reason.to_owned() }
    }
}

impl Stream {
    /// Numbers what `work` enqueues.
    fn submit(&self, work: impl FnOnce() -> Result<(), Error>) -> Result<u64, Error> {
        self.context.enter()?;
        let mut submission = self.submission.lock();
        work()?;
        Ok(self.number(&mut submission))
    }

    /// Gives work just enqueued its number.
    fn number(&self, submission: &mut Submission) -> u64 {
        let number = self.last() + 1;
        self.last.store(number, Ordering::Release);
        let waited = self.waited.load(Ordering::Relaxed) && self.waited.swap(false, Ordering::Relaxed);
        if submission.pacer.due(waited, Instant::now()) {
            // Without a checkpoint here a wait records its own, and reports what is wrong.
            let _ = self.checkpoint();
        }
        number
    }

    /// The number of the newest work.
    fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    /// Records a checkpoint behind everything submitted. The submission must be locked, the context current.
    fn checkpoint(&self) -> Result<Checkpoint, Error> {
        let event = Arc::new(Event::record(&self.context, self.raw)?);
        let checkpoint = Checkpoint { upto: self.last(), event };
        self.checkpoints.lock().push(checkpoint.clone());
        Ok(checkpoint)
    }

    /// Locks the submission, with a panic record for one more launch of `kernel`.
    fn submission_with_slot(&self, kernel: &Arc<Loaded>) -> Result<(MutexGuard<'_, Submission>, usize), Error> {
        loop {
            let submission = self.submission.lock();
            let slot = submission.launches % SLOTS;
            match self.slots.claim(slot, self.last() + 1, kernel) {
                Ok(()) => return Ok((submission, slot)),
                Err(busy) => {
                    // Wait unlocked, so that others can go on asking and waiting.
                    drop(submission);
                    self.finish(busy, None)?;
                }
            }
        }
    }

    fn launch(&self, kernel: &Arc<Loaded>, shape: &LaunchShape, block: &[MaybeUninit<u8>]) -> Result<u64, Error> {
        self.context.enter()?;
        kernel.allow_dynamic(shape.group_memory)?;
        let (mut submission, slot) = self.submission_with_slot(kernel)?;
        submission.block.clear();
        submission.block.extend_from_slice(block);
        status::patch(&mut submission.block, self.ring.address(slot));
        let mut parameters = [submission.block.as_mut_ptr().cast::<c_void>()];
        let ([gx, gy, gz], [sx, sy, sz]) = (shape.groups, shape.group_size);
        let (function, memory) = (kernel.function(), shape.group_memory);
        let extra = std::ptr::null_mut();
        // SAFETY: the caller of `DriverQueue::launch` promises a block that fits the kernel's one parameter, which the
        // driver copies before it returns; function and stream live.
        let result = unsafe {
            let parameters = parameters.as_mut_ptr();
            cuda!(self.context, cuLaunchKernel(function, gx, gy, gz, sx, sy, sz, memory, self.raw, parameters, extra))
        };
        if let Err(error) = result {
            self.slots.release(slot);
            return Err(error);
        }
        submission.launches = submission.launches.wrapping_add(1);
        Ok(self.number(&mut submission))
    }

    /// The first checkpoint that covers `number`; `None` where that is complete. The context must be current.
    fn covering(&self, number: u64) -> Result<Option<Checkpoint>, Error> {
        if number <= self.slots.completed() {
            return Ok(None);
        }
        if let Some(checkpoint) = self.checkpoints.lock().covering(number) {
            return Ok(Some(checkpoint));
        }
        let _submission = self.submission.lock();
        self.covering_last(number)
    }

    /// The same with the submission locked. Records a checkpoint if there is none.
    fn covering_last(&self, number: u64) -> Result<Option<Checkpoint>, Error> {
        if number > self.last() {
            return Err(self.never_submitted(number));
        }
        // Somebody else may have recorded one, or waited for it, in the meantime.
        if number <= self.slots.completed() {
            return Ok(None);
        }
        let recorded = self.checkpoints.lock().covering(number);
        match recorded {
            Some(checkpoint) => Ok(Some(checkpoint)),
            None => self.checkpoint().map(Some),
        }
    }

    fn never_submitted(&self, number: u64) -> Error {
        let last = self.last();
        Error::DriverCall {
            device: self.context.id().to_owned(),
            call: "wait",
            reason: format!("number {number} was never submitted to this queue; its newest work is number {last}"),
        }
    }

    /// Waits until `number` is complete; `false`: not by the deadline. Panics are left in the log.
    fn finish(&self, number: u64, deadline: Option<Instant>) -> Result<bool, Error> {
        if number <= self.slots.completed() {
            return Ok(true);
        }
        self.context.enter()?;
        let Some(checkpoint) = self.covering(number)? else { return Ok(true) };
        if !checkpoint.event.wait(deadline)? {
            return Ok(false);
        }
        self.advance(checkpoint.upto)?;
        Ok(true)
    }

    /// Whether `number` is complete, without waiting for anything. Panics are left in the log.
    fn finished(&self, number: u64) -> Result<bool, Error> {
        if number <= self.slots.completed() {
            return Ok(true);
        }
        self.context.enter()?;
        let recorded = self.checkpoints.lock().covering(number);
        let checkpoint = match recorded {
            Some(checkpoint) => checkpoint,
            // Whoever holds the lock is submitting, perhaps a copy that takes its time: ask again later.
            None => match self.submission.try_lock() {
                None => return Ok(false),
                Some(_submission) => match self.covering_last(number)? {
                    None => return Ok(true),
                    Some(checkpoint) => checkpoint,
                },
            },
        };
        if !checkpoint.event.is_done()? {
            return Ok(false);
        }
        self.advance(checkpoint.upto)?;
        Ok(true)
    }

    /// Notes that all work up to `upto` is complete, and puts its panics into the log. The context must be current.
    fn advance(&self, upto: u64) -> Result<(), Error> {
        let mut checkpoints = self.checkpoints.lock();
        if upto <= self.slots.completed() {
            return Ok(());
        }
        if self.ring.flag().take() {
            self.collect_panics(upto).inspect_err(|_| self.ring.flag().raise())?;
        }
        // Only now: whoever sees the number complete must find its panic in the log.
        self.slots.complete(upto);
        checkpoints.done(upto);
        Ok(())
    }

    #[cold]
    fn collect_panics(&self, upto: u64) -> Result<(), Error> {
        let mut found = Vec::new();
        for (slot, record) in status::panicked(&self.ring.download()?) {
            match self.slots.owner(slot) {
                Some((number, kernel)) if number <= upto => {
                    let sites = self.slots.kernel(slot).and_then(|code| code.panic_sites());
                    let error = sites::error(&record, &kernel, sites.as_deref());
                    found.push((number, slot, error.unwrap_or_else(|| status::error(&record, kernel))));
                }
                // Still running, and perhaps still writing: look again when it is done.
                _ => self.ring.flag().raise(),
            }
        }
        found.sort_by_key(|&(number, ..)| number);
        for (number, slot, error) in found {
            self.ring.clear(slot)?;
            self.failures.record(number, error);
        }
        Ok(())
    }
}

impl Watched for Stream {
    /// Whether `number` is complete, has failed, or never was: whether there is nothing to wait for. An error that leaves
    /// the device running, such as one of a full host, does not make it so: the work may still use its memory.
    fn is_over(&self, number: u64) -> bool {
        number > self.last() || self.finished(number).unwrap_or_else(|_| self.context.is_lost())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Work in flight writes to the panic records, which are freed next.
        if self.context.enter().is_ok() {
            // SAFETY: the stream lives until the next line.
            if let Err(error) = unsafe { cuda!(self.context, cuStreamSynchronize(self.raw)) } {
                tracing::debug!("dropping a queue: {error}");
            }
        }
        // SAFETY: made once, destroyed once. What this answers does not matter: it fails where the context is lost.
        unsafe { (self.context.api().cuStreamDestroy_v2)(self.raw) };
    }
}

impl DriverQueue for CudaQueue {
    unsafe fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        let Some(kernel) = kernel.as_any().downcast_ref::<CudaKernel>() else {
            return Err(self.refused("launch", "the kernel was loaded by another driver"));
        };
        if block.len() < size_of::<BlockHeader>() {
            return Err(self.refused("launch", "the kernarg block has no header"));
        }
        self.stream.launch(kernel.loaded(), shape, block)
    }

    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        let (context, stream) = (&self.stream.context, self.stream.raw);
        self.stream.submit(|| match copy {
            // Sizes of 0 are errors to some driver versions.
            _ if bytes == 0 => Ok(()),
            // Host memory may be pageable: the driver then stages it.
            // SAFETY: the caller's promise.
            Copy::HostToDevice { from, to } => unsafe {
                cuda!(context, cuMemcpyHtoDAsync_v2(to.0, from.cast(), bytes, stream))
            },
            // SAFETY: as above.
            Copy::DeviceToHost { from, to } => unsafe {
                cuda!(context, cuMemcpyDtoHAsync_v2(to.cast(), from.0, bytes, stream))
            },
            // SAFETY: as above.
            Copy::DeviceToDevice { from, to } => unsafe {
                cuda!(context, cuMemcpyDtoDAsync_v2(to.0, from.0, bytes, stream))
            },
        })
    }

    unsafe fn copy_rows(&self, copy: &CopyRows) -> Result<u64, Error> {
        if let Some(plan) = rows::plan(copy) {
            let stream = &self.stream;
            // SAFETY: the caller's promise.
            return stream.submit(|| unsafe { rows::submit(&stream.context, stream.raw, &plan) });
        }
        let mut last = self.submitted();
        for (copy, bytes) in copy.pieces() {
            // SAFETY: the caller's promise.
            last = unsafe { self.copy(copy, bytes)? };
        }
        Ok(last)
    }

    unsafe fn copy_from_peer(
        &self,
        peer: &dyn DriverDevice,
        from: DevicePtr,
        to: DevicePtr,
        bytes: usize,
    ) -> Option<Result<u64, Error>> {
        let peer = peer.as_any().downcast_ref::<CudaDevice>()?;
        let (context, stream) = (&self.stream.context, self.stream.raw);
        Some(peer.context().and_then(|peer| {
            peer::enable(context, peer)?;
            self.stream.submit(|| match bytes {
                0 => Ok(()),
                // SAFETY: the caller's promise; both contexts live.
                _ => unsafe {
                    cuda!(context, cuMemcpyPeerAsync(to.0, context.raw(), from.0, peer.raw(), bytes, stream))
                },
            })
        }))
    }

    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        let Some(plan) = fill::plan(pattern, count) else {
            let reason = format!("{count} patterns of {} bytes; 1, 2, 4, 8 or 16 are possible", pattern.len());
            return Err(self.refused("fill", &reason));
        };
        let stream = &self.stream;
        // SAFETY: the caller's promise.
        stream.submit(|| unsafe { fill::submit(&stream.context, stream.raw, to.0, plan) })
    }

    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error> {
        let Some(other_queue) = other.as_any().downcast_ref::<CudaQueue>() else {
            wait_on_the_host(other, value);
            return Ok(());
        };
        let (stream, other) = (&self.stream, &other_queue.stream);
        if Arc::ptr_eq(stream, other) || value <= other.slots.completed() {
            return Ok(());
        }
        other.context.enter()?;
        let Some(checkpoint) = other.covering(value)? else { return Ok(()) };
        stream.context.enter()?;
        // SAFETY: both live. The stream takes a copy of the event's state, so the event may be used again at once.
        unsafe { cuda!(stream.context, cuStreamWaitEvent(stream.raw, checkpoint.event.raw(), 0)) }
    }

    fn print_to(&self, ring: DevicePtr) {
        self.stream.ring.print_to(ring.0);
    }

    fn submitted(&self) -> u64 {
        self.stream.last()
    }

    fn has_passed(&self, value: u64) -> bool {
        self.stream.is_over(value)
    }

    fn is_complete(&self, value: u64) -> Result<bool, Error> {
        self.stream.waited.store(true, Ordering::Relaxed);
        Ok(self.stream.finished(value)? && self.stream.failures.check(value).map(|()| true)?)
    }

    fn wait(&self, value: u64, timeout: Option<Duration>) -> Result<bool, Error> {
        self.stream.waited.store(true, Ordering::Relaxed);
        if !self.stream.finish(value, poll::deadline(timeout))? {
            return Ok(false);
        }
        self.stream.failures.check(value).map(|()| true)
    }

    fn failures(&self) -> &FailureLog {
        &self.stream.failures
    }

    fn on_complete(&self, value: u64, then: Box<dyn FnOnce() + Send>) {
        match self.stream.is_over(value) {
            true => then(),
            false => self.stream.context.waiter.call(self.stream.clone(), value, then),
        }
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        self.stream.context.enter()?;
        Ok(Box::new(CudaMark::record(&self.stream.context, self.stream.raw)?))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
