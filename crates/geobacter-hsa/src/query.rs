//! Asking the runtime for one value, and walking its lists.

use std::ffi::c_void;

use crate::sys::{Agent, Api, ERROR, ExecutableSymbol, Isa, MemoryPool, SUCCESS, Status};

/// A call that failed, and its answer.
pub(crate) type Refused = (&'static str, Status);

/// Values that the runtime writes: plain numbers, for which every bit pattern is valid.
pub(crate) trait Plain: Copy {
    /// What is there before the runtime writes.
    const ZERO: Self;
}

macro_rules! plain {
    ($($ty:ty = $zero:expr),* $(,)?) => {$(impl Plain for $ty { const ZERO: Self = $zero; })*};
}
plain! { u8 = 0, u16 = 0, u32 = 0, u64 = 0, usize = 0, [u8; 64] = [0; 64], [u16; 3] = [0; 3], [u32; 3] = [0; 3] }

/// What `status` of `call` says, as a `Result`.
pub(crate) fn answer(call: &'static str, status: Status) -> Result<(), Refused> {
    if status == SUCCESS { Ok(()) } else { Err((call, status)) }
}

fn ask<T: Plain>(call: &'static str, question: impl FnOnce(*mut c_void) -> Status) -> Result<T, Refused> {
    let mut value = T::ZERO;
    answer(call, question((&raw mut value).cast()))?;
    Ok(value)
}

/// Questions, by whom they are put to. The type that is asked for must be the attribute's.
impl Api {
    pub(crate) fn system<T: Plain>(&self, attribute: u32) -> Result<T, Refused> {
        // SAFETY: writes one value of the attribute's type.
        ask("hsa_system_get_info", |value| unsafe { (self.hsa_system_get_info)(attribute, value) })
    }

    pub(crate) fn agent<T: Plain>(&self, agent: Agent, attribute: u32) -> Result<T, Refused> {
        // SAFETY: as above.
        ask("hsa_agent_get_info", |value| unsafe { (self.hsa_agent_get_info)(agent, attribute, value) })
    }

    pub(crate) fn pool<T: Plain>(&self, pool: MemoryPool, attribute: u32) -> Result<T, Refused> {
        let call = "hsa_amd_memory_pool_get_info";
        // SAFETY: as above.
        ask(call, |value| unsafe { (self.hsa_amd_memory_pool_get_info)(pool, attribute, value) })
    }

    pub(crate) fn reach<T: Plain>(&self, agent: Agent, pool: MemoryPool, attribute: u32) -> Result<T, Refused> {
        let call = "hsa_amd_agent_memory_pool_get_info";
        // SAFETY: as above.
        ask(call, |value| unsafe { (self.hsa_amd_agent_memory_pool_get_info)(agent, pool, attribute, value) })
    }
}

impl Api {
    pub(crate) fn symbol<T: Plain>(&self, symbol: ExecutableSymbol, attribute: u32) -> Result<T, Refused> {
        let call = "hsa_executable_symbol_get_info";
        // SAFETY: as above.
        ask(call, |value| unsafe { (self.hsa_executable_symbol_get_info)(symbol, attribute, value) })
    }
}

/// Adds one object to the list behind `data`.
unsafe extern "C" fn collect<T>(object: T, data: *mut c_void) -> Status {
    if data.is_null() {
        return ERROR;
    }
    // SAFETY: the walks below pass a list of this type, which nobody else uses meanwhile.
    unsafe { &mut *data.cast::<Vec<T>>() }.push(object);
    SUCCESS
}

fn walk<T>(call: &'static str, walker: impl FnOnce(*mut c_void) -> Status) -> Result<Vec<T>, Refused> {
    let mut found = Vec::<T>::new();
    answer(call, walker((&raw mut found).cast()))?;
    Ok(found)
}

/// Lists.
impl Api {
    pub(crate) fn agents(&self) -> Result<Vec<Agent>, Refused> {
        // SAFETY: the list outlives the call, and has the call-back's type.
        walk("hsa_iterate_agents", |list| unsafe { (self.hsa_iterate_agents)(collect::<Agent>, list) })
    }

    pub(crate) fn isas(&self, agent: Agent) -> Result<Vec<Isa>, Refused> {
        // SAFETY: as above.
        walk("hsa_agent_iterate_isas", |list| unsafe { (self.hsa_agent_iterate_isas)(agent, collect::<Isa>, list) })
    }

    pub(crate) fn pools(&self, agent: Agent) -> Result<Vec<MemoryPool>, Refused> {
        let call = "hsa_amd_agent_iterate_memory_pools";
        // SAFETY: as above.
        walk(call, |list| unsafe { (self.hsa_amd_agent_iterate_memory_pools)(agent, collect::<MemoryPool>, list) })
    }
}

/// Text that ends in NUL, or where the field does.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_the_nul_or_at_the_end() {
        assert_eq!(text(b"gfx90a\0rest"), "gfx90a");
        assert_eq!(text(b" AMD Instinct MI210 \0"), "AMD Instinct MI210");
        assert_eq!(text(b"full"), "full");
    }

    #[test]
    fn a_refused_question_names_the_call() {
        assert_eq!(ask::<u32>("some_call", |_| ERROR), Err(("some_call", ERROR)));
        let seven = |value: *mut c_void| {
            // SAFETY: `ask::<u32>` passes room for a `u32`.
            unsafe { value.cast::<u32>().write(7) };
            SUCCESS
        };
        assert_eq!(ask::<u32>("some_call", seven), Ok(7));
    }
}
