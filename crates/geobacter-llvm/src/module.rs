use std::ffi::{CStr, c_char};
use std::fmt;

use crate::context::c_string;
use crate::global::{Aliases, Functions, Globals};
use crate::memory_buffer::MemoryBuffer;
use crate::sys::{ModuleRef, ValueRef};
use crate::target::TargetMachine;
use crate::{Context, Function, GlobalAlias, GlobalVariable, IrError, Linkage, Type, Value};

/// Makes LLVM's verifier return its findings rather than end the process.
const RETURN_STATUS: i32 = 2;

/// A unit of IR: functions and variables.
pub struct Module<'ctx> {
    raw: ModuleRef,
    context: &'ctx Context,
}

/// What linking does where two modules disagree about a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagBehavior {
    /// Linking fails.
    Error = 0,
    /// The first wins, with a warning.
    Warning = 1,
    /// This one wins.
    Override = 3,
}

/// What pipelines such as `default<O3>` may do.
struct Transforms {
    unrolling: bool,
    vectorisation: bool,
}

impl<'ctx> Module<'ctx> {
    /// # Safety
    /// `raw` must be a live module of `context` that nobody else owns.
    pub(crate) unsafe fn from_raw(context: &'ctx Context, raw: ModuleRef) -> Self {
        Module { raw, context }
    }

    pub(crate) fn raw(&self) -> ModuleRef {
        self.raw
    }

