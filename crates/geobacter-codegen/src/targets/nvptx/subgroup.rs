//! What the threads of a warp do together (PTX ISA, "Parallel Synchronization and Communication Instructions").
//!
//! All of these are told which threads take part: the whole warp. Threads that have exited are then not waited for, and all
//! others must come to the same instruction, which is what the device ABI asks of its callers; and the hardware brings
//! those together that had diverged. The threads that happen to be active would be the wrong set: those that are late
//! would be left out.

use geobacter_llvm::{Builder, CastOp, Function, IntPredicate, IrError, Module, Value};

use crate::targets::SubgroupOp;

/// Threads of a warp (CUDA C++ Programming Guide, "Compute Capabilities": 32 on all).
const WARP: u64 = 32;
/// The whole warp takes part.
const ALL: u64 = 0xffff_ffff;
/// The last lane that `shfl` reads from, for all but its `.up` form, whose limit is the first.
const LAST: u64 = WARP - 1;

pub(super) fn body<'m>(
    operation: SubgroupOp,
    function: Function<'m>,
    b: Builder<'m>,
    m: &'m Module<'_>,
) -> Result<(), IrError> {
    let word = m.context().int_type(32);
    let params: Vec<_> = function.params().collect();
    let of = |index: usize| params[index];
    let shuffle = |kind: &str, lane: Value<'m>, limit: u64| -> Result<Value<'m>, IrError> {
        let shfl = m.intrinsic(&format!("llvm.nvvm.shfl.sync.{kind}.i32"), &[])?;
        Ok(b.call(shfl, &[word.int(ALL), of(1), lane, word.int(limit)]).as_value())
    };
    let ballot = |bit| -> Result<Value<'m>, IrError> {
        Ok(b.call(m.intrinsic("llvm.nvvm.vote.ballot.sync", &[])?, &[word.int(ALL), bit]).as_value())
    };
    let result = match operation {
        SubgroupOp::Size => word.int(WARP),
        SubgroupOp::Lane => b.call(m.intrinsic("llvm.nvvm.read.ptx.sreg.laneid", &[])?, &[]).as_value(),
        SubgroupOp::Barrier => {
            b.call(m.intrinsic("llvm.nvvm.bar.warp.sync", &[])?, &[word.int(ALL)]);
            b.ret_void();
            return Ok(());
        }
        SubgroupOp::Ballot => {
            let bits = ballot(b.compare(IntPredicate::Ne, of(1), word.zero()))?;
            b.cast(CastOp::ZExt, bits, m.context().int_type(64))
        }
        SubgroupOp::Shuffle | SubgroupOp::ReadLane => shuffle("idx", of(2), LAST)?,
        SubgroupOp::ShuffleXor => shuffle("bfly", of(2), LAST)?,
        SubgroupOp::ShuffleUp => shuffle("up", of(2), 0)?,
        SubgroupOp::ShuffleDown => shuffle("down", of(2), LAST)?,
        SubgroupOp::ReadFirst => {
            let bit = m.context().int_type(1);
            let there = ballot(bit.int(1))?;
            // This thread is there, so there is a first one.
            let count = m.intrinsic("llvm.cttz", &[word])?;
            let first = b.call(count, &[there, bit.int(1)]).as_value();
            shuffle("idx", first, LAST)?
        }
    };
    b.ret(result);
    Ok(())
}
