//! `--fix N=VALUE`: arguments that the inspected code takes for constants, as a launch with such values would have it.

use std::str::FromStr;

use anyhow::{Result, anyhow, bail};
use geobacter_codegen::Constants;
use geobacter_container::{ArgRecord, KernelRecord};

/// Kinds of arguments, by the numbers of `ArgKind` in the core crate: those with a length, and those with a value.
const SLICES: [u32; 4] = [1, 2, 3, 8];
const VALUES: [u32; 2] = [0, 10];
/// Where in a slice its length is, in bytes (`SliceArg`).
const LENGTH: usize = 8;

/// One argument, by its number, and what to take it for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fix {
    argument: usize,
    value: Number,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl FromStr for Fix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not like `2=64`: the number of an argument, and its value or length");
        let (argument, value) = text.split_once('=').ok_or_else(wrong)?;
        let argument = argument.trim().parse().map_err(|_| wrong())?;
        let value = value.trim();
        let integer = value.parse::<i128>().ok().or(match value {
            "true" => Some(1),
            "false" => Some(0),
            _ => None,
        });
        let value = match integer {
            Some(integer) => Number::Integer(integer),
            None => Number::Float(value.parse().map_err(|_| wrong())?),
        };
        Ok(Fix { argument, value })
    }
}

/// The constants of `kernel`, as [`Constants`] has them.
pub(super) fn constants(fixes: &[Fix], kernel: &KernelRecord<'_>) -> Result<Vec<u8>> {
    let mut encoded = Vec::new();
    for fix in fixes {
        let argument = kernel
            .args
            .get(fix.argument)
            .ok_or_else(|| anyhow!("`{}` has no argument {}: they count from 0", kernel.name, fix.argument))?;
        let (offset, bytes) = place(fix, argument).ok_or_else(|| {
            anyhow!(
                "argument {} of `{}` cannot be fixed here: a number of up to 16 bytes takes a value that fits it, and a \
                 slice its length",
                fix.argument,
                kernel.name
            )
        })?;
        if encoded.len() > usize::from(u16::MAX) {
            bail!("too many arguments are fixed");
        }
        Constants::append(&mut encoded, offset, &bytes);
    }
    Ok(encoded)
}

fn place(fix: &Fix, argument: &ArgRecord) -> Option<(usize, Vec<u8>)> {
    let (offset, size) = (argument.offset as usize, argument.size as usize);
    if SLICES.contains(&argument.kind) {
        let Number::Integer(len) = fix.value else { return None };
        return Some((offset + LENGTH, u64::try_from(len).ok()?.to_le_bytes().to_vec()));
    }
    let bytes = match (fix.value, size) {
        _ if !VALUES.contains(&argument.kind) => return None,
        (Number::Integer(n), 1 | 2 | 4 | 8 | 16) => {
            let bits = 8 * size as u32;
            // Of either sign: -1 and 255 are both a byte.
            let fits = size == 16 || (-(1i128 << (bits - 1))..1i128 << bits).contains(&n);
            fits.then(|| n.to_le_bytes()[..size].to_vec())?
        }
        (Number::Float(x), 4) => (x as f32).to_le_bytes().to_vec(),
        (Number::Float(x), 8) => x.to_le_bytes().to_vec(),
        _ => return None,
    };
    Some((offset, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(kind: u32, size: u32) -> ArgRecord {
        ArgRecord { offset: 56, size, align: 8, kind }
    }

    fn fixed(text: &str, argument: ArgRecord) -> Option<(usize, Vec<u8>)> {
        place(&text.parse().unwrap(), &argument)
    }

    #[test]
    fn values_take_the_argument_s_size() {
        assert_eq!(fixed("0=258", at(10, 4)), Some((56, vec![2, 1, 0, 0])));
        assert_eq!(fixed("0=-1", at(0, 2)), Some((56, vec![255, 255])));
        assert_eq!(fixed("0=true", at(0, 1)), Some((56, vec![1])));
        assert_eq!(fixed("0=1.5", at(0, 4)), Some((56, 1.5f32.to_le_bytes().to_vec())));
        assert_eq!(fixed("0=1.5", at(0, 8)), Some((56, 1.5f64.to_le_bytes().to_vec())));
    }

    #[test]
    fn slices_take_their_length() {
        assert_eq!(fixed("0=1000", at(1, 16)), Some((64, 1000u64.to_le_bytes().to_vec())));
        assert_eq!(fixed("0=-1", at(1, 16)), None);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(fixed("0=256", at(0, 1)), None);
        assert_eq!(fixed("0=1.5", at(0, 2)), None);
        assert_eq!(fixed("0=1", at(4, 8)), None, "a struct");
        for text in ["", "1", "a=1", "1=", "1=x"] {
            assert!(text.parse::<Fix>().is_err(), "{text}");
        }
    }
}
