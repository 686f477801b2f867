//! Which member defines a symbol.

use std::collections::HashMap;

use geobacter_llvm::{Context, GlobalValue};

use crate::CaptureError;
use crate::input::{Inputs, Kind, Member};

/// Definitions by name. As in a link, the first one counts: objects before archives, each in the order given.
pub(crate) struct Index {
    definitions: HashMap<Box<[u8]>, Member>,
}

impl Index {
    pub(crate) fn build(inputs: &Inputs, context: &Context) -> Result<Index, CaptureError> {
        let mut index = Index { definitions: HashMap::new() };
        let (mut objects, mut archives) = (Vec::new(), Vec::new());
        for file in inputs.numbers() {
            match inputs.kind(file) {
                Kind::Object(member) => objects.push(member),
                Kind::Archive => archives.push(file),
            }
        }
        for member in objects {
            index.add_object(inputs, context, member)?;
        }
        for file in archives {
            match inputs.archive_symbols(file)? {
                Some(symbols) => symbols.into_iter().for_each(|(name, member)| index.add(name, member)),
                None => {
                    for member in inputs.members(file)? {
                        index.add_object(inputs, context, member)?;
                    }
                }
            }
        }
        Ok(index)
    }

    pub(crate) fn get(&self, symbol: &str) -> Option<Member> {
        self.definitions.get(symbol.as_bytes()).copied()
    }

    /// Every symbol that begins with `prefix`, in order.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Vec<&str> {
        let names = self.definitions.keys().filter_map(|name| std::str::from_utf8(name).ok());
        let mut found: Vec<&str> = names.filter(|name| name.starts_with(prefix)).collect();
        found.sort_unstable();
        found
    }

    fn add(&mut self, name: &[u8], member: Member) {
        self.definitions.entry(name.into()).or_insert(member);
    }

    fn add_object(&mut self, inputs: &Inputs, context: &Context, member: Member) -> Result<(), CaptureError> {
        let Some(bitcode) = inputs.bitcode(member) else { return Ok(()) };
        let module = context.parse_bitcode_lazily(bitcode).map_err(|e| CaptureError::bitcode(inputs, member, e))?;
        let mut define = |global: GlobalValue<'_>| {
            if !global.is_declaration() && !global.linkage().is_local() {
                self.add(global.name().as_bytes(), member);
            }
        };
        module.functions().for_each(|f| define(f.as_global()));
        module.globals().for_each(|g| define(g.as_global()));
        module.aliases().for_each(|a| define(a.as_global()));
        Ok(())
    }
}
