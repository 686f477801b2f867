use std::any::{Any, TypeId};
use std::collections::HashMap;

use geobacter_core::DeviceCopy;
use geobacter_runtime::{Buffer, Device, Result};

/// Buffers for intermediate results, kept from one call to the next.
#[derive(Default)]
pub(crate) struct Scratch(HashMap<(TypeId, Use), Box<dyn Any + Send>>);

/// What a buffer is for: those of one call are different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    /// What each part of the work comes to.
    Partial,
    /// A result on its way to the host.
    Result,
    /// What comes before each part.
    Before,
    /// How far each tile is.
    Progress,
    /// How often each digit comes up in each tile.
    Counts,
    /// Where each digit goes, for each tile.
    Offsets,
    /// Keys, half sorted.
    Keys,
    /// Their values.
    Values,
}

impl Scratch {
    /// At least `len` elements, with any values; give it [back](Self::put) after use.
    pub(crate) fn take<T: DeviceCopy>(&mut self, device: &Device, of: Use, len: usize, any: T) -> Result<Buffer<T>> {
        let kept = self.0.remove(&(TypeId::of::<T>(), of)).and_then(|b| b.downcast::<Buffer<T>>().ok());
        match kept {
            Some(buffer) if buffer.len() >= len => Ok(*buffer),
            _ => device.buffer_filled(len, any),
        }
    }

    pub(crate) fn put<T: DeviceCopy>(&mut self, of: Use, buffer: Buffer<T>) {
        self.0.insert((TypeId::of::<T>(), of), Box::new(buffer));
    }
}
