//! Versions of kernels for known values: what they are compiled for, and those that are loaded.
//!
//! A version is found by the bytes of its constants themselves, not by a hash of them: a launch never runs code for other
//! values. Each kernel keeps a number of versions, and beyond it drops the one that was used longest ago; on disk it may
//! still be.

use std::collections::HashMap;
use std::mem::offset_of;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use geobacter_core::Constants;
use geobacter_core::abi::{BlockHeader, KernelBlock};
use geobacter_core::specialise::Fix;
use geobacter_driver::driver::{DriverKernel, KernelRequest};
use parking_lot::{Mutex, RwLock};
use smallvec::SmallVec;

use crate::args::HostArgs;
use crate::compiler::{Origin, Recorder};
use crate::kernels::{Key, Loaded, prints};
use crate::shape::Shape;
use crate::{Device, Error, Result};

/// The most versions of a kernel for known values that a device keeps loaded. A program that cycles through more compiles
/// some of them, or loads them from disk, again and again: such a value should be a variable.
const VERSIONS: usize = 64;

/// The launch's constants, as [`Constants`] has them. Arguments begin `offset` bytes into the block.
pub(crate) fn constants<'b, P, H: HostArgs<'b, P>>(
    shape: &Shape,
    offset: usize,
    packed: &H::Packed,
) -> SmallVec<[u8; 128]> {
    encode::<P, H>(shape, offset, packed, Fix::Declared, H::FIXED_GRID)
}

/// All that could be constants: everything but addresses.
pub(crate) fn possible<'b, P, H: HostArgs<'b, P>>(
    shape: &Shape,
    offset: usize,
    packed: &H::Packed,
) -> SmallVec<[u8; 128]> {
    encode::<P, H>(shape, offset, packed, Fix::Everything, true)
}

fn encode<'b, P, H: HostArgs<'b, P>>(
    shape: &Shape,
    offset: usize,
    packed: &H::Packed,
    fix: Fix,
    fixed_grid: bool,
) -> SmallVec<[u8; 128]> {
    let mut encoded = SmallVec::new();
    if fixed_grid {
        let header = offset_of!(KernelBlock<()>, header);
        for (offset, axes) in
            [(offset_of!(BlockHeader, extent), shape.extent), (offset_of!(BlockHeader, start), shape.start)]
        {
            Constants::append(&mut encoded, header + offset, axes.map(u64::to_ne_bytes).as_flattened());
        }
    }
    H::constants(packed, offset, fix, &mut |offset, bytes| Constants::append(&mut encoded, offset, bytes));
    encoded
}

/// See the module.
#[derive(Default)]
pub(crate) struct Specialised {
    loaded: RwLock<HashMap<Key, Versions>>,
    /// One lock for each version that is being loaded: see `Kernels`.
    loading: Mutex<Loading>,
    /// Counts uses.
    clock: AtomicU64,
}

type Loading = HashMap<(Key, Box<[u8]>), Arc<Mutex<()>>>;

/// The versions of one kernel, by their constants.
type Versions = HashMap<Box<[u8]>, Version>;

struct Version {
    kernel: Arc<dyn DriverKernel>,
    prints: bool,
    /// When it was used last, by the clock.
    used: AtomicU64,
}

impl Specialised {
    pub(crate) fn get(&self, key: Key, device: &Device, request: &KernelRequest<'_>) -> Result<Loaded> {
        match self.find(key, request.constants.as_bytes()) {
            Some(loaded) => Ok(loaded),
            None => self.load(key, device, request),
        }
    }

    fn find(&self, key: Key, constants: &[u8]) -> Option<Loaded> {
        let loaded = self.loaded.read();
        let version = loaded.get(&key)?.get(constants)?;
        version.used.store(self.tick(), Ordering::Relaxed);
        let (kernel, prints) = (version.kernel.clone(), version.prints);
        Some(Loaded { kernel, prints, origin: Origin::Memory, time: Duration::ZERO })
    }

    #[cold]
    fn load(&self, key: Key, device: &Device, request: &KernelRequest<'_>) -> Result<Loaded> {
        let constants = request.constants.as_bytes();
        let turn = self.loading.lock().entry((key, constants.into())).or_default().clone();
        let _turn = turn.lock();
        if let Some(loaded) = self.find(key, constants) {
            return Ok(loaded);
        }
        let start = Instant::now();
        let result = load(device, request);
        if let Ok((kernel, _)) = &result {
            self.keep(key, constants, kernel.clone());
        }
        self.loading.lock().remove(&(key, constants.into()));
        // A failure is not kept: the next launch tries again.
        let (kernel, origin) = result?;
        let prints = prints(&kernel);
        Ok(Loaded { kernel, prints, origin, time: start.elapsed() })
    }

    /// Keeps a version, and drops the one that was used longest ago where there are too many. Launches in flight keep theirs.
    fn keep(&self, key: Key, constants: &[u8], kernel: Arc<dyn DriverKernel>) {
        let mut loaded = self.loaded.write();
        let versions = loaded.entry(key).or_default();
        if versions.len() >= VERSIONS {
            let oldest = versions.iter().min_by_key(|(_, v)| v.used.load(Ordering::Relaxed)).map(|(k, _)| k.clone());
            if let Some(oldest) = oldest {
                versions.remove(&oldest);
            }
        }
        let prints = prints(&kernel);
        versions.insert(constants.into(), Version { kernel, prints, used: AtomicU64::new(self.tick()) });
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }
}

