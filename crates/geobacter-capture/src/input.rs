//! The inputs of a link: files, the members of archives, and the bitcode in each.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection};

use crate::CaptureError;

/// The section in which rustc keeps a module's bitcode beside its host code.
const BITCODE_SECTION: &str = ".llvmbc";
const BITCODE_MAGIC: &[u8] = b"BC\xc0\xde";
const ARCHIVE_MAGIC: &[u8] = b"!<arch>\n";

/// The mapped input files.
pub(crate) struct Inputs {
    files: Vec<(PathBuf, Mmap)>,
}

/// An object among the inputs: a whole file, or a member of an archive. Ordered as the linker sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Member {
    file: usize,
    start: usize,
    end: usize,
}

/// A symbol that an archive defines, and the member that does.
pub(crate) type Definition<'a> = (&'a [u8], Member);

/// What an input file is.
pub(crate) enum Kind {
    /// One object; also what is neither object nor archive, in which no bitcode will be found.
    Object(Member),
    /// Several. The archive's own table says which member defines a symbol.
    Archive,
}

impl Inputs {
    /// Maps the files. Those that cannot be read are left out: the linker will say what is wrong with them.
    pub(crate) fn open(paths: &[PathBuf]) -> Inputs {
        Inputs { files: paths.iter().filter_map(|path| Some((path.clone(), map(path)?))).collect() }
    }

    /// The files, by number.
    pub(crate) fn numbers(&self) -> Range<usize> {
        0..self.files.len()
    }

    pub(crate) fn path(&self, file: usize) -> &Path {
        &self.files[file].0
    }

    pub(crate) fn path_of(&self, member: Member) -> &Path {
        self.path(member.file)
    }

    pub(crate) fn kind(&self, file: usize) -> Kind {
        let bytes = &self.files[file].1;
        if bytes.starts_with(ARCHIVE_MAGIC) {
            Kind::Archive
        } else {
            Kind::Object(Member { file, start: 0, end: bytes.len() })
        }
    }

    /// The members of an archive.
    pub(crate) fn members(&self, file: usize) -> Result<Vec<Member>, CaptureError> {
        let bytes = &*self.files[file].1;
        let archive = self.archive(file)?;
        let members = archive.members().map(|member| {
            let (start, len) = member.map_err(|e| self.damaged(file, &e))?.file_range();
            Ok(member_at(file, start, len))
        });
        let members: Vec<Member> = members.collect::<Result<_, CaptureError>>()?;
        Ok(members.into_iter().filter(|m| m.end <= bytes.len()).collect())
    }

    /// The symbols that an archive defines, with the members that do; `None` where it has no table of them.
    pub(crate) fn archive_symbols(&self, file: usize) -> Result<Option<Vec<Definition<'_>>>, CaptureError> {
        let archive = self.archive(file)?;
        let Some(symbols) = archive.symbols().map_err(|e| self.damaged(file, &e))? else { return Ok(None) };
        let mut found = Vec::new();
        // Neighbours in the table mostly come from one member.
        let mut last = None;
        for symbol in symbols {
            let symbol = symbol.map_err(|e| self.damaged(file, &e))?;
            let member = match last {
                Some((offset, member)) if offset == symbol.offset().0 => member,
                _ => {
                    let (start, len) =
                        archive.member(symbol.offset()).map_err(|e| self.damaged(file, &e))?.file_range();
                    member_at(file, start, len)
                }
            };
            last = Some((symbol.offset().0, member));
            found.push((symbol.name(), member));
        }
        Ok(Some(found))
    }

    fn archive(&self, file: usize) -> Result<ArchiveFile<'_>, CaptureError> {
        ArchiveFile::parse(&*self.files[file].1).map_err(|e| self.damaged(file, &e))
    }

    fn damaged(&self, file: usize, error: &object::Error) -> CaptureError {
        CaptureError::Input { path: self.files[file].0.clone(), reason: error.to_string() }
    }

    /// All bytes of a member.
    pub(crate) fn bytes(&self, member: Member) -> &[u8] {
        self.files[member.file].1.get(member.start..member.end).unwrap_or_default()
    }

    /// A member's bitcode: all of it, or a section of it. `None` where there is none, as in objects from other compilers.
    pub(crate) fn bitcode(&self, member: Member) -> Option<&[u8]> {
        let bytes = self.bytes(member);
        if bytes.starts_with(BITCODE_MAGIC) {
            return Some(bytes);
        }
        let file = object::File::parse(bytes).ok()?;
        let section = file.section_by_name(BITCODE_SECTION)?;
        section.data().ok().filter(|data| data.starts_with(BITCODE_MAGIC))
    }
}

fn member_at(file: usize, start: u64, len: u64) -> Member {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    Member { file, start, end: start.saturating_add(usize::try_from(len).unwrap_or(usize::MAX)) }
}

fn map(path: &Path) -> Option<Mmap> {
    let file = File::open(path).ok()?;
    if file.metadata().ok()?.len() == 0 {
        return None;
    }
    // SAFETY: rustc has closed the files of a link before it runs the linker, and nothing else writes to them.
    unsafe { Mmap::map(&file).ok() }
}
