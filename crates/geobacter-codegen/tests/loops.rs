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
    let count = |lines: &[&str], what: &str| lines.iter().filter(|line| line.contains(what)).count();
    for target in AMD {
        let text = asm("gemm", target);
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
    let text = asm("gemm", NVPTX);
    let loops = innermost(&text.text);
    let quick = loops.iter().find(|l| count(l, "fma.rn.f32") > 1 && count(l, "setp") == 1);
    let quick = quick.unwrap_or_else(|| panic!("no unrolled loop without checks:\n{}", text.text));
    assert_eq!(count(quick, "ld.global.nc"), 2 * count(quick, "fma.rn.f32"), "{quick:#?}");
    text.has("panic_bounds_check");
}

#[test]
fn what_comes_before_a_failing_check_keeps_its_place() {
    let holds = |lines: &[&str], what: &str| lines.iter().any(|line| line.contains(what));
    for (kernel, effect) in [("counts_between", "atomic_add"), ("looks_up_odd_ones", "global_load")] {
        for target in AMD {
            let text = asm(kernel, target);
            // The loop without checks, and the one as it was: no search without what is done or read in between.
            let loops = innermost(&text.text);
            assert!(loops.len() >= 2, "{kernel}:\n{}", text.text);
            assert!(loops.iter().all(|l| holds(l, effect)), "{kernel}:\n{}", text.text);
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
