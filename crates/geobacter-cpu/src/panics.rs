//! Panics of kernels: caught, told apart from the host program's own, and described.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static IN_KERNEL: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// One panic of a kernel.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) location: Option<String>,
    pub(crate) work_item: [u32; 3],
    pub(crate) work_group: [u32; 3],
}

/// Runs kernel code; a panic comes back as a value and prints nothing.
pub(crate) fn catch(kernel: impl FnOnce()) -> Result<(), Panic> {
    install_hook();
    let outer = IN_KERNEL.replace(true);
    let result = catch_unwind(AssertUnwindSafe(kernel));
    IN_KERNEL.set(outer);
    result.map_err(|_| {
        LAST.take().unwrap_or_else(|| Panic {
            message: "panicked without a message".to_owned(),
            location: None,
            work_item: [0; 3],
            work_group: [0; 3],
        })
    })
}

/// What kernel code that ended without a word has left behind is taken back when this is dropped.
pub(crate) struct Outside(bool);

impl Outside {
    pub(crate) fn of_kernel() -> Self {
        Outside(IN_KERNEL.get())
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        IN_KERNEL.set(self.0);
    }
}

/// The kernel loop calls this while a work-item unwinds.
pub(crate) fn note_position(work_item: [u32; 3], work_group: [u32; 3]) {
    LAST.with_borrow_mut(|last| {
        if let Some(panic) = last {
            panic.work_item = work_item;
            panic.work_group = work_group;
        }
    });
}

/// Keeps the panics of kernels out of the program's own panic hook: they are results, not crashes.
fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let outer = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IN_KERNEL.get() {
                return outer(info);
            }
            let panic = Panic {
                message: info.payload_as_str().unwrap_or("a payload that is not text").to_owned(),
                location: info.location().map(ToString::to_string),
                work_item: [0; 3],
                work_group: [0; 3],
            };
            LAST.set(Some(panic));
        }));
    });
}
