//! An in-order queue: one thread that runs what it is sent.

use std::any::Any;
use std::mem::MaybeUninit;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use geobacter_core::kernel::HostShape;
use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr, DriverKernel, DriverMark, DriverQueue, LaunchShape};
use geobacter_driver::failures::FailureLog;
use geobacter_driver::rows::{CopyRows, Pitch};
use parking_lot::{Condvar, Mutex};

use crate::cooperate;
use crate::device::CpuKernel;
use crate::panics;
use crate::workers::{self, Block, Code, Failures, Overflows, Panics, Workers};

type Callback = Box<dyn FnOnce() + Send>;
type Task = Box<dyn FnOnce(&Shared, u64) + Send>;

/// An in-order queue of the host: one thread.
pub struct CpuQueue {
    /// The number given last, and where work goes; one lock, so that numbers follow the order of the work.
    submit: Mutex<(u64, Sender<Task>)>,
    shared: Arc<Shared>,
}

struct Shared {
    workers: Arc<Workers>,
    failures: FailureLog,
    progress: Mutex<Progress>,
    moved: Condvar,
}

#[derive(Default)]
struct Progress {
    completed: u64,
    callbacks: Vec<(u64, Callback)>,
}

impl CpuQueue {
    pub(crate) fn start(workers: Arc<Workers>) -> std::io::Result<Arc<Self>> {
        let (send, receive) = channel();
        let shared = Arc::new(Shared {
            workers,
            failures: FailureLog::default(),
            progress: Mutex::default(),
            moved: Condvar::new(),
        });
        let worker = shared.clone();
        thread::Builder::new().name("geobacter-cpu-queue".to_owned()).spawn(move || worker.run(&receive))?;
        Ok(Arc::new(CpuQueue { submit: Mutex::new((0, send)), shared }))
    }

    /// A queue that copies on its own thread alone, for a driver that brings work of its own.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn alone() -> std::io::Result<Arc<Self>> {
        Self::start(Arc::new(Workers::none()))
    }

    /// Submits work; its error is what waits for it return. Gives its number.
    pub fn run(&self, work: impl FnOnce() -> Result<(), Error> + Send + 'static) -> u64 {
        self.submit(Box::new(move |shared, number| {
            if let Err(error) = work() {
                shared.failures.record(number, error);
            }
        }))
    }

    fn submit(&self, task: Task) -> u64 {
        let mut submit = self.submit.lock();
        submit.0 += 1;
        // The thread ends only when the sender is dropped.
        submit.1.send(task).expect("the queue's thread lives as long as the queue");
        submit.0
    }
}

impl Shared {
    fn run(&self, tasks: &Receiver<Task>) {
        for (number, task) in (1..).zip(tasks) {
            task(self, number);
            self.complete(number);
        }
    }

    fn complete(&self, number: u64) {
        let mut progress = self.progress.lock();
        progress.completed = number;
        let due = progress.callbacks.extract_if(.., |(value, _)| *value <= number).collect::<Vec<_>>();
        drop(progress);
        self.moved.notify_all();
        due.into_iter().for_each(|(_, then)| then());
    }

    fn launch(&self, number: u64, code: Code, name: &str, block: &Block, shape: &HostShape) {
        if let Some(error) = error(name, self.workers.run(code, block, shape)) {
            self.failures.record(number, error);
        }
    }
}

/// What to tell whoever waits for the launch: a panic first, as what else went wrong may be for its sake.
fn error(kernel: &str, failures: Failures) -> Option<Error> {
    let kernel = kernel.to_owned();
    Some(match failures {
        Failures { panics: Some(Panics { first, count }), .. } => Error::KernelPanicked {
            kernel,
            message: first.message,
            location: first.location,
            work_item: first.work_item,
            work_group: first.work_group,
            count,
        },
        Failures { overflows: Some(Overflows { work_item, work_group, stack, count }), .. } => {
            Error::StackUsedUp { kernel, stack, work_item, work_group, count }
        }
        Failures { diverged: Some(diverged), .. } => Error::BarrierDiverged {
            kernel,
            barrier: diverged.barrier.to_string(),
            waiting: diverged.waiting,
            others: diverged.others,
            work_group: diverged.work_group,
        },
        Failures { no_stack: Some(reason), .. } => Error::DriverCall {
            device: "cpu".to_owned(),
            call: "allocating stacks for work-items",
            reason: format!("{reason}; use a smaller work-group, or fewer threads (`GEOBACTER_CPU_THREADS`)"),
        },
        Failures { panics: None, overflows: None, diverged: None, no_stack: None } => return None,
    })
}

/// A pointer that a task takes to the queue's thread.
#[derive(Clone, Copy)]
struct Address(*mut u8);
// SAFETY: whoever submits work promises that its memory outlives it.
unsafe impl Send for Address {}
// SAFETY: as above; parts of a split copy are disjoint.
unsafe impl Sync for Address {}

impl Address {
    fn device(ptr: DevicePtr) -> Self {
        Address(std::ptr::with_exposed_provenance_mut(ptr.0 as usize))
    }

    /// A method, so that closures capture the whole and not the bare pointer.
    fn at(&self, offset: usize) -> *mut u8 {
        self.0.wrapping_add(offset)
    }
}

