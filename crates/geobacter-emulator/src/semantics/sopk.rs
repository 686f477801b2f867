//! Scalar instructions with a constant of 16 bits in their encoding (MI200 ISA, 12.3 "SOPK").

use crate::decode::Semantics;
use crate::machine::{Cx, Wave};
use crate::op::{Class, Flow, Handler, Kind, Op, Stop};

/// The constant as a signed number.
fn signed(op: &Op) -> i32 {
    i32::from(op.word as u16 as i16)
}

/// The constant as an unsigned number.
fn unsigned(op: &Op) -> u32 {
    op.word & 0xffff
}

/// The destination, which is a source as well.
fn old(wave: &Wave, op: &Op) -> u32 {
    wave.read32(op.dst[0])
}

macro_rules! comparisons {
    ($name:expr; $($signed:literal $unsigned:literal $op:tt;)*) => {
        match $name {
            $(
                $signed => {
                    fn run(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
                        wave.scc = (old(wave, op) as i32) $op signed(op);
                        Ok(Flow::Next)
                    }
                    Some(run as Handler)
                }
                $unsigned => {
                    fn run(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
                        wave.scc = old(wave, op) $op unsigned(op);
                        Ok(Flow::Next)
                    }
                    Some(run as Handler)
                }
            )*
            _ => None,
        }
    };
}

pub(crate) fn find(name: &str) -> Option<Semantics> {
    let compare = comparisons! { name;
        "s_cmpk_eq_i32" "s_cmpk_eq_u32" ==;
        "s_cmpk_lg_i32" "s_cmpk_lg_u32" !=;
        "s_cmpk_gt_i32" "s_cmpk_gt_u32" >;
        "s_cmpk_ge_i32" "s_cmpk_ge_u32" >=;
        "s_cmpk_lt_i32" "s_cmpk_lt_u32" <;
        "s_cmpk_le_i32" "s_cmpk_le_u32" <=;
    };
    let run: Handler = match name {
        "s_movk_i32" => |wave, _, op| {
            wave.write32(op.dst[0], signed(op) as u32);
            Ok(Flow::Next)
        },
        "s_cmovk_i32" => |wave, _, op| {
            if wave.scc {
                wave.write32(op.dst[0], signed(op) as u32);
            }
            Ok(Flow::Next)
        },
        "s_addk_i32" => |wave, _, op| {
            let (sum, overflow) = (old(wave, op) as i32).overflowing_add(signed(op));
            wave.write32(op.dst[0], sum as u32);
            wave.scc = overflow;
            Ok(Flow::Next)
        },
        "s_mulk_i32" => |wave, _, op| {
            let product = (old(wave, op) as i32).wrapping_mul(signed(op));
            wave.write32(op.dst[0], product as u32);
            Ok(Flow::Next)
        },
        _ => compare?,
    };
    Some(Semantics::new(Class::Scalar, run, &[Kind::S32], &[Kind::Ignored]))
}
