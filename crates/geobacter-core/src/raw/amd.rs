//! AMD's: data-parallel primitives (DPP), `ds_swizzle`, permutes, lane reads and writes.
//!
//! Sources: "AMD Instinct MI200 Instruction Set Architecture" (DPP in 4.5, `DS_SWIZZLE_B32` and the permutes in 12.15),
//! "RDNA3 Instruction Set Architecture" (`V_PERMLANE*`), and LLVM's "User Guide for AMDGPU Backend" for the intrinsics.

use crate::{Subgroup, abi, convergent_call, stay_whole};

/// DPP control: within each four lanes, lane `i` reads lane `lanes[i]`.
///
/// # Panics
/// Where a lane is not below 4; for a constant, that is an error of the compile.
pub const fn quad_perm(lanes: [u32; 4]) -> u32 {
    assert!(lanes[0] < 4 && lanes[1] < 4 && lanes[2] < 4 && lanes[3] < 4, "lanes of a quad are 0 to 3");
    lanes[0] | lanes[1] << 2 | lanes[2] << 4 | lanes[3] << 6
}

/// A control word for a distance of 1 to 15 lanes.
const fn by(first: u32, lanes: u32) -> u32 {
    assert!(0 < lanes && lanes < 16, "rows are of 16 lanes");
    first | lanes
}

/// DPP control: each lane reads the one `lanes` (1 to 15) above, in its row of 16.
///
/// # Panics
/// As [`quad_perm`].
pub const fn row_shl(lanes: u32) -> u32 {
    by(0x100, lanes)
}

/// DPP control: each lane reads the one `lanes` (1 to 15) below, in its row of 16.
///
/// # Panics
/// As [`quad_perm`].
pub const fn row_shr(lanes: u32) -> u32 {
    by(0x110, lanes)
}

/// DPP control: each lane reads the one `lanes` (1 to 15) below, around its row of 16.
///
/// # Panics
/// As [`quad_perm`].
pub const fn row_ror(lanes: u32) -> u32 {
    by(0x120, lanes)
}

/// DPP control: rows of 16 lanes in reverse.
pub const ROW_MIRROR: u32 = 0x140;
/// DPP control: halves of rows, 8 lanes, in reverse.
pub const ROW_HALF_MIRROR: u32 = 0x141;
/// DPP control: the last lane of each row, for all of the next row. Before gfx10 only.
pub const ROW_BCAST15: u32 = 0x142;
/// DPP control: lane 31, for all lanes from 32 on. Before gfx10 only.
pub const ROW_BCAST31: u32 = 0x143;

/// What a DPP control word may be.
const fn is_control(control: u32) -> bool {
    matches!(control, 0..=0xff | 0x101..=0x10f | 0x111..=0x11f | 0x121..=0x12f | 0x140..=0x143)
}

/// All rows, and all banks of four lanes.
const ALL: u32 = 0xf;

/// Moves `value` between lanes on the way to the next instruction: one of the control words of this module says from
/// where. A lane that has no source keeps `old`.
#[inline(always)]
#[track_caller]
pub fn dpp<const CONTROL: u32>(subgroup: Subgroup<'_>, old: u32, value: u32) -> u32 {
    stay_whole!();
    dpp_masked::<CONTROL, ALL, ALL>(subgroup, old, value)
}

/// As [`dpp`], for the lanes alone whose row of 16 (bit `i` of `ROWS`) and whose bank of four in it (bit `i` of `BANKS`) are
/// named; others keep `old`.
#[inline(always)]
#[track_caller]
pub fn dpp_masked<const CONTROL: u32, const ROWS: u32, const BANKS: u32>(
    subgroup: Subgroup<'_>,
    old: u32,
    value: u32,
) -> u32 {
    const { assert!(is_control(CONTROL), "not a DPP control word: use the constants and functions of `raw::amd`") };
    const { assert!(ROWS <= ALL && BANKS <= ALL, "there are four rows, and four banks") };
    not_on_the_host!("AMD");
    let _ = subgroup;
    let how = CONTROL | ROWS << 16 | BANKS << 20;
    convergent_call!(abi::__geobacter_raw_amd_dpp, old, value, how => u32)
}

/// `ds_swizzle` pattern: lane `i` of 32 reads lane `((i & and) | or) ^ xor`.
///
/// # Panics
/// Where a mask has more than 5 bits; for a constant, that is an error of the compile.
pub const fn swizzle_masks(and: u32, or: u32, xor: u32) -> u32 {
    assert!(and < 32 && or < 32 && xor < 32, "lanes are 0 to 31");
    and | or << 5 | xor << 10
}

/// `ds_swizzle` pattern: within each four lanes, lane `i` reads lane `lanes[i]`.
///
/// # Panics
/// As [`quad_perm`].
pub const fn swizzle_quad(lanes: [u32; 4]) -> u32 {
    0x8000 | quad_perm(lanes)
}

/// Moves `value` between lanes by a constant pattern, through the hardware of work-group memory but not its contents.
#[inline(always)]
#[track_caller]
pub fn ds_swizzle<const PATTERN: u32>(subgroup: Subgroup<'_>, value: u32) -> u32 {
    const { assert!(PATTERN <= 0x80ff, "not a pattern of `swizzle_masks` or `swizzle_quad`") };
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_ds_swizzle, value, PATTERN => u32)
}

/// Sends `value` to lane `lane` (modulo the size). A lane that is sent several values gets the one of the highest sender; one
/// that is sent none, 0.
#[inline(always)]
#[track_caller]
pub fn ds_permute(subgroup: Subgroup<'_>, lane: u32, value: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_ds_permute, lane, value => u32)
}

/// What lane `lane` (modulo the size) passes; 0 from a lane that is not active.
#[inline(always)]
#[track_caller]
pub fn ds_bpermute(subgroup: Subgroup<'_>, lane: u32, value: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_ds_bpermute, lane, value => u32)
}

/// `old`, but for lane `lane`, which gets `value`; both must be the same for all lanes.
#[inline(always)]
#[track_caller]
pub fn write_lane(subgroup: Subgroup<'_>, value: u32, lane: u32, old: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_write_lane, value, lane, old => u32)
}

/// What a lane of this row of 16 passes: which one, four bits for each lane say, those of the lower eight in `low`, the others
/// in `high`; both the same for all lanes. From gfx10 on.
#[inline(always)]
#[track_caller]
pub fn permlane16(subgroup: Subgroup<'_>, value: u32, low: u32, high: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_permlane16, value, low, high => u32)
}

/// As [`permlane16`], from the other row of each two. From gfx10 on.
#[inline(always)]
#[track_caller]
pub fn permlanex16(subgroup: Subgroup<'_>, value: u32, low: u32, high: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_permlanex16, value, low, high => u32)
}

/// What the lane 32 further on, around 64, passes; its own, where sub-groups have 32. From gfx11 on.
#[inline(always)]
#[track_caller]
pub fn permlane64(subgroup: Subgroup<'_>, value: u32) -> u32 {
    not_on_the_host!("AMD");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_amd_permlane64, value => u32)
}
