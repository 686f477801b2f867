//! What kernels print: the ring it comes through, and who empties it.
//!
//! A device gets its ring when a kernel that prints is first launched on it. While such launches are in flight a thread
//! empties it; then the thread ends. Waits empty it too, so what a launch printed is out when it has been waited for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use geobacter_core::message::CUT;
use geobacter_core::printing::Record;
use geobacter_driver::message;
use geobacter_driver::print::{emit, emit_dropped};
use parking_lot::Mutex;

use crate::shared_ring::SharedRing;
use crate::signal::Signal;
use crate::{Device, Result};

pub use geobacter_driver::print::{Output, Sink};

/// Texts that a device's ring has room for.
const TEXTS: usize = 4096;

/// Pause between looks at the ring while nothing comes.
const PAUSE: Duration = Duration::from_millis(1);

/// Whether any device has a ring: what a wait looks at first.
static ANY: AtomicBool = AtomicBool::new(false);
static PRINTERS: Mutex<Vec<Weak<Printer>>> = Mutex::new(Vec::new());

/// Prints what the kernels of one device print.
pub(crate) struct Printer {
    device: String,
    ring: SharedRing,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Launches in flight that may print.
    launches: Vec<Signal>,
    /// A thread looks at the ring.
    is_watched: bool,
    /// Texts that were dropped, as far as that was said.
    dropped: u64,
}

impl Printer {
    fn new(device: &Device) -> Result<Arc<Self>> {
        let ring = SharedRing::new(device, TEXTS, size_of::<Record>())?;
        let printer = Arc::new(Printer { device: device.id().to_owned(), ring, state: Mutex::default() });
        PRINTERS.lock().push(Arc::downgrade(&printer));
        ANY.store(true, Ordering::Release);
        Ok(printer)
    }

    /// The ring's address on the device.
    pub(crate) fn ring(&self) -> geobacter_driver::driver::DevicePtr {
        self.ring.address()
    }

    /// Prints what there is.
    fn drain(&self) {
        self.drain_locked(&mut self.state.lock());
    }

    fn drain_locked(&self, state: &mut State) {
        while let Some((stream, text)) = self.ring.take(read) {
            emit(&self.device, stream, text);
        }
        let dropped = self.ring.dropped();
        if dropped != state.dropped {
            emit_dropped(&self.device, dropped.wrapping_sub(state.dropped));
            state.dropped = dropped;
        }
    }

    /// Prints what a launch prints, while it runs.
    pub(crate) fn watch(self: &Arc<Self>, launch: Signal) {
        let mut state = self.state.lock();
        state.launches.push(launch);
        if !state.is_watched {
            let printer = Arc::clone(self);
            let thread = std::thread::Builder::new().name("geobacter-print".to_owned());
            match thread.spawn(move || printer.run()) {
                Ok(_) => state.is_watched = true,
                Err(error) => {
                    tracing::warn!("no thread for what kernels print, so it comes when they are waited for: {error}")
                }
            }
        }
    }

    fn run(&self) {
        loop {
            let mut state = self.state.lock();
            // Looked at before the ring: what is over has printed all that it will.
            state.launches.retain(|launch| !launch.has_passed());
            self.drain_locked(&mut state);
            if state.launches.is_empty() {
                state.is_watched = false;
                return;
            }
            drop(state);
            std::thread::sleep(PAUSE);
        }
    }
}

/// Reads an entry of the ring.
fn read(entry: *const u8) -> (u32, String) {
    // SAFETY: a record that a device has written whole.
    let record = unsafe { &*entry.cast::<Record>() };
    let len = record.len & !CUT;
    debug_assert!(len as usize <= record.text.len());
    (record.stream, message::text(&record.text, record.len))
}

/// Prints all that kernels have printed.
pub(crate) fn flush() {
    if !ANY.load(Ordering::Acquire) {
        return;
    }
    let printers: Vec<_> = PRINTERS.lock().iter().filter_map(Weak::upgrade).collect();
    printers.iter().for_each(|printer| printer.drain());
}

impl Device {
    /// Gives what kernels print on this device to `sink` from now on; `None`: to the process's own output, as it is from the
    /// start.
    ///
    /// The sink gets whole lines, and must not wait for work of a device.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// use std::sync::mpsc::channel;
    ///
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::open("cpu")?;
    /// let (to, lines) = channel();
    /// device.set_print_sink(Some(Box::new(move |_, text| to.send(text.to_owned()).unwrap())));
    /// device.launch(Grid::covering(1), |_: WorkItem, x: u32| geobacter::println!("{x:#x}"), (255,))?.wait()?;
    /// assert_eq!(lines.recv().unwrap(), "0xff\n");
    /// # device.set_print_sink(None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_print_sink(&self, sink: Option<Sink>) {
        flush();
        geobacter_driver::print::set_sink(self.id(), sink);
    }

    /// The printer, made at first use.
    pub(crate) fn printer(&self) -> Result<Arc<Printer>> {
        let mut printer = self.0.printer.lock();
        match &*printer {
            Some(printer) => Ok(Arc::clone(printer)),
            None => Ok(Arc::clone(printer.insert(Printer::new(self)?))),
        }
    }
}
