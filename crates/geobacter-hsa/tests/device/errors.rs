//! Bad input: an error with numbers or names, and the device as usable as before.

use geobacter_driver::Error;
use geobacter_driver::driver::{DriverDevice, LaunchShape};

use crate::kit::compile::code_object;
use crate::kit::{Compiler, Runner, block, load, shape};

/// The device still does what it should.
fn still_works(runner: &Runner) {
    assert_eq!(runner.read_word(&runner.word(9)), 9);
}

#[test]
fn an_allocation_beyond_the_pool_says_how_much_there_is() {
    let Some(runner) = Runner::new("an_allocation_beyond_the_pool_says_how_much_there_is") else { return };
    let memory = runner.device.info().memory;
    for requested in [memory + 4096, memory * 2, 1 << 50] {
        let error = runner.device.allocate(requested as usize).expect_err("more than there is");
        let Error::OutOfMemory { device, requested: told, total, .. } = error else { panic!("{error}") };
        assert_eq!((device.as_str(), told, total), (runner.device.info().id.as_str(), requested, Some(memory)));
    }
    still_works(&runner);
}

#[test]
fn allocations_that_together_are_too_much_are_refused() {
    let Some(runner) = Runner::new("allocations_that_together_are_too_much_are_refused") else { return };
    let part = runner.device.info().memory as usize / 4;
    let mut parts = Vec::new();
    let refused = loop {
        match runner.device.allocate(part) {
            Ok(ptr) => parts.push(ptr),
            Err(error) => break error,
        }
        assert!(parts.len() <= 4, "five quarters of the memory");
    };
    assert!(matches!(refused, Error::OutOfMemory { .. }), "{refused}");
    // SAFETY: allocated above, used by nothing.
    parts.into_iter().for_each(|ptr| unsafe { runner.device.free(ptr, part) });
    still_works(&runner);
}

#[test]
fn code_for_another_processor_names_both() {
    let Some(runner) = Runner::new("code_for_another_processor_names_both") else { return };
    let target = &runner.device.info().target;
    let other = if target.starts_with("gfx900") { "gfx906" } else { "gfx900" };
    let compiler = Compiler { code: Some(code_object(other)) };
    let error = load(&runner.device, c"step", &compiler).map(|_| ()).expect_err("it is for another processor");
    let Error::Load { kernel, reason, .. } = error else { panic!("{error}") };
    assert_eq!(kernel, "tests::step");
    assert!(reason.contains(other) && reason.contains(target.as_str()), "{reason}");
    still_works(&runner);
}

#[test]
fn code_for_another_feature_names_both() {
    let Some(runner) = Runner::new("code_for_another_feature_names_both") else { return };
    let target = &runner.device.info().target;
    let Some(other) = target.contains("xnack-").then(|| target.replace("xnack-", "xnack+")) else {
        eprintln!("code_for_another_feature_names_both SKIPPED: {target} has no such feature");
        return;
    };
    let compiler = Compiler { code: Some(code_object(&other)) };
    let error = load(&runner.device, c"step", &compiler).map(|_| ()).expect_err("it is for another feature");
    assert!(error.to_string().contains("xnack+") && error.to_string().contains("xnack-"), "{error}");
    // Code that does not say serves either.
    let compiler = Compiler { code: Some(code_object(target.split(':').next().expect("a processor"))) };
    load(&runner.device, c"step", &compiler).expect("code for any");
    still_works(&runner);
}

#[test]
fn what_is_no_code_is_refused() {
    let Some(runner) = Runner::new("what_is_no_code_is_refused") else { return };
    let whole = code_object(&runner.device.info().target);
    let cut_off = |part: usize| whole[..whole.len() / 4 * part].to_vec();
    for code in [b"no code at all".to_vec(), Vec::new(), cut_off(1), cut_off(2), cut_off(3)] {
        let error = load(&runner.device, c"step", &Compiler { code: Some(code) }).map(|_| ()).expect_err("no code");
        assert!(matches!(&error, Error::Load { kernel, .. } if kernel == "tests::step"), "{error}");
    }
    let error = load(&runner.device, c"missing", &Compiler::default()).map(|_| ()).expect_err("no such kernel");
    assert!(error.to_string().contains("no kernel descriptor `missing.kd`"), "{error}");
    still_works(&runner);
}

#[test]
fn limits_are_checked_before_the_launch() {
    let Some(runner) = Runner::new("limits_are_checked_before_the_launch") else { return };
    let step = runner.kernel(c"step");
    let info = runner.device.info().clone();
    let word = runner.word(0);
    let arguments = block(&[&word.ptr.0.to_ne_bytes(), &1u32.to_ne_bytes(), &0u32.to_ne_bytes()]);
    let refused = |shape: LaunchShape, actual: u128, limit: u128| {
        let error = runner.launch(&step, &shape, &arguments).expect_err("beyond a limit");
        let Error::DeviceLimit { device, actual: a, limit: l, .. } = &error else { panic!("{error}") };
        assert_eq!((device.as_str(), *a, *l), (info.id.as_str(), actual, limit), "{error}");
    };
    let before = runner.queue.submitted();
    let items = info.max_group_size;
    refused(LaunchShape { group_size: [items, 2, 1], ..shape(1, 1) }, 2 * u128::from(items), items.into());
    refused(shape(1, 70_000), 70_000, info.max_group_axes[0].into());
    let memory = info.max_group_memory;
    refused(LaunchShape { group_memory: memory + 4, ..shape(1, 1) }, u128::from(memory) + 4, memory.into());
    refused(shape(u32::MAX, 2), 2 * u128::from(u32::MAX), info.max_grid[0].into());
    assert_eq!(runner.queue.submitted(), before, "a refused launch takes no number");
    still_works(&runner);
}

#[test]
fn declared_group_memory_counts() {
    let Some(runner) = Runner::new("declared_group_memory_counts") else { return };
    let kernel = runner.kernel(c"through_group_memory");
    let most = runner.device_group_memory();
    let word = runner.word(0);
    let shape = LaunchShape { group_memory: most - 4092, ..shape(1, 1) };
    let error = runner.launch(&kernel, &shape, &block(&[&word.ptr.0.to_ne_bytes()])).expect_err("too much");
    let Error::DeviceLimit { what, actual, limit, .. } = error else { panic!("{error}") };
    assert!(what.contains("work-group memory"), "{what}");
    assert_eq!((actual, limit), (u128::from(most) + 4, most.into()));
    still_works(&runner);
}
