//! Calls whose target is known only while the kernel runs.

use geobacter::prelude::*;

trait Operation {
    fn apply(&self, x: f32) -> f32;
}

struct Add(f32);
struct Scale {
    by: f32,
    times: u32,
}

impl Operation for Add {
    #[inline(never)]
    fn apply(&self, x: f32) -> f32 {
        x + self.0
    }
}

impl Operation for Scale {
    #[inline(never)]
    fn apply(&self, x: f32) -> f32 {
        (0..self.times).fold(x, |x, _| x * self.by)
    }
}

fn host_chain(i: usize) -> f32 {
    let (add, scale) = (Add(i as f32), Scale { by: 2.0, times: 3 });
    let chain: [&dyn Operation; 3] = [&add, &scale, &add];
    chain.iter().skip(i % 3).fold(1.0, |x, op| op.apply(x))
}

pub(crate) fn trait_objects(device: &Device) {
    let mut out = device.buffer::<f32>(300).unwrap();
    device
        .launch(
            Grid::covering(300),
            |item: WorkItem, mut out: PerItem<f32>| {
                if let Some(out) = out.get_mut(&item) {
                    *out = host_chain(item.global_id());
                }
            },
            (&mut out,),
        )
        .unwrap();
    assert_eq!(out.to_vec().unwrap(), (0..300).map(host_chain).collect::<Vec<_>>());
}

#[inline(never)]
fn double(x: u32) -> u32 {
    x * 2
}
#[inline(never)]
fn square(x: u32) -> u32 {
    x * x
}
#[inline(never)]
fn negate(x: u32) -> u32 {
    !x
}

fn choose(i: usize) -> fn(u32) -> u32 {
    match i % 3 {
        0 => double,
        1 => square,
        _ => negate,
    }
}

pub(crate) fn function_pointers(device: &Device) {
    let mut out = device.buffer::<u32>(100).unwrap();
    device
        .launch(
            Grid::covering(100),
            |item: WorkItem, mut out: PerItem<u32>| {
                let i = item.global_id();
                if let Some(out) = out.get_mut(&item) {
                    *out = choose(i)(i as u32);
                }
            },
            (&mut out,),
        )
        .unwrap();
    assert_eq!(out.to_vec().unwrap(), (0..100).map(|i| choose(i)(i as u32)).collect::<Vec<_>>());
}

static TABLE: [fn(u32) -> u32; 4] = [square, double, negate, square];

pub(crate) fn tables_of_functions(device: &Device) {
    fn through_table(item: WorkItem, choice: &[usize], mut out: PerItem<u32>) {
        let i = item.global_id();
        if let Some(out) = out.get_mut(&item) {
            *out = TABLE[choice[i]](i as u32);
        }
    }
    let choice: Vec<usize> = (0..100).map(|i| (i * 7) % 4).collect();
    let mut out = device.buffer::<u32>(100).unwrap();
    let choices = device.buffer_from(&choice).unwrap();
    device.launch(Grid::covering(100), through_table, (&choices, &mut out)).unwrap();
    assert_eq!(out.to_vec().unwrap(), (0..100).map(|i| TABLE[choice[i]](i as u32)).collect::<Vec<_>>());
}
