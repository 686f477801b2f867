//! What of the kernarg block is the same in each launch becomes constants of the code.
//!
//! A load from the block of which every byte is known reads a constant variable instead, which LLVM's optimiser folds. Any
//! other access stays: the block has the values all the same, so nothing here can be wrong, only slow.

use std::collections::HashSet;

use geobacter_llvm::{GlobalVariable, Linkage, Module, Opcode, TargetMachine, UnnamedAddr, Value};

use super::entry::Description;
use crate::CompileError;
use crate::session::Session;

/// Copies of the constants; `geobacter.` marks what this crate adds.
const CONSTANTS: &str = "geobacter.constants";

/// What shows where in the block a load reads: what is called with its address is inlined, addresses kept in local
/// variables come out of these.
const EXPOSE: &str = "globaldce,always-inline,function(sroa,early-cse)";
/// What becomes simpler once more of the block is known.
const SIMPLIFY: &str = "function(instcombine,early-cse,simplifycfg,adce),globaldce";

/// `memcpy`'s intrinsics, whose second argument is the source, and the third the number of bytes.
const COPY: &str = "llvm.memcpy.";

/// The known bytes of the kernarg block.
pub(crate) struct Specialised {
    bytes: Vec<Option<u8>>,
    align: u64,
}

/// Makes constants of what is known; the lowered module is about to be optimised.
pub(crate) fn specialise(
    session: &Session<'_>,
    module: &mut Module<'_>,
    machine: &TargetMachine,
    description: &Description,
) -> Result<Specialised, CompileError> {
    let specialised = Specialised::new(session, description)?;
    if !specialised.is_empty() {
        // Broken IR makes passes crash.
        session.llvm(module.verify())?;
        session.llvm(module.run_passes(EXPOSE, Some(machine)))?;
        specialised.replace_loads(session, module, machine);
        session.dump("specialised", module);
    }
    Ok(specialised)
}

impl Specialised {
    fn new(session: &Session<'_>, description: &Description) -> Result<Self, CompileError> {
        let mut bytes = Vec::new();
        for (offset, piece) in session.job.constants.pieces() {
            let beyond = || CompileError::Description {
                kernel: session.name.clone(),
                reason: format!(
                    "{} constant bytes are said to be at {offset} in its block of {} bytes",
                    piece.len(),
                    description.size
                ),
            };
            let end = offset.checked_add(piece.len()).filter(|end| *end as u64 <= description.size);
            let end = end.ok_or_else(beyond)?;
            bytes.resize(bytes.len().max(end), None);
            bytes[offset..end].iter_mut().zip(piece).for_each(|(known, byte)| *known = Some(*byte));
        }
        Ok(Specialised { bytes, align: description.align })
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Once more after optimisation: elements of an array may have constant places only now that a loop is unrolled.
    pub(crate) fn what_is_left(
        &self,
        session: &Session<'_>,
        module: &mut Module<'_>,
        machine: &TargetMachine,
    ) -> Result<(), CompileError> {
        if !self.is_empty() && self.replace_loads(session, module, machine) {
            session.llvm(module.run_passes(SIMPLIFY, Some(machine)))?;
        }
        Ok(())
    }

    /// Whether all of `len` bytes from `offset` on are known.
    fn knows(&self, offset: u64, len: u64) -> bool {
        let range = usize::try_from(offset).ok().zip(usize::try_from(len).ok());
        let range = range.and_then(|(offset, len)| Some(offset..offset.checked_add(len)?));
        let bytes = range.and_then(|range| self.bytes.get(range));
        bytes.is_some_and(|bytes| !bytes.is_empty() && bytes.iter().all(Option::is_some))
    }

    /// Makes known loads from the block read the constants. Whether there was one.
    fn replace_loads(&self, session: &Session<'_>, module: &Module<'_>, machine: &TargetMachine) -> bool {
        let Some(block) = module.function(&session.symbol).and_then(|kernel| kernel.params().next()) else {
            return false;
        };
        let mut constants = None;
        for (user, operand, offset) in self.reads(block, machine) {
            let variable = *constants.get_or_insert_with(|| self.variable(session, module));
            let place = variable.as_value().const_offset(offset);
            let pointer = user.operand(operand).expect("what it reads from").ty();
            let place = if place.ty() == pointer { place } else { place.const_address_space_cast(pointer) };
            user.set_operand(operand, place);
        }
        constants.is_some()
    }

    /// Reads of nothing but known bytes: the instruction, which of its operands is the address, and the offset.
    fn reads<'m>(&self, block: Value<'m>, machine: &TargetMachine) -> Vec<(Value<'m>, u32, u64)> {
        let mut found = Vec::new();
        let mut open = vec![(block, 0u64)];
        let mut seen = HashSet::from([block]);
        while let Some((pointer, offset)) = open.pop() {
            for user in pointer.users().into_iter().filter_map(Value::as_instruction) {
                match user.opcode() {
                    Opcode::GetElementPtr if user.operand(0) == Some(pointer) => {
                        let bytes = user.constant_byte_offset().filter(|_| seen.insert(user.as_value()));
                        open.extend(bytes.map(|bytes| (user.as_value(), offset.wrapping_add(bytes))));
                    }
                    Opcode::AddrSpaceCast if seen.insert(user.as_value()) => open.push((user.as_value(), offset)),
                    Opcode::Load if user.is_plain_access() && self.knows(offset, machine.size_of(user.ty())) => {
                        found.push((user.as_value(), 0, offset));
                    }
                    Opcode::Call => {
                        let Some(call) = user.as_call() else { continue };
                        let is_copy = call.called_function().is_some_and(|f| f.name().starts_with(COPY));
                        let args = call.args();
                        if is_copy
                            && args[1] == pointer
                            && args[0] != pointer
                            && args[2].as_const_int().is_some_and(|len| self.knows(offset, len))
                        {
                            found.push((user.as_value(), 1, offset));
                        }
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// The constants as a variable that looks like the block; what is not known in it is never read.
    fn variable<'m>(&self, session: &Session<'_>, module: &'m Module<'_>) -> GlobalVariable<'m> {
        let bytes: Vec<u8> = self.bytes.iter().map(|byte| byte.unwrap_or(0)).collect();
        let bytes = module.context().const_bytes(&bytes);
        let variable = module.add_global(CONSTANTS, bytes.ty(), session.target.global_address_space(true));
        variable.set_initializer(bytes);
        variable.set_constant_memory(true);
        variable.set_linkage(Linkage::Internal);
        variable.set_unnamed_addr(UnnamedAddr::Global);
        variable.set_alignment(u32::try_from(self.align).unwrap_or(1));
        variable
    }
}
