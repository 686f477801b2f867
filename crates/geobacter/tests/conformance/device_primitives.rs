//! `Primitives`: buffers of any length, around the boundaries of tiles, of any type.

use geobacter::Error;
use geobacter::prelude::*;
use geobacter::primitives::Primitives;

/// None, one, a few; around sub-groups, rows of 16 bytes, groups and tiles; several tiles and a part.
const LENGTHS: [usize; 14] = [0, 1, 2, 31, 65, 255, 257, 1023, 1025, 4095, 4097, 8192, 8193, 20_003];

fn hashed(i: usize) -> u32 {
    (i as u32).wrapping_mul(0x9e37_79b9) ^ (i as u32).rotate_left(13) ^ 0x1234_5678
}

pub(crate) fn reduce(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in LENGTHS {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let sum = values.iter().fold(0u32, |a, b| a.wrapping_add(*b));
        assert_eq!(primitives.reduce(&x, 0, u32::wrapping_add).unwrap(), sum, "of {n}");
        assert_eq!(
            primitives.reduce(&x, u32::MAX, u32::min).unwrap(),
            values.iter().copied().min().unwrap_or(u32::MAX)
        );
    }
}

/// Types of all sizes, one of which does not fill rows of 16 bytes, and one that is larger than a row.
pub(crate) fn reduce_any_type(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [1, 100, 5000] {
        let bytes: Vec<u8> = (0..n).map(|i| hashed(i) as u8).collect();
        let x = device.buffer_from(&bytes).unwrap();
        assert_eq!(primitives.reduce(&x, 0, |a, b| a ^ b).unwrap(), bytes.iter().fold(0, |a, b| a ^ b));
        let shorts: Vec<i16> = (0..n).map(|i| hashed(i) as i16).collect();
        let x = device.buffer_from(&shorts).unwrap();
        assert_eq!(primitives.reduce(&x, i16::MIN, i16::max).unwrap(), *shorts.iter().max().unwrap());
        let doubles: Vec<f64> = (0..n).map(|i| f64::from(hashed(i) >> 8)).collect();
        let x = device.buffer_from(&doubles).unwrap();
        // Sums of whole numbers below 2^53 are exact in any order.
        assert_eq!(primitives.reduce(&x, 0.0, |a, b| a + b).unwrap(), doubles.iter().sum::<f64>());
        let triples: Vec<[u32; 3]> = (0..n).map(|i| [hashed(i), i as u32, 1]).collect();
        let x = device.buffer_from(&triples).unwrap();
        let add = |a: [u32; 3], b: [u32; 3]| std::array::from_fn(|i| a[i].wrapping_add(b[i]));
        let sum = triples.iter().copied().fold([0; 3], add);
        assert_eq!(primitives.reduce(&x, [0; 3], add).unwrap(), sum);
        let large: Vec<[u64; 5]> = (0..n).map(|i| [u64::from(hashed(i)); 5]).collect();
        let x = device.buffer_from(&large).unwrap();
        let most = |a: [u64; 5], b: [u64; 5]| if a > b { a } else { b };
        assert_eq!(primitives.reduce(&x, [0; 5], most).unwrap(), *large.iter().max().unwrap());
    }
}

/// Sums of floating-point numbers, which depend on the order, are the same each time, and near the exact sum.
pub(crate) fn reduce_is_reproducible(device: &Device) {
    let values: Vec<f32> = (0..30_000).map(|i| 1.0 / (1.0 + i as f32)).collect();
    let x = device.buffer_from(&values).unwrap();
    let sums = [(); 3].map(|()| Primitives::new(device).reduce(&x, 0.0, |a, b| a + b).unwrap());
    assert!(sums.iter().all(|sum| sum.to_bits() == sums[0].to_bits()), "{sums:?}");
    let exact: f64 = values.iter().map(|x| f64::from(*x)).sum();
    assert!((f64::from(sums[0]) - exact).abs() < 1e-4, "{} is not {exact}", sums[0]);
}

