use std::fmt;
use std::sync::{Arc, OnceLock};

use geobacter_core::{DeviceCopy, Grid, Kernel};
use geobacter_driver::driver::{DeviceInfo, DriverDevice};
use parking_lot::Mutex;

use crate::args::HostArgs;
use crate::kernels::Kernels;
use crate::launch::{Launch, Prepared};
use crate::memory::Retired;
use crate::print::Printer;
use crate::queue::{Mark, Queue};
use crate::spare::Spares;
use crate::{Buffer, DeviceSignal, Error, HostBuffer, Result, Writes, drivers};

/// A GPU, or the CPU: where buffers lie and kernels run.
///
/// A handle: cloning is cheap, and clones are the same device.
///
/// ```
/// # use geobacter_runtime::Device;
/// # fn main() -> geobacter_runtime::Result<()> {
/// let device = Device::best()?;
/// println!("running on {} ({})", device.name(), device.id());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Device(pub(crate) Arc<DeviceState>);

pub(crate) struct DeviceState {
    pub(crate) driver: Arc<dyn DriverDevice>,
    pub(crate) kernels: Kernels,
    pub(crate) retired: Mutex<Vec<Retired>>,
    pub(crate) printer: Mutex<Option<Arc<Printer>>>,
    pub(crate) spares: Spares,
    queue: OnceLock<Result<Queue>>,
}

/// What [`Device::specialise_after`] begins with.
fn asked_to_specialise() -> u32 {
    let Some(launches) = std::env::var_os("GEOBACTER_SPECIALISE") else { return 0 };
    launches.to_str().and_then(|launches| launches.trim().parse().ok()).unwrap_or_else(|| {
        tracing::warn!("GEOBACTER_SPECIALISE={} is no number of launches, and ignored", launches.display());
        0
    })
}

impl Device {
    pub(crate) fn new(driver: Arc<dyn DriverDevice>) -> Self {
        let kernels = Kernels::default();
        kernels.steady.set(asked_to_specialise());
        Device(Arc::new(DeviceState {
            driver,
            kernels,
            retired: Mutex::default(),
            printer: Mutex::default(),
            spares: Spares::default(),
            queue: OnceLock::new(),
        }))
    }

    /// The best device there is: the one `GEOBACTER_DEVICE` names, else the CPU where `GEOBACTER_CHECK` has it check kernels,
    /// else the first GPU, else the CPU.
    ///
    /// # Errors
    /// Where `GEOBACTER_DEVICE` names a device that is not there.
    pub fn best() -> Result<Self> {
        if let Some(name) = std::env::var_os("GEOBACTER_DEVICE").filter(|name| !name.is_empty()) {
            return Self::open(&name.to_string_lossy());
        }
        if drivers::asked_to_check() {
            return Self::open("cpu");
        }
        let first = drivers::all().iter().find_map(|d| d.devices().ok()?.first().cloned());
        first.ok_or_else(|| Error::NoSuchDevice { name: "best".to_owned(), found: "no driver has any".to_owned() })
    }

    /// The device of this name: `cpu`, `cuda:0`, or a kind alone for its first device.
    ///
    /// `cpu:race` is the CPU device, checking kernels for data races, divergent barriers and accesses out of bounds, as `cpu` is
    /// where `GEOBACTER_CHECK=race` is set.
    ///
    /// `offline:` and a target (`offline:sm_90`, `offline:gfx90a`) gives a device that compiles kernels for that target
    /// and does not run them: to check, without a GPU, that they compile.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// assert_eq!(Device::open("cpu")?.id(), "cpu");
    /// let error = Device::open("abacus").unwrap_err();
    /// assert!(error.to_string().contains("`cpu`"), "names that would do are in the message");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A name of no known form, a driver that is missing, a number beyond the last device.
    pub fn open(name: &str) -> Result<Self> {
        let (kind, rest) = name.split_once(':').unwrap_or((name, "0"));
        let driver = drivers::all().iter().find(|d| d.kind() == kind);
        if let Some(device) = driver.and_then(|d| d.named(rest)) {
            return Ok(device);
        }
        let (Some(driver), Ok(number)) = (driver, rest.parse::<usize>()) else {
            return Err(Error::DeviceName { name: name.to_owned(), known: known_names() });
        };
        let devices = driver.devices().map_err(|source| Error::DriverUnavailable { kind: driver.kind(), source })?;
        devices.get(number).cloned().ok_or_else(|| Error::NoSuchDevice {
            name: name.to_owned(),
            found: format!("`{kind}` has {} device(s), numbered from 0", devices.len()),
        })
    }

