//! OpenCL C's integer functions (section 6.15.3). Those that do not say otherwise wrap around.

use core::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};

use crate::gentype::{lift, lift2, lift3};
use crate::{Element, Gentype};

/// An integer of 8 to 64 bits.
pub trait Int:
    Element
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
{
    /// As wide, without a sign.
    type Unsigned: Int;
    #[doc(hidden)]
    const ZERO: Self;
    /// Every bit set.
    #[doc(hidden)]
    const ONES: Self;
    #[doc(hidden)]
    fn wrap_add(self, b: Self) -> Self;
    #[doc(hidden)]
    fn wrap_sub(self, b: Self) -> Self;
    #[doc(hidden)]
    fn wrap_mul(self, b: Self) -> Self;
    #[doc(hidden)]
    fn sat_add(self, b: Self) -> Self;
    #[doc(hidden)]
    fn sat_sub(self, b: Self) -> Self;
    #[doc(hidden)]
    fn high(self, b: Self) -> Self;
    #[doc(hidden)]
    fn sat_mul_add(self, b: Self, c: Self) -> Self;
    #[doc(hidden)]
    fn rotated(self, by: Self) -> Self;
    #[doc(hidden)]
    fn ones(self) -> Self;
    #[doc(hidden)]
    fn leading(self) -> Self;
    #[doc(hidden)]
    fn trailing(self) -> Self;
    #[doc(hidden)]
    fn magnitude(self) -> Self::Unsigned;
    #[doc(hidden)]
    fn distance(self, b: Self) -> Self::Unsigned;
    /// Whether the most significant bit is set.
    #[doc(hidden)]
    fn top(self) -> bool;
    #[doc(hidden)]
    fn from_i32(n: i32) -> Self;
    /// As an index.
    #[doc(hidden)]
    fn index(self) -> usize;
}

macro_rules! integers {
    ($($t:ident $unsigned:ident $wide:ident [$magnitude:expr];)*) => {$(
        impl Int for $t {
            type Unsigned = $unsigned;
            const ZERO: Self = 0;
            const ONES: Self = !0;

            #[inline(always)]
            fn wrap_add(self, b: Self) -> Self { self.wrapping_add(b) }
            #[inline(always)]
            fn wrap_sub(self, b: Self) -> Self { self.wrapping_sub(b) }
            #[inline(always)]
            fn wrap_mul(self, b: Self) -> Self { self.wrapping_mul(b) }
            #[inline(always)]
            fn sat_add(self, b: Self) -> Self { self.saturating_add(b) }
            #[inline(always)]
            fn sat_sub(self, b: Self) -> Self { self.saturating_sub(b) }
            #[inline(always)]
            fn high(self, b: Self) -> Self { ($wide::from(self) * $wide::from(b) >> $t::BITS) as $t }
            #[inline(always)]
            fn sat_mul_add(self, b: Self, c: Self) -> Self {
                // No overflow: the product of the smallest numbers, and another, is far from the wide type's ends.
                let sum = $wide::from(self) * $wide::from(b) + $wide::from(c);
                sum.clamp($t::MIN.into(), $t::MAX.into()) as $t
            }
            #[inline(always)]
            fn rotated(self, by: Self) -> Self { self.rotate_left(by as u32 & ($t::BITS - 1)) }
            #[inline(always)]
            fn ones(self) -> Self { self.count_ones() as $t }
            #[inline(always)]
            fn leading(self) -> Self { self.leading_zeros() as $t }
            #[inline(always)]
            fn trailing(self) -> Self { self.trailing_zeros() as $t }
            #[inline(always)]
            fn magnitude(self) -> $unsigned { let f: fn($t) -> $unsigned = $magnitude; f(self) }
            #[inline(always)]
            fn distance(self, b: Self) -> $unsigned { self.abs_diff(b) }
            #[inline(always)]
            fn top(self) -> bool { self >> ($t::BITS - 1) != 0 }
            #[inline(always)]
            fn from_i32(n: i32) -> Self { n as $t }
            #[inline(always)]
            fn index(self) -> usize { self as usize }
        }
    )*};
}

