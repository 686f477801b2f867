//! Where the emulated GPU says what it has to say: faults in full, which the interface above reduces to a number.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use parking_lot::Mutex;

static FILE: Mutex<Option<File>> = Mutex::new(None);

/// Sends what follows to the end of this file.
pub(crate) fn to_file(path: &Path) -> std::io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    *FILE.lock() = Some(file);
    Ok(())
}

/// Writes one message, each of its lines marked.
pub(crate) fn say(message: impl fmt::Display) {
    let mut text = String::new();
    for line in message.to_string().lines() {
        text.push_str("geobacter emulator: ");
        text.push_str(line);
        text.push('\n');
    }
    // Nothing is to be done about a full disk or a closed pipe from here.
    let _ = match FILE.lock().as_mut() {
        Some(file) => file.write_all(text.as_bytes()),
        None => std::io::stderr().write_all(text.as_bytes()),
    };
}
