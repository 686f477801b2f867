use std::fmt;
use std::path::PathBuf;

/// No usable shared LLVM.
#[derive(Clone, Debug, thiserror::Error)]
pub struct LoadError {
    /// The major version that was asked for.
    pub major: Option<u32>,
    /// Every place looked at, and why it did not do.
    pub tried: Vec<Tried>,
}

/// One place where LLVM was looked for.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Where.
    pub place: String,
    /// The file, where there was one.
    pub file: Option<PathBuf>,
    /// Why it did not do.
    pub reason: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.major.map_or(String::new(), |m| format!(" {m}"));
        write!(f, "no shared LLVM{version} library could be loaded; tried:")?;
        for tried in &self.tried {
            write!(f, "\n  {}: ", tried.place)?;
            if let Some(file) = &tried.file {
                write!(f, "{}: ", file.display())?;
            }
            f.write_str(&tried.reason)?;
        }
        let package = self.major.map_or(String::from("libllvm"), |m| format!("libllvm{m}"));
        write!(
            f,
            "\ninstall the Rust toolchain that built this program through rustup (its `lib` folder holds the library), \
             or the system's `{package}` package, or set GEOBACTER_LLVM to the path of a libLLVM shared library"
        )
    }
}

/// What LLVM says about IR or bitcode that it refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{doing}: {message}")]
pub struct IrError {
    /// What was being done.
    pub doing: &'static str,
    /// LLVM's own words.
    pub message: String,
}

impl IrError {
    pub(crate) fn new(doing: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let message = if message.is_empty() { "LLVM gives no reason".into() } else { message };
        IrError { doing, message }
    }
}
