//! What rustc says about functions for the host's sake would confuse another back end, or keep functions from being
//! inlined into each other.

use geobacter_llvm::{AttributePlace, Module};

const HOST_ONLY: &[&str] = &[
    "frame-pointer",
    "nonlazybind",
    "optnone",
    "probe-stack",
    "ssp",
    "sspreq",
    "sspstrong",
    "target-cpu",
    "target-features",
    "tune-cpu",
    "uwtable",
];

/// The C calling convention: the host's others (such as the one for cold functions) mean nothing on a device.
const C_CONVENTION: u32 = 0;

pub(super) fn strip(module: &Module<'_>) {
    for function in module.functions() {
        for name in HOST_ONLY {
            function.remove_attribute(AttributePlace::Function, name);
        }
        if !function.is_intrinsic() && function.call_conv() != C_CONVENTION {
            function.set_call_conv(C_CONVENTION);
        }
        for call in function.instructions().filter_map(|i| i.as_call()) {
            // rustc repeats it here, where it would also hold for what lowering puts in the callee's place.
            call.remove_attribute(AttributePlace::Function, "noinline");
            if call.call_conv() != C_CONVENTION {
                call.set_call_conv(C_CONVENTION);
            }
        }
    }
}
