//! What the lanes of a wavefront do together.
//!
//! Lanes of work-items that have ended are not active, and take no part. `ds_bpermute` reads any lane's register through
//! the LDS hardware, without using its memory; where the other lane differs by constant bits, which is what reductions
//! use, the data-parallel primitives (DPP) read it on the way to the next instruction, or `ds_swizzle` without an
//! address ("MI200 ISA", "Data Parallel Processing", "LDS Instruction Details").

use geobacter_llvm::{BinaryOp, Builder, Function, IntPredicate, IrError, Module, Ordering, Value};

use crate::targets::SubgroupOp;

/// A `ds_bpermute` address is that of a 4-byte lane.
const LANE_SHIFT: u64 = 2;
/// The bit of a lane's number that says in which half of 64 it is.
const HALF: u64 = 32;

/// The lane is changed by a DPP control word.
const DPP: &[(u64, u64)] = &[
    (1, 0xb1),   // quad_perm:[1,0,3,2]
    (2, 0x4e),   // quad_perm:[2,3,0,1]
    (3, 0x1b),   // quad_perm:[3,2,1,0]
    (7, 0x141),  // row_half_mirror
    (8, 0x128),  // row_ror:8, of rows of 16
    (15, 0x140), // row_mirror
];
/// The lane is changed by a `ds_swizzle` in bit-mask mode: within 32 lanes, `((lane & 31) | 0) ^ mask`.
const SWIZZLE: &[u64] = &[4, 16];

/// `ds_swizzle`'s offset: all bits of the lane kept, those of `mask` inverted.
const fn swizzle_offset(mask: u64) -> u64 {
    mask << 10 | 0x1f
}

pub(super) fn body<'m>(
    operation: SubgroupOp,
    function: Function<'m>,
    b: Builder<'m>,
    m: &'m Module<'_>,
    halves: bool,
) -> Result<(), IrError> {
    if operation == SubgroupOp::ShuffleXor {
        return shuffle_xor(function, &b, m, halves);
    }
    let permute = |b: &Builder<'m>, m: &'m Module<'_>, value, lane| permute(b, m, value, lane, halves);
    let word = m.context().int_type(32);
    let params: Vec<_> = function.params().collect();
    let of = |index: usize| params[index];
    let result = match operation {
        SubgroupOp::Size => b.call(m.intrinsic("llvm.amdgcn.wavefrontsize", &[])?, &[]).as_value(),
        SubgroupOp::Lane => lane(&b, m)?,
        SubgroupOp::Barrier => {
            b.fence(Ordering::Release, "wavefront");
            b.call(m.intrinsic("llvm.amdgcn.wave.barrier", &[])?, &[]);
            b.fence(Ordering::Acquire, "wavefront");
            b.ret_void();
            return Ok(());
        }
        SubgroupOp::Ballot => {
            let bit = b.compare(IntPredicate::Ne, of(1), word.zero());
            b.call(m.intrinsic("llvm.amdgcn.ballot", &[m.context().int_type(64)])?, &[bit]).as_value()
        }
        SubgroupOp::Shuffle => permute(&b, m, of(1), of(2))?,
        SubgroupOp::ShuffleXor => unreachable!("done above"),
        SubgroupOp::ShuffleUp => {
            let lane = lane(&b, m)?;
            let below = b.binary(BinaryOp::Sub, lane, of(2));
            let there = b.compare(IntPredicate::Uge, lane, of(2));
            permute(&b, m, of(1), b.select(there, below, lane))?
        }
        SubgroupOp::ShuffleDown => {
            let lane = lane(&b, m)?;
            let above = b.binary(BinaryOp::Add, lane, of(2));
            let size = b.call(m.intrinsic("llvm.amdgcn.wavefrontsize", &[])?, &[]).as_value();
            let there = b.compare(IntPredicate::Ult, above, size);
            permute(&b, m, of(1), b.select(there, above, lane))?
        }
        SubgroupOp::ReadFirst => b.call(m.intrinsic("llvm.amdgcn.readfirstlane", &[word])?, &[of(1)]).as_value(),
        SubgroupOp::ReadLane => b.call(m.intrinsic("llvm.amdgcn.readlane", &[word])?, &[of(1), of(2)]).as_value(),
    };
    b.ret(result);
    Ok(())
}

