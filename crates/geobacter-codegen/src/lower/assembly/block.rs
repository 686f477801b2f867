//! What a kernel says of its assembly: lines of text that the macros of the device crate write, and what LLVM wants to be
//! told of it.

use geobacter_core::abi::ASSEMBLY_MARK;

use crate::targets::{Dialect, OperandType};

/// What an operand is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    In,
    /// Written while inputs may still be read.
    Out,
    /// Written when all inputs have been read.
    LateOut,
    InOut,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) kind: Kind,
    pub(super) ty: OperandType,
    name: String,
    /// The register class; empty where none is written.
    class: String,
}

/// One use of `ptx!` or `gcn!`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) dialect: String,
    /// `src/main.rs:12:5`
    pub(super) place: String,
    pub(super) operands: Vec<Operand>,
    clobbers: Vec<String>,
    pub(super) pure: bool,
    pub(super) nomem: bool,
    pub(super) convergent: bool,
    preserves_flags: bool,
    template: String,
}

impl Block {
    /// One of which nothing is known.
    pub(super) fn unknown() -> Self {
        Block {
            dialect: String::from("inline assembly"),
            place: String::from("an unknown place"),
            operands: Vec::new(),
            clobbers: Vec::new(),
            pure: false,
            nomem: false,
            convergent: false,
            preserves_flags: false,
            template: String::new(),
        }
    }

    /// Reads what the macros write: the dialect, the place, a line for each operand, clobber and option, and, behind a line
    /// that says so, the text.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (about, template) = std::str::from_utf8(bytes).ok()?.split_once("\ntext\n")?;
        let mut lines = about.lines();
        let mut block = Block {
            dialect: lines.next()?.to_owned(),
            place: lines.next()?.to_owned(),
            template: template.trim_end_matches('\n').to_owned(),
            ..Block::unknown()
        };
        for line in lines {
            let (what, rest) = line.split_once(' ')?;
            match (what, rest) {
                ("clobber", register) => block.clobbers.push(register.to_owned()),
                ("option", "pure") => block.pure = true,
                ("option", "nomem") => block.nomem = true,
                ("option", "convergent") => block.convergent = true,
                ("option", "preserves_flags") => block.preserves_flags = true,
                (kind, rest) => block.operands.push(operand(kind, rest)?),
            }
        }
        Some(block)
    }

    /// Outputs in LLVM's order, which comes before inputs in its numbers.
    fn outputs(&self) -> impl Iterator<Item = (usize, &Operand)> {
        self.operands.iter().enumerate().filter(|(_, o)| o.kind != Kind::In)
    }

    /// LLVM's number of an operand in the text.
    fn number(&self, index: usize) -> usize {
        if let Some(n) = self.outputs().position(|(i, _)| i == index) {
            return n;
        }
        // Of the inputs, those that are outputs too have the output's number.
        let inputs = self.operands[..index].iter().filter(|o| matches!(o.kind, Kind::In | Kind::InOut));
        self.outputs().count() + inputs.count()
    }

    /// The text as LLVM takes it, each line with its place behind it, by which errors are told apart.
    pub(super) fn text(&self, dialect: &Dialect) -> Result<String, String> {
        if self.template.contains('\0') {
            return Err("the text has a NUL in it".to_owned());
        }
        let mut used = vec![false; self.operands.len()];
        let mut text = String::new();
        // An empty text has its mark too.
        let lines = if self.template.is_empty() { vec![""] } else { self.template.lines().collect() };
        for line in lines {
            if !text.is_empty() {
                text.push('\n');
            }
            if let Some(what) = (dialect.forbidden)(line) {
                return Err(format!("`{what}` changes more than this kernel, and is not allowed in it"));
            }
            self.line(line, &mut used, &mut text)?;
            let place = self.place.replace('$', "$$");
            text.push_str(&format!(" {} {ASSEMBLY_MARK}{place}", dialect.comment));
        }
        match used.iter().position(|used| !used) {
            Some(unused) => Err(format!(
                "operand `{0}` is not used in the text: write `{{{0}}}` where it belongs",
                self.operands[unused].name
            )),
            None => Ok(text),
        }
    }

    fn line(&self, line: &str, used: &mut [bool], text: &mut String) -> Result<(), String> {
        let mut rest = line;
        while let Some(at) = rest.find(['{', '}', '$']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("{{").or(rest.strip_prefix("}}")) {
                text.push_str(&rest[..1]);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('$') {
                text.push_str("$$");
                rest = after;
            } else {
                let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                let (name, after) = inside.ok_or("a brace without its partner: write `{{` and `}}` for braces")?;
                let index =
                    self.operands.iter().position(|o| o.name == name.trim()).ok_or_else(|| self.no_operand(name))?;
                used[index] = true;
                text.push_str(&format!("${{{}}}", self.number(index)));
                rest = after;
            }
        }
        text.push_str(rest);
        Ok(())
    }

    fn no_operand(&self, name: &str) -> String {
        let names: Vec<_> = self.operands.iter().map(|o| format!("`{}`", o.name)).collect();
        let there = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
        format!("there is no operand `{name}`: {there}; for braces, write `{{{{` and `}}}}`")
    }

    /// LLVM's constraints: outputs, inputs, and what else is overwritten.
    pub(super) fn constraints(&self, dialect: &Dialect) -> Result<String, String> {
        if self.pure && !self.nomem {
            return Err("`options(pure)` needs `nomem` beside it".to_owned());
        }
        let register = |o: &Operand| {
            (dialect.constraint)(&o.class, o.ty).map_err(|reason| format!("operand `{}`: {reason}", o.name))
        };
        let mut all = Vec::new();
        for (_, output) in self.outputs() {
            let early = if output.kind == Kind::LateOut { "" } else { "&" };
            all.push(format!("={early}{}", register(output)?));
        }
        for (index, input) in self.operands.iter().enumerate() {
            match input.kind {
                Kind::In => all.push(register(input)?.to_owned()),
                Kind::InOut => all.push(self.number(index).to_string()),
                Kind::Out | Kind::LateOut => {}
            }
        }
        let mut registers = Vec::new();
        for clobber in &self.clobbers {
            let named = (dialect.registers)(clobber);
            registers.extend(named.ok_or_else(|| format!("`{clobber}` is no register that it may overwrite"))?);
        }
        let flags = dialect.flags.iter().copied().filter(|_| !self.preserves_flags);
        let memory = (!self.nomem).then_some("memory");
        let overwritten = registers.iter().map(String::as_str).chain(flags).chain(memory);
        all.extend(overwritten.map(|what| format!("~{{{what}}}")));
        Ok(all.join(","))
    }
}

