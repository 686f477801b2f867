//! Panics by the number of their site: code without the text, and a list beside it.

mod support;

use geobacter_codegen::Emit;
use geobacter_container::{PanicSite, SITES_SECTION};
use object::{Object, ObjectSection};
use support::{AMD, NVPTX, asm, release, try_compile};

/// All targets that have such lists.
fn all() -> impl Iterator<Item = &'static str> {
    AMD.into_iter().chain([NVPTX])
}

/// The bytes of the list in an image.
fn list(image: &[u8]) -> Vec<u8> {
    if let Ok(text) = std::str::from_utf8(image) {
        return PanicSite::list_in_comments(text).unwrap_or_default();
    }
    let file = object::File::parse(image).unwrap();
    let Some(section) = file.section_by_name(SITES_SECTION) else { return Vec::new() };
    assert_eq!(section.address(), 0, "it is not loaded");
    section.data().unwrap().to_vec()
}

/// The list in a kernel's code: messages, and the lines that they come from.
fn sites(kernel: &str, target: &str) -> Vec<(String, String)> {
    let image = try_compile(release(), kernel, target, Emit::Image).unwrap();
    let list = list(&image.code);
    if list.is_empty() {
        return Vec::new();
    }
    let sites = PanicSite::list_from_bytes(&list).unwrap();
    let source = include_str!("fixtures/kernels/src/lib.rs");
    let line = |site: &PanicSite<'_>| source.lines().nth(site.line as usize - 1).unwrap_or_default().trim().to_owned();
    sites.iter().map(|site| (site.message.to_owned(), line(site))).collect()
}

#[test]
fn a_site_has_its_message_and_its_place() {
    for target in all() {
        let bounds = "index out of bounds: the len is {} but the index is {}";
        assert_eq!(sites("saxpy", target), [(bounds.to_owned(), "*y = a * x[item.global_id()] + *y;".to_owned())]);
        let mut said = sites("message", target);
        said.sort();
        assert_eq!(said[0], ("seven is not allowed".into(), r#"assert!(*y != 7, "seven is not allowed");"#.into()));
        assert_eq!(said[1].0, "the counter is full");
        assert_eq!(said.len(), 2);
    }
}

#[test]
fn the_text_is_not_in_what_is_loaded() {
    for target in AMD {
        let text = asm("divide", target);
        let (before, after) = text.text.split_once(".popsection").expect("the list, first");
        assert!(before.contains("divide by zero") && !after.contains("divide by zero"));
    }
}

#[test]
fn a_panic_costs_no_more_registers_than_it_writes() {
    // A call would be given 32 vector registers, and the stack's and the return's scalar ones.
    for target in AMD {
        for (kernel, vectors, scalars) in [("saxpy", 16, 32), ("divide", 16, 32), ("gemm", 20, 32)] {
            let text = asm(kernel, target);
            assert!(text.number(".vgpr_count:") <= vectors, "{}", text.text);
            assert!(text.number(".sgpr_count:") <= scalars, "{}", text.text);
            text.has(".private_segment_fixed_size: 0").has(".amdhsa_uses_dynamic_stack 0");
        }
    }
}

#[test]
fn what_a_grid_does_not_have_is_not_asked_for() {
    for target in AMD {
        let text = asm("saxpy", target);
        text.has(".amdhsa_system_vgpr_workitem_id 0").has(".amdhsa_system_sgpr_workgroup_id_y 0");
        asm("gemm", target).has(".amdhsa_system_vgpr_workitem_id 1").has(".amdhsa_system_sgpr_workgroup_id_z 0");
    }
}

#[test]
fn what_is_known_to_the_caller_alone_is_handed_on() {
    for target in AMD {
        // Not inlined: the place is a parameter.
        let text = asm("tracks_callers", target);
        text.has("s_swappc").has_times(1, "s_endpgm");
        assert!(text.text.contains("too large"), "the function that reports has the text");
    }
}

#[test]
fn a_panic_below_a_call_is_a_number_too() {
    for target in all() {
        let below = sites("panics_below_in_group", target);
        assert!(below.iter().any(|(message, _)| message == "this far"), "{below:?}");
    }
}

#[test]
fn text_has_the_list_in_comments_and_calls_nothing() {
    let text = asm("divide", NVPTX);
    text.lacks("call").lacks("divide by zero").lacks(SITES_SECTION);
    assert!(text.text.contains(&format!("\n// {SITES_SECTION} ")), "{}", text.text);
}
