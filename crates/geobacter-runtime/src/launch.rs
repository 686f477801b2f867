use std::ffi::CStr;
use std::mem::{MaybeUninit, offset_of};
use std::time::Duration;

use geobacter_core::abi::{BlockHeader, KernelBlock};
use geobacter_core::kernel::{self, Kernel};
use geobacter_core::{Constants, Grid};
use geobacter_driver::driver::KernelRequest;

use crate::args::{Binder, HostArgs};
use crate::bounds;
use crate::child::Member;
use crate::compiler::Origin;
use crate::kernels::Loaded;
use crate::queue::Queue;
use crate::shape::{self, Shape};
use crate::signal::{Signal, SignalFuture};
use crate::{Device, Result, family, specialised};

/// The largest alignment a kernarg block may have: what every driver's block memory has.
const MAX_BLOCK_ALIGN: usize = 128;

/// A launch that was checked, and whose kernel is compiled and loaded. From [`Device::prepare`].
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// # fn square(item: WorkItem, x: &[u32], mut y: PerItem<u32>) {
/// #     if let Some(y) = y.get_mut(&item) {
/// #         *y = x[item.global_id()].pow(2);
/// #     }
/// # }
/// # let device = Device::open("cpu")?;
/// let x = device.buffer_from(&[1, 2, 3])?;
/// let mut y = device.buffer::<u32>(3)?;
/// let prepared = device.prepare(Grid::covering(3), square, (&x, &mut y))?;
/// println!("{} in {:?}", prepared.origin(), prepared.compile_time());
/// prepared.launch()?;
/// assert_eq!(y.to_vec()?, [1, 4, 9]);
/// # Ok(())
/// # }
/// ```
pub struct Prepared<'b, A> {
    device: Device,
    kernel: Loaded,
    shape: Shape,
    args: A,
    binder: Binder<'b>,
}

impl<'b, A: Copy + 'static> Prepared<'b, A> {
    #[inline]
    pub(crate) fn new<const D: usize, K, P, H>(device: &Device, grid: Grid<D>, kernel: K, args: H) -> Result<Self>
    where
        K: Kernel<D, P, Packed = A>,
        H: HostArgs<'b, P, Packed = A>,
    {
        const {
            assert!(
                align_of::<KernelBlock<A>>() <= MAX_BLOCK_ALIGN,
                "kernel arguments may be aligned to at most 128 bytes"
            )
        };
        let _ = kernel;
        let mut shape = shape::shape(&grid, device.info())?;
        let bounds = bounds::checked(grid.bounds(), shape.launch.group_size)?;
        let mut binder = Binder::new(device, K::GROUP_BYTES);
        let args = args.pack(&mut binder)?;
        if binder.launches_itself() {
            let first = binder.plan().check_selves(std::any::type_name::<K>(), D, H::first_value())?;
            let constants = specialised::constants::<P, H>(&shape, offset_of!(KernelBlock<A>, args), &args);
            let block = block(&shape, args);
            let (group_bytes, refills) = (binder.group_bytes(), binder.refills());
            let first = first.expect("launchers for itself were checked to be for such a value");
            binder.plan().set_current(Member::new::<D, K, P>(&block, first, group_bytes, &constants, refills));
        }
        let request = KernelRequest {
            // SAFETY: the assembler wrote it NUL-terminated into read-only memory.
            symbol: unsafe { CStr::from_ptr(kernel::device_symbol::<K, D, P>()) },
            name: std::any::type_name::<K>(),
            host_entry: kernel::host_entry::<K, D, P>,
            arguments: const { K::DESC.arguments() },
            max_group_size: shape.group_items(),
            bounds,
            constants: Constants::NONE,
        };
        let kernel = if H::CONSTANTS && device.0.driver.specialises() {
            let constants = specialised::constants::<P, H>(&shape, offset_of!(KernelBlock<A>, args), &args);
            let constants = Constants::new(&constants);
            device.0.kernels.get_specialised(device, &KernelRequest { constants, ..request })?
        } else if device.0.kernels.steady.is_on() && device.0.driver.specialises() {
            let possible = specialised::possible::<P, H>(&shape, offset_of!(KernelBlock<A>, args), &args);
            device.0.kernels.get_steady(device, &request, Constants::new(&possible))?
        } else {
            device.0.kernels.get(device, &request)?
        };
        let declared = kernel.kernel.code().map_or(0, |code| code.group_memory);
        shape.ask_for_group_memory(binder.group_bytes(), declared, device.info())?;
        Ok(Prepared { device: device.clone(), kernel, shape, args, binder })
    }

    /// Queues it on the device's default queue.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn launch(self) -> Result<Launch> {
        let device = self.device.clone();
        self.launch_on(device.queue()?)
    }

    /// Queues it on `queue`, which must be of the same device.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn launch_on(mut self, queue: &Queue) -> Result<Launch> {
        queue.wait_for_room();
        let block = block(&self.shape, self.args);
        // SAFETY: the block's own bytes, of which some may be padding.
        let bytes = unsafe {
            std::slice::from_raw_parts(block.as_ptr().cast::<MaybeUninit<u8>>(), size_of::<KernelBlock<A>>())
        };
        let foreign = self.binder.order_before(queue)?;
        let printer = if self.kernel.prints || self.binder.prints() { Some(self.device.printer()?) } else { None };
        if let Some(printer) = &printer {
            queue.0.print_to(printer.ring());
        }
        let signal = match self.binder.take_plan() {
            // SAFETY: the device loaded the kernel, the block is of its type, and what it refers to is noted as in use.
            None => unsafe {
                let value = queue.0.launch(&self.kernel.kernel, &self.shape.launch, bytes)?;
                Signal { queue: queue.0.clone(), value }
            },
            // SAFETY: as above, and what its children's arguments refer to is noted as in use until all of them are over.
            Some(plan) => unsafe {
                self.shape.fence_all();
                let (kernel, shape) = (&self.kernel.kernel, &self.shape.launch);
                family::launch(&self.device, queue, *plan, |queue| queue.launch(kernel, shape, bytes))?
            },
        };
        self.binder.note(&signal, &foreign);
        if let Some(printer) = printer {
            printer.watch(signal.clone());
        }
        Ok(Launch { signal })
    }
}

