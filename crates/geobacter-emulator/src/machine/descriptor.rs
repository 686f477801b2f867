//! The kernel descriptor: 64 bytes in a code object that say how a kernel is to be started (LLVM, AMDGPUUsage, "Kernel
//! Descriptor").

use crate::float::Mode;
use crate::generation::Generation;

pub(crate) const BYTES: usize = 64;

/// A kernel descriptor, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub(crate) group_segment: u32,
    pub(crate) private_segment: u32,
    /// From the descriptor to the first instruction.
    pub(crate) entry_offset: i64,
    pub(crate) mode: Mode,
    /// Vector registers, and accumulation registers behind them.
    pub(crate) vectors: usize,
    pub(crate) accumulators: usize,
    pub(crate) user_scalars: u8,
    /// x, y, z.
    pub(crate) group_ids: [bool; 3],
    pub(crate) group_info: bool,
    pub(crate) private_offset: bool,
    /// How many dimensions of work-item ids: 0 to 2 stand for x, xy and xyz.
    pub(crate) item_ids: u8,
    pub(crate) properties: Properties,
}

/// Which user SGPRs a kernel wants, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Properties {
    pub(crate) private_buffer: bool,
    pub(crate) dispatch_pointer: bool,
    pub(crate) queue_pointer: bool,
    pub(crate) kernarg_pointer: bool,
    pub(crate) dispatch_id: bool,
    pub(crate) flat_scratch: bool,
    pub(crate) private_size: bool,
    pub(crate) wave32: bool,
}

impl Descriptor {
    /// Reads a descriptor for this generation.
    pub(crate) fn read(bytes: &[u8; BYTES], generation: Generation) -> Descriptor {
        let u32_at = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        let (rsrc3, rsrc1, rsrc2) = (u32_at(44), u32_at(48), u32_at(52));
        let properties = u16::from_le_bytes([bytes[56], bytes[57]]);
        let property = |bit: u32| properties >> bit & 1 != 0;
        let wave32 = generation.has_wave32() && property(10);
        let total = generation.allocated_vectors(rsrc1 & 0x3f, wave32);
        let vectors = generation.accumulators_start(rsrc3, total);
        let mode = (rsrc1 >> 12 & 0xf) // Rounding.
            | (rsrc1 >> 16 & 0xf) << 4 // Denormals.
            | (rsrc1 >> 21 & 1) << 8 // DX10_CLAMP
            | (rsrc1 >> 23 & 1) << 9 // IEEE
            | (rsrc1 >> 26 & 1) << 23; // FP16_OVFL
        Descriptor {
            group_segment: u32_at(0),
            private_segment: u32_at(4),
            entry_offset: i64::from_le_bytes(std::array::from_fn(|i| bytes[16 + i])),
            mode: Mode::from_register(mode),
            vectors,
            accumulators: total - vectors,
            user_scalars: (rsrc2 >> 1 & 0x1f) as u8,
            group_ids: [7, 8, 9].map(|bit| rsrc2 >> bit & 1 != 0),
            group_info: rsrc2 >> 10 & 1 != 0,
            private_offset: rsrc2 & 1 != 0,
            item_ids: (rsrc2 >> 11 & 3) as u8,
            properties: Properties {
                private_buffer: property(0),
                dispatch_pointer: property(1),
                queue_pointer: property(2),
                kernarg_pointer: property(3),
                dispatch_id: property(4),
                flat_scratch: property(5),
                private_size: property(6),
                wave32,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_the_manual_says() {
        let mut bytes = [0; BYTES];
        bytes[0..4].copy_from_slice(&1024_u32.to_le_bytes());
        bytes[16..24].copy_from_slice(&(-256_i64).to_le_bytes());
        bytes[44..48].copy_from_slice(&3_u32.to_le_bytes()); // Accumulators from v16 on.
        bytes[48..52].copy_from_slice(&(2_u32 | 0xc << 16 | 1 << 21 | 1 << 23).to_le_bytes());
        bytes[52..56].copy_from_slice(&(1_u32 | 8 << 1 | 1 << 7 | 1 << 9 | 2 << 11).to_le_bytes());
        bytes[56] = 0b10_1001;
        let read = Descriptor::read(&bytes, Generation::Cdna2);
        assert_eq!((read.group_segment, read.entry_offset), (1024, -256));
        assert_eq!((read.vectors, read.accumulators), (16, 8));
        assert_eq!((read.user_scalars, read.group_ids, read.item_ids), (8, [true, false, true], 2));
        assert!(read.private_offset && read.mode.ieee && read.mode.dx10_clamp && read.mode.flush_input_f32());
        assert!(!read.mode.flush_input_f64());
        let p = read.properties;
        assert!(p.private_buffer && p.kernarg_pointer && p.flat_scratch && !p.dispatch_pointer && !p.wave32);
    }
}
