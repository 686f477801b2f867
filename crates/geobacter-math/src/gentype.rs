//! What functions are generic over: OpenCL C's `gentype`, which is a scalar or a vector of such.

use bytemuck::Pod;
use geobacter_core::DeviceCopy;

/// A number that vectors are made of: integers of 8 to 64 bits, `f32` and `f64`.
pub trait Element:
    Gentype<Element = Self> + Pod + Default + PartialEq + PartialOrd + core::fmt::Debug + private::Sealed
{
    /// As large and as aligned as two elements.
    #[doc(hidden)]
    type Align2: Copy + Send + Sync + 'static;
    /// As four elements.
    #[doc(hidden)]
    type Align4: Copy + Send + Sync + 'static;
    /// As eight elements.
    #[doc(hidden)]
    type Align8: Copy + Send + Sync + 'static;
    /// As sixteen elements.
    #[doc(hidden)]
    type Align16: Copy + Send + Sync + 'static;

    /// The bits of `b` where those of `mask` are set, and of `a` elsewhere.
    #[doc(hidden)]
    fn select_bits(a: Self, b: Self, mask: Self) -> Self;
}

pub(crate) mod private {
    pub trait Sealed {}
}

/// Types without contents, for their alignment.
#[doc(hidden)]
#[allow(unreachable_pub, reason = "types of a public trait that nobody names")]
pub mod align {
    macro_rules! aligned {
        ($($name:ident $bytes:literal)*) => {$(
            #[doc(hidden)]
            #[derive(Clone, Copy)]
            #[repr(align($bytes))]
            pub struct $name;
        )*};
    }
    aligned!(A2 2 A4 4 A8 8 A16 16 A32 32 A64 64 A128 128);
}

macro_rules! elements {
    ($($t:ident $bits:ident [$to:expr, $from:expr] $a2:ident $a4:ident $a8:ident $a16:ident;)*) => {$(
        impl private::Sealed for $t {}
        impl Element for $t {
            type Align2 = align::$a2;
            type Align4 = align::$a4;
            type Align8 = align::$a8;
            type Align16 = align::$a16;

            #[inline(always)]
            fn select_bits(a: Self, b: Self, mask: Self) -> Self {
                let to: fn($t) -> $bits = $to;
                let from: fn($bits) -> $t = $from;
                from(to(a) & !to(mask) | to(b) & to(mask))
            }
        }

        impl Gentype for $t {
            type Element = $t;
            type Of<U: Element> = U;
            const LANES: usize = 1;

            #[inline(always)]
            fn splat(element: $t) -> $t {
                element
            }
            #[inline(always)]
            fn map(self, f: impl Fn($t) -> $t) -> $t {
                f(self)
            }
            #[inline(always)]
            fn zip(self, b: $t, f: impl Fn($t, $t) -> $t) -> $t {
                f(self, b)
            }
            #[inline(always)]
            fn zip3(self, b: $t, c: $t, f: impl Fn($t, $t, $t) -> $t) -> $t {
                f(self, b, c)
            }
            #[inline(always)]
            fn map_to<U: Element>(self, f: impl Fn($t) -> U) -> U {
                f(self)
            }
            #[inline(always)]
            fn zip_to<U: Element>(self, b: $t, f: impl Fn($t, $t) -> U) -> U {
                f(self, b)
            }
            #[inline(always)]
            fn zip_of<U: Element, W: Element>(self, b: U, f: impl Fn($t, U) -> W) -> W {
                f(self, b)
            }
            #[inline(always)]
            fn zip3_of<U: Element>(self, b: $t, c: U, f: impl Fn($t, $t, U) -> $t) -> $t {
                f(self, b, c)
            }
            #[inline(always)]
            fn fold<A>(self, start: A, f: impl Fn(A, $t) -> A) -> A {
                f(start, self)
            }
        }
    )*};
}

