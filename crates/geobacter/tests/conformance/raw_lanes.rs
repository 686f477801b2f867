//! Cross-lane operations of one vendor, by their own names, each on that vendor's devices; and what becomes of them on others.

use geobacter::Error;
use geobacter::prelude::*;
use geobacter::raw::{amd, nvidia};

/// Work-items: of one group, whose sub-groups are whole.
const N: usize = 128;

/// What a device's kernels run on, by what it compiles for.
fn platform_of(device: &Device) -> Platform {
    let target = &device.info().target;
    match () {
        () if target.starts_with("sm_") => Platform::Nvptx,
        () if target.starts_with("gfx") => Platform::Amdgpu,
        () => Platform::Host,
    }
}

fn value(i: usize) -> u32 {
    i as u32 * 7 + 1000
}

/// Runs a kernel of one output on one group, and compares with what `expected` makes of a sub-group's first work-item and the
/// lane.
fn check<const M: usize>(
    device: &Device,
    launch: impl Fn(Grid, &mut Buffer<[u32; M]>),
    expected: impl Fn(usize, usize) -> [u32; M],
) {
    let size = device.info().subgroup_size as usize;
    let mut out = device.buffer_filled(N, [0; M]).unwrap();
    launch(Grid::covering(N).group_size([N as u32]), &mut out);
    for (i, out) in out.to_vec().unwrap().into_iter().enumerate() {
        assert_eq!(out, expected(i / size * size, i % size), "work-item {i}");
    }
}

/// Writes `all`, where this is the platform it is for.
macro_rules! kernel {
    ($name:ident on $platform:ident ($subgroup:ident, $x:ident) -> $m:literal $body:block) => {
        fn $name(item: WorkItem, group: Group, mut out: PerItem<[u32; $m]>) {
            if platform() != Platform::$platform {
                return;
            }
            let ($subgroup, $x) = (group.subgroup(), value(item.global_id()));
            let all = $body;
            if let Some(out) = out.get_mut(&item) {
                *out = all;
            }
        }
    };
}

kernel!(rows on Amdgpu (subgroup, x) -> 6 {
    [
        amd::dpp::<{ amd::row_shr(3) }>(subgroup, 1, x),
        amd::dpp::<{ amd::row_shl(2) }>(subgroup, 1, x),
        amd::dpp::<{ amd::row_ror(5) }>(subgroup, 1, x),
        amd::dpp::<{ amd::quad_perm([2, 3, 3, 0]) }>(subgroup, 1, x),
        amd::dpp::<{ amd::ROW_MIRROR }>(subgroup, 1, x),
        amd::dpp::<{ amd::ROW_HALF_MIRROR }>(subgroup, 1, x),
    ]
});

pub(crate) fn amd_data_parallel_primitives(device: &Device) {
    if platform_of(device) != Platform::Amdgpu {
        return;
    }
    check(
        device,
        |grid, out| drop(device.launch(grid, rows, (GroupArg, out)).unwrap()),
        |first, lane| {
            let (row, at) = (first + lane / 16 * 16, lane % 16);
            [
                if at >= 3 { value(row + at - 3) } else { 1 },
                if at + 2 < 16 { value(row + at + 2) } else { 1 },
                value(row + (at + 16 - 5) % 16),
                value(row + at / 4 * 4 + [2, 3, 3, 0][at % 4]),
                value(row + 15 - at),
                value(row + (at ^ 7)),
            ]
        },
    );
}

kernel!(masked on Amdgpu (subgroup, x) -> 2 {
    [
        amd::dpp_masked::<{ amd::ROW_MIRROR }, 0b0101, 0xf>(subgroup, 1, x),
        amd::dpp_masked::<{ amd::ROW_MIRROR }, 0xf, 0b1010>(subgroup, 1, x),
    ]
});

pub(crate) fn amd_rows_and_banks_that_are_left_out(device: &Device) {
    if platform_of(device) != Platform::Amdgpu {
        return;
    }
    check(
        device,
        |grid, out| drop(device.launch(grid, masked, (GroupArg, out)).unwrap()),
        |first, lane| {
            let mirrored = value(first + lane / 16 * 16 + 15 - lane % 16);
            [if (lane / 16).is_multiple_of(2) { mirrored } else { 1 }, if lane / 4 % 2 == 1 { mirrored } else { 1 }]
        },
    );
}

