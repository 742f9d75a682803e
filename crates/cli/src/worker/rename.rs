//! `dosimeter worker rename-parent`: another name for a parent organisation.

use dosimeter_worker::open_store;

use super::config;
use crate::{
    args::WorkerRenameArgs, error::Error, exit::Exit, scan::pretty::counted, terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(args: &WorkerRenameArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let store = open_store(&config).map_err(Error::Worker)?;
    let organizations = store.rename_parent(&args.name).map_err(Error::Store)?;
    let of = counted(organizations, "organisation");
    terminal.line(format_args!("renamed, with {of}"))?;
    terminal.note(format_args!(
        "next: write `parent = \"{}\"` under [state] into its configurations, of hooks too",
        args.name
    ));
    Ok(Exit::Clean)
}
