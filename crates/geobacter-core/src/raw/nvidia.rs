//! NVIDIA's: `shfl`, `vote`, `match`, `redux`, each told which lanes take part.
//!
//! `members` has a bit for each lane that takes part; every one of them must come to the operation, with the same
//! `members`. Source: "PTX ISA", 9.7.9 `shfl.sync`, 9.7.13 `vote.sync`, `match.sync`, `activemask`, `redux.sync`.

use crate::{Subgroup, abi, convergent_call};

macro_rules! operations {
    ($($(#[$doc:meta])* fn $name:ident = $abi:ident($($arg:ident: $ty:ty),*) -> $ret:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        #[track_caller]
        pub fn $name(subgroup: Subgroup<'_>, $($arg: $ty),*) -> $ret {
            not_on_the_host!("NVIDIA");
            let _ = subgroup;
            operations!(@call $abi($($arg: $ty),*) -> $ret)
        }
    )*};
    (@call $abi:ident($($arg:ident: $ty:ty),*) -> bool) => {
        convergent_call!(abi::$abi, $(u32::from($arg)),* => u32) != 0
    };
    (@call $abi:ident($($arg:ident: $ty:ty),*) -> $ret:ident) => {
        convergent_call!(abi::$abi, $(u32::from($arg)),* => u32)
    };
}

operations! {
    /// `shfl.sync.idx`: what lane `lane` of this one's segment passes. `clamp` is the last lane of a segment, with the
    /// segment's mask in bits 8 to 12: 31 for the whole warp.
    fn shfl_idx = __geobacter_raw_nvidia_shfl_idx(members: u32, value: u32, lane: u32, clamp: u32) -> u32;
    /// `shfl.sync.up`: what the lane `by` below passes, or this one's own where it is below `clamp`: 0 for the whole warp.
    fn shfl_up = __geobacter_raw_nvidia_shfl_up(members: u32, value: u32, by: u32, clamp: u32) -> u32;
    /// `shfl.sync.down`: what the lane `by` above passes, or this one's own where it is above `clamp`: 31 for the whole warp.
    fn shfl_down = __geobacter_raw_nvidia_shfl_down(members: u32, value: u32, by: u32, clamp: u32) -> u32;
    /// `shfl.sync.bfly`: what the lane passes that differs in the bits of `mask`, or this one's own where it is above
    /// `clamp`: 31 for the whole warp.
    fn shfl_bfly = __geobacter_raw_nvidia_shfl_bfly(members: u32, value: u32, mask: u32, clamp: u32) -> u32;
    /// `vote.sync.all`: whether all members pass `true`.
    fn vote_all = __geobacter_raw_nvidia_vote_all(members: u32, bit: bool) -> bool;
    /// `vote.sync.any`: whether a member passes `true`.
    fn vote_any = __geobacter_raw_nvidia_vote_any(members: u32, bit: bool) -> bool;
    /// `vote.sync.uni`: whether all members pass the same.
    fn vote_uni = __geobacter_raw_nvidia_vote_uni(members: u32, bit: bool) -> bool;
    /// `vote.sync.ballot`: what each member passes, a bit each.
    fn vote_ballot = __geobacter_raw_nvidia_vote_ballot(members: u32, bit: bool) -> u32;
    /// `match.any.sync`: the members that pass the same value.
    fn match_any = __geobacter_raw_nvidia_match_any(members: u32, value: u32) -> u32;
    /// `match.all.sync`: all members, where all pass the same value, and 0 where not.
    fn match_all = __geobacter_raw_nvidia_match_all(members: u32, value: u32) -> u32;
    /// `redux.sync.add`: the sum over the members. From sm_80 on, as all of `redux`.
    fn redux_add = __geobacter_raw_nvidia_redux_add(members: u32, value: u32) -> u32;
    /// `redux.sync.min.u32`: the smallest of the members' numbers.
    fn redux_min = __geobacter_raw_nvidia_redux_min(members: u32, value: u32) -> u32;
    /// `redux.sync.max.u32`: the largest of the members' numbers.
    fn redux_max = __geobacter_raw_nvidia_redux_max(members: u32, value: u32) -> u32;
    /// `redux.sync.and`: the bits that all members have.
    fn redux_and = __geobacter_raw_nvidia_redux_and(members: u32, value: u32) -> u32;
    /// `redux.sync.or`: the bits that a member has.
    fn redux_or = __geobacter_raw_nvidia_redux_or(members: u32, value: u32) -> u32;
    /// `redux.sync.xor`: the bits that an odd number of members have.
    fn redux_xor = __geobacter_raw_nvidia_redux_xor(members: u32, value: u32) -> u32;
}

/// `activemask`: the lanes that happen to run this together. Which ones is not defined: a hint, never a set of members.
#[inline(always)]
#[track_caller]
pub fn active_mask(subgroup: Subgroup<'_>) -> u32 {
    not_on_the_host!("NVIDIA");
    let _ = subgroup;
    convergent_call!(abi::__geobacter_raw_nvidia_active_mask => u32)
}
