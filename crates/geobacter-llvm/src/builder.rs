use std::fmt;

use crate::debug_loc::DebugLoc;
use crate::sys::{BuilderRef, ValueRef};
use crate::value::Value;
use crate::{BasicBlock, Call, Context, Function, Instruction, Type};

const NO_NAME: *const std::ffi::c_char = c"".as_ptr();

/// Appends instructions at a place.
pub struct Builder<'m> {
    raw: BuilderRef,
    context: &'m Context,
}

/// Arithmetic and logic on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum BinaryOp {
    Add = 8,
    Sub = 10,
    Mul = 12,
    Shl = 20,
    LShr = 21,
    AShr = 22,
    And = 23,
    Or = 24,
    Xor = 25,
    FMul = 13,
    FDiv = 16,
}

/// Conversions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum CastOp {
    Trunc = 30,
    ZExt = 31,
    SExt = 32,
    SiToFp = 36,
    FpTrunc = 37,
    FpExt = 38,
    PtrToInt = 39,
    IntToPtr = 40,
    BitCast = 41,
    AddrSpaceCast = 60,
}

/// Comparisons of integers and pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum IntPredicate {
    Eq = 32,
    Ne = 33,
    Ugt = 34,
    Uge = 35,
    Ult = 36,
    Ule = 37,
}

impl IntPredicate {
    /// `None` for comparisons of signed numbers.
    pub(crate) fn from_raw(raw: i32) -> Option<IntPredicate> {
        use IntPredicate::{Eq, Ne, Uge, Ugt, Ule, Ult};
        [Eq, Ne, Ugt, Uge, Ult, Ule].into_iter().find(|p| *p as i32 == raw)
    }
}

/// Memory orderings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum Ordering {
    Monotonic = 2,
    Acquire = 4,
    Release = 5,
    AcquireRelease = 6,
    SequentiallyConsistent = 7,
}

/// What an atomic read-modify-write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum AtomicOp {
    Xchg = 0,
    Add = 1,
    Sub = 2,
    And = 3,
    Or = 5,
    Xor = 6,
    Max = 7,
    Min = 8,
    UMax = 9,
    UMin = 10,
    FAdd = 11,
    FMax = 13,
    FMin = 14,
}

impl AtomicOp {
    const ALL: [AtomicOp; 13] = {
        use AtomicOp::{Add, And, FAdd, FMax, FMin, Max, Min, Or, Sub, UMax, UMin, Xchg, Xor};
        [Xchg, Add, Sub, And, Or, Xor, Max, Min, UMax, UMin, FAdd, FMax, FMin]
    };

    pub(crate) fn from_raw(raw: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|op| *op as i32 == raw)
    }
}

impl Ordering {
    pub(crate) fn from_raw(raw: i32) -> Option<Self> {
        use Ordering::{Acquire, AcquireRelease, Monotonic, Release, SequentiallyConsistent};
        let all = [Monotonic, Acquire, Release, AcquireRelease, SequentiallyConsistent];
        all.into_iter().find(|ordering| *ordering as i32 == raw)
    }
}

impl<'m> Builder<'m> {
    fn new(context: &'m Context) -> Self {
        // SAFETY: a live context; the builder is ours.
        Builder { raw: unsafe { (context.api().CreateBuilderInContext)(context.raw()) }, context }
    }

    /// A builder right before `instruction`, whose source position new instructions get.
    ///
    /// # Panics
    /// When the instruction was erased.
    pub fn before(instruction: Instruction<'m>) -> Self {
        assert!(instruction.block().is_some(), "an instruction in a block");
        let builder = Builder::new(instruction.context());
        // SAFETY: a live instruction in a block.
        unsafe { (builder.context.api().PositionBuilderBefore)(builder.raw, instruction.raw()) }
        builder.set_debug_loc(instruction.debug_loc());
        builder
    }

    /// A builder at the end of `block`.
    pub fn at_end(block: BasicBlock<'m>) -> Self {
        let builder = Builder::new(block.context());
        // SAFETY: a live block.
        unsafe { (builder.context.api().PositionBuilderAtEnd)(builder.raw, block.raw()) }
        builder
    }

    /// Moves an instruction from where it is to here. It keeps its source position.
    ///
    /// # Panics
    /// When the instruction was erased.
    pub fn take(&self, instruction: Instruction<'m>) {
        assert!(instruction.block().is_some(), "an instruction in a block");
        // SAFETY: a live instruction in a block, and a live builder.
        unsafe {
            (self.context.api().InstructionRemoveFromParent)(instruction.raw());
            (self.context.api().InsertIntoBuilder)(self.raw, instruction.raw());
        }
    }

