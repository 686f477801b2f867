//! What the checking device and the code that is generated for it agree on.
//!
//! Such code is a shared object of the host. It has a variable [`TABLE`], a [`Hooks`] of null pointers that whoever loads it
//! fills in, and through which it asks for all that it does not have: who it is, and whether it may access memory. Places
//! in the source are numbers, by which [`Place`]s are listed in [`PLACES`].

use std::ffi::c_void;

use serde::{Deserialize, Serialize};

/// Version of everything in this module. It is part of what cached code is known by: code of another version does not fit.
pub const VERSION: u32 = 2;

/// The exported variable that holds the [`Hooks`].
pub const TABLE: &str = "geobacter_check_table";
/// The exported variable that holds the list of [`Place`]s: its length in bytes, as a little-endian 64-bit number, and the list.
pub const PLACES: &str = "geobacter_check_places";

/// An atomic access reads.
pub const READS: u32 = 1;
/// An atomic access writes.
pub const WRITES: u32 = 2;
/// An atomic access or fence acquires.
pub const ACQUIRES: u32 = 4;
/// An atomic access or fence releases.
pub const RELEASES: u32 = 8;
/// An atomic access or fence is for the work-group alone.
pub const IN_GROUP: u32 = 16;

/// An atomic access orders others, but races with none: it is the device library's own, of memory whose next user the host or
/// an allocator decides on.
pub const OWN: u32 = 32;

macro_rules! hooks {
    ($($(#[$doc:meta])* $name:ident: fn($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        /// What code calls. All but `exit` return; none unwinds. Those that are given a place are called right before the access.
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct Hooks {
            $($(#[$doc])* pub $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
        }

        /// The names of the [`Hooks`], in their order.
        pub const HOOKS: &[&str] = &[$(stringify!($name)),*];
    };
}

hooks! {
    /// Index of the work-item in its group, along an axis.
    work_item_id: fn(u32) -> u32;
    /// Index of the group in the grid, along an axis.
    work_group_id: fn(u32) -> u32;
    /// Work-items of a full group, along an axis.
    work_group_size: fn(u32) -> u32;
    /// Where the group's memory begins. Right before it is room for [`SLOTS`].
    group_memory: fn() -> *mut c_void;
    /// Waits for the group, at a `&'static Location`.
    barrier: fn(*const c_void);
    /// Ends the work-item.
    exit: fn();
    /// Wakes whoever on the host waits for a signal of this event.
    interrupt: fn(u32);
    /// Address, bytes, place: memory that will be read.
    read: fn(*const c_void, u64, u32);
    /// Address, bytes, place: memory that will be written.
    write: fn(*mut c_void, u64, u32);
    /// Address, bytes, place and what: an atomic access.
    atomic: fn(*mut c_void, u64, u32, u32);
    /// Address, bytes, place, what where it exchanges, what where it does not, and the value that it compares with.
    compare: fn(*mut c_void, u64, u32, u32, u32, u64);
    /// What: a fence.
    fence: fn(u32);
    /// A function is called here in whose code places are not the user's.
    enter: fn(u32);
    /// It is back.
    leave: fn();
    /// A turn of a loop that never ends by itself.
    spin: fn();
    /// A function begins that was not inlined, and may be one that recurses.
    call: fn();
}

/// Words of 8 bytes before a group's memory, where code keeps what is the same for all work-items.
pub const SLOTS: usize = 8;

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The source file; empty where there is no debug info.
    pub file: String,
    /// Line in it, from 1.
    pub line: u32,
    /// Column in it, from 1.
    pub column: u32,
    /// It is in a library, as far as the code knows: whoever called that is the better place.
    pub in_library: bool,
}

impl Place {
    /// The bytes of the variable.
    pub fn list_to_bytes(places: &[Place]) -> Vec<u8> {
        let list = postcard::to_stdvec(places).expect("plain data always serialises");
        [&(list.len() as u64).to_le_bytes(), list.as_slice()].concat()
    }

    /// Reads the list, without its length. `None` where it is damaged.
    pub fn list_from_bytes(bytes: &[u8]) -> Option<Vec<Self>> {
        postcard::from_bytes(bytes).ok()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.file.is_empty() {
            f.write_str("a place that the build has no debug info for")
        } else {
            write!(f, "{}:{}:{}", self.file, self.line, self.column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_back_and_damaged_ones_are_not() {
        let place = Place { file: "src/main.rs".to_owned(), line: 7, column: 9, in_library: false };
        let places = [place.clone(), Place { in_library: true, ..place }];
        let bytes = Place::list_to_bytes(&places);
        assert_eq!(u64::from_le_bytes(bytes[..8].try_into().unwrap()), bytes.len() as u64 - 8);
        assert_eq!(Place::list_from_bytes(&bytes[8..]).as_deref(), Some(&places[..]));
        assert_eq!(Place::list_from_bytes(&bytes[8..bytes.len() - 1]), None);
    }

    #[test]
    fn there_is_a_name_for_each_hook() {
        assert_eq!(size_of::<Hooks>(), HOOKS.len() * size_of::<usize>());
    }
}