/// Where nothing can compile, code for any values that was compiled ahead of time does as well: the block has them. It is
/// kept as the version for these, so that looking for a compiler costs one launch only.
fn load(device: &Device, request: &KernelRequest<'_>) -> Result<(Arc<dyn DriverKernel>, Origin)> {
    let compiler = Recorder::new(request.name);
    match device.0.driver.load(request, &compiler) {
        Ok(kernel) => Ok((kernel, compiler.origin())),
        Err(Error::Llvm { .. }) => {
            let general = device.0.kernels.get(device, &KernelRequest { constants: Constants::NONE, ..*request })?;
            tracing::debug!("`{}` runs code for any values: there is no LLVM to compile it for these", request.name);
            Ok((general.kernel, general.origin))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use geobacter_core::CodeBounds;
    use geobacter_core::kernel::HostShape;
    use geobacter_driver::compiler::KernelCompiler;
    use geobacter_driver::driver::{DeviceInfo, DevicePtr, DriverDevice, DriverQueue};
    use geobacter_driver::signal::DriverSignal;

    use super::*;

    struct Fake(usize);

    impl DriverKernel for Fake {
        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    /// A device without a compiler, but with an image of each kernel.
    struct NoCompiler {
        info: DeviceInfo,
        asked: AtomicUsize,
    }

    impl DriverDevice for NoCompiler {
        fn info(&self) -> &DeviceInfo {
            &self.info
        }

        fn load(&self, request: &KernelRequest<'_>, _: &dyn KernelCompiler) -> Result<Arc<dyn DriverKernel>> {
            if request.constants.is_empty() {
                return Ok(Arc::new(Fake(7)));
            }
            self.asked.fetch_add(1, Ordering::Relaxed);
            Err(Error::Llvm { kernel: String::new(), target: String::new(), reason: String::new() })
        }

        fn allocate(&self, _: usize) -> Result<DevicePtr> {
            unreachable!("nothing is allocated")
        }

        unsafe fn free(&self, _: DevicePtr, _: usize) {}

        fn allocate_host(&self, _: usize) -> Result<*mut u8> {
            unreachable!("nothing is allocated")
        }

        unsafe fn free_host(&self, _: *mut u8, _: usize) {}

        fn create_signal(&self, _: i64) -> Result<Arc<dyn DriverSignal>> {
            unreachable!("nothing waits")
        }

        fn create_queue(&self) -> Result<Arc<dyn DriverQueue>> {
            unreachable!("nothing is launched")
        }

        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    unsafe fn no_host_entry(_: *const u8, _: &HostShape, _: std::ops::Range<u64>, _: u32) {
        unreachable!("nothing is launched")
    }

    #[test]
    fn without_a_compiler_the_code_for_any_values_runs() {
        let info = Device::open("cpu").unwrap().info().clone();
        let driver = Arc::new(NoCompiler { info, asked: AtomicUsize::new(0) });
        let device = Device::new(driver.clone());
        let get = |constants: &[u8]| {
            let constants = Constants::new(constants);
            let request = KernelRequest {
                symbol: c"k",
                name: "k",
                host_entry: no_host_entry,
                arguments: &[],
                max_group_size: 64,
                bounds: CodeBounds::NONE,
                constants,
            };
            device.0.kernels.get_specialised(&device, &request).unwrap()
        };
        let (mut one, mut two) = (Vec::new(), Vec::new());
        Constants::append(&mut one, 56, &[1]);
        Constants::append(&mut two, 56, &[2]);
        let kernels = [get(&one), get(&two), get(&one), get(&two)];
        assert!(kernels.iter().all(|loaded| number(loaded) == 7));
        assert!(Arc::ptr_eq(&kernels[0].kernel, &kernels[1].kernel), "it is loaded once");
        assert_eq!(driver.asked.load(Ordering::Relaxed), 2, "a compiler is looked for once for each version");
    }

    fn number(loaded: &Loaded) -> usize {
        loaded.kernel.as_any().downcast_ref::<Fake>().unwrap().0
    }

    #[test]
    fn versions_are_told_apart_by_every_byte() {
        let versions = Specialised::default();
        for (i, constants) in [&[1u8, 2][..], &[1, 3], &[1], &[]].into_iter().enumerate() {
            versions.keep((8, 256, CodeBounds::NONE), constants, Arc::new(Fake(i)));
        }
        for (i, constants) in [&[1u8, 2][..], &[1, 3], &[1], &[]].into_iter().enumerate() {
            assert_eq!(versions.find((8, 256, CodeBounds::NONE), constants).map(|l| number(&l)), Some(i));
        }
        assert!(versions.find((8, 256, CodeBounds::NONE), &[1, 4]).is_none());
        assert!(versions.find((8, 1024, CodeBounds::NONE), &[1]).is_none(), "another launch bound is another version");
        assert!(versions.find((16, 256, CodeBounds::NONE), &[1]).is_none(), "and so is another kernel");
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let versions = Specialised::default();
        let constants = |i: usize| i.to_le_bytes();
        for i in 0..VERSIONS {
            versions.keep((8, 256, CodeBounds::NONE), &constants(i), Arc::new(Fake(i)));
        }
        assert!(versions.find((8, 256, CodeBounds::NONE), &constants(0)).is_some(), "a use makes it young again");
        versions.keep((8, 256, CodeBounds::NONE), &constants(VERSIONS), Arc::new(Fake(VERSIONS)));
        assert!(versions.find((8, 256, CodeBounds::NONE), &constants(0)).is_some());
        assert!(versions.find((8, 256, CodeBounds::NONE), &constants(1)).is_none());
        assert_eq!(versions.loaded.read()[&(8, 256, CodeBounds::NONE)].len(), VERSIONS);
    }
}
