//! Fills: the runtime's own where that can be, else copies of copies.

use std::sync::Arc;

use geobacter_driver::Error;
use geobacter_driver::doubling::doublings;
use geobacter_driver::driver::DevicePtr;
use smallvec::SmallVec;

use crate::blocks::{Block, Blocks, LARGEST};
use crate::completion::Completion;
use crate::flight::{Engine, Keep, Work};
use crate::stream::Stream;
use crate::sys::Signal;

/// Bytes of a pattern that the host writes before copies double what is there: a multiple of every pattern.
const SEED: usize = LARGEST;

/// The word that a pattern is made of, over and over, where there is one: what the runtime fills with.
fn word(pattern: &[u8]) -> Option<u32> {
    let whole: Vec<u8> = pattern.iter().copied().cycle().take(pattern.len().max(4)).collect();
    let first = [*whole.first()?, *whole.get(1)?, *whole.get(2)?, *whole.get(3)?];
    whole.chunks(4).all(|chunk| chunk == first).then(|| u32::from_ne_bytes(first))
}

impl Stream {
    /// # Safety
    /// As `DriverQueue::fill`; the pattern has 1, 2, 4, 8 or 16 bytes, and the total does not overflow.
    pub(crate) unsafe fn fill(&self, to: DevicePtr, pattern: &[u8], count: usize) -> Result<u64, Error> {
        let total = pattern.len() * count;
        if total == 0 {
            // SAFETY: no copies.
            return unsafe { self.submit(Vec::new()) };
        }
        let words = word(pattern).filter(|_| total > SEED && to.0.is_multiple_of(4) && total.is_multiple_of(4));
        if let Some(word) = words {
            // SAFETY: the caller's promise.
            if let Some(number) = unsafe { self.fill_at_once(to, word, total / 4) }? {
                return Ok(number);
            }
        }
        // SAFETY: the caller's promise.
        unsafe { self.fill_by_copies(to, pattern, total) }
    }

    /// By the runtime's own kernel, at the full speed of the memory. The runtime waits for its end, and not for any work
    /// before: `None`, and nothing done, where there is such work.
    unsafe fn fill_at_once(&self, to: DevicePtr, word: u32, count: usize) -> Result<Option<u64>, Error> {
        let mut submission = self.submission()?;
        if !submission.copy_dependencies(&self.flight).is_empty() {
            return Ok(None);
        }
        let (faults, context) = (self.flight.faults(), &self.context);
        let (api, start) = (context.api(), to.0 as usize);
        let fill = move || {
            // SAFETY: the caller's promise. Should the device be lost meanwhile, it writes nothing any more.
            unsafe { (api.hsa_amd_memory_fill)(std::ptr::with_exposed_provenance_mut(start), word, count) }
        };
        let status = context.call_aside("hsa_amd_memory_fill", fill)?;
        context.check("hsa_amd_memory_fill", status)?;
        let completion = Completion::new(context, 0)?;
        let work =
            Work { engine: Engine::Copies, completion, keep: Keep::default(), then: SmallVec::new(), slot: None };
        submission.waits();
        Ok(self.flight.push(work, faults).ok())
    }

    /// By a copy from the host, and then by copies that each double what is there.
    unsafe fn fill_by_copies(&self, to: DevicePtr, pattern: &[u8], total: usize) -> Result<u64, Error> {
        let context = &self.context;
        let seed = total.min(SEED);
        let block = Blocks::take(context, |context| &context.staging, seed)?;
        write_pattern(&block, pattern, seed);
        let mut submission = self.submission()?;
        let faults = self.flight.faults();
        let signals = submission.copy_dependencies(&self.flight);
        let before: Vec<Signal> = signals.iter().map(|signal| signal.signal()).collect();
        let mut newest = Completion::new(context, 1)?;
        // SAFETY: the caller's promise for the target; the block is kept until the last copy is done.
        unsafe { context.copy(context.place(to), context.host_place(block.ptr()), seed, &before, &newest) }?;
        let (mut refused, mut steps) = (None, Vec::new());
        for (at, bytes) in doublings(seed, total) {
            let step = match Completion::new(context, 1) {
                Ok(step) => step,
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            };
            let target = context.place(DevicePtr(to.0 + at as u64));
            // SAFETY: as above; the source ends where the target begins.
            let copied = unsafe { context.copy(target, context.place(to), bytes, &[newest.signal()], &step) };
            if let Err(error) = copied {
                refused = Some(error);
                break;
            }
            steps.push(std::mem::replace(&mut newest, step));
        }
        let keep = Keep { signals, steps, blocks: [block].into_iter().collect(), ..Keep::default() };
        let work =
            Work { engine: Engine::Copies, completion: Arc::clone(&newest), keep, then: SmallVec::new(), slot: None };
        let number = self.flight.push(work, faults);
        submission.waits();
        match refused {
            Some(error) => Err(error),
            None => number.map_err(|_| context.refused("fill", "the queue takes no more work")),
        }
    }
}

fn write_pattern(block: &Block, pattern: &[u8], bytes: usize) {
    // SAFETY: the block has room for `bytes`, and nobody else uses it; the device initialised none of it, so write only.
    let room = unsafe { std::slice::from_raw_parts_mut(block.ptr().cast::<std::mem::MaybeUninit<u8>>(), bytes) };
    for element in room.chunks_exact_mut(pattern.len()) {
        for (to, from) in element.iter_mut().zip(pattern) {
            to.write(*from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_one_word_are_found() {
        assert_eq!(word(&[7]), Some(0x0707_0707));
        assert_eq!(word(&[1, 2]), Some(u32::from_ne_bytes([1, 2, 1, 2])));
        assert_eq!(word(&[1, 2, 3, 4]), Some(u32::from_ne_bytes([1, 2, 3, 4])));
        assert_eq!(word(&[1, 2, 3, 4, 1, 2, 3, 4]), Some(u32::from_ne_bytes([1, 2, 3, 4])));
        assert_eq!(word(&[0; 16]), Some(0));
        assert_eq!(word(&[1, 2, 3, 4, 5, 6, 7, 8]), None);
        assert_eq!(word(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]), None);
    }

    #[test]
    fn a_seed_is_whole_patterns() {
        assert!([1, 2, 4, 8, 16].iter().all(|len| SEED.is_multiple_of(*len)));
    }
}
