//! AMD GPUs: ELF code objects, linked here with the toolchain's `rust-lld`.

mod assembly;
mod fast;
mod ids;
mod occupancy;
mod raw;
mod section;
mod subgroup;

use geobacter_container::SITES_SECTION;
use geobacter_core::CodeBounds;
use geobacter_core::abi::PLATFORM_AMDGPU;
use geobacter_llvm::{
    Arch, AttributePlace, BinaryOp, Builder, CastOp, CodeKind, FlagBehavior, Function, Instruction, IntPredicate,
    IrError, Llvm, Module, Opcode, OptLevel, Ordering, TargetMachine, TargetSpec, Type, TypeKind, Value,
};

use super::{Axis, Dialect, Exit, FastOp, KIB, Scope, SubgroupOp, Target, link};

/// Stops the wave, and tells the runtime that it did: trap 2 is LLVM's own for `llvm.trap`.
const TRAP: &str = "s_trap 2";

pub(crate) struct Amdgpu {
    cpu: String,
    features: String,
    /// Whether wavefronts have 64 work-items on a processor on which they have 32 otherwise.
    wave64: bool,
}

/// `CallingConv::AMDGPU_KERNEL`.
const AMDGPU_KERNEL: u32 = 91;
/// Address spaces of the back end.
const GLOBAL: u32 = 1;
const LDS: u32 = 3;
const CONSTANT: u32 = 4;
const PRIVATE: u32 = 5;

/// Code object version 5. ROCr 5.2.3 and 6.1.2 refuse version 6, LLVM 22's default.
const CODE_OBJECT_VERSION: u32 = 500;

/// Offset of `workgroup_size_x`, a `u16`, in the dispatch packet (HSA runtime, `hsa_kernel_dispatch_packet_t`); those of
/// the other axes follow.
const PACKET_GROUP_SIZE: u64 = 4;

/// `s_sendmsg`'s message that interrupts the host, and the bits of `m0` that tell it of what ("MI200 ISA", `S_SENDMSG`).
const MSG_INTERRUPT: u64 = 1;
const EVENT_MASK: u64 = 0xff;

/// The processors that LLVM 22 knows and ROCm's runtime has loaded code for, from GCN 5 on.
const KNOWN: &[&str] = &[
    "gfx900", "gfx902", "gfx904", "gfx906", "gfx908", "gfx909", "gfx90a", "gfx90c", "gfx942", "gfx950", "gfx1010",
    "gfx1011", "gfx1012", "gfx1013", "gfx1030", "gfx1031", "gfx1032", "gfx1033", "gfx1034", "gfx1035", "gfx1036",
    "gfx1100", "gfx1101", "gfx1102", "gfx1103", "gfx1150", "gfx1151", "gfx1152", "gfx1153", "gfx1200", "gfx1201",
    "gfx1250", "gfx1251",
];

/// The most work-items of a work-group (HSA runtime, `HSA_AGENT_INFO_WORKGROUP_MAX_SIZE` of all of them).
const MAX_GROUP_SIZE: u32 = 1024;
/// Local data share that one work-group can have, in KiB (LLVM, `FeatureAddressableLocalMemorySize*` in `AMDGPU.td`).
const LDS_SIZE: u32 = 64;
/// Those that have more.
const MORE_LDS: &[(&[&str], u32)] = &[(&["gfx950"], 160), (&["gfx1250", "gfx1251"], 320)];

