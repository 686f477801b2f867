//! Events.

use std::slice;

use super::{export, write};
use crate::abi::{Event, EventDescriptor, MemoryAccessFault, Result, Status};
use crate::driver;
use crate::events::Timeout;

export! {
    /// Makes an event. The caller gets a structure of its own, and names the event by it.
    fn hsaKmtCreateEvent(descriptor: *mut EventDescriptor, manual_reset: bool, is_set: bool, event: *mut *mut Event) {
        let driver = driver::get()?;
        if descriptor.is_null() || event.is_null() {
            return Err(Status::InvalidParameter);
        }
        // SAFETY: the caller's promise.
        let kind = unsafe { descriptor.read_unaligned() }.kind;
        let made = driver.events.create(kind, manual_reset, is_set)?;
        // SAFETY: the caller's promise.
        unsafe { write(event, Box::into_raw(Box::new(made))) }
    }

    /// Ends an event.
    fn hsaKmtDestroyEvent(event: *mut Event) {
        let id = id(event)?;
        driver::get()?.events.destroy(id)?;
        // SAFETY: it came from `hsaKmtCreateEvent`, and there was an event of this number until now.
        drop(unsafe { Box::from_raw(event) });
        Ok(())
    }

    /// Sets an event.
    fn hsaKmtSetEvent(event: *mut Event) {
        driver::get()?.events.set(id(event)?)
    }

    /// Takes that back.
    fn hsaKmtResetEvent(event: *mut Event) {
        driver::get()?.events.reset(id(event)?)
    }

    /// Waits for an event. All ones is for ever.
    fn hsaKmtWaitOnEvent(event: *mut Event, millis: u32) {
        wait(&[event], true, millis)
    }

    /// Waits for one of these events, or for all.
    fn hsaKmtWaitOnMultipleEvents(events: *const *mut Event, count: u32, all: bool, millis: u32) {
        if events.is_null() {
            return Err(Status::InvalidHandle);
        }
        // SAFETY: the caller's promise.
        wait(unsafe { slice::from_raw_parts(events, count as usize) }, all, millis)
    }

    /// Waits for an event. Its age stays as it was given, as with kernels that do not count ages (before interface 1.14):
    /// no event is missed here without it.
    fn hsaKmtWaitOnEvent_Ext(event: *mut Event, millis: u32, _age: *mut u64) {
        wait(&[event], true, millis)
    }

    /// Waits for one of these events, or for all. See `hsaKmtWaitOnEvent_Ext`.
    fn hsaKmtWaitOnMultipleEvents_Ext(
        events: *const *mut Event,
        count: u32,
        all: bool,
        millis: u32,
        _ages: *mut u64,
    ) {
        if events.is_null() {
            return Err(Status::InvalidHandle);
        }
        // SAFETY: the caller's promise.
        wait(unsafe { slice::from_raw_parts(events, count as usize) }, all, millis)
    }
}

fn id(event: *const Event) -> Result<u32> {
    if event.is_null() {
        return Err(Status::InvalidHandle);
    }
    // SAFETY: the caller's promise: a structure that `hsaKmtCreateEvent` returned. Only its fault ever changes.
    Ok(unsafe { (&raw const (*event).id).read_unaligned() })
}

fn wait(events: &[*mut Event], all: bool, millis: u32) -> Result {
    let driver = driver::get()?;
    let ids = events.iter().map(|event| id(*event)).collect::<Result<Vec<u32>>>()?;
    for (of, fault) in driver.events.wait(&ids, all, Timeout::from_millis(millis))? {
        let told = ids.iter().position(|id| *id == of).map(|n| events[n]);
        if let Some(event) = told {
            tell(event, fault);
        }
    }
    Ok(())
}

/// Writes a fault into the caller's structure. The flags, by which the runtime sees that there is one, come last.
fn tell(event: *mut Event, fault: MemoryAccessFault) {
    // SAFETY: as in `id`; the runtime reads this from the thread that waits here.
    unsafe {
        let place = &raw mut (*event).fault;
        place.write_unaligned(MemoryAccessFault { flags: 0, ..fault });
        (&raw mut (*place).flags).write_unaligned(fault.flags);
    }
}
