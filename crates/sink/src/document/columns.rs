//! The columns that tables of findings and gaps have, whatever file they are in.

use dosimeter_record::{FindingRow, GapRow};

use crate::{Event, event::place};

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row<'a> {
    /// Something that was found.
    Finding(&'a Event),
    /// Something that was not scanned, and when that was seen.
    Gap(&'a GapRow, &'a str),
}

/// A value, in the type of its column.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Text(Option<String>),
    Texts(&'a [String]),
    Count(Option<u64>),
    /// RFC 3339.
    Time(Option<&'a str>),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Texts,
    Count,
    Time,
}

pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) cell: for<'a> fn(Row<'a>) -> Cell<'a>,
}

const fn text(name: &'static str, cell: for<'a> fn(Row<'a>) -> Cell<'a>) -> Column {
    Column { name, kind: Kind::Text, cell }
}

const fn time(name: &'static str, cell: for<'a> fn(Row<'a>) -> Cell<'a>) -> Column {
    Column { name, kind: Kind::Time, cell }
}

/// The names are part of the interface; new columns come at the end.
pub(super) const COLUMNS: &[Column] = &[
    text("record", |row| {
        Cell::Text(Some(if matches!(row, Row::Finding(_)) { "finding" } else { "gap" }.into()))
    }),
    text("action", |row| match row {
        Row::Finding(event) => Cell::Text(Some(event.action.name().to_owned())),
        Row::Gap(..) => Cell::Text(Some("not_scanned".to_owned())),
    }),
    time("happened_at", |row| match row {
        Row::Finding(event) => Cell::Time(Some(&event.at)),
        Row::Gap(_, at) => Cell::Time(Some(at)),
    }),
    text("id", |row| of(row, |finding| Some(&finding.id))),
    text("tenant", |row| both(row, |finding| &finding.tenant, |gap| &gap.tenant)),
    text("rule", |row| of(row, |finding| Some(&finding.rule))),
    Column { name: "labels", kind: Kind::Texts, cell: |row| texts(row, |finding| &finding.labels) },
    text("severity", |row| of(row, |finding| Some(&finding.severity))),
    text("confidence", |row| of(row, |finding| Some(&finding.confidence))),
    text("value", |row| of(row, |finding| Some(&finding.value))),
    text("snippet", |row| of(row, |finding| Some(&finding.snippet))),
    Column {
        name: "reasons",
        kind: Kind::Texts,
        cell: |row| match row {
            Row::Finding(event) => Cell::Texts(&event.finding.reasons),
            Row::Gap(gap, _) => Cell::Texts(std::slice::from_ref(&gap.reason)),
        },
    },
    text("resource_kind", |row| {
        both(row, |finding| &finding.resource_kind, |gap| &gap.resource_kind)
    }),
    text("resource_id", |row| both(row, |finding| &finding.resource_id, |gap| &gap.resource_id)),
    text("parent", |row| match row {
        Row::Finding(event) => Cell::Text(event.finding.parent.clone()),
        Row::Gap(gap, _) => Cell::Text(gap.parent.clone()),
    }),
    text("place", |row| {
        let locator = match row {
            Row::Finding(event) => &event.finding.locator,
            Row::Gap(gap, _) => &gap.locator,
        };
        Cell::Text(Some(place(locator).to_string()).filter(|place| !place.is_empty()))
    }),
    Column {
        name: "span_start",
        kind: Kind::Count,
        cell: |row| count(row, |finding| finding.span_start),
    },
    Column {
        name: "span_end",
        kind: Kind::Count,
        cell: |row| count(row, |finding| finding.span_end),
    },
    text("user_id", |row| of(row, |finding| finding.user_id.as_ref())),
    text("user_email", |row| of(row, |finding| finding.user_email.as_ref())),
    text("role", |row| of(row, |finding| Some(&finding.role))),
    text("href", |row| match row {
        Row::Finding(event) => Cell::Text(event.finding.href.clone()),
        Row::Gap(gap, _) => Cell::Text(gap.href.clone()),
    }),
    text("model", |row| of(row, |finding| finding.model.as_ref())),
    text("surface", |row| of(row, |finding| finding.surface.as_ref())),
    text("media_type", |row| of(row, |finding| finding.media_type.as_ref())),
    time("created_at", |row| when(row, |finding| finding.created_at.as_ref())),
    time("first_seen", |row| when(row, |finding| Some(&finding.first_seen))),
    time("last_seen", |row| when(row, |finding| Some(&finding.last_seen))),
    time("closed_at", |row| when(row, |finding| finding.closed_at.as_ref())),
    text("coverage", |row| of(row, |finding| Some(&finding.coverage))),
    text("fingerprint", |row| of(row, |finding| Some(&finding.fingerprint))),
];

fn of<'a>(row: Row<'a>, field: impl Fn(&'a FindingRow) -> Option<&'a String>) -> Cell<'a> {
    match row {
        Row::Finding(event) => Cell::Text(field(&event.finding).cloned()),
        Row::Gap(..) => Cell::Text(None),
    }
}

fn both<'a>(
    row: Row<'a>,
    finding: impl Fn(&'a FindingRow) -> &'a String,
    gap: impl Fn(&'a GapRow) -> &'a String,
) -> Cell<'a> {
    Cell::Text(Some(match row {
        Row::Finding(event) => finding(&event.finding).clone(),
        Row::Gap(row, _) => gap(row).clone(),
    }))
}

fn texts<'a>(row: Row<'a>, field: impl Fn(&'a FindingRow) -> &'a [String]) -> Cell<'a> {
    match row {
        Row::Finding(event) => Cell::Texts(field(&event.finding)),
        Row::Gap(..) => Cell::Texts(&[]),
    }
}

fn count(row: Row<'_>, field: impl Fn(&FindingRow) -> u64) -> Cell<'_> {
    match row {
        Row::Finding(event) => Cell::Count(Some(field(&event.finding))),
        Row::Gap(..) => Cell::Count(None),
    }
}

fn when<'a>(row: Row<'a>, field: impl Fn(&'a FindingRow) -> Option<&'a String>) -> Cell<'a> {
    match row {
        Row::Finding(event) => Cell::Time(field(&event.finding).map(String::as_str)),
        Row::Gap(..) => Cell::Time(None),
    }
}
