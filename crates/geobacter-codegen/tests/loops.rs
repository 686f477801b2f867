//! What becomes of loops.

mod support;

use geobacter_codegen::Emit;
use support::{AMD, NVPTX, asm, release, try_compile};

/// The pieces of code from a label to the last branch back to it, where nothing in between is such a piece itself.
fn innermost(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let label = |line: &str| line.split_once(':').map(|(name, _)| name.to_owned()).filter(|name| name.contains("BB"));
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = label(line) else { continue };
        let is_back = |line: &str| {
            let words: Vec<&str> = line.split([' ', '\t', ';']).collect();
            words.iter().any(|w| w.contains("bra")) && words.contains(&name.as_str())
        };
        if let Some(length) = lines[start..].iter().rposition(|line| is_back(line)) {
            found.push((start, start + length));
        }
    }
    let inside = |a: &(usize, usize), b: &(usize, usize)| a != b && a.0 >= b.0 && a.1 <= b.1;
    let inner = found.iter().filter(|b| !found.iter().any(|a| inside(a, b)));
    inner.map(|(start, end)| lines[*start..=*end].to_vec()).collect()
}

#[test]
fn bounds_checks_of_growing_indices_leave_the_loop() {
    ["gemm", "folds"].into_iter().for_each(checks_leave_the_loop);
}

fn checks_leave_the_loop(kernel: &str) {
    let count = |lines: &[&str], what: &str| lines.iter().filter(|line| line.contains(what)).count();
    for target in AMD {
        let text = asm(kernel, target);
        let loops = innermost(&text.text);
        assert_eq!(loops.iter().filter(|l| count(l, "fmac_f32") > 0).count(), 1, "one version:\n{}", text.text);
        let quick = loops.iter().find(|l| count(l, "fmac_f32") > 0 && count(l, "saveexec") == 0);
        let quick = quick.unwrap_or_else(|| panic!("each loop has checks:\n{}", text.text));
        assert_eq!(count(quick, "v_cmp"), 0, "{quick:#?}");
        // One that looks for the check that fails holds the indices alone, and has one way out.
        let search = loops.iter().find(|l| count(l, "fmac_f32") == 0 && count(l, "v_cmp") > 0);
        let search = search.unwrap_or_else(|| panic!("no search:\n{}", text.text));
        assert_eq!((count(search, "global_load"), count(search, "s_cbranch")), (0, 1), "{search:#?}");
        // Both ways to fail are reported.
        text.has_times(2, "global_atomic_add");
    }
    let text = asm(kernel, NVPTX);
    let loops = innermost(&text.text);
    let quick = loops.iter().find(|l| count(l, "fma.rn.f32") > 1 && count(l, "setp") == 1);
    let quick = quick.unwrap_or_else(|| panic!("no unrolled loop without checks:\n{}", text.text));
    assert_eq!(count(quick, "ld.global.nc"), 2 * count(quick, "fma.rn.f32"), "{quick:#?}");
    text.has("atom.relaxed.gpu.global.add");
}

#[test]
fn what_only_a_panic_needs_is_not_kept_through_a_loop() {
    // Sixteen indices, each of which is a sum of one that is in a register anyway and a constant.
    let text = asm("fills_tiles", NVPTX).text;
    let (before, after) = text.split_once("bar.sync").expect("a barrier");
    let with = |text: &str, end: char| (16..32).filter(|k| text.contains(&format!(", {}{end}", k * 16))).count();
    assert!(with(before, ';') == 0 && with(after, ',') >= 14, "{text}");
}

/// The blocks of a kernel's IR that lead to themselves, and load nothing.
fn loops_without_loads(kernel: &str, target: &str) -> usize {
    let ir = try_compile(release(), kernel, target, Emit::Llvm).unwrap();
    let ir = String::from_utf8(ir.code).unwrap();
    let is_loop = |block: &&str| {
        let label = block.split(':').next().unwrap_or_default();
        let end = block.lines().rfind(|line| line.trim_start().starts_with("br "));
        let leads_to = |name: &str| end.is_some_and(|end| end.split([' ', ',']).any(|word| word == name));
        leads_to(&format!("%{label}"))
    };
    ir.split("\n\n").filter(is_loop).filter(|block| !block.contains("= load ")).count()
}

#[test]
fn what_comes_before_a_failing_check_keeps_its_place() {
    for target in AMD {
        // The search: it would leave out what is between the checks of the others.
        assert_eq!(loops_without_loads("gemm", target), 1);
        for kernel in ["sums_in_place", "looks_up_odd_ones"] {
            assert_eq!(loops_without_loads(kernel, target), 0, "{kernel}");
        }
    }
}

#[test]
fn a_loop_with_a_barrier_keeps_its_checks_and_its_one_barrier() {
    for target in AMD {
        asm("sums_in_step", target).has_times(1, "s_barrier");
    }
    asm("sums_in_step", NVPTX).has_times(1, "bar.sync");
}
