//! The messages of panics, with every value in them: the same on every device as on the host.

use std::cell::RefCell;
use std::fmt;
use std::hint::black_box;

use geobacter::Error;
use geobacter::prelude::*;

/// What the wait says of a launch that panics.
fn message(error: Error) -> String {
    match error {
        Error::KernelPanicked { message, .. } => message,
        other => panic!("not a panic: {other}"),
    }
}

/// Launches a kernel that panics, on the device and on the host, and compares both messages with what is expected.
macro_rules! says {
    ($device:expr, $($expected:expr, |$($arg:ident: $ty:ty),*| ($($value:expr),*) $body:block;)*) => {$({
        let kernel = |_: WorkItem, $($arg: $ty),*| $body;
        let expected: String = $expected.into();
        for device in [$device, &Device::open("cpu").unwrap()] {
            let queue = device.new_queue().unwrap();
            let launch = device.launch_on(&queue, Grid::covering(1), kernel, ($($value,)*)).unwrap();
            assert_eq!(message(launch.wait().unwrap_err()), expected);
        }
    })*};
}

pub(crate) fn integers(device: &Device) {
    says! { device,
        "x = 42", |x: u32| (42) { panic!("x = {x}") };
        "42", |x: u32| (42) { panic!("{}", x) };
        "-128 255 -32768 65535", |a: i8, b: u8, c: i16, d: u16| (-128, 255, -32768, 65535) { panic!("{a} {b} {c} {d}") };
        format!("{} {}", i64::MIN, u64::MAX), |a: i64, b: u64| (i64::MIN, u64::MAX) { panic!("{a} {b}") };
        format!("{} {}", i128::MIN, u128::MAX), |a: i128, b: u128| (i128::MIN, u128::MAX) { panic!("{a} {b:?}") };
        format!("{:5}|{:<5}|{:^5}|{:>+5}|{:05}|{:*^+7}", 42, 42, 42, 42, 42, 42), |x: i32| (42) {
            panic!("{:5}|{:<5}|{:^5}|{:>+5}|{:05}|{:*^+7}", x, x, x, x, x, x)
        };
        format!("{:x} {:#X} {:#010b} {:o} {:#x?} {:e}", 48879, 48879, 5, 8, 255, 1500), |a: u32, b: u64| (48879, 255) {
            panic!("{:x} {:#X} {:#010b} {:o} {:#x?} {:e}", a, a, a - 48_874, a - 48_871, b, a - 47_379)
        };
        format!("{:w$}|{0:<1$}|{0:02$}|", 7, 9, 4, w = 6), |x: u32, w: usize| (7, 6) {
            panic!("{:w$}|{0:<1$}|{0:02$}|", x, w + 3, w - 2, w = w)
        };
    }
}

pub(crate) fn floats(device: &Device) {
    let third = 1.0f32 / 3.0;
    says! { device,
        format!("x is {third}"), |x: f32| (third) { assert!(x > 1.0, "x is {x}") };
        format!("{:.3} {:8.2} {:+e} {:010.1?} {third:?}", third, third, third, third), |x: f32| (third) {
            panic!("{:.3} {:8.2} {:+e} {:010.1?} {x:?}", x, x, x, x)
        };
        "NaN inf -0 1e300", |a: f64, b: f64, c: f64, d: f64| (f64::NAN, f64::INFINITY, -0.0, 1e300) {
            panic!("{a} {b} {c} {d:?}")
        };
        format!("{:.*}|{1:>0$.3}", 2, 0.125), |x: f64, digits: usize| (0.125, 2) {
            panic!("{:.*}|{1:>0$.3}", digits, x)
        };
    }
}

pub(crate) fn text_and_characters(device: &Device) {
    const NAMES: [&str; 2] = ["métal \"hot\"\n", ""];
    says! { device,
        "true false 'é' é", |c: char, t: bool| ('é', true) { panic!("{t} {:?} {c:?} {c}", !t) };
        format!("{0}|{0:?}|{0:>15}|{0:.3}|{0:-<14.5}", NAMES[0]), |i: usize| (0) {
            panic!("{0}|{0:?}|{0:>15}|{0:.3}|{0:-<14.5}", NAMES[black_box(i)])
        };
        "<>", |i: usize| (1) { panic!("<{}>", NAMES[black_box(i)]) };
        "a {brace} and 1", |x: u8| (1) { panic!("a {{brace}} and {}", x) };
        "unit ()", | | () { panic!("unit {:?}", black_box(())) };
    }
}

pub(crate) fn references(device: &Device) {
    says! { device,
        "7 7 7", |x: u32| (7) {
            let (a, b) = (&x, &&x);
            panic!("{a} {b} {:?}", &b)
        };
    }
}

