//! The validators against an independent implementation, on other numbers than the kept ones.
//!
//! `crates/classifier/tests/oracle/generate.py` draws valid and invalid numbers and asks
//! python-stdnum about each; the test `oracle` of the classifier compares its own verdicts. What the
//! repository keeps is one draw, so that the ordinary tests need no Python. The step of `ci` makes a
//! second one, always the same: a check of every change must not fail for what the change did not do.
//! `cargo xtask oracle` draws anew each time; that is how to look for differences.

use std::{
    fs,
    path::Path,
    process::{self, Stdio},
};

use crate::{
    ci::Outcome,
    python,
    run::{self, Error},
    say,
};

/// The release whose verdicts are compared with.
const STDNUM: &str = "python-stdnum==2.2";

/// The seed of the step of `ci`.
const SEED: &str = "20261120";

/// Runs as a step of `ci`.
pub(crate) fn step() -> Result<Outcome, Error> {
    if !python::is_there() {
        return Ok(Outcome::Skipped("python3 with venv is not installed"));
    }
    run(Some(SEED)).map(|()| Outcome::Passed)
}

/// Draws with `seed`, or with one that differs on each run, and compares.
pub(crate) fn run(seed: Option<&str>) -> Result<(), Error> {
    let seed = seed.map_or_else(|| process::id().to_string(), str::to_owned);
    say::line(&format!("seed {seed}; again with the same numbers: cargo xtask oracle {seed}"));
    let python = python::environment("oracle", &[STDNUM])?;
    let drawn = run::target().join("oracle").join("drawn.csv");
    generate(&python, &seed, &drawn)?;
    compare(&drawn)
}

fn generate(python: &Path, seed: &str, drawn: &Path) -> Result<(), Error> {
    let file = fs::File::create(drawn).map_err(|error| Error::Write(drawn.to_path_buf(), error))?;
    let script = run::root().join("crates/classifier/tests/oracle/generate.py");
    let mut command = run::program(python, &[&*script.to_string_lossy(), seed]);
    command.stdout(Stdio::from(file));
    run::finish(command)
}

fn compare(drawn: &Path) -> Result<(), Error> {
    let mut command = run::cargo(&[
        "test",
        "--workspace",
        "--all-features",
        "--locked",
        "--test",
        "oracle",
        "--",
        "--nocapture",
    ]);
    command.env("DOSIMETER_ORACLE", drawn);
    run::finish(command)
}
