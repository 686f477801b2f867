//! A device, a queue, and launches of the kernels by hand. Each test binary uses its part of it.

#![allow(dead_code, reason = "see above")]

pub(crate) mod compile;

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use geobacter_core::abi::BlockHeader;
use geobacter_core::kernel::HostShape;
use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, Constants, DeviceCode, KernelCompiler};
use geobacter_driver::driver::{
    CodeBounds, Copy, DevicePtr, DriverDevice, DriverKernel, DriverQueue, Fences, KernelRequest, LaunchShape,
};
use geobacter_hsa::{HsaDevice, HsaDriver, HsaQueue};

use self::compile::code_object;

/// All devices, or none, which is said once for each test.
pub(crate) fn devices(test: &str) -> Vec<Arc<HsaDevice>> {
    static DRIVER: LazyLock<HsaDriver> = LazyLock::new(HsaDriver::new);
    DRIVER.hsa_devices().unwrap_or_else(|why| {
        eprintln!("{test} SKIPPED: no HSA device ({why})");
        Vec::new()
    })
}

/// Answers with the kernels by hand, or with other code.
#[derive(Default)]
pub(crate) struct Compiler {
    pub(crate) code: Option<Vec<u8>>,
}

impl KernelCompiler for Compiler {
    fn device_code(&self, request: &CodeRequest<'_>) -> Result<DeviceCode, Error> {
        let code = self.code.clone().unwrap_or_else(|| code_object(request.target));
        let symbol = request.symbol.to_str().expect("names are ASCII").to_owned();
        Ok(DeviceCode { code, symbol, group_memory: 0 })
    }
}

unsafe fn no_host_entry(_: *const u8, _: &HostShape, _: Range<u64>, _: u32) {
    unreachable!("a GPU runs no host code")
}

pub(crate) fn load(device: &HsaDevice, symbol: &CStr, compiler: &Compiler) -> Result<Arc<dyn DriverKernel>, Error> {
    let name = format!("tests::{}", symbol.to_str().expect("names are ASCII")).leak();
    let (bounds, constants) = (CodeBounds::NONE, Constants::NONE);
    let request = KernelRequest {
        symbol,
        name,
        host_entry: no_host_entry,
        arguments: &[],
        max_group_size: 1024,
        bounds,
        constants,
    };
    device.load(&request, compiler)
}

/// A kernarg block: an empty header and `arguments`.
pub(crate) fn block(arguments: &[&[u8]]) -> Vec<MaybeUninit<u8>> {
    let mut block = vec![0; size_of::<BlockHeader>()];
    arguments.iter().for_each(|argument| block.extend_from_slice(argument));
    block.into_iter().map(MaybeUninit::new).collect()
}

pub(crate) fn shape(groups: u32, group_size: u32) -> LaunchShape {
    LaunchShape { group_size: [group_size, 1, 1], groups: [groups, 1, 1], group_memory: 0, fences: Fences::default() }
}

/// A queue of the first device.
pub(crate) struct Runner {
    pub(crate) device: Arc<HsaDevice>,
    pub(crate) queue: Arc<dyn DriverQueue>,
}

impl Runner {
    pub(crate) fn on(device: &Arc<HsaDevice>) -> Self {
        Self { device: Arc::clone(device), queue: device.create_queue().expect("a queue") }
    }

    /// `None` where there is no device: the test is skipped, and has said so.
    pub(crate) fn new(test: &str) -> Option<Self> {
        devices(test).first().map(Self::on)
    }

    /// Another queue of the same device.
    pub(crate) fn another(&self) -> Self {
        Self::on(&self.device)
    }

    pub(crate) fn hsa(&self) -> &HsaQueue {
        self.queue.as_any().downcast_ref().expect("a queue of this crate")
    }

    /// Bytes of work-group memory of the device.
    pub(crate) fn device_group_memory(&self) -> u32 {
        self.device.info().max_group_memory
    }

    pub(crate) fn kernel(&self, symbol: &CStr) -> Arc<dyn DriverKernel> {
        load(&self.device, symbol, &Compiler::default()).expect("the kernel loads")
    }

