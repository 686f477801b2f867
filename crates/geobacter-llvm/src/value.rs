use std::fmt;
use std::hash::{Hash, Hasher};

use crate::context::c_string;
use crate::sys::{UseRef, ValueRef};
use crate::{Context, Function, GlobalAlias, GlobalVariable, Instruction, Type, TypeKind};

/// Anything that has a type: a constant, a global, a parameter, an instruction's result.
///
/// A handle: comparing two compares what they stand for.
#[derive(Clone, Copy)]
pub struct Value<'m> {
    raw: ValueRef,
    context: &'m Context,
}

/// What sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum ValueKind {
    Argument,
    BasicBlock,
    Function,
    GlobalAlias,
    GlobalIFunc,
    GlobalVariable,
    BlockAddress,
    ConstantExpr,
    ConstantArray,
    ConstantStruct,
    ConstantVector,
    Undef,
    ConstantAggregateZero,
    ConstantDataArray,
    ConstantDataVector,
    ConstantInt,
    ConstantFp,
    ConstantPointerNull,
    ConstantTokenNone,
    Metadata,
    InlineAsm,
    Instruction,
    Poison,
    Other,
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl Eq for Value<'_> {}
impl Hash for Value<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<'m> Value<'m> {
    /// # Safety
    /// `raw` must be a value of `context`, alive for `'m`.
    pub(crate) unsafe fn from_raw(context: &'m Context, raw: ValueRef) -> Self {
        Value { raw, context }
    }

    /// # Safety
    /// As [`from_raw`](Self::from_raw), or null.
    pub(crate) unsafe fn from_nullable(context: &'m Context, raw: ValueRef) -> Option<Self> {
        (!raw.is_null()).then_some(Value { raw, context })
    }

    pub(crate) fn raw(self) -> ValueRef {
        self.raw
    }

