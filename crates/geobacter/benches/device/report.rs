//! The table of results: printed, written as Markdown and as JSON, and set beside another program's.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use geobacter::prelude::*;
use serde_json::json;

use crate::measure::Samples;

/// Digits after the point of a value, so that about four are significant.
const SIGNIFICANT: f64 = 4.0;

pub(crate) struct Report {
    machine: Vec<(&'static str, String)>,
    kind: String,
    rows: Vec<Row>,
    reference: HashMap<String, f64>,
    filter: Option<String>,
    pub(crate) quick: bool,
}

struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    samples: usize,
    spread: f64,
    note: String,
}

impl Report {
    pub(crate) fn new(device: &Device, quick: bool, filter: Option<&str>) -> Self {
        let info = device.info();
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        let machine = vec![
            ("device", format!("{} ({})", info.name, info.target)),
            ("driver", info.driver_version.clone()),
            ("host processors", cpus.to_string()),
            ("compiler", compiler()),
            ("geobacter", env!("CARGO_PKG_VERSION").to_owned()),
            ("sizes", if quick { "quick: not for comparison" } else { "full" }.to_owned()),
        ];
        Report {
            machine,
            kind: info.id.split(':').next().unwrap_or("device").to_owned(),
            rows: Vec::new(),
            reference: HashMap::new(),
            filter: filter.map(str::to_owned),
            quick,
        }
    }

    /// Reads another program's results: lines of name, value and unit.
    pub(crate) fn compare_with(&mut self, path: &Path) -> Result<(), Box<dyn Error>> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in text.lines().filter(|line| !line.is_empty()) {
            let mut fields = line.split('\t');
            let (name, value) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            let value = value.parse().map_err(|_| format!("{}: no value in `{line}`", path.display()))?;
            self.reference.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// Sets the measurement of this name beside one that was made here, too.
    pub(crate) fn refer(&mut self, name: &str, value: f64) {
        self.reference.insert(name.to_owned(), value);
    }

    /// Whether the measurement of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let wanted = self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()));
        if wanted {
            eprintln!("measuring {name} ...");
        }
        wanted
    }

    /// A rate: `amount` (in `unit` times seconds) done in each sample.
    pub(crate) fn rate(&mut self, name: &str, samples: &Samples, amount: f64, unit: &'static str, note: String) {
        self.add(name, samples, amount / samples.median().as_secs_f64(), unit, note);
    }

    /// A time in microseconds.
    pub(crate) fn time(&mut self, name: &str, samples: &Samples, note: String) {
        self.add(name, samples, samples.median().as_secs_f64() * 1e6, "µs", note);
    }

    fn add(&mut self, name: &str, samples: &Samples, value: f64, unit: &'static str, note: String) {
        let (count, spread) = (samples.count(), samples.spread());
        self.rows.push(Row { name: name.to_owned(), value, unit, samples: count, spread, note });
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        for (what, value) in &self.machine {
            let _ = writeln!(text, "- {what}: {value}");
        }
        text += "\n| what | median | unit | samples | middle half within |";
        let compared = !self.reference.is_empty();
        text += if compared { " reference | ratio |" } else { "" };
        text += " note |\n|---|---:|---|---:|---:|";
        text += if compared { "---:|---:|" } else { "" };
        text += "---|\n";
        for row in &self.rows {
            let Row { name, unit, samples, .. } = row;
            let _ = write!(text, "| {name} | {} | {unit} | {samples} | ", number(row.value));
            let _ = write!(text, "{:.1}% |", row.spread * 100.0);
            if compared {
                let _ = match self.reference.get(name) {
                    Some(&other) => write!(text, " {} | {:.3} |", number(other), row.value / other),
                    None => write!(text, " | |"),
                };
            }
            let _ = writeln!(text, " {} |", row.note);
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        let results = self.rows.iter().map(|row| {
            json!({
                "name": row.name,
                "median": row.value,
                "unit": row.unit,
                "samples": row.samples,
                "middle_half_relative": row.spread,
                "reference": self.reference.get(&row.name),
                "note": row.note,
            })
        });
        let machine: serde_json::Map<_, _> =
            self.machine.iter().map(|(what, value)| ((*what).to_owned(), json!(value))).collect();
        json!({ "machine": machine, "results": results.collect::<Vec<_>>() })
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(folder)?;
        let write = |ending: &str, text: String| {
            let path = folder.join(format!("device-{}.{ending}", self.kind));
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let title = format!("# Measured on {}\n\n", self.machine[0].1);
        let how = "\nWritten by `cargo geobacter bench --bench device`. Throughput is by the device's clock, launches and \
                   compiles by the host's.\n";
        write("md", title + &self.markdown() + how)?;
        write("json", serde_json::to_string_pretty(&self.json())? + "\n")?;
        Ok(())
    }
}

fn number(value: f64) -> String {
    let whole = if value > 0.0 { value.log10().floor() + 1.0 } else { 1.0 };
    format!("{value:.0$}", (SIGNIFICANT - whole).clamp(0.0, 6.0) as usize)
}

/// The compiler on this machine; the benchmark may have been carried here without one.
fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().ok().filter(|output| output.status.success());
    output.map_or_else(|| "not on this machine".to_owned(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}