pub(crate) fn assertions(device: &Device) {
    says! { device,
        "assertion failed: x > y", |x: u32, y: u32| (1, 2) { assert!(x > y) };
        "assertion `left == right` failed\n  left: 1\n right: 2", |x: u32, y: u32| (1, 2) { assert_eq!(x, y) };
        "assertion `left != right` failed: both are 0.5\n  left: 0.5\n right: 0.5", |x: f64, y: f64| (0.5, 0.5) {
            assert_ne!(x, y, "both are {}", x)
        };
        "assertion `left == right` failed: no\n  left: Some(3)\n right: None",
            |x: Option<u8>, y: Option<u8>| (Some(3), None) { assert_eq!(x, y, "no") };
        "assertion `left == right` failed\n  left: [1, 2]\n right: [1, 3]", |x: [u16; 2], y: [u16; 2]| ([1, 2], [1, 3]) {
            assert_eq!(x, y)
        };
        "assertion `left == right` failed\n  left: \"a\"\n right: \"b\"", |i: usize| (0) {
            const NAMES: [&str; 2] = ["a", "b"];
            assert_eq!(NAMES[black_box(i)], NAMES[black_box(i + 1)])
        };
    }
}

#[derive(Clone, Copy, Debug, DeviceCopy)]
#[allow(dead_code, reason = "formatted")]
enum Trouble {
    None,
    Hot { degrees: f32, where_: (u8, char) },
    Lost(Place, [i16; 3]),
}

#[derive(Clone, Copy, Debug, PartialEq, DeviceCopy)]
struct Place {
    x: i32,
    y: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}, {:?}>", self.x, self.y)
    }
}

/// Its own idea of width and precision.
#[derive(Clone, Copy, DeviceCopy)]
struct Padded(i32);

impl fmt::Display for Padded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.0 < 0 { "minus" } else { "plus" })?;
        f.write_str(if f.alternate() { "#" } else { "-" })?;
        write!(f, "{:?}{:?}", f.width(), f.precision())
    }
}

pub(crate) fn types_of_the_users(device: &Device) {
    let place = Place { x: -3, y: Some(9) };
    let hot = Trouble::Hot { degrees: 451.5, where_: (7, 'b') };
    let lost = Trouble::Lost(place, [1, -2, 3]);
    says! { device,
        format!("at {place} or {place:?}"), |p: Place| (place) { panic!("at {p} or {p:?}") };
        format!("{place:#?}!"), |p: Place| (place) { panic!("{p:#?}!") };
        format!("{lost:?} {:?} {:5}", Trouble::None, 6), |t: Trouble, x: u16| (lost, 6) {
            panic!("{t:?} {:?} {x:5}", black_box(Trouble::None))
        };
        format!("{hot:?} {hot:#?}"), |t: Trouble| (hot) { panic!("{t:?} {t:#?}") };
        format!("{:>8.2}|{:#}", Padded(-1), Padded(1)), |a: i32, b: i32| (-1, 1) {
            panic!("{:>8.2}|{:#}", Padded(a), Padded(b))
        };
        format!("assertion `left == right` failed\n  left: {place:?}\n right: {:?}", Place { x: 1, y: None }),
            |a: Place, b: Place| (place, Place { x: 1, y: None }) { assert_eq!(a, b) };
    }
}

pub(crate) fn results_and_options(device: &Device) {
    let lost = Trouble::Lost(Place { x: 1, y: None }, [0; 3]);
    let missing: Option<u8> = None;
    says! { device,
        "called `Option::unwrap()` on a `None` value", |x: Option<u8>| (missing) { black_box(x.unwrap()); };
        "a second number", |x: Option<u8>| (missing) { black_box(x.expect("a second number")); };
        "called `Result::unwrap()` on an `Err` value: 17", |x: u32| (17) {
            black_box(black_box(Err::<u32, u32>(x)).unwrap());
        };
        "it works: 2.5", |x: f32| (2.5) { black_box(black_box(Err::<u32, f32>(x)).expect("it works")); };
        "called `Result::unwrap()` on an `Err` value: ()", | | () { black_box(black_box(Err::<u32, ()>(())).unwrap()); };
        "called `Result::unwrap_err()` on an `Ok` value: 'x'", |x: char| ('x') {
            black_box(black_box(Ok::<char, u32>(x)).unwrap_err());
        };
        format!("no trouble: {lost:?}"), |t: Trouble| (lost) {
            black_box(black_box(Err::<u32, Trouble>(t)).expect("no trouble"));
        };
        "called `Result::unwrap()` on an `Err` value: TryFromIntError(())", |x: u32| (300) {
            black_box(u8::try_from(black_box(x)).unwrap());
        };
    }
}

