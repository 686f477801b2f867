//! From the bitcode in objects and rlibs to one pruned module with every kernel in it.
//!
//! The steps, one file each:
//!
//! 1. `scan`: do the link's inputs have kernels at all? Asked for every link, so it must cost next to nothing.
//! 2. `input`: the inputs, mapped; their members; the bitcode in each.
//! 3. `index`: which member defines a symbol.
//! 4. `prepare`: makes a parsed module safe to pull from: every definition may be dropped, duplicated and named.
//! 5. `pull`: links what the kernels reach, module by module, until nothing more can be resolved.
//! 6. `describe`: reads from each kernel what it says about itself.
//! 7. `object_file`: wraps the result so that the linker takes it.

mod object_file;
mod scan;

pub use object_file::{ObjectFileError, object_file};
pub use scan::has_kernels;
