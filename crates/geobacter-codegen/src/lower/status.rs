//! Where panics are reported, the launch's status block; and what the kernel allocates from, its heap.
//!
//! The kernel entry is given the address; a panic may happen, and memory be asked for, in a function that was not inlined. A
//! slot in work-group memory carries it there. But a kernel that does neither shall pay nothing, and whether it does is known
//! only after optimisation: until then, setting and getting are opaque calls that touch memory nobody else sees.

use geobacter_llvm::{AttributePlace, Builder, Call, Function, Instruction, Linkage, Module, Opcode, Value};

use super::supplant;
use crate::session::Session;

/// An address that the kernel's entry sets, and any function may ask for.
struct Slot {
    /// The device ABI's two functions, and the opaque ones in their place.
    set: [&'static str; 2],
    get: [&'static str; 2],
    variable: &'static str,
}

/// What says where panics are reported.
const STATUS: &str = "geobacter.status";

const SLOTS: [Slot; 2] = [
    Slot {
        set: ["__geobacter_set_status", "geobacter.set_status"],
        get: ["__geobacter_status", STATUS],
        variable: "geobacter.status_slot",
    },
    Slot {
        set: ["__geobacter_set_heap", "geobacter.set_heap"],
        get: ["__geobacter_heap", "geobacter.heap"],
        variable: "geobacter.heap_slot",
    },
];

/// Ends the work-item; opaque for the same reason as the others, see [`super::exit`].
pub(super) const EXIT: &str = "geobacter.exit";

/// LLVM's encoding of `memory(inaccessiblemem: ..)`: two bits for each location, this one being the second.
const READS_HIDDEN_MEMORY: u64 = 1 << 2;
const USES_HIDDEN_MEMORY: u64 = 3 << 2;

/// Bytes of a pointer.
const POINTER_BYTES: u32 = 8;

/// Whether `name` is one of the functions that only exist between lowering and finishing.
pub(super) fn is_placeholder(name: &str) -> bool {
    name == EXIT || SLOTS.iter().any(|slot| slot.set[1] == name || slot.get[1] == name)
}

/// Puts the opaque functions in the place of the device ABI's.
pub(super) fn hide(module: &Module<'_>) {
    let slots = SLOTS.iter().flat_map(|slot| [(slot.set, USES_HIDDEN_MEMORY), (slot.get, READS_HIDDEN_MEMORY)]);
    for ([abi, hidden], memory) in slots.chain([(["__geobacter_exit", EXIT], USES_HIDDEN_MEMORY)]) {
        if let Some(function) = module.function(abi) {
            match module.function(hidden) {
                Some(present) => function.replace_all_uses_with(present.as_value()),
                None => {
                    supplant(module, function, hidden);
                }
            }
        }
        if let Some(function) = module.function(hidden) {
            describe(function, memory);
        }
    }
}

fn describe(function: Function<'_>, memory: u64) {
    let context = function.context();
    let add = |name, value| function.add_attribute(AttributePlace::Function, context.attribute(name, value));
    add("memory", memory);
    add("nounwind", 0);
    if function.name() == EXIT {
        add("noreturn", 0);
        add("cold", 0);
    } else {
        add("willreturn", 0);
        add("nocallback", 0);
    }
}

/// The function that says where panics are reported, to be called before these are lowered.
pub(super) fn getter<'m>(module: &'m Module<'_>) -> Function<'m> {
    module.function(STATUS).unwrap_or_else(|| {
        let getter = module.add_function(STATUS, module.context().function_type(module.context().pointer_type(0), &[]));
        describe(getter, READS_HIDDEN_MEMORY);
        getter
    })
}

fn calls<'m>(module: &'m Module<'_>, name: &str) -> Vec<Call<'m>> {
    let users = module.function(name).map_or(Vec::new(), |f| f.users());
    users.into_iter().filter_map(|u| u.as_instruction()?.as_call()).collect()
}

/// Gives the calls that are left after optimisation their meaning.
pub(super) fn lower(session: &Session<'_>, module: &Module<'_>) {
    SLOTS.iter().for_each(|slot| lower_slot(session, module, slot));
}

fn lower_slot(session: &Session<'_>, module: &Module<'_>, slot: &Slot) {
    let Slot { set: [_, set], get: [_, get], variable } = slot;
    let reads = in_the_kernel(session, module, set, calls(module, get));
    if !reads.is_empty() {
        let pointer = module.context().pointer_type(0);
        let slot = module.add_global(variable, pointer, session.target.group_address_space());
        slot.set_initializer(pointer.undef());
        slot.set_linkage(Linkage::Internal);
        slot.set_alignment(POINTER_BYTES);
        // All work-items of the group store the same value, each before it reads: no barrier is needed.
        for call in calls(module, set) {
            Builder::before(call.as_instruction()).store(call.args()[0], slot.as_value(), POINTER_BYTES);
        }
        for read in reads {
            let value = Builder::before(read.as_instruction()).load(pointer, slot.as_value(), POINTER_BYTES);
            read.replace_all_uses_with(value.as_value());
            read.erase();
        }
    }
    for call in calls(module, set) {
        call.erase();
    }
}

/// Lets reads in the kernel itself look where the entry found the address: in the kernarg block, which is not changed. They
/// do so where they are, so that nothing is kept for them. Gives back the others.
fn in_the_kernel<'m>(session: &Session<'_>, module: &'m Module<'_>, set: &str, reads: Vec<Call<'m>>) -> Vec<Call<'m>> {
    let kernel = module.function(&session.symbol);
    let [set] = calls(module, set)[..] else { return reads };
    let source = set.args()[0].as_instruction().filter(|load| set.function() == kernel && is_of_block(*load));
    let Some(load) = source else { return reads };
    let (here, elsewhere): (Vec<_>, Vec<_>) = reads.into_iter().partition(|read| read.function() == kernel);
    for read in here {
        let address = load.operand(0).expect("a load's address");
        let b = Builder::before(read.as_instruction());
        let address = address.as_instruction().map_or(address, |gep| b.copy(gep).as_value());
        let copy = b.copy(load);
        copy.as_value().set_operand(0, address);
        read.replace_all_uses_with(copy.as_value());
        read.erase();
    }
    elsewhere
}

/// Whether an instruction loads from a constant place in the kernel's only parameter.
fn is_of_block(load: Instruction<'_>) -> bool {
    let Some(block) = load.function().and_then(|f| f.params().next()) else { return false };
    let at_constant = |address: Value<'_>| {
        let gep = address.as_instruction().filter(|i| i.opcode() == Opcode::GetElementPtr);
        gep.is_some_and(|gep| gep.constant_byte_offset().is_some() && gep.operand(0) == Some(block))
    };
    let address = load.operand(0).filter(|_| load.opcode() == Opcode::Load);
    address.is_some_and(|address| address == block || at_constant(address))
}
