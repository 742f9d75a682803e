//! `dosimeter rules …`, `dosimeter explain` and `dosimeter eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use dosimeter_record::Label;

use super::{Format, RuleArgs, StateArgs};

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

    /// Use the rules given with --rules and no others
    #[arg(long, requires = "rules")]
    pub(crate) without_built_in: bool,
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
