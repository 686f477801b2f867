//! Copies of rows that need not follow each other: one call of the driver for all of them, where it can.

use geobacter_driver::Error;
use geobacter_driver::driver::{Copy, DevicePtr};
use geobacter_driver::rows::CopyRows;

use crate::context::Context;
use crate::sys::{CUDA_MEMCPY3D, CUstream, MEMORYTYPE_DEVICE, MEMORYTYPE_HOST};

/// What `CU_DEVICE_ATTRIBUTE_MAX_PITCH` is on every device: the driver refuses rows that are farther apart.
const MAX_PITCH: usize = i32::MAX as usize;

/// One side of a copy as the driver takes it.
struct Side {
    memory_type: u32,
    host: *mut u8,
    device: u64,
}

impl Side {
    fn host(ptr: *mut u8) -> Self {
        Side { memory_type: MEMORYTYPE_HOST, host: ptr, device: 0 }
    }

    fn device(ptr: DevicePtr) -> Self {
        Side { memory_type: MEMORYTYPE_DEVICE, host: std::ptr::null_mut(), device: ptr.0 }
    }
}

/// The call that does it all; `None` where it cannot. Slices are so many rows apart there, not so many bytes.
pub(crate) fn plan(copy: &CopyRows) -> Option<CUDA_MEMCPY3D> {
    let fits = [copy.from, copy.to].iter().all(|p| p.row <= MAX_PITCH && p.slice.is_multiple_of(p.row));
    // Where rows follow each other, plain copies are faster.
    if !fits || copy.pieces().nth(1).is_none() {
        return None;
    }
    let (from, to) = match copy.first {
        Copy::HostToDevice { from, to } => (Side::host(from.cast_mut()), Side::device(to)),
        Copy::DeviceToHost { from, to } => (Side::device(from), Side::host(to)),
        Copy::DeviceToDevice { from, to } => (Side::device(from), Side::device(to)),
    };
    Some(CUDA_MEMCPY3D {
        srcMemoryType: from.memory_type,
        srcHost: from.host.cast(),
        srcDevice: from.device,
        srcPitch: copy.from.row,
        srcHeight: copy.from.slice / copy.from.row,
        dstMemoryType: to.memory_type,
        dstHost: to.host.cast(),
        dstDevice: to.device,
        dstPitch: copy.to.row,
        dstHeight: copy.to.slice / copy.to.row,
        WidthInBytes: copy.bytes,
        Height: copy.rows,
        Depth: copy.slices,
        ..CUDA_MEMCPY3D::default()
    })
}

/// Enqueues it. The context must be current.
///
/// # Safety
/// As [`DriverQueue::copy_rows`](geobacter_driver::driver::DriverQueue::copy_rows).
pub(crate) unsafe fn submit(context: &Context, stream: CUstream, plan: &CUDA_MEMCPY3D) -> Result<(), Error> {
    // SAFETY: the caller's promise; the driver copies the description before it returns.
    unsafe { cuda!(context, cuMemcpy3DAsync_v2(plan, stream)) }
}

#[cfg(test)]
mod tests {
    use geobacter_driver::rows::Pitch;

    use super::*;

    fn copy(bytes: usize, from: [usize; 2], to: [usize; 2]) -> CopyRows {
        let pitch = |[row, slice]: [usize; 2]| Pitch { row, slice };
        let first = Copy::DeviceToDevice { from: DevicePtr(256), to: DevicePtr(512) };
        CopyRows { first, bytes, rows: 3, slices: 2, from: pitch(from), to: pitch(to) }
    }

    #[test]
    fn slices_are_counted_in_rows() {
        let plan = plan(&copy(5, [16, 64], [8, 24])).unwrap();
        assert_eq!((plan.srcPitch, plan.srcHeight, plan.dstPitch, plan.dstHeight), (16, 4, 8, 3));
        assert_eq!((plan.WidthInBytes, plan.Height, plan.Depth), (5, 3, 2));
        assert_eq!((plan.srcDevice, plan.dstDevice), (256, 512));
    }

    #[test]
    fn what_the_call_cannot_do_is_left_to_plain_copies() {
        assert!(plan(&copy(5, [16, 63], [8, 24])).is_none());
        assert!(plan(&copy(5, [1 << 31, 3 << 31], [8, 24])).is_none());
        assert!(plan(&copy(8, [8, 24], [8, 24])).is_none(), "one plain copy");
    }
}
