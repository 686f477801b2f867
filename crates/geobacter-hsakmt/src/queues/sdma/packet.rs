//! Packets of the copy engine, GFX9 and later, as far as AMD's runtime sends them. Their layouts are those of
//! `vega10_sdma_pkt_open.h` and `navi10_sdma_pkt_open.h` in Linux' driver.

/// Double words of the longest packet.
pub(super) const LONGEST: usize = 13;

/// What a packet asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packet {
    Nothing,
    Copy {
        from: u64,
        to: u64,
        bytes: u64,
    },
    CopyBox(Box3),
    /// Writes one double word.
    Fence {
        to: u64,
        value: u32,
    },
    /// Interrupts the host for an event.
    Trap {
        event: u32,
    },
    /// Waits until a double word compares so.
    Poll {
        address: u64,
        mask: u32,
        reference: u32,
        comparison: Comparison,
    },
    AtomicAdd {
        address: u64,
        operand: u64,
    },
    Fill {
        to: u64,
        value: u32,
        unit: u64,
        bytes: u64,
    },
    /// Writes the device's clock.
    Timestamp {
        to: u64,
    },
}

/// A copy of a box of elements between two arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Box3 {
    pub(super) from: Corner,
    pub(super) to: Corner,
    /// Bytes of an element.
    pub(super) element: u64,
    /// Elements: x, y, z.
    pub(super) extent: [u64; 3],
}

/// One side of such a copy. All but the address is in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corner {
    pub(super) address: u64,
    pub(super) offset: [u64; 3],
    pub(super) row: u64,
    pub(super) slice: u64,
}

/// How a poll compares: memory with the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Always,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    pub(super) fn holds(self, value: u32, reference: u32) -> bool {
        match self {
            Comparison::Always => true,
            Comparison::Less => value < reference,
            Comparison::LessOrEqual => value <= reference,
            Comparison::Equal => value == reference,
            Comparison::NotEqual => value != reference,
            Comparison::GreaterOrEqual => value >= reference,
            Comparison::Greater => value > reference,
        }
    }
}

/// A packet that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unknown {
    #[error("it does not know packet {operation}.{sub_operation}, header {header:#010x}")]
    Packet { operation: u32, sub_operation: u32, header: u32 },
    #[error("packet {operation} has {length} double words, and the ring ends after {there}")]
    CutOff { operation: u32, length: usize, there: usize },
}

/// Operations, in the header's low byte.
mod op {
    pub(super) const NOP: u32 = 0;
    pub(super) const COPY: u32 = 1;
    pub(super) const FENCE: u32 = 5;
    pub(super) const TRAP: u32 = 6;
    pub(super) const POLL: u32 = 8;
    pub(super) const ATOMIC: u32 = 10;
    pub(super) const FILL: u32 = 11;
    pub(super) const TIMESTAMP: u32 = 13;
    /// GFX10 and later.
    pub(super) const CACHES: u32 = 17;
}

