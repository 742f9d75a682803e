//! `dosimeter report …` and `dosimeter view`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::StateArgs;

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