integers! {
    i8 u8 i16 [i8::unsigned_abs];
    u8 u8 u16 [|x| x];
    i16 u16 i32 [i16::unsigned_abs];
    u16 u16 u32 [|x| x];
    i32 u32 i64 [i32::unsigned_abs];
    u32 u32 u64 [|x| x];
    i64 u64 i128 [i64::unsigned_abs];
    u64 u64 u128 [|x| x];
}

/// An integer of which two make a wider one.
pub trait Upsample: Int {
    /// Twice as wide.
    type Wide: Element;
    #[doc(hidden)]
    fn upsampled(self, low: Self::Unsigned) -> Self::Wide;
}

macro_rules! upsample {
    ($($t:ident $unsigned:ident $wide:ident;)*) => {$(
        impl Upsample for $t {
            type Wide = $wide;
            #[inline(always)]
            fn upsampled(self, low: $unsigned) -> $wide { $wide::from(self) << $t::BITS | $wide::from(low) }
        }
    )*};
}
upsample!(i8 u8 i16; u8 u8 u16; i16 u16 i32; u16 u16 u32; i32 u32 i64; u32 u32 u64;);

lift2! {
    /// The sum, or the number nearest to it that there is.
    add_sat: Int, (x, y) = |x, y| x.sat_add(y);
    /// The difference, or the number nearest to it that there is.
    sub_sat: Int, (x, y) = |x, y| x.sat_sub(y);
    /// `(x + y) >> 1`, without overflow.
    hadd: Int, (x, y) = |x, y| (x & y).wrap_add((x ^ y) >> 1);
    /// `(x + y + 1) >> 1`, without overflow.
    rhadd: Int, (x, y) = |x, y| (x | y).wrap_sub((x ^ y) >> 1);
    /// The high half of the product.
    mul_hi: Int, (x, y) = |x, y| x.high(y);
    /// Rotates to the left, by as many bits as `by` says, modulo the width.
    rotate: Int, (x, by) = |x, by| x.rotated(by);
}

lift3! {
    /// `mul_hi(a, b) + c`
    mad_hi: Int, (a, b, c) = |a, b, c| a.high(b).wrap_add(c);
    /// `a * b + c`, or the number nearest to it that there is.
    mad_sat: Int, (a, b, c) = |a, b, c| a.sat_mul_add(b, c);
}

lift! {
    /// How many bits are set.
    popcount: Int, (x) = |x| x.ones();
    /// How many bits before the first that is set; all, for 0.
    clz: Int, (x) = |x| x.leading();
    /// How many bits behind the last that is set; all, for 0.
    ctz: Int, (x) = |x| x.trailing();
}

/// The magnitude, as an unsigned number. `abs(i32::MIN)` is 2^31.
#[inline(always)]
pub fn abs<V: Gentype<Element: Int>>(x: V) -> V::Of<<V::Element as Int>::Unsigned> {
    x.map_to(|x| x.magnitude())
}

/// `|x - y|`, without overflow.
#[inline(always)]
pub fn abs_diff<V: Gentype<Element: Int>>(x: V, y: V) -> V::Of<<V::Element as Int>::Unsigned> {
    x.zip_to(y, |x, y| x.distance(y))
}

/// `high` and `low` as the halves of a number twice as wide.
#[inline(always)]
pub fn upsample<V: Gentype<Element: Upsample>>(
    high: V,
    low: V::Of<<V::Element as Int>::Unsigned>,
) -> V::Of<<V::Element as Upsample>::Wide> {
    high.zip_of(low, |high, low| high.upsampled(low))
}

/// `i32` or `u32`: what 24-bit multiplications are of.
pub trait Int24: Int {
    /// The number that the low 24 bits are.
    #[doc(hidden)]
    fn low24(self) -> Self;
}
impl Int24 for i32 {
    #[inline(always)]
    fn low24(self) -> i32 {
        self << 8 >> 8
    }
}
impl Int24 for u32 {
    #[inline(always)]
    fn low24(self) -> u32 {
        self & 0xff_ffff
    }
}

lift2! {
    /// The low 32 bits of the product of the low 24 bits of each: faster than a whole multiplication on some devices.
    /// OpenCL C defines it only where both fit in 24 bits.
    mul24: Int24, (x, y) = |x, y| x.low24().wrap_mul(y.low24());
}
lift3! {
    /// `mul24(a, b) + c`
    mad24: Int24, (a, b, c) = |a, b, c| a.low24().wrap_mul(b.low24()).wrap_add(c);
}
