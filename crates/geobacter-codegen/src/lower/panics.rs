//! A panic reports its message and place, and ends the work-item: every function of the standard library that panics
//! gets a body that calls the device library's.

use geobacter_container::symbols::{RT_PREFIX, Role, path, role};
use geobacter_llvm::{AttributePlace, Builder, Context, Function, Linkage, Module, TypeKind, UnnamedAddr, Value};

use super::status::EXIT;
use super::supplant;

/// What a panicking function says, by the last part of its path, where it is not given the message.
const MESSAGES: &[(&str, &str)] = &[
    ("assert_failed", "assertion failed: the two values compared are not as the kernel asserts"),
    ("assert_failed_inner", "assertion failed: the two values compared are not as the kernel asserts"),
    ("capacity_overflow", "capacity overflow"),
    ("handle_alloc_error", "memory allocation failed"),
    ("handle_error", "memory allocation failed"),
    ("panic_already_borrowed", "RefCell already borrowed"),
    ("panic_already_mutably_borrowed", "RefCell already mutably borrowed"),
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
    ("slice_end_index_overflow_fail", "attempted to index slice up to maximum usize"),
    ("slice_error_fail", "string index out of range or not on a character boundary"),
    ("slice_error_fail_rt", "string index out of range or not on a character boundary"),
    ("slice_start_index_overflow_fail", "attempted to index slice from after maximum usize"),
    ("unwrap_failed", "called `Option::unwrap()` on a `None` value"),
];

/// What a panicking function says of the numbers it is given first, which of them go where, by the last part of its path.
const NUMBERED: &[(&str, &str, &[usize])] = &[
    ("assert_failed", "index {} is out of range where the length is {}", &[0, 1]),
    (
        "len_mismatch_fail",
        "copy_from_slice: source slice length ({}) does not match destination slice length ({})",
        &[1, 0],
    ),
    ("panic_bounds_check", "index out of bounds: the len is {} but the index is {}", &[1, 0]),
    ("slice_end_index_len_fail", "range end index {} out of range for slice of length {}", &[0, 1]),
    ("slice_index_fail", "range {}..{} out of range for slice of length {}", &[0, 1, 2]),
    ("slice_index_order_fail", "slice index starts at {} but ends at {}", &[0, 1]),
    ("slice_start_index_len_fail", "range start index {} out of range for slice of length {}", &[0, 1]),
];

/// Functions that are given the alignment and the size of what could not be allocated, first.
const ALLOCATION: [&str; 2] = ["handle_alloc_error", "handle_error"];

/// How many numbers the device library's function takes.
const NUMBERS: usize = 3;

/// What is said where no text is known.
const GENERIC: &str = "explicit panic";

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

/// The code that reports panics runs once at most: it is kept small, and out of the kernel's own code, so that it costs
/// neither instructions nor registers there.
pub(super) fn keep_small(module: &Module<'_>) {
    let prefix = format!("{RT_PREFIX}panic");
    for report in module.functions().filter(|f| !f.is_declaration() && f.name().starts_with(&prefix)) {
        for name in ["cold", "optsize", "noinline"] {
            report.add_attribute(AttributePlace::Function, module.context().attribute(name, 0));
        }
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
    let (report, mut args) = message(module, leaf, &params);
    args.push(location(context, leaf, &params));
    let types: Vec<_> = args.iter().map(|a| a.ty()).collect();
    let signature = context.function_type(context.void_type(), &types);
    let report = module.get_or_add_function(&format!("{RT_PREFIX}{report}"), signature);
    // It returns as far as LLVM is to know; what ends the work-item is the call after it, which each target lowers in
    // its own way.
    b.call_pointer(signature, report.as_value(), &args);
    b.call(exit(module), &[]);
    b.unreachable();
}

/// The function of the device library that reports the panic, and what it takes before the place.
fn message<'m>(module: &'m Module<'_>, leaf: &str, params: &[Value<'m>]) -> (&'static str, Vec<Value<'m>>) {
    let kinds: Vec<_> = params.iter().map(|p| p.ty().kind()).collect();
    if let Some((_, template, order)) = NUMBERED.iter().find(|n| n.0 == leaf && takes_numbers(params, n.2.len())) {
        let mut args = text(module, template);
        args.extend(order.iter().map(|i| params[*i]));
        args.resize(args.len() + NUMBERS - order.len(), module.context().int_type(64).zero());
        return ("panic_numbers", args);
    }
    if ALLOCATION.contains(&leaf) && takes_numbers(params, 2) {
        return ("panic_alloc", params[..2].to_vec());
    }
    match kinds[..] {
        [TypeKind::Pointer, TypeKind::Pointer, ..] if FORMATTED.contains(&leaf) => ("panic_fmt", params[..2].to_vec()),
        // `panic`, `expect_failed`, `Result::unwrap`'s failure, ...: a `&str` comes first.
        [TypeKind::Pointer, TypeKind::Integer, ..]
            if !MESSAGES.iter().any(|m| m.0 == leaf) || leaf == "unwrap_failed" =>
        {
            ("panic", params[..2].to_vec())
        }
        _ => ("panic", text(module, MESSAGES.iter().find(|m| m.0 == leaf).map_or(GENERIC, |m| m.1))),
    }
}

fn takes_numbers(params: &[Value<'_>], count: usize) -> bool {
    params.len() >= count && params[..count].iter().all(|p| p.ty().int_bits() == Some(64))
}

fn exit<'m>(module: &'m Module<'_>) -> Function<'m> {
    module.get_or_add_function(EXIT, module.context().function_type(module.context().void_type(), &[]))
}

/// Address and length of a text.
fn text<'m>(module: &'m Module<'_>, text: &str) -> Vec<Value<'m>> {
    let bytes = module.context().const_bytes(text.as_bytes());
    let global = module.add_global("geobacter.message", bytes.ty(), 0);
    global.set_initializer(bytes);
    global.set_constant_memory(true);
    global.set_linkage(Linkage::Internal);
    global.set_unnamed_addr(UnnamedAddr::Global);
    vec![global.as_value(), module.context().int_type(64).int(text.len() as u64)]
}

/// The `&'static Location` of functions that track their caller: always the last parameter.
fn location<'m>(context: &'m Context, leaf: &str, params: &[Value<'m>]) -> Value<'m> {
    let last = params.last().copied().filter(|p| p.ty().kind() == TypeKind::Pointer);
    last.filter(|_| !WITHOUT_LOCATION.contains(&leaf)).unwrap_or(context.pointer_type(0).zero())
}
