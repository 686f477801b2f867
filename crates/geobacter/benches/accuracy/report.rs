//! The table: printed, and written as Markdown and as JSON.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::measure::Place;

/// One function in one type.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) ty: &'static str,
    pub(crate) points: usize,
    /// In ULP, or what `ty` says.
    pub(crate) worst: f64,
    pub(crate) mean: f64,
    pub(crate) at: [f64; 3],
    /// Special values that differ from the host's.
    pub(crate) specials: usize,
    /// `None` where there is none to keep.
    pub(crate) bound: Option<f64>,
    pub(crate) note: String,
}

impl Row {
    fn is_within(&self) -> bool {
        self.bound.is_none_or(|bound| self.worst <= bound) && self.specials == 0
    }
}

/// How far a reference for `f32` is off.
pub(crate) struct Reference {
    pub(crate) name: &'static str,
    /// In ULP of `f64`.
    pub(crate) worst: f64,
}

/// What a reference may be off, in ULP of `f64`: 2^-22 ULP of `f32`.
const REFERENCE_BOUND: f64 = 128.0;

pub(crate) struct Report {
    machine: Vec<(&'static str, String)>,
    device: String,
    references: Vec<Reference>,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(place: &Place, points_f32: usize, points_f64: usize) -> Self {
        let (name, driver, file) = match place {
            Place::Device(device) => {
                let info = device.info();
                (format!("{} ({})", info.name, info.target), info.driver_version.clone(), info.target.replace(':', "-"))
            }
            Place::Library => ("the device library, as host code".to_owned(), "none".to_owned(), "library".to_owned()),
        };
        let machine = vec![
            ("device", name),
            ("driver", driver),
            ("points for each function", format!("{points_f32} for f32, {points_f64} for f64")),
            ("geobacter", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        Report { machine, device: file, references: Vec::new(), rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, reference: Reference) {
        self.references.push(reference);
    }

    pub(crate) fn add_row(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(crate) fn all_within(&self) -> bool {
        self.rows.iter().all(Row::is_within) && self.references.iter().all(|r| r.worst <= REFERENCE_BOUND)
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        for (what, value) in &self.machine {
            let _ = writeln!(text, "- {what}: {value}");
        }
        let worst = self.references.iter().max_by(|a, b| a.worst.total_cmp(&b.worst));
        if let Some(worst) = worst {
            let _ = writeln!(
                text,
                "- reference for f32: within {} ULP of f64 ({}), checked against multi-precision arithmetic",
                number(worst.worst),
                worst.name
            );
        }
        text += "\n| function | type | worst | mean | at | special values that differ | bound | |\n";
        text += "|---|---|---:|---:|---|---:|---:|---|\n";
        for row in &self.rows {
            let at: Vec<_> = row.at.iter().filter(|x| **x != 0.0).map(|x| format!("{x:e}")).collect();
            let bound = row.bound.map_or_else(|| "none".to_owned(), number);
            let verdict = if row.is_within() { &row.note } else { "**farther off**" };
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} | {bound} | {verdict} |",
                row.name,
                row.ty,
                number(row.worst),
                number(row.mean),
                at.join(", "),
                row.specials,
            );
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        let results = self.rows.iter().map(|row| {
            json!({
                "name": row.name,
                "type": row.ty,
                "points": row.points,
                // JSON has no infinity.
                "worst": if row.worst.is_finite() { json!(row.worst) } else { json!("infinite") },
                "mean": if row.mean.is_finite() { json!(row.mean) } else { json!("infinite") },
                "at": row.at,
                "special_values_that_differ": row.specials,
                "bound": row.bound,
                "note": row.note,
            })
        });
        let references: serde_json::Map<_, _> =
            self.references.iter().map(|r| (r.name.to_owned(), json!(r.worst))).collect();
        let machine: serde_json::Map<_, _> =
            self.machine.iter().map(|(what, value)| ((*what).to_owned(), json!(value))).collect();
        json!({
            "machine": machine,
            "references_f64_ulp": references,
            "results": results.collect::<Vec<_>>(),
        })
    }

    pub(crate) fn write(&self, folder: &Path, name: Option<&str>) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(folder)?;
        let name = name.unwrap_or(&self.device);
        let write = |ending: &str, text: String| {
            let path = folder.join(format!("accuracy-{name}.{ending}"));
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let title = format!("# Errors of floating-point functions on {}\n\n", self.machine[0].1);
        let how = "\nIn units in the last place (ULP) of the exact result, over all exponents, subnormal numbers, huge \
                   arguments and neighbours of special points. For f64, exact results are computed where two libraries that \
                   have nothing in common disagree in the last bit, and for one point in 16, of which the mean is. Written by `cargo geobacter bench --bench accuracy`.\n";
        write("md", title + &self.markdown() + how)?;
        write("json", serde_json::to_string_pretty(&self.json())? + "\n")?;
        Ok(())
    }
}

fn number(value: f64) -> String {
    match value {
        v if !v.is_finite() => "infinite".to_owned(),
        v if v >= 1e4 || v != 0.0 && v < 1e-3 => format!("{v:.1e}"),
        v => format!("{v:.3}"),
    }
}