    /// The context it belongs to.
    pub fn context(&self) -> &'ctx Context {
        self.context
    }

    /// The name it was made with.
    pub fn name(&self) -> String {
        let mut len = 0;
        // SAFETY: a live module; the name is copied right away.
        unsafe {
            let name = (self.context.api().GetModuleIdentifier)(self.raw, &mut len);
            String::from_utf8_lossy(std::slice::from_raw_parts(name.cast::<u8>(), len)).into_owned()
        }
    }

    /// The target triple.
    pub fn triple(&self) -> String {
        // SAFETY: a live module; a C string.
        unsafe { CStr::from_ptr((self.context.api().GetTarget)(self.raw)).to_string_lossy().into_owned() }
    }

    /// Sets the target triple.
    pub fn set_triple(&self, triple: &str) {
        // SAFETY: a live module and a C string.
        unsafe { (self.context.api().SetTarget)(self.raw, c_string(triple).as_ptr()) }
    }

    /// The data layout.
    pub fn data_layout(&self) -> String {
        // SAFETY: a live module; a C string.
        unsafe { CStr::from_ptr((self.context.api().GetDataLayoutStr)(self.raw)).to_string_lossy().into_owned() }
    }

    /// Sets the data layout to another module's, as text.
    pub fn set_data_layout(&self, layout: &str) {
        // SAFETY: a live module and a C string.
        unsafe { (self.context.api().SetDataLayout)(self.raw, c_string(layout).as_ptr()) }
    }

    /// Sets triple and data layout to a machine's.
    pub fn set_target(&self, machine: &TargetMachine) {
        self.set_triple(machine.triple());
        // SAFETY: a live module and layout, which is copied.
        unsafe { machine.with_data_layout(|layout| (self.context.api().SetModuleDataLayout)(self.raw, layout)) }
    }

    /// Assembly outside of functions.
    pub fn inline_asm(&self) -> String {
        let mut len = 0;
        // SAFETY: a live module; the text is copied right away.
        unsafe {
            let text = (self.context.api().GetModuleInlineAsm)(self.raw, &mut len);
            String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), len)).into_owned()
        }
    }

    /// Sets the assembly outside of functions.
    pub fn set_inline_asm(&self, text: &str) {
        // SAFETY: a live module, pointer and length of one string.
        unsafe { (self.context.api().SetModuleInlineAsm2)(self.raw, text.as_ptr().cast(), text.len()) }
    }

    /// Adds an integer module flag; nothing where there is one of this name.
    pub fn add_flag(&self, behavior: FlagBehavior, name: &str, value: u32) {
        let api = self.context.api();
        let number = self.context.int_type(32).int(u64::from(value));
        let (text, len) = (name.as_ptr().cast::<c_char>(), name.len());
        // SAFETY: a live module, a constant of its context, pointer and length of one string.
        unsafe {
            if (api.GetModuleFlag)(self.raw, text, len).is_null() {
                (api.AddModuleFlag)(self.raw, behavior as i32, text, len, (api.ValueAsMetadata)(number.raw()));
            }
        }
    }

    /// Its functions: definitions, declarations, intrinsics.
    pub fn functions(&self) -> Functions<'_> {
        // SAFETY: a live module.
        Functions { next: unsafe { (self.context.api().GetFirstFunction)(self.raw) }, context: self.context }
    }

    /// Its variables.
    pub fn globals(&self) -> Globals<'_> {
        // SAFETY: a live module.
        Globals { next: unsafe { (self.context.api().GetFirstGlobal)(self.raw) }, context: self.context }
    }

    /// Its aliases.
    pub fn aliases(&self) -> Aliases<'_> {
        // SAFETY: a live module.
        Aliases { next: unsafe { (self.context.api().GetFirstGlobalAlias)(self.raw) }, context: self.context }
    }

    /// The function of this name.
    pub fn function(&self, name: &str) -> Option<Function<'_>> {
        // SAFETY: a live module and a C string; null where there is none.
        unsafe {
            let raw = (self.context.api().GetNamedFunction)(self.raw, c_string(name).as_ptr());
            Value::from_nullable(self.context, raw).map(|v| Function::from_value(v))
        }
    }

    /// The variable of this name.
    pub fn global(&self, name: &str) -> Option<GlobalVariable<'_>> {
        // SAFETY: a live module and a C string; null where there is none.
        unsafe {
            let raw = (self.context.api().GetNamedGlobal)(self.raw, c_string(name).as_ptr());
            Value::from_nullable(self.context, raw).map(|v| GlobalVariable::from_value(v))
        }
    }

    /// The alias of this name.
    pub fn alias(&self, name: &str) -> Option<GlobalAlias<'_>> {
        self.aliases().find(|a| a.name() == name)
    }

    /// Declares a function. LLVM appends a number where the name is taken.
    ///
    /// # Panics
    /// When `ty` is not a function type.
    pub fn add_function<'m>(&'m self, name: &str, ty: Type<'m>) -> Function<'m> {
        assert!(ty.return_type().is_some(), "{ty} is not a function type");
        // SAFETY: a live module, a C string, a function type.
        unsafe {
            let raw = (self.context.api().AddFunction)(self.raw, c_string(name).as_ptr(), ty.raw());
            Function::from_value(Value::from_raw(self.context, raw))
        }
    }

    /// The function of this name, declared with this type where there is none yet.
    pub fn get_or_add_function<'m>(&'m self, name: &str, ty: Type<'m>) -> Function<'m> {
        self.function(name).unwrap_or_else(|| self.add_function(name, ty))
    }

    /// Adds a variable without an initialiser. LLVM appends a number where the name is taken.
    pub fn add_global<'m>(&'m self, name: &str, ty: Type<'m>, address_space: u32) -> GlobalVariable<'m> {
        // SAFETY: a live module, a C string, a type of its context.
        unsafe {
            let name = c_string(name);
            let raw = (self.context.api().AddGlobalInAddressSpace)(self.raw, ty.raw(), name.as_ptr(), address_space);
            GlobalVariable::from_value(Value::from_raw(self.context, raw))
        }
    }

    /// The declaration of one of LLVM's own functions; `overloads` are the types its name depends on.
    ///
    /// # Errors
    /// When this LLVM has no such intrinsic.
    pub fn intrinsic<'m>(&'m self, name: &str, overloads: &[Type<'m>]) -> Result<Function<'m>, IrError> {
        let id = self.context.llvm().intrinsic_id(name).ok_or_else(|| {
            IrError::new("LLVM intrinsic", format!("LLVM {} has no `{name}`", self.context.llvm().version_string()))
        })?;
        let mut types: Vec<_> = overloads.iter().map(|t| t.raw()).collect();
        // SAFETY: a live module, an intrinsic that exists, types of its context.
        unsafe {
            let raw = (self.context.api().GetIntrinsicDeclaration)(self.raw, id, types.as_mut_ptr(), types.len());
            Ok(Function::from_value(Value::from_raw(self.context, raw)))
        }
    }

    /// How many operands the named metadata of this name has; 0 where there is none.
    pub fn named_metadata_len(&self, name: &str) -> u32 {
        // SAFETY: a live module and a C string.
        unsafe { (self.context.api().GetNamedMetadataNumOperands)(self.raw, c_string(name).as_ptr()) }
    }

    /// A copy, in the same context. A module can be emitted once: emission changes it.
    pub fn duplicate(&self) -> Module<'ctx> {
        // SAFETY: a live module; the copy is ours.
        unsafe { Module::from_raw(self.context, (self.context.api().CloneModule)(self.raw)) }
    }

    /// Links `source` into this module, and ends it.
    ///
    /// Definitions of `source` with local or link-once linkage come over only where this module, or something that
    /// comes over, refers to them; bodies of a lazily parsed `source` are read only then. So a module that declares one
    /// function, linked with a lazily parsed one whose definitions are all `linkonce_odr`, pulls exactly what that
    /// function needs.
    ///
    /// # Errors
    /// When the modules contradict each other: the same symbol defined twice, or types or flags that do not agree.
    pub fn link(&mut self, source: Module<'ctx>) -> Result<(), IrError> {
        self.context.take_diagnostics();
        let source = std::mem::ManuallyDrop::new(source);
        // SAFETY: two live modules; LLVM frees the source.
        let failed = unsafe { (self.context.api().LinkModules2)(self.raw, source.raw) } != 0;
        let errors = self.context.take_errors();
        if failed || !errors.is_empty() { Err(IrError::new("linking modules", errors)) } else { Ok(()) }
    }

    /// Checks every rule of LLVM's IR.
    ///
    /// # Errors
    /// What breaks the rules, with the instructions that do.
    pub fn verify(&self) -> Result<(), IrError> {
        let mut message: *mut c_char = std::ptr::null_mut();
        // SAFETY: a live module; the message becomes ours.
        unsafe {
            let broken = (self.context.api().VerifyModule)(self.raw, RETURN_STATUS, &mut message) != 0;
            let message = self.context.llvm().take_message(message);
            if broken { Err(IrError::new("verifying IR", message)) } else { Ok(()) }
        }
    }

    /// Runs passes, given as `opt -passes=` takes them. With a machine, its target takes part.
    ///
    /// # Errors
    /// When LLVM does not know a pass, or one reports an error.
    pub fn run_passes(&mut self, passes: &str, machine: Option<&TargetMachine>) -> Result<(), IrError> {
        self.run(passes, machine, Transforms { unrolling: true, vectorisation: true })
    }

    /// As [`run_passes`](Self::run_passes), but pipelines such as `default<O3>` unroll no loop.
    ///
    /// # Errors
    /// As [`run_passes`](Self::run_passes).
    pub fn run_passes_without_unrolling(
        &mut self,
        passes: &str,
        machine: Option<&TargetMachine>,
    ) -> Result<(), IrError> {
        self.run(passes, machine, Transforms { unrolling: false, vectorisation: true })
    }

    /// As [`run_passes`](Self::run_passes), but pipelines such as `default<O2>` neither unroll nor vectorise: each access to
    /// memory stays one, as wide as it was.
    ///
    /// # Errors
    /// As [`run_passes`](Self::run_passes).
    pub fn run_passes_without_widening(
        &mut self,
        passes: &str,
        machine: Option<&TargetMachine>,
    ) -> Result<(), IrError> {
        self.run(passes, machine, Transforms { unrolling: false, vectorisation: false })
    }

    fn run(&mut self, passes: &str, machine: Option<&TargetMachine>, wanted: Transforms) -> Result<(), IrError> {
        const DOING: &str = "running passes";
        self.context.take_diagnostics();
        let api = self.context.api();
        let machine = machine.map_or(std::ptr::null_mut(), TargetMachine::raw);
        // SAFETY: a live module, a C string, a live machine or null; options are freed here; an error becomes ours.
        unsafe {
            let options = (api.CreatePassBuilderOptions)();
            (api.PassBuilderOptionsSetLoopUnrolling)(options, wanted.unrolling.into());
            if !wanted.vectorisation {
                (api.PassBuilderOptionsSetLoopInterleaving)(options, 0);
                (api.PassBuilderOptionsSetLoopVectorization)(options, 0);
                (api.PassBuilderOptionsSetSLPVectorization)(options, 0);
            }
            let error = (api.RunPasses)(self.raw, c_string(passes).as_ptr(), machine, options);
            (api.DisposePassBuilderOptions)(options);
            if !error.is_null() {
                let text = (api.GetErrorMessage)(error);
                let message = CStr::from_ptr(text).to_string_lossy().into_owned();
                (api.DisposeErrorMessage)(text);
                return Err(IrError::new(DOING, message));
            }
        }
        let errors = self.context.take_errors();
        if errors.is_empty() { Ok(()) } else { Err(IrError::new(DOING, errors)) }
    }

    /// Removes all debug info.
    pub fn strip_debug_info(&mut self) {
        // SAFETY: a live module, with no handle to its instructions.
        unsafe { (self.context.api().StripModuleDebugInfo)(self.raw) };
    }

    /// Makes the functions that `which` picks declarations: their bodies go.
    pub fn delete_bodies(&mut self, mut which: impl FnMut(Function<'_>) -> bool) {
        let picked: Vec<ValueRef> =
            self.functions().filter(|f| !f.is_declaration() && which(*f)).map(|f| f.raw()).collect();
        for raw in picked {
            // SAFETY: a live function of this module, with no handle into it.
            unsafe { self.delete_body(raw) }
        }
    }

    /// # Safety
    /// A function of this module, to whose inside no handle is left.
    unsafe fn delete_body(&mut self, raw: ValueRef) {
        // SAFETY: a function, the caller's promise.
        let function = unsafe { Function::from_value(Value::from_raw(self.context, raw)) };
        let api = self.context.api();
        let blocks: Vec<_> = function.blocks().map(|b| b.raw()).collect();
        for instruction in function.instructions() {
            if instruction.is_used() {
                instruction.replace_all_uses_with(instruction.ty().poison());
            }
            // SAFETY: in a block, and used by nothing any more.
            unsafe { (api.InstructionEraseFromParent)(instruction.raw()) }
        }
        for block in blocks {
            // SAFETY: empty, and no branch leads there any more.
            unsafe { (api.DeleteBasicBlock)(block) }
        }
        function.remove_personality();
        function.clear_metadata();
        function.clear_comdat();
        function.set_linkage(Linkage::External);
    }

    /// Deletes the functions that `which` picks; those still used by others stay, and become declarations.
    pub fn delete_functions(&mut self, mut which: impl FnMut(Function<'_>) -> bool) {
        let picked: Vec<ValueRef> = self.functions().filter(|f| which(*f)).map(|f| f.raw()).collect();
        for raw in &picked {
            // SAFETY: a live function of this module, with no handle into it.
            unsafe { self.delete_body(*raw) }
        }
        for raw in picked {
            // SAFETY: as above; deleted only where nothing refers to it.
            unsafe {
                if !Value::from_raw(self.context, raw).is_used() {
                    (self.context.api().DeleteFunction)(raw);
                }
            }
        }
    }

    /// Deletes the variables that `which` picks; those still used by others stay, and become declarations.
    pub fn delete_globals(&mut self, mut which: impl FnMut(GlobalVariable<'_>) -> bool) {
        let picked: Vec<ValueRef> = self.globals().filter(|g| which(*g)).map(|g| g.raw()).collect();
        for raw in picked {
            // SAFETY: a live variable of this module, to which no handle is left; deleted only where nothing refers to it.
            unsafe {
                let global = GlobalVariable::from_value(Value::from_raw(self.context, raw));
                global.remove_initializer();
                if global.is_used() {
                    global.clear_comdat();
                    global.set_linkage(Linkage::External);
                } else {
                    (self.context.api().DeleteGlobal)(raw);
                }
            }
        }
    }

    /// Its bitcode.
    pub fn to_bitcode(&self) -> MemoryBuffer {
        let llvm = self.context.llvm();
        // SAFETY: a live module; the buffer is ours.
        unsafe { MemoryBuffer::from_raw(llvm, (llvm.api().WriteBitcodeToMemoryBuffer)(self.raw)) }
    }
}

/// The IR as text.
impl fmt::Display for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: a live module; the message becomes ours.
        f.write_str(&unsafe { self.context.llvm().take_message((self.context.api().PrintModuleToString)(self.raw)) })
    }
}

impl fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Module({:?})", self.name())
    }
}

impl Drop for Module<'_> {
    fn drop(&mut self) {
        // SAFETY: owned, and every handle borrows it.
        unsafe { (self.context.api().DisposeModule)(self.raw) }
    }
}