impl Amdgpu {
    /// `None` where it is not the name of an AMD target at all.
    pub(crate) fn parse(name: &str) -> Option<Result<Self, String>> {
        if !name.starts_with("gfx") {
            return None;
        }
        let mut parts = name.split(':');
        let cpu = parts.next().unwrap_or_default();
        if !KNOWN.contains(&cpu) {
            return Some(Err(format!("known AMD processors are {}", KNOWN.join(", "))));
        }
        let (mut features, mut wave64) = (Vec::new(), false);
        for part in parts {
            match part {
                "sramecc+" | "xnack+" | "sramecc-" | "xnack-" => {
                    let (feature, sign) = part.split_at(part.len() - 1);
                    features.push(format!("{sign}{feature}"));
                }
                "wave64" => match may_have_wave64(cpu) {
                    Ok(()) => wave64 = true,
                    Err(reason) => return Some(Err(reason)),
                },
                _ => {
                    return Some(Err(
                        "what follows the processor is `:sramecc` or `:xnack`, with `+` or `-`, or `:wave64`".into(),
                    ));
                }
            }
        }
        if wave64 {
            features.push("+wavefrontsize64".to_owned());
        }
        Some(Ok(Amdgpu { cpu: cpu.to_owned(), features: features.join(","), wave64 }))
    }
}

/// Whether kernels may be compiled for wavefronts of 64 where the usual size is 32.
fn may_have_wave64(cpu: &str) -> Result<(), String> {
    match cpu {
        _ if cpu.starts_with("gfx9") => {
            Err(format!("wavefronts always have 64 work-items on {cpu}: leave `:wave64` out"))
        }
        _ if cpu.starts_with("gfx125") => Err(format!("wavefronts always have 32 work-items on {cpu}")),
        // No instruction reads across the halves (`v_permlane64_b32` came with gfx11).
        _ if cpu.starts_with("gfx10") => {
            Err("`:wave64` is for gfx11 and gfx12: on gfx10 a lane cannot read from the other half of 64".into())
        }
        _ => Ok(()),
    }
}

