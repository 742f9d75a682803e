//! What can be typed. The help texts teach: every command shows examples.

mod hook;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use dosimeter_record::{Confidence, Label};
use dosimeter_sink::DocumentFormat;

use crate::{scan::FailOn, terminal::ColorChoice};

pub(crate) use self::hook::{
    HookCheckArgs, HookCommand, HookServeArgs, PolicyCommand, PolicyTestArgs,
};

/// Finds sensitive content and stores labels, never the content
#[derive(Debug, Parser)]
#[command(
    name = "dosimeter",
    version,
    propagate_version = true,
    after_help = "\
Examples:
  echo \"card 4111 1111 1111 1111 exp 04/29\" | dosimeter scan -
  dosimeter scan ./export --fail-on high
  dosimeter demo

Exit codes:
  0 clean · 1 findings at or above --fail-on · 2 usage or run-time error
  3 something was not scanned, with --strict-coverage
  69 API unavailable · 77 key refused · 78 bad configuration"
)]
pub(crate) struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: ColorChoice,

    /// Print results only: no notes, no progress, no summary
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan files, folders, archives or standard input
    Scan(ScanArgs),
    /// Accept what is found in files today, and see what changed since
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Show what a scan sees of a file, and where: to the terminal only
    Extract(ExtractArgs),
    /// See the whole system work: a local API, the worker, a database, in half a minute
    Demo(DemoArgs),
    /// Scan an organisation through the Compliance API
    #[command(subcommand)]
    Worker(WorkerCommand),
    /// Write what the worker found as a report
    #[command(subcommand)]
    Report(ReportCommand),
    /// Look at the report in a browser while the worker goes on
    View(ViewArgs),
    /// Answer before the model sees a prompt: an AI security server for inference hooks
    #[command(subcommand)]
    Hook(HookCommand),
    /// Write what is to be done about findings, and rehearse it
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Look at the rules and try their examples
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Show why something was found, or why not
    Explain(ExplainArgs),
    /// Measure precision and recall on labelled texts
    Eval(EvalArgs),
    /// Run the Compliance API simulator as a server on this machine
    Simulate(SimulateArgs),
    /// Write, check and show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  dosimeter completions bash > ~/.local/share/bash-completion/completions/dosimeter
  dosimeter completions zsh > ~/.zfunc/_dosimeter")]
    Completions {
        /// The shell to complete in
        shell: Shell,
    },
    /// Print the manual page, or write one for each command
    #[command(after_help = "\
Examples:
  dosimeter man | man -l -
  dosimeter man --dir ~/.local/share/man/man1 && man dosimeter-scan")]
    Man {
        /// Write the pages of all commands into this folder
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

/// Which rules run and what they report.
#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    /// Look for these labels only [default: all six]
    #[arg(long, value_delimiter = ',', value_name = "LABEL,…")]
    pub(crate) labels: Vec<Label>,

    /// Report findings that are at least this sure: low, medium or high
    #[arg(long, default_value = "medium", value_name = "LEVEL")]
    pub(crate) min_confidence: Confidence,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,

    /// Use the rules given with --rules and no others
    #[arg(long, requires = "rules")]
    pub(crate) without_built_in: bool,
}

/// The key of fingerprints and finding ids.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The file with the key of fingerprints; made at first use [default: in the user's state folder]
    #[arg(long, env = "DOSIMETER_KEY_FILE", hide_env_values = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: redacted, with the reasons and a summary
    Pretty,
    /// For programs: one JSON object per resource and line
    Jsonl,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Shows the text of documents, archives and mail as rules are matched against it, each piece under its \
place: page, sheet, slide, part of a message, entry of an archive. What cannot be read is listed with \
its reason. This shows content, so it refuses to write into a file or a pipe. The file is read in a \
process without files and network, as the worker does it.

Examples:
  dosimeter extract contract.pdf
  dosimeter extract export.zip

Exit codes:
  0 everything was read · 3 something was not")]
pub(crate) struct ExtractArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// What is scanned, and with which rules.
#[derive(Debug, Args)]
pub(crate) struct ScanInput {
    /// Files and folders; `-` is standard input [default: standard input, if it is not a terminal]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Scan this field of each JSON line, and print one result line per input line
    #[arg(long, value_name = "NAME")]
    pub(crate) jsonl_field: Option<String>,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,

    /// Read at most this much of one file, in MB; the rest is reported as not scanned
    #[arg(long, value_name = "MB", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) max_file_mb: u32,

