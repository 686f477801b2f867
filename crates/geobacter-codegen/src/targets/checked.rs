//! The checking device: code for the host that asks before each access to memory that others may reach.
//!
//! It goes the way of code for a GPU up to emission. Who it is, whom it waits for and whether it may access memory, it asks
//! of whoever loaded it, through a table of functions (`geobacter_container::checked`). Questions about memory are put in
//! once everything is optimised, so that local variables are registers by then; the optimiser is kept from widening accesses,
//! and from making ones that the source does not have.

mod accesses;
mod assembly;
mod fast;
mod places;
mod provided;
mod slots;

use geobacter_core::CodeBounds;
use geobacter_core::abi::{HOST_MAX_GROUP_MEMORY, HOST_MAX_GROUP_SIZE, PLATFORM_HOST};
use geobacter_llvm::{
    Arch, AttributePlace, Builder, CodeKind, Function, IrError, Llvm, Module, OptLevel, TargetMachine, TargetSpec,
    Type, Value,
};

use super::{Axis, Dialect, Exit, FastOp, Scope, SubgroupOp, Target, link};

/// What the checking device asks for, and nobody else.
const NAME: &str = "x86_64-checked";

/// The C calling convention: the kernel is called by the host.
const C_CONVENTION: u32 = 0;
/// Means nothing to the back end, and tells the few variables of work-group memory from others until they are replaced.
const GROUP: u32 = 3;
/// LLVM's encoding of `memory(none)`: the answers are the same for as long as the work-item runs.
const NO_MEMORY: u64 = 0;

/// The scope of atomic operations for the work-group, by which they are told from others. The back end makes no difference.
const GROUP_SCOPE: &str = "workgroup";
const DEVICE_SCOPE: &str = "agent";

pub(crate) struct Checked;

impl Checked {
    /// `None` where it is another target's name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        (name == NAME).then_some(Checked)
    }

    fn id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, function: &str, axis: Axis) -> Value<'m> {
        let word = m.context().int_type(32);
        let function = provided::function(m, function, word, &[word]);
        describe_answer(function);
        b.call(function, &[word.int(axis as u64)]).as_value()
    }
}

fn describe_answer(function: Function<'_>) {
    let context = function.context();
    for (name, value) in [("memory", NO_MEMORY), ("nounwind", 0), ("willreturn", 0)] {
        function.add_attribute(AttributePlace::Function, context.attribute(name, value));
    }
}

impl Target for Checked {
    fn spec(&self) -> TargetSpec<'_> {
        TargetSpec {
            arch: Arch::X86,
            triple: "x86_64-unknown-linux-gnu",
            cpu: "x86-64",
            features: "",
            level: OptLevel::Less,
        }
    }

    fn platform(&self) -> u32 {
        PLATFORM_HOST
    }

    fn version(&self) -> [u32; 3] {
        [0; 3]
    }

    fn max_group_size(&self) -> u32 {
        HOST_MAX_GROUP_SIZE
    }

    fn max_group_memory(&self) -> u32 {
        HOST_MAX_GROUP_MEMORY
    }

    fn assembly(&self) -> &'static Dialect {
        &assembly::DIALECT
    }

    fn kernel_convention(&self) -> u32 {
        C_CONVENTION
    }

    fn block_address_space(&self) -> u32 {
        0
    }

    /// A pointer to memory that nobody changes.
    fn block_attribute(&self) -> &'static str {
        "byref"
    }

    /// As on the CPU device, bounds change nothing.
    fn bound_launch(&self, _kernel: Function<'_>, _max_group_size: u32, _bounds: &CodeBounds) -> Result<(), String> {
        Ok(())
    }

    fn work_item_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        Ok(self.id(b, m, "work_item_id", axis))
    }

    fn work_group_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        Ok(self.id(b, m, "work_group_id", axis))
    }

    fn work_group_size<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        Ok(self.id(b, m, "work_group_size", axis))
    }

    /// The place is what tells one barrier from another, so none may be merged with another.
    fn barrier<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, site: Value<'m>) -> Result<(), IrError> {
        let context = m.context();
        let barrier = provided::function(m, "barrier", context.void_type(), &[site.ty()]);
        for name in ["convergent", "nomerge", "nounwind"] {
            barrier.add_attribute(AttributePlace::Function, context.attribute(name, 0));
        }
        b.call(barrier, &[site]);
        Ok(())
    }

    /// Sub-groups have one work-item, as on the CPU device.
    fn subgroup<'m>(
        &self,
        operation: SubgroupOp,
        function: Function<'m>,
        b: Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<(), IrError> {
        let (word, wide) = (m.context().int_type(32), m.context().int_type(64));
        let own = || function.params().nth(1).expect("a word behind the site, by the device ABI");
        match operation {
            SubgroupOp::Size => b.ret(word.int(1)),
            SubgroupOp::Lane => b.ret(word.zero()),
            SubgroupOp::Barrier => b.ret_void(),
            SubgroupOp::Ballot => {
                let is_set = b.compare(geobacter_llvm::IntPredicate::Ne, own(), word.zero());
                b.ret(b.cast(geobacter_llvm::CastOp::ZExt, is_set, wide))
            }
            _ => b.ret(own()),
        };
        Ok(())
    }

    fn interrupt<'m>(&self, function: Function<'m>, b: Builder<'m>, m: &'m Module<'_>) -> Result<(), IrError> {
        let event = function.params().next().expect("one parameter, by the device ABI");
        b.call(provided::function(m, "interrupt", m.context().void_type(), &[event.ty()]), &[event]);
        b.ret_void();
        Ok(())
    }

    fn exit(&self) -> Exit {
        Exit::Function(provided::EXIT)
    }

    fn group_memory<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>) -> Option<Value<'m>> {
        let function = provided::function(m, provided::GROUP_MEMORY, m.context().pointer_type(0), &[]);
        describe_answer(function);
        Some(b.call(function, &[]).as_value())
    }

    fn alloca_address_space(&self) -> u32 {
        0
    }

    fn scope(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::WorkGroup => GROUP_SCOPE,
            Scope::Device => DEVICE_SCOPE,
        }
    }

    fn group_address_space(&self) -> u32 {
        GROUP
    }

    fn global_address_space(&self, _constant: bool) -> u32 {
        0
    }

    fn has_native_math(&self, _function: &str, _ty: Type<'_>) -> bool {
        false
    }

    fn fast<'m>(
        &self,
        operation: FastOp,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Value<'m>, IrError> {
        fast::body(operation, args, b, m)
    }

    /// Passes ask by this attribute whether they must leave accesses to memory as they are, none added to those of the source.
    fn flag_module(&self, module: &Module<'_>) {
        for function in module.functions().filter(|f| !f.is_declaration()) {
            function.add_attribute(AttributePlace::Function, module.context().attribute("sanitize_thread", 0));
        }
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn before_emission(&self, module: &Module<'_>, machine: &TargetMachine) -> Result<(), IrError> {
        let own = slots::settle(module);
        accesses::ask(module, machine, &own);
        provided::define(module);
        Ok(())
    }

    fn object_kind(&self) -> CodeKind {
        CodeKind::Object
    }

    fn image(&self, llvm: Llvm, object: Vec<u8>) -> Result<Vec<u8>, String> {
        link::shared_object(llvm, &object, &[], "code for the checking device")
    }
}
