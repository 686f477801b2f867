//! Where host code keeps what it has detected of the processor.
//!
//! Crates with fast paths for some processors ask once and keep the answer in a `static`. Each device then has a copy of
//! that, which is right: a device asks too, and the answer is "nothing". So these variables, unlike other `static`s that
//! change, are no reason to refuse a kernel.

use geobacter_container::symbols::readable;
use geobacter_llvm::{AttributePlace, Function, GlobalVariable, Instruction, Module, Opcode, Type, Value};

use super::x86;

/// Before the names of such variables.
const PREFIX: &str = "geobacter.detected.";
/// How many calls deeper the processor may be asked than its answer is kept: without optimisation, the functions of
/// `core::arch` and the closures around them are still calls.
const DEPTH: usize = 4;
/// What such a variable holds before the question was asked: all bits set, in the `cpufeatures` crate's macro that
/// nearly all others use.
const NOT_ASKED: u8 = 0xff;

/// Tells these variables apart by their names. To be called before the questions are answered.
pub(super) fn mark_caches(module: &Module<'_>) {
    let mut asking: Vec<Function<'_>> =
        module.functions().filter(|f| f.instructions().any(|i| i.as_call().is_some_and(x86::is_question))).collect();
    let mut callees = asking.clone();
    for _ in 0..DEPTH {
        callees = callees.iter().flat_map(|f| callers(*f)).collect();
        asking.extend(callees.iter().copied());
    }
    for function in &asking {
        // The answers are constants on a device, which whoever keeps them should see.
        function.remove_attribute(AttributePlace::Function, "noinline");
    }
    for variable in asking.into_iter().flat_map(Function::instructions).flat_map(|i| i.operands().collect::<Vec<_>>()) {
        if let Some(variable) = variable.as_global_variable().filter(|v| is_unasked(*v)) {
            variable.set_name(&format!("{PREFIX}{}", variable.name()));
        }
    }
}

/// Where `libm` keeps what it has detected, or which function it has chosen by that.
pub(crate) const LIBM: [&str; 2] = ["libm::math::arch::", "libm::support::feature_detect::"];

/// Makes code that looks into a variable of `libm`'s find what was there at first, each time: it then asks, which on a device
/// is a constant, and nothing is kept. What is there at first may be a function, and is called directly then. Returns
/// whether there was such a variable.
pub(super) fn forget(module: &Module<'_>) -> bool {
    let mut any = false;
    let is_libms = |variable: &GlobalVariable<'_>| {
        let name = variable.name();
        name.contains("libm") && LIBM.iter().any(|path| readable(&name).starts_with(path))
    };
    for variable in module.globals().filter(|v| !v.is_constant_memory()).filter(is_libms).collect::<Vec<_>>() {
        let (mut loads, mut stores) = (Vec::new(), Vec::new());
        let known = accesses(variable.as_value(), &mut loads, &mut stores).and(variable.initializer());
        let Some(initial) = known else { continue };
        if !loads.iter().all(|load| as_type(initial, load.ty()).is_some()) {
            continue;
        }
        answer_with(loads, stores, |ty| as_type(initial, ty).expect("asked before"));
        any = true;
    }
    any
}

/// What a load of this type finds in a variable: its value, zero, or the only field of it.
fn as_type<'m>(value: Value<'m>, ty: Type<'m>) -> Option<Value<'m>> {
    if value.ty() == ty {
        return Some(value);
    }
    if value.is_null() {
        return Some(ty.zero());
    }
    value.element(0).filter(|field| field.ty() == ty && value.element(1).is_none())
}

/// Puts the answer in the place of the question, once optimisation has found what would be kept: where all that is ever
/// stored is one constant, code may as well run as if another work-item had stored it already. Returns whether there was
/// such a variable.
pub(super) fn settle(module: &Module<'_>) -> bool {
    let caches = module.globals().filter(|g| g.name().starts_with(PREFIX)).collect::<Vec<_>>();
    caches.into_iter().filter_map(|cache| settle_cache(cache.as_value())).count() > 0
}

fn settle_cache(cache: Value<'_>) -> Option<()> {
    let (mut loads, mut stores) = (Vec::new(), Vec::new());
    accesses(cache, &mut loads, &mut stores)?;
    let mut stored = stores.iter().map(|store: &Instruction<'_>| store.operand(0));
    let answer = stored.next()??;
    if !answer.is_constant() || stored.any(|other| other != Some(answer)) || loads.iter().any(|l| l.ty() != answer.ty())
    {
        return None;
    }
    answer_with(loads, stores, |_| answer);
    Some(())
}

/// Makes each load find the value of its type, and leaves the stores out.
fn answer_with<'m>(loads: Vec<Instruction<'m>>, stores: Vec<Instruction<'m>>, value: impl Fn(Type<'m>) -> Value<'m>) {
    for load in loads {
        load.replace_all_uses_with(value(load.ty()));
        load.erase();
    }
    stores.into_iter().for_each(Instruction::erase);
}

/// All loads from an address and stores to it. `None` where anything else is done with it.
fn accesses<'m>(address: Value<'m>, loads: &mut Vec<Instruction<'m>>, stores: &mut Vec<Instruction<'m>>) -> Option<()> {
    for user in address.users() {
        match user.as_instruction().map(|i| (i, i.opcode())) {
            Some((load, Opcode::Load)) => loads.push(load),
            Some((store, Opcode::Store)) if store.operand(1) == Some(address) && store.operand(0) != Some(address) => {
                stores.push(store);
            }
            None if user.const_opcode() == Some(Opcode::AddrSpaceCast) => accesses(user, loads, stores)?,
            _ => return None,
        }
    }
    Some(())
}

fn callers<'m>(function: Function<'m>) -> impl Iterator<Item = Function<'m>> {
    let users = function.users().into_iter().filter_map(|user| user.as_instruction());
    users.filter(|user| user.as_call().is_some()).filter_map(|call| call.function())
}

fn is_unasked(variable: GlobalVariable<'_>) -> bool {
    !variable.is_constant_memory()
        && !variable.name().starts_with(PREFIX)
        && variable.constant_bytes().is_some_and(|bytes| !bytes.is_empty() && bytes.iter().all(|&b| b == NOT_ASKED))
}
