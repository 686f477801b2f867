//! Kernels from assembly or LLVM IR, loaded into this process and run.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod capture;
pub(crate) mod code;
pub(crate) mod snippet;

use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use geobacter_emulator::{Access, Dispatch, Fault, MemoryMap, Options, Processor};
use geobacter_llvm::{Llvm, Search};

pub(crate) use code::Code;

pub(crate) fn llvm() -> Llvm {
    Llvm::find(&Search::default()).expect("rustc's own libLLVM")
}

/// A processor that runs everything in one order.
pub(crate) fn processor(target: &str) -> Processor {
    with_options(target, Options { threads: 1, ..Options::default() })
}

pub(crate) fn with_options(target: &str, options: Options) -> Processor {
    Processor::new(target, &llvm(), options).expect("a processor")
}

/// One for all tests that need no options of their own.
pub(crate) fn gfx90a() -> &'static Processor {
    static PROCESSOR: OnceLock<Processor> = OnceLock::new();
    PROCESSOR.get_or_init(|| processor("gfx90a"))
}

/// The processor of a target that tests share.
pub(crate) fn for_target(target: &str) -> &'static Processor {
    match target {
        "gfx90a" => gfx90a(),
        "gfx1100" => {
            static PROCESSOR: OnceLock<Processor> = OnceLock::new();
            PROCESSOR.get_or_init(|| processor("gfx1100"))
        }
        _ => panic!("no processor for {target}"),
    }
}

/// What a test's kernel may touch.
#[derive(Default)]
pub(crate) struct Map {
    readable: Vec<Range<u64>>,
    writable: Vec<Range<u64>>,
    executable: Vec<Range<u64>>,
    pub(crate) interrupts: Mutex<Vec<u32>>,
    pub(crate) cancel: std::sync::atomic::AtomicBool,
}

fn range<T>(data: &[T]) -> Range<u64> {
    let range = data.as_ptr_range();
    range.start as u64..range.end as u64
}

impl Map {
    pub(crate) fn new(code: &Code) -> Map {
        let mut map = Map::default();
        map.readable.push(code.range());
        map.executable.push(code.range());
        map
    }

    pub(crate) fn read<T>(mut self, data: &[T]) -> Self {
        self.readable.push(range(data));
        self
    }

    pub(crate) fn write<T>(mut self, data: &mut [T]) -> Self {
        self.readable.push(range(data));
        self.writable.push(range(data));
        self
    }
}

impl MemoryMap for Map {
    fn is_mapped(&self, address: u64, bytes: u64, access: Access) -> bool {
        let ranges = match access {
            Access::Read => &self.readable,
            Access::Write => &self.writable,
            Access::Execute => &self.executable,
        };
        ranges.iter().any(|r| r.start <= address && address.checked_add(bytes).is_some_and(|end| end <= r.end))
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn interrupt(&self, message: u32) {
        self.interrupts.lock().unwrap().push(message);
    }
}

/// Runs a kernel on a one-dimensional grid, with `arguments` as its kernarg block.
pub(crate) fn launch(
    processor: &Processor,
    code: &Code,
    kernel: &str,
    (group, grid): (u16, u32),
    arguments: &[u64],
    map: Map,
) -> Result<(), Fault> {
    let map = map.read(arguments);
    let dispatch = dispatch(code, kernel, (group, grid), arguments);
    processor.dispatch(&dispatch, &map)
}

pub(crate) fn dispatch(code: &Code, kernel: &str, (group, grid): (u16, u32), arguments: &[u64]) -> Dispatch {
    let descriptor = code.symbol(&format!("{kernel}.kd"));
    Dispatch {
        group_size: [group, 1, 1],
        grid_size: [grid, 1, 1],
        group_segment_size: code.read_u32(descriptor),
        private_segment_size: code.read_u32(descriptor + 4),
        kernel_object: descriptor,
        kernarg_address: arguments.as_ptr() as u64,
        ..Dispatch::default()
    }
}
