//! Functions of the host's that kernels call.
//!
//! A call is a slot of a ring: the kernel puts its question there, and the host its answer. While launches that may call are
//! in flight a thread answers them; then it ends.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use geobacter_core::ring::Ring;
use geobacter_core::{DeviceCopy, HostCall, HostFn};
use parking_lot::Mutex;

use crate::args::{Binder, HostArg, Linked};
use crate::memory::{Signals, merge};
use crate::shared_ring::SharedRing;
use crate::signal::Signal;
use crate::{Device, Error, Result};

/// How soon the thread looks again, and how seldom when nothing comes.
const FIRST_PAUSE: Duration = Duration::from_micros(2);
const LAST_PAUSE: Duration = Duration::from_micros(200);

/// A function of the host's that kernels may call. From [`Device::host_fn`].
///
/// Pass `&function` for a kernel's [`HostFn`].
pub struct HostFunction<A, B> {
    service: Arc<Service>,
    function: PhantomData<fn(A) -> B>,
}

struct Service {
    device: Device,
    ring: SharedRing,
    /// Answers the call at an address.
    answer: Box<dyn Fn(*mut u8) + Send + Sync>,
    /// Whether the work-item needs the call at an address no more.
    is_over: fn(*mut u8) -> bool,
    users: Mutex<Users>,
    /// Calls answered so far; the thread's own. Never locked together with `users`: the function may launch more.
    answered: Mutex<u64>,
}

#[derive(Default)]
struct Users {
    /// Launches that may call.
    launches: Signals,
    /// There is a thread.
    is_served: bool,
}

impl Device {
    /// Lets kernels of this device call `function`; `at_once` calls (rounded up to a power of two) may wait for their answer
    /// at the same time, further ones wait for those.
    ///
    /// The function runs on a thread of its own, one call at a time. It may do anything but wait for work of this device
    /// that is queued behind the kernel that calls; nor, where that kernel launches others, queue work where it runs.
    ///
    /// # Errors
    /// [`Error::HostMemory`] on a device whose kernels cannot reach host memory, and so cannot wait for the host;
    /// [`Error::OutOfMemory`].
    pub fn host_fn<A: DeviceCopy, B: DeviceCopy>(
        &self,
        at_once: usize,
        function: impl Fn(A) -> B + Send + Sync + 'static,
    ) -> Result<HostFunction<A, B>> {
        const { assert!(align_of::<HostCall<A, B>>() <= Ring::SLOT_HEADER, "arguments may be aligned to at most 16 bytes") };
        let slots = at_once
            .max(1)
            .checked_next_power_of_two()
            .ok_or_else(|| Error::Overflow { what: "the number of calls at once", numbers: at_once.to_string() })?;
        let ring = SharedRing::new(self, slots, size_of::<HostCall<A, B>>())?;
        let service = Service {
            device: self.clone(),
            ring,
            answer: Box::new(move |call| answer(call.cast(), &function)),
            is_over: is_over::<A, B>,
            users: Mutex::default(),
            answered: Mutex::default(),
        };
        Ok(HostFunction { service: Arc::new(service), function: PhantomData })
    }
}

/// Answers one call.
fn answer<A: DeviceCopy, B: DeviceCopy>(call: *mut HostCall<A, B>, function: &impl Fn(A) -> B) {
    // SAFETY: a kernel has put a question there, and waits for the answer.
    unsafe {
        let question = (*call).question.assume_init();
        let state = match catch_unwind(AssertUnwindSafe(|| function(question))) {
            Ok(answer) => {
                (*call).answer.write(answer);
                HostCall::<A, B>::ANSWERED
            }
            Err(_) => HostCall::<A, B>::FAILED,
        };
        (*call).state.store(state, Ordering::Release);
    }
}

fn is_over<A, B>(call: *mut u8) -> bool {
    // SAFETY: a slot in which there has been a call.
    unsafe { (*call.cast::<HostCall<A, B>>()).state.load(Ordering::Acquire) == HostCall::<A, B>::OVER }
}

impl Service {
    fn run(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            // Looked at before the calls: what is over calls no more.
            let is_over = self.users.lock().launches.iter().all(Signal::has_passed);
            if self.serve() {
                pause = FIRST_PAUSE;
            } else if is_over && self.leave() {
                return;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// Ends the service, unless there are new launches.
    fn leave(&self) -> bool {
        let mut users = self.users.lock();
        users.launches.retain(|launch| !launch.has_passed());
        users.is_served = !users.launches.is_empty();
        !users.is_served
    }

    /// Answers what was asked, and frees what is over; whether there was anything.
    fn serve(&self) -> bool {
        let mut answered = self.answered.lock();
        let before = (*answered, self.ring.consumed());
        while let Some(call) = self.ring.peek(*answered) {
            (self.answer)(call);
            *answered += 1;
        }
        self.ring.release_while(*answered, self.is_over);
        before != (*answered, self.ring.consumed())
    }
}

impl Linked for Arc<Service> {
    fn note(&self, launch: &Signal) {
        let mut users = self.users.lock();
        merge(&mut users.launches, launch);
        if !users.is_served {
            let service = Arc::clone(self);
            match std::thread::Builder::new().name("geobacter-calls".to_owned()).spawn(move || service.run()) {
                Ok(_) => users.is_served = true,
                Err(error) => {
                    tracing::error!("no thread to answer calls of kernels, which fail therefore: {error}");
                    self.ring.close();
                }
            }
        }
    }
}

// SAFETY: the ring is bound to the launch, and the thread that answers keeps it until that is over; its slots are for such
// calls.
unsafe impl<'b, A: DeviceCopy, B: DeviceCopy> HostArg<'b, HostFn<'_, A, B>> for &'b HostFunction<A, B> {
    fn pack(self, binder: &mut Binder<'b>) -> Result<*const Ring> {
        binder.link(&self.service.device, &self.service)?;
        Ok(std::ptr::with_exposed_provenance(self.service.ring.address().0 as usize))
    }
}

impl<A, B> fmt::Debug for HostFunction<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostFunction").field("device", &self.service.device.id()).finish_non_exhaustive()
    }
}
