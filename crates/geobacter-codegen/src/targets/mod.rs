//! What code is generated for. A target is one file of hooks; nothing in the shared pipeline asks which target it is.

use geobacter_core::CodeBounds;
use geobacter_llvm::{
    Builder, CodeKind, Function, Instruction, IrError, Llvm, Module, TargetMachine, TargetSpec, Type, Value,
};

use crate::CompileError;

mod amdgpu;
mod checked;
mod dialect;
mod link;
mod nvptx;
mod tanh;

pub(crate) use dialect::{Dialect, OperandType};

/// A kibibyte, as makers count memory.
const KIB: u32 = 1 << 10;

/// How a work-item ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// By an instruction that ends this work-item alone: the intrinsic of this name.
    Instruction(&'static str),
    /// There is none: the kernel has to return for it.
    Return,
    /// By a function, of this name, that whoever loads the code [provides](crate::lower::PROVIDED).
    Function(&'static str),
}

/// What work-items of a sub-group do together: functions of the device ABI. Convergent ones have the call's site for first
/// parameter; the others follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubgroupOp {
    /// `() -> size`
    Size,
    /// `() -> lane`
    Lane,
    /// `(site)`
    Barrier,
    /// `(site, bit) -> bits`
    Ballot,
    /// `(site, word, lane) -> word`
    Shuffle,
    /// `(site, word, mask) -> word`
    ShuffleXor,
    /// `(site, word, by) -> word`
    ShuffleUp,
    /// `(site, word, by) -> word`
    ShuffleDown,
    /// `(site, word) -> word`
    ReadFirst,
    /// `(site, word, lane) -> word`
    ReadLane,
}

impl SubgroupOp {
    /// By the function's name, without the ABI's prefix.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("subgroup_")? {
            "size" => SubgroupOp::Size,
            "lane" => SubgroupOp::Lane,
            "barrier" => SubgroupOp::Barrier,
            "ballot" => SubgroupOp::Ballot,
            "shuffle" => SubgroupOp::Shuffle,
            "shuffle_xor" => SubgroupOp::ShuffleXor,
            "shuffle_up" => SubgroupOp::ShuffleUp,
            "shuffle_down" => SubgroupOp::ShuffleDown,
            "read_first" => SubgroupOp::ReadFirst,
            "read_lane" => SubgroupOp::ReadLane,
            _ => return None,
        })
    }
}

/// Approximations of functions of `f32`: functions of the device ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FastOp {
    /// Of an angle in radians.
    Sin,
    /// Of an angle in radians.
    Cos,
    /// `2^x`
    Exp2,
    /// To base 2.
    Log2,
    /// `1 / sqrt(x)`
    Rsqrt,
    /// `sqrt(x)`
    Sqrt,
    /// `1 / x`
    Recip,
    /// `x / y`
    Div,
    /// `tanh(x)`
    Tanh,
}

impl FastOp {
    /// By the function's name, without the ABI's prefix.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("fast_")? {
            "sin" => FastOp::Sin,
            "cos" => FastOp::Cos,
            "exp2" => FastOp::Exp2,
            "log2" => FastOp::Log2,
            "rsqrt" => FastOp::Rsqrt,
            "sqrt" => FastOp::Sqrt,
            "recip" => FastOp::Recip,
            "div" => FastOp::Div,
            "tanh" => FastOp::Tanh,
            _ => return None,
        })
    }
}

/// For whom an atomic operation is atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// For the work-items of its work-group.
    WorkGroup,
    /// For all work-items on the device.
    Device,
}

/// An axis of the grid: 0, 1 or 2.
pub(crate) type Axis = usize;

pub(crate) trait Target {
    /// What LLVM calls it.
    fn spec(&self) -> TargetSpec<'_>;

    /// The answer of `__geobacter_platform`.
    fn platform(&self) -> u32;

    /// The processor's version: major, minor, stepping.
    fn version(&self) -> [u32; 3];

    /// The most work-items in a work-group that each processor takes which runs this code.
    fn max_group_size(&self) -> u32;

    /// The most work-group memory, in bytes, that each processor has which runs this code.
    fn max_group_memory(&self) -> u32;

    /// The assembly that kernels may have.
    fn assembly(&self) -> &'static Dialect;

    // ## The kernel function

    /// Calling convention of kernels, by LLVM's number.
    fn kernel_convention(&self) -> u32;

    /// Address space in which the kernarg block is passed.
    fn block_address_space(&self) -> u32;

    /// The attribute that passes the kernarg block by value: `byval` or `byref`.
    fn block_attribute(&self) -> &'static str;

    /// Tells the back end how many work-items a group may have, and what else is asked of the code. The error says, after
    /// "the launch bounds ask for", what cannot be kept, with its numbers and the target's.
    fn bound_launch(&self, kernel: Function<'_>, max_group_size: u32, bounds: &CodeBounds) -> Result<(), String>;

    // ## Instructions for the device ABI. The builder stands where the value is wanted.

    /// Index of the work-item in its group.
    fn work_item_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError>;

    /// Index of the group in the grid.
    fn work_group_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError>;

    /// Work-items of a full group.
    fn work_group_size<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError>;

    /// Waits for every work-item of the group, and makes memory written before visible to them. `site`: the address of the
    /// caller's `Location`.
    fn barrier<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, site: Value<'m>) -> Result<(), IrError>;

    /// A condition that holds for this work-item only if `condition` does, and, where the target can tell, for its
    /// wavefront as a whole: what branches on it then stays together.
    fn agree<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, condition: Value<'m>) -> Result<Value<'m>, IrError> {
        let _ = (b, m);
        Ok(condition)
    }

    /// The body of a function for what work-items of a sub-group do together. The builder stands in its first block.
    fn subgroup<'m>(
        &self,
        operation: SubgroupOp,
        function: Function<'m>,
        b: Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<(), IrError>;

    /// An operation that this vendor's GPUs alone have (`geobacter_core::raw`), named `VENDOR_OPERATION`, in the place where the
    /// builder stands. `None` for others', and where this device lacks it or an operand that must be a constant is not.
    fn raw<'m>(
        &self,
        operation: &str,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Option<Value<'m>>, IrError> {
        let _ = (operation, args, b, m);
        Ok(None)
    }

