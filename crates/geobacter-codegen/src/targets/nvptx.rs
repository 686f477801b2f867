//! NVIDIA GPUs: PTX, which the driver turns into machine code when it loads a kernel.

mod assembly;
mod atomics;
mod fast;
mod loop_addresses;
mod narrow;
mod occupancy;
mod raw;
mod sites;
mod subgroup;

use geobacter_core::CodeBounds;
use geobacter_core::abi::PLATFORM_NVPTX;
use geobacter_llvm::{
    Arch, Builder, CodeKind, Function, IrError, Llvm, Module, OptLevel, TargetMachine, TargetSpec, Type, Value,
};

use super::{Axis, Dialect, Exit, FastOp, KIB, Scope, SubgroupOp, Target};

pub(crate) struct Nvptx {
    cpu: String,
    /// The compute capability, as in the name.
    capability: u32,
    features: &'static str,
    has_tanh: bool,
}

/// `CallingConv::PTX_Kernel`.
const PTX_KERNEL: u32 = 71;
/// PTX's shared memory.
const SHARED: u32 = 3;

/// The compute capabilities that LLVM 22 knows, from the first one whose work-items run independently of their warp.
const KNOWN: &[u32] = &[70, 72, 75, 80, 86, 87, 88, 89, 90, 100, 101, 103, 110, 120, 121];
/// The lowest LLVM version at which PTX has all that is used here; only capabilities whose own lowest version is lower
/// need it said. Otherwise LLVM writes the lowest version that has the capability, which the most drivers load.
const MINIMUM_PTX: (u32, &str) = (75, "+ptx63");

/// The first compute capability with `tanh.approx` (PTX ISA, `tanh`).
const FIRST_TANH: u32 = 75;
/// The most threads of a block, on all (CUDA C++ Programming Guide, "Technical Specifications per Compute Capability").
const MAX_GROUP_SIZE: u32 = 1024;
/// The most shared memory of a block in KiB, by compute capability (the same table).
const SHARED_MEMORY: &[(&[u32], u32)] =
    &[(&[70, 72], 96), (&[75], 64), (&[80, 87], 163), (&[86, 89, 120, 121], 99), (&[90, 100, 101, 103, 110], 227)];
/// What those have at least that the table does not name.
const LEAST_SHARED_MEMORY: u32 = 64;

impl Nvptx {
    /// `None` where it is not the name of an NVIDIA target at all.
    pub(crate) fn parse(name: &str) -> Option<Result<Self, String>> {
        let version = name.strip_prefix("sm_")?;
        let digits = version.trim_end_matches(['a', 'f']);
        let Ok(number) = digits.parse::<u32>() else {
            return Some(Err("the compute capability is written like `sm_90`".into()));
        };
        // Drivers compile PTX of an older capability for a newer device; its letter, which ties it to one device, must go.
        let Some(nearest) = KNOWN.iter().rev().find(|k| **k <= number) else {
            return Some(Err(format!("devices older than sm_{} cannot run these kernels", KNOWN[0])));
        };
        let cpu = if *nearest == number { name.to_owned() } else { format!("sm_{nearest}") };
        let features = if number < MINIMUM_PTX.0 { MINIMUM_PTX.1 } else { "" };
        Some(Ok(Nvptx { cpu, capability: *nearest, features, has_tanh: *nearest >= FIRST_TANH }))
    }

    fn special_register<'m>(
        &self,
        b: &Builder<'m>,
        m: &'m Module<'_>,
        register: &str,
        axis: Axis,
    ) -> Result<Value<'m>, IrError> {
        let letter = ["x", "y", "z"][axis];
        let read = m.intrinsic(&format!("llvm.nvvm.read.ptx.sreg.{register}.{letter}"), &[])?;
        Ok(b.call(read, &[]).as_value())
    }
}

