//! What can be typed. The help texts teach: every command shows examples.

mod hook;
mod report;
mod rules;
mod scan;
mod worker;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use dosimeter_record::{Confidence, Label};

use crate::terminal::ColorChoice;

pub(crate) use self::{
    hook::{HookCheckArgs, HookCommand, HookServeArgs, PolicyCommand, PolicyTestArgs},
    report::{ReportArgs, ReportCommand, ViewArgs},
    rules::{EvalArgs, ExplainArgs, RuleBenchArgs, RuleListArgs, RulesCommand},
    scan::{
        BaselineCommand, BaselineCreateArgs, BaselineDiffArgs, ExtractArgs, ScanArgs, ScanFormat,
        ScanInput,
    },
    worker::{
        ConfigCommand, DemoArgs, FaultLevel, PurgeWhat, SimulateArgs, WorkerCommand,
        WorkerJsonArgs, WorkerOnceArgs, WorkerPurgeArgs, WorkerRenameArgs, WorkerRunArgs,
    },
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

/// Where the configuration lies.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration file
    #[arg(long, short, env = "DOSIMETER_CONFIG", default_value = "dosimeter.toml", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
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
