//! Buffers hold plain data only.

use geobacter::prelude::*;

fn main() -> geobacter::Result<()> {
    let device = Device::best()?;
    device.buffer_from(&[String::new()])?;
    device.buffer_from(&[Box::new(1)])?;
    device.buffer_from(&[&1])?;
    Ok(())
}
