//! What the fuzzers once found stays fixed, and what they start from does no harm.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::PathBuf;

#[path = "support/targets.rs"]
mod targets;

fn replay(folder: &str) -> usize {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(folder);
    let mut replayed = 0;
    for target in &targets::TARGETS {
        let Ok(files) = std::fs::read_dir(root.join(target.name)) else { continue };
        for file in files {
            targets::run(target.name, &std::fs::read(file.unwrap().path()).unwrap());
            replayed += 1;
        }
    }
    replayed
}

#[test]
fn findings_stay_fixed() {
    assert!(replay("regressions") >= 1);
}

#[test]
fn seeds_do_no_harm() {
    assert!(replay("seeds") >= targets::TARGETS.len());
}

/// A target without a program or without seeds would be forgotten.
#[test]
fn every_target_has_a_program_and_seeds() {
    for target in &targets::TARGETS {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
        assert!(folder.join(target.name).is_dir(), "{} has seeds", target.name);
        let bin = folder.join(format!("../fuzz_targets/{}.rs", target.name));
        assert!(bin.is_file(), "{} has a program", target.name);
    }
}
