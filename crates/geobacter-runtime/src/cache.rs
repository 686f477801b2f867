//! The cache on disk: device code by everything it depends on.
//!
//! A directory of files, one for each compiled kernel, named by the hash of its key. Files are written beside their name
//! and renamed, so processes that compile the same kernel at once do not disturb each other; each carries a hash of its
//! contents, so a damaged one is noticed, removed and made again. Nothing here is ever an error of the program: a cache
//! that cannot be used is reported once and compiled around.
//!
//! `GEOBACTER_CACHE_DIR` sets the directory, `GEOBACTER_CACHE=off` turns the cache off, and `GEOBACTER_CACHE_LIMIT` sets
//! how many bytes it keeps (default 256 MiB; what was used longest ago goes first).

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use geobacter_container::Container;
use geobacter_core::CodeBounds;
use geobacter_driver::compiler::{CodeRequest, DeviceCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Changes when the meaning of a file or a key does.
const FORMAT: &str = "geobacter-cache-2";
const DEFAULT_LIMIT: u64 = 256 << 20;
const HASH_BYTES: usize = 32;

/// Everything that device code depends on, hashed.
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn new(container: &Container<'_>, symbol: &str, request: &CodeRequest<'_>) -> Self {
        let mut hash = Sha256::new();
        let bound = request.max_group_size.to_string();
        let bounds = written(&request.bounds);
        let parts: [&[u8]; 10] = [
            FORMAT.as_bytes(),
            env!("CARGO_PKG_VERSION").as_bytes(),
            container.llvm_version.as_bytes(),
            &container.module_hash,
            symbol.as_bytes(),
            request.target.as_bytes(),
            request.driver_version.as_bytes(),
            bound.as_bytes(),
            bounds.as_bytes(),
            request.constants.as_bytes(),
        ];
        for part in parts {
            // With its length, so that no two lists of parts run together to the same bytes.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Key(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
    }
}

/// Each bound in its place; 0 stands for none, as no bound is 0.
fn written(bounds: &CodeBounds) -> String {
    let CodeBounds { min_subgroups, max_registers, group_size } = bounds;
    let number = |n: &Option<NonZeroU32>| n.map_or(0, NonZeroU32::get);
    format!("{} {} {:?}", number(min_subgroups), number(max_registers), group_size.unwrap_or_default())
}

#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    symbol: &'a str,
    group_memory: u32,
    #[serde(borrow)]
    code: &'a [u8],
}

/// The process's disk cache, as the environment sets it up.
pub(crate) fn disk() -> &'static Disk {
    static DISK: OnceLock<Disk> = OnceLock::new();
    DISK.get_or_init(|| Disk::from_environment(|name| std::env::var(name).ok().filter(|v| !v.is_empty())))
}

/// A disk cache; without a directory it is always empty.
pub(crate) struct Disk {
    dir: Option<PathBuf>,
    limit: u64,
}

impl Disk {
    fn from_environment(var: impl Fn(&str) -> Option<String>) -> Self {
        let off = var("GEOBACTER_CACHE").is_some_and(|v| matches!(v.as_str(), "off" | "0" | "no"));
        let dir = var("GEOBACTER_CACHE_DIR").map(PathBuf::from).or_else(|| {
            let base = var("XDG_CACHE_HOME").map(PathBuf::from);
            Some(base.or_else(|| Some(Path::new(&var("HOME")?).join(".cache")))?.join("geobacter"))
        });
        let limit = var("GEOBACTER_CACHE_LIMIT").and_then(|v| v.parse().ok()).unwrap_or(DEFAULT_LIMIT);
        Disk { dir: dir.filter(|_| !off), limit }
    }

    fn path(&self, key: &Key) -> Option<PathBuf> {
        Some(self.dir.as_ref()?.join(&key.0))
    }

    /// The code stored under `key`, if it is there and whole.
    pub(crate) fn load(&self, key: &Key) -> Option<DeviceCode> {
        let path = self.path(key)?;
        let bytes = fs::read(&path).ok()?;
        let code = decode(&bytes);
        match &code {
            // A new time of use; where the directory is read-only, none is needed.
            Some(_) => drop(fs::File::open(&path).and_then(|f| f.set_modified(SystemTime::now()))),
            None => {
                tracing::warn!("a damaged file in the kernel cache was removed, and its kernel is compiled again");
                drop(fs::remove_file(&path));
            }
        }
        code
    }

    /// Stores `code` under `key`, and makes room where the cache has grown beyond its limit.
    pub(crate) fn store(&self, key: &Key, code: &DeviceCode) {
        let (Some(dir), Some(path)) = (&self.dir, self.path(key)) else { return };
        if let Err(e) = write(dir, &path, &encode(code)).and_then(|()| self.trim(dir)) {
            static ONCE: std::sync::Once = std::sync::Once::new();
            ONCE.call_once(|| tracing::warn!("kernels are not cached on disk: {}: {e}", dir.display()));
        }
    }

    /// Removes what was used longest ago until the cache is within its limit.
    fn trim(&self, dir: &Path) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            // Another process may remove files while we look.
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_file() {
                files.push((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len(), entry.path()));
            }
        }
        let mut total = files.iter().map(|(_, len, _)| len).sum::<u64>();
        files.sort();
        for (_, len, path) in files {
            if total <= self.limit {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= len;
            }
        }
        Ok(())
    }
}

