//! A panic reports its message and place, and ends the work-item: every function of the standard library that panics
//! gets a body that calls the device library's.

use geobacter_container::symbols::{RT_PREFIX, Role, path, role};
use geobacter_llvm::{
    AttributePlace, BinaryOp, Builder, CastOp, Context, Function, IntPredicate, Linkage, Module, TypeKind, UnnamedAddr,
    Value,
};

use super::status::EXIT;
use super::supplant;

/// What a panicking function says, by the last part of its path, where it is not given the message.
const MESSAGES: &[(&str, &str)] = &[
    ("assert_failed", "assertion failed: the two values compared are not as the kernel asserts"),
    ("assert_failed_inner", "assertion failed: the two values compared are not as the kernel asserts"),
    ("capacity_overflow", "capacity overflow"),
    ("handle_alloc_error", "memory allocation failed"),
    ("handle_error", "memory allocation failed"),
    ("len_mismatch_fail", "copy_from_slice: source slice length does not match destination slice length"),
    ("panic_already_borrowed", "RefCell already borrowed"),
    ("panic_already_mutably_borrowed", "RefCell already mutably borrowed"),
    ("panic_bounds_check", "index out of bounds"),
    ("panic_cannot_unwind", "panic in a function that cannot unwind"),
    ("panic_const_add_overflow", "attempt to add with overflow"),
    ("panic_const_div_by_zero", "attempt to divide by zero"),
    ("panic_const_div_overflow", "attempt to divide with overflow"),
    ("panic_const_mul_overflow", "attempt to multiply with overflow"),
    ("panic_const_neg_overflow", "attempt to negate with overflow"),
    ("panic_const_rem_by_zero", "attempt to calculate the remainder with a divisor of zero"),
    ("panic_const_rem_overflow", "attempt to calculate the remainder with overflow"),
    ("panic_const_shl_overflow", "attempt to shift left with overflow"),
    ("panic_const_shr_overflow", "attempt to shift right with overflow"),
    ("panic_const_sub_overflow", "attempt to subtract with overflow"),
    ("panic_for_negative_argument", "argument of integer square root cannot be negative"),
    ("panic_for_nonpositive_argument", "argument of integer logarithm must be positive"),
    ("panic_in_cleanup", "panic in a destructor during cleanup"),
    ("panic_invalid_enum_construction", "trying to construct an enum from an invalid value"),
    ("panic_misaligned_pointer_dereference", "misaligned pointer dereference"),
    ("panic_null_pointer_dereference", "null pointer dereference occurred"),
    ("panic_on_ord_violation", "user-provided comparison function does not correctly implement a total order"),
    ("slice_end_index_len_fail", "range end index out of range for slice"),
    ("slice_end_index_overflow_fail", "attempted to index slice up to maximum usize"),
    ("slice_error_fail", "string index out of range or not on a character boundary"),
    ("slice_error_fail_rt", "string index out of range or not on a character boundary"),
    ("slice_index_fail", "slice index out of range"),
    ("slice_index_order_fail", "slice index starts after it ends"),
    ("slice_start_index_len_fail", "range start index out of range for slice"),
    ("slice_start_index_overflow_fail", "attempted to index slice from after maximum usize"),
    ("unwrap_failed", "called `Option::unwrap()` on a `None` value"),
];

/// What is said where there is no text, or only one that would have to be formatted.
const GENERIC: &str = "a panic whose message is only made by formatting, which device code does not do yet";

/// Functions that take `fmt::Arguments`, as its two words, first.
const FORMATTED: &[&str] = &["panic_fmt", "panic_nounwind_fmt", "panic_nounwind_fmt_rt", "const_panic_fmt"];

/// Functions whose last pointer is not the place of the panic.
const WITHOUT_LOCATION: &[&str] =
    &["const_panic_fmt", "rust_begin_unwind", "begin_panic_handler", "rust_panic", "rust_panic_with_hook"];

pub(super) fn redirect(module: &Module<'_>) {
    let panics: Vec<_> = module.functions().filter(|f| f.is_used() && role(&f.name()) == Some(Role::Panic)).collect();
    for panic in panics {
        let path = path(&panic.name());
        let leaf = path.rsplit("::").next().unwrap_or(&path).to_owned();
        let new = supplant(module, panic, &format!("geobacter.panic.{leaf}"));
        define(module, new, &leaf);
    }
}

