//! That the book is whole: every chapter is listed, tested and reachable, and what the compiler says in it is what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The book's sources.
fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book/src")
}

/// The compile-fail tests, whose programs and messages the book shows.
fn compile_fail_tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../geobacter/tests/ui")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

/// File names of the chapters that there are.
fn chapters() -> BTreeSet<String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files(&source(), "md").iter().map(name).filter(|name| name != "SUMMARY.md").collect()
}

/// A fenced block: the words behind its fence, and its lines.
struct Block {
    place: String,
    tags: String,
    lines: Vec<String>,
}

fn blocks(chapter: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for (number, line) in read(&source().join(chapter)).lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(tags), None) => {
                let place = format!("{chapter}:{}", number + 1);
                open = Some(Block { place, tags: tags.to_owned(), lines: Vec::new() });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{chapter}: a block does not end");
    blocks
}

fn all_blocks() -> Vec<Block> {
    chapters().iter().flat_map(|chapter| blocks(chapter)).collect()
}

/// Targets of a text's links and pictures.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

#[test]
fn the_table_of_contents_lists_every_chapter() {
    let summary = read(&source().join("SUMMARY.md"));
    let listed: BTreeSet<String> = links(&summary).into_iter().map(str::to_owned).collect();
    assert_eq!(listed, chapters());
}

#[test]
fn every_chapter_is_a_module_of_doctests() {
    let library = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"));
    let missing: Vec<_> = chapters().into_iter().filter(|file| !library.contains(&format!("\"{file}\""))).collect();
    assert_eq!(missing, Vec::<String>::new(), "add them to `chapters!` in src/lib.rs");
}

#[test]
fn links_between_chapters_lead_somewhere() {
    for chapter in chapters() {
        for target in links(&read(&source().join(&chapter))) {
            let file = target.split('#').next().unwrap();
            let found = target.starts_with("https://") || source().join(file).exists();
            assert!(found, "{chapter} links to {target}, which is not there");
        }
    }
}

/// What has no tag would be taken for Rust; what is ignored, or only compiled, would not be tried.
#[test]
fn every_block_says_what_it_is_and_rust_is_tried() {
    const LANGUAGES: [&str; 6] = ["rust", "text", "sh", "toml", "c", "cpp"];
    for Block { place, tags, .. } in all_blocks() {
        let known = LANGUAGES.contains(&tags.as_str()) || tags.starts_with("rust,compile_fail,E");
        assert!(known, "{place}: `{tags}` is none of {LANGUAGES:?}");
    }
}

/// Lines without what only the layout of one or the other has.
fn code(lines: impl Iterator<Item = String>) -> Vec<String> {
    let shown = |line: String| line.trim().trim_start_matches("# ").trim().to_owned();
    lines.filter(|line| !line.starts_with("//!")).map(shown).filter(|line| !line.is_empty()).collect()
}

/// On stable, rustdoc does not look which error stops a program. The compile-fail tests do.
#[test]
fn programs_that_must_not_compile_are_compile_fail_tests() {
    let read_code = |path: &PathBuf| code(read(path).lines().map(str::to_owned));
    let cases: Vec<_> = files(&compile_fail_tests(), "rs").iter().map(read_code).collect();
    let mut shown = 0;
    for block in all_blocks().into_iter().filter(|block| block.tags.contains("compile_fail")) {
        shown += 1;
        let is_case = cases.contains(&code(block.lines.into_iter()));
        assert!(is_case, "{}: no program of crates/geobacter/tests/ui is this one", block.place);
    }
    assert!(shown > 0);
}

/// Every line that the book quotes from a message is in the expected output of one and the same compile-fail test.
#[test]
fn quoted_compile_errors_are_the_expected_ones() {
    let expected: Vec<_> = files(&compile_fail_tests(), "stderr").iter().map(|path| read(path)).collect();
    let mut quoted = 0;
    for block in all_blocks().into_iter().filter(|b| b.tags == "text" && b.lines[0].starts_with("error[")) {
        quoted += 1;
        let says_all = |text: &String| block.lines.iter().all(|line| text.contains(line.trim()));
        assert!(expected.iter().any(says_all), "{}: no expected output has all of these lines", block.place);
    }
    assert!(quoted > 0);
}
