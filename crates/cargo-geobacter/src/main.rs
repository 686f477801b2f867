//! The `cargo geobacter` command.
fn main() {}