impl Target for Nvptx {
    fn spec(&self) -> TargetSpec<'_> {
        TargetSpec {
            arch: Arch::Nvptx,
            triple: "nvptx64-nvidia-cuda",
            cpu: &self.cpu,
            features: self.features,
            level: OptLevel::Aggressive,
        }
    }

    fn platform(&self) -> u32 {
        PLATFORM_NVPTX
    }

    /// The compute capability: its last digit is the minor number.
    fn version(&self) -> [u32; 3] {
        [self.capability / 10, self.capability % 10, 0]
    }

    fn max_group_size(&self) -> u32 {
        MAX_GROUP_SIZE
    }

    fn max_group_memory(&self) -> u32 {
        let known = SHARED_MEMORY.iter().find(|(capabilities, _)| capabilities.contains(&self.capability));
        known.map_or(LEAST_SHARED_MEMORY, |(_, kib)| *kib) * KIB
    }

    fn assembly(&self) -> &'static Dialect {
        &assembly::DIALECT
    }

    fn kernel_convention(&self) -> u32 {
        PTX_KERNEL
    }

    fn block_address_space(&self) -> u32 {
        0
    }

    /// A by-value parameter lives in the `.param` space; LLVM turns loads from it into `ld.param`, and takes pointers
    /// loaded from it for global ones.
    fn block_attribute(&self) -> &'static str {
        "byval"
    }

    fn bound_launch(&self, kernel: Function<'_>, max_group_size: u32, bounds: &CodeBounds) -> Result<(), String> {
        occupancy::bound(kernel, self.capability, max_group_size, bounds)
    }

    fn work_item_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        self.special_register(b, m, "tid", axis)
    }

    fn work_group_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        self.special_register(b, m, "ctaid", axis)
    }

    fn work_group_size<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        self.special_register(b, m, "ntid", axis)
    }

    /// `barrier.sync.aligned 0`, which orders memory accesses among the participants too (PTX ISA, `bar`).
    fn barrier<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, _site: Value<'m>) -> Result<(), IrError> {
        let barrier = m.intrinsic("llvm.nvvm.barrier.cta.sync.aligned.all", &[])?;
        b.call(barrier, &[m.context().int_type(32).zero()]);
        Ok(())
    }

    fn raw<'m>(
        &self,
        operation: &str,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Option<Value<'m>>, IrError> {
        raw::instruction(&self.cpu, operation, args, b, m)
    }

    fn subgroup<'m>(
        &self,
        operation: SubgroupOp,
        function: Function<'m>,
        b: Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<(), IrError> {
        subgroup::body(operation, function, b, m)
    }

    /// `exit`, for this thread alone: barriers no longer wait for it.
    fn exit(&self) -> Exit {
        Exit::Instruction("llvm.nvvm.exit")
    }

    fn alloca_address_space(&self) -> u32 {
        0
    }

    fn scope(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::WorkGroup => "block",
            Scope::Device => "device",
        }
    }

    fn group_address_space(&self) -> u32 {
        SHARED
    }

    /// The back end moves generic variables to the global space by itself.
    fn global_address_space(&self, _constant: bool) -> u32 {
        0
    }

    /// What PTX has are approximations (`sin.approx`, ...), far from what Rust code expects.
    fn has_native_math(&self, _function: &str, _ty: Type<'_>) -> bool {
        false
    }

    fn fast<'m>(
        &self,
        operation: FastOp,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Value<'m>, IrError> {
        fast::body(operation, args, self.has_tanh, b, m)
    }

    fn flag_module(&self, _module: &Module<'_>) {}

    fn before_emission(&self, module: &Module<'_>, _machine: &TargetMachine) -> Result<(), IrError> {
        atomics::spell_out(module);
        fast::spell_out(module);
        narrow::keep_bits(module);
        loop_addresses::keep_in_ordinary_registers(module)
    }

    /// Calls have registers of their own, but a kernel is given as many as the largest function that it may call.
    fn keeps_panic_sites(&self) -> bool {
        true
    }

    fn keep_panic_sites(&self, module: &Module<'_>, list: &[u8]) {
        sites::keep(module, list);
    }

    fn object_kind(&self) -> CodeKind {
        CodeKind::Assembly
    }

    /// The driver takes PTX as a C string.
    fn image(&self, _llvm: Llvm, mut object: Vec<u8>) -> Result<Vec<u8>, String> {
        object.push(0);
        Ok(object)
    }
}
