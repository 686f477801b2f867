//! One kernel, and what it needs, out of the captured module.
//!
//! LLVM's linker takes link-once definitions over only where something refers to them, and reads the bodies of a lazily
//! parsed module only then. So the kernel's declaration in an empty module pulls exactly what the kernel reaches.

use std::collections::HashSet;

use geobacter_container::symbols::RT_PREFIX;
use geobacter_llvm::{Context, Module};

use crate::CompileError;
use crate::session::Session;

/// What was pulled.
pub(crate) struct Pulled<'ctx> {
    /// The kernel's entry and everything it reaches.
    pub(crate) module: Module<'ctx>,
    /// Names of the device library's functions that could be pulled too, without their prefix.
    pub(crate) library: HashSet<String>,
}

/// Of the device library, what lowering calls in nearly every kernel: pulled with the kernel, it saves reading the
/// captured module once more, and is dropped where it is not needed.
const LIKELY: &[&str] = &["panic", "panic_numbers"];

/// A module with the kernel's entry and everything it reaches.
pub(crate) fn kernel<'ctx>(session: &Session<'_>, context: &'ctx Context) -> Result<Pulled<'ctx>, CompileError> {
    let source = session.llvm(context.parse_bitcode_lazily(session.job.module))?;
    let mut module = context.create_module(&session.symbol);
    // Given the source's layout, linking has nothing to warn about.
    module.set_triple(&source.triple());
    module.set_data_layout(&source.data_layout());
    {
        let missing = || CompileError::KernelMissing { kernel: session.name.clone() };
        let entry = source.function(session.job.kernel).filter(|f| !f.is_declaration()).ok_or_else(missing)?;
        module.add_function(session.job.kernel, entry.value_type());
        for likely in LIKELY.iter().filter_map(|name| source.function(&format!("{RT_PREFIX}{name}"))) {
            module.add_function(&likely.name(), likely.value_type());
        }
    }
    let library = device_library_names(&source);
    session.llvm(module.link(source))?;
    session.dump("pulled", &module);
    Ok(Pulled { module, library })
}

/// Pulls definitions of the device library that lowering has put calls to. Returns whether there were any.
pub(crate) fn device_library(session: &Session<'_>, module: &mut Module<'_>) -> Result<bool, CompileError> {
    if !module.functions().any(|f| f.is_declaration() && f.is_used() && f.name().starts_with(RT_PREFIX)) {
        return Ok(false);
    }
    let source = session.llvm(module.context().parse_bitcode_lazily(session.job.module))?;
    let defined = |module: &Module<'_>| module.functions().filter(|f| !f.is_declaration()).count();
    let before = defined(module);
    session.llvm(module.link(source))?;
    Ok(defined(module) > before)
}

fn device_library_names(source: &Module<'_>) -> HashSet<String> {
    let defined = source.functions().filter(|f| !f.is_declaration());
    defined.filter_map(|f| f.name().strip_prefix(RT_PREFIX).map(str::to_owned)).collect()
}