/// `x v: u32`, as the macros write an operand.
fn operand(kind: &str, rest: &str) -> Option<Operand> {
    let kind = match kind {
        "in" => Kind::In,
        "out" => Kind::Out,
        "lateout" => Kind::LateOut,
        "inout" => Kind::InOut,
        _ => return None,
    };
    let (name, register) = rest.split_once(' ')?;
    let (class, ty) = register.split_once(':').unwrap_or(("", register));
    Some(Operand { kind, ty: OperandType::parse(ty.trim())?, name: name.to_owned(), class: class.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect {
        name: "test",
        comment: ";",
        constraint: |class, _| if class == "bad" { Err("no".to_owned()) } else { Ok("r") },
        registers: |name| (name == "r7").then(|| vec![name.to_owned()]),
        forbidden: |line| line.strip_prefix("bad").map(|_| "bad"),
        flags: &["cc"],
    };

    fn block(about: &str, text: &str) -> Block {
        Block::parse(format!("test\nsrc/a$.rs:1:2\n{about}text\n{text}\n").as_bytes()).unwrap()
    }

    #[test]
    fn operands_are_numbered_with_outputs_first() {
        let block = block("in a u32\nout b v: f32\ninout c u64\nin d i32\n", "op {b}, {a}, {c}, {d} {{x}} $1");
        assert_eq!(
            block.text(&DIALECT).unwrap(),
            format!("op ${{0}}, ${{2}}, ${{1}}, ${{4}} {{x}} $$1 ; {ASSEMBLY_MARK}src/a$$.rs:1:2")
        );
        assert_eq!(block.constraints(&DIALECT).unwrap(), "=&r,=&r,r,1,r,~{cc},~{memory}");
    }

    #[test]
    fn options_and_clobbers_are_told() {
        let pure = block("lateout a u32\noption pure\noption nomem\noption preserves_flags\n", "{a}");
        assert_eq!(pure.constraints(&DIALECT).unwrap(), "=r");
        assert!(pure.pure && pure.nomem && !pure.convergent);
        let clobbers = block("clobber r7\noption nomem\noption convergent\n", "");
        assert_eq!(clobbers.constraints(&DIALECT).unwrap(), "~{r7},~{cc}");
        assert!(clobbers.convergent);
    }

    #[test]
    fn each_line_has_its_place() {
        let text = block("", "a\nb").text(&DIALECT).unwrap();
        assert_eq!(text.lines().filter(|l| l.ends_with("src/a$$.rs:1:2")).count(), 2, "{text}");
        assert!(block("", "").text(&DIALECT).unwrap().contains(ASSEMBLY_MARK));
    }

    #[test]
    fn mistakes_are_named() {
        let error = |about: &str, text: &str| {
            let block = block(about, text);
            block.text(&DIALECT).and_then(|_| block.constraints(&DIALECT)).unwrap_err()
        };
        assert!(error("in a u32\n", "{b}").contains("no operand `b`: it has `a`"));
        assert!(error("in a u32\n", "x").contains("operand `a` is not used"));
        assert!(error("", "bad").contains("`bad` changes more"));
        assert!(error("", "{").contains("brace"));
        assert!(error("", "}").contains("brace"));
        assert!(error("in a bad: u32\n", "{a}").contains("operand `a`: no"));
        assert!(error("clobber r8\n", "").contains("`r8` is no register"));
        assert!(error("option pure\n", "").contains("needs `nomem`"));
    }
}
