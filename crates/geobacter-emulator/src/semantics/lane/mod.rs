//! Reading and writing vector operands as Rust types: what lets the tables of vector instructions be plain functions of
//! one lane.

mod half;
mod packed;
mod whole;

use crate::float::Mode;
use crate::machine::{LANES, Wave};
use crate::op::{Kind, Op, Part, Unused};

pub(crate) use half::F16;
pub(crate) use packed::Mix;

use super::dpp;

/// What the function of one lane may know besides its operands.
#[derive(Clone, Copy)]
pub(crate) struct Env {
    pub(crate) lane: u32,
    pub(crate) mode: Mode,
    /// VCC's bit of this lane.
    pub(crate) vcc: bool,
    /// The instruction's `clamp`, which integer instructions take for saturation.
    pub(crate) clamp: bool,
}

/// A value in one lane.
pub(crate) trait Lane: Copy {
    const KIND: Kind;
    const ZERO: Self;
    /// Source `i` in every lane.
    fn load(wave: &Wave, op: &Op, i: usize) -> [Self; LANES];
    /// Into destination `i`, in the lanes of `wave.write_mask`.
    fn store(wave: &mut Wave, op: &Op, i: usize, values: &mut [Self; LANES]);
}

/// One result, or a result and a bit.
pub(crate) trait Results: Copy {
    const KINDS: &'static [Kind];
    const ZERO: Self;
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]);
}

impl<T: Lane> Results for T {
    const KINDS: &'static [Kind] = &[T::KIND];
    const ZERO: T = T::ZERO;
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]) {
        <T as Lane>::store(wave, op, 0, values);
    }
}

impl<T: Lane> Results for (T, bool) {
    const KINDS: &'static [Kind] = &[T::KIND, Kind::Mask];
    const ZERO: Self = (T::ZERO, false);
    #[inline(always)]
    fn store(wave: &mut Wave, op: &Op, values: &mut [Self; LANES]) {
        let mut bits = values.map(|v| v.1);
        <T as Lane>::store(wave, op, 0, &mut values.map(|v| v.0));
        <bool as Lane>::store(wave, op, 1, &mut bits);
    }
}

/// Dword `plus` of source `i`, from other lanes or as a part where the instruction says so; signs untouched.
#[inline(always)]
fn source(wave: &Wave, op: &Op, i: usize, plus: usize) -> [u32; LANES] {
    let mut values = wave.dwords(op.src[i], plus);
    if op.mods.any {
        rearrange(wave, op, i, &mut values);
    }
    values
}

#[inline(never)]
fn rearrange(wave: &Wave, op: &Op, i: usize, values: &mut [u32; LANES]) {
    if i == 0
        && let Some(dpp) = &op.mods.dpp
    {
        dpp::shuffle(wave, dpp, values);
    }
    if i < 2
        && let Some(sdwa) = &op.mods.sdwa
    {
        let signed = op.mods.sext >> i & 1 != 0;
        for value in values.iter_mut() {
            *value = match (sdwa.src[i], signed) {
                (Part::Dword, _) => *value,
                (Part::Byte(n), false) => *value >> (8 * n) & 0xff,
                (Part::Byte(n), true) => (*value >> (8 * n)) as u8 as i8 as u32,
                (Part::Word(n), false) => *value >> (16 * n) & 0xffff,
                (Part::Word(n), true) => (*value >> (16 * n)) as u16 as i16 as u32,
            };
        }
    }
}

/// Applies `| |` and `-` to a value with this sign bit.
#[inline(always)]
fn signs32(op: &Op, i: usize, values: &mut [u32; LANES], sign: u32) {
    if (op.mods.abs | op.mods.neg) >> i & 1 != 0 {
        let keep = if op.mods.abs >> i & 1 != 0 { !sign } else { !0 };
        let flip = if op.mods.neg >> i & 1 != 0 { sign } else { 0 };
        values.iter_mut().for_each(|v| *v = *v & keep ^ flip);
    }
}

/// A dword result into its destination, by SDWA as a part of it.
#[inline(always)]
fn result(wave: &mut Wave, op: &Op, i: usize, plus: usize, values: &mut [u32; LANES]) {
    if let Some(sdwa) = &op.mods.sdwa {
        let old = wave.dwords(op.dst[i], plus);
        for (value, old) in values.iter_mut().zip(old) {
            *value = merge(*value, old, sdwa.dst, sdwa.unused);
        }
    }
    let mask = wave.write_mask;
    wave.set_dwords(op.dst[i], plus, values, mask);
}