fn define<'m>(module: &'m Module<'_>, function: Function<'m>, leaf: &str) {
    let context = module.context();
    function.set_linkage(Linkage::Internal);
    for name in ["cold", "noreturn", "nounwind"] {
        function.add_attribute(AttributePlace::Function, context.attribute(name, 0));
    }
    let b = Builder::at_end(function.append_block(""));
    let params: Vec<_> = function.params().collect();
    let (message, len) = message(module, &b, leaf, &params);
    let location = location(context, leaf, &params);
    b.call_pointer(report_signature(context), report(module).as_value(), &[message, len, location]);
    b.call(exit(module), &[]);
    b.unreachable();
}

/// The device library's function that records a panic: `fn(message, len, location)`. It returns as far as LLVM is to
/// know; what ends the work-item is the call to [`exit`] after it, which each target lowers in its own way.
fn report<'m>(module: &'m Module<'_>) -> Function<'m> {
    module.get_or_add_function(&format!("{RT_PREFIX}panic"), report_signature(module.context()))
}

fn report_signature(context: &Context) -> geobacter_llvm::Type<'_> {
    let pointer = context.pointer_type(0);
    context.function_type(context.void_type(), &[pointer, context.int_type(64), pointer])
}

fn exit<'m>(module: &'m Module<'_>) -> Function<'m> {
    module.get_or_add_function(EXIT, module.context().function_type(module.context().void_type(), &[]))
}

/// Pointer and length of the message.
fn message<'m>(module: &'m Module<'_>, b: &Builder<'m>, leaf: &str, params: &[Value<'m>]) -> (Value<'m>, Value<'m>) {
    let kinds: Vec<_> = params.iter().map(|p| p.ty().kind()).collect();
    match kinds[..] {
        [TypeKind::Pointer, TypeKind::Pointer, ..] if FORMATTED.contains(&leaf) => {
            unformatted(module, b, params[0], params[1])
        }
        // `panic`, `expect_failed`, `Result::unwrap`'s failure, ...: a `&str` comes first.
        [TypeKind::Pointer, TypeKind::Integer, ..]
            if !MESSAGES.iter().any(|m| m.0 == leaf) || leaf == "unwrap_failed" =>
        {
            (params[0], params[1])
        }
        _ => text(module, MESSAGES.iter().find(|m| m.0 == leaf).map_or(GENERIC, |m| m.1)),
    }
}

/// The message of `fmt::Arguments` that is a plain string. Its two words then are the string's address and its length
/// with the lowest bit set (`fmt::Arguments::as_str` of the standard library); other arguments have an even second word.
fn unformatted<'m>(
    module: &'m Module<'_>,
    b: &Builder<'m>,
    template: Value<'m>,
    args: Value<'m>,
) -> (Value<'m>, Value<'m>) {
    let word = module.context().int_type(64);
    let args = b.cast(CastOp::PtrToInt, args, word);
    let odd = b.compare(IntPredicate::Ne, b.binary(BinaryOp::And, args, word.int(1)), word.zero());
    let (generic, generic_len) = text(module, GENERIC);
    let len = b.binary(BinaryOp::LShr, args, word.int(1));
    (b.select(odd, template, generic), b.select(odd, len, generic_len))
}

fn text<'m>(module: &'m Module<'_>, text: &str) -> (Value<'m>, Value<'m>) {
    let bytes = module.context().const_bytes(text.as_bytes());
    let global = module.add_global("geobacter.message", bytes.ty(), 0);
    global.set_initializer(bytes);
    global.set_constant_memory(true);
    global.set_linkage(Linkage::Internal);
    global.set_unnamed_addr(UnnamedAddr::Global);
    (global.as_value(), module.context().int_type(64).int(text.len() as u64))
}

/// The `&'static Location` of functions that track their caller: always the last parameter.
fn location<'m>(context: &'m Context, leaf: &str, params: &[Value<'m>]) -> Value<'m> {
    let last = params.last().copied().filter(|p| p.ty().kind() == TypeKind::Pointer);
    last.filter(|_| !WITHOUT_LOCATION.contains(&leaf)).unwrap_or(context.pointer_type(0).zero())
}
