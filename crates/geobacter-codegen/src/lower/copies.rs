//! Small copies become loads and stores as wide as their alignment allows: back ends for GPUs expand `memcpy` in pieces of
//! 8 bytes at most, where their hardware moves 16 at once.

use geobacter_llvm::{AttributePlace, Builder, Call, Module, Type, Value};

/// Copies up to this many bytes are expanded here: eight wide loads in flight.
const LARGEST: u64 = 128;
/// The most bytes that one instruction moves.
const WIDEST: u64 = 16;

pub(super) fn widen(module: &Module<'_>) {
    for function in module.functions().filter(|f| !f.is_declaration()) {
        for call in function.instructions().filter_map(|i| i.as_call()) {
            if let Some(bytes) = small_copy(call) {
                expand(call, bytes);
            }
        }
    }
}

/// The number of bytes of a copy that is not volatile, not large, and has one.
fn small_copy(call: Call<'_>) -> Option<u64> {
    let name = call.called_function().filter(|f| f.is_intrinsic())?.name();
    let is_copy = name.starts_with("llvm.memcpy.") || name.starts_with("llvm.memmove.");
    let args = call.args();
    let volatile = args.get(3)?.as_const_int()? != 0;
    args[2].as_const_int().filter(|bytes| is_copy && !volatile && *bytes <= LARGEST)
}

/// Loads everything before it stores anything, as a copy onto itself or a `memmove` needs.
fn expand(call: Call<'_>, bytes: u64) {
    let args = call.args();
    let align = |param| call.attribute_value(AttributePlace::Param(param), "align").unwrap_or(1).max(1);
    let (to_align, from_align) = (align(0), align(1));
    let b = Builder::before(call.as_instruction());
    let mut loaded: Vec<(u64, u64, Value<'_>)> = Vec::new();
    let mut at = 0;
    while at < bytes {
        let width = width_at(at, bytes, to_align.min(from_align));
        let value = b.load(word(call, width), b.offset(args[1], at), width as u32);
        loaded.push((at, width, value.as_value()));
        at += width;
    }
    for (at, width, value) in loaded {
        b.store(value, b.offset(args[0], at), width as u32);
    }
    call.erase();
}

/// The widest access at an offset that the alignment and the bytes left allow.
fn width_at(at: u64, bytes: u64, align: u64) -> u64 {
    let mut width = WIDEST.min(align);
    while at + width > bytes || !at.is_multiple_of(width) {
        width /= 2;
    }
    width
}

fn word<'m>(call: Call<'m>, bytes: u64) -> Type<'m> {
    let context = call.context();
    if bytes == WIDEST { context.int_type(32).vector(4) } else { context.int_type(8 * bytes as u32) }
}

#[cfg(test)]
mod tests {
    use super::width_at;

    fn widths(bytes: u64, align: u64) -> Vec<u64> {
        let mut all = Vec::new();
        while all.iter().sum::<u64>() < bytes {
            all.push(width_at(all.iter().sum(), bytes, align));
        }
        all
    }

    #[test]
    fn accesses_are_as_wide_as_alignment_and_length_allow() {
        assert_eq!(widths(16, 16), [16]);
        assert_eq!(widths(24, 8), [8, 8, 8]);
        assert_eq!(widths(23, 16), [16, 4, 2, 1]);
        assert_eq!(widths(3, 1), [1, 1, 1]);
        assert_eq!(widths(32, 64), [16, 16]);
    }
}
