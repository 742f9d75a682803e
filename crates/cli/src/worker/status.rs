//! `dosimeter worker status`: what the state says.

use dosimeter_store::Store;
use dosimeter_worker::{Config, Lag, Rescan};
use serde_json::{Value, json};

use super::config;
use crate::{
    args::WorkerJsonArgs,
    error::Error,
    exit::Exit,
    state,
    table::{Align, Table},
    terminal::Terminal,
};

/// `dosimeter worker status`
pub(crate) fn run(args: &WorkerJsonArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let store = state::of_config(&config)?;
    let status = read(&*store, &config).map_err(Error::Store)?;
    if args.json {
        terminal.json(&status)?;
        return Ok(Exit::Clean);
    }
    if !config.parent.is_empty() {
        terminal.line(format_args!("parent organisation: {}", config.parent))?;
    }
    print(&status, terminal)?;
    Ok(Exit::Clean)
}

fn read(store: &dyn Store, config: &Config) -> Result<Value, dosimeter_store::Error> {
    Ok(json!({
        "parent": config.parent,
        "organizations": store.tenants()?,
        "lag": Lag::of(store, config)?,
        "runs": store.runs(5)?,
        "backlog": store.backlog()?,
        "rescans": Rescan::of(store)?,
        "outbox": store.outbox()?,
        "dead_letters": store.dead_letters()?,
        "purges": store.purges(5)?,
        "store": store.totals()?,
    }))
}

fn print(status: &Value, terminal: &mut Terminal) -> Result<(), Error> {
    let text = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or(0).to_string();
    let field = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    let rows = |name: &str| field(status, name).as_array().cloned().unwrap_or_default();
    let mut runs = Table::new(&[
        ("run", Align::Left),
        ("outcome", Align::Left),
        ("items", Align::Right),
        ("findings", Align::Right),
        ("requests", Align::Right),
        ("left", Align::Right),
    ]);
    for run in rows("runs") {
        let outcome = field(&run, "outcome");
        let outcome = outcome.as_str().unwrap_or("running, or interrupted").to_owned();
        let of = |name| number(&field(&run, name));
        let started = text(&field(&run, "started_at"));
        runs.row([started, outcome, of("items"), of("findings"), of("requests"), of("backlog")]);
    }
    runs.print_under("", terminal)?;
    terminal.line(format_args!("\n{}", lag(&field(status, "lag"))))?;
    let mut backlog = Table::new(&[
        ("kind", Align::Left),
        ("urgency", Align::Left),
        ("state", Align::Left),
        ("items", Align::Right),
    ]);
    for row in rows("backlog") {
        let of = |name| text(&field(&row, name));
        backlog.row([of("kind"), of("priority"), of("state"), number(&field(&row, "items"))]);
    }
    backlog.print_under("Not done yet:", terminal)?;
    for rescan in rows("rescans") {
        let of = |name| number(&field(&rescan, name));
        terminal.line(format_args!(
            "\nRules changed {}: {}; {} items to be read again, {} resources cannot differ.",
            text(&field(&rescan, "at")),
            text(&field(&rescan, "why")),
            of("items_left"),
            of("resources_kept"),
        ))?;
    }
    let mut outbox =
        Table::new(&[("sink", Align::Left), ("waiting", Align::Right), ("given up", Align::Right)]);
    for row in rows("outbox") {
        let of = |name| number(&field(&row, name));
        outbox.row([text(&field(&row, "sink")), of("waiting"), of("dead")]);
    }
    outbox.print_under("Not delivered yet:", terminal)?;
    let store = field(status, "store");
    let labels = field(&store, "labels").as_array().cloned().unwrap_or_default();
    let mut table = Table::new(&[
        ("label", Align::Left),
        ("findings", Align::Right),
        ("resources", Align::Right),
    ]);
    for row in &labels {
        let of = |name| number(&field(row, name));
        table.row([text(&field(row, "label")), of("findings"), of("resources")]);
    }
    table.print_under("Open findings:", terminal)?;
    let gaps = field(&store, "gaps").as_array().cloned().unwrap_or_default();
    let mut table = Table::new(&[("reason", Align::Left), ("count", Align::Right)]);
    for row in &gaps {
        let at = |index| row.get(index).cloned().unwrap_or_default();
        table.row([text(&at(0)), number(&at(1))]);
    }
    table.print_under("Not scanned, so not clean:", terminal)
}

/// How far the worker is behind, in words.
fn lag(lag: &Value) -> String {
    let seconds = |name: &str| lag.get(name).and_then(Value::as_u64);
    let ago = |name: &str, none: &str| seconds(name).map_or(none.to_owned(), span);
    format!(
        "last complete pass: {}; oldest item that waits: {}; requests in the last minute: {} of {}",
        ago("complete_s", "none yet"),
        ago("oldest_s", "none"),
        seconds("starts").unwrap_or(0),
        seconds("starts_max").unwrap_or(0),
    )
}

/// A span of time, as exactly as a person wants it.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
