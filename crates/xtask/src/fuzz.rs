//! The fuzz targets, each for so many seconds of processor time, with the results kept.
//!
//! A target is a program with libFuzzer in it, built here as `cargo fuzz` would build it. libFuzzer
//! ends by the clock on the wall, which says little on a busy machine; so each target runs in slices
//! until the processor has spent on it what was asked for, also over several sessions. After each slice
//! the table in `benches/results/fuzz.md` is written anew: it is the record, and is read back.
//!
//! What a target learns stays in `target/fuzz/corpus`. What it finds goes to `fuzz/regressions`, where
//! the tests replay it, once it has been seen to do harm a second time.

mod find;
mod process;
mod table;

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::{
    run::{self, Error},
    say,
};
use process::Slice;
use table::Table;

/// Coverage as libFuzzer wants it: counters and the comparisons that a program makes.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// For what safe Rust calls: few of our lines can go wrong in the way that this notices.
const ADDRESS: &str = " -Zsanitizer=address";

/// On the wall. The processor spends less on it, so that there are several; none is so short that
/// reading the corpus takes most of it, nor so long that much is lost with it.
const SLICE: std::ops::RangeInclusive<u64> = 100..=300;

/// What was asked for.
struct Plan {
    address: bool,
    /// Of processor time, for each target, with what it has had already.
    seconds: u64,
    /// How many targets run at a time.
    jobs: u64,
    targets: Vec<String>,
}

/// Runs as `cargo xtask fuzz`.
pub(crate) fn run(words: &[&str]) -> Result<(), Error> {
    let plan = Plan::parse(words)?;
    let fuzzing = Fuzzing {
        programs: build(&plan)?,
        seconds: plan.seconds,
        revision: run::output(run::program("git", &["rev-parse", "--short", "HEAD"]))?,
        table: Mutex::new(Table::read()?),
        waiting: Mutex::new(plan.targets.into_iter().rev().collect()),
    };
    let fuzzing = &fuzzing;
    thread::scope(|scope| {
        let jobs: Vec<_> =
            (0..plan.jobs).map(|_| scope.spawn(move || fuzzing.take_turns())).collect();
        jobs.into_iter().try_for_each(|job| job.join().unwrap_or(Ok(())))
    })
}

impl Plan {
    fn parse(words: &[&str]) -> Result<Self, Error> {
        let known: BTreeSet<String> = names()?;
        let mut plan = Self { address: false, seconds: 600, jobs: 1, targets: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut number = || words.next().and_then(|word| word.parse::<u64>().ok());
            let wrong = || Error::Usage(format!("{word} needs a number"));
            match *word {
                "--address" => plan.address = true,
                "--seconds" => plan.seconds = number().ok_or_else(wrong)?,
                "--jobs" => plan.jobs = number().ok_or_else(wrong)?,
                target if known.contains(target) => plan.targets.push(target.to_owned()),
                other => return Err(Error::Usage(format!("no fuzz target is named `{other}`"))),
            }
        }
        if plan.targets.is_empty() {
            plan.targets.extend(known);
        }
        Ok(plan)
    }
}

/// The names of all targets, which are those of their files.
fn names() -> Result<BTreeSet<String>, Error> {
    let folder = run::root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).map_err(|error| Error::Read(folder, error))?;
    let stems = files.flatten().filter_map(|file| Some(file.path().file_stem()?.to_owned()));
    Ok(stems.map(|stem| stem.to_string_lossy().into_owned()).collect())
}

/// Builds all targets, and says where they are.
fn build(plan: &Plan) -> Result<PathBuf, Error> {
    let nightly = |words: &[&str]| run::program("rustup", &[&["run", "nightly"], words].concat());
    let host = run::output(nightly(&["rustc", "--print", "host-tuple"]))?;
    let (folder, more) = if plan.address { ("fuzz-address", ADDRESS) } else { ("fuzz", "") };
    let target = run::target().join(folder);
    let mut command = nightly(&["cargo", "build", "--release", "--bins", "--locked"]);
    // With the target named, the flags are not for what builds, only for what is built.
    command.args(["--manifest-path", "fuzz/Cargo.toml", "--target", &host, "--target-dir"]);
    command.arg(&target).env("RUSTFLAGS", [FLAGS, more].concat());
    run::finish(command)?;
    Ok(target.join(host).join("release"))
}

/// All that the jobs share.
struct Fuzzing {
    programs: PathBuf,
    seconds: u64,
    revision: String,
    table: Mutex<Table>,
    /// The next one is the last.
    waiting: Mutex<Vec<String>>,
}

impl Fuzzing {
    fn take_turns(&self) -> Result<(), Error> {
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(target) = next else { return Ok(()) };
            self.spend(&target)?;
        }
    }

    /// Runs one target until it has had its time, or found something: what is found is repaired before
    /// more is looked for, since libFuzzer would find it again at once.
    fn spend(&self, target: &str) -> Result<(), Error> {
        let mut had = self.count(target, None)?;
        while had < self.seconds {
            let seconds = (self.seconds - had).clamp(*SLICE.start(), *SLICE.end());
            let slice = process::fuzz(&self.programs, target, seconds)?;
            let kept = find::keep(&self.programs, target)?;
            had = self.count(target, Some(&slice))?;
            say::line(&format!("{target:<14} {had:>5} s of {}; {slice}", self.seconds));
            for find in &kept {
                say::line(&format!("{target:<14} found {}", find.display()));
            }
            if !kept.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Adds a slice to the table, and says how many seconds its target has had.
    fn count(&self, target: &str, slice: Option<&Slice>) -> Result<u64, Error> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slice) = slice {
            table.add(target, slice, &self.revision);
            table.write()?;
        }
        Ok(table.seconds(target))
    }
}
