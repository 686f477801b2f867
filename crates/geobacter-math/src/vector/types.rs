//! The types themselves.

use core::fmt;
use core::ops::{Index, IndexMut};

use bytemuck::{AnyBitPattern, Pod, Zeroable};
use geobacter_core::DeviceCopy;

use crate::{Element, Gentype, Vector};

macro_rules! vector {
    ($(#[$doc:meta])* $name:ident $lanes:literal $align:ident [$($field:ident)*] [$($i:tt)*]) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(C)]
        pub struct $name<T: Element> {
            align: [T::$align; 0],
            $(
                #[doc = concat!("Element ", $i, ".")]
                pub $field: T,
            )*
        }

        // SAFETY: numbers; no pointers, no interior mutability.
        unsafe impl<T: Element> DeviceCopy for $name<T> {}
        // SAFETY: all bits 0 are a value of each element.
        unsafe impl<T: Element> Zeroable for $name<T> {}

        impl<T: Element> $name<T> {
            /// Of its elements.
            #[allow(clippy::too_many_arguments, reason = "as many as there are elements")]
            #[inline(always)]
            pub const fn new($($field: T),*) -> Self {
                $name { align: [], $($field),* }
            }

            /// Every element the same.
            #[inline(always)]
            pub const fn splat(element: T) -> Self {
                $name { align: [], $($field: element),* }
            }

            /// Of an array of its elements.
            #[inline(always)]
            pub const fn from_array(elements: [T; $lanes]) -> Self {
                let [$($field),*] = elements;
                $name { align: [], $($field),* }
            }

            /// Its elements as an array.
            #[inline(always)]
            pub const fn to_array(self) -> [T; $lanes] {
                [$(self.$field),*]
            }

            /// Its elements as an array, in place.
            #[inline(always)]
            pub const fn as_array(&self) -> &[T; $lanes] {
                // SAFETY: the elements are the first there is, one behind the other, by `repr(C)`.
                unsafe { &*(&raw const *self).cast() }
            }

            /// Its elements as an array, in place.
            #[inline(always)]
            pub const fn as_mut_array(&mut self) -> &mut [T; $lanes] {
                // SAFETY: as above.
                unsafe { &mut *(&raw mut *self).cast() }
            }
        }

        impl<T: Element> Gentype for $name<T> {
            type Element = T;
            type Of<U: Element> = $name<U>;
            const LANES: usize = $lanes;

            #[inline(always)]
            fn splat(element: T) -> Self {
                $name::splat(element)
            }
            #[inline(always)]
            fn map(self, f: impl Fn(T) -> T) -> Self {
                $name::new($(f(self.$field)),*)
            }
            #[inline(always)]
            fn zip(self, b: Self, f: impl Fn(T, T) -> T) -> Self {
                $name::new($(f(self.$field, b.$field)),*)
            }
            #[inline(always)]
            fn zip3(self, b: Self, c: Self, f: impl Fn(T, T, T) -> T) -> Self {
                $name::new($(f(self.$field, b.$field, c.$field)),*)
            }
            #[inline(always)]
            fn map_to<U: Element>(self, f: impl Fn(T) -> U) -> $name<U> {
                $name::new($(f(self.$field)),*)
            }
            #[inline(always)]
            fn zip_to<U: Element>(self, b: Self, f: impl Fn(T, T) -> U) -> $name<U> {
                $name::new($(f(self.$field, b.$field)),*)
            }
            #[inline(always)]
            fn zip_of<U: Element, W: Element>(self, b: $name<U>, f: impl Fn(T, U) -> W) -> $name<W> {
                $name::new($(f(self.$field, b.$field)),*)
            }
            #[inline(always)]
            fn zip3_of<U: Element>(self, b: Self, c: $name<U>, f: impl Fn(T, T, U) -> T) -> Self {
                $name::new($(f(self.$field, b.$field, c.$field)),*)
            }
            #[inline(always)]
            fn fold<A>(self, start: A, f: impl Fn(A, T) -> A) -> A {
                $(let start = f(start, self.$field);)*
                start
            }
        }

        impl<T: Element> Vector for $name<T> {
            #[inline(always)]
            fn as_slice(&self) -> &[T] {
                self.as_array()
            }
        }

        impl<T: Element> Default for $name<T> {
            fn default() -> Self {
                $name::splat(T::default())
            }
        }
        impl<T: Element> PartialEq for $name<T> {
            #[inline(always)]
            fn eq(&self, other: &Self) -> bool {
                self.to_array() == other.to_array()
            }
        }
        impl<T: Element + Eq> Eq for $name<T> {}
        impl<T: Element> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut tuple = f.debug_tuple(stringify!($name));
                $(tuple.field(&self.$field);)*
                tuple.finish()
            }
        }
        impl<T: Element> From<[T; $lanes]> for $name<T> {
            #[inline(always)]
            fn from(elements: [T; $lanes]) -> Self {
                $name::from_array(elements)
            }
        }
        impl<T: Element> From<$name<T>> for [T; $lanes] {
            #[inline(always)]
            fn from(vector: $name<T>) -> Self {
                vector.to_array()
            }
        }
        /// # Panics
        /// When there is no such element.
        impl<T: Element> Index<usize> for $name<T> {
            type Output = T;
            #[inline(always)]
            fn index(&self, i: usize) -> &T {
                &self.as_array()[i]
            }
        }
        /// # Panics
        /// When there is no such element.
        impl<T: Element> IndexMut<usize> for $name<T> {
            #[inline(always)]
            fn index_mut(&mut self, i: usize) -> &mut T {
                &mut self.as_mut_array()[i]
            }
        }
    };
}

