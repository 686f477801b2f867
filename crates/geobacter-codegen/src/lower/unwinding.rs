//! Nothing unwinds on a device: a panic ends the work-item. So invokes become calls, and landing pads go.

use geobacter_llvm::{IrError, Module, Opcode};

pub(super) fn remove(module: &mut Module<'_>) -> Result<(), IrError> {
    let unwinds =
        module.functions().any(|f| f.instructions().any(|i| matches!(i.opcode(), Opcode::Invoke | Opcode::LandingPad)));
    if unwinds {
        module.run_passes("function(lower-invoke,unreachableblockelim)", None)?;
    }
    for function in module.functions().filter(|f| !f.is_declaration()) {
        function.remove_personality();
    }
    Ok(())
}
