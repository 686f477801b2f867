//! Proof of work: finds the lowest nonce that gives a hash with enough leading zero bits, with the unmodified `sha2`
//! crate inside the kernel.
//!
//! `cargo geobacter run --release --example hashsearch -- --bits 28`

mod common;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::{DeviceArgs, Outcome, Times};
use geobacter::prelude::*;
use sha2::{Digest, Sha256};

/// Searches for a nonce such that SHA-256 of header and nonce begins with zero bits, and checks it on the host.
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    device: DeviceArgs,
    /// Text that the nonce follows
    #[arg(long, default_value = "the quick brown fox jumps over the lazy dog")]
    header: String,
    /// Leading zero bits to find; each doubles the work
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=48))]
    bits: u32,
    /// Nonces tried by a launch [default: 67108864 on a GPU, 1048576 on the CPU]
    #[arg(long)]
    size: Option<usize>,
}

/// Nonces tried by each work-item of a launch.
const TRIES: usize = 16;
/// Nonces below the answer that the host tries again; all of them where there are fewer.
const SAMPLES: u64 = 100_000;

/// A launch's part of the search.
#[derive(KernelArg)]
struct Search<'a> {
    header: &'a [u8],
    /// First nonce of this launch, and the one after its last.
    nonces: [u64; 2],
    bits: u32,
    /// The lowest hit of each work-item.
    hits: PerItem<'a, Option<u64>>,
}

/// Tries every nonce that is this work-item's: neighbours try neighbours, so the first hit is its lowest.
fn search(item: WorkItem, mut search: Search) {
    let (header, bits, [first, end]) = (search.header, search.bits, search.nonces);
    if let Some(hit) = search.hits.get_mut(&item) {
        let mut nonces = (first + item.global_id() as u64..end).step_by(item.work_items());
        *hit = nonces.find(|&nonce| leading_zeros(header, nonce) >= bits);
    }
}

/// Leading zero bits of the hash, of its first 64.
fn leading_zeros(header: &[u8], nonce: u64) -> u32 {
    let hash = Sha256::new().chain_update(header).chain_update(nonce.to_le_bytes()).finalize();
    hash.iter().take(8).fold(0, |bits, &byte| bits << 8 | u64::from(byte)).leading_zeros()
}

/// How many times the expected tries to make before giving up: the chance to be wrong is `e` to the minus this.
const HOPELESS: u64 = 64;

fn main() -> ExitCode {
    common::finish(run(&Args::parse()))
}

fn run(args: &Args) -> Outcome {
    let device = args.device.open()?;
    let times = Times::new(&device);
    let batch = args.size.unwrap_or(if device.info().is_gpu { 1 << 26 } else { 1 << 20 });

    let grid = Grid::covering(batch.div_ceil(TRIES));
    let header = times.host("copy in", "", || Ok(device.buffer_from(args.header.as_bytes())?))?;
    let mut hits = device.buffer_filled(grid.extent()[0], None)?;

    let (mut kernel, mut copies) = (Duration::ZERO, Duration::ZERO);
    let mut tried = 0;
    let nonce = loop {
        let nonces = [tried, tried + batch as u64];
        let search_args = SearchArgs { header: &header, nonces, bits: args.bits, hits: &mut hits };
        let prepared = device.prepare(grid, search, (search_args,))?;
        if tried == 0 {
            times.compile(&prepared);
        }
        kernel += times.on_device(|_| prepared.launch().map(drop))?;
        tried = nonces[1];
        let start = Instant::now();
        let found = hits.to_vec()?;
        copies += start.elapsed();
        if let Some(nonce) = found.into_iter().flatten().min() {
            break nonce;
        }
        // One in 2^bits nonces does: a device that finds none in so many times more does not hash.
        if tried >> args.bits.min(63) >= HOPELESS {
            return Err(format!("no nonce among {tried} has {} leading zero bits", args.bits).into());
        }
    };
    let rate = tried as f64 / kernel.as_secs_f64() / 1e6;
    times.line("kernel", kernel, format_args!("{tried} nonces, {rate:.1} MH/s"));
    times.line("copy out", copies, "");
    check(args, nonce)
}

/// Hashes the answer on the host in one piece, and looks for lower ones.
fn check(args: &Args, nonce: u64) -> Outcome {
    let bytes = [args.header.as_bytes(), &nonce.to_le_bytes()].concat();
    let hash = Sha256::digest(&bytes);
    println!("{:<12} {nonce}\n{:<12} {hash:x}", "nonce", "SHA-256");
    let zeros = match hash.iter().position(|&byte| byte != 0) {
        Some(at) => 8 * at as u32 + hash[at].leading_zeros(),
        None => 8 * hash.len() as u32,
    };
    if zeros < args.bits {
        return Err(format!("nonce {nonce} gives {zeros} leading zero bits, not {}", args.bits).into());
    }
    let stride = (nonce / SAMPLES).max(1);
    let missed = (0..nonce).step_by(stride as usize).find(|&n| leading_zeros(args.header.as_bytes(), n) >= args.bits);
    match missed {
        None => Ok(()),
        Some(lower) => Err(format!("the device found {nonce}, and missed {lower}").into()),
    }
}