/// The kernarg block of a launch.
fn block<A>(shape: &Shape, args: A) -> MaybeUninit<KernelBlock<A>> {
    let mut block = MaybeUninit::zeroed();
    let header = BlockHeader { extent: shape.extent, start: shape.start, status: std::ptr::null_mut() };
    block.write(KernelBlock { header, args });
    block
}

impl<A> Prepared<'_, A> {
    /// How long making the kernel ready took: compile and load, or near nothing where it was ready before.
    pub fn compile_time(&self) -> Duration {
        self.kernel.time
    }

    /// Where its code came from.
    pub fn origin(&self) -> Origin {
        self.kernel.origin
    }

    /// The device code: PTX text, or a code object. `None` on the CPU device.
    pub fn code(&self) -> Option<&[u8]> {
        self.kernel.kernel.code().map(|code| code.code.as_slice())
    }

    /// Registers of 32 bits that a work-item uses, where the driver tells: vector registers, on AMD GPUs.
    pub fn registers(&self) -> Option<u32> {
        self.kernel.kernel.registers()
    }
}

/// Queued work-items. From [`Device::launch`].
///
/// Dropping it forgets nothing: the work goes on, and buffers know what they must wait for. Wait, or `.await`, to learn
/// of panics where no buffer is read.
///
/// ```
/// # use geobacter_core::{Grid, PerItem, WorkItem};
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// #
/// # let device = Device::open("cpu")?;
/// fn check(_: WorkItem, x: u32) {
///     assert!(x < 10, "x is {x}");
/// }
/// device.launch(Grid::covering(1), check, (3,))?.wait()?;
/// let error = device.launch(Grid::covering(1), check, (30,))?.wait().unwrap_err();
/// assert!(error.to_string().contains("x is 30"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Launch {
    signal: Signal,
}

impl Launch {
    /// Blocks until all work-items are done, and those of all kernels that they have [launched](geobacter_core::Launcher).
    ///
    /// # Errors
    /// [`Error::KernelPanicked`](crate::Error::KernelPanicked), or a fault of the device; what was wrong with what a kernel
    /// wanted to launch.
    pub fn wait(&self) -> Result<()> {
        self.signal.wait()
    }

    /// Blocks until all work-items are done, or for `timeout`: `false` then.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// #
    /// # let device = Device::open("cpu")?;
    /// use std::time::Duration;
    /// let launch = device.launch(Grid::covering(1), |_: WorkItem| (), ())?;
    /// while !launch.wait_timeout(Duration::from_millis(100))? {
    ///     println!("still running");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        self.signal.wait_timeout(timeout)
    }

    /// Whether all work-items are done.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn is_complete(&self) -> Result<bool> {
        self.signal.is_complete()
    }

    /// Its completion, for [`Queue::wait_for`].
    pub fn signal(&self) -> &Signal {
        &self.signal
    }
}

impl IntoFuture for Launch {
    type Output = Result<()>;
    type IntoFuture = SignalFuture;

    fn into_future(self) -> SignalFuture {
        self.signal.into_future()
    }
}