    /// Worker threads [default: one per core]
    #[arg(long, short = 'j', value_name = "COUNT")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub(crate) key: KeyArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// For people: redacted, with the reasons and a summary
    Pretty,
    /// For programs: one JSON object per resource and line
    Jsonl,
    /// For people: one page with charts and filters that needs nothing else
    Html,
    /// For code scanning and editors: SARIF 2.1.0
    Sarif,
    /// For build servers: each file a suite, each finding a failure, each gap an error
    Junit,
    /// For spreadsheets: a row for each finding and each gap
    Csv,
    /// For queries: the same rows as Apache Parquet
    Parquet,
    /// For security lakes: OCSF 1.8 Data Security Finding, one per line
    Ocsf,
    /// For Elastic: ECS 9.4, one document per line
    Ecs,
    /// For Splunk: with the fields of its data model DLP, one object per line
    Cim,
    /// For other systems that collect events: Common Event Format, one per line
    Cef,
}

impl ScanFormat {
    /// The document that is asked for, if it is one.
    pub(crate) fn document(self) -> Option<DocumentFormat> {
        Some(match self {
            Self::Pretty | Self::Jsonl | Self::Html => return None,
            Self::Sarif => DocumentFormat::Sarif,
            Self::Junit => DocumentFormat::Junit,
            Self::Csv => DocumentFormat::Csv,
            Self::Parquet => DocumentFormat::Parquet,
            Self::Ocsf => DocumentFormat::Lines(dosimeter_sink::Format::Ocsf),
            Self::Ecs => DocumentFormat::Lines(dosimeter_sink::Format::Ecs),
            Self::Cim => DocumentFormat::Lines(dosimeter_sink::Format::Cim),
            Self::Cef => DocumentFormat::Lines(dosimeter_sink::Format::Cef),
        })
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Folders are read recursively, hidden files and files ignored by git included, since that is where \
secrets lie; only the folders of version control (.git, .hg, .svn, .jj) and symbolic links are left \
out. Archives and documents are opened: ZIP, 7Z, RAR, TAR, Office of all ages, PDF, mail and more. \
What could not be read is listed with its reason, because not scanned is not clean.

A comment accepts findings of a text file on its line, or below it if it stands alone:
  # dosimeter:allow                              everything
  # dosimeter:allow secrets.github.pat a fake    one rule, family or label; why
What is accepted, by comments or a baseline, is shown and counted, and fails nothing.

Examples:
  echo \"card 4111 1111 1111 1111 exp 04/29\" | dosimeter scan -
  dosimeter scan contract.pdf export.zip
  dosimeter scan ./repository --labels secrets --fail-on high
  dosimeter scan ./export --format html -o report.html
  dosimeter scan . --format sarif -o dosimeter.sarif
  dosimeter scan ./export --format jsonl | jq 'select(.labels.payment)'
  dosimeter scan chats.jsonl --jsonl-field text > labels.jsonl
  dosimeter scan . --baseline baseline.json --fail-on any   # see `dosimeter baseline`")]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) input: ScanInput,

    /// How results are printed [default: pretty; jsonl with --jsonl-field]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ScanFormat>,

    /// Write results to this file, readable by its owner only [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Accept what this file of `dosimeter baseline create` knows: it is counted, and fails nothing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,

    /// Apply this policy (`dosimeter policy init`): what it allows is accepted, and what it denies in
    /// an attached file exits with 1
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,

    /// Exit with 1 if there is a finding of this label, or of this severity or worse; `any` for all
    #[arg(long, value_delimiter = ',', value_name = "LABEL|SEVERITY")]
    pub(crate) fail_on: Vec<FailOn>,

    /// Exit with 3 if anything was not scanned
    #[arg(long)]
    pub(crate) strict_coverage: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Accept everything that is found now
    #[command(after_help = "\
The file holds ids of rules and keyed hashes of values and paths: nothing in it can be read, so it can \
lie in the repository that it is about. Hashes need the same key later: give --key-file to share it. \
A finding is known by its value, its rule and its file, wherever in the file it moves.

Examples:
  dosimeter baseline create . -o baseline.json
  dosimeter baseline create . -o baseline.json --labels secrets --key-file ci.key
  dosimeter scan . --baseline baseline.json --fail-on any")]
    Create(BaselineCreateArgs),
    /// Show what is new, unchanged and gone since
    #[command(after_help = "\
Lists what is new, and counts all three by rule.

Examples:
  dosimeter baseline diff baseline.json .
  dosimeter baseline diff baseline.json . --json | jq .gone

Exit codes:
  0 nothing is new · 1 something is")]
    Diff(BaselineDiffArgs),
}

#[derive(Debug, Args)]
pub(crate) struct BaselineCreateArgs {
    /// The file to write, readable by its owner only
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) input: ScanInput,
}

