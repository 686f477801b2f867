//! What no device can run is refused, with the calls that lead there.
//!
//! Looked for after optimisation, so that what the kernel cannot reach does no harm. Optimised code has been inlined, so
//! the calls are told from a second, unoptimised pull of the kernel, with its debug info.

use std::collections::{HashMap, HashSet, VecDeque};

use geobacter_container::symbols::{Role, readable, role};
use geobacter_llvm::{
    Context, DebugLoc, Function, GlobalVariable, Instruction, Module, Opcode, Type, TypeKind, Value, ValueKind,
};

use crate::session::Session;
use crate::{CompileError, Frame, lower, pull};

mod advice;

/// What a device cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Culprit {
    /// A function that is defined nowhere in the captured code.
    Function(String),
    /// A variable that is defined nowhere in the captured code.
    Variable(String),
    /// A variable of which each thread has its own.
    ThreadLocal(String),
    /// A variable that changes: every device would have its own.
    Static(String),
    /// An instruction of the host's processor.
    Intrinsic(String),
    /// Something that no back end for GPUs has code for.
    Construct(&'static str),
    /// Inline assembly.
    Assembly(String),
    /// An atomic access wider than devices have.
    WideAtomic(u32),
    /// A floating type that devices do not have.
    Float(&'static str),
}

/// Intrinsics that end LLVM rather than compile, by prefix, and what they are.
const IMPOSSIBLE: &[(&str, &str)] = &[
    ("llvm.eh.", "exception handling"),
    ("llvm.frameaddress", "the address of a stack frame"),
    ("llvm.get.fp", "the floating-point environment"),
    ("llvm.llrint", "`llrint`"),
    ("llvm.llround", "`llround`"),
    ("llvm.lrint", "`lrint`"),
    ("llvm.lround", "`lround`"),
    ("llvm.modf", "`modf`"),
    ("llvm.reset.fp", "the floating-point environment"),
    ("llvm.set.fp", "the floating-point environment"),
    ("llvm.sincos", "`sincos`"),
    ("llvm.stackrestore", "local variables of variable size"),
    ("llvm.stacksave", "local variables of variable size"),
    ("llvm.thread.pointer", "the address of thread-local variables"),
    ("llvm.va_", "C's variable arguments"),
];

/// The widest atomic access that all targets have.
const ATOMIC_BITS: u32 = 64;

/// What in an optimised module the device cannot run, where there is something: of several things, the one that tells
/// the user the most.
pub(crate) fn find_unsupported(module: &Module<'_>) -> Option<Culprit> {
    let declared = module.functions().filter(|f| f.is_declaration() && f.is_used());
    declared
        .filter_map(unsupported_function)
        .chain(module.globals().filter(|g| g.is_used()).filter_map(unsupported_variable))
        .chain(module.functions().flat_map(Function::instructions).filter_map(unsupported_instruction))
        .min_by_key(advice::vagueness)
}

fn unsupported_function(function: Function<'_>) -> Option<Culprit> {
    let name = function.name();
    if function.is_intrinsic() {
        let impossible = IMPOSSIBLE.iter().find(|(prefix, _)| name.starts_with(prefix));
        let impossible = impossible.map(|(_, what)| Culprit::Construct(what));
        return impossible.or_else(|| lower::is_host_intrinsic(&name).then_some(Culprit::Intrinsic(name)));
    }
    (!lower::is_placeholder(&name)).then(|| Culprit::Function(lower::original_name(&name).to_owned()))
}

fn unsupported_variable(variable: GlobalVariable<'_>) -> Option<Culprit> {
    if variable.is_thread_local() {
        return Some(Culprit::ThreadLocal(variable.name()));
    }
    if lower::is_group_memory(&variable.name()) {
        return None;
    }
    if variable.is_declaration() {
        return Some(Culprit::Variable(variable.name()));
    }
    let is_shared = !variable.is_constant_memory() && !is_own(&variable.name());
    is_shared.then(|| Culprit::Static(variable.name()))
}

/// Where the standard library keeps what it has detected of the processor.
const DETECTED: &str = "std_detect::detect::cache::CACHE";

/// Variables whose copy on the device does no harm: what this crate adds, and where libraries keep what they have
/// detected of the processor (on a device: nothing).
fn is_own(name: &str) -> bool {
    let readable = readable(name);
    name.starts_with("geobacter.") || lower::LIBM.iter().chain([&DETECTED]).any(|path| readable.starts_with(path))
}

fn unsupported_instruction(instruction: Instruction<'_>) -> Option<Culprit> {
    if let Some((text, _)) = instruction.as_call().and_then(|c| c.inline_asm()) {
        if lower::assembly::is_ours(&text) {
            return None;
        }
        return Some(Culprit::Assembly(text));
    }
    if let Some(construct) = impossible_construct(instruction) {
        return Some(Culprit::Construct(construct));
    }
    let operands = || instruction.operands().map(|o| o.ty()).chain([instruction.ty()]);
    let atomic =
        matches!(instruction.opcode(), Opcode::AtomicRmw | Opcode::AtomicCmpXchg) || is_atomic_access(instruction);
    let wide = operands().filter_map(Type::int_bits).find(|bits| *bits > ATOMIC_BITS);
    if let Some(bits) = wide.filter(|_| atomic) {
        return Some(Culprit::WideAtomic(bits));
    }
    operands().find_map(|ty| match ty.kind() {
        TypeKind::Fp128 => Some(Culprit::Float("f128")),
        TypeKind::X86Fp80 => Some(Culprit::Float("80-bit floating point")),
        _ => None,
    })
}

fn impossible_construct(instruction: Instruction<'_>) -> Option<&'static str> {
    match instruction.opcode() {
        Opcode::IndirectBr | Opcode::CallBr => Some("a jump to a computed address"),
        Opcode::Alloca if instruction.operand(0).and_then(Value::as_const_int).is_none() => {
            Some("a local variable of variable size")
        }
        Opcode::Call if instruction.as_call()?.function_type().is_var_arg() => {
            Some("a call with C's variable arguments")
        }
        _ => None,
    }
}

fn is_atomic_access(instruction: Instruction<'_>) -> bool {
    matches!(instruction.opcode(), Opcode::Load | Opcode::Store) && instruction.is_atomic()
}

/// The error for a culprit.
pub(crate) fn explain(session: &Session<'_>, context: &Context, culprit: Culprit) -> CompileError {
    let chain = chain(session, context, &culprit).unwrap_or_default();
    let culprit = advice::see_through(culprit, chain.last());
    CompileError::Unsupported {
        kernel: session.name.clone(),
        target: session.job.target.to_owned(),
        what: advice::what(&culprit),
        suggestion: advice::suggestion(&culprit).to_owned(),
        chain,
    }
}

/// The shortest chain of calls from the kernel to the culprit. `None` where the unoptimised code does not show it.
fn chain(session: &Session<'_>, context: &Context, culprit: &Culprit) -> Option<Vec<Frame>> {
    let mut pulled = pull::kernel(session, context).ok()?;
    lower::with_device_library(session, &mut pulled).ok()?;
    let entry = pulled.module.function(session.job.kernel)?;
    Search::new(culprit).run(entry).map(|path| frames(session, &path))
}

/// A walk over everything that a function refers to, breadth first.
struct Search<'a, 'm> {
    culprit: &'a Culprit,
    seen: HashSet<Value<'m>>,
    /// How each function was come by: the instruction that refers to it, maybe by way of a constant such as a vtable.
    from: HashMap<Function<'m>, Instruction<'m>>,
}

impl<'a, 'm> Search<'a, 'm> {
    fn new(culprit: &'a Culprit) -> Self {
        Search { culprit, seen: HashSet::new(), from: HashMap::new() }
    }

    /// The instructions that lead from `entry` to the culprit, in order.
    fn run(mut self, entry: Function<'m>) -> Option<Vec<Instruction<'m>>> {
        let mut open = VecDeque::from([entry]);
        self.seen.insert(entry.as_value());
        while let Some(function) = open.pop_front() {
            for instruction in function.instructions() {
                if self.is_culprit(instruction) {
                    return Some(self.path_to(instruction));
                }
                for callee in self.functions_in(instruction) {
                    self.from.insert(callee, instruction);
                    open.push_back(callee);
                }
            }
        }
        None
    }

    fn path_to(&self, mut instruction: Instruction<'m>) -> Vec<Instruction<'m>> {
        let mut path = vec![instruction];
        while let Some(caller) = instruction.function().and_then(|f| self.from.get(&f)) {
            path.push(*caller);
            instruction = *caller;
        }
        path.reverse();
        path
    }

    /// Functions that an instruction refers to for the first time.
    fn functions_in(&mut self, instruction: Instruction<'m>) -> Vec<Function<'m>> {
        let mut found = Vec::new();
        let mut open: Vec<_> = instruction.operands().filter(|o| o.is_constant()).collect();
        while let Some(value) = open.pop() {
            if value.kind() == ValueKind::BasicBlock || !self.seen.insert(value) {
                continue;
            }
            match value.as_function() {
                Some(function) => found.push(function),
                None => open.extend(value.operands()),
            }
        }
        found
    }

    fn is_culprit(&self, instruction: Instruction<'m>) -> bool {
        let refers = |name: &str| {
            let mut open: Vec<_> = instruction.operands().filter(|o| o.is_constant()).collect();
            let mut seen = HashSet::new();
            while let Some(value) = open.pop() {
                if value.kind() == ValueKind::BasicBlock || !seen.insert(value) {
                    continue;
                }
                if matches!(value.kind(), ValueKind::Function | ValueKind::GlobalVariable) && value.name() == name {
                    return true;
                }
                if value.kind() != ValueKind::Function {
                    open.extend(value.operands());
                }
            }
            false
        };
        match self.culprit {
            Culprit::Function(name)
            | Culprit::Variable(name)
            | Culprit::ThreadLocal(name)
            | Culprit::Static(name)
            | Culprit::Intrinsic(name) => refers(name),
            other => {
                let callee = instruction.as_call().and_then(|c| c.called_function()).and_then(unsupported_function);
                [callee, unsupported_instruction(instruction)].iter().flatten().any(|c| c == other)
            }
        }
    }
}

/// What a reader sees of the path: each function on it, inlined ones too, with the place the next is called from.
fn frames(session: &Session<'_>, path: &[Instruction<'_>]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for instruction in path {
        let Some(function) = instruction.function() else { continue };
        let outer = readable(&function.name());
        match instruction.debug_loc() {
            Some(at) => frames.extend(inlined_frames(at, &outer)),
            None => frames.push(Frame { function: outer, place: None }),
        }
    }
    shorten(begin_with_kernel(session, frames))
}

/// The frames of one instruction, outermost first.
fn inlined_frames(at: DebugLoc<'_>, outer: &str) -> Vec<Frame> {
    let places: Vec<_> = std::iter::successors(Some(at), |at| at.inlined_at()).collect();
    let frame = |at: &DebugLoc<'_>| {
        let name = at.subprogram().and_then(|s| s.linkage_name().or(s.name()));
        Frame {
            function: name.map_or_else(|| outer.to_owned(), |n| readable(&n)),
            place: at.file().filter(|_| at.line() > 0).map(|file| (file, at.line())),
        }
    };
    places.iter().rev().map(frame).collect()
}

/// The chain begins with the user's function: what the device crate puts around it says nothing to a reader.
fn begin_with_kernel(session: &Session<'_>, frames: Vec<Frame>) -> Vec<Frame> {
    let leaf = |name: &str| {
        let plain = geobacter_container::symbols::path(name);
        plain.rsplit("::").next().unwrap_or_default().split('<').next().unwrap_or_default().to_owned()
    };
    let kernel = leaf(&session.name);
    let start = frames.iter().position(|f| leaf(&f.function) == kernel);
    let mut chain: Vec<_> = frames.into_iter().skip(start.unwrap_or(0)).collect();
    match (start, chain.first_mut()) {
        (Some(_), Some(first)) => first.function.clone_from(&session.name),
        _ => chain.insert(0, Frame { function: session.name.clone(), place: None }),
    }
    // Inlining leaves one frame for the function and one for each piece of it.
    chain.dedup_by(|b, a| {
        a.function == b.function && (a.place == b.place || a.place.is_none()) && {
            a.place = a.place.take().or(b.place.take());
            true
        }
    });
    chain
}

/// Frames of the standard library that are shown where it is entered, and before the end.
const SHOWN_AT_ENTRY: usize = 1;
const SHOWN_AT_END: usize = 1;

/// Drops the middle of long ways through the standard library.
fn shorten(chain: Vec<Frame>) -> Vec<Frame> {
    let is_library = |f: &Frame| {
        let path = f.place.as_ref().map_or("", |(file, _)| file.as_str());
        path.starts_with("library/") || path.starts_with("/rustc/")
    };
    let mut short = Vec::new();
    for run in chain.chunk_by(|a, b| is_library(a) == is_library(b)) {
        if is_library(&run[0]) && run.len() > SHOWN_AT_ENTRY + SHOWN_AT_END {
            short.extend_from_slice(&run[..SHOWN_AT_ENTRY]);
            short.extend_from_slice(&run[run.len() - SHOWN_AT_END..]);
        } else {
            short.extend_from_slice(run);
        }
    }
    short
}

/// Whether Geobacter should have provided this function itself.
pub(crate) fn is_allocation(name: &str) -> bool {
    role(name) == Some(Role::Allocation)
}
