//! `dosimeter worker purge`: records that are no longer wanted.

use dosimeter_store::{Purge, Purged};
use dosimeter_worker::open_store;
use serde_json::json;

use super::config;
use crate::{
    args::{PurgeWhat, WorkerPurgeArgs},
    clock,
    error::Error,
    exit::Exit,
    scan::pretty::counted,
    state,
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(args: &WorkerPurgeArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let what = purge(&args.what);
    let purged = if args.dry_run {
        state::of_config(&config)?.would_purge(&what).map_err(Error::Store)?
    } else {
        let store = open_store(&config).map_err(Error::Worker)?;
        store.purge(&what, &clock::now()).map_err(Error::Store)?
    };
    if args.json {
        terminal.json(&json!({ "dry_run": args.dry_run, "purged": purged }))?;
    } else {
        terminal.line(told(&purged, args.dry_run))?;
    }
    Ok(Exit::Clean)
}

/// What is meant; the arguments name exactly one.
fn purge(what: &PurgeWhat) -> Purge {
    match (what.deleted, &what.user, what.not_scanned_for) {
        (Some(days), ..) => Purge::Deleted { before: clock::days_ago(days) },
        (None, Some(name), _) => Purge::User { name: name.clone() },
        (None, None, days) => Purge::Age { before: clock::days_ago(days.unwrap_or(u32::MAX)) },
    }
}

fn told(purged: &Purged, dry_run: bool) -> String {
    let rows = [
        counted(purged.items, "item"),
        counted(purged.resources, "resource"),
        counted(purged.findings, "finding"),
        counted(purged.messages, "undelivered message"),
        counted(purged.verdicts, "verdict"),
    ];
    let done = if dry_run { "would be removed" } else { "removed" };
    format!("{done}: {}", rows.join(", "))
}
