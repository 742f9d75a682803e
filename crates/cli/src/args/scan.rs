//! `dosimeter scan`, `dosimeter extract` and `dosimeter baseline …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use dosimeter_sandbox::Languages;
use dosimeter_sink::DocumentFormat;

use super::{KeyArgs, RuleArgs};
use crate::scan::FailOn;

#[derive(Debug, Args)]
#[command(after_help = "\
Shows the text of documents, archives and mail as rules are matched against it, each piece under its \
place: page, sheet, slide, part of a message, entry of an archive. What cannot be read is listed with \
its reason. This shows content, so it refuses to write into a file or a pipe. The file is read in a \
process without files and network, as the worker does it.

Examples:
  dosimeter extract contract.pdf
  dosimeter extract export.zip
  dosimeter extract --ocr=eng,deu scan.pdf         # needs: apt install tesseract-ocr tesseract-ocr-deu

Exit codes:
  0 everything was read · 3 something was not")]
pub(crate) struct ExtractArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Read text in pictures with Tesseract, in these languages (eng if none is named)
    #[arg(long, value_name = "LANG,…", num_args = 0..=1, require_equals = true, default_missing_value = "eng", value_parser = languages)]
    pub(crate) ocr: Option<Languages>,
}

/// Names of languages between commas, or between plus signs, as Tesseract writes them.
fn languages(names: &str) -> Result<Languages, &'static str> {
    let problem = "names of languages such as eng, deu or chi_sim, eight at most";
    Languages::new(names.split([',', '+'])).ok_or(problem)
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

    /// Read text in pictures with Tesseract, in these languages (eng if none is named)
    #[arg(long, value_name = "LANG,…", num_args = 0..=1, require_equals = true, default_missing_value = "eng", value_parser = languages)]
    pub(crate) ocr: Option<Languages>,

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
    /// As it is typed.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

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
  dosimeter scan ./screenshots --ocr               # needs: apt install tesseract-ocr
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

    /// Exit with 3 if anything was not scanned, or nothing was there to scan
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
