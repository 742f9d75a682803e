//! See `crates/extractor/tests/support/targets.rs`.
#![no_main]

#[path = "../../crates/extractor/tests/support/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("picture", data));
