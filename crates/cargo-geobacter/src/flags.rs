//! The compiler flags that kernels need: the one place that knows them. `build` passes them, `init` writes them.

use std::path::Path;

/// Where the next flags come from and why:
///
/// - `embed-bitcode`: libraries carry their IR; cargo turns that off where it thinks nobody will look.
/// - `symbol-mangling-version=v0`: symbols that name a kernel with its type arguments, and demangle to what was written.
/// - the three LLVM options: LLVM does not know, while it compiles for the host, that a barrier is convergent. These keep
///   the passes away that would copy one into divergent branches.
pub(crate) const COMMON: &[&str] = &[
    "-Cembed-bitcode=yes",
    "-Csymbol-mangling-version=v0",
    "-Cllvm-args=-jump-threading-threshold=0",
    "-Cllvm-args=-unswitch-threshold=0",
    "-Cllvm-args=-simplifycfg-max-small-block-size=0",
];

/// Makes a final crate's objects bitcode. Doctests are final crates that no wrapper sees, so rustdoc always gets it.
pub(crate) const FINAL_CRATE: &str = "-Clinker-plugin-lto";

/// `rustflags` with the shim as linker.
pub(crate) fn rustflags(shim: &Path) -> Vec<String> {
    let mut flags: Vec<String> = COMMON.iter().map(|&f| f.to_owned()).collect();
    // Last: it overrides a linker that cargo was configured with, which the shim then runs.
    flags.push(format!("-Clinker={}", shim.display()));
    flags
}

/// `rustdocflags` with the shim as linker.
pub(crate) fn rustdocflags(shim: &Path) -> Vec<String> {
    let mut flags = rustflags(shim);
    flags.push(FINAL_CRATE.to_owned());
    flags
}

/// Whether `flags` hold `-Cname=value`, written in one argument or in two.
pub(crate) fn contains(flags: &[String], flag: &str) -> bool {
    let split = flag.split_at(2);
    flags.iter().any(|f| f == flag) || flags.windows(2).any(|w| (w[0].as_str(), w[1].as_str()) == split)
}
