//! The command line of `cargo geobacter`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands::{build, devices, doctor, init, inspect};

const ABOUT: &str = "Build and run programs whose Rust functions run as kernels on GPUs";

const LONG_ABOUT: &str = "\
Build and run programs whose Rust functions run as kernels on AMD and NVIDIA GPUs and on the CPU.

`build`, `run`, `test`, `bench` and `check` are cargo's own, and take cargo's own arguments. What is added: libraries keep
their bitcode, and a linker shim collects what the kernels reach and embeds it in the executable. Everything is compiled
once, by the Rust toolchain that you have.";

const EXAMPLES: &str = "\
Examples:
  cargo geobacter run --release --example mandelbrot            on the best device there is
  cargo geobacter run --device cpu --example saxpy -- --size 64 on the CPU; the program gets `--size 64`
  cargo geobacter test --emulate gfx90a                         on an emulated AMD GPU, on a machine without one
  cargo geobacter build --release --targets sm_90,gfx90a        with images compiled ahead of time
  cargo geobacter inspect --example saxpy                       lists its kernels and their arguments
  cargo geobacter inspect --example saxpy --target gfx1100 --emit asm -o out
  cargo geobacter doctor                                        what is missing on this machine, and the fix
  cargo geobacter init                                          plain `cargo run` and rust-analyzer work, too";

#[derive(Parser)]
#[command(name = "cargo geobacter", bin_name = "cargo geobacter", version, about = ABOUT, long_about = LONG_ABOUT)]
#[command(after_help = EXAMPLES, arg_required_else_help = true, subcommand_required = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// `cargo build`, with kernels
    Build(CargoArgs),
    /// `cargo run`, with kernels
    Run(CargoArgs),
    /// `cargo test`, with kernels
    Test(CargoArgs),
    /// `cargo bench`, with kernels
    Bench(CargoArgs),
    /// `cargo check`, with the settings of the others, so that they share its results
    Check(CargoArgs),
    /// List the kernels of a program, or compile them for a target and write the code to files
    Inspect(Box<inspect::InspectArgs>),
    /// List the devices that kernels can run on here
    Devices,
    /// Say what works on this machine, what is missing, and what to do about it
    Doctor,
    /// Write the settings into .cargo/config.toml, so that plain cargo commands build kernels
    Init(init::InitArgs),
    /// Any other cargo command runs with the same settings: `cargo geobacter doc`, `clippy`, `nextest run`, ..
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

#[derive(Args)]
struct CargoArgs {
    /// Targets to compile every kernel for now, such as `sm_90,gfx90a`: the program then needs no LLVM on such devices
    #[arg(long, value_name = "LIST")]
    targets: Option<OsString>,
    /// The device to run on: `cpu`, `cuda:0`, `hsa:1`, .. (run, test and bench)
    #[arg(long, value_name = "NAME")]
    device: Option<OsString>,
    /// An AMD GPU to emulate, such as `gfx90a` or `gfx1100`, or several with commas: the program runs on it, over AMD's own
    /// runtime, on a machine without one
    ///
    /// The program's kernels are compiled for the named processor, loaded by AMD's unmodified ROCr runtime
    /// (`libhsa-runtime64.so.1`, which has to be installed), and executed instruction by instruction on the CPU. What the
    /// program does that a card would not allow is reported with the instruction, the work-group and the lane. It is far
    /// slower than a card: use small sizes. Of cards' speed it says nothing.
    ///
    /// The first use in a project builds the emulated driver. These variables change it:
    ///
    ///   GEOBACTER_EMULATOR_RUNTIME=FOLDER   AMD's runtime is in this folder, with the libraries that it needs
    ///   GEOBACTER_EMULATOR_MEMORY=512M      device memory; 4G where nothing is said
    ///   GEOBACTER_EMULATOR_THREADS=1        one thread, so that every run takes the same order
    ///   GEOBACTER_EMULATOR_CHECKS=uninitialised,barriers
    ///                                       stops at reads of work-group memory that nothing wrote, and at barriers that
    ///                                       not all of a work-group reach
    ///   GEOBACTER_EMULATOR_STATISTICS=1     says at exit how many instructions were executed
    ///   GEOBACTER_EMULATOR_LOG=FILE         writes reports to a file, not to standard error
    #[arg(long, value_name = "PROCESSORS", verbatim_doc_comment)]
    emulate: Option<OsString>,
    /// Cargo's own arguments; for `run`, those after `--` go to the program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "CARGO ARGUMENTS")]
    cargo: Vec<OsString>,
}

