//! Vector types.

use geobacter_math::*;

#[test]
fn types_are_as_large_and_aligned_as_opencl_says() {
    macro_rules! check {
        ($($t:ty)*) => {$(
            let size = size_of::<$t>();
            assert_eq!((size_of::<Vec2<$t>>(), align_of::<Vec2<$t>>()), (2 * size, 2 * size));
            assert_eq!((size_of::<Vec3<$t>>(), align_of::<Vec3<$t>>()), (4 * size, 4 * size));
            assert_eq!((size_of::<Vec4<$t>>(), align_of::<Vec4<$t>>()), (4 * size, 4 * size));
            assert_eq!((size_of::<Vec8<$t>>(), align_of::<Vec8<$t>>()), (8 * size, 8 * size));
            assert_eq!((size_of::<Vec16<$t>>(), align_of::<Vec16<$t>>()), (16 * size, 16 * size));
        )*};
    }
    check!(i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);
}

#[test]
fn elements_are_in_order_in_memory() {
    let v = Float4::new(1.0, 2.0, 3.0, 4.0);
    assert_eq!(bytemuck::cast::<_, [f32; 4]>(v), v.to_array());
    let mut wide = Vec16::<u8>::from_array(std::array::from_fn(|i| i as u8));
    assert_eq!((wide.sa, wide[15], wide.as_array()[3]), (10, 15, 3));
    wide[15] = 99;
    assert_eq!(wide.sf, 99);
}

#[test]
fn names_pick_elements() {
    let v = Int4::new(1, 2, 3, 4);
    assert_eq!(v.wzyx(), Int4::new(4, 3, 2, 1));
    assert_eq!(v.xxy(), Int3::new(1, 1, 2));
    assert_eq!(v.yw().yx(), Int2::new(4, 2));
    assert_eq!(v.with_xw(Int2::new(8, 9)), Int4::new(8, 2, 3, 9));
    assert_eq!(Int3::new(1, 2, 3).zzzz(), Int4::splat(3));
    assert_eq!((v.lo(), v.hi(), v.even(), v.odd()), (v.xy(), v.zw(), v.xz(), v.yw()));
    assert_eq!(Int8::from_halves(v, v.wzyx()).to_array(), [1, 2, 3, 4, 4, 3, 2, 1]);
    assert_eq!(Int8::from_halves(v, v * 10).swizzle([7, 0, 4, 4]), Int4::new(40, 1, 10, 10));
}

#[test]
fn shuffles_look_at_as_many_bits_as_there_are_elements() {
    let (x, y) = (Int4::new(10, 11, 12, 13), Int4::new(20, 21, 22, 23));
    assert_eq!(shuffle(x, Uint2::new(3, 4)), Int2::new(13, 10));
    assert_eq!(shuffle2(x, y, Uchar8::from([0, 7, 4, 3, 8, 15, 1, 6])).to_array(), [10, 23, 20, 13, 10, 23, 11, 22]);
    assert_eq!(shuffle2(x.xy(), y.xy(), Uint4::new(0, 1, 2, 3)), Int4::new(10, 11, 20, 21));
}

#[test]
fn operators_work_on_each_element() {
    let (a, b) = (Float3::new(1.0, 2.0, 3.0), Float3::new(4.0, 5.0, 6.0));
    assert_eq!(a + b * 2.0 - 1.0, Float3::new(8.0, 11.0, 14.0));
    assert_eq!(6.0 / a, Float3::new(6.0, 3.0, 2.0));
    assert_eq!(-a % 2.0, Float3::new(-1.0, -0.0, -1.0));
    let mut c = a;
    c *= b;
    c += 1.0;
    assert_eq!(c, Float3::new(5.0, 11.0, 19.0));
    let (p, q) = (Uint2::new(0b1100, 1), Uint2::new(0b1010, 2));
    assert_eq!((p & q, p | q, p ^ q), (Uint2::new(0b1000, 0), Uint2::new(0b1110, 3), Uint2::new(0b0110, 3)));
    assert_eq!((p << 1, p >> q, !p), (Uint2::new(0b11000, 2), Uint2::new(0, 0), Uint2::new(!0b1100, !1)));
}

#[test]
fn functions_work_on_each_element() {
    let a = Double4::new(0.0, 1.0, 2.0, 3.0);
    assert_eq!(mix(a, Double4::splat(10.0), Double4::splat(0.5)), Double4::new(5.0, 5.5, 6.0, 6.5));
    let (significand, exponent) = frexp(Float2::new(8.0, 0.75));
    assert_eq!((significand, exponent), (Float2::new(0.5, 0.75), Int2::new(4, 0)));
    assert_eq!(isless(a, Double4::splat(1.5)), Long4::new(-1, -1, 0, 0));
    assert_eq!((isless(1.0f64, 1.5), isnan(1.0f32)), (1, 0));
    assert_eq!(upsample(Char2::new(-1, 1), Uchar2::new(2, 3)), Short2::new(-254, 259));
}

#[test]
fn geometry() {
    let (x, y) = (Float3::new(1.0, 0.0, 0.0), Float3::new(0.0, 1.0, 0.0));
    assert_eq!(cross(x, y), Float3::new(0.0, 0.0, 1.0));
    assert_eq!(
        cross(Float4::new(0.0, 1.0, 0.0, 7.0), Float4::new(0.0, 0.0, 1.0, 7.0)),
        Float4::new(1.0, 0.0, 0.0, 0.0)
    );
    assert_eq!(dot(Double4::new(1.0, 2.0, 3.0, 4.0), Double4::splat(2.0)), 20.0);
    assert_eq!((length(Float2::new(3.0, 4.0)), distance(Float2::new(1.0, 1.0), Float2::new(4.0, 5.0))), (5.0, 5.0));
    assert_eq!((length(-2.0f32), normalize(-2.0f32)), (2.0, -1.0));
}

#[test]
fn lengths_of_what_has_no_square() {
    for exponent in [-149, -140, -126, -70, -64, 0, 63, 64, 120, 125] {
        let unit = 2f64.powi(exponent) as f32;
        let v = Float2::new(3.0 * unit, 4.0 * unit);
        assert_eq!(length(v), 5.0 * unit, "2^{exponent}");
        let unit = normalize(v);
        assert!((unit.x - 0.6).abs() < 1e-6 && (unit.y - 0.8).abs() < 1e-6, "2^{exponent}: {unit:?}");
    }
    assert_eq!(length(Float2::new(f32::NEG_INFINITY, f32::NAN)), f32::INFINITY);
    assert_eq!(normalize(Float2::splat(0.0)), Float2::splat(0.0));
    assert_eq!(normalize(Float3::new(f32::INFINITY, 5.0, 0.0)), Float3::new(1.0, 0.0, 0.0));
    assert!(length(Float2::new(1.0, f32::NAN)).is_nan());
}
