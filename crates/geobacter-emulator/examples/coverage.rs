//! Lists the instructions of AMD code objects that the emulator cannot execute.
//!
//! `cargo run -p geobacter-emulator --example coverage -- gfx90a FILE...`

use std::collections::BTreeMap;
use std::error::Error;

use geobacter_emulator::{Options, Processor};
use geobacter_llvm::{Llvm, Search};
use object::{Object, ObjectSection, SectionKind};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().ok_or("which target? for example gfx90a")?;
    let processor = Processor::new(&target, &Llvm::find(&Search::default())?, Options::default())?;
    let mut unknown: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let (mut bytes, mut files) = (0, 0);
    for file in arguments {
        let data = std::fs::read(&file)?;
        files += 1;
        for section in object::File::parse(&*data)?.sections().filter(|s| s.kind() == SectionKind::Text) {
            let code = section.data()?;
            bytes += code.len();
            for (_, text, why) in processor.find_unknown(code) {
                let mnemonic = text.split_whitespace().next().unwrap_or("(no instruction)").to_owned();
                let entry = unknown.entry(mnemonic).or_insert((0, format!("{text}: {why}")));
                entry.0 += 1;
            }
        }
    }
    println!("{files} files, {bytes} bytes of code, {} unknown mnemonics", unknown.len());
    for (mnemonic, (times, example)) in unknown {
        println!("{mnemonic:32} {times:6}  {example}");
    }
    Ok(())
}
