//! A device's context: current on this thread, or lost to a fault.

use std::sync::{Arc, OnceLock, Weak};

use geobacter_driver::Error;
use geobacter_driver::failures::{stack_hint, suspects};
use geobacter_driver::slots::Slots;
use geobacter_driver::waiter::Waiter;
use parking_lot::Mutex;

use crate::event::Event;
use crate::kernel::Loaded;
use crate::sys::{self, Api, CUDA_SUCCESS, CUcontext, CUdevice, CUevent, CUresult, CUstream};

/// Calls a function of the driver API, and turns its answer into a `Result` that names the function.
macro_rules! cuda {
    ($context:expr, $name:ident($($arg:expr),* $(,)?)) => {
        $context.check(stringify!($name), ($context.api().$name)($($arg),*))
    };
}

/// The primary context of a device, which every user of CUDA in the process shares, and what belongs to it as a whole.
pub(crate) struct Context {
    api: &'static Api,
    device: CUdevice,
    raw: CUcontext,
    /// The device's id, for messages.
    id: String,
    /// What made the device unusable, once something has.
    fault: OnceLock<Error>,
    /// The launches of each queue: whom to suspect of a fault.
    queues: Mutex<Vec<Weak<Slots<Loaded>>>>,
    /// Events to use again: making one costs more than recording it.
    pub(crate) events: Mutex<Vec<CUevent>>,
    /// A stream of our own, so that reading a panic record waits for nothing else.
    side: Mutex<CUstream>,
    /// Devices whose memory this one has been given access to, or was refused.
    pub(crate) peers: Mutex<Vec<CUdevice>>,
    /// Calls back when work is done.
    pub(crate) waiter: Waiter,
}

impl Context {
    /// Retains the primary context of `device`.
    pub(crate) fn retain(api: &'static Api, device: CUdevice, id: &str) -> Result<Arc<Self>, Error> {
        let failed = |call, result| Error::DriverCall { device: id.to_owned(), call, reason: api.describe(result) };
        let mut raw = CUcontext::NULL;
        // SAFETY: writes one handle.
        match unsafe { (api.cuDevicePrimaryCtxRetain)(&mut raw, device) } {
            CUDA_SUCCESS => {}
            result => return Err(failed("cuDevicePrimaryCtxRetain", result)),
        }
        let context = Self {
            api,
            device,
            raw,
            id: id.to_owned(),
            fault: OnceLock::new(),
            queues: Mutex::default(),
            events: Mutex::default(),
            side: Mutex::new(CUstream::NULL),
            peers: Mutex::default(),
            waiter: Waiter::default(),
        };
        context.enter()?;
        *context.side.lock() = context.create_stream()?;
        Ok(Arc::new(context))
    }

    /// The driver API.
    pub(crate) fn api(&self) -> &'static Api {
        self.api
    }

    /// The device's ordinal.
    pub(crate) fn device(&self) -> CUdevice {
        self.device
    }

    /// The handle.
    pub(crate) fn raw(&self) -> CUcontext {
        self.raw
    }

    /// The device's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Makes the context current on this thread, if it is not; refuses once it is lost.
    ///
    /// The driver is asked each time, which costs nanoseconds, rather than remembering what we last set: other CUDA code
    /// in the process sets its own contexts behind our back.
    pub(crate) fn enter(&self) -> Result<(), Error> {
        if let Some(fault) = self.fault.get() {
            return Err(fault.clone());
        }
        let mut current = CUcontext::NULL;
        // SAFETY: writes one handle.
        let known = unsafe { (self.api.cuCtxGetCurrent)(&mut current) } == CUDA_SUCCESS;
        if known && current == self.raw {
            return Ok(());
        }
        // SAFETY: `raw` is retained as long as `self` lives.
        unsafe { cuda!(self, cuCtxSetCurrent(self.raw)) }
    }

    /// Gives work-items of kernels whose need is not known `bytes` of stack, if they had less. The context must be current.
    ///
    /// The driver sets memory aside for all work-items that the device can run at once, so it is not asked for more than is
    /// needed, nor before.
    pub(crate) fn provide_stack(&self, bytes: usize) -> Result<(), Error> {
        let mut now = 0;
        // SAFETY: writes one number.
        unsafe { cuda!(self, cuCtxGetLimit(&mut now, sys::LIMIT_STACK_SIZE)) }?;
        if now >= bytes {
            return Ok(());
        }
        // SAFETY: a number; the driver waits for what runs.
        unsafe { cuda!(self, cuCtxSetLimit(sys::LIMIT_STACK_SIZE, bytes)) }
    }

    /// Whether a fault has made the device unusable: nothing runs on it any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.fault.get().is_some()
    }

    /// What `call` answered, as a `Result`.
    pub(crate) fn check(&self, call: &'static str, result: CUresult) -> Result<(), Error> {
        if result == CUDA_SUCCESS { Ok(()) } else { Err(self.failed(call, result)) }
    }

    #[cold]
    fn failed(&self, call: &'static str, result: CUresult) -> Error {
        if !result.loses_context() {
            return Error::DriverCall { device: self.id.clone(), call, reason: self.api.describe(result) };
        }
        self.fault.get_or_init(|| self.fault(result)).clone()
    }

    fn fault(&self, result: CUresult) -> Error {
        let mut kernels = Vec::new();
        for queue in self.queues.lock().iter().filter_map(Weak::upgrade) {
            queue.in_flight(&mut kernels);
        }
        let reason = format!(
            "{} (its context is lost: nothing more runs on it, and its memory cannot be read, until the process ends){}",
            self.api.describe(result),
            stack_hint(&kernels)
        );
        tracing::error!("{}: {reason}", self.id);
        Error::DeviceFault { device: self.id.clone(), work: suspects(&kernels), reason }
    }

    /// Lets faults name the launches of one more queue.
    pub(crate) fn watch(&self, slots: &Arc<Slots<Loaded>>) {
        let mut queues = self.queues.lock();
        queues.retain(|queue| queue.strong_count() > 0);
        queues.push(Arc::downgrade(slots));
    }

    /// A new stream. The context must be current.
    pub(crate) fn create_stream(&self) -> Result<CUstream, Error> {
        let mut stream = CUstream::NULL;
        // SAFETY: writes one handle; the context is current.
        unsafe { cuda!(self, cuStreamCreate(&mut stream, sys::STREAM_NON_BLOCKING)) }?;
        Ok(stream)
    }

    /// An event that waits for nothing: asking about it tells of faults.
    pub(crate) fn probe(self: &Arc<Self>) -> Result<Event, Error> {
        Event::record(self, *self.side.lock())
    }

    /// Runs what `submit` puts on the side stream, to its end. The context must be current.
    pub(crate) fn aside(&self, submit: impl FnOnce(CUstream) -> Result<(), Error>) -> Result<(), Error> {
        let stream = self.side.lock();
        submit(*stream)?;
        // SAFETY: the stream lives as long as the context.
        unsafe { cuda!(self, cuStreamSynchronize(*stream)) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // What fails here fails because the context is lost, and then there is nothing left to give back.
        let _ = self.enter();
        for event in self.events.get_mut().drain(..) {
            // SAFETY: made by this context; nobody holds it any more.
            unsafe { (self.api.cuEventDestroy_v2)(event) };
        }
        let side = *self.side.get_mut();
        if side != CUstream::NULL {
            // SAFETY: as above.
            unsafe { (self.api.cuStreamDestroy_v2)(side) };
        }
        // SAFETY: retained once, released once.
        unsafe { (self.api.cuDevicePrimaryCtxRelease_v2)(self.device) };
    }
}