pub(crate) fn scan(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in LENGTHS {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut y = device.buffer::<u32>(n).unwrap();
        let running = |value: u32, sum: &mut u32| {
            *sum = sum.wrapping_add(value);
            *sum
        };
        let inclusive: Vec<u32> = values.iter().scan(0, |sum, x| Some(running(*x, sum))).collect();
        let exclusive: Vec<u32> = inclusive.iter().zip(&values).map(|(sum, x)| sum.wrapping_sub(*x)).collect();
        primitives.inclusive_scan(&x, &mut y, 0, u32::wrapping_add).unwrap();
        assert_eq!(y.to_vec().unwrap(), inclusive, "inclusive, of {n}");
        primitives.exclusive_scan(&x, &mut y, 0, u32::wrapping_add).unwrap();
        assert_eq!(y.to_vec().unwrap(), exclusive, "exclusive, of {n}");
    }
}

pub(crate) fn scan_twice_over(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [1, 257, 8193, 20_003] {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut y = device.buffer::<u32>(n).unwrap();
        let inclusive: Vec<u32> = values
            .iter()
            .scan(0, |most, x| {
                *most = x.max(most).to_owned();
                Some(*most)
            })
            .collect();
        primitives.reproducible_inclusive_scan(&x, &mut y, 0, u32::max).unwrap();
        assert_eq!(y.to_vec().unwrap(), inclusive, "inclusive, of {n}");
        primitives.reproducible_exclusive_scan(&x, &mut y, 0, u32::max).unwrap();
        assert_eq!(y.to_vec().unwrap()[1..], inclusive[..n - 1], "exclusive, of {n}");
    }
}

/// Maps over the numbers modulo a prime, `x -> a x + b`: their composition is associative, and its order matters.
fn compose(first: [u32; 2], then: [u32; 2]) -> [u32; 2] {
    const P: u32 = 9973;
    [first[0] * then[0] % P, (first[1] * then[0] + then[1]) % P]
}

/// What is scanned need not commute, and may be of several words.
pub(crate) fn scan_in_order(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [1, 300, 9000] {
        let values: Vec<[u32; 2]> = (0..n).map(|i| [hashed(i) % 9972 + 1, (hashed(i) >> 8) % 9973]).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut y = device.buffer::<[u32; 2]>(n).unwrap();
        let expected: Vec<[u32; 2]> = values
            .iter()
            .scan([1, 0], |all, x| {
                *all = compose(*all, *x);
                Some(*all)
            })
            .collect();
        primitives.inclusive_scan(&x, &mut y, [1, 0], compose).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected, "of {n}");
        primitives.reproducible_inclusive_scan(&x, &mut y, [1, 0], compose).unwrap();
        assert_eq!(y.to_vec().unwrap(), expected, "twice over, of {n}");
    }
}

pub(crate) fn scan_any_type(device: &Device) {
    let mut primitives = Primitives::new(device);
    let n = 5003;
    let bytes: Vec<u8> = (0..n).map(|i| hashed(i) as u8).collect();
    let mut y = device.buffer::<u8>(n).unwrap();
    primitives.inclusive_scan(&device.buffer_from(&bytes).unwrap(), &mut y, 0, u8::wrapping_add).unwrap();
    let expected: Vec<u8> = bytes
        .iter()
        .scan(0u8, |sum, x| {
            *sum = sum.wrapping_add(*x);
            Some(*sum)
        })
        .collect();
    assert_eq!(y.to_vec().unwrap(), expected);
    let doubles: Vec<f64> = (0..n).map(|i| f64::from(hashed(i) >> 12)).collect();
    let mut y = device.buffer::<f64>(n).unwrap();
    primitives.exclusive_scan(&device.buffer_from(&doubles).unwrap(), &mut y, 0.0, |a, b| a + b).unwrap();
    let sums = doubles.iter().scan(0.0, |sum, x| {
        let before = *sum;
        *sum += x;
        Some(before)
    });
    assert_eq!(y.to_vec().unwrap(), sums.collect::<Vec<_>>());
    let triples: Vec<[u16; 3]> = (0..n).map(|i| [hashed(i) as u16, i as u16, 1]).collect();
    let mut y = device.buffer::<[u16; 3]>(n).unwrap();
    let add = |a: [u16; 3], b: [u16; 3]| std::array::from_fn(|i| a[i].wrapping_add(b[i]));
    primitives.inclusive_scan(&device.buffer_from(&triples).unwrap(), &mut y, [0; 3], add).unwrap();
    let sums = triples.iter().scan([0; 3], |sum, x| {
        *sum = add(*sum, *x);
        Some(*sum)
    });
    assert_eq!(y.to_vec().unwrap(), sums.collect::<Vec<_>>());
}

