//! What goes wrong is reported with its place, and the processor goes on.

mod support;

use geobacter_emulator::{Access, FaultKind, Options, Processor};
use support::snippet::{kernel, try_run};
use support::{Map, dispatch, gfx90a, launch, with_options};

fn fault(processor: &Processor, text: &str) -> geobacter_emulator::Fault {
    try_run(processor, text, &[[0; 64]], &[]).expect_err("a fault")
}

#[test]
fn memory_that_is_not_mapped() {
    let text = "s_mov_b64 exec, 0x30
        v_mov_b32 v4, 0x1000
        v_mov_b32 v5, 0x77
        global_store_dword v[4:5], v1, off offset:8";
    let fault = fault(gfx90a(), text);
    assert_eq!(fault.kind, FaultKind::Memory(Access::Write));
    assert_eq!((fault.data_address, fault.lane, fault.wave), (Some(0x77_0000_1008), Some(4), 0));
    assert_eq!(fault.instruction, "global_store_dword v[4:5], v1, off offset:8");
    assert!(fault.offset > 0);
    let message = fault.to_string();
    assert!(message.contains("0x7700001008") && message.contains("lane 4"), "{message}");
}

#[test]
fn inputs_cannot_be_written() {
    let fault = fault(gfx90a(), "global_store_dword v0, v1, s[8:9]");
    assert_eq!(fault.kind, FaultKind::Memory(Access::Write));
}

#[test]
fn work_group_memory_beyond_its_end() {
    // Of the last lane's eight bytes, the second four.
    let fault = fault(gfx90a(), "ds_read_b64 v[4:5], v0 offset:768");
    assert_eq!((fault.kind, fault.lane, fault.data_address), (FaultKind::GroupMemory, Some(63), Some(1024)));
}

#[test]
fn private_memory_beyond_its_end() {
    let fault = fault(gfx90a(), "s_mov_b32 s20, 0\nscratch_load_dword v4, off, s20");
    assert_eq!((fault.kind, fault.lane), (FaultKind::PrivateMemory, Some(0)));
}

#[test]
fn misaligned_atomics() {
    let fault = fault(gfx90a(), "v_add_u32 v4, 2, v0\nds_add_u32 v4, v1");
    assert_eq!((fault.kind, fault.data_address), (FaultKind::Misaligned(4), Some(2)));
}

#[test]
fn traps() {
    assert_eq!(fault(gfx90a(), "s_trap 2").kind, FaultKind::Trap(2));
    // Without a debugger, a breakpoint is nothing.
    assert!(try_run(gfx90a(), "s_trap 3", &[], &[]).is_ok());
}

#[test]
fn unknown_instructions_are_named() {
    let text = "v_mfma_f32_32x32x1f32 a[0:31], v0, v1, a[0:31]";
    let fault = fault(gfx90a(), text);
    assert!(matches!(fault.kind, FaultKind::UnknownInstruction(_)), "{fault}");
    assert_eq!(fault.instruction, text);
    let fault = self::fault(gfx90a(), ".long 0xffffffff");
    assert!(fault.to_string().contains("0xffffffff"), "{fault}");
}

#[test]
fn rounding_modes_that_are_not_emulated() {
    let fault = fault(gfx90a(), "s_setreg_imm32_b32 hwreg(HW_REG_MODE, 0, 2), 1");
    assert!(matches!(fault.kind, FaultKind::Unsupported(_)), "{fault}");
}

#[test]
fn registers_that_the_kernel_did_not_ask_for() {
    let fault = fault(gfx90a(), "v_mov_b32 v64, 0");
    assert_eq!((fault.kind, &*fault.instruction), (FaultKind::RegisterOutOfRange, "v_mov_b32_e32 v64, 0"));
}

#[test]
fn jumps_to_nowhere() {
    let fault = fault(gfx90a(), "s_mov_b64 s[20:21], 0x1000\ns_setpc_b64 s[20:21]");
    assert_eq!((fault.kind, fault.address), (FaultKind::Memory(Access::Execute), 0x1000));
}

