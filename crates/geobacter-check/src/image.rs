//! The code of a kernel, loaded into the process.

use std::ffi::c_void;
use std::io::Write;
use std::ops::Range;

use geobacter_container::checked::{Hooks, PLACES, Place, TABLE};
use geobacter_driver::compiler::DeviceCode;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOW};

use crate::hooks::HOOKS;

/// A kernel's entry: takes its kernarg block.
pub(crate) type Entry = unsafe extern "C" fn(*const u8);

/// What code calls that the compiler puts in: a process need not have linked it.
const MATH_LIBRARY: &str = "libm.so.6";

pub(crate) struct Image {
    pub(crate) entry: Entry,
    pub(crate) places: Vec<Place>,
    /// The addresses it takes.
    pub(crate) range: Range<u64>,
    /// Keeps it loaded.
    _library: Library,
}

impl Image {
    /// Loads it. The error is a sentence.
    pub(crate) fn load(code: &DeviceCode) -> Result<Self, String> {
        let mut file = tempfile::Builder::new()
            .prefix("geobacter-")
            .suffix(".so")
            .tempfile()
            .map_err(|e| format!("no temporary file for it: {e}"))?;
        file.write_all(&code.code).map_err(|e| format!("cannot write {}: {e}", file.path().display()))?;
        // SAFETY: a library of the system's, whose functions are there for all.
        let math = unsafe { Library::open(Some(MATH_LIBRARY), RTLD_NOW | RTLD_GLOBAL) };
        // Never closed: other code may have been bound to it.
        std::mem::forget(math);
        // SAFETY: code of our own compiler, which has no constructors.
        let library = unsafe { Library::open(Some(file.path()), RTLD_NOW | RTLD_LOCAL) }.map_err(|e| e.to_string())?;
        // SAFETY: as the compiler says by these names: see `geobacter_container::checked`.
        unsafe {
            let table = symbol(&library, TABLE)?;
            table.cast::<Hooks>().write(HOOKS);
            let list = symbol(&library, PLACES)?.cast::<u8>();
            let bytes = usize::try_from(list.cast::<u64>().read_unaligned()).map_err(|e| e.to_string())?;
            let places = Place::list_from_bytes(std::slice::from_raw_parts(list.add(size_of::<u64>()), bytes))
                .ok_or("its list of places is damaged")?;
            let entry = std::mem::transmute::<*mut c_void, Entry>(symbol(&library, &code.symbol)?);
            let range = mapped(table.addr());
            Ok(Image { entry, places, range, _library: library })
        }
    }
}

/// # Safety
/// The symbol must be used as what it is.
unsafe fn symbol(library: &Library, name: &str) -> Result<*mut c_void, String> {
    // SAFETY: an address, whatever is there.
    let found = unsafe { library.get::<*mut c_void>(name.as_bytes()) }.map_err(|e| e.to_string())?;
    Ok(found.into_raw().cast())
}

/// Where the object is mapped that has this address.
#[cfg(not(target_os = "linux"))]
fn mapped(_address: usize) -> Range<u64> {
    unreachable!("kernels are loaded on Linux only")
}

/// Where the object is mapped that has this address.
#[cfg(target_os = "linux")]
fn mapped(address: usize) -> Range<u64> {
    struct Search {
        address: u64,
        found: Range<u64>,
    }
    unsafe extern "C" fn look(info: *mut libc::dl_phdr_info, _: usize, search: *mut c_void) -> i32 {
        // SAFETY: what the system's linker passes, and what is passed below.
        let (info, search) = unsafe { (&*info, &mut *search.cast::<Search>()) };
        // SAFETY: as many headers as it says.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        let loaded = headers.iter().filter(|h| h.p_type == libc::PT_LOAD);
        let ranges = loaded.map(|h| info.dlpi_addr + h.p_vaddr..info.dlpi_addr + h.p_vaddr + h.p_memsz);
        let whole = ranges.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0);
        let is_it = whole.contains(&search.address);
        if is_it {
            search.found = whole;
        }
        is_it.into()
    }
    let mut search = Search { address: address as u64, found: 0..0 };
    // SAFETY: the function takes what is passed on.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
    search.found
}
