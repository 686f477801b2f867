//! What the environment asks of the emulated machine.

use std::env;
use std::path::PathBuf;

use geobacter_emulator::Options;

use crate::topology::{self, MOST_GPUS, Model};

/// The processors to emulate, one for each GPU, separated by commas.
const PROCESSOR: &str = "GEOBACTER_EMULATE";
/// Bytes of memory of each GPU, with `K`, `M` or `G`.
const MEMORY: &str = "GEOBACTER_EMULATOR_MEMORY";
/// Threads that run work-groups.
const THREADS: &str = "GEOBACTER_EMULATOR_THREADS";
/// Checks beyond the hardware's, separated by commas.
const CHECKS: &str = "GEOBACTER_EMULATOR_CHECKS";
/// What a memory fault stops: `queue`, where nothing is said, or `device`.
const FAULTS: &str = "GEOBACTER_EMULATOR_FAULTS";
/// Set to `1`, says at exit what was executed.
const STATISTICS: &str = "GEOBACTER_EMULATOR_STATISTICS";
/// A file for reports; standard error where it is not set.
const LOG: &str = "GEOBACTER_EMULATOR_LOG";

/// Device memory where nothing is said. It is address space, not memory, until it is written.
const DEFAULT_MEMORY: u64 = 4 << 30;
/// Less is too little for what AMD's runtime allocates for itself.
const LEAST_MEMORY: u64 = 16 << 20;

/// The emulated machine's settings.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// One for each GPU.
    pub(crate) gpus: Vec<&'static Model>,
    pub(crate) memory: u64,
    pub(crate) options: Options,
    /// Whether a memory fault stops all queues of its GPU for good, as a card's driver does.
    pub(crate) faults_stop_device: bool,
    pub(crate) statistics: bool,
    pub(crate) log: Option<PathBuf>,
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}={value}: {problem}")]
pub(crate) struct BadSetting {
    variable: &'static str,
    value: String,
    problem: String,
}

impl Config {
    pub(crate) fn from_environment() -> Result<Config, BadSetting> {
        Config::read(|name| env::var(name).ok().filter(|v| !v.is_empty()))
    }

    fn read(get: impl Fn(&str) -> Option<String>) -> Result<Config, BadSetting> {
        let setting = |variable: &'static str| get(variable).map(|value| (variable, value));
        let gpus = match setting(PROCESSOR) {
            None => vec![topology::default_model()],
            Some((variable, value)) => processors(variable, value)?,
        };
        let memory = match setting(MEMORY) {
            None => DEFAULT_MEMORY,
            Some(s) => parsed(s, "write a size of at least 16M, such as `512M` or `4G`", |v| {
                bytes(v).filter(|b| *b >= LEAST_MEMORY)
            })?,
        };
        let mut options = Options::default();
        if let Some(s) = setting(THREADS) {
            options.threads = parsed(s, "write a number of threads, 0 for one each core", |v| v.parse().ok())?;
        }
        if let Some(s) = setting(CHECKS) {
            (options.uninitialised, options.strict_barriers) =
                parsed(s, "write `uninitialised`, `barriers`, or both with a comma", checks)?;
        }
        let faults_stop_device = match setting(FAULTS) {
            None => false,
            Some(s) => {
                parsed(s, "write `queue` or `device`", |v| ["queue", "device"].contains(&v).then_some(v == "device"))?
            }
        };
        let statistics = match setting(STATISTICS) {
            None => false,
            Some(s) => parsed(s, "write `1` or `0`", |v| ["0", "1"].contains(&v).then_some(v == "1"))?,
        };
        Ok(Config { gpus, memory, options, faults_stop_device, statistics, log: get(LOG).map(PathBuf::from) })
    }
}

