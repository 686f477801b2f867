//! Work-items that run in lockstep, and read each other's registers: a warp, a wavefront.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use bytemuck::{AnyBitPattern, NoUninit};

use crate::{DeviceCopy, Group, abi, convergent_call, stay_whole};

/// What work-items of a sub-group can hand each other: plain data without padding, for which any bits are a value.
///
/// Implemented for what is [`DeviceCopy`], [`bytemuck::NoUninit`] and [`bytemuck::AnyBitPattern`]: numbers, arrays of such,
/// and structs that derive all three. It travels in words of 4 bytes.
#[diagnostic::on_unimplemented(
    message = "work-items of a sub-group cannot hand each other `{Self}`",
    label = "not plain data without padding, for which any bits are a value",
    note = "numbers and arrays of them can; a struct can that derives `DeviceCopy`, `bytemuck::NoUninit` and \
            `bytemuck::AnyBitPattern`; for `bool` use `ballot`, or a number"
)]
pub trait SubgroupItem: DeviceCopy + NoUninit + AnyBitPattern {}

impl<T: DeviceCopy + NoUninit + AnyBitPattern> SubgroupItem for T {}

/// The work-items of a work-group that run in lockstep: 32 on NVIDIA GPUs, 32 or 64 on AMD GPUs, 1 on the CPU device. From
/// [`Group::subgroup`].
///
/// A work-group's work-items are dealt to its sub-groups in the order of their linear ids. The last one, and those at the
/// grid's end, may have fewer; `reduce` and the scans count only those that are there.
///
/// # All together
/// Everything but [`size`](Self::size) and [`lane`](Self::lane) is *convergent*: all work-items of the sub-group that have
/// not ended must come to it together, as [`Group`] says of barriers. Where they do not, what they get is some value of
/// its type, or they wait for ever; memory is safe all the same, since any bits are a value of a [`SubgroupItem`]. So is what
/// is read from a work-item that is not there.
///
/// ```
/// use geobacter::prelude::*;
///
/// /// Adds up everything with one atomic addition for each sub-group.
/// fn total(item: WorkItem, group: Group, x: &[u32], sum: SignalRef) {
///     let subgroup = group.subgroup();
///     let x = x.get(item.global_id()).copied().unwrap_or(0);
///     let here = subgroup.reduce(x, |a, b| a + b);
///     if subgroup.is_first() {
///         sum.fetch_add(here.into(), std::sync::atomic::Ordering::Relaxed);
///     }
/// }
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let x = device.buffer_from(&(0..1000).collect::<Vec<u32>>())?;
/// let sum = device.signal(0)?;
/// device.launch(Grid::covering(1000), total, (GroupArg, &x, &sum))?.wait()?;
/// assert_eq!(sum.load(), 999 * 1000 / 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Subgroup<'k> {
    run: PhantomData<*mut &'k ()>,
}

impl<'k> Group<'k> {
    /// The sub-group that this work-item is in.
    #[inline(always)]
    pub fn subgroup(self) -> Subgroup<'k> {
        Subgroup { run: PhantomData }
    }
}

/// Bytes that travel at a time.
const WORD: usize = size_of::<u32>();

/// Each word of a value, changed by an expression; a macro, so that the expression's place in the source is its caller's.
macro_rules! each_word {
    ($value:expr, $word:ident => $change:expr) => {{
        let value = $value;
        let mut result = uninit_like(&value);
        for i in 0..size_of_val(&value).div_ceil(WORD) {
            let $word = load_word(&value, i);
            store_word(&mut result, i, $change);
        }
        // SAFETY: every byte was written, and any bits are a value.
        unsafe { result.assume_init() }
    }};
}

#[inline(always)]
fn uninit_like<T>(_: &T) -> MaybeUninit<T> {
    MaybeUninit::uninit()
}

/// Bytes of word `i` of a `T`.
#[inline(always)]
fn bytes_of_word<T>(i: usize) -> usize {
    (size_of::<T>() - i * WORD).min(WORD)
}

#[inline(always)]
fn load_word<T: SubgroupItem>(value: &T, i: usize) -> u32 {
    let mut word = 0u32;
    let from = core::ptr::from_ref(value).cast::<u8>();
    // SAFETY: inside the value, all of whose bytes are initialised; a word has room.
    unsafe { from.add(i * WORD).copy_to_nonoverlapping((&raw mut word).cast(), bytes_of_word::<T>(i)) };
    word
}

