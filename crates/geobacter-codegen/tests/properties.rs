//! What a kernel asks of its device is a constant of its code, and branches on it are decided.

mod support;

use support::{GPUS, asm, asm_of, debug};

/// A number as the assembly of either vendor may have it.
fn has_number(text: &support::Asm, number: u32) -> bool {
    text.count(&format!("{number}")) + text.count(&format!("{number:#x}")) > 0
}

#[test]
fn sizes_are_constants() {
    const SIZES: [(&str, u32, u32); 5] = [
        ("sm_75", 32, 64 << 10),
        ("sm_90", 32, 227 << 10),
        ("gfx90a", 64, 64 << 10),
        ("gfx950", 64, 160 << 10),
        ("gfx1100", 32, 64 << 10),
    ];
    for (target, lanes, memory) in SIZES {
        let text = asm("properties::sizes", target);
        for number in [lanes * 1_000_000, 1024 * 1000 + 1, memory + 3] {
            assert!(has_number(&text, number), "no {number}:\n{}", text.text);
        }
    }
}

#[test]
fn branches_on_the_processor_are_decided() {
    const CHOICES: [(&str, u32); 7] =
        [("sm_90", 3), ("sm_90a", 3), ("sm_103", 2), ("sm_86", 6), ("gfx90a:xnack-", 4), ("gfx942", 6), ("gfx1151", 5)];
    for (target, choice) in CHOICES {
        let text = asm("properties::chooses", target);
        for other in 1..=6 {
            assert_eq!(has_number(&text, 1_000_000 + other), other == choice, "{other}:\n{}", text.text);
        }
    }
}

#[test]
fn debug_builds_decide_them_too() {
    for target in GPUS {
        let text = asm_of(debug(), "properties::chooses", target);
        let choices = (1..=6).filter(|choice| has_number(&text, 1_000_000 + choice)).count();
        assert_eq!(choices, 1, "{}", text.text);
    }
}
