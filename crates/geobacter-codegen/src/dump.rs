use std::cell::Cell;
use std::path::PathBuf;

use geobacter_llvm::Module;

/// Where each stage's IR is left, for those who debug this crate or want to see what became of a kernel.
pub(crate) struct Dump {
    folder: Option<PathBuf>,
    prefix: String,
    count: Cell<u32>,
}

impl Dump {
    pub(crate) fn from_environment(symbol: &str, target: &str) -> Self {
        let folder = std::env::var_os("GEOBACTER_DUMP_DIR").filter(|f| !f.is_empty()).map(PathBuf::from);
        Dump { folder, prefix: format!("{symbol}.{}", target.replace(':', "_")), count: Cell::new(0) }
    }

    pub(crate) fn write(&self, stage: &str, module: &Module<'_>) {
        let Some(folder) = &self.folder else { return };
        let number = self.count.replace(self.count.get() + 1);
        let file = folder.join(format!("{}.{number}-{stage}.ll", self.prefix));
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, module.to_string()));
        if let Err(error) = written {
            tracing::warn!(file = %file.display(), %error, "cannot write a dump");
        }
    }
}
