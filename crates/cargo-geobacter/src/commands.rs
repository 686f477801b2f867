//! One file for each thing that `cargo geobacter` does.

pub(crate) mod build;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod inspect;
