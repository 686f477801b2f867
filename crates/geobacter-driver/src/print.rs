//! Where what kernels print goes: to the process's own output, or to whoever asked for it.

use std::collections::BTreeMap;
use std::io::{Write, stderr, stdout};
use std::sync::Arc;

use geobacter_core::printing::{LINE, STDERR};
use parking_lot::Mutex;

/// Which output of the host a kernel printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// `print!`, `println!`.
    Stdout,
    /// `eprint!`, `eprintln!`.
    Stderr,
}

/// Is given what kernels print, a text at a time: a whole line, new line and all, or what a `print!` printed.
pub type Sink = Box<dyn FnMut(Output, &str) + Send>;

type Shared = Arc<Mutex<Sink>>;

/// The sinks of devices that have one, by the devices' names.
static SINKS: Mutex<BTreeMap<String, Shared>> = Mutex::new(BTreeMap::new());

/// Gives what kernels of a device print to `sink` from now on; `None`: to the process's own output.
pub fn set_sink(device: &str, sink: Option<Sink>) {
    let mut sinks = SINKS.lock();
    match sink {
        Some(sink) => drop(sinks.insert(device.to_owned(), Arc::new(Mutex::new(sink)))),
        None => drop(sinks.remove(device)),
    }
}

/// Passes a text on, whole. `stream` is what the kernel said.
pub fn emit(device: &str, stream: u32, mut text: String) {
    if stream & LINE != 0 {
        text.push('\n');
    }
    let output = if stream & STDERR != 0 { Output::Stderr } else { Output::Stdout };
    // Called unlocked, so that a sink may set another.
    let sink = SINKS.lock().get(device).cloned();
    match (sink, output) {
        (Some(sink), _) => (sink.lock())(output, &text),
        // An output that is closed is no concern of a kernel's.
        (None, Output::Stdout) => drop(stdout().write_all(text.as_bytes())),
        (None, Output::Stderr) => drop(stderr().write_all(text.as_bytes())),
    }
}

/// Says that there was no room for so many texts.
pub fn emit_dropped(device: &str, count: u64) {
    emit(device, LINE, format!("... {count} lines dropped"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sink_gets_what_its_device_prints_until_it_is_taken_away() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let to = seen.clone();
        set_sink("here", Some(Box::new(move |output, text| to.lock().push((output, text.to_owned())))));
        emit("here", LINE, "a".to_owned());
        emit("here", STDERR, "b".to_owned());
        emit("there", 0, String::new());
        emit_dropped("here", 3);
        set_sink("here", None);
        emit("here", 0, String::new());
        let expected = [(Output::Stdout, "a\n"), (Output::Stderr, "b"), (Output::Stdout, "... 3 lines dropped\n")];
        assert_eq!(*seen.lock(), expected.map(|(output, text)| (output, text.to_owned())));
    }
}