#[inline(always)]
fn store_word<T>(value: &mut MaybeUninit<T>, i: usize, word: u32) {
    let to = value.as_mut_ptr().cast::<u8>();
    // SAFETY: inside the value.
    unsafe { to.add(i * WORD).copy_from_nonoverlapping((&raw const word).cast(), bytes_of_word::<T>(i)) };
}

impl Subgroup<'_> {
    /// Work-items of a full sub-group: a constant on each device, and a power of two up to 64.
    #[inline(always)]
    pub fn size(self) -> usize {
        abi::__geobacter_subgroup_size() as usize
    }

    /// Which work-item of the sub-group this is, below its size.
    #[inline(always)]
    pub fn lane(self) -> usize {
        abi::__geobacter_subgroup_lane() as usize
    }

    /// Waits for the sub-group. What each wrote before, to any memory, the others can read after.
    #[inline(always)]
    #[track_caller]
    pub fn barrier(self) {
        convergent_call!(abi::__geobacter_subgroup_barrier);
    }

    /// Bit `i` says what work-item `i` passes; it is clear for one that is not there.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn kernel(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<u64>) {
    ///     let (subgroup, x) = (group.subgroup(), x[item.global_id()]);
    ///     let result = subgroup.ballot(x > 900);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = result;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::best()?;
    /// let host: Vec<u32> = (0..1024).collect();
    /// let x = device.buffer_from(&host)?;
    /// let mut out = device.buffer::<u64>(host.len())?;
    /// device.launch(Grid::covering(host.len()).group_size([128]), kernel, (GroupArg, &x, &mut out))?;
    /// let (out, size) = (out.to_vec()?, device.info().subgroup_size as usize);
    /// for (lanes, ballots) in host.chunks(size).zip(out.chunks(size)) {
    ///     let bits = (0..).zip(lanes).filter(|(_, x)| **x > 900).map(|(lane, _)| 1u64 << lane);
    ///     assert_eq!(ballots, vec![bits.sum::<u64>(); size]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn ballot(self, bit: bool) -> u64 {
        convergent_call!(abi::__geobacter_subgroup_ballot, u32::from(bit) => u64)
    }

    /// The work-items that are there, a bit for each: those that have begun and not ended.
    #[inline(always)]
    #[track_caller]
    pub fn active(self) -> u64 {
        self.ballot(true)
    }

    /// Whether some work-item passes `true`.
    #[inline(always)]
    #[track_caller]
    pub fn any(self, bit: bool) -> bool {
        self.ballot(bit) != 0
    }

    /// Whether all work-items pass `true`.
    #[inline(always)]
    #[track_caller]
    pub fn all(self, bit: bool) -> bool {
        self.ballot(!bit) == 0
    }

    /// Whether this is the first of the work-items that are there.
    #[inline(always)]
    #[track_caller]
    pub fn is_first(self) -> bool {
        self.active().trailing_zeros() as usize == self.lane()
    }

    /// What work-item `lane` (modulo the size) passes.
    #[inline(always)]
    #[track_caller]
    pub fn shuffle<T: SubgroupItem>(self, value: T, lane: usize) -> T {
        stay_whole!();
        self.do_shuffle(value, lane)
    }

    /// What the work-item passes whose lane is this one's "exclusive or" `mask` (modulo the size).
    ///
    /// Fastest where `mask` is a constant.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn kernel(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<u32>) {
    ///     let (subgroup, x) = (group.subgroup(), x[item.global_id()]);
    ///     let result = subgroup.shuffle_xor(x, 1);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = result;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::best()?;
    /// let host: Vec<u32> = (0..256).collect();
    /// let x = device.buffer_from(&host)?;
    /// let mut out = device.buffer::<u32>(host.len())?;
    /// device.launch(Grid::covering(host.len()).group_size([128]), kernel, (GroupArg, &x, &mut out))?;
    /// let (out, size) = (out.to_vec()?, device.info().subgroup_size as usize);
    /// let partner = |i: usize| if size == 1 { i } else { i ^ 1 };
    /// assert!((0..256).all(|i| out[i] == host[partner(i)]));
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn shuffle_xor<T: SubgroupItem>(self, value: T, mask: usize) -> T {
        stay_whole!();
        self.do_shuffle_xor(value, mask)
    }

    /// What the work-item `by` lanes below passes; its own, for one that has none so far below.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn kernel(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<u32>) {
    ///     let (subgroup, x) = (group.subgroup(), x[item.global_id()]);
    ///     let result = subgroup.shuffle_up(x, 1);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = result;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::best()?;
    /// let host: Vec<u32> = (0..256).collect();
    /// let x = device.buffer_from(&host)?;
    /// let mut out = device.buffer::<u32>(host.len())?;
    /// device.launch(Grid::covering(host.len()).group_size([128]), kernel, (GroupArg, &x, &mut out))?;
    /// let (out, size) = (out.to_vec()?, device.info().subgroup_size as usize);
    /// assert!((0..256).all(|i| out[i] == if i % size == 0 { host[i] } else { host[i - 1] }));
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn shuffle_up<T: SubgroupItem>(self, value: T, by: usize) -> T {
        stay_whole!();
        self.do_shuffle_up(value, by)
    }

    /// What the work-item `by` lanes above passes; its own, for one that has none so far above.
    #[inline(always)]
    #[track_caller]
    pub fn shuffle_down<T: SubgroupItem>(self, value: T, by: usize) -> T {
        stay_whole!();
        self.do_shuffle_down(value, by)
    }

    /// A distance that hardware takes: nobody is a whole sub-group or more away, and then one gets one's own, as from 0.
    #[inline(always)]
    fn in_range(self, by: usize) -> u32 {
        if by < self.size() { by as u32 } else { 0 }
    }

    /// What the first work-item that is there passes.
    #[inline(always)]
    #[track_caller]
    pub fn read_first<T: SubgroupItem>(self, value: T) -> T {
        stay_whole!();
        self.do_read_first(value)
    }

    /// What work-item `lane`, the same number for all, passes. Cheaper than [`shuffle`](Self::shuffle) on AMD GPUs.
    #[inline(always)]
    #[track_caller]
    pub fn read_lane<T: SubgroupItem>(self, value: T, lane: usize) -> T {
        stay_whole!();
        self.do_read_lane(value, lane)
    }

    /// Combines what the work-items that are there pass, for all of them. `f` must be associative and commutative; for
    /// floating-point numbers, whose sums are not quite, all work-items get the same result, but not that of another size.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn kernel(item: WorkItem, group: Group, x: &[f32], mut out: PerItem<f32>) {
    ///     let (subgroup, x) = (group.subgroup(), x[item.global_id()]);
    ///     let result = subgroup.reduce(x, f32::max);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = result;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::best()?;
    /// let host: Vec<f32> = (0..256).map(|i| (i * 37 % 101) as f32).collect();
    /// let x = device.buffer_from(&host)?;
    /// let mut out = device.buffer::<f32>(host.len())?;
    /// device.launch(Grid::covering(host.len()).group_size([128]), kernel, (GroupArg, &x, &mut out))?;
    /// let (out, size) = (out.to_vec()?, device.info().subgroup_size as usize);
    /// for (lanes, most) in host.chunks(size).zip(out.chunks(size)) {
    ///     assert_eq!(most, vec![lanes.iter().copied().fold(0.0, f32::max); size]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn reduce<T: SubgroupItem>(self, value: T, f: impl Fn(T, T) -> T) -> T {
        stay_whole!();
        self.do_reduce(value, f)
    }

    /// Combines what this work-item and those before it pass, in order. `f` must be associative.
    #[inline(always)]
    #[track_caller]
    pub fn inclusive_scan<T: SubgroupItem>(self, value: T, f: impl Fn(T, T) -> T) -> T {
        stay_whole!();
        self.do_inclusive_scan(value, f)
    }

    /// Combines what the work-items before this one pass, in order: `neutral` for the first. `f` must be associative.
    ///
    /// ```
    /// use geobacter::prelude::*;
    /// fn kernel(item: WorkItem, group: Group, x: &[u32], mut out: PerItem<u32>) {
    ///     let (subgroup, x) = (group.subgroup(), x[item.global_id()]);
    ///     let result = subgroup.exclusive_scan(x, 0, |a, b| a + b);
    ///     if let Some(out) = out.get_mut(&item) {
    ///         *out = result;
    ///     }
    /// }
    /// # fn main() -> geobacter::Result<()> {
    /// let device = Device::best()?;
    /// let host: Vec<u32> = vec![3; 256];
    /// let x = device.buffer_from(&host)?;
    /// let mut out = device.buffer::<u32>(host.len())?;
    /// device.launch(Grid::covering(host.len()).group_size([128]), kernel, (GroupArg, &x, &mut out))?;
    /// let (out, size) = (out.to_vec()?, device.info().subgroup_size as usize);
    /// assert!((0..256).all(|i| out[i] == 3 * (i % size) as u32));
    /// # Ok(())
    /// # }
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn exclusive_scan<T: SubgroupItem>(self, value: T, neutral: T, f: impl Fn(T, T) -> T) -> T {
        stay_whole!();
        self.do_exclusive_scan(value, neutral, f)
    }
}

