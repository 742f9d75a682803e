//! The rows as JSON, by column and with every repeated text once: a third of the size of objects, and
//! read by a browser in a fraction of the time.

use std::collections::BTreeMap;

use dosimeter_record::Label;
use dosimeter_store::{Backlog, RunRow};
use serde::Serialize;

use crate::{
    report::{Entry, Gap, Report, Subject},
    store::place,
};

/// The JSON block of the page; `page/data.js` reads it.
#[derive(Serialize)]
pub(crate) struct Columns<'a> {
    subject: &'static str,
    program: &'static str,
    written_at: &'a str,
    of: &'a [String],
    ruleset: Option<&'a str>,
    label_names: Vec<&'static str>,
    titles: BTreeMap<&'a str, &'a str>,
    coverage: Vec<(&'a str, &'a str, u64)>,
    gap_totals: &'a [(String, u64)],
    runs: &'a [RunRow],
    backlog: &'a [Backlog],
    failed_items: u64,
    findings_total: u64,
    findings: Findings<'a>,
    gaps: Gaps,
    /// Every text that a column names by its index; the first is empty.
    texts: Vec<&'a str>,
    /// Lists of indices into `texts`.
    lists: Vec<Vec<u32>>,
}

/// One value per finding in each column. Numbers are indices into `texts`, unless said otherwise.
#[derive(Default, Serialize)]
struct Findings<'a> {
    id: Vec<&'a str>,
    snippet: Vec<&'a str>,
    /// Bits in the order of `label_names`.
    labels: Vec<u32>,
    /// 0 low, 1 medium, 2 high.
    severity: Vec<u8>,
    confidence: Vec<u8>,
    /// Indices into `lists`.
    reasons: Vec<u32>,
    start: Vec<u64>,
    end: Vec<u64>,
    tenant: Vec<u32>,
    rule: Vec<u32>,
    value: Vec<u32>,
    fingerprint: Vec<u32>,
    place: Vec<u32>,
    kind: Vec<u32>,
    role: Vec<u32>,
    resource: Vec<u32>,
    parent: Vec<u32>,
    project: Vec<u32>,
    user: Vec<u32>,
    href: Vec<u32>,
    model: Vec<u32>,
    surface: Vec<u32>,
    coverage: Vec<u32>,
    created: Vec<u32>,
    first_seen: Vec<u32>,
    last_seen: Vec<u32>,
    suppressed: Vec<u32>,
}

#[derive(Default, Serialize)]
struct Gaps {
    reason: Vec<u32>,
    kind: Vec<u32>,
    resource: Vec<u32>,
    parent: Vec<u32>,
    place: Vec<u32>,
    href: Vec<u32>,
}

/// Texts by their index, each once.
struct Pool<'a> {
    texts: Vec<&'a str>,
    indices: BTreeMap<&'a str, u32>,
    lists: Vec<Vec<u32>>,
    list_indices: BTreeMap<Vec<u32>, u32>,
}

impl<'a> Pool<'a> {
    fn new() -> Self {
        let (lists, list_indices) = (Vec::new(), BTreeMap::new());
        Self { texts: vec![""], indices: BTreeMap::from([("", 0)]), lists, list_indices }
    }

    fn text(&mut self, text: &'a str) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        *self.indices.entry(text).or_insert_with(|| {
            self.texts.push(text);
            next
        })
    }

    fn optional(&mut self, text: Option<&'a String>) -> u32 {
        self.text(text.map_or("", String::as_str))
    }

    fn list(&mut self, texts: &'a [String]) -> u32 {
        let list: Vec<u32> = texts.iter().map(|text| self.text(text)).collect();
        let next = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        *self.list_indices.entry(list.clone()).or_insert_with(|| {
            self.lists.push(list);
            next
        })
    }
}

/// Places in words, made before the pool borrows them.
pub(crate) struct Places(Vec<String>);

impl Places {
    pub(crate) fn of(report: &Report) -> Self {
        Self(report.findings.iter().map(|entry| place(&entry.finding.locator)).collect())
    }
}

