//! One reader under libFuzzer; `cargo xtask fuzz` builds and runs this.
#![no_main]

use std::sync::OnceLock;

use junheng_fuzz::{TARGETS, Target, target};
use libfuzzer_sys::fuzz_target;

static READER: OnceLock<Target> = OnceLock::new();

/// The reader that the environment names. `--list` prints all names instead.
fn chosen() -> Target {
    let name = std::env::var("JUNHENG_FUZZ").unwrap_or_default();
    let Some(reader) = target(&name) else {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        let listed = std::env::args().any(|argument| argument == "--list");
        println!("{}", names.join("\n"));
        std::process::exit(i32::from(!listed));
    };
    reader
}

fuzz_target!(
    init: {
        READER.get_or_init(chosen);
        // A panic that a reader catches is its business: only one that gets out ends the run.
        std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    },
    |data: &[u8]| {
        if let Some(reader) = READER.get() {
            reader(data);
        }
    }
);
