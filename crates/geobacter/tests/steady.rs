//! What stays the same from launch to launch becomes a constant of the code, where a device is asked for that.

use geobacter::prelude::*;

const AFTER: u32 = 3;

fn scale(item: WorkItem, a: f32, x: &[f32], mut y: PerItem<f32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = a * x[item.global_id()];
    }
}

fn sum(item: WorkItem, n: usize, x: &[u32], mut y: PerItem<u32>) {
    if let Some(y) = y.get_mut(&item) {
        *y = (0..n).map(|i| x[i] * (i + item.global_id()) as u32).sum();
    }
}

/// The code that the next launch would run.
fn code(device: &Device, len: usize, a: f32) -> Vec<u8> {
    let x = device.buffer::<f32>(len).unwrap();
    let mut y = device.buffer::<f32>(len).unwrap();
    device.prepare(Grid::covering(len), scale, (a, &x, &mut y)).unwrap().code().expect("device code").to_vec()
}

#[test]
fn code_without_checks_comes_after_so_many_launches() {
    let device = Device::open("offline:sm_90").unwrap();
    device.specialise_after(AFTER);
    let general = code(&device, 1000, 2.0);
    assert!((1..AFTER).all(|_| code(&device, 1000, 2.0) == general));
    let known = code(&device, 1000, 2.0);
    assert_ne!(known, general);
    assert_eq!(code(&device, 1000, 2.0), known);
    // Builds for debugging check more than bounds.
    let panics = |code: &[u8]| String::from_utf8_lossy(code).contains(".geobacter.panics");
    assert!(panics(&general) && (cfg!(debug_assertions) || !panics(&known)), "the lengths and the grid are known");
    // Other numbers, for the same lengths: those are constants still.
    let three = code(&device, 1000, 3.0);
    assert!(three != known && three != general);
    assert_eq!(code(&device, 1000, 4.0), three);
    // Other lengths.
    assert!((0..AFTER).all(|_| code(&device, 999, 2.0) != known));
    assert!(code(&device, 999, 2.0) != general);
    device.specialise_after(0);
    assert_eq!(code(&device, 999, 2.0), general);
}

#[test]
fn results_are_those_of_each_launch() {
    for device in Device::all() {
        device.specialise_after(AFTER);
        for (round, n) in [64, 64, 64, 64, 64, 65, 64, 1, 64, 64, 65, 65, 65, 65, 65, 0, 64].into_iter().enumerate() {
            let host: Vec<u32> = (0..n).map(|i| (i * 7 + round) as u32).collect();
            let x = device.buffer_from(&host).unwrap();
            let mut y = device.buffer::<u32>(100).unwrap();
            device.launch(Grid::covering(100), sum, (n, &x, &mut y)).unwrap();
            let expected: Vec<u32> = (0..100).map(|id| (0..n).map(|i| host[i] * (i + id) as u32).sum()).collect();
            assert_eq!(y.to_vec().unwrap(), expected, "{} in launch {round}", device.id());
        }
        // A check that fails with known values fails as any other.
        let x = device.buffer_filled(3, 1u32).unwrap();
        let mut y = device.buffer::<u32>(100).unwrap();
        for round in 0..2 * AFTER {
            let error = device.launch(Grid::covering(1), sum, (4, &x, &mut y)).unwrap().wait().unwrap_err();
            assert!(
                error.to_string().contains("the len is 3 but the index is 3"),
                "{} in {round}: {error}",
                device.id()
            );
        }
        device.specialise_after(0);
    }
}
