//! What becomes of loops.

mod support;

use support::{AMD, NVPTX, asm};

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
        let quick = loops.iter().find(|l| count(l, "fmac_f32") > 0 && count(l, "saveexec") == 0);
        let quick = quick.unwrap_or_else(|| panic!("each loop has checks:\n{}", text.text));
        assert_eq!(count(quick, "v_cmp"), 0, "{quick:#?}");
        // And one that reports where they fail.
        text.has("global_atomic_add");
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

#[test]
fn a_loop_with_a_barrier_keeps_its_checks_and_its_one_barrier() {
    for target in AMD {
        asm("sums_in_step", target).has_times(1, "s_barrier");
    }
    asm("sums_in_step", NVPTX).has_times(1, "bar.sync");
}
