use std::fmt::{self, Write as _};

use geobacter_llvm::IrError;

/// Why a kernel could not be compiled.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The target is not one that code can be generated for.
    #[error("cannot compile for `{target}`: {reason}")]
    UnknownTarget {
        /// What was asked for.
        target: String,
        /// What is wrong with it, and what would do.
        reason: String,
    },
    /// The captured module has no such kernel.
    #[error("kernel `{kernel}` is not among the captured ones: rebuild the program that launches it")]
    KernelMissing {
        /// The kernel.
        kernel: String,
    },
    /// The kernel's description of itself cannot be read.
    #[error(
        "kernel `{kernel}`: {reason}: build the program, its `geobacter` dependency and the compiler from one release"
    )]
    Description {
        /// The kernel.
        kernel: String,
        /// What is wrong.
        reason: String,
    },
    /// The kernel reaches code that a device cannot run.
    #[error("{}", show_unsupported(.kernel, .target, .what, .chain, .suggestion))]
    Unsupported {
        /// The kernel.
        kernel: String,
        /// What it was compiled for.
        target: String,
        /// What a device cannot run.
        what: String,
        /// The calls that lead there, from the kernel on. Empty where they cannot be told.
        chain: Vec<Frame>,
        /// What to do instead.
        suggestion: String,
    },
    /// The host's optimiser has copied a convergent operation into branches that work-items of one group may take
    /// differently.
    #[error("{}", show_duplicated(.kernel, .operation, .function, .place))]
    DuplicatedConvergent {
        /// The kernel.
        kernel: String,
        /// The operation, such as `work_group_barrier`.
        operation: String,
        /// The function it is in.
        function: String,
        /// Where in the source, as far as known: `src/main.rs:12:5`.
        place: Option<String>,
    },
    /// The launch asks for what no code for the target can keep.
    #[error("kernel `{kernel}` for {target}: the launch bounds ask for {what}")]
    LaunchBounds {
        /// The kernel.
        kernel: String,
        /// What it was compiled for.
        target: String,
        /// What is asked for, and what there is.
        what: String,
    },
    /// Assembly in the kernel that this target cannot have.
    #[error("kernel `{kernel}` for {target}: `{dialect}!` at {place}: {reason}")]
    Assembly {
        /// The kernel.
        kernel: String,
        /// What it was compiled for.
        target: String,
        /// Which macro: `ptx`, `gcn`.
        dialect: Box<str>,
        /// Where in the source: `src/main.rs:12:5`.
        place: Box<str>,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// LLVM refuses something that it was given.
    #[error("kernel `{kernel}` for {target}: {source}")]
    Llvm {
        /// The kernel.
        kernel: String,
        /// What it was compiled for.
        target: String,
        /// LLVM's reason.
        source: IrError,
    },
    /// The code object could not be linked.
    #[error("kernel `{kernel}` for {target}: {reason}")]
    Link {
        /// The kernel.
        kernel: String,
        /// What it was compiled for.
        target: String,
        /// What went wrong, and what to do.
        reason: String,
    },
}

/// One call on the way from a kernel to what a device cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The function, demangled.
    pub function: String,
    /// The source file and line in it from which the next frame is called, where debug info tells.
    pub place: Option<(String, u32)>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.function)?;
        match &self.place {
            Some((file, line)) => write!(f, "\n      at {file}:{line}"),
            None => Ok(()),
        }
    }
}

fn show_unsupported(kernel: &str, target: &str, what: &str, chain: &[Frame], suggestion: &str) -> String {
    let mut text = format!("kernel `{kernel}` cannot run on {target}: {what}");
    for (i, frame) in chain.iter().enumerate() {
        let verb = if i == 0 { "  --> the kernel " } else { "   calls " };
        let _ = write!(text, "\n{verb}{frame}");
    }
    if chain.is_empty() {
        text.push_str(
            "\n  = note: build with debug info (`debug = \"line-tables-only\"`) to see the calls that lead there",
        );
    }
    let _ = write!(text, "\n  = help: {suggestion}");
    text
}

fn show_duplicated(kernel: &str, operation: &str, function: &str, place: &Option<String>) -> String {
    let mut text = format!(
        "kernel `{kernel}`: the host's optimiser has copied one `{operation}` of `{function}` into separate branches"
    );
    if let Some(place) = place {
        let _ = write!(text, "\n  --> {place}");
    }
    text.push_str(
        "\n  = note: if the work-items of a group take different branches, they wait at different copies, which hangs or \
         corrupts the kernel\
         \n  = help: build through `cargo geobacter`, which passes the flags that hold such copies back; if it still \
         happens, move the operation out of the branches, or to a function of its own marked `#[inline(never)]`",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsupported_call_shows_the_chain_and_the_help() {
        let error = CompileError::Unsupported {
            kernel: "app::k".into(),
            target: "sm_90".into(),
            what: "it calls `write`, a function of the operating system".into(),
            chain: vec![
                Frame { function: "app::k".into(), place: Some(("src/main.rs".into(), 7)) },
                Frame { function: "std::io::stdio::_print".into(), place: None },
            ],
            suggestion: "return the data".into(),
        };
        assert_eq!(
            error.to_string(),
            "kernel `app::k` cannot run on sm_90: it calls `write`, a function of the operating system\n  \
             --> the kernel `app::k`\n      at src/main.rs:7\n   calls `std::io::stdio::_print`\n  = help: return the data"
        );
    }
}
