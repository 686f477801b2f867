//! What belongs to a device as a whole: its signals and blocks, and whether it can still be used.

use std::sync::{Arc, Weak};
use std::time::Duration;

use geobacter_driver::Error;
use geobacter_driver::driver::DeviceInfo;
use geobacter_driver::failures::{Suspect, stack_hint, suspects};
use geobacter_driver::poll;
use geobacter_driver::waiter::Waiter;
use parking_lot::Mutex;

use crate::aftermath::Aftermath;
use crate::aside::Aside;
use crate::blocks::Blocks;
use crate::completion::SignalPool;
use crate::flight::Flight;
use crate::info::Pools;
use crate::ranges::Ranges;
use crate::raw::RawQueue;
use crate::runtime::Runtime;
use crate::sys::{Agent, Api, SUCCESS, Status};

/// Calls a function of the runtime, and turns its answer into a `Result` that names the function.
macro_rules! hsa {
    ($context:expr, $name:ident($($arg:expr),* $(,)?)) => {
        $context.check(stringify!($name), ($context.api().$name)($($arg),*))
    };
}

/// How long copies in flight may take to end after a memory fault, before they are taken for dead too.
const GRACE: Duration = Duration::from_secs(2);

/// One device, shared by all that is made for it.
pub(crate) struct Context {
    runtime: Arc<Runtime>,
    agent: Agent,
    pub(crate) pools: Pools,
    /// A copy, for messages and limits.
    pub(crate) info: DeviceInfo,
    pub(crate) signals: SignalPool,
    /// Kernel arguments.
    pub(crate) kernargs: Blocks,
    /// Host memory that copies go through where the user's cannot be reached.
    pub(crate) staging: Blocks,
    /// What was allocated, and of that what other devices reach too.
    pub(crate) allocations: Ranges,
    pub(crate) shared: Ranges,
    /// Calls back when work is done.
    pub(crate) waiter: Waiter,
    /// The queues: whom to suspect of a fault, and to tell of it.
    flights: Mutex<Vec<Weak<Flight>>>,
    /// Makes calls that wait for the device.
    pub(crate) aside: Aside,
    /// Whether memory faults have made it unusable.
    aftermath: Aftermath,
}

impl Context {
    pub(crate) fn new(runtime: &Arc<Runtime>, agent: Agent, info: &DeviceInfo, pools: Pools) -> Arc<Self> {
        let context = Arc::new(Self {
            runtime: Arc::clone(runtime),
            agent,
            pools,
            info: info.clone(),
            signals: SignalPool::default(),
            kernargs: Blocks::new(pools.kernarg),
            staging: Blocks::new(pools.host),
            allocations: Ranges::default(),
            shared: Ranges::default(),
            waiter: Waiter::default(),
            flights: Mutex::default(),
            aside: Aside::default(),
            aftermath: Aftermath::default(),
        });
        runtime.watch(&context);
        context
    }

    /// The functions.
    pub(crate) fn api(&self) -> &'static Api {
        self.runtime.api()
    }

    /// The runtime, as started.
    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The device's handle.
    pub(crate) fn agent(&self) -> Agent {
        self.agent
    }

    /// The device's id.
    pub(crate) fn id(&self) -> &str {
        &self.info.id
    }

    /// What `call` answered, as a `Result`.
    pub(crate) fn check(&self, call: &'static str, status: Status) -> Result<(), Error> {
        if status == SUCCESS { Ok(()) } else { Err(self.refused(call, &self.api().describe(status))) }
    }

    #[cold]
    pub(crate) fn refused(&self, call: &'static str, reason: &str) -> Error {
        Error::DriverCall { device: self.id().to_owned(), call, reason: reason.to_owned() }
    }

    /// Refuses once the device is lost. After a memory fault this waits until it is known whether it is.
    pub(crate) fn usable(&self) -> Result<(), Error> {
        self.aftermath.usable(|| self.refused("a memory fault's aftermath", "it does not end: the runtime hangs"))
    }

    /// Refuses once the device is lost, and does not wait: for those who wait for work of the device anyhow.
    pub(crate) fn alive(&self) -> Result<(), Error> {
        self.aftermath.alive()
    }

    /// Whether there was a memory fault whose aftermath is not over.
    pub(crate) fn had_a_fault(&self) -> bool {
        self.aftermath.is_pending()
    }

    /// Whether nothing runs on the device any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.alive().is_err()
    }

    /// Lets faults name, and reach, one more queue.
    pub(crate) fn register(&self, flight: &Arc<Flight>) {
        let mut flights = self.flights.lock();
        flights.retain(|flight| flight.strong_count() > 0);
        flights.push(Arc::downgrade(flight));
    }

    /// A kernel reached where there is no memory. Called on the runtime's own thread, which must not wait.
    pub(crate) fn memory_fault(self: &Arc<Self>, reason: String) {
        tracing::error!("{}: {reason}", self.id());
        self.aftermath.begin();
        let context = Arc::clone(self);
        let aftermath = move || {
            context.clear_away(&reason);
            let lost = context.is_dead_after(RawQueue::probe(&context));
            context.aftermath.end(lost);
        };
        let thread = std::thread::Builder::new().name("geobacter-hsa-fault".to_owned());
        if let Err(error) = thread.spawn(aftermath) {
            self.aftermath.end(Some(self.lost(&format!("there is no thread to look after a memory fault: {error}"))));
        }
    }

    /// What the first queue after a memory fault has shown.
    fn is_dead_after(&self, probe: Result<bool, Error>) -> Option<Error> {
        match probe {
            Ok(true) => None,
            Ok(false) => {
                Some(self.lost("after a memory fault the kernel driver runs nothing of this process any more"))
            }
            Err(error) => Some(self.lost(&format!("after a memory fault no queue can be made any more: {error}"))),
        }
    }

    fn lost(&self, why: &str) -> Error {
        tracing::error!("{} is lost: {why}", self.id());
        Error::DeviceFault {
            device: self.id().to_owned(),
            work: "a memory fault's aftermath".to_owned(),
            reason: format!(
                "{why}: nothing runs on the device, and its memory cannot be read, until the process ends; other devices \
                 are not affected"
            ),
        }
    }

    /// Ends all that ran when a memory fault happened. The runtime does not say which queue it was.
    fn clear_away(&self, reason: &str) {
        let flights: Vec<Arc<Flight>> = self.flights.lock().iter().filter_map(Weak::upgrade).collect();
        let kernels: Vec<Suspect> = flights.iter().filter_map(|flight| flight.current_kernel()).collect();
        let reason = format!("{reason}{}", stack_hint(&kernels));
        let error = Error::DeviceFault { device: self.id().to_owned(), work: suspects(&kernels), reason };
        flights.iter().for_each(|flight| flight.stop());
        flights.iter().for_each(|flight| flight.fail(&error));
        // Copies go on by themselves, and with what they waited for out of the way they end.
        let ended = || Ok::<_, ()>(flights.iter().all(|flight| flight.is_idle()));
        if poll::poll(poll::deadline(Some(GRACE)), ended) != Ok(true) {
            flights.iter().for_each(|flight| flight.give_up());
        }
    }
}