    /// Sets the source position of new instructions.
    pub fn set_debug_loc(&self, location: Option<DebugLoc<'m>>) {
        let raw = location.map_or(std::ptr::null_mut(), DebugLoc::raw);
        // SAFETY: a live builder, and a location or null.
        unsafe { (self.context.api().SetCurrentDebugLocation2)(self.raw, raw) }
    }

    fn wrap(&self, raw: ValueRef) -> Value<'m> {
        // SAFETY: what LLVM just built in this context.
        unsafe { Value::from_raw(self.context, raw) }
    }

    fn wrap_instruction(&self, raw: ValueRef) -> Instruction<'m> {
        // SAFETY: an instruction that LLVM just built in this context.
        unsafe { Instruction::from_value(self.wrap(raw)) }
    }

    /// `ret void`.
    pub fn ret_void(&self) -> Instruction<'m> {
        // SAFETY: a live builder.
        self.wrap_instruction(unsafe { (self.context.api().BuildRetVoid)(self.raw) })
    }

    /// `ret`.
    pub fn ret(&self, value: Value<'m>) -> Instruction<'m> {
        // SAFETY: a live builder and value.
        self.wrap_instruction(unsafe { (self.context.api().BuildRet)(self.raw, value.raw()) })
    }

    /// `unreachable`.
    pub fn unreachable(&self) -> Instruction<'m> {
        // SAFETY: a live builder.
        self.wrap_instruction(unsafe { (self.context.api().BuildUnreachable)(self.raw) })
    }

    /// `br`.
    pub fn br(&self, to: BasicBlock<'m>) -> Instruction<'m> {
        // SAFETY: a live builder and block.
        self.wrap_instruction(unsafe { (self.context.api().BuildBr)(self.raw, to.raw()) })
    }

    /// `br i1`.
    pub fn cond_br(&self, condition: Value<'m>, then: BasicBlock<'m>, otherwise: BasicBlock<'m>) -> Instruction<'m> {
        // SAFETY: a live builder, value and blocks.
        self.wrap_instruction(unsafe {
            (self.context.api().BuildCondBr)(self.raw, condition.raw(), then.raw(), otherwise.raw())
        })
    }

    /// Calls a function, with its own calling convention.
    ///
    /// # Panics
    /// When the arguments do not match the signature.
    pub fn call(&self, function: Function<'m>, args: &[Value<'m>]) -> Call<'m> {
        let call = self.call_pointer(function.value_type(), function.as_value(), args);
        call.set_call_conv(function.call_conv());
        call
    }

    /// Assembly without operands, in the target's own dialect, that the optimiser must keep.
    pub fn assembly(&self, signature: Type<'m>, text: &str) -> Call<'m> {
        self.assembly_on(signature, text, "", &[])
    }

    /// Assembly with operands, in the target's own dialect, that the optimiser must keep.
    ///
    /// # Panics
    /// When the arguments do not match the signature.
    pub fn assembly_on(&self, signature: Type<'m>, text: &str, constraints: &str, args: &[Value<'m>]) -> Call<'m> {
        self.assembly_with(signature, text, constraints, args, true)
    }

    /// Assembly with operands, in the target's own dialect, that the optimiser must keep if it `has_effects` besides its
    /// results.
    ///
    /// # Panics
    /// When the arguments do not match the signature.
    pub fn assembly_with(
        &self,
        signature: Type<'m>,
        text: &str,
        constraints: &str,
        args: &[Value<'m>],
        has_effects: bool,
    ) -> Call<'m> {
        const AT_AND_T: i32 = 0;
        let operands = constraints.as_ptr().cast();
        // SAFETY: a live function type, and text of the length given; assembly belongs to the context.
        let callee = unsafe {
            let api = self.context.api();
            Value::from_raw(
                self.context,
                (api.GetInlineAsm)(
                    signature.raw(),
                    text.as_ptr().cast(),
                    text.len(),
                    operands,
                    constraints.len(),
                    has_effects.into(),
                    0,
                    AT_AND_T,
                    0,
                ),
            )
        };
        self.call_pointer(signature, callee, args)
    }

    /// Calls through a pointer.
    ///
    /// # Panics
    /// When the arguments do not match the signature.
    pub fn call_pointer(&self, signature: Type<'m>, callee: Value<'m>, args: &[Value<'m>]) -> Call<'m> {
        let params = signature.params();
        assert!(
            args.iter().map(|a| a.ty()).take(params.len()).eq(params.iter().copied())
                && (args.len() == params.len() || signature.is_var_arg()),
            "{signature} is not called with {:?}",
            args.iter().map(|a| a.ty()).collect::<Vec<_>>(),
        );
        let mut raw: Vec<_> = args.iter().map(|a| a.raw()).collect();
        // SAFETY: a live builder and values that match the signature.
        let call = self.wrap_instruction(unsafe {
            let count = raw.len() as u32;
            (self.context.api().BuildCall2)(self.raw, signature.raw(), callee.raw(), raw.as_mut_ptr(), count, NO_NAME)
        });
        call.as_call().expect("just built as a call")
    }

    /// `alloca` of one `ty`, in the module's address space for that, aligned to `align` bytes.
    pub fn alloca(&self, ty: Type<'m>, align: u32) -> Instruction<'m> {
        // SAFETY: a live builder, in a block of a function in a module, and type.
        let made = self.wrap_instruction(unsafe { (self.context.api().BuildAlloca)(self.raw, ty.raw(), NO_NAME) });
        made.set_alignment(align);
        made
    }

    /// `alloca` of `count` of `ty`.
    pub fn array_alloca(&self, ty: Type<'m>, count: Value<'m>, align: u32) -> Instruction<'m> {
        // SAFETY: a live builder, in a block of a function in a module, type and value.
        let made = self.wrap_instruction(unsafe {
            (self.context.api().BuildArrayAlloca)(self.raw, ty.raw(), count.raw(), NO_NAME)
        });
        made.set_alignment(align);
        made
    }

    /// `load`, aligned to `align` bytes.
    pub fn load(&self, ty: Type<'m>, from: Value<'m>, align: u32) -> Instruction<'m> {
        // SAFETY: a live builder, type and pointer.
        let made =
            self.wrap_instruction(unsafe { (self.context.api().BuildLoad2)(self.raw, ty.raw(), from.raw(), NO_NAME) });
        made.set_alignment(align);
        made
    }

    /// `store`, aligned to `align` bytes.
    pub fn store(&self, value: Value<'m>, to: Value<'m>, align: u32) -> Instruction<'m> {
        // SAFETY: a live builder, value and pointer.
        let made = self.wrap_instruction(unsafe { (self.context.api().BuildStore)(self.raw, value.raw(), to.raw()) });
        made.set_alignment(align);
        made
    }

    /// The address `bytes` behind `pointer`, in the same object.
    pub fn offset(&self, pointer: Value<'m>, bytes: u64) -> Value<'m> {
        let mut index = [self.context.int_type(64).int(bytes).raw()];
        let byte = self.context.int_type(8).raw();
        // SAFETY: a live builder, type, pointer and index.
        self.wrap(unsafe {
            (self.context.api().BuildInBoundsGEP2)(self.raw, byte, pointer.raw(), index.as_mut_ptr(), 1, NO_NAME)
        })
    }

    /// The address `bytes`, a 64-bit integer, behind `pointer`.
    pub fn offset_by(&self, pointer: Value<'m>, bytes: Value<'m>) -> Value<'m> {
        let mut index = [bytes.raw()];
        let byte = self.context.int_type(8).raw();
        // SAFETY: a live builder, type, pointer and index.
        self.wrap(unsafe {
            (self.context.api().BuildInBoundsGEP2)(self.raw, byte, pointer.raw(), index.as_mut_ptr(), 1, NO_NAME)
        })
    }

    /// A conversion.
    pub fn cast(&self, op: CastOp, value: Value<'m>, to: Type<'m>) -> Value<'m> {
        // SAFETY: a live builder, value and type.
        self.wrap(unsafe { (self.context.api().BuildCast)(self.raw, op as i32, value.raw(), to.raw(), NO_NAME) })
    }

    /// Arithmetic.
    pub fn binary(&self, op: BinaryOp, a: Value<'m>, b: Value<'m>) -> Value<'m> {
        // SAFETY: a live builder and values.
        self.wrap(unsafe { (self.context.api().BuildBinOp)(self.raw, op as i32, a.raw(), b.raw(), NO_NAME) })
    }

    /// `icmp`.
    pub fn compare(&self, predicate: IntPredicate, a: Value<'m>, b: Value<'m>) -> Value<'m> {
        // SAFETY: a live builder and values.
        self.wrap(unsafe { (self.context.api().BuildICmp)(self.raw, predicate as i32, a.raw(), b.raw(), NO_NAME) })
    }

    /// `select`.
    pub fn select(&self, condition: Value<'m>, then: Value<'m>, otherwise: Value<'m>) -> Value<'m> {
        // SAFETY: a live builder and values.
        self.wrap(unsafe {
            (self.context.api().BuildSelect)(self.raw, condition.raw(), then.raw(), otherwise.raw(), NO_NAME)
        })
    }

    /// A copy of an instruction, with the same operands.
    pub fn copy(&self, instruction: Instruction<'m>) -> Instruction<'m> {
        // SAFETY: a live instruction; the copy is in no block before the builder puts it into one.
        unsafe {
            let copy = (self.context.api().InstructionClone)(instruction.raw());
            (self.context.api().InsertIntoBuilder)(self.raw, copy);
            Instruction::from_value(Value::from_raw(self.context, copy))
        }
    }

    /// `freeze`: the value, or any one of its type where it is poison.
    pub fn freeze(&self, value: Value<'m>) -> Value<'m> {
        // SAFETY: a live builder and value.
        self.wrap(unsafe { (self.context.api().BuildFreeze)(self.raw, value.raw(), NO_NAME) })
    }

    /// `phi`, without incoming values yet.
    pub fn phi(&self, ty: Type<'m>) -> Instruction<'m> {
        // SAFETY: a live builder and type.
        self.wrap_instruction(unsafe { (self.context.api().BuildPhi)(self.raw, ty.raw(), NO_NAME) })
    }

    /// Element `index` of a vector.
    pub fn extract_element(&self, vector: Value<'m>, index: u32) -> Value<'m> {
        let index = self.context.int_type(32).int(u64::from(index));
        // SAFETY: a live builder and values.
        self.wrap(unsafe { (self.context.api().BuildExtractElement)(self.raw, vector.raw(), index.raw(), NO_NAME) })
    }

    /// A vector with element `index` replaced.
    pub fn insert_element(&self, vector: Value<'m>, element: Value<'m>, index: u32) -> Value<'m> {
        let index = self.context.int_type(32).int(u64::from(index));
        // SAFETY: a live builder and values.
        self.wrap(unsafe {
            (self.context.api().BuildInsertElement)(self.raw, vector.raw(), element.raw(), index.raw(), NO_NAME)
        })
    }

    /// Field `index` of a struct or array value.
    pub fn extract_value(&self, aggregate: Value<'m>, index: u32) -> Value<'m> {
        // SAFETY: a live builder and value.
        self.wrap(unsafe { (self.context.api().BuildExtractValue)(self.raw, aggregate.raw(), index, NO_NAME) })
    }

    /// A struct or array value with field `index` replaced.
    pub fn insert_value(&self, aggregate: Value<'m>, value: Value<'m>, index: u32) -> Value<'m> {
        // SAFETY: a live builder and values.
        self.wrap(unsafe {
            (self.context.api().BuildInsertValue)(self.raw, aggregate.raw(), value.raw(), index, NO_NAME)
        })
    }

    /// `atomicrmw`, in the synchronisation scope of this name.
    pub fn atomic(
        &self,
        op: AtomicOp,
        pointer: Value<'m>,
        value: Value<'m>,
        ordering: Ordering,
        scope: &str,
    ) -> Instruction<'m> {
        let scope = self.context.sync_scope(scope);
        // SAFETY: a live builder, pointer and value.
        self.wrap_instruction(unsafe {
            let api = self.context.api();
            (api.BuildAtomicRMWSyncScope)(self.raw, op as i32, pointer.raw(), value.raw(), ordering as i32, scope)
        })
    }

    /// `fence`, in the synchronisation scope of this name (`workgroup`, `agent`; empty for the whole system).
    pub fn fence(&self, ordering: Ordering, scope: &str) -> Instruction<'m> {
        let scope = self.context.sync_scope(scope);
        // SAFETY: a live builder.
        self.wrap_instruction(unsafe {
            (self.context.api().BuildFenceSyncScope)(self.raw, ordering as i32, scope, NO_NAME)
        })
    }
}

impl fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Builder")
    }
}

impl Drop for Builder<'_> {
    fn drop(&mut self) {
        // SAFETY: owned, and not used again.
        unsafe { (self.context.api().DisposeBuilder)(self.raw) }
    }
}
