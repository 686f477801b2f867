//! Packets of the Architected Queuing Language, byte by byte (HSA Platform System Architecture 1.2, "AQL packet formats").

use geobacter_driver::driver::FenceScope;

use crate::sys::Signal;

/// Bytes of every packet.
pub(crate) const PACKET: usize = 64;
const WORDS: usize = PACKET / 4;

/// Packet types.
const KERNEL_DISPATCH: u16 = 2;
const BARRIER_AND: u16 = 3;

/// Bits of the header.
const BARRIER: u16 = 1 << 8;
const ACQUIRE_SHIFT: u16 = 9;
const RELEASE_SHIFT: u16 = 11;

/// Grids always have three axes; those that are not used are of one work-item.
const DIMENSIONS: u16 = 3;

/// Signals that one barrier packet waits for.
pub(crate) const DEPENDENCIES: usize = 5;

/// A packet as 32-bit words; the first is the header, which is written last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet(pub(crate) [u32; WORDS]);

/// What a kernel dispatch packet says.
pub(crate) struct Dispatch {
    pub(crate) group_size: [u16; 3],
    pub(crate) grid: [u32; 3],
    pub(crate) private_segment: u32,
    pub(crate) group_segment: u32,
    pub(crate) kernel_object: u64,
    pub(crate) kernarg: u64,
    pub(crate) acquire: FenceScope,
    pub(crate) release: FenceScope,
    pub(crate) completion: Signal,
}

/// `HSA_FENCE_SCOPE_*`.
fn scope(scope: FenceScope) -> u16 {
    match scope {
        FenceScope::None => 0,
        FenceScope::Device => 1,
        FenceScope::System => 2,
    }
}

/// Every packet waits for those before it: queues are in order.
fn header(kind: u16, acquire: FenceScope, release: FenceScope) -> u16 {
    kind | BARRIER | scope(acquire) << ACQUIRE_SHIFT | scope(release) << RELEASE_SHIFT
}

fn pair(low: u16, high: u16) -> u32 {
    u32::from(low) | u32::from(high) << 16
}

impl Packet {
    /// Runs a kernel.
    pub(crate) fn dispatch(dispatch: &Dispatch) -> Self {
        let Dispatch { group_size: [sx, sy, sz], grid, acquire, release, .. } = *dispatch;
        let mut packet = Packet([0; WORDS]);
        packet.0[0] = pair(header(KERNEL_DISPATCH, acquire, release), DIMENSIONS);
        packet.0[1] = pair(sx, sy);
        packet.0[2] = pair(sz, 0);
        packet.0[3..6].copy_from_slice(&grid);
        packet.0[6] = dispatch.private_segment;
        packet.0[7] = dispatch.group_segment;
        packet.put(8, dispatch.kernel_object);
        packet.put(10, dispatch.kernarg);
        packet.put(14, dispatch.completion.0);
        packet
    }

    /// Waits for at most [`DEPENDENCIES`] signals, and for all packets before it.
    pub(crate) fn barrier(dependencies: &[Signal], completion: Signal) -> Self {
        debug_assert!(dependencies.len() <= DEPENDENCIES);
        let mut packet = Packet([0; WORDS]);
        packet.0[0] = pair(header(BARRIER_AND, FenceScope::None, FenceScope::None), 0);
        for (at, dependency) in dependencies.iter().take(DEPENDENCIES).enumerate() {
            packet.put(2 + 2 * at, dependency.0);
        }
        packet.put(14, completion.0);
        packet
    }

    fn put(&mut self, word: usize, value: u64) {
        self.0[word] = value as u32;
        self.0[word + 1] = (value >> 32) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(packet: Packet) -> [u8; PACKET] {
        let mut bytes = [0; PACKET];
        for (at, word) in packet.0.iter().enumerate() {
            bytes[4 * at..][..4].copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    fn dispatch(acquire: FenceScope, release: FenceScope) -> Dispatch {
        Dispatch {
            group_size: [0x102, 0x304, 0x506],
            grid: [0x1111_1111, 0x2222_2222, 0x3333_3333],
            private_segment: 0x4444_4444,
            group_segment: 0x5555_5555,
            kernel_object: 0x6666_7777_8888_9999,
            kernarg: 0xaaaa_bbbb_cccc_dddd,
            acquire,
            release,
            completion: Signal(0x1234_5678_9abc_def0),
        }
    }

    /// Field by field at the offsets of `hsa_kernel_dispatch_packet_t`.
    #[test]
    fn a_dispatch_has_its_fields_where_the_specification_has_them() {
        let bytes = bytes(Packet::dispatch(&dispatch(FenceScope::System, FenceScope::System)));
        let half = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes"));
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        assert_eq!(half(0), 2 | 1 << 8 | 2 << 9 | 2 << 11);
        assert_eq!((half(2), half(4), half(6), half(8), half(10)), (3, 0x102, 0x304, 0x506, 0));
        assert_eq!((word(12), word(16), word(20)), (0x1111_1111, 0x2222_2222, 0x3333_3333));
        assert_eq!((word(24), word(28)), (0x4444_4444, 0x5555_5555));
        assert_eq!((long(32), long(40)), (0x6666_7777_8888_9999, 0xaaaa_bbbb_cccc_dddd));
        assert_eq!((long(48), long(56)), (0, 0x1234_5678_9abc_def0));
    }

    /// The original project's setter of one wrote the other.
    #[test]
    fn acquire_and_release_are_each_their_own() {
        let scopes = [FenceScope::None, FenceScope::Device, FenceScope::System];
        for (acquire, acquire_bits) in scopes.into_iter().zip(0u16..) {
            for (release, release_bits) in scopes.into_iter().zip(0u16..) {
                let header = Packet::dispatch(&dispatch(acquire, release)).0[0] as u16;
                assert_eq!(header >> 9 & 3, acquire_bits, "acquire {acquire:?}, release {release:?}");
                assert_eq!(header >> 11 & 3, release_bits, "acquire {acquire:?}, release {release:?}");
                assert_eq!(header & 0x1ff, 2 | 1 << 8, "type and barrier bit stay");
            }
        }
    }

    #[test]
    fn a_barrier_names_its_signals_in_order() {
        let dependencies: Vec<Signal> = (1..=5).map(|n| Signal(n << 32 | n)).collect();
        let bytes = bytes(Packet::barrier(&dependencies, Signal(77)));
        assert_eq!(u16::from_le_bytes([bytes[0], bytes[1]]), 3 | 1 << 8);
        for (at, dependency) in dependencies.iter().enumerate() {
            let found = u64::from_le_bytes(bytes[8 + 8 * at..][..8].try_into().expect("eight bytes"));
            assert_eq!(found, dependency.0);
        }
        assert_eq!(bytes[56], 77);
        assert_eq!(Packet::barrier(&[], Signal::NULL).0[1..], [0; 15]);
    }
}
