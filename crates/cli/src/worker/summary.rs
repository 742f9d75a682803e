//! What a run did, for people and for programs.

use std::collections::BTreeMap;

use dosimeter_record::{GapReason, Label, ResourceKind};
use dosimeter_worker::Summary;
use serde::Serialize;

use crate::{
    error::Error,
    scan::pretty::{bytes, counted},
    table::{Align, Table},
    terminal::Terminal,
};

/// The summary as one JSON object.
#[derive(Serialize)]
pub(crate) struct SummaryLine<'a> {
    items: u64,
    items_failed: u64,
    items_deleted: u64,
    resources: &'a BTreeMap<ResourceKind, u64>,
    resources_unchanged: u64,
    labels: BTreeMap<Label, LabelLine>,
    findings: u64,
    findings_new: u64,
    findings_closed: u64,
    gaps: &'a BTreeMap<GapReason, u64>,
    complete: bool,
    content_bytes: u64,
    requests: u64,
    last_request_id: Option<&'a str>,
    store: &'a dosimeter_store::Totals,
}

#[derive(Serialize)]
struct LabelLine {
    resources: u64,
    findings: u64,
}

impl<'a> SummaryLine<'a> {
    /// Takes over what a run says of itself.
    pub(crate) fn new(summary: &'a Summary) -> Self {
        let label = |(label, count): (&Label, &dosimeter_worker::LabelCount)| {
            (*label, LabelLine { resources: count.resources, findings: count.findings })
        };
        Self {
            items: summary.items,
            items_failed: summary.items_failed,
            items_deleted: summary.items_deleted,
            resources: &summary.resources,
            resources_unchanged: summary.resources_unchanged,
            labels: summary.labels.iter().map(label).collect(),
            findings: summary.findings,
            findings_new: summary.findings_new,
            findings_closed: summary.findings_closed,
            gaps: &summary.gaps,
            complete: summary.is_complete(),
            content_bytes: summary.content_bytes,
            requests: summary.requests,
            last_request_id: summary.last_request_id.as_deref(),
            store: &summary.store,
        }
    }
}

/// Prints the summary as tables.
pub(crate) fn print_summary(summary: &Summary, terminal: &mut Terminal) -> Result<(), Error> {
    let resources = summary.resources.iter().map(|(kind, count)| format!("{count} {kind}"));
    let resources: Vec<String> = resources.collect();
    terminal.line(format_args!(
        "{} scanned with {}: {}",
        bytes(summary.content_bytes),
        counted(summary.requests, "request"),
        if resources.is_empty() { "nothing new".to_owned() } else { resources.join(", ") },
    ))?;
    let mut labels = Table::new(&[
        ("label", Align::Left),
        ("findings", Align::Right),
        ("resources", Align::Right),
    ]);
    for (label, count) in &summary.labels {
        labels.row([label.to_string(), count.findings.to_string(), count.resources.to_string()]);
    }
    labels.print_under("", terminal)?;
    let mut gaps = Table::new(&[("reason", Align::Left), ("count", Align::Right)]);
    for (reason, count) in &summary.gaps {
        gaps.row([reason.to_string(), count.to_string()]);
    }
    gaps.print_under("Not scanned, so not clean:", terminal)?;
    let (new, closed) = (summary.findings_new, summary.findings_closed);
    terminal.line(format_args!("\n{new} new findings, {closed} gone since the last run"))?;
    if summary.items_failed > 0 {
        let failed = counted(summary.items_failed, "item");
        let paint = terminal.paint;
        terminal.line(paint.yellow(format!("{failed} failed; the next run tries again")))?;
    }
    Ok(())
}
