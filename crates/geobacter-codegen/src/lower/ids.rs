//! What a work-item is, as far as the grid's axes and the launch's bounds leave that open.

use geobacter_llvm::{Builder, IrError, Module, Value};

use super::entry::Description;
use crate::session::Session;
use crate::targets::Axis;

/// Index of the work-item in its group. There is one alone along axes that the grid does not have.
pub(super) fn work_item<'m>(
    session: &Session<'_>,
    description: &Description,
    b: &Builder<'m>,
    module: &'m Module<'_>,
    axis: Axis,
) -> Result<Value<'m>, IrError> {
    let is_only = session.job.bounds.group_size.is_some_and(|size| size[axis] == 1);
    if axis >= description.dimensions || is_only {
        return Ok(module.context().int_type(32).zero());
    }
    session.target.work_item_id(b, module, axis)
}

/// Index of the group in the grid.
pub(super) fn work_group<'m>(
    session: &Session<'_>,
    description: &Description,
    b: &Builder<'m>,
    module: &'m Module<'_>,
    axis: Axis,
) -> Result<Value<'m>, IrError> {
    if axis >= description.dimensions {
        return Ok(module.context().int_type(32).zero());
    }
    session.target.work_group_id(b, module, axis)
}
