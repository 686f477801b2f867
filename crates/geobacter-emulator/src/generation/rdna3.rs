//! RDNA 3 (gfx11) by its differences from gfx9: most instructions are the same under another name.

use std::borrow::Cow;

/// Names of gfx11, and the gfx9 names of the same instructions (LLVM: `*Instructions.td`, the `_gfx11` definitions).
const NAMES: [(&str, &str); 54] = [
    ("s_and_not1_b32", "s_andn2_b32"),
    ("s_and_not1_b64", "s_andn2_b64"),
    ("s_or_not1_b32", "s_orn2_b32"),
    ("s_or_not1_b64", "s_orn2_b64"),
    ("s_and_not1_saveexec_b32", "s_andn2_saveexec_b32"),
    ("s_and_not1_saveexec_b64", "s_andn2_saveexec_b64"),
    ("s_or_not1_saveexec_b32", "s_orn2_saveexec_b32"),
    ("s_or_not1_saveexec_b64", "s_orn2_saveexec_b64"),
    ("s_and_not0_saveexec_b32", "s_andn1_saveexec_b32"),
    ("s_and_not0_saveexec_b64", "s_andn1_saveexec_b64"),
    ("s_or_not0_saveexec_b32", "s_orn1_saveexec_b32"),
    ("s_or_not0_saveexec_b64", "s_orn1_saveexec_b64"),
    ("s_and_not0_wrexec_b32", "s_andn1_wrexec_b32"),
    ("s_and_not0_wrexec_b64", "s_andn1_wrexec_b64"),
    ("s_and_not1_wrexec_b32", "s_andn2_wrexec_b32"),
    ("s_and_not1_wrexec_b64", "s_andn2_wrexec_b64"),
    ("s_ctz_i32_b32", "s_ff1_i32_b32"),
    ("s_ctz_i32_b64", "s_ff1_i32_b64"),
    ("s_clz_i32_u32", "s_flbit_i32_b32"),
    ("s_clz_i32_u64", "s_flbit_i32_b64"),
    ("s_cls_i32", "s_flbit_i32"),
    ("s_cls_i32_i64", "s_flbit_i32_i64"),
    ("v_add_nc_u32", "v_add_u32"),
    ("v_sub_nc_u32", "v_sub_u32"),
    ("v_subrev_nc_u32", "v_subrev_u32"),
    ("v_add_nc_i32", "v_add_i32"),
    ("v_sub_nc_i32", "v_sub_i32"),
    ("v_add_nc_u16", "v_add_u16"),
    ("v_sub_nc_u16", "v_sub_u16"),
    ("v_add_nc_i16", "v_add_i16"),
    ("v_sub_nc_i16", "v_sub_i16"),
    ("v_add_co_ci_u32", "v_addc_co_u32"),
    ("v_sub_co_ci_u32", "v_subb_co_u32"),
    ("v_subrev_co_ci_u32", "v_subbrev_co_u32"),
    ("v_clz_i32_u32", "v_ffbh_u32"),
    ("v_ctz_i32_b32", "v_ffbl_b32"),
    ("v_cls_i32", "v_ffbh_i32"),
    ("v_cvt_nearest_i32_f32", "v_cvt_rpi_i32_f32"),
    ("v_cvt_floor_i32_f32", "v_cvt_flr_i32_f32"),
    ("v_cvt_pk_rtz_f16_f32", "v_cvt_pkrtz_f16_f32"),
    ("v_cvt_pk_norm_i16_f32", "v_cvt_pknorm_i16_f32"),
    ("v_cvt_pk_norm_u16_f32", "v_cvt_pknorm_u16_f32"),
    ("v_cvt_pk_norm_i16_f16", "v_cvt_pknorm_i16_f16"),
    ("v_cvt_pk_norm_u16_f16", "v_cvt_pknorm_u16_f16"),
    ("v_mul_dx9_zero_f32", "v_mul_legacy_f32"),
    ("buffer_gl0_inv", "buffer_wbinvl1"),
    ("buffer_gl1_inv", "buffer_wbinvl1"),
    ("s_delay_alu", "s_nop"),
    ("s_clause", "s_nop"),
    ("s_waitcnt_depctr", "s_nop"),
    ("s_wait_idle", "s_nop"),
    ("s_set_inst_prefetch_distance", "s_nop"),
    ("s_gl1_inv", "s_nop"),
    ("ds_storexchg_rtn_b32", "ds_wrxchg_rtn_b32"),
];

