//! Elements by name: `v.zyx()`, `v.with_xz(..)`, `v.lo()`, `v.even()`, and by number: `v.swizzle([3, 0])`.

use crate::{Element, Vec2, Vec3, Vec4, Vec8, Vec16};

// Every name of two to four of the letters, and `with_` for those in which none comes twice.
geobacter_macros::swizzles!(Vec2 xy);
geobacter_macros::swizzles!(Vec3 xyz);
geobacter_macros::swizzles!(Vec4 xyzw);

macro_rules! halves {
    ($($name:ident $half:ident [$($lo:ident)*] [$($hi:ident)*] [$($even:ident)*] [$($odd:ident)*];)*) => {$(
        impl<T: Element> $name<T> {
            /// The first half.
            #[inline(always)]
            pub const fn lo(self) -> $half<T> {
                $half::new($(self.$lo),*)
            }
            /// The second half.
            #[inline(always)]
            pub const fn hi(self) -> $half<T> {
                $half::new($(self.$hi),*)
            }
            /// Elements 0, 2, ...
            #[inline(always)]
            pub const fn even(self) -> $half<T> {
                $half::new($(self.$even),*)
            }
            /// Elements 1, 3, ...
            #[inline(always)]
            pub const fn odd(self) -> $half<T> {
                $half::new($(self.$odd),*)
            }
            /// Of its halves.
            #[inline(always)]
            pub const fn from_halves(low: $half<T>, high: $half<T>) -> Self {
                let ([$($lo),*], [$($hi),*]) = (low.to_array(), high.to_array());
                $name::new($($lo,)* $($hi),*)
            }
        }
    )*};
}
halves! {
    Vec4 Vec2 [x y] [z w] [x z] [y w];
    Vec8 Vec4 [s0 s1 s2 s3] [s4 s5 s6 s7] [s0 s2 s4 s6] [s1 s3 s5 s7];
    Vec16 Vec8 [s0 s1 s2 s3 s4 s5 s6 s7] [s8 s9 sa sb sc sd se sf] [s0 s2 s4 s6 s8 sa sc se] [s1 s3 s5 s7 s9 sb sd sf];
}

impl<T: Element> Vec2<T> {
    /// The first element.
    #[inline(always)]
    pub const fn lo(self) -> T {
        self.x
    }
    /// The second element.
    #[inline(always)]
    pub const fn hi(self) -> T {
        self.y
    }
}

/// How many elements a swizzle may have: vectors have 2, 3, 4, 8 or 16.
pub trait Picked<T>: Sized {
    /// The vector of that many.
    type Vector: From<Self>;
}
macro_rules! picked {
    ($($n:literal $vector:ident;)*) => {$(
        impl<T: Element> Picked<T> for [T; $n] {
            type Vector = $vector<T>;
        }
    )*};
}
picked!(2 Vec2; 3 Vec3; 4 Vec4; 8 Vec8; 16 Vec16;);

macro_rules! by_number {
    ($($name:ident)*) => {$(
        impl<T: Element> $name<T> {
            /// Elements by their numbers: `v.swizzle([3, 3, 0, 1])` is OpenCL C's `v.s3301`.
            ///
            /// # Panics
            /// When there is no element of such a number.
            #[inline(always)]
            pub fn swizzle<const N: usize>(self, numbers: [usize; N]) -> <[T; N] as Picked<T>>::Vector
            where
                [T; N]: Picked<T>,
            {
                let elements = self.to_array();
                numbers.map(|number| elements[number]).into()
            }
        }
    )*};
}
by_number!(Vec2 Vec3 Vec4 Vec8 Vec16);
