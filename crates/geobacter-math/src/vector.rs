//! OpenCL C's vector types: 2, 3, 4, 8 or 16 elements, as aligned as they are large; one of three is as large as one of four.
//!
//! ```
//! use geobacter_math::{Float4, Vec4};
//!
//! let v = Float4::new(1.0, 2.0, 3.0, 4.0);
//! assert_eq!((v * 2.0 + v.wzyx()).to_array(), [6.0, 7.0, 8.0, 9.0]);
//! assert_eq!(v.lo() + v.hi(), v.even() + v.odd() + (v.zw() - v.yw()) + (v.xy() - v.xz()));
//! assert_eq!((v.x, v[3]), (1.0, 4.0));
//! assert_eq!(align_of::<Vec4<f32>>(), 16);
//! ```

mod operators;
mod shuffle;
mod swizzle;
mod types;

pub use shuffle::{shuffle, shuffle2};
pub use types::*;