    /// The body of a function that is given the number of an event, and makes whoever on the host waits for that look:
    /// nothing, where the host looks by itself. The builder stands in its first block.
    fn interrupt<'m>(&self, function: Function<'m>, b: Builder<'m>, m: &'m Module<'_>) -> Result<(), IrError> {
        let _ = (function, m);
        b.ret_void();
        Ok(())
    }

    /// How a work-item ends early.
    fn exit(&self) -> Exit;

    // ## Memory

    /// Address space of local variables; 0 where they are in the generic one.
    fn alloca_address_space(&self) -> u32;

    /// LLVM's name for a scope of atomic operations that is narrower than the system.
    fn scope(&self, scope: Scope) -> &'static str;

    /// Told of each atomic instruction that got such a scope: what follows from it that the back end wants to be told.
    fn narrowed(&self, atomic: Instruction<'_>) {
        let _ = atomic;
    }

    /// Address space of work-group memory.
    fn group_address_space(&self) -> u32;

    /// Where the work-group's memory begins, where that is not a variable in that address space. The builder stands where it
    /// is wanted.
    fn group_memory<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>) -> Option<Value<'m>> {
        let _ = (b, m);
        None
    }

    /// Address space for constants and for other variables, where the back end does not find it by itself.
    fn global_address_space(&self, constant: bool) -> u32;

    // ## Code generation

    /// Whether the back end has exact enough code of its own for a math intrinsic such as `exp2` of this type.
    fn has_native_math(&self, function: &str, ty: Type<'_>) -> bool;

    /// The target's own approximation. The builder stands where the value is wanted.
    fn fast<'m>(
        &self,
        operation: FastOp,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Value<'m>, IrError>;

    /// What the back end wants to know about the module as a whole.
    fn flag_module(&self, module: &Module<'_>);

    /// Whether each instruction is to keep its place in the source, and each access to memory to stay as it is, at the cost of
    /// speed. Otherwise code is as fast as can be, and knows no places.
    fn keeps_places(&self) -> bool {
        false
    }

    /// Last changes to finished IR, for the sake of the back end and of what comes after it.
    fn before_emission(&self, module: &Module<'_>, machine: &TargetMachine) -> Result<(), IrError> {
        let _ = (module, machine);
        Ok(())
    }

    /// Passes over finished IR that LLVM leaves to the front end. They come after [`before_emission`](Self::before_emission).
    fn last_passes(&self) -> Option<&'static str> {
        None
    }

    /// Whether the target's driver reads the list of a kernel's panic sites in its code, so that a panic can be reported as
    /// the number of one ([`keep_panic_sites`](Self::keep_panic_sites)).
    fn keeps_panic_sites(&self) -> bool {
        false
    }

    /// Puts the list into the module, for the driver alone.
    fn keep_panic_sites(&self, module: &Module<'_>, list: &[u8]) {
        let _ = (module, list);
    }

    /// What an object is: assembly text or a file for a linker.
    fn object_kind(&self) -> CodeKind;

    /// Checks that the finished image keeps the launch's bounds, as far as its maker can tell. The error is as that of
    /// [`bound_launch`](Self::bound_launch).
    fn keeps_bounds(&self, image: &[u8], symbol: &str, bounds: &CodeBounds) -> Result<(), String> {
        let _ = (image, symbol, bounds);
        Ok(())
    }

    /// Makes what the driver loads of an object. The error is a sentence for the user.
    fn image(&self, llvm: Llvm, object: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// The target that a driver's name for a device stands for.
pub(crate) fn find(name: &str) -> Result<Box<dyn Target>, CompileError> {
    let unknown = |reason| CompileError::UnknownTarget { target: name.to_owned(), reason };
    if let Some(nvptx) = nvptx::Nvptx::parse(name) {
        nvptx.map(|t| Box::new(t) as Box<dyn Target>).map_err(unknown)
    } else if let Some(amdgpu) = amdgpu::Amdgpu::parse(name) {
        amdgpu.map(|t| Box::new(t) as Box<dyn Target>).map_err(unknown)
    } else if let Some(checked) = checked::Checked::parse(name) {
        Ok(Box::new(checked))
    } else {
        Err(unknown("NVIDIA targets are written `sm_90`, AMD ones `gfx90a` or `gfx90a:sramecc+:xnack-`".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn names_of_devices_are_told_apart() {
        for name in [
            "sm_70",
            "sm_90",
            "sm_90a",
            "sm_121",
            "gfx90a",
            "gfx90a:sramecc+:xnack-",
            "gfx1100",
            "gfx1250",
            "gfx1100:wave64",
            "gfx1201:wave64",
            "x86_64-checked",
        ] {
            assert!(find(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "sm_",
            "sm_x",
            "gfx",
            "gfx9999",
            "gfx90a:what",
            "x86_64",
            "gfx90a:wave64",
            "gfx1030:wave64",
            "gfx1250:wave64",
        ] {
            let error = find(name).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(&format!("`{name}`")), "{error}");
        }
    }
}