fn encode(code: &DeviceCode) -> Vec<u8> {
    let entry = Entry { symbol: &code.symbol, group_memory: code.group_memory, code: &code.code };
    let payload = postcard::to_stdvec(&entry).expect("plain data always serialises");
    let mut bytes = Sha256::digest(&payload).to_vec();
    bytes.extend_from_slice(&payload);
    bytes
}

fn decode(bytes: &[u8]) -> Option<DeviceCode> {
    let (hash, payload) = bytes.split_at_checked(HASH_BYTES)?;
    if Sha256::digest(payload)[..] != *hash {
        return None;
    }
    let entry: Entry<'_> = postcard::from_bytes(payload).ok()?;
    Some(DeviceCode { code: entry.code.to_vec(), symbol: entry.symbol.to_owned(), group_memory: entry.group_memory })
}

fn write(dir: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use geobacter_core::Constants;

    use super::*;

    fn code(n: usize) -> DeviceCode {
        DeviceCode { code: vec![7; n], symbol: "k".to_owned(), group_memory: 16 }
    }

    fn disk(dir: &Path, limit: u64) -> Disk {
        Disk { dir: Some(dir.to_owned()), limit }
    }

    fn key(name: &str) -> Key {
        Key(name.to_owned())
    }

    #[test]
    fn what_is_stored_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let disk = disk(dir.path(), 1 << 20);
        assert!(disk.load(&key("a")).is_none());
        disk.store(&key("a"), &code(10));
        let loaded = disk.load(&key("a")).unwrap();
        assert_eq!((loaded.code, loaded.symbol.as_str(), loaded.group_memory), (vec![7; 10], "k", 16));
    }

    #[test]
    fn code_for_other_bounds_has_another_key() {
        let container = Container {
            abi_version: 1,
            llvm_version: "22",
            llvm_path: "",
            module_hash: [0; 32],
            module: b"",
            kernels: vec![],
            images: vec![],
        };
        let key = |bounds| {
            let (symbol, target, driver_version) = (c"k", "gfx90a", "1");
            Key::new(
                &container,
                "k",
                &CodeRequest { symbol, target, driver_version, max_group_size: 64, bounds, constants: Constants::NONE },
            )
            .0
        };
        let n = NonZeroU32::new(64);
        let all = [
            CodeBounds::NONE,
            CodeBounds { min_subgroups: n, ..CodeBounds::NONE },
            CodeBounds { max_registers: n, ..CodeBounds::NONE },
            CodeBounds { group_size: Some([64, 1, 1]), ..CodeBounds::NONE },
            CodeBounds { group_size: Some([1, 64, 1]), ..CodeBounds::NONE },
        ];
        let keys: std::collections::HashSet<_> = all.map(key).into();
        assert_eq!(keys.len(), all.len());
        assert_eq!(key(CodeBounds::NONE), key(CodeBounds::NONE));
    }

    #[test]
    fn damaged_and_truncated_files_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let disk = disk(dir.path(), 1 << 20);
        disk.store(&key("a"), &code(100));
        let path = dir.path().join("a");
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[60] ^= 1;
        for bad in [&whole[..0], &whole[..20], &whole[..whole.len() - 1], &flipped[..]] {
            fs::write(&path, bad).unwrap();
            assert!(disk.load(&key("a")).is_none(), "{} bytes were taken for whole", bad.len());
            assert!(!path.exists(), "the damaged file is still there");
        }
    }

    #[test]
    fn the_cache_keeps_to_its_limit_and_drops_what_was_used_longest_ago() {
        let dir = tempfile::tempdir().unwrap();
        let disk = disk(dir.path(), 3500);
        for (i, name) in ["a", "b", "c"].iter().enumerate() {
            disk.store(&key(name), &code(1000));
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(i as u64);
            fs::File::open(dir.path().join(name)).unwrap().set_modified(time).unwrap();
        }
        assert!(disk.load(&key("a")).is_some(), "a use makes it young again");
        disk.store(&key("d"), &code(1000));
        let left = ["a", "b", "c", "d"].map(|name| dir.path().join(name).exists());
        assert_eq!(left, [true, false, true, true]);
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_no_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        // A file in the directory's place: refused for root, too.
        let disk = disk(file.path(), 1 << 20);
        disk.store(&key("a"), &code(10));
        assert!(disk.load(&key("a")).is_none());
    }

    #[test]
    fn the_environment_decides() {
        let env = |pairs: &'static [(&str, &str)]| {
            Disk::from_environment(move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(env(&[("HOME", "/h")]).dir, Some("/h/.cache/geobacter".into()));
        assert_eq!(env(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]).dir, Some("/x/geobacter".into()));
        assert_eq!(env(&[("GEOBACTER_CACHE_DIR", "/c"), ("GEOBACTER_CACHE_LIMIT", "5")]).limit, 5);
        assert_eq!(env(&[("GEOBACTER_CACHE_DIR", "/c"), ("GEOBACTER_CACHE", "off")]).dir, None);
        assert_eq!(env(&[]).dir, None);
    }

    #[test]
    fn processes_may_store_the_same_kernel_at_once() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let disk = disk(dir.path(), 1 << 20);
                    for _ in 0..50 {
                        disk.store(&key("a"), &code(5000));
                        assert_eq!(disk.load(&key("a")).unwrap().code.len(), 5000);
                    }
                });
            }
        });
    }
}
