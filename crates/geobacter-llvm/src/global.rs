use std::ffi::CStr;
use std::fmt;
use std::ops::Deref;

use crate::context::c_string;
use crate::value::Value;
use crate::{Context, Type};

/// How definitions of one name in several modules come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum Linkage {
    External,
    AvailableExternally,
    LinkOnceAny,
    LinkOnceOdr,
    WeakAny,
    WeakOdr,
    Appending,
    Internal,
    Private,
    ExternalWeak,
    Common,
}

impl Linkage {
    fn from_raw(raw: i32) -> Linkage {
        match raw {
            1 => Linkage::AvailableExternally,
            2 => Linkage::LinkOnceAny,
            3 | 4 => Linkage::LinkOnceOdr,
            5 => Linkage::WeakAny,
            6 => Linkage::WeakOdr,
            7 => Linkage::Appending,
            8 => Linkage::Internal,
            9 | 15 | 16 => Linkage::Private,
            12 => Linkage::ExternalWeak,
            14 => Linkage::Common,
            _ => Linkage::External,
        }
    }

    fn raw(self) -> i32 {
        match self {
            Linkage::External => 0,
            Linkage::AvailableExternally => 1,
            Linkage::LinkOnceAny => 2,
            Linkage::LinkOnceOdr => 3,
            Linkage::WeakAny => 5,
            Linkage::WeakOdr => 6,
            Linkage::Appending => 7,
            Linkage::Internal => 8,
            Linkage::Private => 9,
            Linkage::ExternalWeak => 12,
            Linkage::Common => 14,
        }
    }

    /// Whether only its own module sees it.
    pub fn is_local(self) -> bool {
        matches!(self, Linkage::Internal | Linkage::Private)
    }

    /// Whether a linked module takes it over only when it is needed.
    pub fn is_link_once(self) -> bool {
        matches!(self, Linkage::LinkOnceAny | Linkage::LinkOnceOdr)
    }
}

/// Who sees a symbol in the final image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are LLVM's")]
pub enum Visibility {
    Default = 0,
    Hidden = 1,
    Protected = 2,
}

/// Whether an address matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnnamedAddr {
    /// It does.
    No = 0,
    /// It does not in this module.
    Local = 1,
    /// It does not anywhere.
    Global = 2,
}

/// What functions, variables and aliases have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct GlobalValue<'m>(Value<'m>);

impl<'m> Deref for GlobalValue<'m> {
    type Target = Value<'m>;

    fn deref(&self) -> &Value<'m> {
        &self.0
    }
}

impl fmt::Debug for GlobalValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.name())
    }
}

impl<'m> GlobalValue<'m> {
    /// # Safety
    /// `value` must be a global value.
    pub(crate) unsafe fn from_value(value: Value<'m>) -> Self {
        GlobalValue(value)
    }

    /// As any other value.
    pub fn as_value(self) -> Value<'m> {
        self.0
    }

    /// Whether it is defined elsewhere.
    pub fn is_declaration(self) -> bool {
        // SAFETY: a live global value.
        unsafe { (self.context().api().IsDeclaration)(self.raw()) != 0 }
    }

    /// The type it points to: a function's signature, a variable's type.
    pub fn value_type(self) -> Type<'m> {
        // SAFETY: a live global value.
        unsafe { Type::from_raw(self.context(), (self.context().api().GlobalGetValueType)(self.raw())) }
    }

    /// Its linkage.
    pub fn linkage(self) -> Linkage {
        // SAFETY: a live global value.
        Linkage::from_raw(unsafe { (self.context().api().GetLinkage)(self.raw()) })
    }

    /// Sets its linkage. Local linkage implies default visibility, which LLVM sees to.
    pub fn set_linkage(self, linkage: Linkage) {
        // SAFETY: a live global value.
        unsafe { (self.context().api().SetLinkage)(self.raw(), linkage.raw()) }
    }

    /// Its visibility.
    pub fn visibility(self) -> Visibility {
        // SAFETY: a live global value.
        match unsafe { (self.context().api().GetVisibility)(self.raw()) } {
            1 => Visibility::Hidden,
            2 => Visibility::Protected,
            _ => Visibility::Default,
        }
    }

    /// Sets its visibility.
    pub fn set_visibility(self, visibility: Visibility) {
        // SAFETY: a live global value.
        unsafe { (self.context().api().SetVisibility)(self.raw(), visibility as i32) }
    }

    /// The section it asks for; empty where it asks for none.
    pub fn section(self) -> String {
        // SAFETY: a live global value; the section is a C string, or null.
        unsafe {
            let section = (self.context().api().GetSection)(self.raw());
            if section.is_null() { String::new() } else { CStr::from_ptr(section).to_string_lossy().into_owned() }
        }
    }

    /// Asks for a section; an empty name for none.
    pub fn set_section(self, section: &str) {
        let section = c_string(section);
        // SAFETY: a live global value and a C string.
        unsafe { (self.context().api().SetSection)(self.raw(), section.as_ptr()) }
    }

    /// Whether its address matters.
    pub fn set_unnamed_addr(self, unnamed: UnnamedAddr) {
        // SAFETY: a live global value.
        unsafe { (self.context().api().SetUnnamedAddress)(self.raw(), unnamed as i32) }
    }

    /// Takes it out of its comdat, if it is in one. An alias is in none of its own, and is left alone.
    pub fn clear_comdat(self) {
        if self.as_value().as_alias().is_some() {
            return;
        }
        // SAFETY: a live function or variable, which is what LLVM casts it to unchecked.
        unsafe {
            if !(self.context().api().GetComdat)(self.raw()).is_null() {
                (self.context().api().SetComdat)(self.raw(), std::ptr::null_mut());
            }
        }
    }

    /// Drops its metadata, debug info among it.
    pub fn clear_metadata(self) {
        // SAFETY: a live global value.
        unsafe { (self.context().api().GlobalClearMetadata)(self.raw()) }
    }
}

