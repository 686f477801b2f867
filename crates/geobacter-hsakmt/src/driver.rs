//! The one emulated machine of the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use geobacter_emulator::Processor;
use geobacter_llvm::{Llvm, Search};
use parking_lot::Mutex;

use crate::abi::{NodeId, Result, Status};
use crate::config::Config;
use crate::events::Events;
use crate::memory::{Memory, View};
use crate::queues::{Device, Faults, Queues};
use crate::topology::{FIRST_GPU, Model, Topology};
use crate::{report, statistics, topology};

/// What the interface's functions work on.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) topology: Topology,
    pub(crate) memory: Arc<Memory>,
    pub(crate) events: Arc<Events>,
    /// The GPUs, in the order of their nodes.
    devices: Vec<Arc<Device>>,
    pub(crate) queues: Queues,
}

#[derive(Debug)]
struct State {
    driver: Option<Arc<Driver>>,
    /// How often the process has opened it.
    opened: u32,
}

static STATE: Mutex<State> = Mutex::new(State { driver: None, opened: 0 });

/// Opens the driver, and makes the machine where that was not done before. Once made it stays, as a card does: memory that
/// the runtime forgot to free is still there when it comes back.
pub(crate) fn open() -> Result {
    let mut state = STATE.lock();
    if state.driver.is_none() {
        match Driver::new() {
            Ok(driver) => state.driver = Some(Arc::new(driver)),
            Err(problem) => {
                report::say(problem);
                return Err(Status::KernelIoChannelNotOpened);
            }
        }
    }
    state.opened += 1;
    if state.opened > 1 { Err(Status::KernelAlreadyOpened) } else { Ok(()) }
}

/// Undoes one `open`.
pub(crate) fn close() -> Result {
    let mut state = STATE.lock();
    state.opened = state.opened.checked_sub(1).ok_or(Status::KernelIoChannelNotOpened)?;
    Ok(())
}

/// The opened driver.
pub(crate) fn get() -> Result<Arc<Driver>> {
    let state = STATE.lock();
    match &state.driver {
        Some(driver) if state.opened > 0 => Ok(Arc::clone(driver)),
        _ => Err(Status::KernelIoChannelNotOpened),
    }
}

/// The result of an interface's function. A panic must not leave it: the caller is C.
pub(crate) fn answer(function: &'static str, body: impl FnOnce() -> Result) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => Status::Success,
        Ok(Err(status)) => status,
        Err(_) => {
            report::say(format_args!("{function} failed; this is an error of the emulator's own"));
            Status::Error
        }
    }
}

impl Driver {
    fn new() -> Result<Driver, String> {
        let config = Config::from_environment().map_err(|e| e.to_string())?;
        if let Some(log) = &config.log {
            report::to_file(log).map_err(|e| format!("cannot write reports to {}: {e}", log.display()))?;
        }
        let llvm = Llvm::find(&Search::default()).map_err(|e| e.to_string())?;
        let memory = Arc::new(Memory::new(config.gpus.len(), config.memory, topology::host_memory_bytes()));
        let events = Events::new(&memory).map_err(|e| format!("cannot allocate memory for events: {e:?}"))?;
        let events = Arc::new(events);
        let device = |(node, model): (NodeId, &&Model)| {
            let processor = Processor::new(model.target, &llvm, config.options).map_err(|e| e.to_string())?;
            let (memory, events) = (View::new(&memory, node), Arc::clone(&events));
            let faults = Faults::new(config.faults_stop_device);
            Ok(Arc::new(Device { node, memory, events, processor, faults }))
        };
        let devices = (FIRST_GPU..).zip(&config.gpus).map(device).collect::<Result<Vec<_>, String>>()?;
        if config.statistics {
            statistics::at_exit(devices.clone());
        }
        let topology = Topology { gpus: config.gpus, memory: config.memory };
        Ok(Driver { topology, memory, events, devices, queues: Queues::default() })
    }

    /// The GPU that this node is.
    pub(crate) fn device(&self, node: NodeId) -> Result<&Arc<Device>> {
        let number = node.checked_sub(FIRST_GPU).ok_or(Status::InvalidNodeUnit)?;
        self.devices.get(number as usize).ok_or(Status::InvalidNodeUnit)
    }
}
