use geobacter_core::DeviceCopy;

mod sealed {
    pub trait Sealed {}
}

/// What [`Primitives::sort`](super::Primitives::sort) sorts: integers, and floating-point numbers in the order of `total_cmp`.
pub trait SortKey: DeviceCopy + bytemuck::Zeroable + sealed::Sealed {
    /// How many bits there are to sort by.
    #[doc(hidden)]
    const BITS: u32;

    /// Bits `shift..shift + 8` of a number whose order is the keys'.
    #[doc(hidden)]
    fn digit(self, shift: u32) -> usize;
}

macro_rules! keys {
    ($($key:ty as $bits:ty: $ordered:expr;)*) => {$(
        impl sealed::Sealed for $key {}
        impl SortKey for $key {
            const BITS: u32 = <$bits>::BITS;

            #[inline(always)]
            fn digit(self, shift: u32) -> usize {
                let ordered: fn($key) -> $bits = $ordered;
                (ordered(self) >> shift) as usize & 0xff
            }
        }
    )*};
}

/// The sign bit turned over: negative numbers come before others.
macro_rules! signed {
    ($key:ty as $bits:ty) => {
        |key| (key as $bits) ^ (1 << (<$bits>::BITS - 1))
    };
}

/// Negative numbers have all bits turned over, since they are larger the smaller they are; others the sign bit.
macro_rules! float {
    ($bits:ty) => {
        |key| {
            let bits = key.to_bits();
            let sign = 1 << (<$bits>::BITS - 1);
            if bits & sign == 0 { bits ^ sign } else { !bits }
        }
    };
}

keys! {
    u8 as u8: |key| key;
    u16 as u16: |key| key;
    u32 as u32: |key| key;
    u64 as u64: |key| key;
    i8 as u8: signed!(i8 as u8);
    i16 as u16: signed!(i16 as u16);
    i32 as u32: signed!(i32 as u32);
    i64 as u64: signed!(i64 as u64);
    f32 as u32: float!(u32);
    f64 as u64: float!(u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All digits, most significant first: they compare as the keys do.
    fn digits<K: SortKey>(key: K) -> Vec<usize> {
        (0..K::BITS).step_by(8).rev().map(|shift| key.digit(shift)).collect()
    }

    #[test]
    fn digits_are_in_the_order_of_the_keys() {
        let floats = [-f32::NAN, f32::NEG_INFINITY, -1.5, -1.0, -1e-40, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY, f32::NAN];
        assert!(floats.map(digits).is_sorted());
        let doubles = [f64::NEG_INFINITY, -1e300, -0.0, 0.0, f64::MIN_POSITIVE, 7.0];
        assert!(doubles.map(digits).is_sorted());
        assert!([i8::MIN, -1, 0, 1, i8::MAX].map(digits).is_sorted());
        assert!([i64::MIN, -1, 0, 1, i64::MAX].map(digits).is_sorted());
        assert!([0, 255, 256, u16::MAX].map(digits).is_sorted());
    }
}