fn merge(value: u32, old: u32, part: Part, unused: Unused) -> u32 {
    let (bits, shift) = match part {
        Part::Dword => return value,
        Part::Byte(n) => (8, 8 * u32::from(n)),
        Part::Word(n) => (16, 16 * u32::from(n)),
    };
    let field = ((1_u32 << bits) - 1) << shift;
    let placed = value << shift & field;
    match unused {
        Unused::Pad => placed,
        Unused::Preserve => placed | old & !field,
        // The sign fills what is above the part; below it are zeros.
        Unused::Sext => ((placed << (32 - bits - shift)) as i32 >> (32 - bits - shift)) as u32 & !((1 << shift) - 1),
    }
}

/// Defines vector instructions as functions of one lane, and `find` over them.
///
/// `name(a: type, b: type) = expression` computes the result from the sources; sources after a `;` are the destination's
/// old value; `[env]` after the name gives the expression an [`Env`]. The first word says whether the functions are
/// compiled for the vector units of newer host processors as well (`wide_host`), which is worth its code where fused
/// multiply-adds are calls otherwise, or not (`any_host`).
macro_rules! lane_table {
    ($host:ident; $($name:ident $([$env:ident])? ($($arg:ident : $ty:ty),* $(; $tied:ident : $tied_ty:ty)?) -> $ret:ty = $body:expr;)*) => {
        pub(crate) fn find(name: &str) -> Option<crate::decode::Semantics> {
            use crate::machine::{Cx, LANES, Wave};
            use crate::op::{Class, Flow, Op, Stop};
            use crate::semantics::lane::{Env, Lane, Results};
            Some(match name {
                $(stringify!($name) => {
                    fn run(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
                        #[inline(always)]
                        fn lane(_env: Env, $($arg: $ty,)* $($tied: $tied_ty)?) -> $ret {
                            $(let $env = _env;)?
                            $body
                        }
                        #[inline(always)]
                        fn all(wave: &mut Wave, op: &Op) {
                            let mut _i = 0;
                            $(
                                let $arg = <$ty as Lane>::load(wave, op, _i);
                                _i += 1;
                            )*
                            $(let $tied = <$tied_ty as Lane>::load(wave, op, _i);)?
                            let (mode, vcc) = (wave.mode, wave.vcc());
                            let mut out = [<$ret as Results>::ZERO; LANES];
                            for i in 0..LANES {
                                let env = Env { lane: i as u32, mode, vcc: vcc >> i & 1 != 0, clamp: op.mods.clamp };
                                out[i] = lane(env, $($arg[i],)* $($tied[i])?);
                            }
                            <$ret as Results>::store(wave, op, &mut out);
                        }
                        crate::semantics::lane::with_host_features!($host, all, wave, op);
                        Ok(Flow::Next)
                    }
                    let semantics = crate::decode::Semantics::new(
                        Class::Vector,
                        run,
                        <$ret as Results>::KINDS,
                        &[$(<$ty as Lane>::KIND,)* $(<$tied_ty as Lane>::KIND)?],
                    );
                    $(let semantics = { let _ = <$tied_ty as Lane>::ZERO; semantics.tied() };)?
                    semantics
                })*
                _ => return None,
            })
        }
    };
}
pub(crate) use lane_table;

/// Whether this machine has the vector instructions that `wide_host` tables are compiled for as well.
#[cfg(target_arch = "x86_64")]
pub(crate) fn host_is_wide() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
}

/// Calls `$all` as it is, or for `wide_host` in a version for the host's wider vectors where it has them.
macro_rules! with_host_features {
    (any_host, $all:ident, $wave:ident, $op:ident) => {
        $all($wave, $op)
    };
    (wide_host, $all:ident, $wave:ident, $op:ident) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn wide(wave: &mut Wave, op: &Op) {
            $all(wave, op)
        }
        #[cfg(target_arch = "x86_64")]
        if crate::semantics::lane::host_is_wide() {
            // SAFETY: the host has these features.
            unsafe { wide($wave, $op) };
            return Ok(Flow::Next);
        }
        $all($wave, $op)
    }};
}
pub(crate) use with_host_features;