#[test]
fn uninitialised_work_group_memory_where_asked_for() {
    let strict = with_options("gfx90a", Options { threads: 1, uninitialised: true, ..Options::default() });
    let text = "ds_write_b16 v0, v1\nds_read_b32 v4, v0";
    assert_eq!(fault(&strict, text).kind, FaultKind::UninitialisedGroupMemory);
    assert!(try_run(gfx90a(), text, &[[0; 64]], &[]).is_ok());
    assert!(try_run(&strict, "ds_write_b32 v0, v1\nds_read_b32 v4, v0", &[[0; 64]], &[]).is_ok());
}

#[test]
fn barriers_that_a_wavefront_misses_where_asked_for() {
    // The second wavefront ends without the barrier that the first one waits at.
    let text = "v_readfirstlane_b32 s20, v0
        s_cmp_lg_u32 s20, 0
        s_cbranch_scc1 out
        s_barrier
        out:";
    let code = kernel(text, 0, &[]);
    let run = |processor: &Processor| launch(processor, &code, "snippet", (128, 128), &[0, 0], Map::new(&code));
    assert_eq!(run(gfx90a()), Ok(()));
    let strict = with_options("gfx90a", Options { threads: 1, strict_barriers: true, ..Options::default() });
    let fault = run(&strict).expect_err("a fault");
    assert_eq!((fault.kind, &*fault.instruction, fault.wave), (FaultKind::BarrierNotReached, "s_barrier", 0));
    let both = kernel("s_barrier\ns_barrier", 0, &[]);
    assert_eq!(launch(&strict, &both, "snippet", (128, 128), &[0, 0], Map::new(&both)), Ok(()));
}

#[test]
fn bad_dispatches() {
    let code = kernel("", 0, &[]);
    let good = dispatch(&code, "snippet", (64, 64), &[0, 0]);
    let refused = |change: fn(&mut geobacter_emulator::Dispatch)| {
        let mut bad = good;
        change(&mut bad);
        let fault = gfx90a().dispatch(&bad, &Map::new(&code)).expect_err("a fault");
        assert!(matches!(fault.kind, FaultKind::BadDispatch(_)), "{fault}");
        assert!(!fault.to_string().contains("work-group (0, 0, 0)"));
    };
    refused(|d| d.group_size[0] = 0);
    refused(|d| d.group_size = [64, 64, 1]);
    refused(|d| d.grid_size[2] = 0);
    refused(|d| d.kernel_object = 64);
    refused(|d| d.group_segment_size = 16);
    refused(|d| d.group_segment_size = 1 << 20);
}

#[test]
fn endless_kernels_end_when_cancelled() {
    let code = kernel("again:\ns_sleep 1\ns_branch again", 0, &[]);
    let map = Map::new(&code);
    map.cancel.store(true, std::sync::atomic::Ordering::Relaxed);
    let fault = launch(gfx90a(), &code, "snippet", (64, 64), &[0, 0], map).expect_err("a fault");
    assert_eq!(fault.kind, FaultKind::Cancelled);
}

#[test]
fn interrupts_carry_m0() {
    let code = kernel("s_mov_b32 m0, 42\ns_nop 0\ns_sendmsg sendmsg(MSG_INTERRUPT)", 0, &[]);
    let arguments = [0_u64; 2];
    let map = Map::new(&code).read(&arguments);
    gfx90a().dispatch(&dispatch(&code, "snippet", (64, 128), &arguments), &map).expect("no fault");
    assert_eq!(*map.interrupts.lock().unwrap(), [42, 42]);
}

#[test]
fn unknown_processors_are_refused() {
    for target in ["gfx900", "sm_90", "gfx90a:what+", "", "gfx90a:xnack"] {
        let error = Processor::new(target, &support::llvm(), Options::default()).expect_err("an error");
        assert!(error.to_string().contains("gfx90a"), "{error}");
    }
    assert!(Processor::new("gfx90a:sramecc+:xnack-", &support::llvm(), Options::default()).is_ok());
}
