//! The only crate that touches LLVM: finds a shared libLLVM, and wraps its C API safely.
//!
//! The library is loaded at run time ([`Llvm::find`]): every rustup toolchain for Linux ships one, so nothing has to be
//! installed or linked.
//!
//! # How memory is kept safe
//!
//! A [`Module`] belongs to a [`Context`] and lends out handles: [`Function`], [`Instruction`], [`Value`], ... A handle
//! borrows its module, so whatever may free IR (running passes, linking, deleting functions) takes `&mut Module` and
//! cannot be called while handles exist. Handles are `Copy` and may change the IR through `&self`, as LLVM's own do; an
//! erased instruction is only unlinked, and freed together with its context, so a left-over handle to it is harmless.
//! Building invalid IR is possible and safe: [`Module::verify`] finds it, and must be called before code is emitted.
//!
//! ```
//! use geobacter_llvm::{Context, Llvm, Search};
//!
//! let llvm = Llvm::find(&Search::default())?;
//! let context = Context::new(llvm);
//! let module = context.parse_ir("define i32 @answer() {\n  ret i32 42\n}\n")?;
//! assert!(module.verify().is_ok());
//! assert_eq!(module.functions().map(|f| f.name()).collect::<Vec<_>>(), ["answer"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attribute;
mod basic_block;
mod builder;
mod context;
mod debug_loc;
mod disassembler;
mod error;
mod find;
mod function;
mod global;
mod instruction;
mod llvm;
mod memory_buffer;
mod module;
mod sys;
mod target;
mod types;
mod value;

pub use attribute::{Attribute, AttributePlace};
pub use basic_block::BasicBlock;
pub use builder::{AtomicOp, BinaryOp, Builder, CastOp, IntPredicate, Ordering};
pub use context::{Context, Diagnostic, Severity};
pub use debug_loc::{DebugLoc, Subprogram};
pub use disassembler::Disassembler;
pub use error::{IrError, LoadError, Tried};
pub use find::Search;
pub use function::Function;
pub use global::{GlobalAlias, GlobalValue, GlobalVariable, Linkage, UnnamedAddr, Visibility};
pub use instruction::{Call, Instruction, Opcode};
pub use llvm::{Arch, Llvm};
pub use memory_buffer::MemoryBuffer;
pub use module::{FlagBehavior, Module};
pub use target::{CodeKind, OptLevel, TargetMachine, TargetSpec};
pub use types::{Type, TypeKind};
pub use value::{Value, ValueKind};
