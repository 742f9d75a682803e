//! `dosimeter demo`: the whole system against the simulator, on a corpus in which every planted item
//! is known.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Mutex,
};

use dosimeter_classifier::RuleSet;
use dosimeter_record::{FingerprintKey, Label};
use dosimeter_simulator::{Running, Simulator};
use dosimeter_store::{FindingFilter, FindingRow, GapRow, SqliteStore, Store as _};
use dosimeter_worker::{Config, SecretRef, Secrets, Summary};
use tempfile::TempDir;

use crate::{
    args::{DemoArgs, LogLevel},
    classifier::create_private,
    corpus::{Comparison, Corpus, Manifest},
    error::Error,
    exit::Exit,
    report::html,
    scan::pretty::why,
    terminal::{Terminal, visible},
    worker,
};

/// Runs the command.
pub(crate) fn run(args: &DemoArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let home = Home::new(args.keep.as_deref())?;
    let corpus = Corpus::load()?;
    log_into(home.path())?;
    let paint = terminal.paint;
    let runtime = worker::runtime()?;
    let simulator = Simulator::new(corpus.seed);
    let running = runtime.block_on(simulator.run()).map_err(Error::Simulator)?;
    terminal.line(format_args!(
        "A Compliance API simulator with an invented company listens on {}.",
        paint.cyan(running.base_url())
    ))?;
    terminal.line("The worker reads its chats, files and projects over HTTP …\n")?;
    terminal.flush()?;
    let summary = scan(&running, home.path(), terminal)?;
    runtime.block_on(running.shutdown());

    worker::print_summary(&summary, terminal)?;
    let (findings, gaps) = stored(home.path())?;
    print_examples(&findings, terminal)?;
    let comparison = corpus.manifest.compare(&findings, &gaps);
    print_comparison(&corpus.manifest, &comparison, terminal)?;
    print_place(&home, &findings, terminal)?;
    Ok(if comparison.is_perfect() { Exit::Clean } else { Exit::Failure })
}

