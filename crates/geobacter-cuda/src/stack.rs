//! Whether a kernel's stack has a size that the driver can find out by itself.
//!
//! For most kernels it can, and reserves as much. For those that recurse it cannot, and gives them what
//! `CU_LIMIT_STACK_SIZE` says, by default 1 KiB, too little for a `sort`. So such kernels are found here, in the PTX itself, wherever
//! it came from.

use std::collections::{HashMap, HashSet};

/// Whether functions in this PTX may call themselves, directly or not, or call what is only known at run time.
pub(crate) fn is_dynamic(ptx: &[u8]) -> bool {
    let calls = calls(&String::from_utf8_lossy(ptx));
    // Whose address was taken may be called by whoever calls through a register.
    calls.values().any(|called| called.contains(THROUGH_REGISTER)) || has_cycle(&calls)
}

/// Stands for a callee in a register.
const THROUGH_REGISTER: &str = "%";

/// Functions, and what each calls.
type Calls = HashMap<String, HashSet<String>>;

fn calls(text: &str) -> Calls {
    let mut calls = Calls::new();
    let mut current = String::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if let Some(name) = defined(line) {
            name.clone_into(&mut current);
        } else if is_call(line) {
            // A statement may take several lines.
            let mut statement = line.to_owned();
            while let (false, Some(next)) = (statement.contains(';'), lines.next()) {
                statement.extend([" ", next]);
            }
            calls.entry(current.clone()).or_default().insert(callee(&statement));
        }
    }
    calls
}

/// The name of the function whose definition begins on this line.
fn defined(line: &str) -> Option<&str> {
    let words = line.strip_prefix(".visible ").or_else(|| line.strip_prefix(".weak ")).unwrap_or(line);
    let rest = words.strip_prefix(".entry ").or_else(|| words.strip_prefix(".func "))?.trim_start();
    // A result in brackets comes first.
    let rest = if rest.starts_with('(') { rest.split_once(')')?.1.trim_start() } else { rest };
    let name = rest.split(['(', ' ', ';', ',']).next()?;
    (!name.is_empty()).then_some(name)
}

fn is_call(line: &str) -> bool {
    // A predicate may come first.
    let line = if line.starts_with('@') { line.split_once(' ').map_or("", |(_, rest)| rest) } else { line };
    line.starts_with("call") && line[4..].starts_with(['.', ' ', '\t'])
}

/// `call.uni (retval0), name, (param0);`: the name, or [`THROUGH_REGISTER`].
fn callee(statement: &str) -> String {
    let operands = statement.split_once("call").map_or("", |(_, rest)| rest);
    let operands = operands.trim_start_matches(|c: char| c == '.' || c.is_alphanumeric()).trim_start();
    let operands = match operands.strip_prefix('(') {
        Some(result) => result.split_once(')').map_or("", |(_, rest)| rest),
        None => operands,
    };
    let name = operands.trim_start_matches([',', ' ', '\t']).split([',', ';', ' ', '(']).next().unwrap_or("");
    if name.starts_with('%') { THROUGH_REGISTER.to_owned() } else { name.to_owned() }
}

fn has_cycle(calls: &Calls) -> bool {
    let reaches_itself = |start: &str| {
        let mut seen = HashSet::new();
        let mut open: Vec<&String> = calls[start].iter().collect();
        while let Some(name) = open.pop() {
            if name == start {
                return true;
            }
            if seen.insert(name) {
                open.extend(calls.get(name).into_iter().flatten());
            }
        }
        false
    };
    calls.keys().any(|name| reaches_itself(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, body: &str) -> String {
        format!(".func (.param .b32 func_retval0) {name}(\n\t.param .b64 {name}_param_0\n)\n{{\n{body}\n}}\n")
    }

    fn kernel(body: &str) -> String {
        format!(".visible .entry kernel(\n\t.param .b64 kernel_param_0\n)\n{{\n{body}\n}}\n")
    }

    #[test]
    fn chains_of_calls_have_a_size() {
        let text =
            function("b", "") + &function("a", "\tcall.uni (retval0), b, (param0);") + &kernel("\tcall a, (param0);");
        assert!(!is_dynamic(text.as_bytes()));
        assert_eq!(calls(&text)["kernel"], HashSet::from(["a".to_owned()]));
    }

    #[test]
    fn recursion_has_none() {
        let own = function("a", "\t@%p1 call.uni (retval0), a, (param0);") + &kernel("\tcall.uni a, (param0);");
        assert!(is_dynamic(own.as_bytes()));
        let declared = format!(
            ".func b(.param .b64 b_param_0)\n;\n{}",
            function("a", "\tcall.uni\n\t(retval0),\n\tb,\n\t(param0)\n\t;")
        );
        let mutual = declared + &function("b", "\tcall.uni a, (param0);");
        assert!(is_dynamic(mutual.as_bytes()));
    }

    #[test]
    fn calls_through_registers_have_none() {
        let text = kernel("\tprototype_0 : .callprototype ()_ (.param .b64 _);\n\tcall %rd3, (param0), prototype_0;");
        assert!(is_dynamic(text.as_bytes()));
    }

    #[test]
    fn what_is_no_ptx_has_no_calls() {
        assert!(!is_dynamic(b"\x7fELF and so on"));
    }
}
