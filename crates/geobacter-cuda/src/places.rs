//! Where in the user's source a line of PTX comes from.
//!
//! The driver's assembler names lines of the PTX that it was given. Those of `ptx!` have their place in the source behind
//! them, as a comment.

use geobacter_core::abi::ASSEMBLY_MARK;

/// The log with the places of the lines that it names.
pub(crate) fn named(log: String, code: &[u8]) -> String {
    let Ok(ptx) = std::str::from_utf8(code) else { return log };
    let lines: Vec<&str> = ptx.lines().collect();
    let mut places: Vec<&str> = Vec::new();
    for (_, rest) in log.match_indices("line ").map(|(at, word)| log.split_at(at + word.len())) {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let line = rest[..digits].parse::<usize>().ok().and_then(|number| lines.get(number.checked_sub(1)?));
        let place = line.and_then(|line| line.split_once(ASSEMBLY_MARK)).map(|(_, place)| place.trim());
        places.extend(place.filter(|place| !places.contains(place)));
    }
    places.iter().fold(log.clone(), |log, place| format!("{log}\nwhich is `ptx!` at {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_users_assembly_are_named() {
        let ptx = format!(".version 7.8\nfrob %r1; // {ASSEMBLY_MARK}src/main.rs:7:9\nret;\n\0");
        let log =
            "ptxas application ptx input, line 2; error   : Not a name of any known instruction: 'frob'".to_owned();
        assert_eq!(named(log.clone(), ptx.as_bytes()), format!("{log}\nwhich is `ptx!` at src/main.rs:7:9"));
        let twice = format!("{log}\n{log}");
        assert_eq!(named(twice, ptx.as_bytes()).matches("which is").count(), 1);
    }

    #[test]
    fn other_logs_stay_as_they_are() {
        for log in ["", "line 1; error", "line 99", "line x", "online 3 line", "line 2"] {
            assert_eq!(named(log.to_owned(), b".version 7.8\nret;\n\0"), log);
        }
        assert_eq!(named("line 1".to_owned(), &[0x7f, 0xff]), "line 1");
    }
}
