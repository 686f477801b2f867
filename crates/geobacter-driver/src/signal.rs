//! A value that the host and kernels both look at and change while the kernels run.

use std::time::Duration;

use crate::Error;
use crate::driver::DevicePtr;

/// What a wait for a signal waits for: how its value compares, as signed numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Equal to this.
    Equal(i64),
    /// Anything but this.
    NotEqual(i64),
    /// Less than this.
    Less(i64),
    /// This or more.
    AtLeast(i64),
}

impl Condition {
    /// Whether `value` is what is waited for.
    ///
    /// ```
    /// use geobacter_driver::signal::Condition;
    /// assert!(Condition::Less(0).holds(-1) && !Condition::Less(0).holds(0));
    /// ```
    pub fn holds(self, value: i64) -> bool {
        match self {
            Condition::Equal(other) => value == other,
            Condition::NotEqual(other) => value != other,
            Condition::Less(other) => value < other,
            Condition::AtLeast(other) => value >= other,
        }
    }
}

/// One signal of a device.
///
/// Kernels work on its [`SignalBlock`](geobacter_core::SignalBlock) with atomics of system scope, wherever that lies;
/// after each change they write the block's event mailbox, where it has one, and ask for an interrupt. So a driver whose
/// device can interrupt the host need not poll.
///
/// The block must be there for as long as this lives; the runtime above keeps it until no queued work uses it.
pub trait DriverSignal: Send + Sync {
    /// Where the block is in the device's memory, aligned to 64.
    fn block(&self) -> DevicePtr;

    /// The value, and all that was written before it was set (acquire).
    fn load(&self) -> i64;

    /// Sets the value, after all that was written before (release), and wakes whoever waits.
    fn store(&self, value: i64);

    /// Blocks until the condition holds, and gives the value that did; `None` once `timeout` has passed.
    ///
    /// A value that holds only for a moment may be missed.
    ///
    /// # Errors
    /// Where the device is lost, so that nobody will ever set it.
    fn wait(&self, condition: Condition, timeout: Option<Duration>) -> Result<Option<i64>, Error>;

    /// For the driver's own down-casts.
    fn as_any(&self) -> &dyn std::any::Any;
}