elements! {
    i8 i8 [|x| x, |x| x] A2 A4 A8 A16;
    u8 u8 [|x| x, |x| x] A2 A4 A8 A16;
    i16 i16 [|x| x, |x| x] A4 A8 A16 A32;
    u16 u16 [|x| x, |x| x] A4 A8 A16 A32;
    i32 i32 [|x| x, |x| x] A8 A16 A32 A64;
    u32 u32 [|x| x, |x| x] A8 A16 A32 A64;
    i64 i64 [|x| x, |x| x] A16 A32 A64 A128;
    u64 u64 [|x| x, |x| x] A16 A32 A64 A128;
    f32 u32 [f32::to_bits, f32::from_bits] A8 A16 A32 A64;
    f64 u64 [f64::to_bits, f64::from_bits] A16 A32 A64 A128;
}

/// A scalar or a vector: what functions work on element by element.
///
/// ```
/// use geobacter_math::{Float3, Gentype};
///
/// assert_eq!(4.0f32.map(f32::sqrt), 2.0);
/// assert_eq!(Float3::new(1.0, 4.0, 9.0).map(f32::sqrt), Float3::new(1.0, 2.0, 3.0));
/// assert_eq!(Float3::new(1.5, 2.5, -0.5).map_to(|x| x as i32).to_array(), [1, 2, 0]);
/// ```
pub trait Gentype: DeviceCopy {
    /// What it is made of; a scalar is made of itself.
    type Element: Element;
    /// As many elements of another type.
    type Of<U: Element>: Gentype<Element = U>;
    /// How many elements; 1 for a scalar.
    const LANES: usize;

    /// Every element the same.
    fn splat(element: Self::Element) -> Self;
    /// Applies a function to each element.
    fn map(self, f: impl Fn(Self::Element) -> Self::Element) -> Self;
    /// Applies a function to each pair of elements.
    fn zip(self, b: Self, f: impl Fn(Self::Element, Self::Element) -> Self::Element) -> Self;
    /// Applies a function to each three elements.
    fn zip3(self, b: Self, c: Self, f: impl Fn(Self::Element, Self::Element, Self::Element) -> Self::Element) -> Self;
    /// Applies a function to each element, for elements of another type.
    fn map_to<U: Element>(self, f: impl Fn(Self::Element) -> U) -> Self::Of<U>;
    /// Applies a function to each pair of elements, for elements of another type.
    fn zip_to<U: Element>(self, b: Self, f: impl Fn(Self::Element, Self::Element) -> U) -> Self::Of<U>;
    /// Applies a function to each pair of elements of two types, for elements of a third.
    fn zip_of<U: Element, W: Element>(self, b: Self::Of<U>, f: impl Fn(Self::Element, U) -> W) -> Self::Of<W>;
    /// Applies a function to each three elements, the last of another type.
    fn zip3_of<U: Element>(
        self,
        b: Self,
        c: Self::Of<U>,
        f: impl Fn(Self::Element, Self::Element, U) -> Self::Element,
    ) -> Self;
    /// Goes through the elements in order.
    fn fold<A>(self, start: A, f: impl Fn(A, Self::Element) -> A) -> A;
}

/// A vector: [`Vec2`](crate::Vec2) to [`Vec16`](crate::Vec16).
pub trait Vector: Gentype + core::ops::Index<usize, Output = Self::Element> {
    /// The elements in order.
    fn as_slice(&self) -> &[Self::Element];
}

/// Functions of scalars, made functions of anything: `name(x, y) = scalar function`.
macro_rules! lift {
    ($($(#[$doc:meta])* $name:ident: $bound:path, ($x:ident) = $f:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: $crate::Gentype<Element: $bound>>($x: V) -> V {
            $x.map($f)
        }
    )*};
}

/// As [`lift`], for two arguments.
macro_rules! lift2 {
    ($($(#[$doc:meta])* $name:ident: $bound:path, ($x:ident, $y:ident) = $f:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: $crate::Gentype<Element: $bound>>($x: V, $y: V) -> V {
            $x.zip($y, $f)
        }
    )*};
}

/// As [`lift`], for three arguments.
macro_rules! lift3 {
    ($($(#[$doc:meta])* $name:ident: $bound:path, ($x:ident, $y:ident, $z:ident) = $f:expr;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name<V: $crate::Gentype<Element: $bound>>($x: V, $y: V, $z: V) -> V {
            $x.zip3($y, $z, $f)
        }
    )*};
}

pub(crate) use {lift, lift2, lift3};
