use std::fmt;
use std::ops::Deref;

use crate::builder::{AtomicOp, Ordering};
use crate::debug_loc::DebugLoc;
use crate::sys::ValueRef;
use crate::value::Value;
use crate::{Attribute, AttributePlace, BasicBlock, Context, Function, IntPredicate, Type, TypeKind, ValueKind};

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum Opcode {
    Ret,
    Br,
    Switch,
    IndirectBr,
    Invoke,
    Unreachable,
    CallBr,
    Alloca,
    Load,
    Store,
    GetElementPtr,
    PtrToInt,
    IntToPtr,
    BitCast,
    AddrSpaceCast,
    Phi,
    Call,
    Select,
    LandingPad,
    Resume,
    Fence,
    AtomicCmpXchg,
    AtomicRmw,
    UDiv,
    SDiv,
    URem,
    SRem,
    FRem,
    FpToUi,
    FpToSi,
    UiToFp,
    SiToFp,
    ICmp,
    Add,
    Sub,
    Mul,
    Shl,
    Or,
    Trunc,
    ZExt,
    SExt,
    Other(i32),
}

impl Opcode {
    pub(crate) fn from_raw(raw: i32) -> Opcode {
        match raw {
            1 => Opcode::Ret,
            2 => Opcode::Br,
            3 => Opcode::Switch,
            4 => Opcode::IndirectBr,
            5 => Opcode::Invoke,
            7 => Opcode::Unreachable,
            67 => Opcode::CallBr,
            26 => Opcode::Alloca,
            27 => Opcode::Load,
            28 => Opcode::Store,
            29 => Opcode::GetElementPtr,
            39 => Opcode::PtrToInt,
            40 => Opcode::IntToPtr,
            41 => Opcode::BitCast,
            60 => Opcode::AddrSpaceCast,
            44 => Opcode::Phi,
            45 => Opcode::Call,
            46 => Opcode::Select,
            59 => Opcode::LandingPad,
            58 => Opcode::Resume,
            55 => Opcode::Fence,
            56 => Opcode::AtomicCmpXchg,
            57 => Opcode::AtomicRmw,
            14 => Opcode::UDiv,
            15 => Opcode::SDiv,
            17 => Opcode::URem,
            18 => Opcode::SRem,
            19 => Opcode::FRem,
            33 => Opcode::FpToUi,
            34 => Opcode::FpToSi,
            35 => Opcode::UiToFp,
            36 => Opcode::SiToFp,
            42 => Opcode::ICmp,
            8 => Opcode::Add,
            10 => Opcode::Sub,
            12 => Opcode::Mul,
            20 => Opcode::Shl,
            24 => Opcode::Or,
            30 => Opcode::Trunc,
            31 => Opcode::ZExt,
            32 => Opcode::SExt,
            other => Opcode::Other(other),
        }
    }
}

/// An instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Instruction<'m>(Value<'m>);

impl<'m> Deref for Instruction<'m> {
    type Target = Value<'m>;

    fn deref(&self) -> &Value<'m> {
        &self.0
    }
}

impl fmt::Debug for Instruction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'m> Instruction<'m> {
    /// # Safety
    /// `value` must be an instruction.
    pub(crate) unsafe fn from_value(value: Value<'m>) -> Self {
        Instruction(value)
    }

