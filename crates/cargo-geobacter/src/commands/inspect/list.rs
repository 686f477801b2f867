//! The kernels of a program as a table.

use std::path::Path;

use geobacter_container::{ArgRecord, Container, KernelRecord};

/// What an argument is, as a person would say it. The numbers are those of `ArgKind` in the core crate.
pub(super) fn kind_name(kind: u32) -> &'static str {
    match kind {
        0 => "value",
        1 => "slice",
        2 => "output slice",
        3 => "pointer",
        4 => "struct",
        5 => "signal",
        6 => "work-group",
        7 => "work-group memory",
        8 => "atomics",
        9 => "heap",
        10 => "constant",
        11 => "channel",
        12 => "host function",
        13 => "launcher",
        _ => "unknown",
    }
}

pub(super) fn print(executable: &Path, container: &Container<'_>, kernels: &[&KernelRecord<'_>]) {
    println!("{}", executable.display());
    println!(
        "  {} kernel{}, {} of bitcode from LLVM {}",
        container.kernels.len(),
        if container.kernels.len() == 1 { "" } else { "s" },
        size(container.module.len()),
        container.llvm_version
    );
    for image in summary_of_images(container) {
        println!("  {image}");
    }
    for kernel in kernels {
        println!("\n{}", kernel.name);
        println!(
            "  {}D grid, kernarg block {} bytes aligned to {}",
            kernel.dimensions, kernel.block_size, kernel.block_align
        );
        if kernel.cooperative {
            println!("  work-items of a group together, with {} bytes of their memory by type", kernel.group_bytes);
        }
        kernel.args.iter().enumerate().for_each(|(n, arg)| println!("  {}", row(n, arg)));
        println!("  symbol {}", kernel.symbol);
    }
}

fn row(number: usize, arg: &ArgRecord) -> String {
    format!(
        "arg {number:<2} offset {:>4}  size {:>4}  align {:>2}  {}",
        arg.offset,
        arg.size,
        arg.align,
        kind_name(arg.kind)
    )
}

/// One line for each target that there are images for.
fn summary_of_images(container: &Container<'_>) -> Vec<String> {
    let mut targets: Vec<&str> = container.images.iter().map(|i| i.target).collect();
    targets.sort_unstable();
    targets.dedup();
    let line = |target: &str| {
        let images = || container.images.iter().filter(|i| i.target == target);
        let bytes: usize = images().map(|i| i.code.len()).sum();
        format!("{} images for {target}, {}", images().count(), size(bytes))
    };
    targets.into_iter().map(line).collect()
}

fn size(bytes: usize) -> String {
    const KIB: usize = 1024;
    if bytes < KIB { format!("{bytes} bytes") } else { format!("{} KiB", bytes.div_ceil(KIB)) }
}
