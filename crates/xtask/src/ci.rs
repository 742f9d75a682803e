//! The checks that every change passes, in the order of how soon they tell something.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    oracle, receivers,
    run::{self, Bless, Error},
    say, wheel,
};

/// One check.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Outcome, Error>,
}

/// How a step ended, if it did not fail.
pub(crate) enum Outcome {
    /// The check passed.
    Passed,
    /// The check could not be made here, and why.
    Skipped(&'static str),
}

/// All checks. `build` is a step of its own so that the time for compiling is not counted as tests,
/// and so that later steps find the binary.
const STEPS: &[Step] = &[
    Step { name: "fmt", what: "the formatting of all code", run: fmt },
    Step { name: "clippy", what: "lints, with warnings as errors", run: clippy },
    Step { name: "build", what: "everything that the tests need", run: build },
    Step {
        name: "receivers",
        what: "programs that read our output in tests",
        run: receivers::step,
    },
    Step { name: "test", what: "unit, integration, golden and end-to-end tests", run: test },
    Step { name: "doctest", what: "the examples in the documentation", run: doctest },
    Step { name: "rules", what: "the examples of every rule", run: rules },
    Step { name: "rustdoc", what: "the documentation, with warnings as errors", run: rustdoc },
    Step { name: "deny", what: "licences, sources and bans of dependencies", run: deny },
    Step { name: "python", what: "the Python wheel: built, installed, tested", run: wheel::step },
    Step { name: "oracle", what: "the validators against python-stdnum", run: oracle::step },
];

/// Runs the named steps, or all; goes on after a failure, so that one run shows all that is wrong.
pub(crate) fn run(names: &[&str]) -> Result<(), Error> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(Error::UnknownStep((*unknown).to_owned()));
    }
    let chosen = STEPS.iter().filter(|step| names.is_empty() || names.contains(&step.name));
    let done: Vec<Done> = chosen.map(perform).collect();
    say::line("\nSummary");
    for done in &done {
        say::line(&done.line());
    }
    match done.iter().filter(|done| done.result.is_err()).count() {
        0 => Ok(()),
        failed => Err(Error::Red(failed)),
    }
}

/// Prints the names of the steps and what they check.
pub(crate) fn list() {
    for step in STEPS {
        say::line(&format!("{:<10} {}", step.name, step.what));
    }
}

/// Compares or records the outputs of the command line.
pub(crate) fn golden(bless: Bless) -> Result<(), Error> {
    let tests = ["--test", "golden", "--test", "guides"];
    let mut command = run::cargo(&["test", "--package", "dosimeter-cli", "--all-features"]);
    command.args(tests);
    if matches!(bless, Bless::Yes) {
        command.env("DOSIMETER_BLESS", "1");
    }
    run::finish(command)
}

/// Makes the header of the C library anew.
pub(crate) fn header() -> Result<(), Error> {
    let test = ["--test", "c", "the_header_is_current"];
    let mut command = run::cargo(&["test", "--package", "dosimeter-c", "--all-features"]);
    command.args(test).env("DOSIMETER_BLESS", "1");
    run::finish(command)
}

/// A step after its run.
struct Done {
    name: &'static str,
    took: Duration,
    result: Result<Outcome, Error>,
}

impl Done {
    fn line(&self) -> String {
        let (name, seconds) = (self.name, self.took.as_secs_f64());
        match &self.result {
            Ok(Outcome::Passed) => format!("  ok       {name:<10} {seconds:>7.1} s"),
            Ok(Outcome::Skipped(why)) => format!("  skipped  {name:<10} {why}"),
            Err(error) => {
                format!(
                    "  FAILED   {name:<10} {seconds:>7.1} s  {error}; alone: cargo xtask ci {name}"
                )
            }
        }
    }
}

fn perform(step: &Step) -> Done {
    say::line(&format!("\n── {}: {}", step.name, step.what));
    let start = Instant::now();
    let result = (step.run)();
    let done = Done { name: step.name, took: start.elapsed(), result };
    say::line(done.line().trim_start());
    done
}

fn passed(command: Command) -> Result<Outcome, Error> {
    run::finish(command).map(|()| Outcome::Passed)
}

fn fmt() -> Result<Outcome, Error> {
    passed(run::cargo(&["fmt", "--all", "--check"]))
}

/// The whole workspace with all features in every step: the same set of features everywhere means
/// that no dependency is compiled twice.
const WHOLE: &[&str] = &["--workspace", "--all-features", "--locked"];

fn whole(before: &[&str], after: &[&str]) -> Command {
    run::cargo(&[before, WHOLE, after].concat())
}

fn clippy() -> Result<Outcome, Error> {
    passed(whole(&["clippy"], &["--all-targets", "--", "--deny", "warnings"]))
}

fn has_nextest() -> bool {
    run::works(run::cargo(&["nextest", "--version"]))
}

fn build() -> Result<Outcome, Error> {
    passed(whole(&["build"], &["--all-targets"]))
}

fn test() -> Result<Outcome, Error> {
    if has_nextest() {
        return passed(whole(&["nextest", "run"], &["--no-fail-fast"]));
    }
    passed(whole(&["test"], &["--no-fail-fast", "--lib", "--bins", "--tests", "--examples"]))
}

fn doctest() -> Result<Outcome, Error> {
    passed(whole(&["test"], &["--doc"]))
}

fn rules() -> Result<Outcome, Error> {
    passed(run::program(run::target().join("debug/dosimeter"), &["rules", "test"]))
}

fn rustdoc() -> Result<Outcome, Error> {
    let mut command = whole(&["doc"], &["--no-deps"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    passed(command)
}

fn deny() -> Result<Outcome, Error> {
    if !run::works(run::cargo(&["deny", "--version"])) {
        return Ok(Outcome::Skipped(
            "cargo-deny is not installed: cargo install --locked cargo-deny",
        ));
    }
    // Advisories need a host beyond the package registries, so they are checked by hand.
    passed(run::cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"]))
}