    /// The context it belongs to.
    pub fn context(self) -> &'m Context {
        self.context
    }

    /// Its type. Globals are pointers.
    pub fn ty(self) -> Type<'m> {
        // SAFETY: a live value.
        unsafe { Type::from_raw(self.context, (self.context.api().TypeOf)(self.raw)) }
    }

    /// What sort of value it is.
    pub fn kind(self) -> ValueKind {
        // SAFETY: a live value.
        match unsafe { (self.context.api().GetValueKind)(self.raw) } {
            0 => ValueKind::Argument,
            1 => ValueKind::BasicBlock,
            5 => ValueKind::Function,
            6 => ValueKind::GlobalAlias,
            7 => ValueKind::GlobalIFunc,
            8 => ValueKind::GlobalVariable,
            9 => ValueKind::BlockAddress,
            10 => ValueKind::ConstantExpr,
            11 => ValueKind::ConstantArray,
            12 => ValueKind::ConstantStruct,
            13 => ValueKind::ConstantVector,
            14 => ValueKind::Undef,
            15 => ValueKind::ConstantAggregateZero,
            16 => ValueKind::ConstantDataArray,
            17 => ValueKind::ConstantDataVector,
            18 => ValueKind::ConstantInt,
            19 => ValueKind::ConstantFp,
            20 => ValueKind::ConstantPointerNull,
            21 => ValueKind::ConstantTokenNone,
            22 => ValueKind::Metadata,
            23 => ValueKind::InlineAsm,
            24 => ValueKind::Instruction,
            25 => ValueKind::Poison,
            _ => ValueKind::Other,
        }
    }

    /// The function it is.
    pub fn as_function(self) -> Option<Function<'m>> {
        // SAFETY: just checked.
        (self.kind() == ValueKind::Function).then(|| unsafe { Function::from_value(self) })
    }

    /// The global variable it is.
    pub fn as_global_variable(self) -> Option<GlobalVariable<'m>> {
        // SAFETY: just checked.
        (self.kind() == ValueKind::GlobalVariable).then(|| unsafe { GlobalVariable::from_value(self) })
    }

    /// The alias it is.
    pub fn as_alias(self) -> Option<GlobalAlias<'m>> {
        // SAFETY: just checked.
        (self.kind() == ValueKind::GlobalAlias).then(|| unsafe { GlobalAlias::from_value(self) })
    }

    /// The instruction it is the result of.
    pub fn as_instruction(self) -> Option<Instruction<'m>> {
        // SAFETY: just checked.
        (self.kind() == ValueKind::Instruction).then(|| unsafe { Instruction::from_value(self) })
    }

    /// The integer constant it is, where that has at most 64 bits; zero-extended.
    pub fn as_const_int(self) -> Option<u64> {
        let small = self.kind() == ValueKind::ConstantInt && self.ty().int_bits().is_some_and(|b| b <= 64);
        // SAFETY: a constant integer of at most 64 bits.
        small.then(|| unsafe { (self.context.api().ConstIntGetZExtValue)(self.raw) })
    }

    /// Whether it is a constant, globals and functions included.
    pub fn is_constant(self) -> bool {
        // SAFETY: a live value.
        unsafe { (self.context.api().IsConstant)(self.raw) != 0 }
    }

    /// Whether it is the constant 0, null or all-zero.
    pub fn is_null(self) -> bool {
        // SAFETY: a live value.
        unsafe { (self.context.api().IsNull)(self.raw) != 0 }
    }

    /// Operation of a constant expression, numbered as instructions are.
    pub fn const_opcode(self) -> Option<crate::Opcode> {
        (self.kind() == ValueKind::ConstantExpr).then(|| {
            // SAFETY: a constant expression.
            crate::Opcode::from_raw(unsafe { (self.context.api().GetConstOpcode)(self.raw) })
        })
    }

    /// Element `index` of a constant array, struct or vector.
    pub fn element(self, index: u32) -> Option<Value<'m>> {
        let aggregate = matches!(
            self.kind(),
            ValueKind::ConstantArray
                | ValueKind::ConstantStruct
                | ValueKind::ConstantVector
                | ValueKind::ConstantAggregateZero
                | ValueKind::ConstantDataArray
                | ValueKind::ConstantDataVector
                | ValueKind::Undef
                | ValueKind::Poison
        );
        // SAFETY: a constant; null beyond its last element.
        aggregate
            .then(|| unsafe {
                Value::from_nullable(self.context, (self.context.api().GetAggregateElement)(self.raw, index))
            })
            .flatten()
    }

    /// The bytes of a constant that holds no pointer, in memory order, padding as zero; appended to `bytes`. `false` where
    /// it has parts that are not plain data (addresses, floats of odd sizes).
    pub fn append_bytes(self, bytes: &mut Vec<u8>) -> bool {
        match self.kind() {
            ValueKind::ConstantInt => self.append_int(bytes),
            ValueKind::ConstantDataArray | ValueKind::ConstantDataVector => {
                let mut len = 0;
                // SAFETY: constant data, whose bytes live as long as the context.
                let data = unsafe {
                    let data = (self.context.api().GetRawDataValues)(self.raw, &mut len);
                    std::slice::from_raw_parts(data.cast::<u8>(), len)
                };
                bytes.extend_from_slice(data);
                true
            }
            ValueKind::ConstantAggregateZero | ValueKind::Undef | ValueKind::ConstantPointerNull => {
                match self.ty().packed_bytes() {
                    Some(n) => {
                        bytes.resize(bytes.len() + n, 0);
                        true
                    }
                    None => false,
                }
            }
            ValueKind::ConstantArray | ValueKind::ConstantStruct => {
                (0..).map_while(|i| self.element(i)).all(|e| e.append_bytes(bytes))
            }
            _ => false,
        }
    }

    fn append_int(self, bytes: &mut Vec<u8>) -> bool {
        let (Some(value), Some(bits)) = (self.as_const_int(), self.ty().int_bits()) else { return false };
        bytes.extend_from_slice(&value.to_le_bytes()[..bits.div_ceil(8) as usize]);
        true
    }

    /// Its name; empty where it has none.
    pub fn name(self) -> String {
        let mut len = 0;
        // SAFETY: a live value; the name is copied right away.
        unsafe {
            let name = (self.context.api().GetValueName2)(self.raw, &mut len);
            String::from_utf8_lossy(std::slice::from_raw_parts(name.cast::<u8>(), len)).into_owned()
        }
    }

    /// Renames it. LLVM appends a number where the module has that name already.
    pub fn set_name(self, name: &str) {
        // SAFETY: a live value; pointer and length of one string.
        unsafe { (self.context.api().SetValueName2)(self.raw, name.as_ptr().cast(), name.len()) }
    }

    /// Makes every use of this a use of `other`.
    ///
    /// # Panics
    /// When their types differ.
    pub fn replace_all_uses_with(self, other: Value<'m>) {
        assert!(self.ty() == other.ty(), "{} cannot stand for {}", other.ty(), self.ty());
        if self != other {
            // SAFETY: live values of one type.
            unsafe { (self.context.api().ReplaceAllUsesWith)(self.raw, other.raw) }
        }
    }

    /// Instructions and constants that use this, once for each use.
    pub fn users(self) -> Vec<Value<'m>> {
        let api = self.context.api();
        let mut users = Vec::new();
        // SAFETY: a live value and its uses, none of which changes during the walk; the list ends with null.
        unsafe {
            let mut next: UseRef = (api.GetFirstUse)(self.raw);
            while !next.is_null() {
                users.push(Value::from_raw(self.context, (api.GetUser)(next)));
                next = (api.GetNextUse)(next);
            }
        }
        users
    }

    /// Whether anything uses it.
    pub fn is_used(self) -> bool {
        // SAFETY: a live value; null where it has no use.
        unsafe { !(self.context.api().GetFirstUse)(self.raw).is_null() }
    }

    /// Operands: of an instruction, a constant expression or aggregate, or a global variable (its initialiser).
    pub fn operands(self) -> impl Iterator<Item = Value<'m>> {
        // SAFETY: a live value, and indices below its count. An operand may be missing.
        let count = if self.has_operands() { unsafe { (self.context.api().GetNumOperands)(self.raw) } } else { 0 };
        (0..count as u32).filter_map(move |i| self.operand(i))
    }

    /// Operand `index`, where there is one.
    pub fn operand(self, index: u32) -> Option<Value<'m>> {
        if !self.has_operands() {
            return None;
        }
        // SAFETY: a user, and an index below its count.
        unsafe {
            let api = self.context.api();
            (i64::from(index) < i64::from((api.GetNumOperands)(self.raw)))
                .then(|| Value::from_nullable(self.context, (api.GetOperand)(self.raw, index)))
                .flatten()
        }
    }

    fn has_operands(self) -> bool {
        !matches!(
            self.kind(),
            ValueKind::Argument | ValueKind::BasicBlock | ValueKind::InlineAsm | ValueKind::Metadata | ValueKind::Other
        )
    }

    /// Sets operand `index`.
    ///
    /// # Panics
    /// When there is no such operand, or it is of another type.
    pub fn set_operand(self, index: u32, value: Value<'m>) {
        let old = self.operand(index).expect("an operand to replace");
        assert!(old.ty() == value.ty(), "an operand of type {} cannot become a {}", old.ty(), value.ty());
        // SAFETY: a live user, an operand it has, a value of its type.
        unsafe { (self.context.api().SetOperand)(self.raw, index, value.raw) }
    }

    /// The address `bytes` behind this constant pointer, in the same object.
    ///
    /// # Panics
    /// When it is not a constant pointer.
    pub fn const_offset(self, bytes: u64) -> Value<'m> {
        assert!(self.is_constant() && self.ty().kind() == TypeKind::Pointer);
        let mut index = [self.context.int_type(64).int(bytes).raw];
        let byte = self.context.int_type(8).raw();
        // SAFETY: a constant pointer, and one index.
        unsafe {
            let raw = (self.context.api().ConstInBoundsGEP2)(byte, self.raw, index.as_mut_ptr(), 1);
            Value::from_raw(self.context, raw)
        }
    }

    /// This constant pointer in another address space.
    ///
    /// # Panics
    /// When it is not a constant, or one of both is not a pointer type.
    pub fn const_address_space_cast(self, ty: Type<'m>) -> Value<'m> {
        assert!(self.is_constant() && ty.kind() == TypeKind::Pointer && self.ty().kind() == TypeKind::Pointer);
        // SAFETY: a constant pointer and a pointer type.
        unsafe { Value::from_raw(self.context, (self.context.api().ConstAddrSpaceCast)(self.raw, ty.raw())) }
    }

    /// This constant integer as an address.
    ///
    /// # Panics
    /// When it is not a constant integer, or `ty` no pointer type.
    pub fn const_pointer(self, ty: Type<'m>) -> Value<'m> {
        assert!(self.is_constant() && ty.kind() == TypeKind::Pointer && self.ty().kind() == TypeKind::Integer);
        // SAFETY: a constant integer and a pointer type.
        unsafe { Value::from_raw(self.context, (self.context.api().ConstIntToPtr)(self.raw, ty.raw())) }
    }
}

impl Type<'_> {
    /// Bytes without any padding, where every part is a whole number of bytes. That equals the size in memory for types
    /// that rustc emits for plain data, which spell their padding out.
    fn packed_bytes(self) -> Option<usize> {
        match self.kind() {
            TypeKind::Integer => self.int_bits().map(|b| b.div_ceil(8) as usize),
            TypeKind::Float => Some(4),
            TypeKind::Double | TypeKind::Pointer => Some(8),
            TypeKind::Half | TypeKind::BFloat => Some(2),
            TypeKind::Array | TypeKind::Vector => {
                let len = usize::try_from(self.element_count()?).ok()?;
                self.element()?.packed_bytes()?.checked_mul(len)
            }
            TypeKind::Struct => self.fields().into_iter().map(Type::packed_bytes).sum(),
            _ => None,
        }
    }
}

impl Context {
    /// A constant array of bytes.
    pub fn const_bytes(&self, bytes: &[u8]) -> Value<'_> {
        // SAFETY: pointer and length of one slice; no NUL is added.
        unsafe {
            let raw = (self.api().ConstStringInContext2)(self.raw(), bytes.as_ptr().cast(), bytes.len(), 1);
            Value::from_raw(self, raw)
        }
    }

    /// The number of the synchronisation scope called `name` (empty: the whole system).
    pub(crate) fn sync_scope(&self, name: &str) -> u32 {
        // SAFETY: pointer and length of one string.
        unsafe { (self.api().GetSyncScopeID)(self.raw(), name.as_ptr().cast(), name.len()) }
    }

    /// The number of the metadata kind called `name`.
    pub(crate) fn metadata_kind(&self, name: &str) -> u32 {
        let name = c_string(name);
        // SAFETY: pointer and length of one string.
        unsafe { (self.api().GetMDKindIDInContext)(self.raw(), name.as_ptr(), name.as_bytes().len() as u32) }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: a live value; the message becomes ours.
        f.write_str(&unsafe { self.context.llvm().take_message((self.context.api().PrintValueToString)(self.raw)) })
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
