//! `dosimeter worker …`, and what shows or prepares it: `demo`, `simulate`, `config …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{ConfigArgs, LogLevel};

#[derive(Debug, Subcommand)]
pub(crate) enum WorkerCommand {
    /// Scan everything that is new since the last run, then end
    #[command(after_help = "\
Resumes where the last run stopped, and never reports anything twice; stop it at any time. A signal lets what \
is under way end, the second ends it at once.

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
    /// Give the parent organisation of the configuration another name in the state
    #[command(after_help = "\
The name in `state.parent` tells the parent organisations of one database apart. Findings keep their ids, and \
positions, budgets, sinks and attestations go along, in one transaction. Stop the workers and hooks of this \
parent first, and write the new name into their configurations afterwards. An empty name takes it away.

Examples:
  dosimeter worker rename-parent subsidiary-north
  dosimeter worker rename-parent '' --config /etc/dosimeter/north.toml")]
    RenameParent(WorkerRenameArgs),
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
pub(crate) struct WorkerRenameArgs {
    /// Letters, digits and hyphens, or nothing; that of no other parent organisation in the state
    #[arg(value_name = "NAME")]
    pub(crate) name: String,

    #[command(flatten)]
    pub(crate) config: ConfigArgs,
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

    /// Keep the rights of the user instead of giving up all but those that the configuration needs
    /// (Linux)
    #[arg(long)]
    pub(crate) no_confinement: bool,
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
