//! Geobacter's settings in a cargo configuration file: what they are, and merging them into what is there.

use anyhow::{Context, Result, bail};
use toml_edit::{Array, DocumentMut, Item, Table, Value};

use crate::project::INNER_LINKER;
use crate::wrapper::INNER_WRAPPER;
use crate::{WRAPPER, flags};

/// Which tables of cargo's configuration are in force for this project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// The triple whose `target.<triple>.rustflags` hide `build.rustflags`, where there are such.
    pub(crate) rustflags_target: Option<String>,
    /// The same for `rustdocflags`.
    pub(crate) rustdocflags_target: Option<String>,
    /// A workspace wrapper that is configured, and is not ours.
    pub(crate) wrapper: Option<String>,
    /// A linker that is configured, and is not ours.
    pub(crate) linker: Option<String>,
}

/// The text of a configuration file with Geobacter's settings merged in, and what was changed, line by line. Everything
/// else stays as it is, comments included.
pub(crate) fn merge(text: &str, places: &Places) -> Result<(String, Vec<String>)> {
    let mut document: DocumentMut = text.parse().context("it is not valid TOML")?;
    let mut changes = Vec::new();
    let tables = [
        ("rustflags", &places.rustflags_target, flags::rustflags()),
        ("rustdocflags", &places.rustdocflags_target, flags::rustdocflags()),
    ];
    for (key, target, flags) in tables {
        let (path, name) = match target {
            Some(triple) => (vec!["target", triple.as_str()], format!("target.{triple}.{key}")),
            None => (vec!["build"], format!("build.{key}")),
        };
        add_flags(table(&mut document, &path)?, key, &name, &flags, &mut changes)?;
    }
    set(table(&mut document, &["build"])?, "rustc-workspace-wrapper", "build", WRAPPER, &mut changes);
    if let Some(linker) = &places.linker {
        set(table(&mut document, &["env"])?, INNER_LINKER, "env", linker, &mut changes);
    }
    if let Some(wrapper) = &places.wrapper {
        set(table(&mut document, &["env"])?, INNER_WRAPPER, "env", wrapper, &mut changes);
    }
    Ok((document.to_string(), changes))
}

/// The table at `path`, made where there is none.
fn table<'d>(document: &'d mut DocumentMut, path: &[&str]) -> Result<&'d mut dyn toml_edit::TableLike> {
    let (last, parents) = path.split_last().expect("a path has a last part");
    let mut table: &mut Table = document.as_table_mut();
    for &part in parents {
        let new = || {
            let mut parent = Table::new();
            parent.set_implicit(true);
            Item::Table(parent)
        };
        let Item::Table(next) = table.entry(part).or_insert_with(new) else {
            bail!("`{part}` is not written as a table: write it as `[{}]`", path.join("."));
        };
        table = next;
    }
    let item = table.entry(last).or_insert_with(toml_edit::table);
    item.as_table_like_mut().with_context(|| format!("`{}` is not a table", path.join(".")))
}

fn set(table: &mut dyn toml_edit::TableLike, key: &str, of: &str, value: &str, changes: &mut Vec<String>) {
    if table.get(key).and_then(Item::as_str) == Some(value) {
        return;
    }
    let was = table.get(key).and_then(Item::as_str).map(|old| format!(" (was {old:?})")).unwrap_or_default();
    table.insert(key, toml_edit::value(value));
    changes.push(format!("{of}.{key} = {value:?}{was}"));
}

