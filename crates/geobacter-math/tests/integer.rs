//! Integer functions, against the same computed with wider numbers or bit by bit.

use geobacter_math as math;
use geobacter_math::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn halves_of_sums_are_those_of_wider_numbers(x: i32, y: i32, a: u8, b: u8) {
        prop_assert_eq!(i64::from(hadd(x, y)), (i64::from(x) + i64::from(y)) >> 1);
        prop_assert_eq!(i64::from(rhadd(x, y)), (i64::from(x) + i64::from(y) + 1) >> 1);
        prop_assert_eq!(u32::from(hadd(a, b)), (u32::from(a) + u32::from(b)) / 2);
        prop_assert_eq!(u32::from(rhadd(a, b)), (u32::from(a) + u32::from(b)).div_ceil(2));
    }

    #[test]
    fn high_halves_of_products(x: i64, y: i64, a: u16, b: u16, c: u16) {
        // By long multiplication in 32-bit digits.
        let (xh, xl, yh, yl) = (x >> 32, x & 0xffff_ffff, y >> 32, y & 0xffff_ffff);
        let low = (xl as u64 * yl as u64) >> 32;
        let middle = i128::from(xh) * i128::from(yl) + i128::from(xl) * i128::from(yh) + i128::from(low);
        prop_assert_eq!(mul_hi(x, y), (i128::from(xh) * i128::from(yh) + (middle >> 32)) as i64);
        let product = u32::from(a) * u32::from(b);
        prop_assert_eq!(mul_hi(a, b), (product / 0x1_0000) as u16);
        prop_assert_eq!(mad_hi(a, b, c), ((product / 0x1_0000 + u32::from(c)) % 0x1_0000) as u16);
    }

    #[test]
    fn saturation_stops_at_the_ends(x: i8, y: i8, z: i8, a: u64, b: u64) {
        let nearest = |n: i32| n.clamp(-128, 127) as i8;
        let [wx, wy, wz] = [x, y, z].map(i32::from);
        prop_assert_eq!(add_sat(x, y), nearest(wx + wy));
        prop_assert_eq!(sub_sat(x, y), nearest(wx - wy));
        prop_assert_eq!(mad_sat(x, y, z), nearest(wx * wy + wz));
        prop_assert_eq!(add_sat(a, b), if b > u64::MAX - a { u64::MAX } else { a + b });
        prop_assert_eq!(u128::from(sub_sat(a, b)), u128::from(a).saturating_sub(b.into()));
    }

    #[test]
    fn distances_and_magnitudes_do_not_overflow(x: i32, y: i32) {
        prop_assert_eq!(i64::from(abs_diff(x, y)), (i64::from(x) - i64::from(y)).abs());
        prop_assert_eq!(i64::from(abs(x)), i64::from(x).abs());
    }

    #[test]
    fn bits_are_counted_and_turned(x: u32, by: u32) {
        let bit = |i: u32| x >> (i % 32) & 1;
        prop_assert_eq!(popcount(x), (0..32).map(bit).sum::<u32>());
        prop_assert_eq!(clz(x), (0..32).rev().take_while(|i| bit(*i) == 0).count() as u32);
        prop_assert_eq!(ctz(x), (0..32).take_while(|i| bit(*i) == 0).count() as u32);
        let turned = rotate(x, by);
        prop_assert!((0..32).all(|i| turned >> i & 1 == bit((i + 32 - by % 32) % 32)));
    }

    #[test]
    fn low_24_bits_are_multiplied(x in -0x80_0000i32..0x80_0000, y in -0x80_0000i32..0x80_0000, z: i32, junk: u8) {
        let product = (i64::from(x) * i64::from(y)) as i32;
        prop_assert_eq!(mul24(x, y), product);
        prop_assert_eq!(mad24(x, y, z), (i64::from(product) + i64::from(z)) as i32);
        let (a, b) = (x as u32 & 0xff_ffff, y as u32 & 0xff_ffff);
        prop_assert_eq!(mul24(a | u32::from(junk) << 24, b), (u64::from(a) * u64::from(b)) as u32);
    }

    #[test]
    fn halves_make_a_wider_number(high: i16, low: u16) {
        prop_assert_eq!(upsample(high, low), i32::from(high) * 0x1_0000 + i32::from(low));
    }

    #[test]
    fn selections_take_bits_and_elements(a: u32, b: u32, c: u32) {
        let expected = (0..32).map(|i| if c >> i & 1 == 1 { b & 1 << i } else { a & 1 << i }).sum::<u32>();
        prop_assert_eq!(bitselect(a, b, c), expected);
        prop_assert_eq!(select(a, b, c as i32), if c == 0 { a } else { b });
        let picked = select(Uint2::new(a, b), Uint2::new(b, a), Int2::new(c as i32, !c as i32));
        prop_assert_eq!(picked, if c >> 31 == 1 { Uint2::new(b, b) } else { Uint2::new(a, a) });
    }
}

#[test]
fn ends_of_the_types() {
    assert_eq!(abs(i32::MIN), 1 << 31);
    assert_eq!(mad_sat(i64::MIN, i64::MIN, i64::MAX), i64::MAX);
    assert_eq!(mad_sat(u64::MAX, u64::MAX, u64::MAX), u64::MAX);
    assert_eq!((clz(0u8), ctz(0i64), popcount(-1i16)), (8, 64, 16));
    assert_eq!(hadd(i64::MAX, i64::MAX - 1), i64::MAX - 1);
}

#[test]
fn any_and_all_look_at_the_highest_bit() {
    assert!(math::any(Int3::new(0, 0, -1)) && !math::any(Int3::new(0, 1, i32::MAX)));
    assert!(all(Int2::new(-1, i32::MIN)) && !all(Int2::new(-1, 1)));
    assert!(math::any(-1i8) && !all(1i8));
}