/// The packet that begins here, and its length in double words.
pub(super) fn decode(words: &[u32]) -> Result<(Packet, u32), Unknown> {
    let header = words.first().copied().unwrap_or(0);
    let (operation, sub_operation) = (header & 0xff, header >> 8 & 0xff);
    let unknown = Unknown::Packet { operation, sub_operation, header };
    let need = |length: usize| {
        let there = words.len();
        if there < length { Err(Unknown::CutOff { operation, length, there }) } else { Ok(()) }
    };
    let wide = |at: usize| u64::from(words[at]) | u64::from(words[at + 1]) << 32;
    match (operation, sub_operation) {
        // What follows a NOP is its own, and not looked at.
        (op::NOP, 0) => Ok((Packet::Nothing, 1 + (header >> 16 & 0x3fff))),
        (op::COPY, 0) if header >> 16 == 0 => {
            need(7)?;
            if words[1] & !COPY_COUNT != 0 {
                return Err(unknown);
            }
            Ok((Packet::Copy { bytes: u64::from(words[1]) + 1, from: wide(3), to: wide(5) }, 7))
        }
        (op::COPY, 4) => {
            need(13)?;
            Ok((Packet::CopyBox(copy_box(words)), 13))
        }
        (op::FENCE, 0) => {
            need(4)?;
            Ok((Packet::Fence { to: wide(1), value: words[3] }, 4))
        }
        (op::TRAP, 0) => {
            need(2)?;
            Ok((Packet::Trap { event: words[1] & 0x0fff_ffff }, 2))
        }
        (op::POLL, 0) => {
            need(6)?;
            let of_memory = header >> 31 == 1;
            if !of_memory {
                // A register: this is how the runtime flushes the bus' buffers, of which there are none.
                return Ok((Packet::Nothing, 6));
            }
            let comparison = comparison(header >> 28 & 7).ok_or(unknown)?;
            Ok((Packet::Poll { address: wide(1), reference: words[3], mask: words[4], comparison }, 6))
        }
        (op::ATOMIC, 0) => {
            /// Of the atomic operations, which are those of the caches (`TC_OP`): 64-bit addition.
            const ADD64: u32 = 47;
            need(8)?;
            if header >> 25 != ADD64 {
                return Err(unknown);
            }
            Ok((Packet::AtomicAdd { address: wide(1), operand: wide(3) }, 8))
        }
        (op::FILL, 0) => {
            need(5)?;
            let unit = match header >> 30 {
                0 => 1,
                2 => 4,
                _ => return Err(unknown),
            };
            // The count is of bytes, less one unit.
            let bytes = (u64::from(words[4] & COUNT) / unit + 1) * unit;
            Ok((Packet::Fill { to: wide(1), value: words[3], unit, bytes }, 5))
        }
        (op::TIMESTAMP, 2) => {
            need(3)?;
            Ok((Packet::Timestamp { to: wide(1) }, 3))
        }
        // Writes back and forgets what caches hold. There are no caches.
        (op::CACHES, 1) => {
            need(5)?;
            Ok((Packet::Nothing, 5))
        }
        _ => Err(unknown),
    }
}

/// Bits of a fill's count.
const COUNT: u32 = 0x003f_ffff;
/// Bits of a linear copy's count, on gfx90a and from GFX10.3 on; others have as many as for a fill. The runtime uses them from
/// version 5.3 on.
const COPY_COUNT: u32 = 0x3fff_ffff;

fn comparison(code: u32) -> Option<Comparison> {
    use Comparison::*;
    [Always, Less, LessOrEqual, Equal, NotEqual, GreaterOrEqual, Greater].get(code as usize).copied()
}

