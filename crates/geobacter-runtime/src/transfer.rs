//! Copies between host and device that nobody waits for yet.

use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::time::Duration;

use geobacter_core::DeviceCopy;

use crate::signal::Signal;
use crate::{HostBuffer, Result};

/// Host memory in the hands of a copy. Dropping it waits for the copy.
#[derive(Debug)]
struct InFlight<T> {
    data: ManuallyDrop<HostBuffer<T>>,
    signal: Option<Signal>,
}

impl<T> InFlight<T> {
    fn wait(mut self) -> Result<HostBuffer<T>> {
        if let Some(signal) = &self.signal {
            signal.wait()?;
        }
        self.signal = None;
        // SAFETY: taken once; the drop below sees that it is forgotten.
        let data = unsafe { ManuallyDrop::take(&mut self.data) };
        std::mem::forget(self);
        Ok(data)
    }

    fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        self.signal.as_ref().map_or(Ok(true), |s| s.wait_timeout(timeout))
    }
}

impl<T> Drop for InFlight<T> {
    fn drop(&mut self) {
        // The device may be writing to the memory: it must not be freed before that is over, well or badly.
        if let Some(signal) = &self.signal {
            signal.wait_until_passed();
        }
        // SAFETY: not taken, as `wait` forgets what it takes from.
        unsafe { ManuallyDrop::drop(&mut self.data) };
    }
}

macro_rules! transfer {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[must_use = "dropping it waits for the copy"]
        pub struct $name<T>(InFlight<T>);

        impl<T: DeviceCopy> $name<T> {
            pub(crate) fn new(data: HostBuffer<T>, signal: Option<Signal>) -> Self {
                $name(InFlight { data: ManuallyDrop::new(data), signal })
            }

            #[doc = concat!("Waits for the copy, and gives ", $what, ".")]
            ///
            /// # Errors
            /// What went wrong with it, or with work before it that nobody was told of.
            pub fn wait(self) -> Result<HostBuffer<T>> {
                self.0.wait()
            }

            /// Waits for at most `timeout`; whether the copy is done.
            ///
            /// # Errors
            /// As [`wait`](Self::wait).
            pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
                self.0.wait_timeout(timeout)
            }
        }

        impl<T: DeviceCopy> IntoFuture for $name<T> {
            type Output = Result<HostBuffer<T>>;
            type IntoFuture = Pin<Box<dyn Future<Output = Result<HostBuffer<T>>> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move {
                    if let Some(signal) = self.0.signal.clone() {
                        signal.await?;
                    }
                    self.wait()
                })
            }
        }
    };
}

transfer!(
    /// A copy to a device. From [`Buffer::upload`](crate::Buffer::upload).
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let mut buffer = device.buffer::<f32>(100)?;
    /// let upload = buffer.upload(device.host_buffer(100, 2.5)?)?;
    /// // ... something else meanwhile; launches that use the buffer wait by themselves ...
    /// let staging = upload.wait()?;
    /// assert_eq!((buffer.to_vec()?[99], staging[99]), (2.5, 2.5));
    /// # Ok(())
    /// # }
    /// ```
    Upload,
    "the host memory back"
);
transfer!(
    /// A copy from a device. From [`Buffer::download`](crate::Buffer::download).
    ///
    /// ```
    /// # use geobacter_runtime::Device;
    /// # fn main() -> geobacter_runtime::Result<()> {
    /// # let device = Device::open("cpu")?;
    /// let buffer = device.buffer_filled(100, 2.5f32)?;
    /// let download = buffer.download()?;
    /// // ... something else meanwhile ...
    /// assert_eq!(download.wait()?[..], [2.5; 100]);
    /// # Ok(())
    /// # }
    /// ```
    Download,
    "the data"
);
