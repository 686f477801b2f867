//! Packets, as they stand in the ring.

use std::sync::atomic::{AtomicU16, Ordering};

/// Bytes of a packet.
pub(super) const BYTES: u64 = 64;

/// Types of packets (`hsa_packet_type_t`).
mod kind {
    pub(super) const VENDOR: u16 = 0;
    pub(super) const INVALID: u16 = 1;
    pub(super) const KERNEL_DISPATCH: u16 = 2;
    pub(super) const BARRIER_AND: u16 = 3;
    pub(super) const BARRIER_OR: u16 = 5;
}

/// Formats of AMD's own packets.
mod vendor {
    /// Commands for the command processor, in a buffer of their own.
    pub(super) const PM4: u8 = 1;
    /// `hsa_amd_barrier_value_packet_t`.
    pub(super) const BARRIER_VALUE: u8 = 2;
}

/// A packet in a ring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet(u64);

/// What a packet asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dispatch(Dispatch),
    Barrier(Barrier),
    Commands,
}

/// `hsa_kernel_dispatch_packet_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dispatch {
    pub(super) dimensions: u16,
    pub(super) group_size: [u16; 3],
    pub(super) grid_size: [u32; 3],
    pub(super) private_bytes: u32,
    pub(super) group_bytes: u32,
    pub(super) kernel_object: u64,
    pub(super) kernarg_address: u64,
}

/// What is waited for. A handle of 0 is no signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barrier {
    /// All of these are 0.
    All([u64; 5]),
    /// One of these is 0.
    Any([u64; 5]),
    /// This one's value, masked, compares so.
    Value { signal: u64, mask: i64, condition: Condition, reference: i64 },
}

/// `hsa_signal_condition_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Equal,
    NotEqual,
    Less,
    GreaterOrEqual,
}

impl Condition {
    fn from_code(code: u32) -> Option<Condition> {
        [Condition::Equal, Condition::NotEqual, Condition::Less, Condition::GreaterOrEqual].get(code as usize).copied()
    }

    pub(super) fn holds(self, value: i64, reference: i64) -> bool {
        match self {
            Condition::Equal => value == reference,
            Condition::NotEqual => value != reference,
            Condition::Less => value < reference,
            Condition::GreaterOrEqual => value >= reference,
        }
    }
}

/// A packet that cannot be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unknown {
    #[error("the device does not process packets of type {0}")]
    Type(u16),
    #[error("there is no vendor packet of format {0}")]
    Format(u8),
    #[error("a barrier-value packet cannot compare by condition {0}")]
    Condition(u32),
}

impl Packet {
    /// The packet at this address.
    ///
    /// # Safety
    /// 64 bytes there stay readable and writable as long as the packet is used, and are aligned to 64.
    pub(super) unsafe fn at(address: u64) -> Packet {
        Packet(address)
    }

    pub(super) fn address(&self) -> u64 {
        self.0
    }

    pub(super) fn is_invalid(&self) -> bool {
        self.packet_type() == kind::INVALID
    }

    pub(super) fn is_vendors(&self) -> bool {
        self.packet_type() == kind::VENDOR
    }

    pub(super) fn kind(&self) -> Result<Kind, Unknown> {
        let signals = || [8, 16, 24, 32, 40].map(|offset| self.read(offset));
        match self.packet_type() {
            kind::KERNEL_DISPATCH => Ok(Kind::Dispatch(self.dispatch())),
            kind::BARRIER_AND => Ok(Kind::Barrier(Barrier::All(signals()))),
            kind::BARRIER_OR => Ok(Kind::Barrier(Barrier::Any(signals()))),
            kind::VENDOR => match self.read(2) {
                vendor::PM4 => Ok(Kind::Commands),
                vendor::BARRIER_VALUE => self.barrier_value().map(Kind::Barrier),
                format => Err(Unknown::Format(format)),
            },
            other => Err(Unknown::Type(other)),
        }
    }

    /// All types have it at the same place.
    pub(super) fn completion_signal(&self) -> u64 {
        self.read(56)
    }

    /// Lets the host use the place again.
    pub(super) fn invalidate(&self) {
        self.header().store(kind::INVALID, Ordering::Release);
    }

    fn dispatch(&self) -> Dispatch {
        Dispatch {
            dimensions: self.read::<u16>(2) & 3,
            group_size: [4, 6, 8].map(|offset| self.read(offset)),
            grid_size: [12, 16, 20].map(|offset| self.read(offset)),
            private_bytes: self.read(24),
            group_bytes: self.read(28),
            kernel_object: self.read(32),
            kernarg_address: self.read(40),
        }
    }

    fn barrier_value(&self) -> Result<Barrier, Unknown> {
        let code = self.read(32);
        let condition = Condition::from_code(code).ok_or(Unknown::Condition(code))?;
        Ok(Barrier::Value { signal: self.read(8), reference: self.read(16), mask: self.read(24), condition })
    }

