//! Makes cargo link again when what the shim adds would change.
//!
//! Cargo knows the environment variables that a crate read while it was compiled: rustc lists them in the dep-info file.
//! The shim is part of making a final crate, so what it reads belongs in that list.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::value_of;
use crate::project::{CAPTURE, TARGETS, TOOL};

/// What decides what the shim adds to a link, besides the link's inputs.
const READ_BY_SHIM: &[&str] = &[TOOL, TARGETS, CAPTURE];

/// The dep-info file that a call of rustc writes for cargo, where it links something.
pub(super) fn path(arguments: &[&str]) -> Option<PathBuf> {
    let emits = |kind: &str| value_of(arguments, "--emit").any(|list| list.split(',').any(|k| k == kind));
    if !emits("link") || !emits("dep-info") {
        return None;
    }
    let name = value_of(arguments, "--crate-name").next()?;
    let folder = value_of(arguments, "--out-dir").next()?;
    let suffix = value_of(arguments, "-C").find_map(|option| option.strip_prefix("extra-filename=")).unwrap_or("");
    Some(Path::new(folder).join(format!("{name}{suffix}.d")))
}

/// Adds the shim's variables to it.
pub(super) fn add_variables(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    let lines: String = READ_BY_SHIM.iter().map(|name| line(name, std::env::var(name).ok().as_deref())).collect();
    file.write_all(format!("\n{lines}").as_bytes())
}

/// As rustc writes it: a variable that is not set has no `=`.
fn line(name: &str, value: Option<&str>) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    match value {
        Some(value) => format!("# env-dep:{name}={}\n", escape(value)),
        None => format!("# env-dep:{name}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_where_cargo_told_rustc_to_put_it() {
        let line = "--crate-name app --crate-type bin --emit=dep-info,link -C extra-filename=-12 --out-dir /t/deps";
        let arguments: Vec<&str> = line.split(' ').collect();
        assert_eq!(path(&arguments), Some("/t/deps/app-12.d".into()));
        let arguments: Vec<&str> = "--crate-name app --emit=dep-info,metadata --out-dir /t".split(' ').collect();
        assert_eq!(path(&arguments), None, "`cargo check` links nothing");
    }

    #[test]
    fn variables_are_written_as_rustc_does() {
        assert_eq!(line("A", Some("x\\y")), "# env-dep:A=x\\\\y\n");
        assert_eq!(line("A", None), "# env-dep:A\n");
    }
}
