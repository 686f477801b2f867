//! Assembly of each sort of GPU in kernels that run on all devices: branches on the platform choose.

use geobacter::device::{Arch, arch};
use geobacter::prelude::*;
use geobacter::{gcn, ptx};

/// Whether it is an AMD GPU of an earlier generation: instructions have changed their names between them.
fn is_amd_before(major: u8) -> bool {
    matches!(arch(), Arch::Amdgpu(version) if version.major < major)
}

/// The work-item's lane, by assembly where there is one.
fn lane() -> u32 {
    let lane: u32;
    match platform() {
        // SAFETY: reads a register.
        Platform::Nvptx => unsafe { ptx!("mov.u32 {lane}, %laneid;", lane = out(u32) lane, options(pure, nomem)) },
        // SAFETY: counts the bits of the mask that are below this lane's.
        Platform::Amdgpu => unsafe {
            gcn!(
                "v_mbcnt_lo_u32_b32 {lane}, {all}, 0",
                lane = out(v: u32) lane,
                all = in(s: u32) u32::MAX,
                options(pure, nomem, preserves_flags),
            );
            if geobacter::device::subgroup_size() == 64 {
                let low = lane;
                let both: u32;
                gcn!(
                    "v_mbcnt_hi_u32_b32 {both}, {all}, {low}",
                    both = lateout(v: u32) both,
                    all = in(s: u32) u32::MAX,
                    low = in(v: u32) low,
                    options(pure, nomem, preserves_flags),
                );
                return both;
            }
        },
        _ => lane = 0,
    }
    lane
}

