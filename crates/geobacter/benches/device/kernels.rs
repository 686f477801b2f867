//! The kernels that are measured: each as a user would write it, without `unsafe`.

use geobacter::prelude::*;
use sha2::{Digest, Sha256};

/// `a = b + s * c`, McCalpin's STREAM triad.
pub(crate) fn triad(item: WorkItem, s: f64, b: &[f64], c: &[f64], mut a: PerItem<f64>) {
    let i = item.global_id();
    if let (Some(a), Some(b), Some(c)) = (a.get_mut(&item), b.get(i), c.get(i)) {
        *a = b + s * c;
    }
}

/// A launch with nothing to do.
pub(crate) fn empty(_: WorkItem) {}

/// 16-byte alignment lets a device load a whole body with one instruction.
#[derive(Clone, Copy, Debug, Default, DeviceCopy)]
#[repr(C, align(16))]
pub(crate) struct Body {
    pub(crate) position: [f32; 3],
    pub(crate) mass: f32,
}

/// Keeps the force finite between bodies that meet.
const SOFTENING: f32 = 1e-4;
/// Whether the host has an instruction for `mul_add`: without one it is a slow call.
const HOST_FUSES: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// The pull of all bodies at each.
pub(crate) fn nbody(item: WorkItem, bodies: &[Body], mut accelerations: PerItem<Body>) {
    let pull = match platform() {
        Platform::Host => acceleration::<HOST_FUSES>,
        _ => acceleration::<true>,
    };
    if let (Some(out), Some(body)) = (accelerations.get_mut(&item), bodies.get(item.global_id())) {
        *out = Body { position: pull(body.position, bodies), mass: body.mass };
    }
}

#[inline(always)]
fn acceleration<const FUSED: bool>(position: [f32; 3], bodies: &[Body]) -> [f32; 3] {
    let mut sum = [0.0; 3];
    // A copy of the whole body: that is one 16-byte load, where reading its fields one by one is four.
    for &other in bodies {
        sum = with_pull::<FUSED>(sum, position, other);
    }
    sum
}

/// The sum with the pull of one body at a place.
#[inline(always)]
pub(crate) fn with_pull<const FUSED: bool>(sum: [f32; 3], position: [f32; 3], other: Body) -> [f32; 3] {
    let mul_add = |a: f32, b: f32, c: f32| if FUSED { a.mul_add(b, c) } else { a * b + c };
    let [x, y, z] = [0, 1, 2].map(|axis| other.position[axis] - position[axis]);
    let distance_squared = mul_add(x, x, mul_add(y, y, mul_add(z, z, SOFTENING)));
    let inverse = 1.0 / distance_squared.sqrt();
    let pull = other.mass * inverse * inverse * inverse;
    [mul_add(x, pull, sum[0]), mul_add(y, pull, sum[1]), mul_add(z, pull, sum[2])]
}

/// Nonces that a work-item of [`hash`] tries.
pub(crate) const TRIES: usize = 16;

/// Tries nonces after a header; keeps the hash with the most leading zero bits in its first 64.
pub(crate) fn hash(item: WorkItem, header: &[u8], mut best: PerItem<u32>) {
    if let Some(best) = best.get_mut(&item) {
        let nonces = (0..TRIES).map(|i| item.global_id() + i * item.work_items());
        *best = nonces.map(|nonce| leading_zeros(header, nonce as u64)).max().unwrap_or(0);
    }
}

pub(crate) fn leading_zeros(header: &[u8], nonce: u64) -> u32 {
    let hash = Sha256::new().chain_update(header).chain_update(nonce.to_le_bytes()).finalize();
    hash.iter().take(8).fold(0, |bits, &byte| bits << 8 | u64::from(byte)).leading_zeros()
}
