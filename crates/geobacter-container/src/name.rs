/// What a person calls the kernel whose device entry has the mangled name `symbol`: the path of the user's function or
/// closure.
///
/// The entry is `device_entry::<K, D, P>`, and the type `K` is the function. Where a symbol says less (rustc's older
/// mangling leaves out type arguments), the name is the whole demangled symbol.
///
/// ```
/// assert_eq!(geobacter_container::kernel_name("not_mangled"), "not_mangled");
/// ```
pub fn kernel_name(symbol: &str) -> String {
    const ENTRY: &str = "device_entry::<";
    // The alternate form leaves out crate hashes and the types of constants.
    let demangled = format!("{:#}", rustc_demangle::demangle(symbol));
    let kernel = demangled.find(ENTRY).and_then(|at| first_argument(&demangled[at + ENTRY.len()..]));
    kernel.map_or_else(|| demangled.clone(), str::to_owned)
}

/// The text up to the first comma or closing bracket that is not inside brackets.
fn first_argument(arguments: &str) -> Option<&str> {
    let mut depth = 0usize;
    let mut previous = ' ';
    for (at, c) in arguments.char_indices() {
        match c {
            '<' | '(' | '[' | '{' => depth += 1,
            // The arrow of a function type is no bracket.
            '>' if previous == '-' => {}
            '>' | ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' | '>' if depth == 0 => return Some(&arguments[..at]),
            _ => {}
        }
        previous = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_argument_ends_at_a_comma_outside_brackets() {
        assert_eq!(first_argument("a::b::<(u8, fn() -> u8)>, 1, (f32,)>"), Some("a::b::<(u8, fn() -> u8)>"));
        assert_eq!(first_argument("a::main::{closure#0}, 1, ()>"), Some("a::main::{closure#0}"));
        assert_eq!(first_argument("a"), None);
    }
}
