//! What can be passed to a kernel by value.

use geobacter::RawSlice;
use geobacter::prelude::*;

/// Passes `$value` of type `$t` to a kernel that writes it out, and compares.
macro_rules! round_trips {
    ($device:expr, $($t:ty: $value:expr),* $(,)?) => {$({
        fn write(item: WorkItem, value: $t, mut out: PerItem<$t>) {
            if let Some(out) = out.get_mut(&item) {
                *out = value;
            }
        }
        let value: $t = $value;
        let mut out = $device.buffer_from(&[<$t>::default(); 3]).unwrap();
        $device.launch(Grid::covering(3), write, (value, &mut out)).unwrap();
        assert_eq!(out.to_vec().unwrap(), [value; 3]);
    })*};
}

pub(crate) fn every_scalar_width(device: &Device) {
    round_trips!(device,
        u8: 0xa5, u16: 0xa5b6, u32: 0xa5b6_c7d8, u64: 0xa5b6_c7d8_e9fa_0b1c, usize: usize::MAX - 4,
        i8: -5, i16: -500, i32: -50_000, i64: -5_000_000_000, isize: isize::MIN + 3,
        u128: 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210, i128: -3,
        f32: -0.0, f64: f64::MIN_POSITIVE,
    );
}

pub(crate) fn bool_and_char(device: &Device) {
    round_trips!(device, bool: true, char: '\u{1f9a0}');
}

pub(crate) fn arrays_and_tuples(device: &Device) {
    round_trips!(device, [u8; 5]: [1, 2, 3, 4, 5], [[f32; 2]; 3]: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], (u8, f64): (7, 2.5));
}

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
struct Mixed {
    small: u8,
    wide: u64,
    pair: (u16, f32),
}

pub(crate) fn derived_structs(device: &Device) {
    round_trips!(device, Mixed: Mixed { small: 1, wide: u64::MAX, pair: (9, -1.5) });
}

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
#[repr(C, align(64))]
struct Aligned {
    value: u32,
}

pub(crate) fn aligned_structs(device: &Device) {
    round_trips!(device, Aligned: Aligned { value: 77 });
}

#[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
struct Large {
    words: [u32; 200],
}

impl Default for Large {
    fn default() -> Self {
        Large { words: [0; 200] }
    }
}

pub(crate) fn large_struct(device: &Device) {
    round_trips!(device, Large: Large { words: std::array::from_fn(|i| i as u32 * 3) });
}

pub(crate) fn twelve_arguments(device: &Device) {
    #[allow(clippy::too_many_arguments, reason = "that is what it tests")]
    fn sum(
        item: WorkItem,
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: i8,
        f: i16,
        g: i32,
        h: i64,
        i: f32,
        j: f64,
        x: &[u32],
        mut out: PerItem<f64>,
    ) {
        if let Some(out) = out.get_mut(&item) {
            *out = f64::from(a)
                + f64::from(b)
                + f64::from(c)
                + d as f64
                + f64::from(e)
                + f64::from(f)
                + f64::from(g)
                + h as f64
                + f64::from(i)
                + j
                + f64::from(x[item.global_id()]);
        }
    }
    let x = device.buffer_from(&[1000u32, 2000]).unwrap();
    let mut out = device.buffer::<f64>(2).unwrap();
    let args = (1u8, 2u16, 3u32, 4u64, -5i8, -6i16, -7i32, -8i64, 0.5f32, 0.25f64, &x, &mut out);
    device.launch(Grid::covering(2), sum, args).unwrap();
    assert_eq!(out.to_vec().unwrap(), [984.75, 1984.75]);
}

pub(crate) fn no_arguments(device: &Device) {
    fn nothing(_: WorkItem) {}
    device.launch(Grid::covering(1000), nothing, ()).unwrap().wait().unwrap();
}

#[derive(KernelArg)]
struct Saxpy<'a> {
    a: f32,
    x: &'a [f32],
    y: PerItem<'a, f32>,
}

pub(crate) fn struct_of_parameters(device: &Device) {
    fn saxpy(item: WorkItem, mut p: Saxpy, offset: f32) {
        if let Some(y) = p.y.get_mut(&item) {
            *y += p.a * p.x[item.global_id()] + offset;
        }
    }
    let x = device.buffer_from(&[1.0f32, 2.0, 3.0]).unwrap();
    let mut y = device.buffer_from(&[10.0f32, 20.0, 30.0]).unwrap();
    device.launch(Grid::covering(3), saxpy, (SaxpyArgs { a: 2.0, x: &x, y: &mut y }, 0.5)).unwrap();
    assert_eq!(y.to_vec().unwrap(), [12.5, 24.5, 36.5]);
}

pub(crate) fn raw_slices(device: &Device) {
    fn reverse(item: WorkItem, data: RawSlice<u32>) {
        let (i, n) = (item.global_id(), data.len());
        if i < n / 2 {
            // SAFETY: each work-item swaps a pair of its own, inside the slice.
            unsafe { std::ptr::swap(data.as_ptr().add(i), data.as_ptr().add(n - 1 - i)) }
        }
    }
    let data = device.buffer_from(&(0..1001u32).collect::<Vec<_>>()).unwrap();
    // SAFETY: see the kernel.
    device.launch(Grid::covering(1001), reverse, (unsafe { data.raw() },)).unwrap();
    assert_eq!(data.to_vec().unwrap(), (0..1001u32).rev().collect::<Vec<_>>());
}

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
enum Shape {
    #[default]
    Point,
    Circle {
        radius: f32,
    },
    Box(f32, f32),
}

fn area(shape: Shape) -> f32 {
    match shape {
        Shape::Point => 0.0,
        Shape::Circle { radius } => 3.0 * radius * radius,
        Shape::Box(w, h) => w * h,
    }
}

pub(crate) fn enums(device: &Device) {
    fn areas(item: WorkItem, shapes: &[Shape], mut out: PerItem<f32>) {
        if let Some(out) = out.get_mut(&item) {
            *out = area(shapes[item.global_id()]);
        }
    }
    let shapes = device.buffer_from(&[Shape::Box(2.0, 3.0), Shape::Point, Shape::Circle { radius: 2.0 }]).unwrap();
    let mut out = device.buffer::<f32>(3).unwrap();
    device.launch(Grid::covering(3), areas, (&shapes, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [6.0, 0.0, 12.0]);
}

pub(crate) fn options(device: &Device) {
    fn halves(item: WorkItem, x: &[u32], mut out: PerItem<Option<u32>>) {
        if let Some(out) = out.get_mut(&item) {
            let x = x[item.global_id()];
            *out = x.is_multiple_of(2).then_some(x / 2);
        }
    }
    let x = device.buffer_from(&[4u32, 5, 6]).unwrap();
    let mut out = device.buffer_filled(3, Some(99u32)).unwrap();
    device.launch(Grid::covering(3), halves, (&x, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), [Some(2), None, Some(3)]);
}