impl<'a> Columns<'a> {
    pub(crate) fn new(report: &'a Report, places: &'a Places) -> Self {
        let mut pool = Pool::new();
        let mut findings = Findings::default();
        for (entry, place) in report.findings.iter().zip(&places.0) {
            findings.push(entry, place, &mut pool);
        }
        let mut gaps = Gaps::default();
        for gap in &report.gaps {
            gaps.push(gap, &mut pool);
        }
        let covered = report.coverage.iter();
        let covered = covered.map(|of| (of.kind.as_str(), of.coverage.as_str(), of.resources));
        Self {
            subject: match report.subject {
                Subject::Organization => "organization",
                Subject::Files => "files",
            },
            program: concat!("dosimeter ", env!("CARGO_PKG_VERSION")),
            written_at: &report.written_at,
            of: &report.of,
            ruleset: report.ruleset.as_deref(),
            label_names: Label::ALL.iter().map(|label| label.name()).collect(),
            titles: titles(report),
            coverage: covered.collect(),
            gap_totals: &report.gap_totals,
            runs: &report.runs,
            backlog: &report.backlog,
            failed_items: report.failed_items,
            findings_total: report.findings_total,
            findings,
            gaps,
            texts: pool.texts,
            lists: pool.lists,
        }
    }
}

/// The titles of the rules that found something.
fn titles(report: &Report) -> BTreeMap<&str, &str> {
    let title = |entry: &'_ Entry| report.titles.get_key_value(&entry.finding.rule);
    let found = report.findings.iter().filter_map(title);
    found.map(|(rule, title)| (rule.as_str(), title.as_str())).collect()
}

fn level(name: &str) -> u8 {
    match name {
        "high" => 2,
        "medium" => 1,
        _ => 0,
    }
}

fn label_bits(names: &[String]) -> u32 {
    let bit = |(index, label): (usize, &Label)| {
        let given = names.iter().any(|name| name == label.name());
        u32::from(given).checked_shl(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(0)
    };
    Label::ALL.iter().enumerate().map(bit).sum()
}

impl<'a> Findings<'a> {
    fn push(&mut self, entry: &'a Entry, place: &'a str, pool: &mut Pool<'a>) {
        let row = &entry.finding;
        self.id.push(&row.id);
        self.snippet.push(&row.snippet);
        self.labels.push(label_bits(&row.labels));
        self.severity.push(level(&row.severity));
        self.confidence.push(level(&row.confidence));
        self.reasons.push(pool.list(&row.reasons));
        self.start.push(row.span_start);
        self.end.push(row.span_end);
        self.tenant.push(pool.text(&row.tenant));
        self.rule.push(pool.text(&row.rule));
        self.value.push(pool.text(&row.value));
        self.fingerprint.push(pool.text(&row.fingerprint));
        self.place.push(pool.text(place));
        self.kind.push(pool.text(&row.resource_kind));
        self.role.push(pool.text(&row.role));
        self.resource.push(pool.text(&row.resource_id));
        self.parent.push(pool.optional(row.parent.as_ref()));
        self.project.push(pool.optional(entry.project.as_ref()));
        self.user.push(pool.optional(row.user_email.as_ref().or(row.user_id.as_ref())));
        self.href.push(pool.optional(row.href.as_ref()));
        self.model.push(pool.optional(row.model.as_ref()));
        self.surface.push(pool.optional(row.surface.as_ref()));
        self.coverage.push(pool.text(&row.coverage));
        self.created.push(pool.optional(row.created_at.as_ref()));
        self.first_seen.push(pool.text(&row.first_seen));
        self.last_seen.push(pool.text(&row.last_seen));
        self.suppressed.push(pool.optional(entry.suppressed.as_ref()));
    }
}

impl Gaps {
    fn push<'a>(&mut self, gap: &'a Gap, pool: &mut Pool<'a>) {
        self.reason.push(pool.text(&gap.reason));
        self.kind.push(pool.text(&gap.kind));
        self.resource.push(pool.text(&gap.resource));
        self.parent.push(pool.optional(gap.parent.as_ref()));
        self.place.push(pool.text(&gap.place));
        self.href.push(pool.optional(gap.href.as_ref()));
    }
}
