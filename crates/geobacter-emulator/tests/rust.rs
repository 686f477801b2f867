//! Kernels that rustc and the code generator made, against the same Rust run by the host.

mod support;

#[allow(clippy::all, reason = "written to become certain instructions")]
#[path = "fixtures/kernels/src/bodies.rs"]
mod bodies;

use geobacter_core::SliceArg;
use geobacter_core::abi::{BlockHeader, KernelBlock};
use support::{Map, capture, dispatch, snippet};

const ITEMS: usize = 200;
/// What a target's name ends in whose wavefronts have 64 lanes and not 32: the kernel's choice, not the processor's.
const WIDE: &str = ":wave64";

fn inputs() -> Vec<u64> {
    // Edge cases of 32 and 64 bits in all combinations, then anything.
    let low: Vec<_> = (0..20).flat_map(snippet::edges).collect();
    let high: Vec<_> = (30..50).flat_map(snippet::edges).collect();
    let floats = [0.0, -0.0, 1.0, f64::INFINITY, f64::NAN, f64::MIN_POSITIVE, 5e-324, f64::MAX, -2.5, 1e300, 1e-300];
    let singles = [0.0, -0.0, 1.0, f32::INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45, f32::MAX, -2.5, 1e30, 1e-30];
    let mut state = 99_u64;
    (0..ITEMS * 8)
        .map(|n| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            match (n / 8) % 5 {
                0 => u64::from(low[n % low.len()]) | u64::from(high[n % high.len()]) << 32,
                1 => f64::to_bits(floats[(state >> 40) as usize % floats.len()]),
                2 => u64::from(f32::to_bits(singles[(state >> 40) as usize % singles.len()])) | state << 32,
                3 => state >> (state & 63),
                _ => state ^ state >> 31,
            }
        })
        .collect()
}

fn check(target: &str, kernel: &str, body: fn(usize, &[u64]) -> [u64; 8]) {
    let code = capture::compile(kernel, target);
    let input = inputs();
    let mut output = vec![[0_u64; 8]; ITEMS];
    let mut status = [0_u64; 512];
    let header = BlockHeader { extent: [ITEMS as u64, 1, 1], start: [0; 3], status: status.as_mut_ptr().cast() };
    let args = (
        SliceArg { ptr: input.as_ptr().cast_mut(), len: input.len() },
        SliceArg { ptr: output.as_mut_ptr().cast::<u64>(), len: output.len() * 8 },
    );
    let block = [KernelBlock { header, args }];
    let mut dispatch = dispatch(&code.0, &code.1, (96, ITEMS.next_multiple_of(96) as u32), &[]);
    dispatch.kernarg_address = block.as_ptr() as u64;
    // The packet, for the group's size.
    let packet: Vec<u16> = [0, 1, 96, 1, 1, 0].into_iter().chain([0; 26]).collect();
    dispatch.packet_address = packet.as_ptr() as u64;
    // What recursion needs is not known when it is compiled.
    dispatch.private_segment_size += 4096;
    let map = Map::new(&code.0).read(&input).read(&block).read(&packet).write(&mut output).write(&mut status);
    let processor = support::for_target(target.strip_suffix(WIDE).unwrap_or(target));
    processor.dispatch(&dispatch, &map).unwrap_or_else(|fault| panic!("{kernel}: {fault}"));
    for (i, got) in output.iter().enumerate() {
        let expected = body(i, &input);
        let sources: Vec<_> = (0..8).map(|k| format!("{:#x}", input[(i * 8 + k) % input.len()])).collect();
        assert_eq!(*got, expected, "{kernel}, work-item {i}, of {sources:?}: {got:#x?}, not {expected:#x?}");
    }
    assert_eq!(status, [0; 512], "{kernel} panicked");
}

macro_rules! tests {
    ($($name:ident)*) => {
        mod gfx90a {
            $(
                #[test]
                fn $name() {
                    super::check("gfx90a", stringify!($name), super::bodies::$name);
                }
            )*
        }

        mod gfx1100 {
            $(
                #[test]
                fn $name() {
                    super::check("gfx1100", stringify!($name), super::bodies::$name);
                }
            )*
        }

        mod gfx1100_wave64 {
            $(
                #[test]
                fn $name() {
                    super::check("gfx1100:wave64", stringify!($name), super::bodies::$name);
                }
            )*
        }
    };
}
bodies::all!(tests);
