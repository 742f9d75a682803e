//! Running libFuzzer, and what it and the system say of a run.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crate::run::{self, Error};

/// Beyond these, a byte string is a find. Seconds on the wall, of a process that others may delay;
/// `find` measures again.
const LIMITS: [&str; 3] = ["-rss_limit_mb=1024", "-timeout=20", "-report_slow_units=2"];

/// What one run did.
#[derive(Default)]
pub(super) struct Slice {
    /// Of the processor, in hundredths of a second.
    pub(super) ticks: u64,
    pub(super) executions: u64,
    /// How many edges, and how many features, all of the corpus reaches.
    pub(super) edges: u64,
    pub(super) features: u64,
    pub(super) peak_mib: u64,
}

impl fmt::Display for Slice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ticks, executions, edges, features, peak_mib } = self;
        let seconds = ticks / 100;
        write!(
            formatter,
            "{executions} executions in {seconds} s, {edges} edges, {features} features, {peak_mib} MiB"
        )
    }
}

/// Where a target's files lie outside the tree.
pub(super) fn kept(kind: &str, target: &str) -> Result<PathBuf, Error> {
    let folder = run::target().join("fuzz").join(kind).join(target);
    fs::create_dir_all(&folder).map_err(|error| Error::Write(folder.clone(), error))?;
    Ok(folder)
}

/// Where a target's files lie in the tree.
pub(super) fn tree(kind: &str, target: &str) -> PathBuf {
    run::root().join("fuzz").join(kind).join(target)
}

/// A target's program, with its limits.
pub(super) fn program(programs: &Path, target: &str) -> Command {
    let mut command = Command::new(programs.join(target));
    command.args(LIMITS).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs a target for `seconds` on the wall.
pub(super) fn fuzz(programs: &Path, target: &str, seconds: u64) -> Result<Slice, Error> {
    let corpus = kept("corpus", target)?;
    let finds = kept("finds", target)?;
    let log = kept("logs", target)?.join("newest");
    let file = fs::File::create(&log).map_err(|error| Error::Write(log.clone(), error))?;
    let mut command = program(programs, target);
    command.args([
        format!("-max_total_time={seconds}"),
        format!("-artifact_prefix={}/", finds.display()),
    ]);
    command.args(["-print_final_stats=1", "-reload=0"]).arg(corpus).stderr(file);
    // What was found once is where more is to be found.
    command.args(
        ["seeds", "regressions"].map(|kind| tree(kind, target)).iter().filter(|path| path.is_dir()),
    );
    let (ticks, _) = finish(command)?;
    let said = fs::read(&log).map_err(|error| Error::Read(log, error))?;
    let said = String::from_utf8_lossy(&said);
    Ok(Slice {
        ticks,
        executions: last(&said, "stat::number_of_executed_units:"),
        edges: last(&said, " cov: "),
        features: last(&said, " ft: "),
        peak_mib: last(&said, "stat::peak_rss_mb:"),
    })
}

/// The number after the last `name`.
fn last(said: &str, name: &str) -> u64 {
    let number = said.rsplit_once(name).and_then(|(_, rest)| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Runs a command to its end: the processor time that it took, in hundredths of a second, and how it
/// ended.
pub(super) fn finish(mut command: Command) -> Result<(u64, ExitStatus), Error> {
    let shown = run::shown(&command);
    let failed = |error| Error::Start(shown.clone(), error);
    let mut child = command.spawn().map_err(failed)?;
    let status = format!("/proc/{}/stat", child.id());
    let ticks = loop {
        let text = fs::read_to_string(&status)
            .map_err(|error| Error::Read(status.clone().into(), error))?;
        // After the name of the program, which may have anything in it.
        let fields: Vec<&str> =
            text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // Its time in itself, and in the system for it.
        let spent = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        // One that has ended is there, with its times, until it is waited for.
        if fields.first() == Some(&"Z") {
            break spent;
        }
        thread::sleep(Duration::from_millis(100));
    };
    let ended = child.wait().map_err(failed)?;
    Ok((ticks, ended))
}
