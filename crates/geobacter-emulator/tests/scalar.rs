//! Scalar instructions.

mod support;

use support::snippet::{lanes, run, run1};

#[test]
fn additions_carry_into_scc() {
    let text = "s_mov_b32 s20, 0xffffffff
        s_add_u32 s21, s20, 2
        s_addc_u32 s22, 5, 0
        s_sub_u32 s23, 1, 2
        s_subb_u32 s24, 7, 0";
    let out = run(text, &[], &["s21", "s22", "s23", "s24"]);
    assert_eq!(out.map_first(), [1, 6, 0xffff_ffff, 6]);
}

trait First {
    fn map_first(&self) -> Vec<u32>;
}

impl First for Vec<support::snippet::Lanes> {
    fn map_first(&self) -> Vec<u32> {
        assert!(self.iter().all(|r| r.iter().all(|v| *v == r[0])), "a scalar is the same in all lanes");
        self.iter().map(|r| r[0]).collect()
    }
}

#[test]
fn a_lane_number_reaches_memory() {
    assert_eq!(run1("v_lshrrev_b32_e32 v5, 2, v0", &[], "v5"), lanes(|l| l));
}