/// Where a copy comes from and goes to.
fn sides(copy: Copy) -> (Address, Address) {
    match copy {
        Copy::HostToDevice { from, to } => (Address(from.cast_mut()), Address::device(to)),
        Copy::DeviceToHost { from, to } => (Address::device(from), Address(to)),
        Copy::DeviceToDevice { from, to } => (Address::device(from), Address::device(to)),
    }
}

impl DriverQueue for CpuQueue {
    unsafe fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        let kernel = kernel.as_any().downcast_ref::<CpuKernel>().expect("a kernel that the CPU device loaded");
        let code = Code { entry: kernel.entry, text: kernel.text };
        let (name, block) = (kernel.name, Block::new(block));
        let shape = HostShape {
            group_size: shape.group_size,
            groups: shape.groups,
            group_memory: shape.group_memory,
            on_panic: panics::note_position,
            on_group: workers::note_group,
            run_group: cooperate::run_group,
        };
        Ok(self.submit(Box::new(move |shared, number| shared.launch(number, code, name, &block, &shape))))
    }

    unsafe fn copy(&self, copy: Copy, bytes: usize) -> Result<u64, Error> {
        let (from, to) = sides(copy);
        Ok(self.submit(Box::new(move |shared, _| {
            shared.workers.split(bytes, 64, |offset, len| {
                // SAFETY: the caller of `copy` promises both sides, and that nothing aliases the target.
                unsafe { std::ptr::copy_nonoverlapping(from.at(offset), to.at(offset), len) }
            });
        })))
    }

    unsafe fn copy_rows(&self, rows: &CopyRows) -> Result<u64, Error> {
        let CopyRows { first, bytes, rows, slices, from: source, to: target } = *rows;
        let (from, to) = sides(first);
        let row = bytes.max(1);
        Ok(self.submit(Box::new(move |shared, _| {
            // As many bytes as there are, in whole rows, so that a few of them stay on one thread.
            shared.workers.split(bytes * rows * slices, row, |first, len| {
                for number in first / row..(first + len) / row {
                    let offset = |pitch: Pitch| number / rows * pitch.slice + number % rows * pitch.row;
                    // SAFETY: the caller of `copy_rows` promises both sides of each row, and that nothing aliases the target.
                    unsafe { std::ptr::copy_nonoverlapping(from.at(offset(source)), to.at(offset(target)), bytes) }
                }
            });
        })))
    }

    unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        let (to, pattern) = (Address::device(to), pattern.to_vec());
        Ok(self.submit(Box::new(move |shared, _| {
            let unit = pattern.len();
            shared.workers.split(count * unit, 64 * unit, |offset, len| {
                // SAFETY: the caller of `fill` promises the memory; parts are disjoint.
                let part = unsafe { std::slice::from_raw_parts_mut(to.at(offset), len) };
                match pattern.as_slice() {
                    [byte] => part.fill(*byte),
                    more => part.chunks_exact_mut(unit).for_each(|element| element.copy_from_slice(more)),
                }
            });
        })))
    }

    fn wait_for(&self, other: &Arc<dyn DriverQueue>, value: u64) -> Result<(), Error> {
        if std::ptr::addr_eq(Arc::as_ptr(other), self) {
            return Ok(());
        }
        let other = other.clone();
        self.submit(Box::new(move |_, _| {
            // Its failure is reported to whoever waits on that queue; here only the order matters.
            let _ = other.wait(value, None);
        }));
        Ok(())
    }

    fn submitted(&self) -> u64 {
        self.submit.lock().0
    }

    fn has_passed(&self, value: u64) -> bool {
        self.shared.progress.lock().completed >= value
    }

    fn wait_until_passed(&self, value: u64) {
        let mut progress = self.shared.progress.lock();
        self.shared.moved.wait_while(&mut progress, |progress| progress.completed < value);
    }

    fn is_complete(&self, value: u64) -> Result<bool, Error> {
        if self.shared.progress.lock().completed < value {
            return Ok(false);
        }
        self.shared.failures.check(value).map(|()| true)
    }

    fn wait(&self, value: u64, timeout: Option<Duration>) -> Result<bool, Error> {
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let mut progress = self.shared.progress.lock();
        while progress.completed < value {
            match deadline {
                None => self.shared.moved.wait(&mut progress),
                Some(deadline) => {
                    if self.shared.moved.wait_until(&mut progress, deadline).timed_out() && progress.completed < value {
                        return Ok(false);
                    }
                }
            }
        }
        drop(progress);
        self.shared.failures.check(value).map(|()| true)
    }

    fn failures(&self) -> &FailureLog {
        &self.shared.failures
    }

    fn on_complete(&self, value: u64, then: Callback) {
        let mut progress = self.shared.progress.lock();
        if progress.completed >= value {
            drop(progress);
            then();
        } else {
            progress.callbacks.push((value, then));
        }
    }

    fn mark(&self) -> Result<Box<dyn DriverMark>, Error> {
        let mark = CpuMark(Arc::default());
        let passed = mark.0.clone();
        self.submit(Box::new(move |_, _| {
            let _ = passed.set(Instant::now());
        }));
        Ok(Box::new(mark))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Set when the queue's thread gets there.
struct CpuMark(Arc<OnceLock<Instant>>);

impl DriverMark for CpuMark {
    fn since(&self, earlier: &dyn DriverMark) -> Result<Duration, Error> {
        let earlier = earlier.as_any().downcast_ref::<CpuMark>().expect("a mark of the CPU device");
        Ok(self.0.wait().saturating_duration_since(*earlier.0.wait()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
