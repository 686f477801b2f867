//! The kernels that the linker shim put into this executable.

use std::sync::OnceLock;

use geobacter_container::{Container, ContainerError};

/// The address of the embedded container, or null where the binary was linked without the shim.
///
/// Stable Rust has no weak symbols; the assembler has. Hidden, so that an executable and each shared library it loads
/// find their own. Through the global offset table, as only that can say "not there".
fn linked_image() -> *const u8 {
    let address: *const u8;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: loads an entry of the global offset table.
    unsafe {
        std::arch::asm!(
            ".weak __geobacter_image",
            ".hidden __geobacter_image",
            "mov {address}, qword ptr [rip + __geobacter_image@GOTPCREL]",
            address = out(reg) address,
            options(nostack, preserves_flags, pure, readonly)
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!(
            ".weak __geobacter_image",
            ".hidden __geobacter_image",
            "adrp {address}, :got:__geobacter_image",
            "ldr {address}, [{address}, :got_lo12:__geobacter_image]",
            address = out(reg) address,
            options(nostack, preserves_flags, pure, readonly)
        );
    }
    address
}

/// The embedded container: parsed once. `None` where there is none.
pub(crate) fn container() -> Option<Result<&'static Container<'static>, ContainerError>> {
    static PARSED: OnceLock<Option<Result<Container<'static>, ContainerError>>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| {
        let start = linked_image();
        // SAFETY: the symbol is the shim's, whose data is mapped as long as this code is.
        (!start.is_null()).then(|| unsafe { Container::from_linked(start) })
    });
    parsed.as_ref().map(|result| result.as_ref().map_err(Clone::clone))
}
