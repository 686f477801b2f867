//! The derives, in a crate that depends on `geobacter-core` alone: the device's side of a parameter.

use geobacter_core::abi::BlockHeader;
use geobacter_core::{ArgKind, DeviceCopy, Kernel, KernelParam, PerItem, SliceArg, WorkItem};
use geobacter_macros::{DeviceCopy, KernelArg};

#[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
#[repr(C, align(16))]
struct Body {
    position: [f32; 3],
    mass: f32,
}

#[derive(Clone, Copy, DeviceCopy)]
struct Pair<A, B>(A, B);

#[derive(Clone, Copy, DeviceCopy)]
struct Unit;

#[derive(Clone, Copy, DeviceCopy)]
#[allow(dead_code)] // Only that it derives is of interest.
enum Shape<T> {
    Sphere { radius: T },
    Block([T; 3]),
    Nothing,
}

#[derive(Clone, Copy, DeviceCopy)]
struct Counts<T, const N: usize>
where
    T: Ord,
{
    all: [T; N],
}

fn device_copy<T: DeviceCopy>() {}

#[test]
fn plain_types_cross_to_devices() {
    device_copy::<Body>();
    device_copy::<Pair<Body, u8>>();
    device_copy::<Unit>();
    device_copy::<Shape<f64>>();
    device_copy::<Counts<u16, 7>>();
    let counts = Counts { all: [1u8, 2] };
    assert_eq!(counts.all, [1, 2]);
}

#[derive(KernelArg)]
struct Params<'a> {
    alpha: f32,
    x: &'a [f32],
    y: PerItem<'a, f32>,
}

#[derive(KernelArg)]
struct Gather<'a, T: Default, const N: usize>(&'a [[T; N]], usize);

#[derive(KernelArg)]
struct Both<'run> {
    params: Params<'run>,
    gather: Gather<'run, f32, 2>,
}

fn saxpy(item: WorkItem, mut p: Params) {
    if let Some(y) = p.y.get_mut(&item) {
        *y += p.alpha * p.x[item.global_id()];
    }
}

fn add_gathered(item: WorkItem, mut both: Both) {
    let Gather(table, column) = both.gather;
    if let Some(y) = both.params.y.get_mut(&item) {
        *y = both.params.alpha + table[item.global_id()][column];
    }
}

/// Runs `kernel` over `n` work-items of one work-group.
fn run<K: Kernel<1, P>, P>(kernel: K, n: u32, args: K::Packed) {
    let header = BlockHeader { extent: [n.into(), 1, 1], start: [0; 3], status: std::ptr::null_mut() };
    for i in 0..n {
        // SAFETY: each position comes up once, and the pointers in `args` are live.
        unsafe { kernel.run(WorkItem::from_parts([i, 0, 0], [0; 3], [n, 1, 1], &header), &args) }
    }
}

fn slice<T>(data: &mut [T]) -> SliceArg<T> {
    SliceArg { ptr: data.as_mut_ptr(), len: data.len() }
}

#[test]
fn a_struct_of_parameters_is_a_parameter() {
    let (mut x, mut y) = ([1.0f32, 2.0, 3.0], [10.0f32, 20.0, 30.0]);
    run(saxpy, 3, (ParamsArgs { alpha: 2.0, x: slice(&mut x), y: slice(&mut y) },));
    assert_eq!(y, [12.0, 24.0, 36.0]);
}

#[test]
fn structs_of_parameters_nest() {
    let (mut table, mut y) = ([[1.0f32, 2.0], [3.0, 4.0]], [0.0f32; 2]);
    let params = ParamsArgs { alpha: 0.5, x: slice(&mut []), y: slice(&mut y) };
    run(add_gathered, 2, (BothArgs { params, gather: GatherArgs(slice(&mut table), 1) },));
    assert_eq!(y, [2.5, 4.5]);
}

#[test]
fn a_struct_of_parameters_is_listed_as_one() {
    assert_eq!(<Params as KernelParam>::KIND, ArgKind::Struct);
}
