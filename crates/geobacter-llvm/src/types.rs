use std::fmt;

use crate::sys::TypeRef;
use crate::{Context, Value};

/// A type.
#[derive(Clone, Copy)]
pub struct Type<'ctx> {
    raw: TypeRef,
    context: &'ctx Context,
}

/// What sort of type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TypeKind {
    Void,
    Half,
    BFloat,
    Float,
    Double,
    X86Fp80,
    Fp128,
    Label,
    Integer,
    Function,
    Struct,
    Array,
    Pointer,
    Vector,
    Metadata,
    Token,
    Other,
}

impl PartialEq for Type<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl Eq for Type<'_> {}

impl<'ctx> Type<'ctx> {
    /// # Safety
    /// `raw` must be a type of `context`.
    pub(crate) unsafe fn from_raw(context: &'ctx Context, raw: TypeRef) -> Self {
        Type { raw, context }
    }

    pub(crate) fn raw(self) -> TypeRef {
        self.raw
    }

    /// What sort of type this is.
    pub fn kind(self) -> TypeKind {
        // SAFETY: a live type.
        match unsafe { (self.context.api().GetTypeKind)(self.raw) } {
            0 => TypeKind::Void,
            1 => TypeKind::Half,
            2 => TypeKind::Float,
            3 => TypeKind::Double,
            4 => TypeKind::X86Fp80,
            5 => TypeKind::Fp128,
            7 => TypeKind::Label,
            8 => TypeKind::Integer,
            9 => TypeKind::Function,
            10 => TypeKind::Struct,
            11 => TypeKind::Array,
            12 => TypeKind::Pointer,
            13 => TypeKind::Vector,
            14 => TypeKind::Metadata,
            16 => TypeKind::Token,
            18 => TypeKind::BFloat,
            _ => TypeKind::Other,
        }
    }

    /// Bits of an integer type; `None` of another.
    pub fn int_bits(self) -> Option<u32> {
        // SAFETY: asked only of an integer type.
        (self.kind() == TypeKind::Integer).then(|| unsafe { (self.context.api().GetIntTypeWidth)(self.raw) })
    }

    /// Address space of a pointer type; `None` of another.
    pub fn address_space(self) -> Option<u32> {
        // SAFETY: asked only of a pointer type.
        (self.kind() == TypeKind::Pointer).then(|| unsafe { (self.context.api().GetPointerAddressSpace)(self.raw) })
    }