/// Adds those of `flags` that are missing, in the form that the user has chosen: a list, or one string.
fn add_flags(
    table: &mut dyn toml_edit::TableLike,
    key: &str,
    name: &str,
    flags: &[String],
    changes: &mut Vec<String>,
) -> Result<()> {
    let present = present_flags(table.get(key)).with_context(|| format!("`{name}` is neither a list nor a string"))?;
    let missing: Vec<&String> = flags.iter().filter(|f| !flags::contains(&present, f)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    match table.get_mut(key) {
        None => {
            let mut list = Array::new();
            missing.iter().for_each(|f| list.push(f.as_str()));
            lay_out(&mut list);
            table.insert(key, toml_edit::value(list));
        }
        Some(Item::Value(Value::String(_))) => {
            let all: Vec<&str> = present.iter().chain(missing.iter().copied()).map(String::as_str).collect();
            table.insert(key, toml_edit::value(all.join(" ")));
        }
        Some(item) => {
            let list = item.as_array_mut().expect("what is no string was read as a list");
            let one_line = !list.to_string().contains('\n');
            missing.iter().for_each(|f| list.push(f.as_str()));
            if one_line {
                lay_out(list);
            } else {
                indent_new(list, missing.len());
            }
        }
    }
    changes.extend(missing.iter().map(|f| format!("{name} += {f:?}")));
    Ok(())
}

fn present_flags(item: Option<&Item>) -> Option<Vec<String>> {
    match item {
        None => Some(Vec::new()),
        Some(Item::Value(Value::String(text))) => Some(text.value().split_whitespace().map(str::to_owned).collect()),
        Some(item) => item.as_array()?.iter().map(|f| f.as_str().map(str::to_owned)).collect(),
    }
}

/// One flag on each line.
fn lay_out(list: &mut Array) {
    for value in list.iter_mut() {
        value.decor_mut().set_prefix("\n    ");
        value.decor_mut().set_suffix("");
    }
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

/// Puts the last `count` flags of a list that has lines already on lines of their own, and leaves the rest alone.
fn indent_new(list: &mut Array, count: usize) {
    let first_new = list.len() - count;
    // A comment behind the last of the user's flags belongs to the end of the list, after its comma.
    let trailing = list.trailing().as_str().unwrap_or_default().trim_end().to_owned();
    for (n, value) in list.iter_mut().enumerate().skip(first_new) {
        let prefix = if n == first_new { format!("{trailing}\n    ") } else { "\n    ".to_owned() };
        value.decor_mut().set_prefix(prefix);
    }
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(text: &str, places: &Places) -> String {
        let (once, changes) = merge(text, places).unwrap();
        assert!(!changes.is_empty());
        let (twice, changes) = merge(&once, places).unwrap();
        assert_eq!((twice.as_str(), changes), (once.as_str(), vec![]), "the second time must change nothing");
        once
    }

    #[test]
    fn an_empty_file_gets_everything() {
        let text = merged("", &Places::default());
        let document: DocumentMut = text.parse().unwrap();
        let build = &document["build"];
        assert_eq!(build["rustc-workspace-wrapper"].as_str(), Some(WRAPPER));
        let list = |key: &str| build[key].as_array().unwrap().iter().map(|f| f.as_str().unwrap().to_owned()).collect();
        let (flags, doc_flags): (Vec<String>, Vec<String>) = (list("rustflags"), list("rustdocflags"));
        assert_eq!(flags, flags::rustflags());
        assert_eq!(doc_flags, flags::rustdocflags());
    }

    #[test]
    fn the_users_content_and_comments_stay() {
        let text = "\
# ours, do not touch
[build]
rustflags = [
    \"-Ctarget-cpu=native\", # fast
    # \"-Cdebuginfo=2\",
]
jobs = 3 # small machine

[alias]
x = \"run\"
";
        let text = merged(text, &Places::default());
        for kept in
            ["# ours, do not touch", "\"-Ctarget-cpu=native\", # fast", "    # \"-Cdebuginfo=2\",", "jobs = 3 # small"]
        {
            assert!(text.contains(kept), "{kept:?} is gone from\n{text}");
        }
        assert!(text.contains("[alias]\nx = \"run\""));
    }

    #[test]
    fn flags_in_one_string_stay_one_string() {
        let text = merged("[build]\nrustflags = \"-C embed-bitcode=yes -C target-cpu=native\"\n", &Places::default());
        let document: DocumentMut = text.parse().unwrap();
        let flags = document["build"]["rustflags"].as_str().unwrap();
        assert!(flags.starts_with("-C embed-bitcode=yes -C target-cpu=native -Csymbol"), "{flags}");
    }

    #[test]
    fn flags_of_a_target_are_where_ours_must_go() {
        let places = Places {
            rustflags_target: Some("x86_64-unknown-linux-gnu".into()),
            linker: Some("clang".into()),
            ..Places::default()
        };
        let text = merged("[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-Cdebuginfo=1\"]\n", &places);
        let document: DocumentMut = text.parse().unwrap();
        let flags = document["target"]["x86_64-unknown-linux-gnu"]["rustflags"].as_array().unwrap();
        assert!(flags.iter().any(|f| f.as_str() == Some("-Clinker=geobacter-cc")));
        assert_eq!(document["env"][INNER_LINKER].as_str(), Some("clang"));
        assert!(document["build"].get("rustflags").is_none());
    }
}
