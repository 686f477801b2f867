//! Cross-lane operations by their own names (`geobacter_core::raw::amd`).

use geobacter_llvm::{BinaryOp, Builder, IrError, Module, Value};

/// A lane's address in the permutes: its number times 4.
const LANE_SHIFT: u64 = 2;
/// The first generations that have an operation.
const PERMLANE: u32 = 10;
const PERMLANE64: u32 = 11;
/// The first generation that has `row_share` in the place of `row_bcast`.
const NO_BROADCAST: u32 = 10;
/// DPP control words of `row_bcast:15` and `:31`.
const BROADCASTS: [u64; 2] = [0x142, 0x143];

/// The generation of a processor: the digits of its name but the last two.
fn generation(cpu: &str) -> u32 {
    let digits = cpu.trim_start_matches("gfx");
    digits[..digits.len().saturating_sub(2)].parse().unwrap_or(0)
}

/// The instruction for an operation, or `None` where this processor has none.
pub(super) fn instruction<'m>(
    cpu: &str,
    operation: &str,
    args: &[Value<'m>],
    b: &Builder<'m>,
    m: &'m Module<'_>,
) -> Result<Option<Value<'m>>, IrError> {
    let (word, bit) = (m.context().int_type(32), m.context().int_type(1));
    let no = || bit.int(0);
    let address = |lane| b.binary(BinaryOp::Shl, lane, word.int(LANE_SHIFT));
    let generation = generation(cpu);
    let (name, overloads, operands): (_, &[_], Vec<Value<'m>>) = match (operation, args) {
        ("amd_dpp", &[old, value, how]) => {
            let Some(how) = how.as_const_int() else { return Ok(None) };
            let (control, rows, banks) = (how & 0xffff, how >> 16 & 0xf, how >> 20 & 0xf);
            if BROADCASTS.contains(&control) && generation >= NO_BROADCAST {
                return Ok(None);
            }
            let operands = vec![old, value, word.int(control), word.int(rows), word.int(banks), no()];
            ("llvm.amdgcn.update.dpp", &[word], operands)
        }
        ("amd_ds_swizzle", &[value, pattern]) if pattern.as_const_int().is_some() => {
            ("llvm.amdgcn.ds.swizzle", &[], vec![value, pattern])
        }
        ("amd_ds_permute", &[lane, value]) => ("llvm.amdgcn.ds.permute", &[], vec![address(lane), value]),
        ("amd_ds_bpermute", &[lane, value]) => ("llvm.amdgcn.ds.bpermute", &[], vec![address(lane), value]),
        ("amd_write_lane", &[value, lane, old]) => ("llvm.amdgcn.writelane", &[word], vec![value, lane, old]),
        ("amd_permlane16" | "amd_permlanex16", &[value, low, high]) if generation >= PERMLANE => {
            let name = if operation == "amd_permlane16" { "llvm.amdgcn.permlane16" } else { "llvm.amdgcn.permlanex16" };
            (name, &[word], vec![value, value, low, high, no(), no()])
        }
        ("amd_permlane64", &[value]) if generation >= PERMLANE64 => ("llvm.amdgcn.permlane64", &[word], vec![value]),
        _ => return Ok(None),
    };
    Ok(Some(b.call(m.intrinsic(name, overloads)?, &operands).as_value()))
}

#[cfg(test)]
mod tests {
    use super::generation;

    #[test]
    fn generations_are_told_by_name() {
        assert_eq!(
            ["gfx900", "gfx90a", "gfx942", "gfx1030", "gfx1100", "gfx1250"].map(generation),
            [9, 9, 9, 10, 11, 12]
        );
    }
}