    /// Every device that can be used, GPUs first.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// for device in Device::all() {
    ///     println!("{}: {}, {} MiB", device.id(), device.name(), device.info().memory >> 20);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn all() -> Vec<Self> {
        drivers::all().iter().filter_map(|d| d.devices().ok()).flatten().cloned().collect()
    }

    /// What [`open`](Self::open) calls it.
    pub fn id(&self) -> &str {
        &self.info().id
    }

    /// The vendor's name for it.
    pub fn name(&self) -> &str {
        &self.info().name
    }

    /// What it can do.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// let info = Device::open("cpu")?.info().clone();
    /// println!("{} compute units, sub-groups of {}", info.compute_units, info.subgroup_size);
    /// assert!(info.max_group_memory >= 32 << 10);
    /// # Ok(())
    /// # }
    /// ```
    pub fn info(&self) -> &DeviceInfo {
        self.0.driver.info()
    }

    /// From now on, what was the same in this many launches of a kernel in a row becomes a constant of its code: lengths, numbers,
    /// the grid, each by itself; as if the launches said [`Fixed`](crate::Fixed). 0: no more than they say, which is how it
    /// begins, unless the environment variable `GEOBACTER_SPECIALISE` has a number. Nothing happens on the CPU device.
    ///
    /// The launch after those compiles the kernel for these values: it takes tens of milliseconds, once for each set of values,
    /// and loads code, for which some drivers wait until the device is idle. What changes once more is a variable until it
    /// has stayed as long again, and what has changed a few times is one for good. Results are the same, always.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # fn step(item: WorkItem, time: f32, mut x: PerItem<f32>) {
    /// #     if let Some(x) = x.get_mut(&item) {
    /// #         *x += time;
    /// #     }
    /// # }
    /// let device = Device::best()?;
    /// device.specialise_after(20);
    /// let mut x = device.buffer::<f32>(1000)?;
    /// for i in 0..100 {
    ///     // From the 21st on, for 1000 work-items and elements, and any time.
    ///     device.launch(Grid::covering(1000), step, (i as f32, &mut x))?;
    /// }
    /// assert_eq!(x.to_vec()?[999], 4950.0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn specialise_after(&self, launches: u32) {
        self.0.kernels.steady.set(launches);
    }

    /// The queue that launches and copies go to unless one of [`new_queue`](Self::new_queue) is used.
    ///
    /// # Errors
    /// Where the vendor's runtime cannot make one.
    pub fn queue(&self) -> Result<&Queue> {
        self.0.queue.get_or_init(|| self.create_queue()).as_ref().map_err(Clone::clone)
    }

    /// Another queue: work on different queues may run at the same time. What must come first, because of the buffers
    /// it uses, still comes first.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let copies = device.new_queue()?;
    /// let buffer = device.buffer_filled(1000, 1.5f32)?;
    /// let download = buffer.download_on(&copies)?; // beside what runs on the default queue
    /// assert_eq!(download.wait()?[999], 1.5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Where the vendor's runtime cannot make one.
    pub fn new_queue(&self) -> Result<Queue> {
        self.create_queue()
    }

    fn create_queue(&self) -> Result<Queue> {
        // The default queue must not own the device that owns it.
        Ok(Queue::new(self.0.driver.create_queue()?))
    }

    /// A buffer with a copy of `data`.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let buffer = device.buffer_from(&[1.0, 2.0, 3.0])?;
    /// assert_eq!(buffer.len(), 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or a failure of work that nobody has waited for yet.
    pub fn buffer_from<T: DeviceCopy>(&self, data: &[T]) -> Result<Buffer<T>> {
        let mut buffer = Buffer::uninit(self, data.len())?;
        buffer.write_from(data)?;
        Ok(buffer)
    }

    /// A buffer of `len` default values: zeros, for numbers.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// assert_eq!(device.buffer::<u16>(2)?.to_vec()?, [0, 0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`buffer_from`](Self::buffer_from).
    pub fn buffer<T: DeviceCopy + Default>(&self, len: usize) -> Result<Buffer<T>> {
        self.buffer_filled(len, T::default())
    }

    /// A buffer of `len` copies of `value`.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// assert_eq!(device.buffer_filled(2, [1, 2])?.to_vec()?, [[1, 2], [1, 2]]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`buffer_from`](Self::buffer_from).
    pub fn buffer_filled<T: DeviceCopy>(&self, len: usize, value: T) -> Result<Buffer<T>> {
        let mut buffer = Buffer::uninit(self, len)?;
        buffer.fill(value)?;
        Ok(buffer)
    }

    /// Host memory that this device copies from and to at full speed and asynchronously: `len` copies of `value`.
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut staging = device.host_buffer(1024, 0u32)?;
    /// staging[7] = 42; // a slice
    /// let mut buffer = device.buffer::<u32>(1024)?;
    /// let staging = buffer.upload(staging)?.wait()?; // comes back, to be used again
    /// assert_eq!((buffer.to_vec()?[7], staging.len()), (42, 1024));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn host_buffer<T: DeviceCopy>(&self, len: usize, value: T) -> Result<HostBuffer<T>> {
        HostBuffer::new(self, len, value)
    }

    /// A signal of this value, for launches on this device and whoever waits on the host.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], or where the vendor's runtime refuses.
    pub fn signal(&self, initial: i64) -> Result<DeviceSignal> {
        DeviceSignal::new(self, initial)
    }

    /// Copies from the host to several buffers, all under one signal: add them, and `finish`.
    pub fn writes<'a>(&self) -> Writes<'a> {
        Writes::new(self)
    }

    /// Runs `kernel` once for each work-item of `grid`. Asynchronous: it returns once the work is queued, and whoever
    /// reads the buffers, or [`wait`](Launch::wait)s, waits for it.
    ///
    /// `args` is a tuple with one value for each parameter after the `WorkItem`: scalars as they are, `&buffer` for
    /// `&[T]`, `&mut buffer` for per-item outputs.
    ///
    /// ```
    /// use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// fn saxpy(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
    ///     if let Some(y) = y.get_mut(&item) {
    ///         *y += a * x[item.global_id()];
    ///     }
    /// }
    /// let device = Device::open("cpu")?;
    /// let x = device.buffer_from(&[1.0f32; 1000])?;
    /// let mut y = device.buffer_from(&[2.0f32; 1000])?;
    /// device.launch(Grid::covering(x.len()), saxpy, (2.0, &x, &mut y))?;
    /// assert_eq!(y.to_vec()?, [4.0; 1000]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A grid or work-group that is empty or beyond the device's limits, a buffer of another device, a kernel that
    /// cannot run there; each names what to change. What goes wrong while it runs comes from the wait.
    pub fn launch<'b, const D: usize, K, P, H>(&self, grid: Grid<D>, kernel: K, args: H) -> Result<Launch>
    where
        K: Kernel<D, P>,
        H: HostArgs<'b, P, Packed = K::Packed>,
    {
        self.launch_on(self.queue()?, grid, kernel, args)
    }

    /// As [`launch`](Self::launch), on a queue of this device.
    ///
    /// # Errors
    /// As [`launch`](Self::launch).
    pub fn launch_on<'b, const D: usize, K, P, H>(
        &self,
        queue: &Queue,
        grid: Grid<D>,
        kernel: K,
        args: H,
    ) -> Result<Launch>
    where
        K: Kernel<D, P>,
        H: HostArgs<'b, P, Packed = K::Packed>,
    {
        Prepared::new(self, grid, kernel, args)?.launch_on(queue)
    }

    /// Everything of a [`launch`](Self::launch) but the launch: checks, compiles and loads, so that it can be timed or
    /// done ahead.
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
    /// let x = device.buffer_from(&[3])?;
    /// let mut y = device.buffer::<u32>(1)?;
    /// let ready = device.prepare(Grid::covering(1), square, (&x, &mut y))?; // slow the first time on a GPU
    /// ready.launch()?;
    /// assert_eq!(y.to_vec()?, [9]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`launch`](Self::launch).
    pub fn prepare<'b, const D: usize, K, P, H>(
        &self,
        grid: Grid<D>,
        kernel: K,
        args: H,
    ) -> Result<Prepared<'b, K::Packed>>
    where
        K: Kernel<D, P>,
        H: HostArgs<'b, P, Packed = K::Packed>,
    {
        Prepared::new(self, grid, kernel, args)
    }

    /// Waits for everything queued so far on the default queue.
    ///
    /// ```
    /// # use geobacter_core::{Grid, PerItem, WorkItem};
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// #
    /// # let device = Device::open("cpu")?;
    /// device.launch(Grid::covering(1), |_: WorkItem| (), ())?;
    /// device.synchronize()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What went wrong with any of it, where nobody was told yet.
    pub fn synchronize(&self) -> Result<()> {
        self.queue()?.synchronize()
    }

    /// Marks this point of the default queue by the device's clock: for timing.
    ///
    /// # Errors
    /// Where the vendor's runtime refuses.
    pub fn mark(&self) -> Result<Mark> {
        self.queue()?.mark()
    }

    pub(crate) fn is_same(&self, other: &Device) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Names that a user may have meant.
fn known_names() -> String {
    let examples = drivers::all().iter().map(|d| format!("`{}`", d.example()));
    examples.collect::<Vec<_>>().join(", ")
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl Eq for Device {}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("id", &self.id()).field("name", &self.name()).finish()
    }
}
