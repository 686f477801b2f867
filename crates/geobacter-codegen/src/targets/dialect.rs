//! The assembly that kernels may have inside them: what `ptx!` and `gcn!` need to know of a target.

/// A target's assembly, as kernels write it.
pub(crate) struct Dialect {
    /// The name of the macro.
    pub(crate) name: &'static str,
    /// What begins a comment, up to the end of the line.
    pub(crate) comment: &'static str,
    /// LLVM's constraint for an operand of a register class (empty where the kernel names none) and type. The error is a
    /// sentence for the user.
    pub(crate) constraint: fn(class: &str, ty: OperandType) -> Result<&'static str, String>,
    /// The registers, one by one, that a text may say it overwrites under this name; `None` where there are none.
    pub(crate) registers: fn(name: &str) -> Option<Vec<String>>,
    /// What in a line no kernel may have: whatever changes more than the instructions around it.
    pub(crate) forbidden: fn(line: &str) -> Option<&str>,
    /// Registers that any instruction may overwrite: a text does unless it says that it does not.
    pub(crate) flags: &'static [&'static str],
}

/// What registers an operand fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperandType {
    Int32,
    Int64,
    Float32,
    Float64,
}

impl OperandType {
    /// By the name of the Rust type.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "u32" | "i32" => OperandType::Int32,
            "u64" | "i64" => OperandType::Int64,
            "f32" => OperandType::Float32,
            "f64" => OperandType::Float64,
            _ => return None,
        })
    }

    pub(crate) fn is_wide(self) -> bool {
        matches!(self, OperandType::Int64 | OperandType::Float64)
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, OperandType::Float32 | OperandType::Float64)
    }
}
