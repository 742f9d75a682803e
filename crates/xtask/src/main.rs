//! Developer tasks, started as `cargo xtask TASK`.
//!
//! `cargo xtask ci` is exactly what continuous integration runs, and what the README asks for: there
//! is one definition of "green", the list of steps in `ci.rs`.

mod ci;
mod corpora;
mod fuzz;
mod oracle;
mod picture;
mod python;
mod receivers;
mod run;
mod say;
mod semver;
mod wheel;

use std::{env, process::ExitCode};

const USAGE: &str = "\
Developer tasks.

Usage: cargo xtask TASK

Tasks:
  ci [STEP…]        run all checks, or only the named steps
  steps             list the steps of `ci` with what they check
  golden            compare the outputs of the command line with the recorded ones
  golden --bless    record the outputs of the command line anew; review the diff
  corpora           build the benign corpus from pinned releases, checked by hash
  header            make the header of the C library anew; review the diff
  picture           draw the README's pictures anew; needs chromium
  semver [REVISION] compare the interface of the crates that others embed with the last tag, or
                    REVISION; needs cargo-semver-checks
  oracle [SEED]     compare the validators with python-stdnum on fresh numbers
  fuzz [--seconds N] [--jobs N] [--address] [TARGET…]
                    fuzz all targets, or the named ones in their order, until each has had N seconds of
                    the processor (600), with those of earlier runs; needs nightly and a C++ compiler
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["ci", steps @ ..] => ci::run(steps),
        ["steps"] => {
            ci::list();
            Ok(())
        }
        ["golden"] => ci::golden(run::Bless::No),
        ["golden", "--bless"] => ci::golden(run::Bless::Yes),
        ["corpora"] => corpora::run(),
        ["header"] => ci::header(),
        ["picture"] => picture::run(),
        ["semver"] => semver::run(None),
        ["semver", revision] => semver::run(Some(revision)),
        ["oracle"] => oracle::run(None),
        ["oracle", seed] => oracle::run(Some(seed)),
        ["fuzz", words @ ..] => fuzz::run(words),
        _ => {
            say::line(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::line(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}
