//! See `crates/classifier/tests/support/targets.rs`.
#![no_main]

#[path = "../../crates/classifier/tests/support/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("scan", data));
