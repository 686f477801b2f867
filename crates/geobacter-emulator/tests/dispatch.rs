//! Whole dispatches: ids, barriers, groups that depend on each other, threads. Kernels are LLVM IR, optimised and not.

mod support;

use geobacter_emulator::{Dispatch, Options};
use geobacter_llvm::OptLevel;
use support::{Code, Map, dispatch, for_target, launch, with_options};

const TARGETS: [&str; 2] = ["gfx90a", "gfx1100"];
const LEVELS: [OptLevel; 2] = [OptLevel::None, OptLevel::Aggressive];

/// Runs `test` with the kernel compiled in all ways, for gfx1100 with 32 and 64 lanes.
fn everywhere(ir: &str, test: impl Fn(&str, &Code)) {
    for level in LEVELS {
        for target in TARGETS {
            test(target, &Code::compile(target, ir, level));
        }
        let wide = ir.replace(" {\n", " \"target-features\"=\"+wavefrontsize64\" {\n");
        test("gfx1100", &Code::compile("gfx1100", &wide, level));
    }
}

const IDS: &str = r#"
declare i32 @llvm.amdgcn.workitem.id.x()
declare i32 @llvm.amdgcn.workitem.id.y()
declare i32 @llvm.amdgcn.workitem.id.z()
declare i32 @llvm.amdgcn.workgroup.id.x()
declare i32 @llvm.amdgcn.workgroup.id.y()
declare i32 @llvm.amdgcn.workgroup.id.z()
define amdgpu_kernel void @ids(ptr addrspace(1) %out) {
  %x = call i32 @llvm.amdgcn.workitem.id.x()
  %y = call i32 @llvm.amdgcn.workitem.id.y()
  %z = call i32 @llvm.amdgcn.workitem.id.z()
  %gx = call i32 @llvm.amdgcn.workgroup.id.x()
  %gy = call i32 @llvm.amdgcn.workgroup.id.y()
  %gz = call i32 @llvm.amdgcn.workgroup.id.z()
  %px = mul i32 %gx, 6
  %py = mul i32 %gy, 5
  %pz = mul i32 %gz, 4
  %ix = add i32 %px, %x
  %iy = add i32 %py, %y
  %iz = add i32 %pz, %z
  %rz = mul i32 %iz, 7
  %rzy = add i32 %rz, %iy
  %ry = mul i32 %rzy, 13
  %i = add i32 %ry, %ix
  %p = getelementptr i32, ptr addrspace(1) %out, i32 %i
  %old = atomicrmw add ptr addrspace(1) %p, i32 1 seq_cst
  ret void
}
"#;

#[test]
fn every_work_item_of_a_grid_runs_once() {
    everywhere(IDS, |target, code| {
        for threads in [1, 3] {
            let mut out = vec![0_u32; 13 * 7 * 9];
            let arguments = [out.as_mut_ptr() as u64];
            let map = Map::new(code).read(&arguments).write(&mut out);
            let base = dispatch(code, "ids", (1, 1), &arguments);
            // No multiple of the group's size along any axis.
            let dispatch = Dispatch { group_size: [6, 5, 4], grid_size: [13, 7, 9], ..base };
            let processor = with_options(target, Options { threads, ..Options::default() });
            processor.dispatch(&dispatch, &map).expect("no fault");
            assert!(out.iter().all(|n| *n == 1), "{target}: {out:?}");
            assert_eq!(processor.statistics().groups, 3 * 2 * 3);
        }
    });
}

const REVERSE: &str = r#"
@tile = internal addrspace(3) global [256 x i32] poison
declare i32 @llvm.amdgcn.workitem.id.x()
declare void @llvm.amdgcn.s.barrier()
define amdgpu_kernel void @reverse(ptr addrspace(1) %data) {
  %x = call i32 @llvm.amdgcn.workitem.id.x()
  %from = getelementptr i32, ptr addrspace(1) %data, i32 %x
  %v = load i32, ptr addrspace(1) %from
  %slot = getelementptr [256 x i32], ptr addrspace(3) @tile, i32 0, i32 %x
  store i32 %v, ptr addrspace(3) %slot
  fence syncscope("workgroup") release
  call void @llvm.amdgcn.s.barrier()
  fence syncscope("workgroup") acquire
  %other = sub i32 255, %x
  %generic = addrspacecast ptr addrspace(3) @tile to ptr
  %there = getelementptr i32, ptr %generic, i32 %other
  %w = load i32, ptr %there
  store i32 %w, ptr addrspace(1) %from
  ret void
}
"#;

#[test]
fn wavefronts_of_a_group_meet_at_barriers() {
    everywhere(REVERSE, |target, code| {
        let mut data: Vec<u32> = (0..256).map(|n| n * n).collect();
        let arguments = [data.as_mut_ptr() as u64];
        let map = Map::new(code).write(&mut data);
        launch(for_target(target), code, "reverse", (256, 256), &arguments, map).expect("no fault");
        assert!(data.iter().rev().enumerate().all(|(n, v)| *v == (n * n) as u32), "{target}: {data:?}");
    });
}

