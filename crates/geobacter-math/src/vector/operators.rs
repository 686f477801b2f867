//! Operators, element by element, and with one scalar for all elements. They do what the scalars' own do: integers panic on
//! overflow where those would.

use core::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Div, DivAssign, Mul, MulAssign,
    Neg, Not, Rem, RemAssign, Shl, ShlAssign, Shr, ShrAssign, Sub, SubAssign,
};

use crate::{Element, Gentype, Vec2, Vec3, Vec4, Vec8, Vec16};

macro_rules! binary {
    ($vector:ident: $($operator:ident $method:ident $assign:ident $assign_method:ident;)*) => {$(
        impl<T: Element + $operator<Output = T>> $operator for $vector<T> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a.$method(b))
            }
        }
        impl<T: Element + $operator<Output = T>> $operator<T> for $vector<T> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: T) -> Self {
                self.map(|a| a.$method(other))
            }
        }
        impl<T: Element + $operator<Output = T>> $assign for $vector<T> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = (*self).$method(other);
            }
        }
        impl<T: Element + $operator<Output = T>> $assign<T> for $vector<T> {
            #[inline(always)]
            fn $assign_method(&mut self, other: T) {
                *self = (*self).$method(other);
            }
        }
    )*};
}

macro_rules! scalar_first {
    ($vector:ident: $($t:ident)*) => { $(scalar_first!(@one $vector $t: Add add; Sub sub; Mul mul; Div div;);)* };
    (@one $vector:ident $t:ident: $($operator:ident $method:ident;)*) => {$(
        impl $operator<$vector<$t>> for $t {
            type Output = $vector<$t>;
            #[inline(always)]
            fn $method(self, other: $vector<$t>) -> $vector<$t> {
                other.map(|b| self.$method(b))
            }
        }
    )*};
}

macro_rules! operators {
    ($($vector:ident)*) => {$(
        binary! {
            $vector:
            Add add AddAssign add_assign;
            Sub sub SubAssign sub_assign;
            Mul mul MulAssign mul_assign;
            Div div DivAssign div_assign;
            Rem rem RemAssign rem_assign;
            BitAnd bitand BitAndAssign bitand_assign;
            BitOr bitor BitOrAssign bitor_assign;
            BitXor bitxor BitXorAssign bitxor_assign;
            Shl shl ShlAssign shl_assign;
            Shr shr ShrAssign shr_assign;
        }
        scalar_first!($vector: i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);

        impl<T: Element + Neg<Output = T>> Neg for $vector<T> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                self.map(T::neg)
            }
        }
        impl<T: Element + Not<Output = T>> Not for $vector<T> {
            type Output = Self;
            #[inline(always)]
            fn not(self) -> Self {
                self.map(T::not)
            }
        }
    )*};
}
operators!(Vec2 Vec3 Vec4 Vec8 Vec16);
