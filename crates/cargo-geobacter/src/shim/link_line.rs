//! What rustc asks the linker to do.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bitcode files begin so.
const BITCODE_MAGIC: &[u8; 4] = b"BC\xc0\xde";
/// Options whose value is the next argument, and no input.
const WITH_VALUE: &[&str] =
    &["-o", "-L", "-B", "-z", "-u", "-T", "-soname", "-rpath", "-Xlinker", "-target", "--sysroot"];
/// Where a toolchain keeps the `ld.lld` that a C compiler driver can be pointed to, from its own libraries' folder.
const GCC_LD: &str = "bin/gcc-ld";

/// A linker command line, taken apart.
#[derive(Debug, Default)]
pub(super) struct LinkLine {
    /// Objects and archives, in order.
    pub(super) inputs: Vec<PathBuf>,
    /// What is to be made.
    pub(super) output: Option<PathBuf>,
    uses_lld: bool,
}

impl LinkLine {
    pub(super) fn parse(arguments: &[OsString]) -> LinkLine {
        let mut line = LinkLine::default();
        line.add(arguments);
        line
    }

    fn add(&mut self, arguments: &[OsString]) {
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy();
            if let Some(file) = text.strip_prefix('@') {
                // rustc writes its arguments to a file where they are too long for a command line.
                match std::fs::read_to_string(file) {
                    Ok(content) => self.add(&response_file_arguments(&content)),
                    Err(_) => continue,
                }
            } else if text == "-o" {
                self.output = arguments.next().map(PathBuf::from);
            } else if WITH_VALUE.contains(&text.as_ref()) {
                arguments.next();
            } else if let Some(linker) = text.strip_prefix("-fuse-ld=") {
                self.uses_lld = linker.ends_with("lld");
            } else if is_input(argument) {
                self.inputs.push(argument.into());
            }
        }
    }

    pub(super) fn has_kernels(&self) -> bool {
        self.output.is_some() && geobacter_capture::has_kernels(&self.inputs)
    }

    /// The crate that is linked, as far as the output's name tells.
    pub(super) fn crate_name(&self) -> String {
        let name = self.output.as_deref().and_then(Path::file_stem).and_then(OsStr::to_str).unwrap_or("?");
        // Cargo appends a hash of sixteen digits.
        match name.rsplit_once('-') {
            Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => name.to_owned(),
            _ => name.to_owned(),
        }
    }

    /// The folder of the toolchain's own libraries, `<sysroot>/lib/rustlib/<triple>/lib`: at least one of them is linked.
    fn toolchain_libraries(&self) -> Option<&Path> {
        let folders = self.inputs.iter().filter_map(|p| p.parent());
        folders.into_iter().find(|folder| {
            folder.ends_with("lib") && folder.ancestors().nth(2).is_some_and(|rustlib| rustlib.ends_with("lib/rustlib"))
        })
    }

    /// The toolchain's root.
    pub(super) fn sysroot(&self) -> Option<&Path> {
        self.toolchain_libraries()?.ancestors().nth(4)
    }

    /// What makes a compiler driver use the toolchain's lld, where there is bitcode to link and it would not do so by
    /// itself: other linkers cannot read it. Not every host's toolchain uses lld by default.
    pub(super) fn lld_arguments(&self) -> Vec<OsString> {
        if self.uses_lld || !self.inputs.iter().any(|p| is_bitcode(p)) {
            return Vec::new();
        }
        let mut arguments = vec![OsString::from("-fuse-ld=lld")];
        if let Some(folder) = self.toolchain_libraries().and_then(Path::parent).map(|p| p.join(GCC_LD)) {
            let mut search = OsString::from("-B");
            search.push(folder);
            arguments.push(search);
        }
        arguments
    }
}

fn is_input(argument: &OsStr) -> bool {
    let path = Path::new(argument);
    let extension = path.extension().and_then(OsStr::to_str);
    !argument.to_string_lossy().starts_with('-') && matches!(extension, Some("o" | "rlib" | "a" | "bc"))
}

fn is_bitcode(path: &Path) -> bool {
    let mut start = [0; 4];
    File::open(path).and_then(|mut f| f.read_exact(&mut start)).is_ok() && start == *BITCODE_MAGIC
}

/// The arguments in a response file, by the rules of GNU tools: separated by white space, which quotes or a backslash keep.
fn response_file_arguments(content: &str) -> Vec<OsString> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quote = None;
    let mut characters = content.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\\', _) => current.get_or_insert_default().extend(characters.next()),
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                current.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => arguments.extend(current.take().map(OsString::from)),
            (c, _) => current.get_or_insert_default().push(c),
        }
    }
    arguments.extend(current.map(OsString::from));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> LinkLine {
        LinkLine::parse(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn inputs_output_and_toolchain_are_found() {
        let line = parse(
            "-m64 /t/a.o -Wl,-Bstatic /t/libdep.rlib /r/lib/rustlib/x86_64-unknown-linux-gnu/lib/libstd-1.rlib -lc -L \
             /t/x.o -fuse-ld=lld -o /t/app-0123456789abcdef",
        );
        assert_eq!(line.inputs.len(), 3);
        assert_eq!(line.sysroot(), Some(Path::new("/r")));
        assert_eq!(line.crate_name(), "app");
        assert!(line.uses_lld);
    }

    #[test]
    fn response_files_keep_spaces() {
        let words = response_file_arguments("a\\ b.o\n\"c d.o\" 'e\"f'\n\"g\\\\h\"");
        assert_eq!(words, ["a b.o", "c d.o", "e\"f", "g\\h"]);
    }

    #[test]
    fn bitcode_is_given_to_lld_and_nothing_else_is_changed() {
        let dir = tempfile::tempdir().unwrap();
        let object = dir.path().join("a.o");
        std::fs::write(&object, b"BC\xc0\xde....").unwrap();
        let line = |rest: &str| parse(&format!("{} -o x{rest}", object.display())).lld_arguments();
        assert_eq!(line(""), ["-fuse-ld=lld"]);
        assert!(line(" -fuse-ld=lld").is_empty());
        std::fs::write(&object, b"\x7fELF....").unwrap();
        assert!(line("").is_empty());
    }
}