/// The gfx9 name of the same instruction, or the name itself.
pub(super) fn canonical(name: &str) -> Cow<'_, str> {
    if let Some((_, old)) = NAMES.iter().find(|(new, _)| *new == name) {
        return Cow::Borrowed(old);
    }
    let translated = match name.split_once('_') {
        Some((space @ ("flat" | "global" | "scratch" | "buffer"), rest)) => {
            memory(rest).map(|rest| format!("{space}_{rest}"))
        }
        Some(("ds", rest)) => work_group(rest),
        _ => None,
    };
    translated.map_or(Cow::Borrowed(name), Cow::Owned)
}

fn memory(rest: &str) -> Option<String> {
    let (kind, what) = rest.split_once('_')?;
    if kind == "atomic" {
        // Floats keep their type in the name on gfx9 too.
        let (operation, ty) = what.rsplit_once('_')?;
        let operation = match (operation, ty) {
            ("min", "i32" | "i64") => "smin",
            ("max", "i32" | "i64") => "smax",
            ("min", "u32" | "u64") => "umin",
            ("max", "u32" | "u64") => "umax",
            ("swap" | "cmpswap" | "add" | "sub" | "and" | "or" | "xor" | "inc" | "dec", _) if !ty.starts_with('f') => {
                operation
            }
            _ => return None,
        };
        return Some(format!("atomic_{operation}{}", if ty.ends_with("64") { "_x2" } else { "" }));
    }
    let (what, half) = match (what.strip_prefix("d16_hi_"), what.strip_prefix("d16_")) {
        (Some(what), _) => (what, "_d16_hi"),
        (_, Some(what)) => (what, "_d16"),
        _ => (what, ""),
    };
    let load = kind == "load";
    let what = match what {
        "u8" => "ubyte",
        "i8" => "sbyte",
        "b8" => "byte",
        "u16" => "ushort",
        "i16" => "sshort",
        "b16" => "short",
        "b32" => "dword",
        "b64" => "dwordx2",
        "b96" => "dwordx3",
        "b128" => "dwordx4",
        _ => return None,
    };
    Some(format!("{}_{what}{half}", if load { "load" } else { "store" }))
}

fn work_group(rest: &str) -> Option<String> {
    let (kind, what) = rest.split_once('_')?;
    let kind = match kind {
        "load" => "read",
        "store" => "write",
        _ => return None,
    };
    if let Some(what) = what.strip_prefix("2addr_stride64_") {
        return Some(format!("ds_{kind}2st64_{what}"));
    }
    if let Some(what) = what.strip_prefix("2addr_") {
        return Some(format!("ds_{kind}2_{what}"));
    }
    Some(format!("ds_{kind}_{what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_translate() {
        for (new, old) in [
            ("v_add_nc_u32", "v_add_u32"),
            ("global_load_b128", "global_load_dwordx4"),
            ("flat_load_d16_hi_u8", "flat_load_ubyte_d16_hi"),
            ("scratch_store_b16", "scratch_store_short"),
            ("global_atomic_min_i64", "global_atomic_smin_x2"),
            ("global_atomic_add_f32", "global_atomic_add_f32"),
            ("global_atomic_cmpswap_b32", "global_atomic_cmpswap"),
            ("ds_load_2addr_stride64_b64", "ds_read2st64_b64"),
            ("ds_store_b8_d16_hi", "ds_write_b8_d16_hi"),
            ("ds_add_rtn_u32", "ds_add_rtn_u32"),
            ("v_fma_f32", "v_fma_f32"),
        ] {
            assert_eq!(canonical(new), old);
        }
    }
}
