//! The machine that instructions run on: wavefronts, work-groups, memory, and the threads that drive them.

mod blocks;
mod cx;
mod descriptor;
mod group;
mod group_memory;
mod launch;
mod place;
mod wave;
mod workers;

pub(crate) use blocks::Code;
pub(crate) use cx::Cx;
pub(crate) use place::{Place, combine, offset};
pub(crate) use wave::{Indexing, LANES, Wave};
pub(crate) use workers::{Run, run};