/// What the operations above do. Apart from them, because rustc's own optimiser does not inline these.
impl Subgroup<'_> {
    #[inline(always)]
    #[track_caller]
    fn do_shuffle<T: SubgroupItem>(self, value: T, lane: usize) -> T {
        let lane = lane as u32;
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_shuffle, word, lane => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_shuffle_xor<T: SubgroupItem>(self, value: T, mask: usize) -> T {
        let mask = (mask & (self.size() - 1)) as u32;
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_shuffle_xor, word, mask => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_shuffle_up<T: SubgroupItem>(self, value: T, by: usize) -> T {
        let lanes = self.in_range(by);
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_shuffle_up, word, lanes => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_shuffle_down<T: SubgroupItem>(self, value: T, by: usize) -> T {
        let lanes = self.in_range(by);
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_shuffle_down, word, lanes => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_read_first<T: SubgroupItem>(self, value: T) -> T {
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_read_first, word => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_read_lane<T: SubgroupItem>(self, value: T, lane: usize) -> T {
        let lane = (lane & (self.size() - 1)) as u32;
        each_word!(value, word => convergent_call!(abi::__geobacter_subgroup_read_lane, word, lane => u32))
    }

    #[inline(always)]
    #[track_caller]
    fn do_reduce<T: SubgroupItem>(self, value: T, f: impl Fn(T, T) -> T) -> T {
        let active = self.active();
        if active == all_lanes(self.size()) {
            let (mut sum, mut distance) = (value, 1);
            while distance < self.size() {
                sum = f(sum, self.shuffle_xor(sum, distance));
                distance *= 2;
            }
            return sum;
        }
        // Some are missing, and hold no neutral value: go by those that are there.
        let mut sum = self.read_lane(value, first_of(active));
        let mut rest = without_first(active);
        while rest != 0 {
            sum = f(sum, self.read_lane(value, first_of(rest)));
            rest = without_first(rest);
        }
        sum
    }

    #[inline(always)]
    #[track_caller]
    fn do_inclusive_scan<T: SubgroupItem>(self, value: T, f: impl Fn(T, T) -> T) -> T {
        let active = self.active();
        let lane = self.lane();
        if is_without_gaps(active) {
            let (mut sum, mut distance) = (value, 1);
            while distance < self.size() {
                let before = self.shuffle_up(sum, distance);
                if lane >= distance {
                    sum = f(before, sum);
                }
                distance *= 2;
            }
            return sum;
        }
        let mut sum = self.read_lane(value, first_of(active));
        let mut mine = sum;
        let mut rest = without_first(active);
        while rest != 0 {
            sum = f(sum, self.read_lane(value, first_of(rest)));
            if first_of(rest) <= lane {
                mine = sum;
            }
            rest = without_first(rest);
        }
        mine
    }

    #[inline(always)]
    #[track_caller]
    fn do_exclusive_scan<T: SubgroupItem>(self, value: T, neutral: T, f: impl Fn(T, T) -> T) -> T {
        let active = self.active();
        let sum = self.inclusive_scan(value, f);
        let before = active & all_lanes(self.lane());
        // The work-item before this one, over gaps.
        let last = if before == 0 { self.lane() } else { 63 - before.leading_zeros() as usize };
        let sum = self.shuffle(sum, last);
        if before == 0 { neutral } else { sum }
    }
}

/// So many low bits.
#[inline(always)]
fn all_lanes(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

#[inline(always)]
fn first_of(bits: u64) -> usize {
    bits.trailing_zeros() as usize
}

#[inline(always)]
fn without_first(bits: u64) -> u64 {
    bits & bits.wrapping_sub(1)
}

/// Whether those that are there are the first so many.
#[inline(always)]
fn is_without_gaps(active: u64) -> bool {
    active & active.wrapping_add(1) == 0
}
