//! One work-group: its wavefronts take turns until all have ended.

use std::time::Instant;

use crate::decode::Reach;
use crate::op::{Class, Flow, Op, Problem, Stop};
use crate::{Fault, FaultKind, MemoryMap, Options};

use super::Cx;
use super::blocks::{Block, Blocks};
use super::group_memory::GroupMemory;
use super::launch::Launch;
use super::wave::{State, Vector, Wave};

/// A work-group that has been started. Reused for the next one, so that its memory is.
#[derive(Debug, Default)]
pub(crate) struct Group {
    id: [u32; 3],
    waves: Vec<Wave>,
    memory: GroupMemory,
    scratch: Vec<u32>,
    registers: Vec<Vec<Vector>>,
}

/// What a work-group is after its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Ended,
    /// There is more to do.
    Used,
    /// There is more to do, and it waits for others to do something first.
    Waiting,
}

/// Instructions executed, as [`Statistics`](crate::Statistics) counts them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) waves: u64,
    pub(crate) lanes: u64,
}

/// Instructions that a wavefront executes before the next one of its group has its turn.
const WAVE_TURN: u64 = 2_000;
/// Instructions that a group executes before other groups have theirs.
const GROUP_TURN: u64 = 40_000;

/// What is the same for all turns of a dispatch on one thread.
pub(crate) struct Surroundings<'a> {
    pub(crate) launch: &'a Launch,
    pub(crate) memory: &'a dyn MemoryMap,
    pub(crate) options: Options,
    pub(crate) started: Instant,
}

impl Group {
    /// Starts the work-group number `index`.
    pub(crate) fn start(&mut self, index: u64, around: &Surroundings<'_>) {
        let launch = around.launch;
        self.id = launch.group_id(index);
        self.memory.reset(launch.dispatch.group_segment_size as usize, around.options.uninitialised);
        let waves = launch.waves(self.id);
        let each = launch.wave_private_bytes();
        self.scratch.resize((each * u64::from(waves)).div_ceil(4) as usize, 0);
        let scratch = self.scratch.as_mut_ptr() as u64;
        self.registers.extend(self.waves.drain(..).map(|wave| wave.vectors));
        for number in 0..waves {
            let registers = self.registers.pop().unwrap_or_default();
            self.waves.push(launch.wave(self.id, number, scratch + each * u64::from(number), registers));
        }
    }

    /// Runs the wavefronts in turns, until they have ended, wait, or have used their time.
    pub(crate) fn turn(
        &mut self,
        around: &Surroundings<'_>,
        blocks: &mut Blocks<'_>,
        counts: &mut Counts,
    ) -> Result<Turn, Fault> {
        let limit = counts.waves + GROUP_TURN;
        loop {
            let mut progress = false;
            for wave in &mut self.waves {
                if wave.state != State::Running {
                    continue;
                }
                let mut cx = Cx { memory: around.memory, group: &mut self.memory, started: around.started };
                let until = counts.waves + WAVE_TURN;
                progress |= match run_wave(wave, &mut cx, blocks, counts, until) {
                    Ok(waits) => !waits,
                    Err(at) => return Err(at.fault(self.id, wave.number, around.launch.entry)),
                };
            }
            if self.waves.iter().all(|wave| wave.state == State::Ended) {
                return Ok(Turn::Ended);
            }
            if self.waves.iter().all(|wave| wave.state != State::Running) {
                self.pass_barrier(around)?;
            } else if !progress {
                return Ok(Turn::Waiting);
            }
            if counts.waves > limit {
                return Ok(Turn::Used);
            }
        }
    }

    /// Lets all wavefronts go on from the barrier where they wait. Those that have ended count as arrived, as on the
    /// hardware, whose barrier counts the wavefronts that are left.
    fn pass_barrier(&mut self, around: &Surroundings<'_>) -> Result<(), Fault> {
        if around.options.strict_barriers {
            let fewest = self.waves.iter().filter(|w| w.state == State::Ended).map(|w| w.barriers).min();
            let missed = self.waves.iter().find(|w| w.state == State::AtBarrier && fewest <= Some(w.barriers));
            if let (Some(_), Some(wave)) = (fewest, missed) {
                let problem = Problem { kind: FaultKind::BarrierNotReached, lane: None, address: None };
                let stopped = Stopped { problem, address: wave.pc - BARRIER_BYTES, text: "s_barrier".into() };
                return Err(stopped.fault(self.id, wave.number, around.launch.entry));
            }
        }
        for wave in self.waves.iter_mut().filter(|w| w.state == State::AtBarrier) {
            wave.state = State::Running;
            wave.barriers += 1;
        }
        Ok(())
    }
}