/// Each group waits for the one before it, and the last one started lets the first one go on.
const CHAIN: &str = r#"
declare i32 @llvm.amdgcn.workgroup.id.x()
declare i32 @llvm.amdgcn.workitem.id.x()
define amdgpu_kernel void @chain(ptr addrspace(1) %arrived, ptr addrspace(1) %turn) {
entry:
  %g = call i32 @llvm.amdgcn.workgroup.id.x()
  %old = atomicrmw add ptr addrspace(1) %arrived, i32 1 seq_cst
  br label %all
all:
  %n = load atomic i32, ptr addrspace(1) %arrived seq_cst, align 4
  %here = icmp uge i32 %n, 640
  br i1 %here, label %wait, label %all
wait:
  %t = load atomic i32, ptr addrspace(1) %turn seq_cst, align 4
  %mine = icmp uge i32 %t, %g
  br i1 %mine, label %go, label %wait
go:
  %id = call i32 @llvm.amdgcn.workitem.id.x()
  %first = icmp eq i32 %id, 0
  br i1 %first, label %pass, label %out
pass:
  %next = add i32 %g, 1
  store atomic i32 %next, ptr addrspace(1) %turn seq_cst, align 4
  br label %out
out:
  ret void
}
"#;

#[test]
fn groups_that_wait_for_each_other_all_have_their_turns() {
    for target in TARGETS {
        let code = Code::compile(target, CHAIN, OptLevel::Aggressive);
        for threads in [1, 2] {
            let (mut arrived, mut turn) = ([0_u32], [0_u32]);
            let arguments = [arrived.as_mut_ptr() as u64, turn.as_mut_ptr() as u64];
            let map = Map::new(&code).write(&mut arrived).write(&mut turn);
            let processor = with_options(target, Options { threads, ..Options::default() });
            launch(&processor, &code, "chain", (64, 640), &arguments, map).expect("no fault");
            assert_eq!((arrived, turn), ([640], [10]));
        }
    }
}

/// A call through memory, with a stack.
const CALLS: &str = r#"
declare i32 @llvm.amdgcn.workitem.id.x()
define internal i32 @twice(i32 %x) noinline {
  %a = alloca [8 x i32], addrspace(5)
  %i = and i32 %x, 7
  %p = getelementptr [8 x i32], ptr addrspace(5) %a, i32 0, i32 %i
  store volatile i32 %x, ptr addrspace(5) %p
  %g = addrspacecast ptr addrspace(5) %p to ptr
  %v = load volatile i32, ptr %g
  %r = mul i32 %v, 2
  ret i32 %r
}
define internal i32 @plus(i32 %x) noinline {
  %r = add i32 %x, 100
  ret i32 %r
}
define amdgpu_kernel void @calls(ptr addrspace(1) %data) {
  %x = call i32 @llvm.amdgcn.workitem.id.x()
  %odd = trunc i32 %x to i1
  %f = select i1 %odd, ptr @twice, ptr @plus
  %r = call i32 %f(i32 %x)
  %p = getelementptr i32, ptr addrspace(1) %data, i32 %x
  store i32 %r, ptr addrspace(1) %p
  ret void
}
"#;

#[test]
fn functions_are_called_through_pointers_that_differ_between_lanes() {
    everywhere(CALLS, |target, code| {
        let mut data = vec![0_u32; 100];
        let arguments = [data.as_mut_ptr() as u64];
        let map = Map::new(code).read(&arguments).write(&mut data);
        let mut dispatch = dispatch(code, "calls", (100, 100), &arguments);
        dispatch.private_segment_size += 1024;
        for_target(target).dispatch(&dispatch, &map).unwrap_or_else(|fault| panic!("{target}: {fault}"));
        let expected: Vec<u32> = (0..100).map(|x| if x % 2 == 1 { 2 * x } else { x + 100 }).collect();
        assert_eq!(data, expected, "{target}");
    });
}

const BALLOT: &str = r#"
declare i32 @llvm.amdgcn.workitem.id.x()
declare i64 @llvm.amdgcn.ballot.i64(i1)
define amdgpu_kernel void @vote(ptr addrspace(1) %data) {
  %x = call i32 @llvm.amdgcn.workitem.id.x()
  %p = getelementptr i64, ptr addrspace(1) %data, i32 %x
  %v = load i64, ptr addrspace(1) %p
  %c = icmp ult i64 %v, 100
  %b = call i64 @llvm.amdgcn.ballot.i64(i1 %c)
  store i64 %b, ptr addrspace(1) %p
  ret void
}
"#;

#[test]
fn votes_are_of_one_wavefront() {
    everywhere(BALLOT, |target, code| {
        let values: Vec<u64> = (0..128).map(|n| n * 7 % 200).collect();
        let mut data = values.clone();
        let arguments = [data.as_mut_ptr() as u64];
        let map = Map::new(code).write(&mut data);
        launch(for_target(target), code, "vote", (128, 128), &arguments, map).expect("no fault");
        let votes = |lanes: usize| -> Vec<u64> {
            let of = |wave: &[u64]| wave.iter().enumerate().fold(0, |bits, (i, v)| bits | u64::from(*v < 100) << i);
            values.chunks(lanes).flat_map(|wave| vec![of(wave); lanes]).collect()
        };
        let lanes = if code.is_wave32("vote") { 32 } else { 64 };
        assert_eq!(data, votes(lanes), "{target}, {lanes} lanes");
    });
}

#[test]
fn one_thread_does_the_same_each_time() {
    let code = Code::compile("gfx90a", IDS, OptLevel::Aggressive);
    let counts = [(); 2].map(|()| {
        let mut out = vec![0_u32; 13 * 7 * 9];
        let arguments = [out.as_mut_ptr() as u64];
        let map = Map::new(&code).write(&mut out);
        let processor = support::processor("gfx90a");
        launch(&processor, &code, "ids", (64, 64 * 5), &arguments, map).expect("no fault");
        processor.statistics()
    });
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0].lane_instructions > counts[0].wave_instructions);
}
