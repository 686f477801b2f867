use std::ffi::{c_char, c_uint};
use std::fmt;

use crate::Context;
use crate::sys::{MetadataRef, ValueRef};

const SUBPROGRAM: i32 = 17;
const LEXICAL_BLOCK: i32 = 18;
const LEXICAL_BLOCK_FILE: i32 = 19;

/// Operands of the debug info nodes, after `DebugInfoMetadata.h`.
const SCOPE_OPERAND: usize = 1;
const NAME_OPERAND: usize = 2;
const LINKAGE_NAME_OPERAND: usize = 3;

/// A place in the source.
#[derive(Clone, Copy)]
pub struct DebugLoc<'m> {
    raw: MetadataRef,
    context: &'m Context,
}

impl<'m> DebugLoc<'m> {
    /// # Safety
    /// `raw` must be null or a location of `context`.
    pub(crate) unsafe fn from_nullable(context: &'m Context, raw: MetadataRef) -> Option<Self> {
        (!raw.is_null()).then_some(DebugLoc { raw, context })
    }

    pub(crate) fn raw(self) -> MetadataRef {
        self.raw
    }

    /// Line, from 1; 0 where the compiler made it up.
    pub fn line(self) -> u32 {
        // SAFETY: a location.
        unsafe { (self.context.api().DILocationGetLine)(self.raw) }
    }

    /// Column, from 1; 0 where unknown.
    pub fn column(self) -> u32 {
        // SAFETY: a location.
        unsafe { (self.context.api().DILocationGetColumn)(self.raw) }
    }

    /// The call that the code was inlined at.
    pub fn inlined_at(self) -> Option<DebugLoc<'m>> {
        // SAFETY: a location; null where it was not inlined.
        unsafe { DebugLoc::from_nullable(self.context, (self.context.api().DILocationGetInlinedAt)(self.raw)) }
    }

    /// The source file, as the compiler was given it.
    pub fn file(self) -> Option<String> {
        // SAFETY: a location, whose scope has a file or not.
        unsafe {
            let api = self.context.api();
            let file = (api.DIScopeGetFile)((api.DILocationGetScope)(self.raw));
            file_name(self.context, file)
        }
    }

    /// The function the code was written in.
    pub fn subprogram(self) -> Option<Subprogram<'m>> {
        // SAFETY: a location always has a scope.
        let mut scope = unsafe { (self.context.api().DILocationGetScope)(self.raw) };
        loop {
            // SAFETY: a scope.
            match unsafe { (self.context.api().GetMetadataKind)(scope) } {
                SUBPROGRAM => return Some(Subprogram { raw: scope, context: self.context }),
                LEXICAL_BLOCK | LEXICAL_BLOCK_FILE => scope = operand_node(self.context, scope, SCOPE_OPERAND)?,
                _ => return None,
            }
        }
    }
}

impl fmt::Debug for DebugLoc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file().unwrap_or_default(), self.line(), self.column())
    }
}

/// A function as debug info knows it; may have been inlined away.
#[derive(Clone, Copy)]
pub struct Subprogram<'m> {
    raw: MetadataRef,
    context: &'m Context,
}

impl<'m> Subprogram<'m> {
    /// # Safety
    /// `raw` must be null or a subprogram of `context`.
    pub(crate) unsafe fn from_nullable(context: &'m Context, raw: MetadataRef) -> Option<Self> {
        (!raw.is_null()).then_some(Subprogram { raw, context })
    }

    /// Its name in the source, without its path.
    pub fn name(self) -> Option<String> {
        operand_string(self.context, self.raw, NAME_OPERAND)
    }

    /// Its symbol name.
    pub fn linkage_name(self) -> Option<String> {
        operand_string(self.context, self.raw, LINKAGE_NAME_OPERAND)
    }

    /// The line it begins at.
    pub fn line(self) -> u32 {
        // SAFETY: a subprogram.
        unsafe { (self.context.api().DISubprogramGetLine)(self.raw) }
    }

    /// The source file, as the compiler was given it.
    pub fn file(self) -> Option<String> {
        // SAFETY: a subprogram is a scope.
        unsafe { file_name(self.context, (self.context.api().DIScopeGetFile)(self.raw)) }
    }
}

impl fmt::Debug for Subprogram<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.linkage_name().or(self.name()).unwrap_or_default())
    }
}

/// # Safety
/// `file` must be null or a file of `context`.
unsafe fn file_name(context: &Context, file: MetadataRef) -> Option<String> {
    if file.is_null() {
        return None;
    }
    let api = context.api();
    let text = |get: unsafe extern "C" fn(MetadataRef, *mut c_uint) -> *const c_char| {
        let mut len = 0;
        // SAFETY: a file; its strings are copied right away.
        unsafe { copy_string(get(file, &mut len), len) }
    };
    let (name, folder) = (text(api.DIFileGetFilename), text(api.DIFileGetDirectory));
    // rustc splits `src/main.rs` of some folder into the two, or gives the whole path as the name: what a message wants
    // is what the compiler was given.
    let _ = folder;
    (!name.is_empty()).then_some(name)
}

/// # Safety
/// `text` must be null, or point to `len` bytes.
unsafe fn copy_string(text: *const c_char, len: c_uint) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), len as usize)).into_owned() }
}

fn operand(context: &Context, node: MetadataRef, index: usize) -> Option<ValueRef> {
    let api = context.api();
    // SAFETY: a node of this context, and room for as many operands as it has; absent ones are null.
    unsafe {
        let node = (api.MetadataAsValue)(context.raw(), node);
        let mut operands = vec![std::ptr::null_mut(); (api.GetMDNodeNumOperands)(node) as usize];
        (api.GetMDNodeOperands)(node, operands.as_mut_ptr());
        operands.get(index).copied().filter(|o| !o.is_null())
    }
}

fn operand_string(context: &Context, node: MetadataRef, index: usize) -> Option<String> {
    let value = operand(context, node, index)?;
    let mut len = 0;
    // SAFETY: metadata as a value; null where it is not a string.
    let text = unsafe {
        let text = (context.api().GetMDString)(value, &mut len);
        copy_string(text, len)
    };
    (!text.is_empty()).then_some(text)
}

fn operand_node(context: &Context, node: MetadataRef, index: usize) -> Option<MetadataRef> {
    let value = operand(context, node, index)?;
    // SAFETY: metadata as a value, back as metadata.
    Some(unsafe { (context.api().ValueAsMetadata)(value) })
}