/// Where the state of the demo lies: a folder that goes away at the end, or one to keep.
enum Home {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Home {
    fn new(keep: Option<&Path>) -> Result<Self, Error> {
        let Some(keep) = keep else {
            let made = TempDir::with_prefix("dosimeter-demo-");
            return made.map(Self::Temporary).map_err(Error::write(std::env::temp_dir()));
        };
        fs::create_dir_all(keep).map_err(Error::write(keep))?;
        Ok(Self::Kept(keep.to_path_buf()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// What the worker logs goes beside the database, to be looked at.
fn log_into(home: &Path) -> Result<(), Error> {
    let path = home.join("dosimeter.log");
    // Ids of chats and users: for its owner only, also where a log of an older program lies.
    fs::remove_file(&path).ok();
    create_private(&path, b"").map_err(Error::write(&path))?;
    let file = File::options().append(true).open(&path).map_err(Error::write(&path))?;
    worker::log_to(LogLevel::Debug, Mutex::new(file))
}

fn scan(running: &Running, home: &Path, terminal: &Terminal) -> Result<Summary, Error> {
    let secret = |name: &str, value: &str| {
        let path = home.join(name);
        if !path.exists() || name == "api.key" {
            fs::remove_file(&path).ok();
            create_private(&path, value.as_bytes()).map_err(Error::write(&path))?;
        }
        Ok::<_, Error>(SecretRef::File(path.display().to_string()))
    };
    let fresh = FingerprintKey::random().map_err(|_| Error::NoRandomness)?;
    let api_key = secret("api.key", running.key())?;
    let fingerprint_key = secret("fingerprint.key", &fresh.to_hex())?;
    let config = Config::new(running.base_url(), api_key, home, fingerprint_key);
    let secrets = Secrets::resolve(&config).map_err(Error::Config)?;
    worker::run_once(&worker::open(config, &secrets)?, terminal)
}

fn stored(home: &Path) -> Result<(Vec<FindingRow>, Vec<GapRow>), Error> {
    let store = SqliteStore::read(home).map_err(Error::Store)?;
    let findings = store.findings(&FindingFilter::default()).map_err(Error::Store)?;
    let gaps = store.gaps(1_000).map_err(Error::Store)?;
    Ok((findings, gaps))
}

/// One finding of each label, to show what is kept of it.
fn print_examples(findings: &[FindingRow], terminal: &mut Terminal) -> Result<(), Error> {
    let paint = terminal.paint;
    terminal.line(format_args!("\n{}", paint.bold("What is kept of a finding, one per label:")))?;
    let mut shown = BTreeSet::new();
    for label in Label::ALL {
        let of_label = |row: &&FindingRow| {
            row.labels.iter().any(|name| name == label.name()) && !shown.contains(&row.id)
        };
        let Some(row) = findings.iter().filter(of_label).max_by_key(|row| rank(row)) else {
            continue;
        };
        shown.insert(row.id.clone());
        let name = paint.cyan(format!("{:<10}", label.name()));
        terminal.line(format_args!("  {name} {}", visible(&row.snippet)))?;
        let why = format!("{}: {}", row.rule, why(&row.reasons));
        terminal.line(format_args!("             {}", paint.dim(why)))?;
    }
    Ok(())
}

/// The most telling finding: sure, and with enough around it to be understood.
fn rank(row: &FindingRow) -> (bool, bool, usize) {
    let sure = row.confidence == "high";
    let alone = row.labels.len() == 1;
    (sure, alone, row.snippet.chars().count().min(60))
}

fn print_comparison(
    manifest: &Manifest,
    comparison: &Comparison<'_>,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let paint = terminal.paint;
    let verdict = |good: usize, of: usize, what: &str| {
        let line = format!("{good}/{of} {what}");
        if good == of { paint.green(line) } else { paint.red(line) }
    };
    terminal.line(format_args!("\n{}", paint.bold("Compared with the manifest of the corpus:")))?;
    let planted = manifest.planted.len();
    terminal
        .line(format_args!("  {}", verdict(comparison.found, planted, "planted items found")))?;
    for missed in &comparison.missed {
        terminal.line(format_args!("    missed: {} in {}", missed.what, missed.resource))?;
    }
    let gaps = manifest.gaps.len();
    let reported = gaps.saturating_sub(comparison.gaps_missed.len());
    let what = "unreadable files reported as not scanned";
    terminal.line(format_args!("  {}", verdict(reported, gaps, what)))?;
    for (resource, reason) in &comparison.gaps_missed {
        terminal.line(format_args!("    not reported: {reason} in {resource}"))?;
    }
    let benign = manifest.benign.len();
    let quiet = benign.saturating_sub(comparison.false_alarms.len());
    terminal.line(format_args!("  {}", verdict(quiet, benign, "near misses left alone")))?;
    for resource in &comparison.false_alarms {
        terminal.line(format_args!("    false alarm: {resource}"))?;
    }
    Ok(())
}

fn print_place(home: &Home, findings: &[FindingRow], terminal: &mut Terminal) -> Result<(), Error> {
    match home {
        Home::Temporary(_) => terminal.line(
            "\nThe database and the log are removed now; `dosimeter demo --keep DIR` keeps them, with a \
             report to look at.",
        )?,
        Home::Kept(folder) => {
            let folder = folder.display();
            let database = SqliteStore::path(home.path());
            terminal.line(format_args!("\ndatabase: {}", database.display()))?;
            let page = write_page(home.path())?;
            terminal.line(format_args!("report: {}; open it in a browser", page.display()))?;
            if let Some(finding) = findings.first() {
                let id = &finding.id;
                terminal.line(format_args!("try: dosimeter explain {id} --state {folder}"))?;
            }
        }
    }
    Ok(())
}

/// What the store holds, as a page beside it.
fn write_page(home: &Path) -> Result<PathBuf, Error> {
    let store = SqliteStore::read(home).map_err(Error::Store)?;
    let page = home.join("report.html");
    let report = html::of_store(&store, &RuleSet::built_in())?;
    html::write_quietly(&report, &page)?;
    Ok(page)
}