    /// Element type of an array or vector.
    pub fn element(self) -> Option<Type<'ctx>> {
        matches!(self.kind(), TypeKind::Array | TypeKind::Vector).then(|| {
            // SAFETY: asked only of a type with elements.
            unsafe { Type::from_raw(self.context, (self.context.api().GetElementType)(self.raw)) }
        })
    }

    /// Elements of an array or vector.
    pub fn element_count(self) -> Option<u64> {
        let api = self.context.api();
        match self.kind() {
            // SAFETY: an array type.
            TypeKind::Array => Some(unsafe { (api.GetArrayLength2)(self.raw) }),
            // SAFETY: a vector type.
            TypeKind::Vector => Some(u64::from(unsafe { (api.GetVectorSize)(self.raw) })),
            _ => None,
        }
    }

    /// Fields of a struct type; empty of another.
    pub fn fields(self) -> Vec<Type<'ctx>> {
        if self.kind() != TypeKind::Struct {
            return Vec::new();
        }
        let api = self.context.api();
        // SAFETY: a struct type, and indices below its count.
        unsafe {
            let count = (api.CountStructElementTypes)(self.raw);
            (0..count).map(|i| Type::from_raw(self.context, (api.StructGetTypeAtIndex)(self.raw, i))).collect()
        }
    }

    /// Return type of a function type.
    pub fn return_type(self) -> Option<Type<'ctx>> {
        (self.kind() == TypeKind::Function).then(|| {
            // SAFETY: a function type.
            unsafe { Type::from_raw(self.context, (self.context.api().GetReturnType)(self.raw)) }
        })
    }

    /// Parameter types of a function type; empty of another.
    pub fn params(self) -> Vec<Type<'ctx>> {
        if self.kind() != TypeKind::Function {
            return Vec::new();
        }
        let api = self.context.api();
        // SAFETY: a function type, and room for as many as it has.
        unsafe {
            let mut raw = vec![std::ptr::null_mut(); (api.CountParamTypes)(self.raw) as usize];
            (api.GetParamTypes)(self.raw, raw.as_mut_ptr());
            raw.into_iter().map(|t| Type::from_raw(self.context, t)).collect()
        }
    }

    /// Whether a function type takes any number of arguments, as C's `...`.
    pub fn is_var_arg(self) -> bool {
        // SAFETY: asked only of a function type.
        self.kind() == TypeKind::Function && unsafe { (self.context.api().IsFunctionVarArg)(self.raw) } != 0
    }

    /// The constant 0, null or all-zero of this type.
    pub fn zero(self) -> Value<'ctx> {
        // SAFETY: a live type.
        unsafe { Value::from_raw(self.context, (self.context.api().ConstNull)(self.raw)) }
    }

    /// The poison value of this type.
    pub fn poison(self) -> Value<'ctx> {
        // SAFETY: a live type.
        unsafe { Value::from_raw(self.context, (self.context.api().GetPoison)(self.raw)) }
    }

    /// The undef value of this type.
    pub fn undef(self) -> Value<'ctx> {
        // SAFETY: a live type.
        unsafe { Value::from_raw(self.context, (self.context.api().GetUndef)(self.raw)) }
    }

    /// An integer constant of this type, cut to its width.
    ///
    /// # Panics
    /// When this is not an integer type.
    pub fn int(self, value: u64) -> Value<'ctx> {
        assert_eq!(self.kind(), TypeKind::Integer, "an integer constant needs an integer type");
        // SAFETY: an integer type.
        unsafe { Value::from_raw(self.context, (self.context.api().ConstInt)(self.raw, value, 0)) }
    }

    /// A floating constant of this type.
    ///
    /// # Panics
    /// When this is not a floating type.
    pub fn float(self, value: f64) -> Value<'ctx> {
        assert!(
            matches!(self.kind(), TypeKind::Half | TypeKind::BFloat | TypeKind::Float | TypeKind::Double),
            "a floating constant needs a floating type"
        );
        // SAFETY: a floating type.
        unsafe { Value::from_raw(self.context, (self.context.api().ConstReal)(self.raw, value)) }
    }

    /// The vector type of `len` of these.
    ///
    /// # Panics
    /// When `len` is 0.
    pub fn vector(self, len: u32) -> Type<'ctx> {
        assert!(len > 0, "a vector has elements");
        // SAFETY: a live type.
        unsafe { Type::from_raw(self.context, (self.context.api().VectorType)(self.raw, len)) }
    }

    /// The array type of `len` of these.
    pub fn array(self, len: u64) -> Type<'ctx> {
        // SAFETY: a live type.
        unsafe { Type::from_raw(self.context, (self.context.api().ArrayType2)(self.raw, len)) }
    }
}

impl Context {
    /// `void`.
    pub fn void_type(&self) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().VoidTypeInContext)(self.raw())) }
    }

    /// The integer type of `bits` bits.
    pub fn int_type(&self, bits: u32) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().IntTypeInContext)(self.raw(), bits)) }
    }

    /// `float`, Rust's `f32`.
    pub fn f32_type(&self) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().FloatTypeInContext)(self.raw())) }
    }

    /// `double`, Rust's `f64`.
    pub fn f64_type(&self) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().DoubleTypeInContext)(self.raw())) }
    }

    /// `half`, Rust's `f16`.
    pub fn f16_type(&self) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().HalfTypeInContext)(self.raw())) }
    }

    /// A pointer into `address_space`.
    pub fn pointer_type(&self, address_space: u32) -> Type<'_> {
        // SAFETY: a live context.
        unsafe { Type::from_raw(self, (self.api().PointerTypeInContext)(self.raw(), address_space)) }
    }

    /// A struct type, laid out as C would.
    pub fn struct_type<'ctx>(&'ctx self, fields: &[Type<'ctx>]) -> Type<'ctx> {
        let mut raw: Vec<_> = fields.iter().map(|t| t.raw).collect();
        // SAFETY: live types, and as many as it says.
        unsafe {
            Type::from_raw(self, (self.api().StructTypeInContext)(self.raw(), raw.as_mut_ptr(), raw.len() as u32, 0))
        }
    }

    /// A function type with a fixed number of parameters.
    pub fn function_type<'ctx>(&'ctx self, result: Type<'ctx>, params: &[Type<'ctx>]) -> Type<'ctx> {
        let mut raw: Vec<_> = params.iter().map(|t| t.raw).collect();
        // SAFETY: live types, and as many as it says.
        unsafe { Type::from_raw(self, (self.api().FunctionType)(result.raw, raw.as_mut_ptr(), raw.len() as u32, 0)) }
    }
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: a live type; the message becomes ours.
        f.write_str(&unsafe { self.context.llvm().take_message((self.context.api().PrintTypeToString)(self.raw)) })
    }
}

impl fmt::Debug for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
