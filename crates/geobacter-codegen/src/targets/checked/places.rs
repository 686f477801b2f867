//! Where in the source an instruction comes from, as its user would say it.

use std::collections::HashMap;

use geobacter_container::checked::{PLACES, Place};
use geobacter_llvm::{BasicBlock, DebugLoc, Function, Instruction, Module};

/// Crates of ours whose code stands for what their callers do.
const OWN_CRATES: &[&str] = &["geobacter-core", "geobacter-math", "geobacter-primitives"];

/// Files of the device crate whose accesses race with none. Who has a slot of a ring next, the host decides, and what it does is
/// not seen here; and the heap reads the link of a block that somebody else may have taken meanwhile, and then throws it away.
const PROTOCOLS: &[&str] =
    &["src/ring.rs", "src/channel.rs", "src/host_fn.rs", "src/rt/heap.rs", "src/rt/print.rs", "src/rt/text.rs"];

/// The places of a kernel, each once.
#[derive(Default)]
pub(super) struct Places {
    list: Vec<Place>,
    numbers: HashMap<Place, u32>,
}

impl Places {
    /// The number of the place of an instruction.
    pub(super) fn of(&mut self, instruction: Instruction<'_>) -> u32 {
        let place = frames(instruction).map_or(NOWHERE, |frames| best(&frames));
        *self.numbers.entry(place).or_insert_with_key(|place| {
            self.list.push(place.clone());
            self.list.len() as u32 - 1
        })
    }

    /// Whether what has this number is in a library.
    pub(super) fn is_in_library(&self, number: u32) -> bool {
        self.list[number as usize].in_library
    }

    /// Puts the list into the module.
    pub(super) fn keep(&self, module: &Module<'_>) {
        let bytes = module.context().const_bytes(&Place::list_to_bytes(&self.list));
        let global = module.add_global(PLACES, bytes.ty(), 0);
        global.set_initializer(bytes);
        global.set_constant_memory(true);
    }
}

const NOWHERE: Place = Place { file: String::new(), line: 0, column: 0, in_library: true };

/// Whether an access is the device library's own, and nobody's business.
pub(super) fn is_protocol(instruction: Instruction<'_>) -> bool {
    let frames = frames(instruction).unwrap_or_default();
    let mut library = frames.iter().take_while(|place| place.in_library);
    library.any(|place| is_own(&place.file) && PROTOCOLS.iter().any(|file| place.file.ends_with(file)))
}

/// Whether what a function does is to be told of whoever calls it.
pub(super) fn is_library_function(function: Function<'_>) -> bool {
    function.subprogram().and_then(|s| s.file()).is_none_or(|file| is_library(&file))
}

/// File, line and column of what was inlined into what, innermost first. What the optimiser has moved out of a loop, or made of
/// several instructions, has no line of its own: what comes before it in its block, or else behind it, is the best guess.
fn frames(instruction: Instruction<'_>) -> Option<Vec<Place>> {
    let own = instruction.debug_loc().map(known_frames).filter(|frames| !frames.is_empty());
    own.or_else(|| first_known(before(instruction.block()?, instruction).into_iter().rev()))
        .or_else(|| first_known(std::iter::successors(instruction.next(), |i| i.next())))
        .or_else(|| {
            let subprogram = instruction.function()?.subprogram()?;
            let file = subprogram.file()?;
            Some(vec![Place { in_library: is_library(&file), file, line: subprogram.line(), column: 0 }])
        })
}

fn first_known<'m>(instructions: impl Iterator<Item = Instruction<'m>>) -> Option<Vec<Place>> {
    instructions.filter_map(Instruction::debug_loc).map(known_frames).find(|frames| !frames.is_empty())
}

fn before<'m>(block: BasicBlock<'m>, instruction: Instruction<'m>) -> Vec<Instruction<'m>> {
    block.instructions().take_while(|i| *i != instruction).collect()
}

fn known_frames(at: DebugLoc<'_>) -> Vec<Place> {
    let all = std::iter::successors(Some(at), |at| at.inlined_at());
    all.filter(|at| at.line() > 0)
        .filter_map(|at| {
            let file = at.file()?;
            Some(Place { in_library: is_library(&file), file, line: at.line(), column: at.column() })
        })
        .collect()
}

/// The innermost place in the user's own code; where there is none, the innermost that is not the standard library's.
fn best(frames: &[Place]) -> Place {
    let own = frames.iter().find(|place| !place.in_library);
    let other = || frames.iter().find(|place| !is_standard(&place.file));
    own.or_else(other).or(frames.first()).cloned().unwrap_or(NOWHERE)
}

fn is_library(file: &str) -> bool {
    is_standard(file) || file.contains("/registry/src/") || is_own(file)
}

/// rustc names files of the standard library so, or where they are if their source is installed.
fn is_standard(file: &str) -> bool {
    file.starts_with("/rustc/") || file.starts_with("library/") || file.contains("/rustlib/src/rust/library/")
}

/// In a crate of ours, as its folder is called here or in a registry.
fn is_own(file: &str) -> bool {
    file.split(['/', '\\']).any(|part| {
        let rest = OWN_CRATES.iter().find_map(|own| part.strip_prefix(own));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-0") || rest.starts_with("-1"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str) -> Place {
        Place { file: file.to_owned(), line: 1, column: 1, in_library: is_library(file) }
    }

    #[test]
    fn libraries_are_told_from_user_code() {
        for library in [
            "/rustc/0123456789abcdef/library/core/src/slice/mod.rs",
            "library/core/src/ptr/mod.rs",
            "crates/geobacter-core/src/views.rs",
            "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/geobacter-core-0.1.0/src/lds.rs",
            "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/glam-0.34.0/src/f32/vec3.rs",
        ] {
            assert!(is_library(library), "{library}");
        }
        for own in ["src/main.rs", "crates/geobacter/tests/checks.rs", "crates/geobacter-core-tests/src/lib.rs"] {
            assert!(!is_library(own), "{own}");
        }
    }

    #[test]
    fn the_innermost_place_of_the_users_is_best_and_then_that_of_another_crate() {
        let std = place("library/core/src/slice/mod.rs");
        let (ours, user, caller) = (place("crates/geobacter-core/src/lds.rs"), place("src/a.rs"), place("src/b.rs"));
        assert_eq!(best(&[std.clone(), ours.clone(), user.clone(), caller]), user);
        assert_eq!(best(&[std.clone(), ours.clone()]), ours);
        assert_eq!(best(std::slice::from_ref(&std)), std);
        assert_eq!(best(&[]), NOWHERE);
    }
}