fn parsed<T>(
    (variable, value): (&'static str, String),
    problem: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, BadSetting> {
    parse(value.trim()).ok_or_else(|| BadSetting { variable, problem: problem.into(), value })
}

/// `gfx90a`, or `gfx90a,gfx1100` for two GPUs.
fn processors(variable: &'static str, value: String) -> Result<Vec<&'static Model>, BadSetting> {
    let models: Option<Vec<_>> = value.split(',').map(|name| topology::model(name.trim())).collect();
    let problem = match models {
        Some(models) if models.len() <= MOST_GPUS => return Ok(models),
        Some(models) => format!("a machine has at most {MOST_GPUS} GPUs, and these are {}", models.len()),
        None => format!("there is no such emulated processor; there are {}", topology::names(", ")),
    };
    Err(BadSetting { variable, value, problem })
}

/// `64`, `512K`, `512M`, `4G`.
fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = match text.chars().last()?.to_ascii_uppercase() {
        'K' => (&text[..text.len() - 1], 1 << 10),
        'M' => (&text[..text.len() - 1], 1 << 20),
        'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1u64),
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// Uninitialised work-group memory, and strict barriers.
fn checks(text: &str) -> Option<(bool, bool)> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).try_fold(
        (false, false),
        |(memory, barriers), name| match name {
            "uninitialised" => Some((true, barriers)),
            "barriers" => Some((memory, true)),
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variable: &'static str, value: &'static str) -> Result<Config, BadSetting> {
        Config::read(move |name| (name == variable).then(|| value.to_owned()))
    }

    #[test]
    fn nothing_set_is_a_gfx90a_with_four_gibibytes() {
        let config = Config::read(|_| None).unwrap();
        assert_eq!(names(&config), ["gfx90a"]);
        assert_eq!(config.memory, 4_294_967_296);
        assert_eq!(config.options, Options::default());
    }

    fn names(config: &Config) -> Vec<&'static str> {
        config.gpus.iter().map(|model| model.name).collect()
    }

    #[test]
    fn each_processor_of_a_list_is_a_gpu() {
        assert_eq!(names(&with(PROCESSOR, "gfx1100").unwrap()), ["gfx1100"]);
        assert_eq!(names(&with(PROCESSOR, "gfx90a, gfx1100").unwrap()), ["gfx90a", "gfx1100"]);
        let error = with(PROCESSOR, "gfx90a,").unwrap_err().to_string();
        assert!(error.contains("there is no such emulated processor"), "{error}");
        let error = with(PROCESSOR, "gfx90a,".repeat(8).leak()).unwrap_err().to_string();
        assert!(error.contains("there is no such emulated processor"), "{error}");
        let nine = ["gfx90a"; 9].join(",");
        let error = with(PROCESSOR, nine.leak()).unwrap_err().to_string();
        assert!(error.contains("at most 8 GPUs"), "{error}");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(with(MEMORY, "512M").unwrap().memory, 536_870_912);
        assert_eq!(with(MEMORY, "2g").unwrap().memory, 2_147_483_648);
        assert_eq!(with(MEMORY, "33554432").unwrap().memory, 33_554_432);
    }

    #[test]
    fn what_cannot_be_used_is_named_with_what_could() {
        let error = with(PROCESSOR, "gfx1").unwrap_err().to_string();
        assert!(error.starts_with("GEOBACTER_EMULATE=gfx1: "), "{error}");
        assert!(error.contains("gfx90a"), "{error}");
        for (variable, value) in [
            (MEMORY, "1"),
            (MEMORY, "lots"),
            (MEMORY, "99999999999G"),
            (THREADS, "-1"),
            (CHECKS, "all"),
            (STATISTICS, "y"),
            (FAULTS, "all"),
        ] {
            let error = with(variable, value).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{variable}={value}: write ")), "{error}");
        }
    }

    #[test]
    fn a_fault_stops_its_queue_or_the_device() {
        assert!(!Config::read(|_| None).unwrap().faults_stop_device);
        assert!(!with(FAULTS, "queue").unwrap().faults_stop_device);
        assert!(with(FAULTS, "device").unwrap().faults_stop_device);
    }

    #[test]
    fn checks_are_a_list() {
        let options = with(CHECKS, "barriers, uninitialised").unwrap().options;
        assert!(options.strict_barriers && options.uninitialised);
        assert!(!with(CHECKS, "barriers").unwrap().options.uninitialised);
    }
}
