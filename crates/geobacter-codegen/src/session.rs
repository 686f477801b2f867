use geobacter_llvm::{IrError, Llvm, Module};

use crate::dump::Dump;
use crate::targets::Target;
use crate::{CompileError, Job};

/// One compile: what was asked for, and how messages name it.
pub(crate) struct Session<'a> {
    pub(crate) llvm: Llvm,
    pub(crate) job: &'a Job<'a>,
    pub(crate) target: &'a dyn Target,
    /// The kernel as a person calls it.
    pub(crate) name: String,
    /// The kernel as the image calls it.
    pub(crate) symbol: String,
    dump: Dump,
}

/// Longest readable part of a symbol.
const SYMBOL_CHARS: usize = 64;

impl<'a> Session<'a> {
    pub(crate) fn new(llvm: Llvm, job: &'a Job<'a>, target: &'a dyn Target) -> Self {
        let name = geobacter_container::kernel_name(job.kernel);
        let symbol = symbol(&name, job.kernel, job.constants.as_bytes());
        let dump = Dump::from_environment(&symbol, job.target);
        Session { llvm, job, target, name, symbol, dump }
    }

    /// Leaves the module's IR in the dump folder, if there is one.
    pub(crate) fn dump(&self, stage: &str, module: &Module<'_>) {
        self.dump.write(stage, module);
    }

    /// Says which kernel and target an error of LLVM is about.
    pub(crate) fn llvm<T>(&self, result: Result<T, IrError>) -> Result<T, CompileError> {
        result.map_err(|source| CompileError::Llvm {
            kernel: self.name.clone(),
            target: self.job.target.to_owned(),
            source,
        })
    }
}

/// A name for the kernel that every assembler takes, and that tells profilers which kernel it is: what is left of the
/// readable name, and a hash of the mangled one and of the constants, so that instances and their versions differ.
fn symbol(name: &str, mangled: &str, constants: &[u8]) -> String {
    let mut readable = String::new();
    for c in name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }) {
        if !(c == '_' && readable.ends_with('_')) {
            readable.push(c);
        }
    }
    let readable = readable.trim_matches('_');
    let from = readable.len().saturating_sub(SYMBOL_CHARS);
    let hash = geobacter_container::hash(&[mangled.as_bytes(), constants].concat());
    let hash: String = hash[..6].iter().map(|b| format!("{b:02x}")).collect();
    format!("{}_{hash}", readable[from..].trim_start_matches(|c: char| c == '_' || c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn symbols_are_plain_deterministic_and_differ_between_instances() {
        let a = symbol("app::kernels::scale::<f32>", "_RINvA", &[]);
        assert!(a.starts_with("app_kernels_scale_f32_"), "{a}");
        assert!(a.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{a}");
        assert_eq!(a, symbol("app::kernels::scale::<f32>", "_RINvA", &[]));
        assert_ne!(a, symbol("app::kernels::scale::<f32>", "_RINvB", &[]));
        assert_ne!(a, symbol("app::kernels::scale::<f32>", "_RINvA", &[1]), "another version");
    }

    #[test]
    fn closures_and_long_names_keep_their_end() {
        assert!(symbol("app::main::{closure#0}", "x", &[]).starts_with("app_main_closure_0_"));
        let long = symbol(&format!("app::{}::last", "m".repeat(200)), "x", &[]);
        assert!(long.len() < 100 && long.contains("_last_"), "{long}");
    }
}