pub(crate) fn lengths_must_agree(device: &Device) {
    let mut primitives = Primitives::new(device);
    let x = device.buffer::<u32>(10).unwrap();
    let mut y = device.buffer::<u32>(9).unwrap();
    let errors = [
        primitives.inclusive_scan(&x, &mut y, 0, u32::wrapping_add).unwrap_err(),
        primitives.transpose(&x, 5, &mut y).unwrap_err(),
        primitives.select(&x, &mut y, |_| true).unwrap_err(),
        primitives.sort_by_key(&mut y, &mut device.buffer::<u8>(3).unwrap()).unwrap_err(),
        primitives.transpose(&x, 3, &mut device.buffer::<u32>(10).unwrap()).unwrap_err(),
        primitives.transpose(&x, 0, &mut device.buffer::<u32>(10).unwrap()).unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::LengthMismatch { .. }), "{error}");
    }
}

pub(crate) fn histogram(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [0, 1, 300, 20_003] {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        // Few, and so many that work-group memory does not hold them; some values are in none.
        for bins in [1, 100, 20_000] {
            let mut counts = device.buffer_filled(bins, 77u32).unwrap();
            primitives.histogram(&x, &mut counts, |x| (x % 30_011) as usize).unwrap();
            let mut expected = vec![0; bins];
            for x in &values {
                if let Some(count) = expected.get_mut((x % 30_011) as usize) {
                    *count += 1;
                }
            }
            assert_eq!(counts.to_vec().unwrap(), expected, "{n} values in {bins} bins");
        }
    }
    let bytes: Vec<u8> = (0..5001).map(|i| hashed(i) as u8).collect();
    let mut counts = device.buffer::<u32>(256).unwrap();
    primitives.histogram(&device.buffer_from(&bytes).unwrap(), &mut counts, usize::from).unwrap();
    let count = |byte: usize| bytes.iter().filter(|x| usize::from(**x) == byte).count() as u32;
    assert_eq!(counts.to_vec().unwrap(), (0..256).map(count).collect::<Vec<_>>());
}

pub(crate) fn sort_integers(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [0, 1, 2, 100, 4097, 20_003] {
        let mut values: Vec<u32> = (0..n).map(hashed).collect();
        let mut x = device.buffer_from(&values).unwrap();
        primitives.sort(&mut x).unwrap();
        values.sort_unstable();
        assert_eq!(x.to_vec().unwrap(), values, "{n} keys");
    }
    let mut signed: Vec<i64> =
        (0..1500).map(|i| (i64::from(hashed(i)) << 31) ^ i64::from(hashed(i + 7)) << 5).collect();
    signed.extend([i64::MIN, i64::MAX, 0, -1]);
    let mut x = device.buffer_from(&signed).unwrap();
    primitives.sort(&mut x).unwrap();
    signed.sort_unstable();
    assert_eq!(x.to_vec().unwrap(), signed);
}

/// Keys of one byte need an odd number of passes.
pub(crate) fn sort_small_keys(device: &Device) {
    let mut primitives = Primitives::new(device);
    let mut bytes: Vec<i8> = (0..3000).map(|i| hashed(i) as i8).collect();
    let mut x = device.buffer_from(&bytes).unwrap();
    primitives.sort(&mut x).unwrap();
    bytes.sort_unstable();
    assert_eq!(x.to_vec().unwrap(), bytes);
    let mut shorts: Vec<u16> = (0..3000).map(|i| hashed(i) as u16).collect();
    let mut x = device.buffer_from(&shorts).unwrap();
    primitives.sort(&mut x).unwrap();
    shorts.sort_unstable();
    assert_eq!(x.to_vec().unwrap(), shorts);
}