const BARRIER_BYTES: u64 = 4;

/// An instruction that could not be executed.
struct Stopped {
    problem: Problem,
    address: u64,
    text: String,
}

impl Stopped {
    fn fault(self, group: [u32; 3], wave: u32, entry: u64) -> Fault {
        Fault {
            kind: self.problem.kind,
            instruction: self.text,
            address: self.address,
            offset: self.address.wrapping_sub(entry) as i64,
            group,
            wave,
            lane: self.problem.lane,
            data_address: self.problem.address,
        }
    }
}

/// Runs one wavefront until it ends, waits at a barrier, waits for others, or has executed enough. Gives whether it waits
/// for something that others do.
fn run_wave(
    wave: &mut Wave,
    cx: &mut Cx<'_>,
    blocks: &mut Blocks<'_>,
    counts: &mut Counts,
    until: u64,
) -> Result<bool, Box<Stopped>> {
    while counts.waves < until {
        let pc = wave.pc;
        let stopped =
            |stop: Stop, address: u64, text: &str| Box::new(Stopped { problem: *stop, address, text: text.to_owned() });
        let block = blocks.at(pc).map_err(|stop| stopped(stop, pc, ""))?;
        if beyond(wave, block.reach) {
            return Err(out_of_range(wave, block));
        }
        let mut next = block.end();
        let mut flow = Flow::Next;
        for (i, op) in block.ops.iter().enumerate() {
            flow = execute(wave, cx, op, counts).map_err(|stop| stopped(stop, op.address, block.text(i)))?;
            if flow != Flow::Next {
                break;
            }
        }
        match flow {
            Flow::Next => {
                if let Some(unknown) = &block.unknown {
                    let kind = FaultKind::UnknownInstruction(unknown.why.clone());
                    let problem = Problem { kind, lane: None, address: None };
                    return Err(stopped(Box::new(problem), next, &unknown.text));
                }
            }
            Flow::Jump(to) => next = to,
            Flow::Barrier => wave.state = State::AtBarrier,
            Flow::End => wave.state = State::Ended,
            Flow::Yield => {}
        }
        wave.pc = next;
        match flow {
            Flow::Next | Flow::Jump(_) => {}
            Flow::Yield => return Ok(true),
            Flow::Barrier | Flow::End => return Ok(false),
        }
    }
    Ok(false)
}

#[inline(always)]
fn execute(wave: &mut Wave, cx: &mut Cx<'_>, op: &Op, counts: &mut Counts) -> Result<Flow, Stop> {
    counts.waves += 1;
    match op.class {
        Class::Scalar | Class::Branch => {
            counts.lanes += 1;
            (op.run)(wave, cx, op)
        }
        Class::Vector | Class::Memory => {
            let exec = wave.exec() & wave.all_lanes();
            counts.lanes += u64::from(exec.count_ones());
            wave.write_mask = if op.mods.dpp.is_some() { crate::semantics::write_mask(wave, op) } else { exec };
            if wave.indexing.on && op.class == Class::Vector {
                let op = wave.indexed(op)?;
                return (op.run)(wave, cx, &op);
            }
            (op.run)(wave, cx, op)
        }
    }
}

/// Whether an instruction needs registers that the wavefront does not have.
fn beyond(wave: &Wave, reach: Reach) -> bool {
    reach.vectors > wave.accumulators || reach.accumulators > wave.vectors.len() - wave.accumulators
}

/// Finds the instruction of a block whose registers the kernel does not have.
#[cold]
fn out_of_range(wave: &Wave, block: &Block) -> Box<Stopped> {
    let i = (0..block.ops.len()).find(|i| beyond(wave, block.reach(*i))).unwrap_or(0);
    let problem = Problem { kind: FaultKind::RegisterOutOfRange, lane: None, address: None };
    Box::new(Stopped { problem, address: block.ops[i].address, text: block.text(i).to_owned() })
}
