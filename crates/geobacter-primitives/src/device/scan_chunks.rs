//! The scan for processors whose work-items work alone: each has a part in one piece.

use geobacter_core::{Grid, PerItem, RawSlice, SubgroupItem, WorkItem};
use geobacter_runtime::{Buffer, Result};

use super::function::Function;
use super::scratch::Use;
use super::{CHUNKS_PER_UNIT, Operation, Primitives, chunk, chunk_range};

impl Primitives {
    pub(super) fn scan_by_chunks<T: SubgroupItem, F: Operation<T>, const WITH_OWN: bool>(
        &mut self,
        x: &Buffer<T>,
        y: &mut Buffer<T>,
        neutral: T,
        f: F,
    ) -> Result<()> {
        let f = Function::new(f);
        let chunks = self.device.info().compute_units.max(1) as usize * CHUNKS_PER_UNIT;
        let mut totals = self.scratch.take(&self.device, Use::Partial, chunks, neutral)?;
        self.device.launch(Grid::covering(chunks), totals_of::<T, F>, (f, neutral, x, &mut totals))?;
        // SAFETY: each work-item writes its own part.
        let args = (f, neutral, x, &totals, unsafe { y.raw() });
        self.device.launch(Grid::covering(chunks), scan_chunk::<T, F, WITH_OWN>, args)?;
        self.scratch.put(Use::Partial, totals);
        Ok(())
    }
}

/// What each part comes to.
fn totals_of<T: SubgroupItem, F: Operation<T>>(
    item: WorkItem,
    f: Function<F>,
    neutral: T,
    x: &[T],
    mut out: PerItem<T>,
) {
    let f = f.get();
    let chunk = chunk(x, item.global_id(), item.grid_size());
    if let Some(out) = out.get_mut(&item) {
        *out = chunk.iter().fold(neutral, |sum, x| f(sum, *x));
    }
}

/// The scan of one part. Parts are few: each adds up for itself what those before it come to.
fn scan_chunk<T: SubgroupItem, F: Operation<T>, const WITH_OWN: bool>(
    item: WorkItem,
    f: Function<F>,
    neutral: T,
    x: &[T],
    totals: &[T],
    out: RawSlice<T>,
) {
    let f = f.get();
    let mut sum = totals.iter().take(item.global_id()).fold(neutral, |sum, x| f(sum, *x));
    for i in chunk_range(x.len().min(out.len()), item.global_id(), item.grid_size()) {
        let next = f(sum, x[i]);
        // SAFETY: inside; parts do not overlap, and the host passes a buffer that nobody else uses.
        unsafe { out.as_ptr().add(i).write(if WITH_OWN { next } else { sum }) };
        sum = next;
    }
}