    /// As any other value: its result.
    pub fn as_value(self) -> Value<'m> {
        self.0
    }

    /// What it does.
    pub fn opcode(self) -> Opcode {
        // SAFETY: a live instruction.
        Opcode::from_raw(unsafe { (self.context().api().GetInstructionOpcode)(self.raw()) })
    }

    /// The call it is: a plain one or an invoke.
    pub fn as_call(self) -> Option<Call<'m>> {
        matches!(self.opcode(), Opcode::Call | Opcode::Invoke | Opcode::CallBr).then_some(Call(self))
    }

    /// The block it is in; `None` once it has been erased.
    pub fn block(self) -> Option<BasicBlock<'m>> {
        // SAFETY: a live instruction; null where it is in none.
        unsafe {
            let raw = (self.context().api().GetInstructionParent)(self.raw());
            (!raw.is_null()).then(|| BasicBlock::from_raw(self.context(), raw))
        }
    }

    /// The function it is in; `None` once it has been erased.
    pub fn function(self) -> Option<Function<'m>> {
        self.block().map(BasicBlock::function)
    }

    /// The instruction after it in its block.
    pub fn next(self) -> Option<Instruction<'m>> {
        self.block()?;
        // SAFETY: an instruction in a block; null where it is the last.
        unsafe {
            let raw = (self.context().api().GetNextInstruction)(self.raw());
            Value::from_nullable(self.context(), raw).map(Instruction)
        }
    }

    /// Whether it ends a block.
    pub fn is_terminator(self) -> bool {
        use Opcode::{Br, CallBr, IndirectBr, Invoke, Resume, Ret, Switch, Unreachable};
        matches!(self.opcode(), Ret | Br | Switch | IndirectBr | Invoke | Unreachable | CallBr | Resume)
    }

    /// The blocks a terminator may lead to.
    pub fn successors(self) -> Vec<BasicBlock<'m>> {
        if !self.is_terminator() {
            return Vec::new();
        }
        let api = self.context().api();
        // SAFETY: a terminator, and indices below its count.
        unsafe {
            let count = (api.GetNumSuccessors)(self.raw());
            (0..count).map(|i| BasicBlock::from_raw(self.context(), (api.GetSuccessor)(self.raw(), i))).collect()
        }
    }

    /// The type an `alloca` makes room for.
    pub fn allocated_type(self) -> Option<Type<'m>> {
        // SAFETY: asked only of an alloca.
        (self.opcode() == Opcode::Alloca)
            .then(|| unsafe { Type::from_raw(self.context(), (self.context().api().GetAllocatedType)(self.raw())) })
    }

    /// The bytes that a `getelementptr` adds, where it counts single bytes and the number is a constant.
    pub fn constant_byte_offset(self) -> Option<u64> {
        if self.opcode() != Opcode::GetElementPtr || self.operand(2).is_some() {
            return None;
        }
        // SAFETY: a getelementptr.
        let element =
            unsafe { Type::from_raw(self.context(), (self.context().api().GetGEPSourceElementType)(self.raw())) };
        self.operand(1)?.as_const_int().filter(|_| element.int_bits() == Some(8))
    }

    /// Alignment in bytes of an `alloca`, load or store.
    pub fn alignment(self) -> Option<u32> {
        // SAFETY: asked only of instructions that have one.
        matches!(self.opcode(), Opcode::Alloca | Opcode::Load | Opcode::Store)
            .then(|| unsafe { (self.context().api().GetAlignment)(self.raw()) })
    }

    /// Sets the alignment of an `alloca`, load or store.
    ///
    /// # Panics
    /// When that is not a power of two, or this has no alignment.
    pub fn set_alignment(self, bytes: u32) {
        assert!(bytes.is_power_of_two() && self.alignment().is_some());
        // SAFETY: as asserted.
        unsafe { (self.context().api().SetAlignment)(self.raw(), bytes) }
    }

    /// How an `icmp` compares, where it does not compare signed numbers.
    pub fn predicate(self) -> Option<IntPredicate> {
        // SAFETY: asked only of an icmp.
        (self.opcode() == Opcode::ICmp)
            .then(|| unsafe { (self.context().api().GetICmpPredicate)(self.raw()) })
            .and_then(IntPredicate::from_raw)
    }

    /// Whether it is a load or store that is neither atomic nor volatile.
    pub fn is_plain_access(self) -> bool {
        let api = self.context().api();
        matches!(self.opcode(), Opcode::Load | Opcode::Store)
            // SAFETY: a load or store.
            && unsafe { (api.GetVolatile)(self.raw()) == 0 && (api.IsAtomic)(self.raw()) == 0 }
    }

    /// Whether it is an atomic access or a fence.
    pub fn is_atomic(self) -> bool {
        use Opcode::{AtomicCmpXchg, AtomicRmw, Fence, Load, Store};
        let may_be = matches!(self.opcode(), Load | Store | AtomicCmpXchg | AtomicRmw | Fence);
        // SAFETY: a live instruction.
        may_be && unsafe { (self.context().api().IsAtomic)(self.raw()) != 0 }
    }

    /// What an atomic read-modify-write does; nothing where it is no such, or an operation that has no name here.
    pub fn atomic_op(self) -> Option<AtomicOp> {
        // SAFETY: an `atomicrmw`.
        (self.opcode() == Opcode::AtomicRmw)
            .then(|| unsafe { (self.context().api().GetAtomicRMWBinOp)(self.raw()) })
            .and_then(AtomicOp::from_raw)
    }

    /// How an atomic load, store or read-modify-write, or a fence, orders memory.
    pub fn ordering(self) -> Option<Ordering> {
        let has = matches!(self.opcode(), Opcode::AtomicRmw | Opcode::Fence | Opcode::Load | Opcode::Store);
        // SAFETY: an instruction with an ordering.
        has.then(|| unsafe { (self.context().api().GetOrdering)(self.raw()) }).and_then(Ordering::from_raw)
    }

    /// How an atomic compare-and-exchange orders memory: where it exchanges, and where it does not.
    pub fn exchange_orderings(self) -> Option<[Ordering; 2]> {
        let api = self.context().api();
        let is_one = self.opcode() == Opcode::AtomicCmpXchg;
        // SAFETY: a compare-and-exchange.
        let [success, failure] = is_one.then(|| unsafe {
            [(api.GetCmpXchgSuccessOrdering)(self.raw()), (api.GetCmpXchgFailureOrdering)(self.raw())]
        })?;
        Some([Ordering::from_raw(success)?, Ordering::from_raw(failure)?])
    }

    /// Whether it is atomic in the synchronisation scope of this name (empty: the whole system).
    pub fn is_in_scope(self, scope: &str) -> bool {
        // SAFETY: an instruction with a scope.
        self.is_atomic()
            && unsafe { (self.context().api().GetAtomicSyncScopeID)(self.raw()) } == self.context().sync_scope(scope)
    }

    /// Changes the synchronisation scope of an atomic instruction.
    ///
    /// # Panics
    /// When it is not atomic.
    pub fn set_scope(self, scope: &str) {
        assert!(self.is_atomic(), "an atomic instruction");
        // SAFETY: an instruction with a scope.
        unsafe { (self.context().api().SetAtomicSyncScopeID)(self.raw(), self.context().sync_scope(scope)) }
    }

    /// Whether it is a fence or read-modify-write that only orders what its own thread does.
    pub fn is_single_thread(self) -> bool {
        let may_be = matches!(self.opcode(), Opcode::Fence | Opcode::AtomicRmw | Opcode::AtomicCmpXchg);
        // SAFETY: an instruction with a synchronisation scope.
        may_be && unsafe { (self.context().api().IsAtomicSingleThread)(self.raw()) != 0 }
    }

    /// Makes a load or store volatile.
    ///
    /// # Panics
    /// When it is neither.
    pub fn set_volatile(self) {
        assert!(matches!(self.opcode(), Opcode::Load | Opcode::Store));
        // SAFETY: as asserted.
        unsafe { (self.context().api().SetVolatile)(self.raw(), 1) }
    }

    /// Where it comes from in the source.
    pub fn debug_loc(self) -> Option<DebugLoc<'m>> {
        // SAFETY: a live instruction; null where it has no location.
        unsafe { DebugLoc::from_nullable(self.context(), (self.context().api().InstructionGetDebugLoc)(self.raw())) }
    }

    /// Gives it the location of another.
    pub fn set_debug_loc(self, location: Option<DebugLoc<'m>>) {
        let raw = location.map_or(std::ptr::null_mut(), DebugLoc::raw);
        // SAFETY: a live instruction, and a location or null.
        unsafe { (self.context().api().InstructionSetDebugLoc)(self.raw(), raw) }
    }

    /// Attaches metadata, a node of plain integers such as `!range` has; an empty node for flags.
    pub fn set_metadata(self, kind: &str, integers: &[Value<'m>]) {
        let context = self.context();
        let api = context.api();
        // SAFETY: live constants of this context, and a live instruction.
        unsafe {
            let mut operands: Vec<_> = integers.iter().map(|v| (api.ValueAsMetadata)(v.raw())).collect();
            let node = (api.MDNodeInContext2)(context.raw(), operands.as_mut_ptr(), operands.len());
            let node = (api.MetadataAsValue)(context.raw(), node);
            (api.SetMetadata)(self.raw(), context.metadata_kind(kind), node);
        }
    }

    /// Whether metadata of this kind is attached.
    pub fn has_metadata(self, kind: &str) -> bool {
        // SAFETY: a live instruction; null where there is none.
        unsafe { !(self.context().api().GetMetadata)(self.raw(), self.context().metadata_kind(kind)).is_null() }
    }

    /// Detaches metadata of this kind.
    pub fn remove_metadata(self, kind: &str) {
        // SAFETY: a live instruction; null removes.
        unsafe {
            (self.context().api().SetMetadata)(self.raw(), self.context().metadata_kind(kind), std::ptr::null_mut());
        }
    }

    /// Takes it out of its function for good; what used its result gets poison.
    ///
    /// It is only unlinked, and freed with the context, so that other handles to it stay harmless.
    pub fn erase(self) {
        if self.block().is_none() {
            return;
        }
        if !matches!(self.ty().kind(), TypeKind::Void | TypeKind::Token) {
            self.replace_all_uses_with(self.ty().poison());
        }
        let api = self.context().api();
        // SAFETY: in a block, just checked; then it is ours, and loses all its operands, so that what they were may go.
        unsafe {
            (api.InstructionRemoveFromParent)(self.raw());
            for i in 0..(api.GetNumOperands)(self.raw()) as u32 {
                self.drop_operand(i);
            }
        }
        self.context().bury(self.raw());
    }

    fn drop_operand(self, index: u32) {
        let Some(old) = self.operand(index) else { return };
        let replacement: ValueRef = match (old.kind(), old.ty().kind()) {
            // SAFETY: a block as a value is a value.
            (ValueKind::BasicBlock, _) => unsafe { (self.context().api().BasicBlockAsValue)(self.context().nowhere()) },
            // These belong to the context.
            (ValueKind::Metadata | ValueKind::InlineAsm, _) | (_, TypeKind::Metadata | TypeKind::Token) => return,
            _ => old.ty().poison().raw(),
        };
        // SAFETY: a value of the operand's type.
        unsafe { (self.context().api().SetOperand)(self.raw(), index, replacement) }
    }

    /// The incoming values of a phi, each with the block it comes from; nothing where this is not a phi. The number of a
    /// pair is that of its value among the operands.
    pub fn incoming(self) -> Vec<(Value<'m>, BasicBlock<'m>)> {
        if self.opcode() != Opcode::Phi {
            return Vec::new();
        }
        // SAFETY: a phi.
        let count = unsafe { (self.context().api().CountIncoming)(self.raw()) };
        let block = |index| {
            // SAFETY: a phi, and a number below its count.
            unsafe { BasicBlock::from_raw(self.context(), (self.context().api().GetIncomingBlock)(self.raw(), index)) }
        };
        (0..count).filter_map(|index| Some((self.operand(index)?, block(index)))).collect()
    }

    /// Adds incoming values to a phi, each with the block it comes from.
    ///
    /// # Panics
    /// When this is not a phi.
    pub fn add_incoming(self, incoming: &[(Value<'m>, BasicBlock<'m>)]) {
        assert_eq!(self.opcode(), Opcode::Phi);
        let mut values: Vec<_> = incoming.iter().map(|(v, _)| v.raw()).collect();
        let mut blocks: Vec<_> = incoming.iter().map(|(_, b)| b.raw()).collect();
        // SAFETY: a phi, and as many values as blocks.
        unsafe {
            let count = incoming.len() as u32;
            (self.context().api().AddIncoming)(self.raw(), values.as_mut_ptr(), blocks.as_mut_ptr(), count);
        }
    }
}