    pub(crate) fn launch(
        &self,
        kernel: &Arc<dyn DriverKernel>,
        shape: &LaunchShape,
        block: &[MaybeUninit<u8>],
    ) -> Result<u64, Error> {
        // SAFETY: the tests pass each kernel its own block, and wait before they free what it names.
        unsafe { self.queue.launch(kernel, shape, block) }
    }

    /// `*word = *word * mul + add`.
    pub(crate) fn step(&self, step: &Arc<dyn DriverKernel>, word: &Bytes, mul: u32, add: u32) -> u64 {
        let block = block(&[&word.ptr.0.to_ne_bytes(), &mul.to_ne_bytes(), &add.to_ne_bytes()]);
        self.launch(step, &shape(1, 1), &block).expect("a launch")
    }

    pub(crate) fn finish(&self, number: u64) {
        assert!(self.queue.wait(number, None).expect("no failure"));
    }

    pub(crate) fn bytes(&self, bytes: usize) -> Bytes {
        Bytes::try_new(&self.device, bytes).expect("memory")
    }

    pub(crate) fn upload(&self, from: &[u8]) -> Bytes {
        let to = self.bytes(from.len());
        self.copy(Copy::HostToDevice { from: from.as_ptr(), to: to.ptr }, from.len());
        to
    }

    pub(crate) fn download(&self, from: &Bytes) -> Vec<u8> {
        let mut to = vec![0xee; from.bytes];
        self.copy(Copy::DeviceToHost { from: from.ptr, to: to.as_mut_ptr() }, from.bytes);
        to
    }

    /// The first bytes.
    pub(crate) fn download_part(&self, from: &Bytes, bytes: usize) -> Vec<u8> {
        assert!(bytes <= from.bytes);
        let mut to = vec![0xee; bytes];
        self.copy(Copy::DeviceToHost { from: from.ptr, to: to.as_mut_ptr() }, bytes);
        to
    }

    pub(crate) fn word(&self, value: u32) -> Bytes {
        self.upload(&value.to_ne_bytes())
    }

    pub(crate) fn read_word(&self, word: &Bytes) -> u32 {
        u32::from_ne_bytes(self.download(word).try_into().expect("four bytes"))
    }

    /// Copies, and waits.
    pub(crate) fn copy(&self, copy: Copy, bytes: usize) {
        let number = self.submit_copy(copy, bytes);
        self.finish(number);
    }

    pub(crate) fn submit_copy(&self, copy: Copy, bytes: usize) -> u64 {
        // SAFETY: both sides are that long, and the tests keep them until they have waited.
        unsafe { self.queue.copy(copy, bytes) }.expect("a copy")
    }
}

/// Device memory.
pub(crate) struct Bytes {
    device: Arc<HsaDevice>,
    pub(crate) ptr: DevicePtr,
    pub(crate) bytes: usize,
}

impl Bytes {
    pub(crate) fn try_new(device: &Arc<HsaDevice>, bytes: usize) -> Result<Self, Error> {
        Ok(Self { device: Arc::clone(device), ptr: device.allocate(bytes)?, bytes })
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        // SAFETY: allocated so; the tests wait for what uses it.
        unsafe { self.device.free(self.ptr, self.bytes) };
    }
}

/// Host memory that devices reach.
pub(crate) struct Pinned {
    device: Arc<HsaDevice>,
    pub(crate) ptr: *mut u8,
    pub(crate) bytes: usize,
}

impl Pinned {
    pub(crate) fn new(device: &Arc<HsaDevice>, bytes: usize) -> Self {
        Self { device: Arc::clone(device), ptr: device.allocate_host(bytes).expect("pinned memory"), bytes }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: its own bytes; memory fresh from the kernel is zero, and bytes have no invalid values.
        unsafe { std::slice::from_raw_parts_mut(self.ptr, self.bytes) }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // SAFETY: allocated so; the tests wait for what uses it.
        unsafe { self.device.free_host(self.ptr, self.bytes) };
    }
}
