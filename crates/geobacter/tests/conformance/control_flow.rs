//! Work-items of one sub-group that go different ways.

use geobacter::prelude::*;

const N: usize = 4099;

/// Runs `kernel` on the ids below N, and compares with `host`.
fn compare<K, P>(device: &Device, kernel: K, host: impl Fn(u32) -> u32)
where
    K: geobacter::Kernel<1, P>,
    for<'b> (&'b mut Buffer<u32>,): geobacter::args::HostArgs<'b, P, Packed = K::Packed>,
{
    let mut out = device.buffer::<u32>(N).unwrap();
    device.launch(Grid::covering(N), kernel, (&mut out,)).unwrap();
    let expected: Vec<u32> = (0..N as u32).map(host).collect();
    assert_eq!(out.to_vec().unwrap(), expected);
}

/// Makes a function of the work-item's id a kernel, and compares it with itself on the host.
macro_rules! on_device {
    ($device:expr, $f:path) => {{
        fn kernel(item: WorkItem, mut out: PerItem<u32>) {
            if let Some(out) = out.get_mut(&item) {
                *out = $f(item.global_id() as u32);
            }
        }
        let mut out = $device.buffer::<u32>(N).unwrap();
        $device.launch(Grid::covering(N), kernel, (&mut out,)).unwrap();
        let expected: Vec<u32> = (0..N as u32).map($f).collect();
        assert_eq!(out.to_vec().unwrap(), expected);
    }};
}

fn branches(i: u32) -> u32 {
    if i.is_multiple_of(2) {
        if i.is_multiple_of(3) { i * 7 } else { i + 1000 }
    } else if i > 2000 {
        i ^ 0xffff
    } else {
        3
    }
}

pub(crate) fn divergent_branches(device: &Device) {
    on_device!(device, branches);
}

fn triangle(i: u32) -> u32 {
    let mut sum = 0u32;
    for a in 0..i % 17 {
        for b in a..i % 23 {
            if (a ^ b) & 4 == 0 {
                continue;
            }
            sum = sum.wrapping_mul(31).wrapping_add(a * b);
        }
    }
    sum
}

pub(crate) fn nested_loops(device: &Device) {
    on_device!(device, triangle);
}

fn first_divisor(i: u32) -> u32 {
    for d in 2..i {
        if i.is_multiple_of(d) {
            return d;
        }
    }
    i
}

pub(crate) fn early_return(device: &Device) {
    on_device!(device, first_divisor);
}

fn classify(i: u32) -> u32 {
    match i {
        0 => 1,
        1..=9 => i * 10,
        10 | 20 | 30 => 77,
        n if n.count_ones() == 3 => n + 5,
        n => match n % 5 {
            0 => 50,
            1 => 51,
            2 => n / 2,
            3 => n * 2,
            _ => 0,
        },
    }
}

pub(crate) fn matches(device: &Device) {
    on_device!(device, classify);
}

fn ackermann(m: u32, n: u32) -> u32 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

fn small_ackermann(i: u32) -> u32 {
    ackermann(i % 3, i % 5)
}

pub(crate) fn recursion(device: &Device) {
    on_device!(device, small_ackermann);
}

fn digits(i: u32) -> u32 {
    let mut left = i;
    let mut next = || {
        let digit = left % 10;
        left /= 10;
        (digit != 0).then_some(digit)
    };
    let mut sum = 0;
    while let Some(digit) = next() {
        sum += digit * digit;
    }
    sum
}

pub(crate) fn while_let(device: &Device) {
    on_device!(device, digits);
    // The same through a generic helper, so that one closure type is launched from another crate's generic code.
    compare(
        device,
        |item: WorkItem, mut out: PerItem<u32>| {
            if let Some(out) = out.get_mut(&item) {
                *out = digits(item.global_id() as u32);
            }
        },
        digits,
    );
}