pub(crate) fn special_registers(device: &Device) {
    fn lanes(item: WorkItem, mut out: PerItem<u32>) {
        if let Some(out) = out.get_mut(&item) {
            *out = lane();
        }
    }
    let mut out = device.buffer::<u32>(300).unwrap();
    device.launch(Grid::covering(300).group_size([128]), lanes, (&mut out,)).unwrap();
    let size = device.info().subgroup_size;
    let expected: Vec<u32> = (0..300).map(|i| i % 128 % size).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

/// `a + b` and `a - b` of every type that operands have, by assembly where there is one.
fn sums(item: WorkItem, a: f64, b: f64, n: i64, mut out: PerItem<[f64; 4]>) {
    let Some(out) = out.get_mut(&item) else { return };
    let (mut narrow, small, wide, mut whole) = ((a as f32), (n as i32), b, n as u64);
    let (sum, less): (f64, i32);
    match platform() {
        // SAFETY: arithmetic.
        Platform::Nvptx => unsafe {
            ptx!(
                "add.f32 {narrow}, {narrow}, {narrow};",
                "sub.s32 {less}, {small}, 7;",
                "add.f64 {sum}, {a}, {wide};",
                "{{ .reg .u64 one; mov.u64 one, 1; add.u64 {whole}, {whole}, one; }}",
                narrow = inout(f32) narrow,
                less = out(i32) less,
                small = in(i32) small,
                sum = out(f64) sum,
                a = in(f64) a,
                wide = in(f64) wide,
                whole = inout(u64) whole,
                options(pure, nomem),
            );
        },
        // SAFETY: arithmetic, and the registers that it names.
        Platform::Amdgpu => unsafe {
            if is_amd_before(10) {
                gcn!("v_subrev_u32 {less}, 7, {small}", less = out(v: i32) less, small = in(v: i32) small);
            } else {
                gcn!("v_subrev_nc_u32 {less}, 7, {small}", less = out(v: i32) less, small = in(v: i32) small);
            }
            gcn!(
                "v_add_f32 {narrow}, {narrow}, {narrow}",
                "v_add_f64 {sum}, {a}, {wide}",
                narrow = inout(v: f32) narrow,
                sum = out(v: f64) sum,
                a = in(v: f64) a,
                wide = in(v: f64) wide,
                options(pure, nomem),
            );
            gcn!(
                "s_add_u32 s20, 1, 0",
                "s_mov_b32 s21, 0",
                "v_lshlrev_b64 {whole}, s20, {whole}",
                whole = inout(v: u64) whole,
                clobber("s[20:21]"),
                options(nomem),
            );
            whole = whole / 2 + 1;
        },
        _ => {
            narrow += narrow;
            less = small - 7;
            sum = a + wide;
            whole += 1;
        }
    }
    *out = [f64::from(narrow), f64::from(less), sum, whole as f64];
}

pub(crate) fn operands_of_every_type(device: &Device) {
    let mut out = device.buffer::<[f64; 4]>(70).unwrap();
    for (a, b, n) in [(1.5, 2.25, 1 << 40), (-3.0, 0.125, 12)] {
        device.launch(Grid::covering(70), sums, (a, b, n, &mut out)).unwrap();
        let expected = [2.0 * a, f64::from(n as i32 - 7), a + b, (n + 1) as f64];
        assert_eq!(out.to_vec().unwrap(), [expected; 70]);
    }
}

/// Loads and stores through memory that the text may touch: values written before are there, and after are seen.
pub(crate) fn memory_is_in_order(device: &Device) {
    fn doubles(item: WorkItem, mut x: PerItem<u32>) {
        let Some(x) = x.get_mut(&item) else { return };
        *x += 1;
        let p = std::ptr::from_mut(x) as u64;
        match platform() {
            // SAFETY: the work-item's own element.
            Platform::Nvptx => unsafe {
                ptx!("{{ .reg .u32 t; ld.u32 t, [{p}]; add.u32 t, t, t; st.u32 [{p}], t; }}", p = in(u64) p);
            },
            // SAFETY: as above.
            Platform::Amdgpu if is_amd_before(12) => unsafe {
                gcn!(
                    "flat_load_dword v40, {p}",
                    "s_waitcnt vmcnt(0) lgkmcnt(0)",
                    "v_lshlrev_b32 v40, 1, v40",
                    "flat_store_dword {p}, v40",
                    p = in(v: u64) p,
                    clobber("v40"),
                );
            },
            _ => *x *= 2,
        }
        *x += 1;
    }
    let mut x = device.buffer_from(&(0..100u32).collect::<Vec<_>>()).unwrap();
    device.launch(Grid::covering(100), doubles, (&mut x,)).unwrap();
    assert_eq!(x.to_vec().unwrap(), (0..100).map(|i| 2 * (i + 1) + 1).collect::<Vec<u32>>());
}

/// Two readings of a clock are two, however alike they look.
pub(crate) fn clocks_are_read_each_time(device: &Device) {
    fn clocks(item: WorkItem, mut out: PerItem<[u64; 2]>) {
        fn clock() -> u64 {
            let time: u64;
            match platform() {
                // SAFETY: reads a clock.
                Platform::Nvptx => unsafe { ptx!("mov.u64 {t}, %clock64;", t = out(u64) time) },
                // SAFETY: as above.
                Platform::Amdgpu if is_amd_before(11) => unsafe {
                    gcn!("s_memtime {t}", "s_waitcnt lgkmcnt(0)", t = out(s: u64) time, options(preserves_flags));
                },
                _ => time = 0,
            }
            time
        }
        if let Some(out) = out.get_mut(&item) {
            *out = [clock(), clock()];
        }
    }
    let mut out = device.buffer::<[u64; 2]>(64).unwrap();
    device.launch(Grid::covering(64), clocks, (&mut out,)).unwrap();
    // Later AMD GPUs have no such instruction, and take the last branch.
    let has_clock = ["sm_", "gfx9", "gfx10"].iter().any(|name| device.info().target.starts_with(name));
    for [first, second] in out.to_vec().unwrap() {
        assert!(if has_clock { first < second } else { [first, second] == [0, 0] }, "{first} {second}");
    }
}
