//! `dosimeter report`: what the store holds, in forms that others read.

mod document;
pub(crate) mod html;

use dosimeter_classifier::RuleSet;
use dosimeter_sink::{DocumentFormat, Format};
use dosimeter_store::Store;

use crate::{
    args::{ReportArgs, ReportCommand},
    classifier::rule_set,
    error::Error,
    exit::Exit,
    state,
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(command: &ReportCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        ReportCommand::Html(args) => html::run(args, terminal),
        ReportCommand::Csv(args) => document::run(args, DocumentFormat::Csv, terminal),
        ReportCommand::Parquet(args) => document::run(args, DocumentFormat::Parquet, terminal),
        ReportCommand::Sarif(args) => document::run(args, DocumentFormat::Sarif, terminal),
        ReportCommand::Jsonl(args) => document::run(args, lines(Format::Native), terminal),
        ReportCommand::Ocsf(args) => document::run(args, lines(Format::Ocsf), terminal),
        ReportCommand::Ecs(args) => document::run(args, lines(Format::Ecs), terminal),
        ReportCommand::Cim(args) => document::run(args, lines(Format::Cim), terminal),
        ReportCommand::Cef(args) => document::run(args, lines(Format::Cef), terminal),
    }
}

fn lines(format: Format) -> DocumentFormat {
    DocumentFormat::Lines(format)
}

/// Opens what a report is made of: the store, and the rules that name what it holds.
///
/// `unreadable` is the name of a form that is nothing for a terminal.
fn open(
    args: &ReportArgs,
    unreadable: Option<&str>,
    terminal: &Terminal,
) -> Result<(Box<dyn Store>, RuleSet), Error> {
    match unreadable {
        Some(form) if args.output.is_none() && terminal.is_for_people() => {
            Err(Error::Usage(format!(
                "this is not for a terminal; write it to a file: dosimeter report {form} -o \
                 report.{form}"
            )))
        }
        _ => Ok((state::reader(&args.state)?, rule_set(&args.rules)?)),
    }
}
