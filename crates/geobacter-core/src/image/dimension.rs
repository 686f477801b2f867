//! How many axes an image has, and what its positions look like.

use core::fmt::Debug;

use super::sealed::Sealed;
use crate::{DeviceCopy, WorkItem};

/// The axes of an image: [`D1`], [`D2`], [`D3`], [`D1Array`] or [`D2Array`].
///
/// Positions and extents are a number in one dimension, and an array otherwise: column, row, slice. An array's layer is
/// the last of them; it is never interpolated between, normalised or wrapped.
pub trait Dimension: Copy + Send + Sync + Debug + Sealed + 'static {
    /// Axes, with an array's layers.
    const RANK: usize;
    /// Axes without an array's layers: what samplers interpolate along.
    const SPATIAL: usize;
    /// A position, or an extent.
    type Index: DeviceCopy + Debug + PartialEq;
    /// A position that may lie outside.
    type SignedIndex: DeviceCopy + Debug + PartialEq;
    /// A position between texels.
    type Coordinates: DeviceCopy + Debug + PartialEq;
    /// The work-item that has a texel of its own in such an image: one of a grid with as many axes.
    type Item<'w>;

    /// The position with 0 along the axes that are not there.
    fn position(index: Self::Index) -> [usize; 3];
    /// The extent with 1 along the axes that are not there.
    fn extent(index: Self::Index) -> [usize; 3];
    /// Back from three axes.
    fn index(position: [usize; 3]) -> Self::Index;
    /// As [`position`](Self::position).
    fn signed(index: Self::SignedIndex) -> [i32; 3];
    /// As [`position`](Self::position).
    fn coordinates(coordinates: Self::Coordinates) -> [f32; 3];
    /// The position of a work-item's own texel: its global id.
    fn own(item: &Self::Item<'_>) -> [usize; 3];
}

macro_rules! dimensions {
    ($($(#[$doc:meta])* $name:ident: $rank:tt axes, $spatial:literal spatial;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;
        impl Sealed for $name {}
        dimensions!(@ $rank $name $spatial);
    )*};
    (@ 1 $name:ident $spatial:literal) => {
        dimensions!(@@ $name 1 $spatial: usize, i32, f32, |i, rest| [i, rest, rest], |p| p[0]);
    };
    (@ 2 $name:ident $spatial:literal) => {
        dimensions!(@@ $name 2 $spatial: [usize; 2], [i32; 2], [f32; 2], |i, rest| [i[0], i[1], rest], |p| [p[0], p[1]]);
    };
    (@ 3 $name:ident $spatial:literal) => {
        dimensions!(@@ $name 3 $spatial: [usize; 3], [i32; 3], [f32; 3], |i, _rest| i, |p| p);
    };
    (@@ $name:ident $rank:literal $spatial:literal: $index:ty, $signed:ty, $float:ty, |$i:ident, $rest:ident| $three:expr,
        |$p:ident| $back:expr) => {
        impl Dimension for $name {
            const RANK: usize = $rank;
            const SPATIAL: usize = $spatial;
            type Index = $index;
            type SignedIndex = $signed;
            type Coordinates = $float;
            type Item<'w> = WorkItem<'w, $rank>;

            #[inline(always)]
            fn position($i: $index) -> [usize; 3] {
                let $rest = 0;
                $three
            }
            #[inline(always)]
            fn extent($i: $index) -> [usize; 3] {
                let $rest = 1;
                $three
            }
            #[inline(always)]
            fn index($p: [usize; 3]) -> $index {
                $back
            }
            #[inline(always)]
            fn signed($i: $signed) -> [i32; 3] {
                let $rest = 0;
                $three
            }
            #[inline(always)]
            fn coordinates($i: $float) -> [f32; 3] {
                let $rest = 0.0;
                $three
            }
            #[inline(always)]
            fn own(item: &WorkItem<'_, $rank>) -> [usize; 3] {
                Self::position(item.global_id())
            }
        }
    };
}

dimensions! {
    /// One row of texels. A work-item of a 1D grid has texel `x`.
    D1: 1 axes, 1 spatial;
    /// Columns and rows. A work-item of a 2D grid has texel `[x, y]`.
    D2: 2 axes, 2 spatial;
    /// Columns, rows and slices. A work-item of a 3D grid has texel `[x, y, z]`.
    D3: 3 axes, 3 spatial;
    /// Layers of one row each. A work-item of a 2D grid has texel `[x, layer]`.
    D1Array: 2 axes, 1 spatial;
    /// Layers of columns and rows. A work-item of a 3D grid has texel `[x, y, layer]`.
    D2Array: 3 axes, 2 spatial;
}

/// Images that consist of layers, or slices, which are images of one axis less.
pub trait Layered: Dimension {
    /// The axes of one layer.
    type Layer: Dimension;
}

impl Layered for D1Array {
    type Layer = D1;
}
impl Layered for D2Array {
    type Layer = D2;
}
impl Layered for D3 {
    type Layer = D2;
}
