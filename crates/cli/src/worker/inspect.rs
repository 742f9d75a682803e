//! `dosimeter worker plan|doctor`: what would be read, and what is wrong.

use std::collections::BTreeMap;

use dosimeter_worker::{Check, Config, Health, Plan, Secrets, Worker};
use serde_json::{Value, json};

use super::{config, runtime};
use crate::{
    args::WorkerJsonArgs,
    child::recognise,
    config::sources,
    error::Error,
    exit::Exit,
    scan::pretty::counted,
    table::{Align, Table},
    terminal::Terminal,
};

/// `dosimeter worker plan`
pub(crate) fn plan(args: &WorkerJsonArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let scope = scope(&config);
    let worker = open(config)?;
    let plan = runtime()?.block_on(worker.plan()).map_err(Error::Worker)?;
    if args.json {
        terminal.json(&plan_json(&plan, &scope))?;
        return Ok(Exit::Clean);
    }
    for (name, value) in &scope {
        terminal.line(format_args!("{:<9} {value}", format!("{name}:")))?;
    }
    terminal.line("")?;
    let columns = ["organisation", "users", "projects", "chats", "sessions", "requests"];
    let aligned =
        columns.map(|name| (name, if name == "organisation" { Align::Left } else { Align::Right }));
    let mut table = Table::new(&aligned);
    for organization in &plan.organizations {
        let users = organization.users.map_or("unknown".to_owned(), |(all, in_scope)| {
            if all == in_scope { all.to_string() } else { format!("{in_scope} of {all}") }
        });
        let sessions = [organization.local_sessions, organization.remote_sessions];
        let sessions: u64 = sessions.into_iter().flatten().sum();
        table.row([
            organization.id.clone(),
            users,
            organization.projects.to_string(),
            organization.chats.to_string(),
            sessions.to_string(),
            format!("~{}", organization.requests()),
        ]);
    }
    terminal.raw(table.render(terminal.paint).as_bytes())?;
    for of in plan.organizations.iter().filter(|of| !of.rescan_why.is_empty()) {
        terminal.line(format_args!(
            "\n{} of {} to be read again, {}",
            counted(of.rescan, "resource"),
            of.id,
            of.rescan_why.join("; "),
        ))?;
    }
    terminal.line(format_args!(
        "\nabout {} at {} a minute: {:.1} hours",
        counted(plan.requests(), "request"),
        plan.requests_per_minute,
        plan.hours()
    ))?;
    Ok(Exit::Clean)
}

/// What is read of everything, in words.
fn scope(config: &Config) -> BTreeMap<&'static str, String> {
    let types: Vec<&str> = config.file_types.names().collect();
    let types = if types.is_empty() { "all".to_owned() } else { types.join(", ") };
    let megabytes = config.file_bytes_max / 1_000_000;
    let history = match config.history_days {
        None => "all that is retained".to_owned(),
        Some(days) => format!("{days} days before the first run"),
    };
    let history = config.since.map_or(history, |since| format!("since {since}"));
    BTreeMap::from([
        ("files", format!("{types}, {megabytes} MB of each at most")),
        ("history", history),
        ("projects", config.scope.in_projects.to_string()),
        ("sources", sources(config).join(", ")),
        ("users", config.scope.users.to_string()),
    ])
}

fn plan_json(plan: &Plan, scope: &BTreeMap<&'static str, String>) -> Value {
    let organization = |of: &dosimeter_worker::OrganizationPlan| {
        json!({
            "id": of.id, "users": of.users.map(|(all, _)| all),
            "users_in_scope": of.users.map(|(_, in_scope)| in_scope), "projects": of.projects,
            "chats": of.chats, "local_sessions": of.local_sessions,
            "remote_sessions": of.remote_sessions, "requests": of.requests(),
            "rescan_resources": of.rescan, "rescan_why": of.rescan_why,
        })
    };
    json!({
        "scope": scope, "organizations": plan.organizations.iter().map(organization).collect::<Vec<_>>(),
        "requests": plan.requests(), "requests_per_minute": plan.requests_per_minute,
        "hours": plan.hours(),
    })
}

/// `dosimeter worker doctor`
pub(crate) fn doctor(args: &WorkerJsonArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let recognition = config.ocr.as_ref().map(recognise).transpose()?;
    let secrets = Secrets::resolve(&config).map_err(Error::Config)?;
    let worker = Worker::open_to_examine(config, &secrets).map_err(Error::Worker)?;
    let mut checks = runtime()?.block_on(worker.doctor());
    checks.extend(recognition.map(|outcome| Check::recognition(outcome.err())));
    let health = |health: Health| match health {
        Health::Good => "good",
        Health::Degraded => "degraded",
        _ => "bad",
    };
    let worst_is_bad = checks.iter().any(|check| check.health == Health::Bad);
    if args.json {
        let check = |check: &Check| {
            json!({
                "name": check.name, "health": health(check.health), "seen": check.seen,
                "advice": check.advice,
            })
        };
        let checks: Vec<Value> = checks.iter().map(check).collect();
        terminal.json(&json!({ "checks": checks }))?;
    } else {
        let paint = terminal.paint;
        for check in &checks {
            let mark = format!("{:<9}", health(check.health));
            let mark = match check.health {
                Health::Good => paint.green(mark),
                Health::Degraded => paint.yellow(mark),
                _ => paint.red(mark),
            };
            terminal.line(format_args!("{mark} {:<16} {}", check.name, check.seen))?;
            if !check.advice.is_empty() {
                terminal.line(format_args!("{:26} → {}", "", check.advice))?;
            }
        }
    }
    Ok(if worst_is_bad { Exit::Failure } else { Exit::Clean })
}

fn open(config: Config) -> Result<Worker, Error> {
    let secrets = Secrets::resolve(&config).map_err(Error::Config)?;
    Worker::open(config, &secrets).map_err(Error::Worker)
}