#[derive(Debug, Args)]
pub(crate) struct BaselineDiffArgs {
    /// The baseline
    #[arg(value_name = "BASELINE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: PathBuf,

    #[command(flatten)]
    pub(crate) input: ScanInput,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needs no key and no network: the API is simulated on 127.0.0.1 with an invented company's chats, \
projects and files, in which the manifest lists every planted item.

Examples:
  dosimeter demo
  dosimeter demo --keep ./demo && xdg-open ./demo/report.html
  dosimeter view --state ./demo
  sqlite3 ./demo/dosimeter.db 'select rule, count(*) from finding group by 1'")]
pub(crate) struct DemoArgs {
    /// Keep the database, the log and a report in this folder instead of removing them at the end
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) keep: Option<PathBuf>,
}

/// Where the configuration lies.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file
    #[arg(long, short, env = "DOSIMETER_CONFIG", default_value = "dosimeter.toml", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkerCommand {
    /// Scan everything that is new since the last run, then end
    #[command(after_help = "\
Resumes where the last run stopped, and never reports anything twice; stop it at any time.

Examples:
  dosimeter config init && $EDITOR dosimeter.toml
  dosimeter worker once
  dosimeter worker once --json --config /etc/dosimeter/dosimeter.toml")]
    Once(WorkerOnceArgs),
    /// Stay, and scan what is new whenever the schedule says so
    #[command(after_help = "\
Stops at SIGTERM or Ctrl-C when what is under way is done, at once at the second. SIGHUP reads the \
configuration, the rules and the keys again.

Examples:
  dosimeter worker run --log info
  curl -s http://127.0.0.1:9464/metrics        # with [serve] listen = \"127.0.0.1:9464\"")]
    Run(WorkerRunArgs),
    /// Show what would be read, how many requests and hours that takes, and read nothing of it
    #[command(after_help = "\
Examples:
  dosimeter worker plan
  dosimeter worker plan --json | jq .hours")]
    Plan(WorkerJsonArgs),
    /// Show what the state says: last run, backlog, findings, gaps, deliveries
    #[command(after_help = "\
Reads the store and asks nobody, so that it works while a worker runs.

Examples:
  dosimeter worker status
  dosimeter worker status --json | jq .backlog")]
    Status(WorkerJsonArgs),
    /// Check key, scopes, clock, budget, state and sinks, and say what to do
    #[command(after_help = "\
Examples:
  dosimeter worker doctor
  dosimeter worker doctor --config /etc/dosimeter/dosimeter.toml

Exit codes:
  0 nothing is bad · 2 something is")]
    Doctor(WorkerJsonArgs),
    /// Remove records: of what was deleted at the source, of a user, or of what is old
    #[command(after_help = "\
Removes resources, findings, labels and gaps in one transaction, overwrites them, and keeps a record of how \
much that was, not of whom. Stop the worker first. What the source still has is read again when it is \
listed again: leave a user out in [scope.users] first.