    fn packet_type(&self) -> u16 {
        self.header().load(Ordering::Acquire) & 0xff
    }

    fn header(&self) -> &AtomicU16 {
        // SAFETY: `at` promises aligned memory; producers write headers by atomic operations.
        unsafe { AtomicU16::from_ptr(self.0 as *mut u16) }
    }

    /// A field. The header has been read with acquire, so its producer has written it before.
    fn read<T: Copy>(&self, offset: u64) -> T {
        debug_assert!(offset + size_of::<T>() as u64 <= BYTES);
        // SAFETY: `at` promises the memory; `T` is one of the integers, at a multiple of its size.
        unsafe { ((self.0 + offset) as *const T).read_volatile() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(align(64))]
    struct Bytes([u8; 64]);

    fn packet(fields: &[(usize, &[u8])]) -> (Box<Bytes>, Packet) {
        let mut bytes = Box::new(Bytes([0; 64]));
        for (offset, field) in fields {
            bytes.0[*offset..offset + field.len()].copy_from_slice(field);
        }
        // SAFETY: the box lives as long as the packet is used in a test.
        let packet = unsafe { Packet::at(&raw const *bytes as u64) };
        (bytes, packet)
    }

    #[test]
    fn a_dispatch_has_its_fields_where_the_specification_has_them() {
        // hsa_kernel_dispatch_packet_t: header, setup, group x y z, reserved, grid x y z, private, group, kernel, kernarg.
        let (_bytes, packet) = packet(&[
            (0, &0x1502u16.to_le_bytes()),
            (2, &3u16.to_le_bytes()),
            (4, &64u16.to_le_bytes()),
            (6, &4u16.to_le_bytes()),
            (8, &2u16.to_le_bytes()),
            (12, &1000u32.to_le_bytes()),
            (16, &20u32.to_le_bytes()),
            (20, &7u32.to_le_bytes()),
            (24, &48u32.to_le_bytes()),
            (28, &4096u32.to_le_bytes()),
            (32, &0x7f00_1000u64.to_le_bytes()),
            (40, &0x7f00_2000u64.to_le_bytes()),
            (56, &0x7f00_3000u64.to_le_bytes()),
        ]);
        let expected = Dispatch {
            dimensions: 3,
            group_size: [64, 4, 2],
            grid_size: [1000, 20, 7],
            private_bytes: 48,
            group_bytes: 4096,
            kernel_object: 0x7f00_1000,
            kernarg_address: 0x7f00_2000,
        };
        assert_eq!(packet.kind(), Ok(Kind::Dispatch(expected)));
        assert_eq!(packet.completion_signal(), 0x7f00_3000);
    }

    #[test]
    fn barriers_have_five_signals() {
        let handles: Vec<u8> = (1..=5u64).flat_map(|n| (n * 64).to_le_bytes()).collect();
        let (_bytes, and) = packet(&[(0, &[3]), (8, &handles)]);
        assert_eq!(and.kind(), Ok(Kind::Barrier(Barrier::All([64, 128, 192, 256, 320]))));
        let (_bytes, or) = packet(&[(0, &[5]), (8, &handles)]);
        assert_eq!(or.kind(), Ok(Kind::Barrier(Barrier::Any([64, 128, 192, 256, 320]))));
    }

    #[test]
    fn a_barrier_value_packet_compares() {
        let (_bytes, packet) = packet(&[
            (0, &[0]),
            (2, &[2]),
            (8, &64u64.to_le_bytes()),
            (16, &(-3i64).to_le_bytes()),
            (24, &0xffi64.to_le_bytes()),
            (32, &2u32.to_le_bytes()),
        ]);
        let value = Barrier::Value { signal: 64, mask: 0xff, condition: Condition::Less, reference: -3 };
        assert_eq!(packet.kind(), Ok(Kind::Barrier(value)));
    }

    #[test]
    fn what_is_unknown_is_refused_by_its_number() {
        assert_eq!(packet(&[(0, &[4])]).1.kind(), Err(Unknown::Type(4)));
        assert_eq!(packet(&[(0, &[9])]).1.kind(), Err(Unknown::Type(9)));
        assert_eq!(packet(&[(0, &[0]), (2, &[7])]).1.kind(), Err(Unknown::Format(7)));
        assert_eq!(packet(&[(0, &[0]), (2, &[2]), (32, &[4])]).1.kind(), Err(Unknown::Condition(4)));
    }

    #[test]
    fn conditions_are_those_of_signals() {
        let holds = |condition: Condition| [-1, 0, 1].map(|value| condition.holds(value, 0));
        assert_eq!(holds(Condition::Equal), [false, true, false]);
        assert_eq!(holds(Condition::NotEqual), [true, false, true]);
        assert_eq!(holds(Condition::Less), [true, false, false]);
        assert_eq!(holds(Condition::GreaterOrEqual), [false, true, true]);
    }
}
