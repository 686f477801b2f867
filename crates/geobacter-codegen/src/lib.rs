//! From a captured module to device code: lowering, optimisation, emission.
