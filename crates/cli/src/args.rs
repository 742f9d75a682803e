//! What can be typed. The help texts teach: every command shows examples.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use dosimeter_record::{Confidence, Label};

use crate::{scan::FailOn, terminal::ColorChoice};

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
  dosimeter rules list

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
    /// Look at the rules and try their examples
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Show why something was found, or why not
    Explain(ExplainArgs),
    /// Measure precision and recall on labelled texts
    Eval(EvalArgs),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  dosimeter completions bash > ~/.local/share/bash-completion/completions/dosimeter
  dosimeter completions zsh > ~/.zfunc/_dosimeter")]
    Completions {
        /// The shell to complete in
        shell: Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  dosimeter man > ~/.local/share/man/man1/dosimeter.1")]
    Man,
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
}

/// The key of fingerprints and finding ids.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// The file with the key of fingerprints; made at first use [default: in the user's state folder]
    #[arg(long, env = "DOSIMETER_KEY_FILE", value_name = "FILE", value_hint = ValueHint::FilePath)]
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
Folders are read recursively, hidden files and files ignored by git included, since that is where
secrets lie; only the folders of version control (.git, .hg, .svn, .jj) and symbolic links are left
out. Archives and documents are opened: ZIP, DOCX, XLSX, PPTX, ODT, PDF, EML, HTML and more.
What could not be read is listed with its reason, because not scanned is not clean.

Examples:
  echo \"card 4111 1111 1111 1111 exp 04/29\" | dosimeter scan -
  dosimeter scan contract.pdf export.zip
  dosimeter scan ./repository --labels secrets --fail-on high
  dosimeter scan ./export --format jsonl | jq 'select(.labels.payment)'
  dosimeter scan chats.jsonl --jsonl-field text > labels.jsonl")]
pub(crate) struct ScanArgs {
    /// Files and folders; `-` is standard input [default: standard input, if it is not a terminal]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// How results are printed [default: pretty; jsonl with --jsonl-field]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Scan this field of each JSON line, and print one result line per input line
    #[arg(long, value_name = "NAME")]
    pub(crate) jsonl_field: Option<String>,

    #[command(flatten)]
    pub(crate) rules: RuleArgs,

    /// Exit with 1 if there is a finding of this label, or of this severity or worse; `any` for all
    #[arg(long, value_delimiter = ',', value_name = "LABEL|SEVERITY")]
    pub(crate) fail_on: Vec<FailOn>,

    /// Exit with 3 if anything was not scanned
    #[arg(long)]
    pub(crate) strict_coverage: bool,

    /// Read at most this much of one file, in MiB; the rest is reported as not scanned
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) max_file_mib: u32,

    /// Worker threads [default: one per core]
    #[arg(long, short = 'j', value_name = "COUNT")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    #[command(flatten)]
    pub(crate) key: KeyArgs,
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
    },
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
For a text, every candidate is shown with each step of the decision, also those that were dropped.
Give long or secret texts on standard input, so that they stay out of the shell's history.

Examples:
  dosimeter explain 'card 4242 4242 4242 4242'
  pbpaste | dosimeter explain -")]
pub(crate) struct ExplainArgs {
    /// A text, or `-` for standard input
    #[arg(value_name = "TEXT")]
    pub(crate) subject: String,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A corpus is TOML (`[[case]]` with `text`, `labels`, optional `rules`) or JSON lines with the same
fields; random parts such as {card:4###-####-####-####} are filled in. Texts with no labels are
benign: whatever is found there is a false positive.

Examples:
  dosimeter eval corpora/labelled
  dosimeter eval mine.jsonl --min-confidence high --format jsonl")]
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
}