vector! {
    /// Two elements.
    Vec2 2 Align2 [x y] [0 1]
}
vector! {
    /// Three elements, in the room of four.
    Vec3 3 Align4 [x y z] [0 1 2]
}
vector! {
    /// Four elements.
    Vec4 4 Align4 [x y z w] [0 1 2 3]
}
vector! {
    /// Eight elements.
    Vec8 8 Align8 [s0 s1 s2 s3 s4 s5 s6 s7] [0 1 2 3 4 5 6 7]
}
vector! {
    /// Sixteen elements.
    Vec16 16 Align16 [s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 sa sb sc sd se sf] [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15]
}

macro_rules! pod {
    ($($name:ident)*) => {$(
        // SAFETY: elements that are plain old data; their alignment, as large as all of them, leaves no room for padding.
        unsafe impl<T: Element> Pod for $name<T> {}
    )*};
}
pod!(Vec2 Vec4 Vec8 Vec16);
// SAFETY: any bits are a value of each element; what is behind them is padding.
unsafe impl<T: Element> AnyBitPattern for Vec3<T> {}

macro_rules! names {
    ($($element:ident $two:ident $three:ident $four:ident $eight:ident $sixteen:ident;)*) => {$(
        #[doc = concat!("Two `", stringify!($element), "`.")]
        pub type $two = Vec2<$element>;
        #[doc = concat!("Three `", stringify!($element), "`.")]
        pub type $three = Vec3<$element>;
        #[doc = concat!("Four `", stringify!($element), "`.")]
        pub type $four = Vec4<$element>;
        #[doc = concat!("Eight `", stringify!($element), "`.")]
        pub type $eight = Vec8<$element>;
        #[doc = concat!("Sixteen `", stringify!($element), "`.")]
        pub type $sixteen = Vec16<$element>;
    )*};
}
names! {
    i8 Char2 Char3 Char4 Char8 Char16;
    u8 Uchar2 Uchar3 Uchar4 Uchar8 Uchar16;
    i16 Short2 Short3 Short4 Short8 Short16;
    u16 Ushort2 Ushort3 Ushort4 Ushort8 Ushort16;
    i32 Int2 Int3 Int4 Int8 Int16;
    u32 Uint2 Uint3 Uint4 Uint8 Uint16;
    i64 Long2 Long3 Long4 Long8 Long16;
    u64 Ulong2 Ulong3 Ulong4 Ulong8 Ulong16;
    f32 Float2 Float3 Float4 Float8 Float16;
    f64 Double2 Double3 Double4 Double8 Double16;
}
