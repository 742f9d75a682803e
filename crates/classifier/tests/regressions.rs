//! What the fuzzers once found stays fixed, and what they start from does no harm.

use std::path::{Path, PathBuf};

#[path = "support/targets.rs"]
mod targets;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

#[test]
fn seeds_and_findings_do_no_harm() {
    for (name, _) in targets::TARGETS {
        for folder in ["seeds", "regressions"] {
            for file in std::fs::read_dir(fuzz().join(folder).join(name)).into_iter().flatten() {
                targets::run(name, &std::fs::read(file.unwrap().path()).unwrap());
            }
        }
    }
}

/// A target without a program or without seeds would be forgotten.
#[test]
fn every_target_has_a_program_and_seeds() {
    for (name, _) in targets::TARGETS {
        assert!(fuzz().join("seeds").join(name).read_dir().unwrap().next().is_some(), "{name}");
        assert!(fuzz().join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
    }
}