pub(crate) fn main(mut arguments: Vec<OsString>) -> ExitCode {
    die_with_the_reader();
    // Cargo calls `cargo-geobacter geobacter ..`.
    if arguments.get(1).is_some_and(|a| a == "geobacter") {
        arguments.remove(1);
    }
    let result = match Cli::parse_from(restore_separator(arguments)).command {
        Command::Build(a) => cargo("build", a),
        Command::Run(a) => cargo("run", a),
        Command::Test(a) => cargo("test", a),
        Command::Bench(a) => cargo("bench", a),
        Command::Check(a) => cargo("check", a),
        Command::Inspect(a) => inspect::inspect(&a),
        Command::Devices => devices::devices(),
        Command::Doctor => doctor::doctor(),
        Command::Init(a) => init::init(&a),
        Command::Other(words) => build::cargo(&words[0], build::Request::from_arguments(words[1..].to_vec())),
    };
    result.unwrap_or_else(|error| {
        crate::report(&error);
        ExitCode::FAILURE
    })
}

/// `cargo geobacter inspect | head` ends quietly, as any command does, where Rust's own default is a panic.
fn die_with_the_reader() {
    // SAFETY: restores a signal's default before any thread is started.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// The parser drops a `--` that comes before any other of cargo's arguments, and cargo needs it: so it is given twice.
fn restore_separator(mut arguments: Vec<OsString>) -> Vec<OsString> {
    const CARGO_COMMANDS: &[&str] = &["build", "run", "test", "bench", "check"];
    if !arguments.get(1).is_some_and(|c| CARGO_COMMANDS.iter().any(|k| c == k)) {
        return arguments;
    }
    if let Some(at) = arguments.iter().position(|a| a == "--")
        && only_own_options(&arguments[2..at])
    {
        arguments.insert(at, "--".into());
    }
    arguments
}

/// Whether these are just this tool's own options, which the parser takes for itself.
fn only_own_options(arguments: &[OsString]) -> bool {
    build::Request::from_arguments(arguments.to_vec()).cargo.is_empty()
}

fn cargo(command: &str, arguments: CargoArgs) -> anyhow::Result<ExitCode> {
    let mut request = build::Request::from_arguments(arguments.cargo);
    request.targets = request.targets.or(arguments.targets);
    request.device = request.device.or(arguments.device);
    request.emulate = request.emulate.or(arguments.emulate);
    build::cargo(command.as_ref(), request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cargo_arguments(line: &str) -> (Option<OsString>, Vec<OsString>) {
        let words = line.split(' ').map(OsString::from).collect();
        match Cli::parse_from(restore_separator(words)).command {
            Command::Run(a) => {
                let request = build::Request::from_arguments(a.cargo);
                (request.device.or(a.device), request.cargo)
            }
            _ => panic!("not run"),
        }
    }

    #[test]
    fn own_options_are_taken_wherever_they_stand_before_the_separator() {
        for line in [
            "x run --device cpu --release -- --device gpu",
            "x run --release --device cpu -- --device gpu",
            "x run --release --device=cpu -- --device gpu",
        ] {
            let (device, cargo) = cargo_arguments(line);
            assert_eq!(device.as_deref(), Some("cpu".as_ref()), "{line}");
            assert_eq!(cargo, ["--release", "--", "--device", "gpu"], "{line}");
        }
    }

    #[test]
    fn the_emulated_processor_is_taken_out_of_cargos_arguments() {
        for line in ["x run --emulate gfx90a --release", "x run --release --emulate=gfx90a"] {
            let words = line.split(' ').map(OsString::from).collect();
            let Command::Run(arguments) = Cli::parse_from(restore_separator(words)).command else { panic!("not run") };
            let request = build::Request::from_arguments(arguments.cargo);
            assert_eq!(request.emulate.or(arguments.emulate).as_deref(), Some("gfx90a".as_ref()), "{line}");
            assert_eq!(request.cargo, ["--release"], "{line}");
        }
    }

    #[test]
    fn a_leading_separator_is_kept() {
        assert_eq!(cargo_arguments("x run -- --size 1").1, ["--", "--size", "1"]);
        assert_eq!(cargo_arguments("x run --device cpu -- --size 1").1, ["--", "--size", "1"]);
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
