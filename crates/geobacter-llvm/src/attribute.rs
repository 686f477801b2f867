use std::fmt;

use crate::sys::AttributeRef;
use crate::{Context, Function, Type};

/// A property of a function, a parameter or a return value.
#[derive(Clone, Copy)]
pub struct Attribute<'ctx> {
    raw: AttributeRef,
    context: std::marker::PhantomData<&'ctx Context>,
}

/// What an attribute is a property of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributePlace {
    /// The returned value.
    Return,
    /// The function as a whole.
    Function,
    /// A parameter, counted from 0.
    Param(u32),
}

impl AttributePlace {
    pub(crate) fn raw(self) -> u32 {
        match self {
            AttributePlace::Return => 0,
            AttributePlace::Function => u32::MAX,
            AttributePlace::Param(index) => index + 1,
        }
    }
}

impl<'ctx> Attribute<'ctx> {
    pub(crate) fn raw(self) -> AttributeRef {
        self.raw
    }

    fn new(raw: AttributeRef) -> Self {
        Attribute { raw, context: std::marker::PhantomData }
    }
}

impl Context {
    /// An attribute that LLVM knows by name, such as `alwaysinline` or `align`; `value` is 0 for those without one.
    ///
    /// # Panics
    /// When this LLVM knows no such attribute.
    pub fn attribute(&self, name: &str, value: u64) -> Attribute<'_> {
        let kind = self.llvm().attribute_kind(name).unwrap_or_else(|| panic!("LLVM has no attribute `{name}`"));
        // SAFETY: a live context and a kind that exists.
        Attribute::new(unsafe { (self.api().CreateEnumAttribute)(self.raw(), kind, value) })
    }

    /// An attribute that carries a type, such as `byval` or `byref`.
    ///
    /// # Panics
    /// When this LLVM knows no such attribute.
    pub fn type_attribute<'ctx>(&'ctx self, name: &str, ty: Type<'ctx>) -> Attribute<'ctx> {
        let kind = self.llvm().attribute_kind(name).unwrap_or_else(|| panic!("LLVM has no attribute `{name}`"));
        // SAFETY: a live context and type, and a kind that exists.
        Attribute::new(unsafe { (self.api().CreateTypeAttribute)(self.raw(), kind, ty.raw()) })
    }

    /// An attribute for a back end, such as `"amdgpu-flat-work-group-size"="1,256"`.
    pub fn string_attribute(&self, name: &str, value: &str) -> Attribute<'_> {
        // SAFETY: pointers and lengths of two strings.
        Attribute::new(unsafe {
            (self.api().CreateStringAttribute)(
                self.raw(),
                name.as_ptr().cast(),
                name.len() as u32,
                value.as_ptr().cast(),
                value.len() as u32,
            )
        })
    }
}

impl<'m> Function<'m> {
    /// Adds an attribute.
    pub fn add_attribute(self, place: AttributePlace, attribute: Attribute<'m>) {
        // SAFETY: a live function and an attribute of its context.
        unsafe { (self.context().api().AddAttributeAtIndex)(self.raw(), place.raw(), attribute.raw) }
    }

    /// Whether it has the attribute of this name, of those that LLVM knows.
    pub fn has_attribute(self, place: AttributePlace, name: &str) -> bool {
        self.context().llvm().attribute_kind(name).is_some_and(|kind| {
            // SAFETY: a live function and a kind that exists.
            unsafe { !(self.context().api().GetEnumAttributeAtIndex)(self.raw(), place.raw(), kind).is_null() }
        })
    }

    /// The value of a back end's attribute.
    pub fn string_attribute(self, place: AttributePlace, name: &str) -> Option<String> {
        let api = self.context().api();
        // SAFETY: a live function; pointer and length of one string; the value is copied right away.
        unsafe {
            let (text, len) = (name.as_ptr().cast(), name.len() as u32);
            let attribute = (api.GetStringAttributeAtIndex)(self.raw(), place.raw(), text, len);
            if attribute.is_null() {
                return None;
            }
            let mut len = 0;
            let value = (api.GetStringAttributeValue)(attribute, &mut len);
            Some(String::from_utf8_lossy(std::slice::from_raw_parts(value.cast::<u8>(), len as usize)).into_owned())
        }
    }

    /// Takes an attribute off, whether LLVM or a back end knows it; nothing where it is not there.
    pub fn remove_attribute(self, place: AttributePlace, name: &str) {
        let api = self.context().api();
        // SAFETY: a live function, a kind that exists, pointer and length of one string.
        unsafe {
            if let Some(kind) = self.context().llvm().attribute_kind(name) {
                (api.RemoveEnumAttributeAtIndex)(self.raw(), place.raw(), kind);
            } else {
                (api.RemoveStringAttributeAtIndex)(self.raw(), place.raw(), name.as_ptr().cast(), name.len() as u32);
            }
        }
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attribute")
    }
}