/// A call or invoke.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Call<'m>(Instruction<'m>);

impl<'m> Deref for Call<'m> {
    type Target = Instruction<'m>;

    fn deref(&self) -> &Instruction<'m> {
        &self.0
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'m> Call<'m> {
    /// As any other instruction.
    pub fn as_instruction(self) -> Instruction<'m> {
        self.0
    }

    /// What is called: a function, inline assembly, or a pointer.
    pub fn callee(self) -> Value<'m> {
        // SAFETY: a live call.
        unsafe { Value::from_raw(self.context(), (self.context().api().GetCalledValue)(self.raw())) }
    }

    /// The function that is called, where that is known.
    pub fn called_function(self) -> Option<Function<'m>> {
        self.callee().as_function()
    }

    /// Text and constraints of the inline assembly that is called, if it is.
    pub fn inline_asm(self) -> Option<(String, String)> {
        let callee = self.callee();
        if callee.kind() != ValueKind::InlineAsm {
            return None;
        }
        let api = self.context().api();
        let text = |get: unsafe extern "C" fn(ValueRef, *mut usize) -> *const std::ffi::c_char| {
            let mut len = 0;
            // SAFETY: inline assembly; its text is copied right away.
            unsafe {
                let text = get(callee.raw(), &mut len);
                String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), len)).into_owned()
            }
        };
        Some((text(api.GetInlineAsmAsmString), text(api.GetInlineAsmConstraintString)))
    }

    /// The signature it is called with.
    pub fn function_type(self) -> Type<'m> {
        // SAFETY: a live call.
        unsafe { Type::from_raw(self.context(), (self.context().api().GetCalledFunctionType)(self.raw())) }
    }

    /// The arguments.
    pub fn args(self) -> Vec<Value<'m>> {
        // SAFETY: a live call.
        let count = unsafe { (self.context().api().GetNumArgOperands)(self.raw()) };
        (0..count).filter_map(|i| self.operand(i)).collect()
    }

    /// Its calling convention, by LLVM's number.
    pub fn call_conv(self) -> u32 {
        // SAFETY: a live call.
        unsafe { (self.context().api().GetInstructionCallConv)(self.raw()) }
    }

    /// Sets its calling convention.
    pub fn set_call_conv(self, convention: u32) {
        // SAFETY: a live call.
        unsafe { (self.context().api().SetInstructionCallConv)(self.raw(), convention) }
    }

    /// Adds an attribute to this call.
    pub fn add_attribute(self, place: AttributePlace, attribute: Attribute<'m>) {
        // SAFETY: a live call and an attribute of its context.
        unsafe { (self.context().api().AddCallSiteAttribute)(self.raw(), place.raw(), attribute.raw()) }
    }

    /// Whether this call itself has the attribute of this name.
    pub fn has_attribute(self, place: AttributePlace, name: &str) -> bool {
        self.context().llvm().attribute_kind(name).is_some_and(|kind| {
            // SAFETY: a live call and a kind that exists.
            unsafe { !(self.context().api().GetCallSiteEnumAttribute)(self.raw(), place.raw(), kind).is_null() }
        })
    }

    /// The number that the attribute of this name has at this call itself, such as 16 of `align 16`.
    pub fn attribute_value(self, place: AttributePlace, name: &str) -> Option<u64> {
        let api = self.context().api();
        let kind = self.context().llvm().attribute_kind(name)?;
        // SAFETY: a live call and a kind that exists; null where it is not there.
        unsafe {
            let attribute = (api.GetCallSiteEnumAttribute)(self.raw(), place.raw(), kind);
            (!attribute.is_null()).then(|| (api.GetEnumAttributeValue)(attribute))
        }
    }

    /// Takes the attribute of this name off this call, if it is there.
    pub fn remove_attribute(self, place: AttributePlace, name: &str) {
        if let Some(kind) = self.context().llvm().attribute_kind(name) {
            // SAFETY: a live call and a kind that exists.
            unsafe { (self.context().api().RemoveCallSiteEnumAttribute)(self.raw(), place.raw(), kind) }
        }
    }

    /// Where an invoke goes when the call returns, and when it unwinds.
    pub fn invoke_targets(self) -> Option<(BasicBlock<'m>, BasicBlock<'m>)> {
        if self.opcode() != Opcode::Invoke {
            return None;
        }
        let context: &'m Context = self.context();
        // SAFETY: an invoke.
        unsafe {
            let normal = (context.api().GetNormalDest)(self.raw());
            let unwind = (context.api().GetUnwindDest)(self.raw());
            Some((BasicBlock::from_raw(context, normal), BasicBlock::from_raw(context, unwind)))
        }
    }
}
