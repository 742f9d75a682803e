//! What is stored about one finding.

use dosimeter_classifier::RuleSet;
use dosimeter_store::{FindingFilter, FindingRow, Store};

use crate::{
    args::ExplainArgs,
    classifier::{rule_set, title},
    error::Error,
    exit::Exit,
    explain::rule_facts,
    scan::pretty::why,
    state,
    terminal::{Terminal, visible},
};

/// Prints the finding whose id starts with the given one.
pub(crate) fn explain(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let rules = rule_set(&args.rules)?;
    let rows = find(&*state::reader(&args.state)?, &args.subject)?;
    for row in &rows {
        print(row, &rules, terminal)?;
    }
    if rows.is_empty() {
        let state = state::name(&args.state)?;
        return Err(Error::UnknownFinding { id: args.subject.clone(), state });
    }
    Ok(Exit::Clean)
}

fn find(store: &dyn Store, id: &str) -> Result<Vec<FindingRow>, Error> {
    let filter = FindingFilter {
        id_prefix: Some(id.to_owned()),
        closed_too: true,
        limit: Some(20),
        ..FindingFilter::default()
    };
    store.findings(&filter).map_err(Error::Store)
}

fn print(row: &FindingRow, rules: &RuleSet, terminal: &mut Terminal) -> Result<(), Error> {
    let paint = terminal.paint;
    let name = title(rules, &row.rule).unwrap_or(&row.rule);
    terminal.line(format_args!("{} {}", paint.bold(name), paint.dim(&row.id)))?;
    terminal.line(format_args!("  {}", visible(&row.snippet)))?;
    let held = format!("{} {}", row.resource_kind, row.resource_id);
    let (seen, last) = (&row.first_seen, &row.last_seen);
    let facts = [
        ("labels", row.labels.join(", ")),
        ("severity", row.severity.clone()),
        ("confidence", row.confidence.clone()),
        ("why", why(&row.reasons)),
        ("rule", row.rule.clone()),
        ("in", held),
        ("of", row.parent.clone().unwrap_or_default()),
        ("user", row.user_email.clone().or_else(|| row.user_id.clone()).unwrap_or_default()),
        ("link", row.href.clone().unwrap_or_default()),
        ("bytes", format!("{}–{} of its text", row.span_start, row.span_end)),
        ("coverage", row.coverage.clone()),
        ("seen", format!("first {seen}, last {last}")),
        ("closed", row.closed_at.clone().unwrap_or_default()),
    ];
    for (fact, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        terminal.line(format_args!("  {} {}", paint.dim(format!("{fact:<11}")), visible(value)))?;
    }
    print_rule(row, rules, terminal)
}

/// How the rule decides, as it stands now.
fn print_rule(row: &FindingRow, rules: &RuleSet, terminal: &mut Terminal) -> Result<(), Error> {
    let paint = terminal.paint;
    let rule = rules.rules().iter().find(|rule| rule.id().as_str() == row.rule);
    for (fact, value) in rule.map(rule_facts).unwrap_or_default() {
        terminal.line(format_args!("  {} {value}", paint.dim(format!("{fact:<11}"))))?;
    }
    if title(rules, &row.rule).is_none() {
        terminal
            .line(paint.yellow("  this rule is not among those that are loaded; give --rules"))?;
    }
    Ok(())
}
