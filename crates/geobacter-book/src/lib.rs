//! The book in `docs/book`: each chapter is the documentation of a module here, so that every Rust block in it is a doctest.
//!
//! `cargo geobacter test -p geobacter-book` compiles and runs them, on the device that `GEOBACTER_DEVICE` names or on the best
//! there is. To read the book, `mdbook build docs/book`.

macro_rules! chapters {
    ($($module:ident: $file:literal;)*) => {$(
        #[doc = include_str!(concat!("../../../docs/book/src/", $file))]
        pub mod $module {}
    )*};
}
chapters! {
    introduction: "introduction.md";
    first_kernel: "first-kernel.md";
    arguments: "arguments.md";
    memory: "memory.md";
    order: "order.md";
    images: "images.md";
    host: "host.md";
    safety: "safety.md";
    groups: "groups.md";
    subgroups: "subgroups.md";
    atomics: "atomics.md";
    launching: "launching.md";
    blocks: "blocks.md";
    errors: "errors.md";
    debugging: "debugging.md";
    testing: "testing.md";
    performance: "performance.md";
    ahead_of_time: "ahead-of-time.md";
    porting: "porting.md";
    porting_saxpy: "porting-saxpy.md";
    porting_reduction: "porting-reduction.md";
    porting_matmul: "porting-matmul.md";
    porting_histogram: "porting-histogram.md";
    internals: "internals.md";
    reference: "reference.md";
}
