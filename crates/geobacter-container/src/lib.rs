//! The format in which captured kernels travel inside an executable.
//!
//! The linker shim writes one [`Container`] into an object file: section [`SECTION`], one hidden symbol [`SYMBOL`] at its
//! start. The runtime refers to that symbol weakly, so a binary linked without the shim still links, and says so at run
//! time. The payload is preceded by a fixed prefix, so that the reader knows its length and can refuse what it does not
//! understand before it parses anything.

pub mod checked;
mod name;
mod sites;

pub use name::kernel_name;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
pub use sites::{PanicSite, SITES_SECTION};

pub mod symbols;

/// The ELF section that holds the container; allocated, read-only.
pub const SECTION: &str = ".geobacter";
/// The symbol at its first byte; hidden, so that each executable and shared library has its own.
pub const SYMBOL: &str = "__geobacter_image";
/// The section that marks kernel entry functions in bitcode. The core crate's kernel entries carry it.
pub const KERNEL_SECTION: &str = ".geobacter.kernel";

/// How the names of the sections begin by which functions tell lowering something; all other sections are the host's own.
pub const MARKING_SECTIONS: &str = ".geobacter.";

/// The variable that device code has which prints. Its name is all that is looked for.
pub const PRINTS: &str = "geobacter_prints";

const MAGIC: [u8; 8] = *b"GEOBACTR";
const FORMAT_VERSION: u32 = 2;
/// Magic, format version, four bytes of zero, payload length.
const PREFIX_BYTES: usize = 24;

/// Everything the runtime needs from the build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container<'a> {
    /// Version of the device ABI that the kernels were compiled against.
    pub abi_version: u32,
    /// Version of the LLVM whose bitcode this is, as `major.minor.patch`.
    pub llvm_version: &'a str,
    /// Path of the toolchain's shared LLVM where it was built: the first place to look at run time, and no more than that.
    pub llvm_path: &'a str,
    /// SHA-256 of `module`.
    pub module_hash: [u8; 32],
    /// Bitcode: every kernel entry and all it reaches. All definitions are `linkonce_odr`, so that linking this into a
    /// module with a declaration of one entry pulls just what that entry needs.
    #[serde(borrow)]
    pub module: &'a [u8],
    /// The kernels in `module`, sorted by symbol.
    #[serde(borrow)]
    pub kernels: Vec<KernelRecord<'a>>,
    /// Images compiled ahead of time.
    #[serde(borrow)]
    pub images: Vec<Image<'a>>,
}

/// One kernel of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelRecord<'a> {
    /// Mangled name of the device entry instance.
    pub symbol: &'a str,
    /// What a person calls it: the demangled name of the user's function.
    pub name: &'a str,
    /// Grid axes.
    pub dimensions: u32,
    /// Size of the kernarg block in bytes, header included.
    pub block_size: u32,
    /// Alignment of the kernarg block in bytes.
    pub block_align: u32,
    /// Bytes of work-group memory that the arguments' types ask for; what is sized at launch comes on top.
    pub group_bytes: u32,
    /// Whether the work-items of a group can wait for each other.
    pub cooperative: bool,
    /// The user's arguments.
    pub args: Vec<ArgRecord>,
}

/// One argument of a kernel. In bytes; the offset is from the start of the kernarg block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgRecord {
    /// Offset.
    pub offset: u32,
    /// Size.
    pub size: u32,
    /// Alignment.
    pub align: u32,
    /// Number of the core crate's `ArgKind`.
    pub kind: u32,
}

/// A kernel compiled ahead of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image<'a> {
    /// Mangled name of the device entry instance it was compiled from.
    pub kernel: &'a str,
    /// What it was compiled for: `sm_90`, `gfx90a`, `gfx90a:xnack-`.
    pub target: &'a str,
    /// Name of the kernel in the image.
    pub symbol: &'a str,
    /// The most work-items a work-group may have.
    pub max_group_size: u32,
    /// Bytes of work-group memory it declares.
    pub group_memory: u32,
    /// PTX text (NUL-terminated), an AMD code object, or whatever the target loads.
    pub code: &'a [u8],
}