/// A global variable, `static` or constant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct GlobalVariable<'m>(GlobalValue<'m>);

impl<'m> Deref for GlobalVariable<'m> {
    type Target = GlobalValue<'m>;

    fn deref(&self) -> &GlobalValue<'m> {
        &self.0
    }
}

impl fmt::Debug for GlobalVariable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'m> GlobalVariable<'m> {
    /// # Safety
    /// `value` must be a global variable.
    pub(crate) unsafe fn from_value(value: Value<'m>) -> Self {
        GlobalVariable(GlobalValue(value))
    }

    /// As any other global value.
    pub fn as_global(self) -> GlobalValue<'m> {
        self.0
    }

    /// Its initialiser.
    pub fn initializer(self) -> Option<Value<'m>> {
        // SAFETY: a live variable.
        unsafe { Value::from_nullable(self.context(), (self.context().api().GetInitializer)(self.raw())) }
    }

    /// Sets its initialiser, which makes it a definition.
    ///
    /// # Panics
    /// When the value is not a constant of the variable's type.
    pub fn set_initializer(self, value: Value<'m>) {
        assert!(value.is_constant() && value.ty() == self.value_type());
        // SAFETY: a live variable and a constant of its type.
        unsafe { (self.context().api().SetInitializer)(self.raw(), value.raw()) }
    }

    /// Takes its initialiser away, which makes it a declaration.
    pub fn remove_initializer(self) {
        // SAFETY: a live variable; LLVM takes null for none.
        unsafe { (self.context().api().SetInitializer)(self.raw(), std::ptr::null_mut()) }
    }

    /// The bytes of its initialiser, where that is plain data without addresses. Padding that rustc does not spell out
    /// is missing, so ask only for types that have none.
    pub fn constant_bytes(self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.initializer()?.append_bytes(&mut bytes).then_some(bytes)
    }

    /// Whether it never changes.
    pub fn is_constant_memory(self) -> bool {
        // SAFETY: a live variable.
        unsafe { (self.context().api().IsGlobalConstant)(self.raw()) != 0 }
    }

    /// Says whether it never changes.
    pub fn set_constant_memory(self, constant: bool) {
        // SAFETY: a live variable.
        unsafe { (self.context().api().SetGlobalConstant)(self.raw(), i32::from(constant)) }
    }

    /// Whether each thread has its own.
    pub fn is_thread_local(self) -> bool {
        // SAFETY: a live variable.
        unsafe { (self.context().api().IsThreadLocal)(self.raw()) != 0 }
    }

    /// Its alignment in bytes; 0 where it does not say.
    pub fn alignment(self) -> u32 {
        // SAFETY: a live variable.
        unsafe { (self.context().api().GetAlignment)(self.raw()) }
    }

    /// Sets its alignment.
    ///
    /// # Panics
    /// When that is not a power of two.
    pub fn set_alignment(self, bytes: u32) {
        assert!(bytes.is_power_of_two());
        // SAFETY: a live variable.
        unsafe { (self.context().api().SetAlignment)(self.raw(), bytes) }
    }
}

/// A second name for a global.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct GlobalAlias<'m>(GlobalValue<'m>);

impl<'m> Deref for GlobalAlias<'m> {
    type Target = GlobalValue<'m>;

    fn deref(&self) -> &GlobalValue<'m> {
        &self.0
    }
}

impl fmt::Debug for GlobalAlias<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'m> GlobalAlias<'m> {
    /// # Safety
    /// `value` must be an alias.
    pub(crate) unsafe fn from_value(value: Value<'m>) -> Self {
        GlobalAlias(GlobalValue(value))
    }

    /// As any other global value.
    pub fn as_global(self) -> GlobalValue<'m> {
        self.0
    }

    /// What it stands for.
    pub fn aliasee(self) -> Value<'m> {
        // SAFETY: a live alias, which always has one.
        unsafe { Value::from_raw(self.context(), (self.context().api().AliasGetAliasee)(self.raw())) }
    }
}

/// Iterators over a module's globals, which LLVM keeps in linked lists.
macro_rules! globals {
    ($(#[$doc:meta])* $name:ident yields $item:ident by $next:ident) => {
        $(#[$doc])*
        pub struct $name<'m> {
            pub(crate) next: crate::sys::ValueRef,
            pub(crate) context: &'m Context,
        }

        impl<'m> Iterator for $name<'m> {
            type Item = $item<'m>;

            fn next(&mut self) -> Option<$item<'m>> {
                // SAFETY: a live global of the list's kind; deleting one needs the module for itself.
                unsafe {
                    let value = Value::from_nullable(self.context, self.next)?;
                    self.next = (self.context.api().$next)(self.next);
                    Some($item::from_value(value))
                }
            }
        }
    };
}
use crate::Function;
globals! {
    /// Iterator over a module's functions.
    Functions yields Function by GetNextFunction
}
globals! {
    /// Iterator over a module's variables.
    Globals yields GlobalVariable by GetNextGlobal
}
globals! {
    /// Iterator over a module's aliases.
    Aliases yields GlobalAlias by GetNextGlobalAlias
}
