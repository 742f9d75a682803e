//! `dosimeter man`: the help texts as manual pages, one for each command.

use std::{fs, path::Path};

use clap::CommandFactory as _;

use crate::{args::Cli, error::Error, exit::Exit, terminal::Terminal};

/// Runs the command.
pub(crate) fn run(folder: Option<&Path>, terminal: &mut Terminal) -> Result<Exit, Error> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        terminal.raw(&page)?;
        return Ok(Exit::Clean);
    };
    fs::create_dir_all(folder).map_err(Error::write(folder))?;
    let command = Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder).map_err(Error::write(folder))?;
    terminal.note(format!("a page for each command written to {}", folder.display()));
    Ok(Exit::Clean)
}