pub(crate) fn sort_floats(device: &Device) {
    let special = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, f32::MIN_POSITIVE, -1e-42];
    let mut values: Vec<f32> = (0..3000).map(|i| f32::from_bits(hashed(i))).chain(special).collect();
    let mut x = device.buffer_from(&values).unwrap();
    Primitives::new(device).sort(&mut x).unwrap();
    values.sort_unstable_by(f32::total_cmp);
    let bits = |all: &[f32]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&x.to_vec().unwrap()), bits(&values));
}

/// Many equal keys: their values stay in order.
pub(crate) fn sort_with_values_is_stable(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [1, 2, 700, 9001] {
        let mut pairs: Vec<(i32, [u16; 3])> =
            (0..n).map(|i| ((hashed(i) % 50) as i32 - 25, [i as u16, (i >> 8) as u16, 9])).collect();
        let mut keys = device.buffer_from(&pairs.iter().map(|p| p.0).collect::<Vec<_>>()).unwrap();
        let mut values = device.buffer_from(&pairs.iter().map(|p| p.1).collect::<Vec<_>>()).unwrap();
        primitives.sort_by_key(&mut keys, &mut values).unwrap();
        pairs.sort_by_key(|p| p.0);
        let got: Vec<_> = keys.to_vec().unwrap().into_iter().zip(values.to_vec().unwrap()).collect();
        assert_eq!(got, pairs, "{n} pairs");
    }
}

pub(crate) fn transpose(device: &Device) {
    let mut primitives = Primitives::new(device);
    for (width, height) in [(1, 1), (5, 1), (1, 70), (32, 32), (33, 31), (100, 65)] {
        let values: Vec<u32> = (0..width * height).map(hashed).collect();
        let mut y = device.buffer::<u32>(values.len()).unwrap();
        primitives.transpose(&device.buffer_from(&values).unwrap(), width, &mut y).unwrap();
        let expected = (0..width).flat_map(|x| (0..height).map(move |y| (x, y)));
        let expected: Vec<u32> = expected.map(|(x, y)| values[y * width + x]).collect();
        assert_eq!(y.to_vec().unwrap(), expected, "{width} x {height}");
    }
}

pub(crate) fn select(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [0, 1, 255, 2048, 2049, 9000] {
        let values: Vec<u32> = (0..n).map(hashed).collect();
        let x = device.buffer_from(&values).unwrap();
        let mut y = device.buffer_filled(n + 1, 12_345u32).unwrap();
        let count = primitives.select(&x, &mut y, |x| x.is_multiple_of(3)).unwrap();
        let expected: Vec<u32> = values.into_iter().filter(|x| x.is_multiple_of(3)).collect();
        let y = y.to_vec().unwrap();
        assert_eq!(y[..count], expected, "of {n}");
        assert!(y[count..].iter().all(|x| *x == 12_345), "what lies beyond is as it was");
    }
}

/// The same memory for intermediate results serves longer inputs after shorter ones, and other types.
pub(crate) fn memory_is_used_again(device: &Device) {
    let mut primitives = Primitives::new(device);
    for n in [9000, 10, 12_000, 3] {
        let ones = device.buffer_filled(n, 1u32).unwrap();
        let mut sums = device.buffer::<u32>(n).unwrap();
        primitives.inclusive_scan(&ones, &mut sums, 0, u32::wrapping_add).unwrap();
        assert_eq!(primitives.reduce(&sums, 0, u32::max).unwrap(), n as u32);
        let wide = device.buffer_filled(n, 1u64).unwrap();
        assert_eq!(primitives.reduce(&wide, 0, |a, b| a + b).unwrap(), n as u64);
    }
}
