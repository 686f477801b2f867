//! The device ABI: each function of it gets the target's instruction for a body.

use geobacter_core::abi::{GROUP_ALIGN, packed_version};
use geobacter_llvm::{AtomicOp, AttributePlace, Builder, Function, IrError, Linkage, Module, Ordering, Value};

use super::{raw, status, supplant};
use crate::session::Session;
use crate::targets::{FastOp, SubgroupOp};

const PREFIX: &str = "__geobacter_";
/// Seen from outside the module, so spelled as every assembler takes it.
const GROUP_MEMORY: &str = "geobacter_group_memory";
const AXES: [&str; 3] = ["_x", "_y", "_z"];

pub(super) fn define(session: &Session<'_>, module: &Module<'_>) -> Result<(), IrError> {
    status::hide(module);
    let functions: Vec<_> = module.functions().filter(|f| f.name().starts_with(PREFIX)).collect();
    for function in functions {
        let name = function.name();
        let name = &name[PREFIX.len()..];
        if raw::is_raw(name) {
            raw::hide(module, function, name);
        } else if is_answered(name) {
            let new = supplant(module, function, &format!("geobacter.{name}"));
            give_body(session, module, new, name)?;
        }
    }
    Ok(())
}

fn is_answered(name: &str) -> bool {
    axis_of(name).is_some()
        || SubgroupOp::of(name).is_some()
        || float_atomic(name).is_some()
        || FastOp::of(name).is_some()
        || matches!(name, "platform" | "group_memory" | "work_group_barrier" | "interrupt")
        || matches!(name, "arch" | "max_group_size" | "max_group_memory")
}

fn axis_of(name: &str) -> Option<(&str, usize)> {
    let (axis, letter) = AXES.iter().enumerate().find(|(_, letter)| name.ends_with(**letter))?;
    let base = &name[..name.len() - letter.len()];
    matches!(base, "work_item_id" | "work_group_id" | "work_group_size").then_some((base, axis))
}

fn give_body<'m>(
    session: &Session<'_>,
    module: &'m Module<'_>,
    function: Function<'m>,
    name: &str,
) -> Result<(), IrError> {
    let context = module.context();
    function.set_linkage(Linkage::Internal);
    for attribute in ["alwaysinline", "nounwind"] {
        function.add_attribute(AttributePlace::Function, context.attribute(attribute, 0));
    }
    let b = Builder::at_end(function.append_block(""));
    if let Some(operation) = float_atomic(name) {
        let params: Vec<_> = function.params().collect();
        b.ret(b.atomic(operation, params[0], params[1], Ordering::Monotonic, "").as_value());
        return Ok(());
    }
    if let Some(operation) = FastOp::of(name) {
        let params: Vec<_> = function.params().collect();
        b.ret(session.target.fast(operation, &params, &b, module)?);
        return Ok(());
    }
    if name == "interrupt" {
        return session.target.interrupt(function, b, module);
    }
    if let Some(operation) = SubgroupOp::of(name) {
        return session.target.subgroup(operation, function, b, module);
    }
    let params: Vec<_> = function.params().collect();
    match answer(session, module, &b, name, &params)? {
        Some(value) => b.ret(value),
        None => b.ret_void(),
    };
    Ok(())
}

fn answer<'m>(
    session: &Session<'_>,
    module: &'m Module<'_>,
    b: &Builder<'m>,
    name: &str,
    params: &[Value<'m>],
) -> Result<Option<Value<'m>>, IrError> {
    let (target, group_size) = (session.target, session.job.bounds.group_size);
    let word = module.context().int_type(32);
    Ok(match (name, axis_of(name)) {
        (_, Some(("work_item_id", axis))) => Some(match group_size.map(|size| size[axis]) {
            // The only one along this axis.
            Some(1) => word.zero(),
            _ => target.work_item_id(b, module, axis)?,
        }),
        (_, Some(("work_group_id", axis))) => Some(target.work_group_id(b, module, axis)?),
        (_, Some((_, axis))) => Some(match group_size {
            Some(size) => word.int(size[axis].into()),
            None => target.work_group_size(b, module, axis)?,
        }),
        ("platform", _) => Some(number(module, target.platform())),
        ("arch", _) => {
            let [major, minor, stepping] = target.version();
            Some(number(module, packed_version(major, minor, stepping)))
        }
        ("max_group_size", _) => Some(number(module, target.max_group_size())),
        ("max_group_memory", _) => Some(number(module, target.max_group_memory())),
        ("group_memory", _) => Some(target.group_memory(b, module).unwrap_or_else(|| group_memory(session, module))),
        _ => {
            target.barrier(b, module, params[0])?;
            None
        }
    })
}

fn number<'m>(module: &'m Module<'_>, number: u32) -> Value<'m> {
    module.context().int_type(32).int(u64::from(number))
}

fn float_atomic(name: &str) -> Option<AtomicOp> {
    let (operation, ty) = name.strip_prefix("atomic_")?.split_once('_')?;
    let operation = match operation {
        "add" => AtomicOp::FAdd,
        "min" => AtomicOp::FMin,
        "max" => AtomicOp::FMax,
        _ => return None,
    };
    matches!(ty, "f32" | "f64").then_some(operation)
}

/// The launch decides how large this is: a variable without a size stands for where it begins, behind all variables that
/// have one.
fn group_memory<'m>(session: &Session<'_>, module: &'m Module<'_>) -> Value<'m> {
    let context = module.context();
    let variable = module.global(GROUP_MEMORY).unwrap_or_else(|| {
        let bytes = context.int_type(8).array(0);
        let variable = module.add_global(GROUP_MEMORY, bytes, session.target.group_address_space());
        variable.set_alignment(GROUP_ALIGN as u32);
        variable
    });
    variable.as_value().const_address_space_cast(context.pointer_type(0))
}

/// Whether `name` is that of the variable that stands for the launch's work-group memory.
pub(crate) fn is_group_memory(name: &str) -> bool {
    name == GROUP_MEMORY
}
