//! Kernels, buffers and shapes for the suite.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::Arc;

use geobacter_core::abi::BlockHeader;
use geobacter_core::kernel::HostShape;
use geobacter_cuda::CudaDevice;
use geobacter_driver::Error;
use geobacter_driver::compiler::{CodeRequest, Constants, DeviceCode, KernelCompiler};
use geobacter_driver::driver::{
    CodeBounds, Copy, DevicePtr, DriverDevice, DriverKernel, DriverQueue, Fences, KernelRequest, LaunchShape,
};

/// Answers with the kernels written by hand, or with `code` where that is given.
#[derive(Default)]
pub(crate) struct Compiler {
    pub(crate) code: Option<&'static str>,
}

impl KernelCompiler for Compiler {
    fn device_code(&self, request: &CodeRequest<'_>) -> Result<DeviceCode, Error> {
        let code = self.code.unwrap_or(include_str!("kernels.ptx"));
        let symbol = request.symbol.to_str().expect("names are ASCII").to_owned();
        Ok(DeviceCode { code: code.into(), symbol, group_memory: 0 })
    }
}

unsafe fn no_host_entry(_: *const u8, _: &HostShape, _: Range<u64>, _: u32) {
    unreachable!("a GPU runs no host code")
}

pub(crate) fn load(device: &CudaDevice, symbol: &CStr, compiler: &Compiler) -> Result<Arc<dyn DriverKernel>, Error> {
    let name = format!("tests::{}", symbol.to_str().expect("names are ASCII")).leak();
    let request = KernelRequest {
        symbol,
        name,
        host_entry: no_host_entry,
        arguments: &[],
        max_group_size: 1024,
        bounds: CodeBounds::NONE,
        constants: Constants::NONE,
    };
    device.load(&request, compiler)
}

pub(crate) fn kernel(device: &CudaDevice, symbol: &CStr) -> Arc<dyn DriverKernel> {
    load(device, symbol, &Compiler::default()).expect("the kernel loads")
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

/// A queue, and launches of the kernels by hand.
pub(crate) struct Runner {
    pub(crate) device: Arc<CudaDevice>,
    pub(crate) queue: Arc<dyn DriverQueue>,
    spin: Arc<dyn DriverKernel>,
    step: Arc<dyn DriverKernel>,
    panics: Arc<dyn DriverKernel>,
}

impl Runner {
    pub(crate) fn new(device: &Arc<CudaDevice>) -> Self {
        Self {
            device: Arc::clone(device),
            queue: device.create_queue().expect("a queue"),
            spin: kernel(device, c"spin"),
            step: kernel(device, c"step"),
            panics: kernel(device, c"panics"),
        }
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

    /// Keeps the queue busy.
    pub(crate) fn spin(&self, milliseconds: u64) -> u64 {
        let block = block(&[&(milliseconds * 1_000_000).to_ne_bytes()]);
        self.launch(&self.spin, &shape(1, 1), &block).expect("a launch")
    }

    /// `*word = *word * mul + add`.
    pub(crate) fn step(&self, word: &Bytes, mul: u32, add: u32) -> u64 {
        let block = block(&[&word.ptr.0.to_ne_bytes(), &mul.to_ne_bytes(), &add.to_ne_bytes()]);
        self.launch(&self.step, &shape(1, 1), &block).expect("a launch")
    }

    pub(crate) fn panics(&self, groups: u32, group_size: u32) -> u64 {
        self.launch(&self.panics, &shape(groups, group_size), &block(&[])).expect("a launch")
    }

    pub(crate) fn finish(&self, number: u64) {
        assert!(self.queue.wait(number, None).expect("no failure"));
    }

    pub(crate) fn bytes(&self, bytes: usize) -> Bytes {
        Bytes { device: Arc::clone(&self.device), ptr: self.device.allocate(bytes).expect("memory"), bytes }
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

    pub(crate) fn word(&self, value: u32) -> Bytes {
        self.upload(&value.to_ne_bytes())
    }

    pub(crate) fn read_word(&self, word: &Bytes) -> u32 {
        u32::from_ne_bytes(self.download(word).try_into().expect("four bytes"))
    }

    /// Copies, and waits.
    pub(crate) fn copy(&self, copy: Copy, bytes: usize) {
        // SAFETY: both sides are that long, and outlive the wait.
        let number = unsafe { self.queue.copy(copy, bytes) }.expect("a copy");
        self.finish(number);
    }
}

/// Device memory.
pub(crate) struct Bytes {
    device: Arc<CudaDevice>,
    pub(crate) ptr: DevicePtr,
    pub(crate) bytes: usize,
}

impl Drop for Bytes {
    fn drop(&mut self) {
        // SAFETY: allocated so; the tests wait for what uses it.
        unsafe { self.device.free(self.ptr, self.bytes) };
    }
}
