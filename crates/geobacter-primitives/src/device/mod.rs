//! What a whole device does to buffers.

mod function;
mod histogram;
mod keys;
mod look_back;
mod reduce;
mod row;
mod scan;
mod scan_chunks;
mod scan_tile;
mod scratch;
mod select;
mod sort;
mod transpose;

use geobacter_runtime::Device;

pub use keys::SortKey;
use scratch::Scratch;

/// What a whole device does to buffers: reduce, scan, sort, histogram, transpose, select.
///
/// It keeps the memory for intermediate results, so that repeated calls allocate nothing. Calls queue their work on the
/// device's default queue, and return before it is done unless they return a result; as with launches, order follows from
/// the buffers.
///
/// Results do not depend on chance, but where a method says so. Where `f` is only nearly associative, as sums of
/// floating-point numbers are, they depend on the device.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::primitives::Primitives;
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut primitives = Primitives::new(&device);
/// let mut x = device.buffer_from(&[3.5f32, -1.0, 2.0])?;
/// primitives.sort(&mut x)?;
/// assert_eq!(x.to_vec()?, [-1.0, 2.0, 3.5]);
/// assert_eq!(primitives.reduce(&x, 0.0, |a, b| a + b)?, 4.5);
/// # Ok(())
/// # }
/// ```
pub struct Primitives {
    device: Device,
    scratch: Scratch,
}

/// An operation on two values: a function, or a closure that captures nothing.
pub trait Operation<T>: Fn(T, T) -> T + Copy + Send + Sync + 'static {}
impl<T, F: Fn(T, T) -> T + Copy + Send + Sync + 'static> Operation<T> for F {}

/// Parts in one piece for each compute unit, where work-items work alone: more than one, so that those that have less to do
/// help the others.
const CHUNKS_PER_UNIT: usize = 8;

impl Primitives {
    /// For buffers of this device.
    pub fn new(device: &Device) -> Self {
        Primitives { device: device.clone(), scratch: Scratch::default() }
    }

    /// Whether work-items of a sub-group run by themselves: neighbours then gain nothing from touching neighbouring memory.
    fn is_of_lone_work_items(&self) -> bool {
        self.device.info().subgroup_size == 1
    }
}

impl std::fmt::Debug for Primitives {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Primitives").field("device", &self.device.id()).finish_non_exhaustive()
    }
}

/// Part `i` of `n` of a slice, in one piece.
#[inline(always)]
fn chunk<T>(x: &[T], i: usize, n: usize) -> &[T] {
    let range = chunk_range(x.len(), i, n);
    x.get(range).unwrap_or_default()
}

/// The indices of part `i` of `n`.
#[inline(always)]
fn chunk_range(len: usize, i: usize, n: usize) -> std::ops::Range<usize> {
    let size = len.div_ceil(n);
    (i * size).min(len)..((i + 1) * size).min(len)
}
