//! Conversions, against their definition: the nearest number of the type on the side that the rounding says.

use geobacter_math::*;

#[test]
fn integers_wrap_or_saturate() {
    for x in i16::MIN..=i16::MAX {
        assert_eq!(convert::<u8, _>(x), x as u8);
        assert_eq!(
            convert_sat::<u8, _>(x),
            if x < 0 {
                0
            } else if x > 255 {
                255
            } else {
                x as u8
            }
        );
        assert_eq!(
            convert_sat::<i8, _>(x),
            if x < -128 {
                -128
            } else if x > 127 {
                127
            } else {
                x as i8
            }
        );
        assert_eq!(convert_sat::<u64, _>(x), if x < 0 { 0 } else { x as u64 });
    }
    assert_eq!(convert_sat::<i64, _>(u64::MAX), i64::MAX);
}

#[test]
fn floats_round_to_integers_as_asked() {
    for quarter in -1100..1100 {
        let x = quarter as f32 / 4.0;
        let (down, up) = (x.floor() as i32, x.ceil() as i32);
        let zero = if x < 0.0 { up } else { down };
        let even = match (x - x.floor(), down % 2 == 0) {
            (rest, _) if rest < 0.5 => down,
            (rest, even) if rest == 0.5 && even => down,
            _ => up,
        };
        assert_eq!((convert_rtn::<i32, _>(x), convert_rtp::<i32, _>(x)), (down, up), "{x}");
        assert_eq!(
            (convert_rtz::<i32, _>(x), convert::<i32, _>(x), convert_rte::<i32, _>(x)),
            (zero, zero, even),
            "{x}"
        );
        let in_u8 = |n: i32| n.clamp(0, 255) as u8;
        assert_eq!((convert_sat_rtn::<u8, _>(x), convert_sat_rtp::<u8, _>(x)), (in_u8(down), in_u8(up)), "{x}");
        assert_eq!((convert_sat_rtz::<u8, _>(x), convert_sat_rte::<u8, _>(x)), (in_u8(zero), in_u8(even)), "{x}");
    }
    assert_eq!(convert_sat::<i32, _>(Double2::new(f64::NAN, f64::INFINITY)), Int2::new(0, i32::MAX));
}

#[test]
fn integers_round_to_floats_as_asked() {
    let wide = (0..64)
        .flat_map(|bit| [(1u64 << bit) - 1, 1 << bit, (1 << bit) + 1, u64::MAX >> bit, 0x0100_0001 << (bit % 36)]);
    for x in wide.chain([i64::MAX as u64]) {
        let (down, up) = (convert_rtn::<f32, _>(x), convert_rtp::<f32, _>(x));
        assert!(down as u128 <= x.into() && up as u128 >= x.into(), "{x}: {down} {up}");
        assert!(down == up && down as u128 == x.into() || down.next_up() == up, "{x}: {down} {up}");
        assert_eq!(
            (convert_rtz::<f32, _>(x), convert::<f32, _>(x), convert_rte::<f32, _>(x)),
            (down, x as f32, x as f32)
        );
        let negative = (x >> 1) as i64;
        let (of, minus) = (convert_rtz::<f32, _>(negative), convert_rtz::<f32, _>(-negative));
        assert_eq!(of, -minus);
        assert_eq!(convert_rtp::<f32, _>(-negative), minus);
    }
}

#[test]
fn doubles_round_to_floats_as_asked() {
    for x in [1.0 + 1e-9, 1.0 - 1e-9, 1e-50, 3.5e38, 1e300, 0.1] {
        let (down, up) = (convert_rtn::<f32, _>(x), convert_rtp::<f32, _>(x));
        assert!(f64::from(down) <= x && f64::from(up) >= x && down.next_up() == up, "{x:e}: {down:e} {up:e}");
        assert_eq!(convert_rtz::<f32, _>(x), down);
        assert_eq!(
            (convert_rtz::<f32, _>(-x), convert_rtn::<f32, _>(-x), convert_rtp::<f32, _>(-x)),
            (-down, -up, -down)
        );
    }
    assert!(convert_rtp::<f32, _>(f64::NAN).is_nan());
    assert_eq!((convert_rtp::<f32, _>(1.5f64), convert_rtn::<f64, _>(1.5f32)), (1.5, 1.5));
    assert_eq!(convert_rtz::<f32, _>(f64::INFINITY), f32::INFINITY);
}
