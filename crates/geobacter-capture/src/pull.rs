//! Links what the kernels reach, module by module, until nothing more can be resolved.

use std::collections::{BTreeMap, BTreeSet};

use geobacter_container::symbols::{RT_PREFIX, role};
use geobacter_container::{KERNEL_SECTION, hash};
use geobacter_llvm::{Context, Module};
use memchr::memmem::Finder;

use crate::CaptureError;
use crate::index::Index;
use crate::input::{Inputs, Kind, Member};
use crate::prepare::{kernel_behind, prepare, resolve_aliases};
use crate::scan::{ENTRY_MARKER, is_toolchain_library};

/// The module with every kernel of `inputs` and all that they reach; `None` where there is no kernel.
pub(crate) fn pull<'ctx>(inputs: &Inputs, context: &'ctx Context) -> Result<Option<Module<'ctx>>, CaptureError> {
    let mut linker = Linker { inputs, context, into: context.create_module("geobacter"), asked: BTreeSet::new() };
    for member in members_with_kernels(inputs)? {
        linker.pull_kernels(member)?;
    }
    if linker.into.functions().next().is_none() {
        return Ok(None);
    }
    let index = Index::build(inputs, context)?;
    linker.declare_device_library(&index);
    while linker.pull_undefined(&index)? {}
    resolve_aliases(&linker.into);
    Ok(Some(linker.into))
}

struct Linker<'a, 'ctx> {
    inputs: &'a Inputs,
    context: &'ctx Context,
    into: Module<'ctx>,
    /// Symbols that have been looked for. What was not found then will not be found later.
    asked: BTreeSet<String>,
}

impl<'ctx> Linker<'_, 'ctx> {
    /// Pulls every kernel entry that a member defines.
    fn pull_kernels(&mut self, member: Member) -> Result<(), CaptureError> {
        let Some(module) = self.read(member)? else { return Ok(()) };
        let entries = module.functions().filter(|f| !f.is_declaration() && f.section() == KERNEL_SECTION);
        let mut names: Vec<String> = entries.map(|f| f.name()).collect();
        names.extend(module.aliases().filter(|a| kernel_behind(a.aliasee()).is_some()).map(|a| a.name()));
        if names.is_empty() {
            return Ok(());
        }
        if self.into.data_layout().is_empty() {
            self.into.set_triple(&module.triple());
            self.into.set_data_layout(&module.data_layout());
        }
        self.declare(names.iter().map(String::as_str));
        self.link(member, module)
    }

    /// Lowering may call any function of the device library, so all of them come along.
    fn declare_device_library(&mut self, index: &Index) {
        self.declare(index.with_prefix(RT_PREFIX).into_iter());
    }

    /// Declarations are what the linker resolves. Their type does not matter: a definition brings its own.
    fn declare<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let ty = self.context.function_type(self.context.void_type(), &[]);
        for name in names {
            self.into.get_or_add_function(name, ty);
        }
    }

    /// Pulls what is still undefined and defined somewhere. `false` once there is no such thing.
    fn pull_undefined(&mut self, index: &Index) -> Result<bool, CaptureError> {
        let mut providers: BTreeMap<Member, Vec<String>> = BTreeMap::new();
        for symbol in self.undefined() {
            // The device library's version of a C function is the one for devices.
            let replaced = index.get(&format!("{RT_PREFIX}{symbol}")).is_some();
            if let Some(member) = index.get(&symbol).filter(|_| !replaced) {
                providers.entry(member).or_default().push(symbol.clone());
            }
            self.asked.insert(symbol);
        }
        for member in providers.keys() {
            if let Some(module) = self.read(*member)? {
                self.link(*member, module)?;
            }
        }
        Ok(!providers.is_empty())
    }

    /// Symbols that are used, not defined, not the target's to provide, and have not been asked for.
    fn undefined(&self) -> Vec<String> {
        let functions = self.into.functions().filter(|f| f.is_declaration() && !f.is_intrinsic()).map(|f| f.name());
        let globals = self.into.globals().filter(|g| g.is_declaration()).map(|g| g.name());
        functions.chain(globals).filter(|name| !self.asked.contains(name) && role(name).is_none()).collect()
    }

    /// Reads a member's module, function bodies excepted, ready to pull from.
    fn read(&self, member: Member) -> Result<Option<Module<'ctx>>, CaptureError> {
        let Some(bitcode) = self.inputs.bitcode(member) else { return Ok(None) };
        let mut module =
            self.context.parse_bitcode_lazily(bitcode).map_err(|e| CaptureError::bitcode(self.inputs, member, e))?;
        prepare(&mut module, &tag(bitcode));
        Ok(Some(module))
    }

    fn link(&mut self, member: Member, module: Module<'ctx>) -> Result<(), CaptureError> {
        self.into.link(module).map_err(|e| CaptureError::bitcode(self.inputs, member, e))
    }
}

/// What names a module's locals: the same for the same bitcode, whatever its path.
fn tag(bitcode: &[u8]) -> String {
    let hash = hash(bitcode);
    u64::from_le_bytes(hash[..8].try_into().expect("eight bytes")).to_string()
}

/// The members in whose bytes a device entry's name occurs.
fn members_with_kernels(inputs: &Inputs) -> Result<Vec<Member>, CaptureError> {
    let finder = Finder::new(ENTRY_MARKER);
    let mut found = Vec::new();
    for file in inputs.numbers().filter(|&f| !is_toolchain_library(inputs.path(f))) {
        match inputs.kind(file) {
            Kind::Object(member) => found.push(member),
            Kind::Archive => found.extend(inputs.members(file)?),
        }
    }
    found.retain(|&member| finder.find(inputs.bytes(member)).is_some());
    Ok(found)
}