Examples:
  dosimeter worker purge --deleted 90 --dry-run       # went away more than 90 days ago
  dosimeter worker purge --user ana@example.com
  dosimeter worker purge --not-scanned-for 400 --json")]
    Purge(WorkerPurgeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct WorkerRunArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// Log to standard error what happens: ids, counts and lengths
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LogLevel,

    /// Keep the rights of the user instead of giving up all but those that the configuration needs
    /// (Linux): for secrets that a command prints from unusual places
    #[arg(long)]
    pub(crate) no_confinement: bool,

    /// Try again what the sinks were given up on
    #[arg(long)]
    pub(crate) retry_dead_letters: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WorkerJsonArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WorkerPurgeArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    #[command(flatten)]
    pub(crate) what: PurgeWhat,

    /// Count what would be removed, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct PurgeWhat {
    /// What went away at the source more than so many days ago
    #[arg(long, value_name = "DAYS")]
    pub(crate) deleted: Option<u32>,

    /// Everything about a user, by id or e-mail address
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<String>,

    /// What was last scanned more than so many days ago, whether it is still there or not
    #[arg(long, value_name = "DAYS")]
    pub(crate) not_scanned_for: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct WorkerOnceArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    /// Print the summary as one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// Exit with 3 if anything was not scanned
    #[arg(long)]
    pub(crate) strict_coverage: bool,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,

    /// Log to standard error what happens: ids, counts and lengths
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) log: Option<LogLevel>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Somebody must act
    Error,
    /// Something was worked around, and nothing is lost
    Warn,
    /// The course of a run
    Info,
    /// Every item
    Debug,
    /// Every request
    Trace,
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// Which store to look at.
#[derive(Clone, Debug, Args)]
pub(crate) struct StateArgs {
    /// The state folder of the worker [default: the store that the configuration names]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Write one page for people: charts, findings to filter, gaps, what each run attests
    #[command(after_help = "\
The page needs nothing else: it opens offline, asks nobody for anything, and prints. It holds redacted \
snippets, ids and e-mail addresses, so the file is readable by its owner only.

Examples:
  dosimeter report html -o report.html
  dosimeter report html --state ./demo -o report.html && xdg-open report.html")]
    Html(ReportArgs),
    /// Write a row for each finding and each gap, safe to open in a spreadsheet
    #[command(after_help = "Example:\n  dosimeter report csv -o findings.csv")]
    Csv(ReportArgs),
    /// Write the same rows as Apache Parquet
    #[command(after_help = "\
Example:
  dosimeter report parquet -o findings.parquet
  duckdb -c \"select rule, count(*) from 'findings.parquet' group by all order by 2 desc\"")]
    Parquet(ReportArgs),
    /// Write SARIF 2.1.0
    #[command(after_help = "Example:\n  dosimeter report sarif -o findings.sarif")]
    Sarif(ReportArgs),
    /// Write one JSON object per line: every field under its own name
    #[command(
        after_help = "Example:\n  dosimeter report jsonl | jq -r .finding.rule | sort | uniq -c"
    )]
    Jsonl(ReportArgs),
    /// Write OCSF 1.8 Data Security Findings, one per line
    #[command(after_help = "Example:\n  dosimeter report ocsf -o findings.ocsf.jsonl")]
    Ocsf(ReportArgs),
    /// Write documents of the Elastic Common Schema 9.4, one per line
    #[command(after_help = "Example:\n  dosimeter report ecs -o findings.ecs.jsonl")]
    Ecs(ReportArgs),
    /// Write objects with the fields of Splunk's data model DLP, one per line
    #[command(after_help = "Example:\n  dosimeter report cim -o findings.cim.jsonl")]
    Cim(ReportArgs),
    /// Write lines of the Common Event Format
    #[command(after_help = "Example:\n  dosimeter report cef -o findings.cef")]
    Cef(ReportArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Serves the page of `dosimeter report html` on this machine only, made anew at each reload. Nothing can be \
changed there, and nobody gets in without the token in the address that is printed at the start. From \
another machine: ssh -L 7310:127.0.0.1:7310 HOST

Examples:
  dosimeter view
  dosimeter view --state ./demo --listen 127.0.0.1:7310")]
pub(crate) struct ViewArgs {
    /// The loopback address and port to listen on; port 0 is a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: std::net::SocketAddr,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    /// Name findings by the rules in this folder of TOML files too, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

/// What is reported, and where to.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Write to this file, readable by its owner only [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    /// Name findings by the rules in this folder of TOML files too, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules
    #[command(after_help = "\
Examples:
  dosimeter rules list
  dosimeter rules list --labels secrets,payment
  dosimeter rules list --format jsonl | jq -r .id")]
    List {
        #[command(flatten)]
        rules: RuleListArgs,
        /// How the list is printed
        #[arg(long, value_enum, default_value = "pretty")]
        format: Format,
    },
    /// Show all of one rule
    #[command(after_help = "Example:\n  dosimeter rules show secrets.github.pat")]
    Show {
        /// The id of the rule, or a part of it
        id: String,
        #[command(flatten)]
        rules: RuleListArgs,
    },
    /// Try every rule on its own examples
    #[command(after_help = "\
Each rule carries texts in which it must find something and texts in which it must not.

Examples:
  dosimeter rules test
  dosimeter rules test ./my-rules")]
    Test {
        /// Try the rules of this folder or file instead of the built-in ones
        #[arg(value_name = "DIR", value_hint = ValueHint::AnyPath)]
        path: Option<PathBuf>,

        /// Load no built-in rules beside them, so that they may have the same ids
        #[arg(long, requires = "path")]
        without_built_in: bool,
    },
    /// Write a rule from examples of what it must find
    #[command(after_help = "\
Prints TOML with a pattern that fits the examples and no more, and with the examples in it as \
templates: no value that you give is repeated. Look at the pattern, and write the negative examples.

Examples:
  dosimeter rules new secrets.acme.badge badge-51729943 badge-20481177 > my-rules/acme.toml
  dosimeter rules test my-rules")]
    New {
        /// The id: label, family and name, as in secrets.acme.badge
        id: String,
        /// Values that the rule must find, two or more for a good pattern
        #[arg(required = true, value_name = "VALUE")]
        values: Vec<String>,
    },
    /// Measure what rules cost on benign text, and what they find there
    #[command(after_help = "\
Each rule runs on its own: nanoseconds per byte beyond what an empty set takes, and findings per \
megabyte at the given confidence. Times from a debug build say nothing.

Examples:
  dosimeter rules bench corpora/benign
  dosimeter rules bench corpora/benign --rules my-rules --without-built-in
  dosimeter rules bench corpora/benign --only secrets.generic --format jsonl")]
    Bench(RuleBenchArgs),
}

/// What is measured, and on what.
#[derive(Debug, Args)]
pub(crate) struct RuleBenchArgs {
    /// A text, or a folder of texts, in which nothing should be found
    #[arg(value_name = "TEXTS", value_hint = ValueHint::AnyPath)]
    pub(crate) texts: PathBuf,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,

    /// Only the rules whose id contains this
    #[arg(long, value_name = "PART")]
    pub(crate) only: Option<String>,

    /// How the measures are printed
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: Format,
}

/// Which rules are meant.
#[derive(Debug, Args)]
pub(crate) struct RuleListArgs {
    /// Rules of these labels only
    #[arg(long, value_delimiter = ',', value_name = "LABEL,…")]
    pub(crate) labels: Vec<Label>,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
For a text and for a file, every candidate is shown with each step of the decision, also those that were \
dropped: what its pattern asks for, which check refused it, which words stood near it and how far away, \
which better match covers it, which comment accepts it. Give secret texts on standard input, so that they \
stay out of the shell's history.

Examples:
  dosimeter explain 'card 4242 4242 4242 4242'
  pbpaste | dosimeter explain -
  dosimeter explain src/settings.env:12
  dosimeter explain 5b1f0c9ad27e4c35ab8b6f1f20c6ce11 --state ./demo")]
pub(crate) struct ExplainArgs {
    /// The id of a stored finding, a file with or without a line, a text, or `-` for standard input
    #[arg(value_name = "FINDING-ID|FILE[:LINE]|TEXT")]
    pub(crate) subject: String,

    #[command(flatten)]
    pub(crate) state: StateArgs,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A corpus is TOML (`[[case]]` with `text`, `labels`, optional `rules`) or JSON lines with the same \
fields; random parts such as {card:4###-####-####-####} are filled in. Texts with no labels are \
benign: whatever is found there is a false positive.

Examples:
  dosimeter eval corpora/labelled
  dosimeter eval mine.jsonl --min-confidence high --format jsonl
  dosimeter eval mine.jsonl --rules new --without-built-in --against old
  dosimeter eval mine.jsonl --html report.html")]
pub(crate) struct EvalArgs {
    /// A file of labelled texts, or a folder of such files
    #[arg(value_name = "CORPUS", value_hint = ValueHint::AnyPath)]
    pub(crate) corpus: PathBuf,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,

    /// How the measures are printed
    #[arg(long, value_enum, default_value = "pretty")]
    pub(crate) format: Format,

    /// Draw the random parts from this seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// List each text that was labelled wrongly, with the rules that found something
    #[arg(long)]
    pub(crate) mistakes: bool,

    /// Compare with the rules of this folder or file instead, and list what they label otherwise
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) against: Option<PathBuf>,

    /// Write the measures and the mistakes to this file, as a page
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Serves the demo corpus with the contract of the Compliance API, on this machine only.

Examples:
  dosimeter simulate
  dosimeter simulate --port 8787 --faults some")]
pub(crate) struct SimulateArgs {
    /// The port on 127.0.0.1 [default: a free one]
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub(crate) port: u16,

    /// The faults to inject
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) faults: FaultLevel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FaultLevel {
    /// Every request is answered
    None,
    /// Throttling, server errors and broken downloads now and then
    Some,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write a commented configuration file
    #[command(after_help = "Example:\n  dosimeter config init && $EDITOR dosimeter.toml")]
    Init {
        #[command(flatten)]
        config: ConfigArgs,
        /// Replace the file if there is one
        #[arg(long)]
        force: bool,
    },
    /// Check the configuration without calling the API
    #[command(
        after_help = "Example:\n  dosimeter config validate --config /etc/dosimeter/dosimeter.toml"
    )]
    Validate {
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Show the configuration as it is understood, with defaults, without secrets
    #[command(after_help = "Example:\n  dosimeter config show | grep scope")]
    Show {
        #[command(flatten)]
        config: ConfigArgs,
    },
}
