//! What differs between generations of processors, in one place: this folder.

mod rdna3;

use std::borrow::Cow;

/// A generation of processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// gfx90a: CDNA 2, 64 lanes.
    Cdna2,
    /// gfx1100: RDNA 3, 32 or 64 lanes.
    Rdna3,
}

impl Generation {
    /// What is emulated, for messages.
    pub(crate) const KNOWN: &'static str = "gfx90a and gfx1100";

    /// The generation of a processor, by its name without features.
    pub(crate) fn of(processor: &str) -> Option<Generation> {
        match processor {
            "gfx90a" => Some(Generation::Cdna2),
            "gfx1100" => Some(Generation::Rdna3),
            _ => None,
        }
    }

    /// Lanes of a wavefront, where the kernel does not say otherwise.
    pub(crate) fn usual_lanes(self) -> u32 {
        match self {
            Generation::Cdna2 => 64,
            Generation::Rdna3 => 32,
        }
    }

    /// Whether kernels may run with 32 lanes.
    pub(crate) fn has_wave32(self) -> bool {
        match self {
            Generation::Cdna2 => false,
            Generation::Rdna3 => true,
        }
    }

    /// Vector registers by the descriptor's `GRANULATED_WORKITEM_VGPR_COUNT`, accumulation registers included.
    pub(crate) fn allocated_vectors(self, granulated: u32, wave32: bool) -> usize {
        match self {
            Generation::Cdna2 => (granulated as usize + 1) * 8,
            Generation::Rdna3 => (granulated as usize + 1) * if wave32 { 8 } else { 4 },
        }
    }

    /// Where accumulation registers start among `total` registers, by the descriptor's `COMPUTE_PGM_RSRC3`.
    pub(crate) fn accumulators_start(self, rsrc3: u32, total: usize) -> usize {
        match self {
            Generation::Cdna2 => (((rsrc3 as usize & 0x3f) + 1) * 4).min(total),
            // There are none.
            Generation::Rdna3 => total,
        }
    }

    /// Whether FLAT_SCRATCH is set before a wavefront starts (architected flat scratch), rather than by the kernel.
    pub(crate) fn sets_flat_scratch(self) -> bool {
        match self {
            Generation::Cdna2 => false,
            Generation::Rdna3 => true,
        }
    }

    /// Whether `v_cmpx_*` writes EXEC only, instead of a destination as well.
    pub(crate) fn compares_into_exec_alone(self) -> bool {
        match self {
            Generation::Cdna2 => false,
            Generation::Rdna3 => true,
        }
    }

    /// Whether an instruction with a 16-bit result leaves the other half of the register alone. On gfx9 most clear it,
    /// for compatibility with gfx8; those that gfx9 brought do not (LLVM: `GCNSubtarget::zeroesHigh16BitsOfDest`).
    pub(crate) fn keeps_high_half(self, name: &str) -> bool {
        const KEEPING: [&str; 18] = [
            "v_mad_f16",
            "v_mad_u16",
            "v_mad_i16",
            "v_fma_f16",
            "v_div_fixup_f16",
            "v_min3_f16",
            "v_min3_i16",
            "v_min3_u16",
            "v_max3_f16",
            "v_max3_i16",
            "v_max3_u16",
            "v_med3_f16",
            "v_med3_i16",
            "v_med3_u16",
            "v_add_i16",
            "v_sub_i16",
            "v_fma_mixlo_f16",
            "v_fma_mixhi_f16",
        ];
        match self {
            Generation::Cdna2 => KEEPING.contains(&name),
            Generation::Rdna3 => true,
        }
    }

    /// The name that an instruction has in `semantics/`, which goes by those of gfx9.
    pub(crate) fn canonical(self, name: &str) -> Cow<'_, str> {
        match self {
            Generation::Cdna2 => Cow::Borrowed(name),
            Generation::Rdna3 => rdna3::canonical(name),
        }
    }

    /// Messages, by their number, that change nothing here.
    pub(crate) fn ignores_message(self, message: u32) -> bool {
        // Gives registers back before the end.
        const DEALLOC_VGPRS: u32 = 3;
        match self {
            Generation::Cdna2 => false,
            Generation::Rdna3 => message == DEALLOC_VGPRS,
        }
    }
}
