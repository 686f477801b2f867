//! Events: what the host sleeps on until the device interrupts.
//!
//! Setting an event ends the waits of everybody who waits for it then. If nobody does, it stays set, and the next wait ends
//! at once and resets it. One that is reset by hand stays set either way. The runtime depends on this: its own thread and a
//! thread of the program may sleep on one event. A wait may also return with nothing to show for it; the runtime looks at
//! its signal's value and waits again.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::abi::{self, FATAL_PROCESS, MemFlags, MemoryAccessFault, Result, Status, event};
use crate::memory::Memory;
use crate::topology::HOST;

/// How many there can be at once (`KFD_SIGNAL_EVENT_LIMIT`).
const LIMIT: u32 = 4096;
/// The mailbox of an event: 8 bytes in a page that the device sees.
const MAILBOX: u64 = 8;

/// All events of the process.
#[derive(Debug)]
pub(crate) struct Events {
    state: Mutex<State>,
    /// Told of every change. Few threads wait at any time, so one for all events will do.
    changed: Condvar,
    mailboxes: u64,
}

#[derive(Debug, Default)]
struct State {
    events: HashMap<u32, Slot>,
    last: u32,
}

#[derive(Debug)]
struct Slot {
    kind: u32,
    set: bool,
    manual_reset: bool,
    /// Waits that are going on.
    waits: u32,
    /// How often it was set.
    times: u64,
    fault: Option<MemoryAccessFault>,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timeout {
    Never,
    After(Duration),
}

impl Timeout {
    /// As the C interface gives it: all ones is for ever.
    pub(crate) fn from_millis(millis: u32) -> Timeout {
        if millis == u32::MAX { Timeout::Never } else { Timeout::After(Duration::from_millis(millis.into())) }
    }
}

impl Events {
    /// No events yet; their mailboxes are allocated.
    pub(crate) fn new(memory: &Memory) -> Result<Events> {
        let bytes = u64::from(LIMIT) * MAILBOX;
        let mailboxes = memory.allocate(HOST, bytes, MemFlags::default(), None)?;
        memory.map(mailboxes, bytes)?;
        Ok(Events { state: Mutex::default(), changed: Condvar::new(), mailboxes })
    }

    pub(crate) fn create(&self, kind: u32, manual_reset: bool, set: bool) -> Result<abi::Event> {
        let mut state = self.state.lock();
        if state.events.len() >= LIMIT as usize - 1 {
            return Err(Status::OutOfResources);
        }
        // Numbers go from 1 and round, so that one that was just given back is not used again at once: the interrupt of a
        // late packet then finds no event, rather than someone else's.
        let mut id = state.last;
        loop {
            id = id % (LIMIT - 1) + 1;
            if !state.events.contains_key(&id) {
                break;
            }
        }
        state.last = id;
        state.events.insert(id, Slot { kind, set, manual_reset, waits: 0, times: 0, fault: None });
        let mailbox = self.mailboxes + u64::from(id) * MAILBOX;
        Ok(abi::Event { id, kind, os_handle: id.into(), mailbox, trigger: id, ..abi::Event::default() })
    }

    pub(crate) fn destroy(&self, id: u32) -> Result {
        let found = self.state.lock().events.remove(&id);
        // Who waits for it must not wait on.
        self.changed.notify_all();
        found.map(|_| ()).ok_or(Status::InvalidHandle)
    }

    pub(crate) fn set(&self, id: u32) -> Result {
        self.state.lock().events.get_mut(&id).ok_or(Status::InvalidHandle)?.set();
        self.changed.notify_all();
        Ok(())
    }

    pub(crate) fn reset(&self, id: u32) -> Result {
        self.state.lock().events.get_mut(&id).ok_or(Status::InvalidHandle)?.set = false;
        Ok(())
    }

    /// The device's interrupt. One for an event that is gone is nothing: hardware's interrupts may be late, too.
    pub(crate) fn interrupt(&self, id: u32) {
        let _ = self.set(id);
    }

    /// Tells the process of a memory fault, if it has an event for those that no fault has taken yet.
    pub(crate) fn memory_fault(&self, fault: MemoryAccessFault) -> bool {
        let mut state = self.state.lock();
        let mut free = state.events.values_mut().filter(|slot| slot.kind == event::MEMORY && slot.fault.is_none());
        let Some(slot) = free.next() else {
            return false;
        };
        slot.fault = Some(MemoryAccessFault { flags: FATAL_PROCESS, ..fault });
        slot.set();
        self.changed.notify_all();
        true
    }

    /// Waits for one of these events, or for all. What it returns are the faults that came with those that are set.
    pub(crate) fn wait(&self, ids: &[u32], all: bool, timeout: Timeout) -> Result<Vec<(u32, MemoryAccessFault)>> {
        let deadline = match timeout {
            Timeout::Never => None,
            Timeout::After(time) => Some(Instant::now() + time),
        };
        let mut state = self.state.lock();
        let begun = state.begin(ids)?;
        let result = loop {
            match state.is_over(ids, &begun, all) {
                Ok(true) => break Ok(state.take(ids)),
                Ok(false) => {}
                Err(gone) => break Err(gone),
            }
            match deadline {
                None => self.changed.wait(&mut state),
                Some(deadline) => {
                    if self.changed.wait_until(&mut state, deadline).timed_out() && Instant::now() >= deadline {
                        break Err(Status::WaitTimeout);
                    }
                }
            }
        };
        state.end(ids);
        result
    }
}

impl Slot {
    fn set(&mut self) {
        self.times += 1;
        self.set = self.manual_reset || self.waits == 0;
    }
}

impl State {
    /// A wait begins: how often each event was set before.
    fn begin(&mut self, ids: &[u32]) -> Result<Vec<u64>> {
        if ids.iter().any(|id| !self.events.contains_key(id)) {
            return Err(Status::InvalidHandle);
        }
        let begin = |slot: &mut Slot| {
            slot.waits += 1;
            slot.times
        };
        Ok(ids.iter().filter_map(|id| self.events.get_mut(id).map(begin)).collect())
    }

