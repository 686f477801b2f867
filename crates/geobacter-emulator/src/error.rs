/// A processor that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The target is not one of those that can be emulated.
    #[error("cannot emulate `{target}`; emulated processors are {known}")]
    UnknownTarget {
        /// What was asked for.
        target: String,
        /// What there is.
        known: &'static str,
    },
    /// LLVM, which decodes instructions, cannot do so.
    #[error(transparent)]
    Llvm(#[from] geobacter_llvm::IrError),
}
