//! `dosimeter report`: what the store holds, in forms that others read.

mod document;
pub(crate) mod html;

use dosimeter_sink::{DocumentFormat, Format};

use crate::{args::ReportCommand, error::Error, exit::Exit, terminal::Terminal};

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
