//! The derives, with both sides: what the host passes arrives in the kernel.

use geobacter::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, DeviceCopy)]
struct Range<T> {
    low: T,
    high: T,
}

#[derive(Clone, Copy, PartialEq, DeviceCopy)]
enum Mode {
    Clamp,
    Wrap { by: f32 },
}

#[derive(KernelArg)]
struct Input<'a, T: PartialOrd>(&'a [T], Range<T>);

#[derive(KernelArg)]
struct Clamp<'run> {
    mode: Mode,
    input: Input<'run, f32>,
    output: PerItem<'run, f32>,
}

fn clamp(item: WorkItem, mut arg: Clamp) {
    let Input(values, range) = arg.input;
    if let (Some(out), Some(&value)) = (arg.output.get_mut(&item), values.get(item.global_id())) {
        *out = match arg.mode {
            Mode::Clamp => value.clamp(range.low, range.high),
            Mode::Wrap { by } => range.low + (value - range.low).rem_euclid(by),
        };
    }
}

#[test]
fn structs_of_parameters_nest_and_carry_plain_data() -> geobacter::Result<()> {
    let device = Device::open("cpu")?;
    let values = device.buffer_from(&[-1.0, 0.5, 3.0])?;
    let mut output = device.buffer(3)?;
    let mut run = |mode| {
        let range = Range { low: 0.0, high: 2.0 };
        let arg = ClampArgs { mode, input: InputArgs(&values, range), output: &mut output };
        device.launch(Grid::covering(3), clamp, (arg,))?;
        output.to_vec()
    };
    assert_eq!(run(Mode::Clamp)?, [0.0, 0.5, 2.0]);
    assert_eq!(run(Mode::Wrap { by: 2.0 })?, [1.0, 0.5, 1.0]);
    Ok(())
}

#[derive(KernelArg)]
struct Halves<'a> {
    left: &'a [u32],
    right: PerItem<'a, u32>,
}

#[test]
fn parts_of_a_buffer_are_fields_too() -> geobacter::Result<()> {
    let device = Device::open("cpu")?;
    let left = device.buffer_from(&[1, 2, 3, 4])?;
    let mut right = device.buffer::<u32>(4)?;
    let copy = |item: WorkItem, mut halves: Halves| {
        if let Some(out) = halves.right.get_mut(&item) {
            *out = halves.left[item.global_id()];
        }
    };
    let arg = HalvesArgs { left: left.slice(2..), right: right.slice_mut(..2) };
    device.launch(Grid::covering(2), copy, (arg,))?;
    assert_eq!(right.to_vec()?, [3, 4, 0, 0]);
    Ok(())
}

#[test]
fn a_buffer_of_another_device_is_refused_inside_a_struct_too() -> geobacter::Result<()> {
    let (here, elsewhere) = (Device::open("cpu")?, Device::all());
    let Some(elsewhere) = elsewhere.into_iter().find(|device| *device != here) else {
        return Ok(());
    };
    let left = elsewhere.buffer::<u32>(1)?;
    let mut right = here.buffer::<u32>(1)?;
    let arg = HalvesArgs { left: &left, right: &mut right };
    let launch = here.launch(Grid::covering(1), |_: WorkItem, _: Halves| {}, (arg,));
    assert!(matches!(launch, Err(geobacter::Error::WrongDevice { argument: 0, .. })), "{launch:?}");
    Ok(())
}
