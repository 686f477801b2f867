//! Events: what the host sleeps on until the device interrupts.
//!
//! Setting an event ends one wait of every thread: the one that it is in, or its next. The kernel's own driver lets the first
//! comer take an event that was set while nobody waited. The runtime's thread for handlers and a thread of the program
//! sleep on one event at times, and one of them may then take what the other was to be woken by. A wake with nothing to
//! show for it does no harm: the runtime looks at its signal's value, and waits again.

use std::cell::RefCell;
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
    /// The last event's number.
    last: u32,
    /// Goes up whenever an event is made or set.
    age: u64,
}

#[derive(Debug)]
struct Slot {
    kind: u32,
    /// When it was made, by the age of all events; a thread that has not waited for it has seen no more of it.
    made: u64,
    /// When it was last set.
    age: u64,
    manual_reset: bool,
    /// One that is reset by hand is set until then.
    set: bool,
    fault: Option<MemoryAccessFault>,
}

thread_local! {
    /// By the number of an event, its age when this thread last waited for it.
    static SEEN: RefCell<HashMap<u32, u64>> = RefCell::default();
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
        memory.map(mailboxes, bytes, memory.gpus())?;
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
        state.age += 1;
        let made = state.age;
        state.events.insert(id, Slot { kind, made, age: made, manual_reset, set: false, fault: None });
        if set {
            state.set(id)?;
        }
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
        self.state.lock().set(id)?;
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
        let mut free = state.events.iter_mut().filter(|(_, slot)| slot.kind == event::MEMORY && slot.fault.is_none());
        let Some((&id, slot)) = free.next() else {
            return false;
        };
        slot.fault = Some(MemoryAccessFault { flags: FATAL_PROCESS, ..fault });
        let told = state.set(id).is_ok();
        self.changed.notify_all();
        told
    }

    /// Waits for one of these events, or for all. What it returns are the faults that came with those that are set.
    pub(crate) fn wait(&self, ids: &[u32], all: bool, timeout: Timeout) -> Result<Vec<(u32, MemoryAccessFault)>> {
        let deadline = match timeout {
            Timeout::Never => None,
            Timeout::After(time) => Some(Instant::now() + time),
        };
        let mut state = self.state.lock();
        loop {
            if state.is_over(ids, all)? {
                return Ok(state.take(ids));
            }
            match deadline {
                None => self.changed.wait(&mut state),
                Some(deadline) => {
                    if self.changed.wait_until(&mut state, deadline).timed_out() && Instant::now() >= deadline {
                        return Err(Status::WaitTimeout);
                    }
                }
            }
        }
    }
}

impl State {
    fn set(&mut self, id: u32) -> Result {
        let slot = self.events.get_mut(&id).ok_or(Status::InvalidHandle)?;
        self.age += 1;
        slot.age = self.age;
        slot.set = slot.manual_reset;
        Ok(())
    }

    /// Whether this thread has something to see at one of the events, or at all.
    fn is_over(&self, ids: &[u32], all: bool) -> Result<bool> {
        SEEN.with_borrow(|seen| {
            let mut over = all;
            for id in ids {
                let slot = self.events.get(id).ok_or(Status::InvalidHandle)?;
                let came = slot.set || slot.age != *seen.get(id).unwrap_or(&slot.made);
                over = if all { over && came } else { over || came };
            }
            Ok(over)
        })
    }

    /// This thread has seen them. Returns the faults of those that have one.
    fn take(&self, ids: &[u32]) -> Vec<(u32, MemoryAccessFault)> {
        SEEN.with_borrow_mut(|seen| {
            let slots = ids.iter().filter_map(|id| self.events.get(id).map(|slot| (*id, slot)));
            seen.extend(slots.clone().map(|(id, slot)| (id, slot.age)));
            slots.filter_map(|(id, slot)| slot.fault.map(|fault| (id, fault))).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    const NOW: Timeout = Timeout::After(Duration::ZERO);

    fn events() -> Events {
        Events::new(&Memory::new(1, 1 << 20, 1 << 30)).unwrap()
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
    fn setting_an_event_ends_the_next_wait_of_every_thread() {
        let events = events();
        let id = events.create(0, false, false).unwrap().id;
        thread::scope(|scope| {
            events.set(id).unwrap();
            for waiter in [(); 3].map(|()| scope.spawn(|| [Timeout::Never, NOW].map(|t| events.wait(&[id], false, t))))
            {
                let [first, second] = waiter.join().unwrap();
                assert!(first.is_ok());
                assert_eq!(second.err(), Some(Status::WaitTimeout));
            }
        });
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
