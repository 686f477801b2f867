//! What kernels print comes out on the host: complete, in order, and with a bound.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use geobacter::Output;
use geobacter::prelude::*;

/// Cases take turns: a device has one sink.
static TURN: Mutex<()> = Mutex::new(());

/// What is printed while it lives.
struct Captured<'a> {
    device: &'a Device,
    texts: Arc<Mutex<Vec<(Output, String)>>>,
    _turn: MutexGuard<'static, ()>,
}

impl<'a> Captured<'a> {
    fn of(device: &'a Device) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let texts: Arc<Mutex<Vec<(Output, String)>>> = Arc::default();
        let to = texts.clone();
        device.set_print_sink(Some(Box::new(move |output, text| to.lock().unwrap().push((output, text.to_owned())))));
        Captured { device, texts, _turn: turn }
    }

    fn lines(&self) -> Vec<String> {
        self.texts.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }
}

impl Drop for Captured<'_> {
    fn drop(&mut self) {
        self.device.set_print_sink(None);
    }
}

pub(crate) fn every_format(device: &Device) {
    let captured = Captured::of(device);
    let kernel = |_: WorkItem, x: u32, y: f32, z: char| {
        geobacter::println!("x = {x}, {x:#x}, {:>6.2}|{y:?}|{z:?} {}", y, "text");
        geobacter::println!();
        geobacter::print!("{}", -5i64);
        geobacter::print!("plain");
    };
    device.launch(Grid::covering(1), kernel, (255, 1.5, 'é')).unwrap().wait().unwrap();
    assert_eq!(captured.lines(), ["x = 255, 0xff,   1.50|1.5|'é' text\n", "\n", "-5", "plain"]);
}

#[derive(Clone, Copy, Debug, DeviceCopy)]
#[allow(dead_code, reason = "formatted")]
struct Particle {
    at: [f32; 2],
    id: Option<u16>,
}

impl fmt::Display for Particle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:?} at {:.1}", self.id, self.at[0])
    }
}

pub(crate) fn types_of_the_users(device: &Device) {
    let captured = Captured::of(device);
    let particle = Particle { at: [0.25, -3.5], id: Some(7) };
    let kernel = |_: WorkItem, p: Particle| {
        geobacter::println!("{p}");
        geobacter::println!("{p:?}");
        geobacter::println!("{p:#?}");
    };
    device.launch(Grid::covering(1), kernel, (particle,)).unwrap().wait().unwrap();
    assert_eq!(captured.lines(), [format!("{particle}\n"), format!("{particle:?}\n"), format!("{particle:#?}\n")]);
}

pub(crate) fn both_outputs(device: &Device) {
    let captured = Captured::of(device);
    let kernel = |_: WorkItem| {
        geobacter::println!("out");
        geobacter::eprintln!("err");
        geobacter::eprint!("end");
    };
    device.launch(Grid::covering(1), kernel, ()).unwrap().wait().unwrap();
    let texts = captured.texts.lock().unwrap().clone();
    let expected = [(Output::Stdout, "out\n"), (Output::Stderr, "err\n"), (Output::Stderr, "end")];
    assert_eq!(texts, expected.map(|(output, text)| (output, text.to_owned())));
}

/// Lines of one work-item in their order, those of all there, none torn or doubled.
pub(crate) fn ordered_for_each_work_item(device: &Device) {
    let captured = Captured::of(device);
    let kernel = |item: WorkItem, n: u32| {
        for k in 0..n {
            geobacter::println!("{} {k}", item.global_id());
        }
    };
    device.launch(Grid::covering(300), kernel, (5,)).unwrap().wait().unwrap();
    let mut next = vec![0; 300];
    for line in captured.lines() {
        let (id, k) = line.trim_end().split_once(' ').unwrap();
        let next = &mut next[id.parse::<usize>().unwrap()];
        assert_eq!(k.parse::<u32>().unwrap(), *next, "{line}");
        *next += 1;
    }
    assert_eq!(next, vec![5; 300]);
}

/// More lines than there is room for: those that are missing were counted.
pub(crate) fn what_is_dropped_is_counted(device: &Device) {
    let captured = Captured::of(device);
    const LINES: u64 = 20_000;
    let kernel = |item: WorkItem| geobacter::println!("line {}", item.global_id());
    device.launch(Grid::covering(LINES as usize), kernel, ()).unwrap().wait().unwrap();
    let (mut printed, mut dropped) = (0, 0);
    for line in captured.lines() {
        match line.strip_prefix("... ").and_then(|rest| rest.strip_suffix(" lines dropped\n")) {
            Some(count) => dropped += count.parse::<u64>().unwrap(),
            None => {
                assert!(line.starts_with("line ") && line.ends_with('\n'), "{line:?}");
                printed += 1;
            }
        }
    }
    assert_eq!(printed + dropped, LINES);
    assert!(printed >= 4000, "{printed}");
}

struct Many;

impl fmt::Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..100).try_for_each(|_| f.write_str("é23456789"))
    }
}

pub(crate) fn long_lines_are_cut(device: &Device) {
    let captured = Captured::of(device);
    device.launch(Grid::covering(1), |_: WorkItem| geobacter::println!("{Many}!"), ()).unwrap().wait().unwrap();
    let lines = captured.lines();
    let whole = format!("{Many}!\n");
    match lines[0].strip_suffix(" [...]\n") {
        // Devices that print at once have no room to run out of.
        None => assert_eq!(lines, [whole]),
        Some(kept) => assert!(whole.starts_with(kept) && kept.len() > 480, "{kept}"),
    }
}

/// What was printed before a panic is there, and what a `Display` panics with is the kernel's panic.
pub(crate) fn beside_panics(device: &Device) {
    let captured = Captured::of(device);
    let queue = device.new_queue().unwrap();
    let kernel = |item: WorkItem, limit: usize| {
        let i = item.global_id();
        geobacter::println!("{i} begins");
        assert!(i < limit, "{i} is too much");
        geobacter::println!("{i} ends");
    };
    let error = device.launch_on(&queue, Grid::covering(3), kernel, (2,)).unwrap().wait().unwrap_err();
    assert!(error.to_string().contains("2 is too much"), "{error}");
    let mut lines = captured.lines();
    lines.sort();
    assert_eq!(lines, ["0 begins\n", "0 ends\n", "1 begins\n", "1 ends\n", "2 begins\n"]);

    struct Broken(u32);
    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            assert!(self.0 < 2, "broken");
            f.write_str("whole")
        }
    }
    let kernel = |_: WorkItem, n: u32| geobacter::println!("{}", Broken(n));
    let error = device.launch_on(&queue, Grid::covering(1), kernel, (2,)).unwrap().wait().unwrap_err();
    assert!(error.to_string().contains("broken"), "{error}");
    device.launch_on(&queue, Grid::covering(1), kernel, (1,)).unwrap().wait().unwrap();
    assert_eq!(captured.lines().last().map(String::as_str), Some("whole\n"));
}

pub(crate) fn from_kernels_that_kernels_launch(device: &Device) {
    let captured = Captured::of(device);
    let ask = |_: WorkItem, child: Launcher<u32>| (1..4).for_each(|i| child.launch(Grid::covering(1), i * i));
    let child = |_: WorkItem, x: u32| geobacter::println!("launched with {x}");
    device.launch(Grid::covering(1), ask, (Child::of(child, ()),)).unwrap().wait().unwrap();
    assert_eq!(captured.lines(), ["launched with 1\n", "launched with 4\n", "launched with 9\n"]);
}
