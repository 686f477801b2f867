//! Integer and float operations, against the host's.

use geobacter::prelude::*;

/// Launches `$f(a, b)` over pairs of awkward numbers, and compares with the host bit for bit.
macro_rules! same {
    ($device:expr, $t:ty => $r:ty, $values:expr, $($f:expr),* $(,)?) => {{
        let values: &[$t] = &$values;
        let pairs: Vec<($t, $t)> = values.iter().flat_map(|&a| values.iter().map(move |&b| (a, b))).collect();
        let input = $device.buffer_from(&pairs).unwrap();
        $({
            fn kernel(item: WorkItem, input: &[($t, $t)], mut out: PerItem<$r>) {
                let f: fn($t, $t) -> $r = $f;
                let (a, b) = input[item.global_id()];
                if let Some(out) = out.get_mut(&item) {
                    *out = f(a, b);
                }
            }
            let f: fn($t, $t) -> $r = $f;
            let mut out = $device.buffer::<$r>(pairs.len()).unwrap();
            $device.launch(Grid::covering(pairs.len()), kernel, (&input, &mut out)).unwrap();
            for ((a, b), got) in pairs.iter().zip(out.to_vec().unwrap()) {
                assert_eq!(got, f(*a, *b), "{} of {a:?} and {b:?}", stringify!($f));
            }
        })*
    }};
}

const U32: [u32; 9] = [0, 1, 2, 7, 31, 0x7fff_ffff, 0x8000_0000, 0xdead_beef, u32::MAX];
const I64: [i64; 9] = [0, 1, -1, 7, -63, i64::MAX, i64::MIN, 0x1234_5678_9abc_def0, -987_654_321_987];
const U8: [u8; 6] = [0, 1, 5, 127, 128, 255];
const I16: [i16; 6] = [0, 1, -1, 300, i16::MAX, i16::MIN];

pub(crate) fn integer_arithmetic(device: &Device) {
    same!(device, u32 => u32, U32, u32::wrapping_add, u32::wrapping_sub, u32::wrapping_mul,
        |a, b| a.checked_div(b).unwrap_or(9), |a, b| a.checked_rem(b).unwrap_or(9), |a, b| a & b | a ^ b,
        u32::abs_diff, |a, b| a.wrapping_pow(b & 7), u32::max, u32::midpoint);
    same!(device, i64 => i64, I64, i64::wrapping_add, i64::wrapping_mul, |a, b| a.checked_div(b).unwrap_or(9),
        |a, b| a.checked_rem_euclid(b).unwrap_or(9), i64::min, |a, _| a.wrapping_abs(), |a, _| a.signum());
    same!(device, u8 => u8, U8, u8::wrapping_add, u8::wrapping_mul, |a, b| a.checked_div(b).unwrap_or(9));
    same!(device, i16 => i16, I16, i16::wrapping_add, i16::wrapping_mul, |a, b| a.checked_div(b).unwrap_or(9));
}

pub(crate) fn wide_integers(device: &Device) {
    let values = [0u128, 1, 10, u128::from(u64::MAX), 1 << 64, (1 << 100) + 12345, u128::MAX];
    same!(device, u128 => u128, values, u128::wrapping_add, u128::wrapping_sub, u128::wrapping_mul,
        |a, b| a.checked_div(b).unwrap_or(9), |a, b| a.checked_rem(b).unwrap_or(9),
        |a, b| a.wrapping_shl(b as u32), |a, b| a.wrapping_shr(b as u32));
    same!(device, u64 => u64, [0, 3, 1 << 40, u64::MAX], |a, b| ((u128::from(a) * u128::from(b)) >> 64) as u64);
}

pub(crate) fn shifts_and_rotates(device: &Device) {
    same!(device, u32 => u32, U32, |a, b| a.wrapping_shl(b), |a, b| a.wrapping_shr(b), |a, b| a.rotate_left(b & 63),
        |a, b| a.checked_shl(b).unwrap_or(9), |a, b| ((a as i32) >> (b & 31)) as u32);
    same!(device, i64 => i64, I64, |a, b| a.wrapping_shl(b as u32), |a, b| a.wrapping_shr(b as u32),
        |a, b| a.rotate_right(b as u32 & 127));
    same!(device, u8 => u8, U8, |a, b| a.rotate_left(u32::from(b)), |a, b| a.wrapping_shr(b.into()));
}

pub(crate) fn bit_counting(device: &Device) {
    same!(device, u32 => u32, U32, |a, _| a.count_ones(), |a, _| a.leading_zeros(), |a, _| a.trailing_zeros(),
        |a, _| a.reverse_bits(), |a, _| a.swap_bytes());
    same!(device, i64 => u32, I64, |a, _| a.count_ones(), |a, _| a.leading_zeros(), |a, _| a.trailing_zeros());
    same!(device, u8 => u32, U8, |a, _| a.count_ones(), |a, _| a.leading_zeros(), |a, _| a.trailing_zeros());
    same!(device, i64 => i64, I64, |a, _| a.reverse_bits(), |a, _| a.swap_bytes());
}

