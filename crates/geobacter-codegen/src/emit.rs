//! Assembly, an object, or what the driver loads.

use geobacter_llvm::{CodeKind, Module, TargetMachine};

use crate::session::Session;
use crate::{CompileError, Compiled, Emit, lower};

pub(crate) fn emit(
    session: &Session<'_>,
    machine: &TargetMachine,
    module: Module<'_>,
) -> Result<Compiled, CompileError> {
    // The back end ends the process on IR that breaks a rule.
    session.llvm(module.verify())?;
    let group_memory = group_memory(session, machine, &module);
    let assembly = lower::assembly::places(&module);
    let code = code(session, machine, module).map_err(|error| lower::assembly::blame(session, &assembly, error))?;
    Ok(Compiled { code, symbol: session.symbol.clone(), group_memory })
}

fn code(session: &Session<'_>, machine: &TargetMachine, module: Module<'_>) -> Result<Vec<u8>, CompileError> {
    let generate = |module, kind| session.llvm(machine.emit(module, kind)).map(|buffer| buffer.to_vec());
    match session.job.emit {
        Emit::Llvm => Ok(module.to_string().into_bytes()),
        Emit::Asm => generate(module, CodeKind::Assembly),
        Emit::Object => generate(module, session.target.object_kind()),
        Emit::Image => {
            let object = generate(module, session.target.object_kind())?;
            let (kernel, target) = (session.name.clone(), session.job.target.to_owned());
            let image = match session.target.image(session.llvm, object) {
                Ok(image) => image,
                Err(reason) => return Err(CompileError::Link { kernel, target, reason }),
            };
            match session.target.keeps_bounds(&image, &session.symbol, &session.job.bounds) {
                Ok(()) => Ok(image),
                Err(what) => Err(CompileError::LaunchBounds { kernel, target, what }),
            }
        }
    }
}

/// Bytes of work-group memory that the kernel declares, each variable at its alignment.
fn group_memory(session: &Session<'_>, machine: &TargetMachine, module: &Module<'_>) -> u32 {
    let space = session.target.group_address_space();
    // A target may have put something else in the place of one.
    let variables = module.globals().filter(|g| g.ty().address_space() == Some(space) && g.is_used());
    // The launch's memory, which has no size here, begins behind all that has one.
    let (unsized_, sized): (Vec<_>, Vec<_>) = variables.partition(|g| g.is_declaration());
    let bytes = sized.into_iter().chain(unsized_).fold(0u64, |bytes, g| {
        bytes.next_multiple_of(u64::from(g.alignment().max(1))) + machine.size_of(g.value_type())
    });
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
