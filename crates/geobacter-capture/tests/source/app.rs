//! The final crate.
use geobacter_core::kernel::launch;

fn add<const N: u32>(i: u32, y: &mut u32) {
    *y += i + N;
}

fn text(i: u32, y: &mut u32) {
    *y = i.to_string().len() as u32;
}

fn fails(i: u32, y: &mut u32) {
    let table = [1, 2, 3];
    *y = table[i as usize] + dep::second(i).checked_mul(3).expect("small");
}

fn twin_a(i: u32, y: &mut u32) {
    *y ^= i;
}

fn twin_b(i: u32, y: &mut u32) {
    *y ^= i;
}

fn main() {
    let kernels = [
        launch(add::<1>), launch(add::<2>), launch(text), launch(fails), launch(twin_a), launch(twin_b), dep::own(),
        launch(|_, y: &mut u32| *y = dep::first(1)),
    ];
    println!("{kernels:?} {}", dep::unrelated());
}
