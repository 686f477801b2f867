//! The kernels that a device has loaded: the cache in the process.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use geobacter_core::Constants;
use geobacter_driver::compiler::DeviceCode;
use geobacter_driver::driver::{CodeBounds, DriverKernel, KernelRequest};
use parking_lot::{Mutex, RwLock};

use crate::compiler::{Origin, Recorder};
use crate::specialised::Specialised;
use crate::steady::Steady;
use crate::{Device, Result};

/// Work-group sizes are compiled for in steps, so that few versions of a kernel exist.
const GROUP_SIZE_STEPS: [u32; 2] = [256, 1024];

/// A kernel's identity in the process: where its name lies (one place for each instance), and what its launches are bound
/// to.
pub(crate) type Key = (usize, u32, CodeBounds);

/// Hashes addresses and small numbers; the standard hasher's protection is of no use here and costs a launch 20 ns.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_u64(b.into()));
    }

    fn write_u64(&mut self, n: u64) {
        // Fibonacci hashing: the multiplier is 2^64 divided by the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }
}

type Map<V> = HashMap<Key, V, BuildHasherDefault<AddressHasher>>;

/// See the module.
#[derive(Default)]
pub(crate) struct Kernels {
    loaded: RwLock<Map<Ready>>,
    /// One lock for each kernel that is being loaded, so that concurrent first launches compile once, and different
    /// kernels do not wait for each other.
    loading: Mutex<Map<Arc<Mutex<()>>>>,
    /// Versions for known values.
    specialised: Specialised,
    /// Which values have become known.
    pub(crate) steady: Steady,
}

#[derive(Clone)]
struct Ready {
    kernel: Arc<dyn DriverKernel>,
    prints: bool,
}

/// A kernel that is ready, and what that took this time.
pub(crate) struct Loaded {
    pub(crate) kernel: Arc<dyn DriverKernel>,
    /// Whether it prints into the device's ring.
    pub(crate) prints: bool,
    pub(crate) origin: Origin,
    pub(crate) time: Duration,
}

impl Kernels {
    #[inline]
    pub(crate) fn get(&self, device: &Device, request: &KernelRequest<'_>) -> Result<Loaded> {
        let key = key(device, request);
        match self.find(key) {
            Some(loaded) => Ok(loaded),
            None => self.load(key, device, &KernelRequest { max_group_size: key.1, ..*request }),
        }
    }

    /// The version of a kernel for the request's constants.
    pub(crate) fn get_specialised(&self, device: &Device, request: &KernelRequest<'_>) -> Result<Loaded> {
        let key = key(device, request);
        self.specialised.get(key, device, &KernelRequest { max_group_size: key.1, ..*request })
    }

    /// The version for those of the `possible` constants that have stayed the same for long enough, or else the kernel for any
    /// values.
    pub(crate) fn get_steady(
        &self,
        device: &Device,
        request: &KernelRequest<'_>,
        possible: Constants<'_>,
    ) -> Result<Loaded> {
        let key = key(device, request);
        let constants = self.steady.note(key, possible);
        if constants.is_empty() {
            return self.get(device, request);
        }
        let constants = Constants::new(&constants);
        self.get_specialised(device, &KernelRequest { constants, ..*request }).or_else(|error| {
            // Nobody asked for it: the launch goes on without.
            tracing::debug!("`{}` runs code for any values: {error}", request.name);
            self.steady.refuse(key);
            self.get(device, request)
        })
    }

    fn find(&self, key: Key) -> Option<Loaded> {
        let Ready { kernel, prints } = self.loaded.read().get(&key)?.clone();
        Some(Loaded { kernel, prints, origin: Origin::Memory, time: Duration::ZERO })
    }

    #[cold]
    fn load(&self, key: Key, device: &Device, request: &KernelRequest<'_>) -> Result<Loaded> {
        let turn = self.loading.lock().entry(key).or_default().clone();
        let _turn = turn.lock();
        if let Some(loaded) = self.find(key) {
            return Ok(loaded);
        }
        let start = Instant::now();
        let compiler = Recorder::new(request.name);
        // A failure is not kept: the next launch tries again.
        let kernel = device.0.driver.load(request, &compiler)?;
        let prints = prints(&kernel);
        self.loaded.write().insert(key, Ready { kernel: kernel.clone(), prints });
        self.loading.lock().remove(&key);
        Ok(Loaded { kernel, prints, origin: compiler.origin(), time: start.elapsed() })
    }
}

/// Whether it prints into the device's ring. Looks through all of its code.
pub(crate) fn prints(kernel: &Arc<dyn DriverKernel>) -> bool {
    kernel.code().is_some_and(DeviceCode::prints)
}

#[inline]
fn key(device: &Device, request: &KernelRequest<'_>) -> Key {
    // Who sets bounds tunes for one size of work-groups: what holds for a larger one may not be possible.
    let bound = match request.bounds.is_none() {
        true => launch_bound(request.max_group_size, device.info().max_group_size),
        false => request.max_group_size,
    };
    (request.symbol.as_ptr().addr(), bound, request.bounds)
}

/// The launch bound to compile for: the smallest step that covers the work-group.
fn launch_bound(group_size: u32, device_max: u32) -> u32 {
    GROUP_SIZE_STEPS.into_iter().find(|&step| group_size <= step).unwrap_or(device_max).min(device_max)
}