/// How many lanes there are below this one.
fn lane<'m>(b: &Builder<'m>, m: &'m Module<'_>) -> Result<Value<'m>, IrError> {
    let word = m.context().int_type(32);
    let all = word.int(0xffff_ffff);
    let low = b.call(m.intrinsic("llvm.amdgcn.mbcnt.lo", &[])?, &[all, word.zero()]).as_value();
    Ok(b.call(m.intrinsic("llvm.amdgcn.mbcnt.hi", &[])?, &[all, low]).as_value())
}

/// The word that `of` has. `halves`: lanes are permuted within 32 of 64 only. What the other half has is then brought over
/// first, with all lanes active, those of ended work-items too: a word comes by way of whichever lane is opposite.
fn permute<'m>(
    b: &Builder<'m>,
    m: &'m Module<'_>,
    value: Value<'m>,
    of: Value<'m>,
    halves: bool,
) -> Result<Value<'m>, IrError> {
    let word = m.context().int_type(32);
    let address = b.binary(BinaryOp::Shl, of, word.int(LANE_SHIFT));
    let read = |address, value| -> Result<Value<'m>, IrError> {
        Ok(b.call(m.intrinsic("llvm.amdgcn.ds.bpermute", &[])?, &[address, value]).as_value())
    };
    let near = read(address, value)?;
    if !halves {
        return Ok(near);
    }
    let everywhere = |value| -> Result<Value<'m>, IrError> {
        Ok(b.call(m.intrinsic("llvm.amdgcn.set.inactive", &[word])?, &[value, word.zero()]).as_value())
    };
    let (address, value) = (everywhere(address)?, everywhere(value)?);
    let swapped = b.call(m.intrinsic("llvm.amdgcn.permlane64", &[word])?, &[value]).as_value();
    let far = read(address, swapped)?;
    let far = b.call(m.intrinsic("llvm.amdgcn.strict.wwm", &[word])?, &[far]).as_value();
    let differs = b.binary(BinaryOp::And, b.binary(BinaryOp::Xor, lane(b, m)?, of), word.int(HALF));
    Ok(b.select(b.compare(IntPredicate::Eq, differs, word.zero()), near, far))
}

/// Whether the mask is a constant is known only once callers are inlined: all ways are there until then, and the optimiser
/// keeps one.
fn shuffle_xor<'m>(function: Function<'m>, b: &Builder<'m>, m: &'m Module<'_>, halves: bool) -> Result<(), IrError> {
    let context = m.context();
    let (word, bit) = (context.int_type(32), context.int_type(1));
    let params: Vec<_> = function.params().collect();
    let &[_, value, mask] = &params[..] else { unreachable!("three parameters, by the device ABI") };

    let general = function.append_block("general");
    let constant = b.call(m.intrinsic("llvm.is.constant", &[word])?, &[mask]).as_value();
    let mut next = function.append_block("constant");
    b.cond_br(constant, next, general);
    let mut way = |applies: u64, make: &dyn Fn(&Builder<'m>) -> Result<Value<'m>, IrError>| -> Result<(), IrError> {
        let (here, after) = (function.append_block(""), function.append_block(""));
        let test = Builder::at_end(next);
        test.cond_br(test.compare(IntPredicate::Eq, mask, word.int(applies)), here, after);
        let b = Builder::at_end(here);
        b.ret(make(&b)?);
        next = after;
        Ok(())
    };
    for &(applies, control) in DPP {
        way(applies, &|b| {
            let all = word.int(0xf);
            let dpp = m.intrinsic("llvm.amdgcn.update.dpp", &[word])?;
            Ok(b.call(dpp, &[word.poison(), value, word.int(control), all, all, bit.int(1)]).as_value())
        })?;
    }
    for &applies in SWIZZLE {
        way(applies, &|b| {
            let swizzle = m.intrinsic("llvm.amdgcn.ds.swizzle", &[])?;
            Ok(b.call(swizzle, &[value, word.int(swizzle_offset(applies))]).as_value())
        })?;
    }
    Builder::at_end(next).br(general);
    let b = Builder::at_end(general);
    let other = b.binary(BinaryOp::Xor, lane(&b, m)?, mask);
    b.ret(permute(&b, m, value, other, halves)?);
    Ok(())
}