    fn end(&mut self, ids: &[u32]) {
        for id in ids {
            // One that was destroyed meanwhile, and made anew, has not counted this wait.
            if let Some(slot) = self.events.get_mut(id) {
                slot.waits = slot.waits.saturating_sub(1);
            }
        }
    }

    fn is_over(&self, ids: &[u32], begun: &[u64], all: bool) -> Result<bool> {
        let mut over = all;
        for (id, times) in ids.iter().zip(begun) {
            let slot = self.events.get(id).ok_or(Status::InvalidHandle)?;
            let came = slot.set || slot.times != *times;
            over = if all { over && came } else { over || came };
        }
        Ok(over)
    }

    /// Resets those that reset themselves; returns the faults of those that have one.
    fn take(&mut self, ids: &[u32]) -> Vec<(u32, MemoryAccessFault)> {
        let mut faults = Vec::new();
        for id in ids {
            let Some(slot) = self.events.get_mut(id) else { continue };
            slot.set &= slot.manual_reset;
            faults.extend(slot.fault.map(|fault| (*id, fault)));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const NOW: Timeout = Timeout::After(Duration::ZERO);

    fn events() -> Events {
        Events::new(&Memory::new(1 << 20, 1 << 30)).unwrap()
    }

    #[test]
    fn a_wait_resets_an_event_unless_that_is_done_by_hand() {
        let events = events();
        let once = events.create(0, false, true).unwrap().id;
        let sticky = events.create(0, true, true).unwrap().id;
        assert!(events.wait(&[once], false, NOW).is_ok());
        assert_eq!(events.wait(&[once], false, NOW).err(), Some(Status::WaitTimeout));
        assert!(events.wait(&[sticky], false, NOW).is_ok());
        assert!(events.wait(&[sticky], false, NOW).is_ok());
        events.reset(sticky).unwrap();
        assert_eq!(events.wait(&[sticky], false, NOW).err(), Some(Status::WaitTimeout));
    }

    #[test]
    fn a_wait_for_all_takes_none_until_all_are_set() {
        let events = events();
        let (a, b) = (events.create(0, false, true).unwrap().id, events.create(0, false, false).unwrap().id);
        assert_eq!(events.wait(&[a, b], true, NOW).err(), Some(Status::WaitTimeout));
        events.set(b).unwrap();
        assert!(events.wait(&[a, b], true, NOW).is_ok());
        assert_eq!(events.wait(&[a], false, NOW).err(), Some(Status::WaitTimeout));
    }

    #[test]
    fn an_interrupt_ends_a_wait_on_another_thread() {
        let events = events();
        let ids = [events.create(0, false, false).unwrap().id, events.create(0, false, false).unwrap().id];
        thread::scope(|scope| {
            let waiter = scope.spawn(|| events.wait(&ids, false, Timeout::Never));
            events.interrupt(ids[1]);
            assert!(waiter.join().unwrap().unwrap().is_empty());
        });
    }

    #[test]
    fn setting_an_event_ends_everybodys_wait() {
        let events = events();
        let id = events.create(0, false, false).unwrap().id;
        thread::scope(|scope| {
            let waiters = [(); 3].map(|()| scope.spawn(|| events.wait(&[id], false, Timeout::Never)));
            while events.state.lock().events[&id].waits < 3 {
                thread::yield_now();
            }
            events.set(id).unwrap();
            for waiter in waiters {
                assert!(waiter.join().unwrap().is_ok());
            }
        });
        // They took it: it does not stay set as well.
        assert_eq!(events.wait(&[id], false, NOW).err(), Some(Status::WaitTimeout));
    }

    #[test]
    fn a_destroyed_event_ends_its_waits() {
        let events = events();
        let id = events.create(0, false, false).unwrap().id;
        thread::scope(|scope| {
            let waiter = scope.spawn(|| events.wait(&[id], false, Timeout::Never));
            events.destroy(id).unwrap();
            assert_eq!(waiter.join().unwrap().err(), Some(Status::InvalidHandle));
        });
        assert_eq!(events.set(id), Err(Status::InvalidHandle));
    }

    #[test]
    fn a_memory_fault_is_told_once() {
        let events = events();
        let fault = MemoryAccessFault { node: 1, address: 0x1000, failure: 1, flags: 0 };
        assert!(!events.memory_fault(fault));
        let id = events.create(event::MEMORY, true, false).unwrap().id;
        assert!(events.memory_fault(fault));
        let told = events.wait(&[id], false, Timeout::Never).unwrap();
        assert_eq!((told[0].0, { told[0].1.address }, { told[0].1.flags }), (id, 0x1000, FATAL_PROCESS));
        assert!(!events.memory_fault(fault));
    }

    #[test]
    fn events_are_limited_and_their_mailboxes_differ() {
        let events = events();
        let made: Vec<abi::Event> = (1..LIMIT).map(|_| events.create(0, false, false).unwrap()).collect();
        assert_eq!(events.create(0, false, false).err(), Some(Status::OutOfResources));
        let mailboxes: std::collections::HashSet<u64> = made.iter().map(|e| e.mailbox).collect();
        assert_eq!(mailboxes.len(), made.len());
        events.destroy(made[17].id).unwrap();
        assert_eq!({ events.create(0, false, false).unwrap().id }, { made[17].id });
    }
}
