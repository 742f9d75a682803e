//! `dosimeter report`: what the store holds, in forms that others read.

pub(crate) mod html;

use crate::{args::ReportCommand, error::Error, exit::Exit, terminal::Terminal};

/// Runs the command.
pub(crate) fn run(command: &ReportCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        ReportCommand::Html(args) => html::run(args, terminal),
    }
}