kernel!(permutes on Amdgpu (subgroup, x) -> 5 {
    let lane = subgroup.lane() as u32;
    [
        amd::ds_swizzle::<{ amd::swizzle_masks(0x1f, 0, 9) }>(subgroup, x),
        amd::ds_swizzle::<{ amd::swizzle_quad([1, 1, 3, 2]) }>(subgroup, x),
        amd::ds_permute(subgroup, lane ^ 13, x),
        amd::ds_bpermute(subgroup, lane ^ 11, x),
        amd::write_lane(subgroup, 42, 6, x),
    ]
});

pub(crate) fn amd_permutes_and_swizzles(device: &Device) {
    if platform_of(device) != Platform::Amdgpu {
        return;
    }
    check(
        device,
        |grid, out| drop(device.launch(grid, permutes, (GroupArg, out)).unwrap()),
        |first, lane| {
            [
                value(first + (lane ^ 9)),
                value(first + lane / 4 * 4 + [1, 1, 3, 2][lane % 4]),
                value(first + (lane ^ 13)),
                value(first + (lane ^ 11)),
                if lane == 6 { 42 } else { value(first + lane) },
            ]
        },
    );
}

const ALL: u32 = u32::MAX;

kernel!(warp_shuffles on Nvptx (subgroup, x) -> 5 {
    [
        nvidia::shfl_idx(subgroup, ALL, x, 9, 31),
        nvidia::shfl_up(subgroup, ALL, x, 3, 0),
        nvidia::shfl_down(subgroup, ALL, x, 4, 31),
        nvidia::shfl_bfly(subgroup, ALL, x, 5, 31),
        // Segments of 8: their mask is in bits 8 to 12.
        nvidia::shfl_idx(subgroup, ALL, x, 2, 0x181f),
    ]
});

pub(crate) fn nvidia_shuffles(device: &Device) {
    if platform_of(device) != Platform::Nvptx {
        return;
    }
    check(
        device,
        |grid, out| drop(device.launch(grid, warp_shuffles, (GroupArg, out)).unwrap()),
        |first, lane| {
            [
                value(first + 9),
                value(first + if lane >= 3 { lane - 3 } else { lane }),
                value(first + if lane + 4 < 32 { lane + 4 } else { lane }),
                value(first + (lane ^ 5)),
                value(first + lane / 8 * 8 + 2),
            ]
        },
    );
}

kernel!(warp_votes on Nvptx (subgroup, x) -> 6 {
    [
        nvidia::vote_all(subgroup, ALL, x > 0).into(),
        nvidia::vote_any(subgroup, ALL, x == 0).into(),
        nvidia::vote_uni(subgroup, ALL, x.is_multiple_of(2)).into(),
        nvidia::vote_ballot(subgroup, ALL, x.is_multiple_of(3)),
        nvidia::match_any(subgroup, ALL, x % 4),
        nvidia::match_all(subgroup, ALL, x % 4),
    ]
});

pub(crate) fn nvidia_votes_and_matches(device: &Device) {
    if platform_of(device) != Platform::Nvptx {
        return;
    }
    check(
        device,
        |grid, out| drop(device.launch(grid, warp_votes, (GroupArg, out)).unwrap()),
        |first, lane| {
            let bits =
                |f: &dyn Fn(u32) -> bool| (0..32).filter(|i| f(value(first + i))).map(|i| 1u32 << i).sum::<u32>();
            let mine = value(first + lane) % 4;
            [1, 0, 0, bits(&|x| x.is_multiple_of(3)), bits(&|x| x % 4 == mine), 0]
        },
    );
}

fn unasked(_: WorkItem, group: Group, mut out: PerItem<u32>) {
    let _ = &mut out;
    // For other vendors' GPUs this would not compile, which tests of the code generator see to.
    if platform() == Platform::Host {
        let _ = amd::dpp::<{ amd::ROW_MIRROR }>(group.subgroup(), 0, 0);
    }
}

/// As host code such an operation is a panic that says what to do; in a branch for the host it is nothing elsewhere.
pub(crate) fn host_code_that_does_not_ask_panics(device: &Device) {
    let mut out = device.buffer::<u32>(1).unwrap();
    let queue = device.new_queue().unwrap();
    let launch = device.launch_on(&queue, Grid::covering(1), unasked, (GroupArg, &mut out)).unwrap();
    if platform_of(device) != Platform::Host {
        return launch.wait().unwrap();
    }
    let error = launch.wait().unwrap_err();
    let Error::KernelPanicked { message, .. } = &error else { panic!("{error}") };
    assert!(message.contains("AMD GPUs only") && message.contains("platform()"), "{message}");
}
