//! The compiler flags that kernels need: the one place that knows them. `build` passes them, `init` writes them.

use crate::SHIM;

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

/// All of `rustflags`. The linker is named, not placed: a path would make the symbols of every crate, and so the
/// captured module, depend on the folder that a project is built in.
pub(crate) fn rustflags() -> Vec<String> {
    let mut flags: Vec<String> = COMMON.iter().map(|&f| f.to_owned()).collect();
    // Last: it overrides a linker that cargo was configured with, which the shim then runs.
    flags.push(format!("-Clinker={SHIM}"));
    flags
}

/// All of `rustdocflags`.
pub(crate) fn rustdocflags() -> Vec<String> {
    let mut flags = rustflags();
    flags.push(FINAL_CRATE.to_owned());
    flags
}

/// Whether `flags` hold `-Cname=value`, written in one argument or in two.
pub(crate) fn contains(flags: &[String], flag: &str) -> bool {
    let split = flag.split_at(2);
    flags.iter().any(|f| f == flag) || flags.windows(2).any(|w| (w[0].as_str(), w[1].as_str()) == split)
}
