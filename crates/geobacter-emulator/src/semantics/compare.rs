//! Vector comparisons (MI200 ISA, 12.10 "VOPC"): the name gives the outcomes that count and the type.

use std::cmp::Ordering;

use crate::decode::Semantics;
use crate::float::numbers::{class16, class32, class64};
use crate::generation::Generation;
use crate::machine::{Cx, LANES, Wave};
use crate::op::{Class, Flow, Handler, Kind, Op, Stop};

use super::lane::{F16, Lane, lane_table};

mod class {
    use super::*;

    lane_table! {
    any_host;

        v_cmp_class_f16(a: F16, b: u32) -> bool = class16(a.0, b);
        v_cmp_class_f32(a: f32, b: u32) -> bool = class32(a, b);
        v_cmp_class_f64(a: f64, b: u32) -> bool = class64(a, b);
    }
}

pub(crate) fn find(name: &str, generation: Generation) -> Option<Semantics> {
    if name.starts_with("v_cmp_class") {
        return class::find(name);
    }
    let (rest, sets_exec) = match name.strip_prefix("v_cmpx_") {
        Some(rest) => (rest, true),
        None => (name.strip_prefix("v_cmp_")?, false),
    };
    let (comparison, ty) = rest.rsplit_once('_')?;
    let predicate = predicate(comparison, ty.starts_with('f'))?;
    let (run, ins): (Handler, _) = match (sets_exec, generation.compares_into_exec_alone()) {
        (false, _) => handler::<0>(ty)?,
        (true, false) => handler::<1>(ty)?,
        (true, true) => handler::<2>(ty)?,
    };
    let outs: &'static [Kind] = if sets_exec && generation.compares_into_exec_alone() { &[] } else { &[Kind::Mask] };
    Some(Semantics { predicate, ..Semantics::new(Class::Vector, run, outs, ins) })
}

/// The handler for a type. `TO` is what it writes: 0 its destination, 1 that and EXEC, 2 EXEC.
fn handler<const TO: u8>(ty: &str) -> Option<(Handler, &'static [Kind])> {
    Some(match ty {
        "f16" => (compare::<F16, TO> as Handler, &[Kind::F16; 2]),
        "f32" => (compare::<f32, TO>, &[Kind::F32; 2]),
        "f64" => (compare::<f64, TO>, &[Kind::F64; 2]),
        "i16" => (compare::<i16, TO>, &[Kind::B16; 2]),
        "u16" => (compare::<u16, TO>, &[Kind::B16; 2]),
        "i32" => (compare::<i32, TO>, &[Kind::B32; 2]),
        "u32" => (compare::<u32, TO>, &[Kind::B32; 2]),
        "i64" => (compare::<i64, TO>, &[Kind::B64; 2]),
        "u64" => (compare::<u64, TO>, &[Kind::B64; 2]),
        _ => return None,
    })
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
const UNORDERED: u8 = 8;

/// Which outcomes a comparison's name means.
fn predicate(name: &str, float: bool) -> Option<u8> {
    if name == "f" {
        return Some(0);
    }
    if matches!((name, float), ("t", _) | ("tru", true)) {
        return Some(LESS | EQUAL | GREATER | UNORDERED);
    }
    let positive = |name: &str| {
        Some(match name {
            "lt" => LESS,
            "eq" => EQUAL,
            "le" => LESS | EQUAL,
            "gt" => GREATER,
            "lg" if float => LESS | GREATER,
            "ne" if !float => LESS | GREATER,
            "ge" => GREATER | EQUAL,
            "o" if float => LESS | EQUAL | GREATER,
            _ => return None,
        })
    };
    match name.strip_prefix('n').filter(|_| float) {
        Some("o") => None,
        Some(negated) => positive(negated).map(|outcomes| !outcomes & 0xf),
        None if float && name == "u" => Some(UNORDERED),
        None => positive(name),
    }
}

impl PartialOrd for F16 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.to_f32().partial_cmp(&other.to_f32())
    }
}

fn compare<T: Lane + PartialOrd, const TO: u8>(wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
    let (a, b) = (T::load(wave, op, 0), T::load(wave, op, 1));
    let mut out = [false; LANES];
    for lane in 0..LANES {
        let (less, equal, greater) = (a[lane] < b[lane], a[lane] == b[lane], a[lane] > b[lane]);
        let unordered = !(less | equal | greater);
        let outcome = u8::from(less) | u8::from(equal) << 1 | u8::from(greater) << 2 | u8::from(unordered) << 3;
        out[lane] = outcome & op.predicate != 0;
    }
    let result = out.iter().enumerate().fold(0, |mask, (lane, bit)| mask | u64::from(*bit) << lane) & wave.write_mask;
    if TO < 2 {
        <bool as Lane>::store(wave, op, 0, &mut out);
    }
    if TO > 0 {
        wave.set_exec(result);
    }
    Ok(Flow::Next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_outcomes() {
        assert_eq!(predicate("lt", true), Some(LESS));
        assert_eq!(predicate("nge", true), Some(LESS | UNORDERED));
        assert_eq!(predicate("nlg", true), Some(EQUAL | UNORDERED));
        assert_eq!(predicate("neq", true), Some(LESS | GREATER | UNORDERED));
        assert_eq!(predicate("ne", false), Some(LESS | GREATER));
        assert_eq!(predicate("ne", true), None);
        assert_eq!(predicate("o", true), Some(LESS | EQUAL | GREATER));
        assert_eq!(predicate("u", true), Some(UNORDERED));
    }
}
