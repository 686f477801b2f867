//! What differs between generations of processors, in one place.

/// A generation of processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// gfx90a: CDNA 2, 64 lanes.
    Cdna2,
}

impl Generation {
    /// What is emulated, for messages.
    pub(crate) const KNOWN: &'static str = "gfx90a";

    /// The generation of a processor, by its name without features.
    pub(crate) fn of(processor: &str) -> Option<Generation> {
        match processor {
            "gfx90a" => Some(Generation::Cdna2),
            _ => None,
        }
    }

    /// Lanes of a wavefront, where the kernel does not say otherwise.
    pub(crate) fn usual_lanes(self) -> u32 {
        match self {
            Generation::Cdna2 => 64,
        }
    }

    /// Whether kernels may run with 32 lanes.
    pub(crate) fn has_wave32(self) -> bool {
        match self {
            Generation::Cdna2 => false,
        }
    }

    /// Vector registers by the descriptor's `GRANULATED_WORKITEM_VGPR_COUNT`, accumulation registers included.
    pub(crate) fn allocated_vectors(self, granulated: u32, _wave32: bool) -> usize {
        match self {
            Generation::Cdna2 => (granulated as usize + 1) * 8,
        }
    }

    /// Where accumulation registers start among `total` registers, by the descriptor's `COMPUTE_PGM_RSRC3`.
    pub(crate) fn accumulators_start(self, rsrc3: u32, total: usize) -> usize {
        match self {
            Generation::Cdna2 => (((rsrc3 as usize & 0x3f) + 1) * 4).min(total),
        }
    }

    /// Whether FLAT_SCRATCH is set before a wavefront starts (architected flat scratch), rather than by the kernel.
    pub(crate) fn sets_flat_scratch(self) -> bool {
        match self {
            Generation::Cdna2 => false,
        }
    }

    /// Whether `v_cmpx_*` writes EXEC only, instead of a destination as well.
    pub(crate) fn compares_into_exec_alone(self) -> bool {
        match self {
            Generation::Cdna2 => false,
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
        }
    }
}