/// Why bytes are not a container that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContainerError {
    /// They do not begin like one.
    #[error(
        "the embedded kernels are not in Geobacter's format: the section is damaged or was written by another tool"
    )]
    NotAContainer,
    /// Another version of the format.
    #[error(
        "the embedded kernels are in format {found}, and this runtime reads {FORMAT_VERSION}: build the program again \
         with the `cargo geobacter` of the same release as its `geobacter` dependency"
    )]
    Version {
        /// The version found.
        found: u32,
    },
    /// They end too early, or do not parse.
    #[error("the embedded kernels are cut short or damaged: build the program again")]
    Damaged,
}

/// SHA-256, as the caches use it.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl<'a> Container<'a> {
    /// The bytes of the section.
    pub fn to_bytes(&self) -> Vec<u8> {
        let payload = postcard::to_stdvec(self).expect("a container is plain data, which always serialises");
        let mut bytes = Vec::with_capacity(PREFIX_BYTES + payload.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes
    }

    /// Reads a container; borrows everything large from `bytes`, which may go on beyond its end.
    ///
    /// # Errors
    /// When `bytes` are of another format or version, cut short, or damaged.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ContainerError> {
        let prefix = bytes.get(..PREFIX_BYTES).ok_or(ContainerError::NotAContainer)?;
        let len = payload_len(prefix.try_into().expect("just cut to this length"))?;
        let payload = bytes[PREFIX_BYTES..].get(..len).ok_or(ContainerError::Damaged)?;
        postcard::from_bytes(payload).map_err(|_| ContainerError::Damaged)
    }

    /// Reads the container that begins at `start`, as the linker placed it in this process.
    ///
    /// # Safety
    /// `start` must be the address of [`SYMBOL`] in a linked image, mapped for as long as `'a`.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes).
    pub unsafe fn from_linked(start: *const u8) -> Result<Self, ContainerError> {
        // SAFETY: the symbol marks at least a prefix; the shim wrote all of it.
        let prefix = unsafe { &*start.cast::<[u8; PREFIX_BYTES]>() };
        let len = payload_len(prefix)?;
        // SAFETY: the shim wrote the payload right after the prefix, with this length.
        Self::from_bytes(unsafe { std::slice::from_raw_parts(start, PREFIX_BYTES + len) })
    }

    /// The kernel whose device entry is `symbol`.
    pub fn kernel(&self, symbol: &str) -> Option<&KernelRecord<'a>> {
        let at = self.kernels.binary_search_by(|k| k.symbol.cmp(symbol)).ok()?;
        Some(&self.kernels[at])
    }
}

fn payload_len(prefix: &[u8; PREFIX_BYTES]) -> Result<usize, ContainerError> {
    if prefix[..8] != MAGIC {
        return Err(ContainerError::NotAContainer);
    }
    let found = u32::from_le_bytes(prefix[8..12].try_into().expect("four bytes"));
    if found != FORMAT_VERSION {
        return Err(ContainerError::Version { found });
    }
    let len = u64::from_le_bytes(prefix[16..24].try_into().expect("eight bytes"));
    usize::try_from(len).ok().filter(|&l| l <= isize::MAX as usize - PREFIX_BYTES).ok_or(ContainerError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Container<'static> {
        Container {
            abi_version: 1,
            llvm_version: "22.1.2",
            llvm_path: "/lib/libLLVM.so",
            module_hash: hash(b"BC"),
            module: b"BC",
            kernels: vec![KernelRecord {
                symbol: "a",
                name: "user::a",
                dimensions: 1,
                block_size: 64,
                block_align: 8,
                group_bytes: 32,
                cooperative: true,
                args: vec![ArgRecord { offset: 56, size: 4, align: 4, kind: 0 }],
            }],
            images: vec![],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut bytes = sample().to_bytes();
        bytes.extend_from_slice(b"what the linker put after it");
        let read = Container::from_bytes(&bytes).unwrap();
        assert_eq!(read, sample());
        assert_eq!(read.kernel("a").unwrap().name, "user::a");
        assert_eq!(read.kernel("b"), None);
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = sample().to_bytes();
        for n in 0..bytes.len() {
            assert!(Container::from_bytes(&bytes[..n]).is_err(), "{n} of {} bytes parsed", bytes.len());
        }
    }

    #[test]
    fn another_version_is_named() {
        let mut bytes = sample().to_bytes();
        bytes[8] = 9;
        assert_eq!(Container::from_bytes(&bytes), Err(ContainerError::Version { found: 9 }));
    }
}
