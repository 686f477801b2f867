//! The panic sites of a kernel: what its code names by a number, so that it need not carry the text.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// The section of a code object that has them. It is not loaded into the device. In code that is text, comments of this name.
pub const SITES_SECTION: &str = ".geobacter.panics";

/// What a comment begins with, before the section's name.
const COMMENT: &str = "// ";
/// Bytes on a line of comments.
const LINE: usize = 64;

/// A place at which a kernel may panic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PanicSite<'a> {
    /// The message; `{}` stands for numbers that the work-item writes.
    pub message: &'a str,
    /// The source file; empty where it is not known.
    pub file: &'a str,
    /// Line in it, from 1.
    pub line: u32,
    /// Column in it, from 1.
    pub column: u32,
}

impl<'a> PanicSite<'a> {
    /// The bytes of the section.
    pub fn list_to_bytes(sites: &[PanicSite<'_>]) -> Vec<u8> {
        postcard::to_stdvec(sites).expect("plain data always serialises")
    }

    /// Reads the section. `None` where it is damaged.
    pub fn list_from_bytes(bytes: &'a [u8]) -> Option<Vec<Self>> {
        postcard::from_bytes(bytes).ok()
    }

    /// The bytes of the section as comments, a line or more of hexadecimal digits, for code that is text.
    pub fn list_to_comments(bytes: &[u8]) -> String {
        let mut text = String::new();
        for line in bytes.chunks(LINE) {
            let _ = write!(text, "{COMMENT}{SITES_SECTION} ");
            for byte in line {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        text
    }

    /// The bytes of the section from code that is text. `None` where it has none, or what it has is damaged.
    pub fn list_in_comments(text: &str) -> Option<Vec<u8>> {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(COMMENT)?.strip_prefix(SITES_SECTION));
        let digits: String = lines.map(str::trim).collect();
        let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        bytes.filter(|bytes| !bytes.is_empty())
    }

    /// The message with its numbers.
    pub fn text(&self, numbers: &[u64]) -> String {
        let mut numbers = numbers.iter();
        let mut parts = self.message.split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match numbers.next() {
                Some(number) => drop(write!(text, "{number}{part}")),
                None => drop(write!(text, "{{}}{part}")),
            }
        }
        text
    }

    /// `file:line:column`, where known.
    pub fn location(&self) -> Option<String> {
        (!self.file.is_empty()).then(|| format!("{}:{}:{}", self.file, self.line, self.column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: PanicSite<'_> =
        PanicSite { message: "the len is {} but the index is {}", file: "src/main.rs", line: 7, column: 9 };

    #[test]
    fn numbers_go_where_they_belong() {
        assert_eq!(SITE.text(&[3, u64::MAX, 0]), "the len is 3 but the index is 18446744073709551615");
        assert_eq!(PanicSite { message: "{}", ..SITE }.text(&[]), "{}", "of no number there is nothing to say");
        assert_eq!(PanicSite { message: "plain", ..SITE }.text(&[1]), "plain");
    }

    #[test]
    fn places_are_told_where_known() {
        assert_eq!(SITE.location().as_deref(), Some("src/main.rs:7:9"));
        assert_eq!(PanicSite { file: "", ..SITE }.location(), None);
    }

    #[test]
    fn lists_are_read_back_and_damaged_ones_are_not() {
        let sites = [SITE, PanicSite { message: "", ..SITE }];
        let bytes = PanicSite::list_to_bytes(&sites);
        assert_eq!(PanicSite::list_from_bytes(&bytes).as_deref(), Some(&sites[..]));
        assert_eq!(PanicSite::list_from_bytes(&bytes[..bytes.len() - 1]), None);
    }

    #[test]
    fn lists_are_read_back_from_text() {
        let bytes = PanicSite::list_to_bytes(&vec![PanicSite { message: "ß \n // {}", ..SITE }; 9]);
        let comments = PanicSite::list_to_comments(&bytes);
        let text = format!(".version 7.8\n{comments}\n// something else\nret;\n");
        assert!(text.is_ascii());
        assert_eq!(PanicSite::list_in_comments(&text), Some(bytes));
        assert_eq!(PanicSite::list_in_comments(".version 7.8\n// a comment\nret;"), None);
        assert_eq!(PanicSite::list_in_comments(&text.replace(SITES_SECTION, ".geobacter.panics x")), None);
    }
}