impl Target for Amdgpu {
    fn spec(&self) -> TargetSpec<'_> {
        TargetSpec {
            arch: Arch::Amdgpu,
            triple: "amdgcn-amd-amdhsa",
            cpu: &self.cpu,
            features: &self.features,
            level: OptLevel::Aggressive,
        }
    }

    fn platform(&self) -> u32 {
        PLATFORM_AMDGPU
    }

    /// `gfx90a` is 9.0.10: minor number and stepping are one hexadecimal digit each.
    fn version(&self) -> [u32; 3] {
        let digits = self.cpu.trim_start_matches("gfx");
        let (major, rest) = digits.split_at(digits.len().saturating_sub(2));
        let hex = |at: usize| rest.chars().nth(at).and_then(|c| c.to_digit(16)).unwrap_or(0);
        [major.parse().unwrap_or(0), hex(0), hex(1)]
    }

    fn max_group_size(&self) -> u32 {
        MAX_GROUP_SIZE
    }

    fn max_group_memory(&self) -> u32 {
        let more = MORE_LDS.iter().find(|(cpus, _)| cpus.contains(&self.cpu.as_str()));
        more.map_or(LDS_SIZE, |(_, kib)| *kib) * KIB
    }

    fn assembly(&self) -> &'static Dialect {
        &assembly::DIALECT
    }

    fn kernel_convention(&self) -> u32 {
        AMDGPU_KERNEL
    }

    /// Kernel arguments live in constant memory, which is uniform, so that loads from it can be scalar ones.
    fn block_address_space(&self) -> u32 {
        CONSTANT
    }

    fn block_attribute(&self) -> &'static str {
        "byref"
    }

    fn bound_launch(&self, kernel: Function<'_>, max_group_size: u32, bounds: &CodeBounds) -> Result<(), String> {
        let context = kernel.context();
        for (name, value) in [
            // A launch rounds its grid up to whole groups.
            ("uniform-work-group-size", "true"),
            // No hidden arguments behind the block: whoever launches has only the block to fill in.
            ("amdgpu-implicitarg-num-bytes", "0"),
        ] {
            kernel.add_attribute(AttributePlace::Function, context.string_attribute(name, value));
        }
        occupancy::bound(kernel, &self.cpu, max_group_size, bounds)
    }

    fn work_item_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        let letter = ["x", "y", "z"][axis];
        Ok(b.call(m.intrinsic(&format!("llvm.amdgcn.workitem.id.{letter}"), &[])?, &[]).as_value())
    }

    fn work_group_id<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        let letter = ["x", "y", "z"][axis];
        Ok(b.call(m.intrinsic(&format!("llvm.amdgcn.workgroup.id.{letter}"), &[])?, &[]).as_value())
    }

    /// From the dispatch packet, which always has it: the hidden kernel arguments that ROCm's own languages use depend on
    /// whoever launches to fill them in.
    fn work_group_size<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, axis: Axis) -> Result<Value<'m>, IrError> {
        let context = m.context();
        let packet = b.call(m.intrinsic("llvm.amdgcn.dispatch.ptr", &[])?, &[]).as_value();
        let at = b.offset(packet, PACKET_GROUP_SIZE + 2 * axis as u64);
        let size = b.load(context.int_type(16), at, 2);
        size.set_metadata("invariant.load", &[]);
        Ok(b.cast(CastOp::ZExt, size.as_value(), context.int_type(32)))
    }

    /// The hardware barrier orders nothing by itself: fences do.
    fn barrier<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, _site: Value<'m>) -> Result<(), IrError> {
        b.fence(Ordering::Release, "workgroup");
        b.call(m.intrinsic("llvm.amdgcn.s.barrier", &[])?, &[]);
        b.fence(Ordering::Acquire, "workgroup");
        Ok(())
    }

    /// No work-item of the wavefront says no. LLVM knows a ballot to be uniform.
    fn agree<'m>(&self, b: &Builder<'m>, m: &'m Module<'_>, condition: Value<'m>) -> Result<Value<'m>, IrError> {
        let mask = m.context().int_type(64);
        let no = b.compare(IntPredicate::Eq, condition, condition.ty().zero());
        let noes = b.call(m.intrinsic("llvm.amdgcn.ballot", &[mask])?, &[no]).as_value();
        Ok(b.compare(IntPredicate::Eq, noes, mask.zero()))
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
        // LDS hardware permutes 32 lanes at a time there (LLVM and Mesa say so; on gfx12 it permutes all).
        let halves = self.wave64 && self.cpu.starts_with("gfx11");
        subgroup::body(operation, function, b, m, halves)
    }

    /// One message for each event: a wavefront sends one at a time, with the event in `m0` (ROCm's device libraries send
    /// the same, `hsaqs.cl`). Its work-items may name different ones, so those of the first, then of the next, ...
    fn interrupt<'m>(&self, function: Function<'m>, b: Builder<'m>, m: &'m Module<'_>) -> Result<(), IrError> {
        let context = m.context();
        let [next, send, sent, end] = ["next", "send", "sent", "end"].map(|name| function.append_block(name));
        let event = function.params().next().expect("one parameter, by the device ABI");
        b.br(next);
        let b = Builder::at_end(next);
        let first = b.call(m.intrinsic("llvm.amdgcn.readfirstlane", &[event.ty()])?, &[event]).as_value();
        let mine = b.compare(IntPredicate::Eq, event, first);
        b.cond_br(mine, send, sent);
        let b = Builder::at_end(send);
        let low = b.binary(BinaryOp::And, first, context.int_type(32).int(EVENT_MASK));
        b.call(m.intrinsic("llvm.amdgcn.s.sendmsg", &[])?, &[context.int_type(32).int(MSG_INTERRUPT), low]);
        b.br(sent);
        Builder::at_end(sent).cond_br(mine, end, next);
        Builder::at_end(end).ret_void();
        Ok(())
    }

    /// `s_endpgm` ends the whole wavefront, other work-items and all.
    fn exit(&self) -> Exit {
        Exit::Return
    }

    fn alloca_address_space(&self) -> u32 {
        PRIVATE
    }

    fn scope(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::WorkGroup => "workgroup",
            Scope::Device => "agent",
        }
    }

    /// Over the bus, memory of the host has addition, exchange and compare-exchange only, and fine-grained memory no
    /// floating-point addition: LLVM must fear both unless told. What is for this device alone is in its own memory. As
    /// to subnormal numbers, the instructions flush none on the processors that have them for all memory.
    fn narrowed(&self, atomic: Instruction<'_>) {
        if atomic.opcode() == Opcode::AtomicRmw {
            for promise in ["amdgpu.no.remote.memory", "amdgpu.no.fine.grained.memory", "amdgpu.ignore.denormal.mode"] {
                atomic.set_metadata(promise, &[]);
            }
        }
    }

    fn group_address_space(&self) -> u32 {
        LDS
    }

    /// Constants that many work-items read at one index become scalar loads there.
    fn global_address_space(&self, constant: bool) -> u32 {
        if constant { CONSTANT } else { GLOBAL }
    }

    /// The back end expands these from the hardware's own `f32` instructions, with the scaling and extra terms that keep
    /// the result within a few units in the last place (`AMDGPUTargetLowering::lowerFEXP`, `lowerFLOGCommon`).
    fn has_native_math(&self, function: &str, ty: Type<'_>) -> bool {
        match function {
            "exp" | "exp2" | "exp10" | "log" | "log2" | "log10" => ty.kind() == TypeKind::Float,
            "ldexp" => true,
            _ => false,
        }
    }

    fn fast<'m>(
        &self,
        operation: FastOp,
        args: &[Value<'m>],
        b: &Builder<'m>,
        m: &'m Module<'_>,
    ) -> Result<Value<'m>, IrError> {
        fast::body(operation, args, b, m)
    }

    fn flag_module(&self, module: &Module<'_>) {
        module.add_flag(FlagBehavior::Error, "amdhsa_code_object_version", CODE_OBJECT_VERSION);
    }

    /// LLVM 22 expands `llvm.trap` for gfx11 while it selects instructions, and then leaves others in the same function
    /// unexpanded, on which it stops. The instruction itself needs no expansion.
    fn before_emission(&self, module: &Module<'_>, _machine: &TargetMachine) -> Result<(), IrError> {
        ids::narrow(module);
        occupancy::hand_on(module);
        let trap = module.intrinsic("llvm.trap", &[])?;
        let calls = module.functions().flat_map(Function::instructions).filter_map(|i| i.as_call());
        for call in calls.filter(|c| c.called_function() == Some(trap)).collect::<Vec<_>>() {
            Builder::before(call.as_instruction()).assembly(trap.value_type(), TRAP);
            call.erase();
        }
        Ok(())
    }

    /// The attributor finds which of the registers that a launch can fill in a kernel and what it calls need: identifiers of
    /// the axes, the packet, the queue. It must see the whole kernel: what is opaque during optimisation may need them all.
    ///
    /// The back end makes one load of arguments that follow each other in the block, and only then moves loads to where they
    /// are used, by when an address stays beside the length that is looked at much earlier. So they are moved before that
    /// where scalar registers are handed out by need; from gfx10 on each wavefront has all of them ("RDNA ISA", wavefront
    /// state), and fewer loads are better.
    fn last_passes(&self) -> Option<&'static str> {
        let by_need = self.cpu.starts_with("gfx9");
        Some(if by_need { "function(sink),amdgpu-attributor" } else { "amdgpu-attributor" })
    }

    fn keeps_panic_sites(&self) -> bool {
        true
    }

    fn keep_panic_sites(&self, module: &Module<'_>, list: &[u8]) {
        section::add(module, SITES_SECTION, list);
    }

    fn object_kind(&self) -> CodeKind {
        CodeKind::Object
    }

    fn keeps_bounds(&self, image: &[u8], symbol: &str, bounds: &CodeBounds) -> Result<(), String> {
        occupancy::check(image, &self.cpu, symbol, bounds)
    }

    fn image(&self, llvm: Llvm, object: Vec<u8>) -> Result<Vec<u8>, String> {
        // ROCm loads shared objects only.
        link::shared_object(llvm, &object, &["--no-undefined"], "code for AMD GPUs")
    }
}
