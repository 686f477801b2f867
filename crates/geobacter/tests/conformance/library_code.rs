//! Code that was never written for a GPU: std's and other people's, unchanged.

use std::fmt::Write;

use geobacter::prelude::*;
use num_complex::Complex;
use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use sha2::{Digest, Sha256};

/// Launches `$f(id)` for ids below `$n`, and compares with the host's answers, bit for bit.
macro_rules! same_as_host {
    ($device:expr, $n:expr, $t:ty, $f:path) => {{
        fn kernel(item: WorkItem, mut out: PerItem<$t>) {
            if let Some(out) = out.get_mut(&item) {
                *out = $f(item.global_id());
            }
        }
        let mut out = $device.buffer_filled($n, <$t>::default()).unwrap();
        $device.launch(Grid::covering($n), kernel, (&mut out,)).unwrap();
        let expected: Vec<$t> = (0..$n).map($f).collect();
        assert_eq!(out.to_vec().unwrap(), expected);
    }};
}

fn slices(i: usize) -> u64 {
    let data: [u32; 24] = std::array::from_fn(|k| (i * 31 + k * 17) as u32 % 101);
    let (left, right) = data.split_at(i % 24);
    let pairs: u32 = left.iter().zip(right.iter().rev()).map(|(a, b)| a * b).sum();
    let windows = data.windows(3).filter(|w| w[1] > w[0] && w[1] > w[2]).count();
    let chunks: u32 = data.chunks(5).filter_map(|c| c.iter().max()).sum();
    let position = data.iter().position(|&x| x == data[i % 24]).unwrap_or(99);
    u64::from(pairs) + (windows as u64) * 1000 + u64::from(chunks) * 100_000 + (position as u64) * (1 << 40)
}

pub(crate) fn slices_and_iterators(device: &Device) {
    same_as_host!(device, 2000, u64, slices);
}

fn sorted_median(i: usize) -> u32 {
    let mut data: [u32; 9] = std::array::from_fn(|k| ((i + 1) * (k + 3) * 7919) as u32 % 1009);
    data.sort_unstable();
    data[4] + 10_000 * u32::from(data.binary_search(&data[7]).is_ok())
}

pub(crate) fn sorting_networks(device: &Device) {
    same_as_host!(device, 2000, u32, sorted_median);
}

fn text(i: usize) -> u32 {
    const WORDS: [&str; 4] = ["geobacter", "métal", "", "rust on a card"];
    let word = WORDS[i % 4];
    let bytes = word.bytes().map(u32::from).sum::<u32>();
    bytes
        + word.chars().count() as u32 * 10_000
        + u32::from(word.contains("on")) * 1_000_000
        + u32::from(word == "métal") * 2_000_000
}

pub(crate) fn strings(device: &Device) {
    same_as_host!(device, 64, u32, text);
}

/// Formats into a fixed array: `write!` without an allocator.
struct Line {
    bytes: [u8; 64],
    len: usize,
}

impl Write for Line {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + s.len()).ok_or(std::fmt::Error)?;
        room.copy_from_slice(s.as_bytes());
        self.len += s.len();
        Ok(())
    }
}

fn formatted(i: usize) -> u32 {
    let mut line = Line { bytes: [0; 64], len: 0 };
    let written = write!(line, "{i:>5}|{:#x}|{:?}", i * 3, (i > 100, 'x'));
    let sum: u32 = line.bytes.iter().map(|&b| u32::from(b)).sum();
    sum + 100_000 * line.len as u32 + u32::from(written.is_ok())
}

pub(crate) fn formatting_lengths(device: &Device) {
    same_as_host!(device, 300, u32, formatted);
}

fn digest(i: usize) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"geobacter");
    hash.update((i as u64).to_le_bytes());
    hash.finalize().into()
}

pub(crate) fn sha2_digest(device: &Device) {
    same_as_host!(device, 500, [u8; 32], digest);
}

fn complex(i: usize) -> [f64; 2] {
    let z = Complex::new(i as f64 / 64.0, 1.5);
    let w = z * z.conj() + Complex::new(0.0, 1.0) / z;
    [w.re, w.im]
}

pub(crate) fn complex_numbers(device: &Device) {
    // Within rounding: a device may contract a product and a sum into one operation where both are written as one.
    let mut out = device.buffer::<[f64; 2]>(500).unwrap();
    device
        .launch(
            Grid::covering(500),
            |item: WorkItem, mut out: PerItem<[f64; 2]>| {
                if let Some(out) = out.get_mut(&item) {
                    *out = complex(item.global_id());
                }
            },
            (&mut out,),
        )
        .unwrap();
    for (i, got) in out.to_vec().unwrap().into_iter().enumerate() {
        assert_eq!(got, complex(i), "{i}");
    }
}

fn rotated(i: usize) -> [f32; 3] {
    let v = glam::Vec3::new(i as f32, 2.0, -1.0);
    let m = glam::Mat3::from_cols_array(&[0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    (m * v).cross(glam::Vec3::Z).to_array()
}

pub(crate) fn vectors(device: &Device) {
    same_as_host!(device, 500, [f32; 3], rotated);
}

fn random(i: usize) -> u64 {
    let mut rng = Pcg32::seed_from_u64(i as u64);
    (0..10).fold(0, |x, _| x ^ rng.next_u64().rotate_left(3))
}

pub(crate) fn random_numbers(device: &Device) {
    same_as_host!(device, 500, u64, random);
}

/// What `libm` does in x86 assembly on the host, where its `arch` feature is on.
fn from_libm(i: usize) -> [u64; 4] {
    let (x, y) = (i as f64 * 0.37 + 0.1, 1.5 - i as f64 / 300.0);
    let (a, b) = (x as f32, y as f32);
    [
        libm::fma(x, y, -x * y).to_bits(),
        u64::from(libm::fmaf(a, b, -a * b).to_bits()),
        libm::sqrt(x).to_bits(),
        u64::from(libm::sqrtf(a).to_bits()),
    ]
}

pub(crate) fn libm_with_host_assembly(device: &Device) {
    same_as_host!(device, 500, [u64; 4], from_libm);
}
