//! `doctor`: what works on this machine, what is missing, and what to do about it.

mod drivers;
mod toolchain;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::commands::init::{self, CONFIG};
use crate::project::Project;
use crate::settings;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It works.
    Good,
    /// Something will not work that not everybody needs.
    Limited,
    /// Programs with kernels cannot be built or run at all.
    Broken,
}

/// One thing that was looked at.
struct Check {
    verdict: Verdict,
    /// What was looked at.
    what: &'static str,
    /// What was found, or what is wrong.
    found: String,
    /// What to do about it.
    fix: Option<String>,
}

impl Check {
    fn good(what: &'static str, found: impl Into<String>) -> Check {
        Check { verdict: Verdict::Good, what, found: found.into(), fix: None }
    }

    fn limited(what: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Check {
        Check { verdict: Verdict::Limited, what, found: found.into(), fix: Some(fix.into()) }
    }

    fn broken(what: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Check {
        Check { verdict: Verdict::Broken, what, found: found.into(), fix: Some(fix.into()) }
    }

    fn print(&self) {
        let mark = match self.verdict {
            Verdict::Good => "ok  ",
            Verdict::Limited => "note",
            Verdict::Broken => "FAIL",
        };
        println!("{mark}  {:<10} {}", self.what, self.found);
        if let Some(fix) = &self.fix {
            println!("{:16} fix: {fix}", "");
        }
    }
}

pub(crate) fn doctor() -> Result<ExitCode> {
    let mut checks = toolchain::checks();
    checks.push(settings_check());
    checks.extend(drivers::checks());
    checks.iter().for_each(Check::print);
    println!();
    if checks.iter().any(|c| c.verdict == Verdict::Broken) {
        println!("Programs with kernels cannot be built here: see FAIL above.");
        return Ok(ExitCode::FAILURE);
    }
    match checks.iter().filter(|c| c.verdict == Verdict::Limited).count() {
        0 => println!("Everything is there."),
        _ => println!("Kernels can be built, and run on the CPU; the notes above say what else could be had."),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether `init` has been run on the project here.
fn settings_check() -> Check {
    const WHAT: &str = "settings";
    let Ok(project) = Project::find(&[]) else {
        return Check::good(WHAT, "not inside a cargo project: nothing to look at");
    };
    let path: PathBuf = project.workspace_root.join(CONFIG);
    let missing = init::places(&project)
        .and_then(|places| settings::merge(&init::read(&path)?, &places))
        .map(|(_, changes)| changes.len());
    match missing {
        Ok(0) => Check::good(WHAT, format!("{} has them: plain cargo commands build kernels", path.display())),
        Ok(_) => Check::limited(
            WHAT,
            "plain cargo commands build no kernels here; `cargo geobacter` does",
            "`cargo geobacter init`, if plain `cargo run` and rust-analyzer should, too",
        ),
        Err(error) => Check::limited(WHAT, format!("{error:#}"), format!("repair {}", path.display())),
    }
}