fn copy_box(words: &[u32]) -> Box3 {
    let bits = |word: u32, from: u32, many: u32| u64::from(word >> from & ((1 << many) - 1));
    let corner = |at: usize| Corner {
        address: u64::from(words[at]) | u64::from(words[at + 1]) << 32,
        offset: [bits(words[at + 2], 0, 14), bits(words[at + 2], 16, 14), bits(words[at + 3], 0, 11)],
        row: bits(words[at + 3], 13, 19) + 1,
        slice: bits(words[at + 4], 0, 28) + 1,
    };
    Box3 {
        element: 1 << bits(words[0], 29, 3),
        from: corner(1),
        to: corner(6),
        extent: [bits(words[11], 0, 14) + 1, bits(words[11], 16, 14) + 1, bits(words[12], 0, 11) + 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_copy() {
        let words = [0x0000_0001, 4095, 0, 0x1000, 0x7f00, 0x2000, 0x7f01];
        let copy = Packet::Copy { from: 0x7f00_0000_1000, to: 0x7f01_0000_2000, bytes: 4096 };
        assert_eq!(decode(&words), Ok((copy, 7)));
    }

    #[test]
    fn a_linear_copy_has_up_to_a_gibibyte() {
        let bytes = |count| match decode(&[1, count, 0, 0x1000, 0, 0x2000, 0]) {
            Ok((Packet::Copy { bytes, .. }, 7)) => Some(bytes),
            _ => None,
        };
        assert_eq!(bytes(0x3f_ffff), Some(4 << 20));
        assert_eq!(bytes(0x3fff_ffff), Some(1 << 30));
        assert_eq!(bytes(0x4000_0000), None);
    }

    #[test]
    fn caches_hold_nothing() {
        assert_eq!(decode(&[0x111, 0, 0, 0, 0]), Ok((Packet::Nothing, 5)));
        assert_eq!(decode(&[0x111, 0]), Err(Unknown::CutOff { operation: 17, length: 5, there: 2 }));
    }

    #[test]
    fn a_copy_of_a_box() {
        // Elements of 4 bytes (2 in bits 29 to 31); 3 x 2 x 1 of them.
        let words = [
            0x4000_0401,
            0x1000,
            1,
            5 | 6 << 16,
            7 | 99 << 13,
            999,
            0x2000,
            2,
            1 | 2 << 16,
            3 | 49 << 13,
            499,
            2 | 1 << 16,
            0,
        ];
        let from = Corner { address: 0x1_0000_1000, offset: [5, 6, 7], row: 100, slice: 1000 };
        let to = Corner { address: 0x2_0000_2000, offset: [1, 2, 3], row: 50, slice: 500 };
        let expected = Packet::CopyBox(Box3 { from, to, element: 4, extent: [3, 2, 1] });
        assert_eq!(decode(&words), Ok((expected, 13)));
    }

    #[test]
    fn fence_trap_and_timestamp() {
        assert_eq!(decode(&[5, 0x10, 1, 42]), Ok((Packet::Fence { to: 0x1_0000_0010, value: 42 }, 4)));
        assert_eq!(decode(&[6, 17]), Ok((Packet::Trap { event: 17 }, 2)));
        assert_eq!(decode(&[0x20d, 0x20, 2]), Ok((Packet::Timestamp { to: 0x2_0000_0020 }, 3)));
    }

    #[test]
    fn a_poll_of_memory_waits_and_one_of_a_register_is_nothing() {
        let poll =
            Packet::Poll { address: 0x1_0000_0040, mask: 0xffff_ffff, reference: 7, comparison: Comparison::Equal };
        assert_eq!(decode(&[0xb000_0008, 0x40, 1, 7, 0xffff_ffff, 0x0fff_0004]), Ok((poll, 6)));
        assert_eq!(decode(&[8, 0, 0x8000_0000, 0, 0, 0]), Ok((Packet::Nothing, 6)));
    }

    #[test]
    fn an_atomic_is_an_addition_of_64_bits() {
        let words = [47 << 25 | 10, 0x48, 1, u32::MAX, u32::MAX, 0, 0, 0];
        let add = Packet::AtomicAdd { address: 0x1_0000_0048, operand: u64::MAX };
        assert_eq!(decode(&words), Ok((add, 8)));
        assert!(decode(&[15 << 25 | 10, 0x48, 1, 1, 0, 0, 0, 0]).is_err());
    }

    #[test]
    fn a_fill_of_words_or_of_bytes() {
        let fill = |unit, bytes| Packet::Fill { to: 0x100, value: 9, unit, bytes };
        assert_eq!(decode(&[2 << 30 | 11, 0x100, 0, 9, 4 * 99]), Ok((fill(4, 400), 5)));
        assert_eq!(decode(&[11, 0x100, 0, 9, 99]), Ok((fill(1, 100), 5)));
        assert!(decode(&[1 << 30 | 11, 0x100, 0, 9, 99]).is_err());
    }

    #[test]
    fn nothing_may_be_long() {
        assert_eq!(decode(&[0]), Ok((Packet::Nothing, 1)));
        assert_eq!(decode(&[100 << 16]), Ok((Packet::Nothing, 101)));
    }

    #[test]
    fn what_is_unknown_or_cut_off_is_refused() {
        assert!(matches!(decode(&[0x99]), Err(Unknown::Packet { operation: 0x99, .. })));
        // A copy to two places at once.
        assert!(matches!(decode(&[1 << 27 | 1, 0, 0, 0, 0, 0, 0, 0, 0]), Err(Unknown::Packet { .. })));
        assert_eq!(decode(&[1, 0, 0]), Err(Unknown::CutOff { operation: 1, length: 7, there: 3 }));
    }

    #[test]
    fn comparisons() {
        use Comparison::*;
        let table = [
            (Always, [true, true, true]),
            (Less, [true, false, false]),
            (LessOrEqual, [true, true, false]),
            (Equal, [false, true, false]),
            (NotEqual, [true, false, true]),
            (GreaterOrEqual, [false, true, true]),
            (Greater, [false, false, true]),
        ];
        for (code, (comparison, expected)) in table.into_iter().enumerate() {
            assert_eq!(super::comparison(code as u32), Some(comparison));
            assert_eq!([4, 5, 6].map(|value| comparison.holds(value, 5)), expected, "{comparison:?}");
        }
    }
}