pub(crate) fn macros_of_the_library(device: &Device) {
    says! { device,
        "internal error: entered unreachable code", | | () { unreachable!() };
        "internal error: entered unreachable code: case 3", |x: u8| (3) { unreachable!("case {x}") };
        "not yet implemented", | | () { todo!() };
        "not yet implemented: for 4", |x: u8| (4) { todo!("for {}", x) };
        "not implemented: 5 of them", |x: u8| (5) { unimplemented!("{x} of them") };
        "explicit panic", | | () { panic!() };
    }
}

pub(crate) fn checks_of_the_language(device: &Device) {
    fn numbers(i: u32) -> [u32; 4] {
        black_box([i, 2, 3, 4])
    }
    says! { device,
        "attempt to divide by zero", |x: u32| (0) { black_box(1 / black_box(x)); };
        "attempt to calculate the remainder with a divisor of zero", |x: u32| (0) { black_box(1 % black_box(x)); };
        "attempt to divide with overflow", |x: i32| (-1) { black_box(i32::MIN / black_box(x)); };
        "index out of bounds: the len is 4 but the index is 9", |i: usize| (9) { black_box(numbers(1)[i]); };
        "range end index 7 out of range for slice of length 4", |i: usize| (7) { black_box(&numbers(1)[..i]); };
        "range start index 5 out of range for slice of length 4", |i: usize| (5) { black_box(&numbers(1)[i..]); };
        "slice index starts at 3 but ends at 2", |i: usize| (3) { black_box(&numbers(1)[i..i - 1]); };
        "copy_from_slice: source slice length (3) does not match destination slice length (4)", |i: usize| (3) {
            numbers(1).copy_from_slice(&numbers(2)[..i]);
        };
    }
    if cfg!(debug_assertions) {
        says! { device,
            "attempt to add with overflow", |x: u8| (255) { black_box(black_box(x) + 1); };
            "attempt to multiply with overflow", |x: i64| (i64::MAX) { black_box(black_box(x) * 2); };
            "attempt to shift left with overflow", |x: u32| (40) { black_box(1u32 << black_box(x)); };
        }
    }
}

pub(crate) fn cells(device: &Device) {
    says! { device,
        "RefCell already borrowed", |x: u32| (1) {
            let cell = black_box(RefCell::new(x));
            let first = cell.borrow();
            *cell.borrow_mut() += *first;
        };
        "RefCell already mutably borrowed", |x: u32| (1) {
            let cell = black_box(RefCell::new(x));
            let mut first = cell.borrow_mut();
            *first += *cell.borrow();
        };
    }
}

#[inline(never)]
fn deep(n: u32, x: f32) -> f32 {
    if n == 0 {
        assert!(x < 10.0, "x is {x:.2} down here");
        return x;
    }
    deep(n - 1, x + 1.0) * 0.5
}

pub(crate) fn in_nested_calls(device: &Device) {
    says! { device,
        "x is 10.50 down here", |n: u32, x: f32| (7, 3.5) { black_box(deep(n, x)); };
    }
}

/// As long as a record has room for; the rest is left out, and that is said.
pub(crate) fn long_messages_are_cut(device: &Device) {
    const LONG: &str = "é0123456789";
    let kernel = |_: WorkItem, n: u32| {
        panic!(
            "{n}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{LONG}{}{}{}{}",
            Many(n),
            Many(n),
            Many(n),
            Many(n)
        )
    };
    let expected = format!("1{}", LONG.repeat(60));
    let queue = device.new_queue().unwrap();
    let message = message(device.launch_on(&queue, Grid::covering(1), kernel, (1,)).unwrap().wait().unwrap_err());
    match message.strip_suffix(" [...]") {
        // Devices that unwind have no record.
        None => assert!(expected.starts_with(&message[..400]) && message.len() > 512, "{message}"),
        Some(kept) => assert!(expected.starts_with(kept) && kept.len() > 500, "{message}"),
    }
}

struct Many(u32);

impl fmt::Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..self.0 * 12).try_for_each(|_| f.write_str("é0123456789"))
    }
}

/// A message with values beside a kernel's own formatting into memory.
pub(crate) fn beside_formatting_in_the_kernel(device: &Device) {
    use fmt::Write;
    struct Line([u8; 32], usize);
    impl Write for Line {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            self.0[self.1..self.1 + s.len()].copy_from_slice(s.as_bytes());
            self.1 += s.len();
            Ok(())
        }
    }
    says! { device,
        "8 characters of 12345: 12345|99", |x: u32| (12345) {
            let mut line = Line([0; 32], 0);
            write!(line, "{x}|{:>2}", x % 99 + 30).unwrap();
            panic!("{} characters of {x}: {}", line.1, std::str::from_utf8(&line.0[..line.1]).unwrap_or("?"))
        };
    }
}