pub(crate) fn checked_and_saturating(device: &Device) {
    same!(device, u32 => u32, U32, u32::saturating_add, u32::saturating_sub, u32::saturating_mul,
        |a, b| a.checked_add(b).unwrap_or(1), |a, b| a.checked_mul(b).unwrap_or(2),
        |a, b| u32::from(a.overflowing_sub(b).1), |a, b| a.checked_next_multiple_of(b).unwrap_or(4));
    same!(device, i64 => i64, I64, i64::saturating_add, i64::saturating_sub, i64::saturating_mul,
        |a, b| a.checked_mul(b).unwrap_or(2), |a, b| a.checked_add(b).unwrap_or(3));
    same!(device, i16 => i16, I16, i16::saturating_add, i16::saturating_mul, |a, b| a.checked_sub(b).unwrap_or(7));
}

pub(crate) fn conversions(device: &Device) {
    let floats = [0.0f64, -0.5, 1.5, -1.0, 255.9, 256.0, 1e10, -1e10, 1e20, 1e300, f64::NAN, f64::INFINITY];
    same!(device, f64 => u8, floats, |a, _| a as u8);
    same!(device, f64 => i32, floats, |a, _| a as i32);
    same!(device, f64 => u64, floats, |a, _| a as u64);
    same!(device, f64 => i64, floats, |a, b| (a as f32) as i64 ^ (b as i64));
    same!(device, i64 => u32, I64, |a, _| (a as f32).to_bits(), |a, _| a as u32);
    same!(device, u32 => u64, U32, |a, _| f64::from(a).to_bits(), |a, _| f64::from(a as f32).to_bits());
    same!(device, u128 => u32, [0, 7, u128::MAX], |a, _| a as u32);
}

pub(crate) fn float_comparisons(device: &Device) {
    let floats = [0.0f32, -0.0, 1.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE];
    same!(device, f32 => bool, floats, |a, b| a < b, |a, b| a <= b, |a, b| a == b, |a, b| a != b, |a, b| a > b,
        |a, b| a.total_cmp(&b).is_lt(), |a, b| a.partial_cmp(&b).is_some());
}

pub(crate) fn nan_and_infinity(device: &Device) {
    let floats = [0.0f32, -0.0, 1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-40];
    // Which NaN comes out is not defined; that one does is.
    same!(device, f32 => u32, floats, |a, b| (a + b).is_nan().into(), |a, b| (a * b).is_infinite().into(),
        |a, b| (a / b).is_sign_negative() as u32 * u32::from(!(a / b).is_nan()), |a, _| a.classify() as u32,
        |a, b| if (a / b).is_nan() { 1 } else { (a / b).to_bits() },
        |a, b| if (a - b).is_nan() { 1 } else { (a - b).to_bits() });
}

/// Steps through a buffer by what comparisons say, as branchless sorting and merging do: forwards and backwards.
fn step_by_comparisons(item: WorkItem, x: &[u32], mut out: PerItem<[u32; 4]>) {
    if let Some(out) = out.get_mut(&item) {
        let at = 4 + item.global_id();
        let less = x[at] < x[at + 1];
        let narrow = (x[at] as i8).wrapping_add(1);
        let index = [
            at.wrapping_sub(usize::from(less)),
            at.wrapping_sub(usize::from(!less)),
            at.wrapping_add(narrow as usize & 3),
            at.wrapping_add((narrow.wrapping_sub(1) as usize) & 3),
        ];
        // SAFETY: the launch leaves room on both sides.
        *out = index.map(|i| unsafe { *x.as_ptr().wrapping_add(i) });
    }
}

pub(crate) fn indices_from_comparisons(device: &Device) {
    let n = 300;
    let x: Vec<u32> = (0..n + 8).map(|i| (i as u32 * 37) % 256).collect();
    let buffer = device.buffer_from(&x).unwrap();
    let mut out = device.buffer_filled(n, [0u32; 4]).unwrap();
    device.launch(Grid::covering(n), step_by_comparisons, (&buffer, &mut out)).unwrap();
    for (id, found) in out.to_vec().unwrap().into_iter().enumerate() {
        let at = id + 4;
        let less = x[at] < x[at + 1];
        let low = x[at] as usize;
        let expected = [at - usize::from(less), at - usize::from(!less), at + ((low + 1) & 3), at + (low & 3)];
        assert_eq!(found, expected.map(|i| x[i]), "work-item {id}");
    }
}
