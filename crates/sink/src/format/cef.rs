//! The Common Event Format, version 0: a header of seven fields, then pairs of keys and values
//! (`ArcSight`).
//!
//! The keys are those of its dictionary of producers; what it has none for stands in the custom strings,
//! each with its label.

use std::fmt::Write as _;

use dosimeter_record::GapRow;

use crate::{
    Event,
    event::{millis, place, title},
};

/// The event as a line.
pub(crate) fn line(event: &Event) -> String {
    let finding = &event.finding;
    let at = millis(&event.at).to_string();
    let place = place(&finding.locator).to_string();
    let labels = finding.labels.join(",");
    let reasons = finding.reasons.join(", ");
    let local = finding.resource_kind == "local";
    let empty = String::new();
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    let pairs = [
        ("rt", at.as_str()),
        ("externalId", &event.id()),
        ("act", event.action.name()),
        ("cat", &labels),
        ("app", "claude"),
        ("suid", &optional(&finding.user_id)),
        ("suser", &optional(&finding.user_email)),
        ("request", &optional(&finding.href)),
        ("fileType", &optional(&finding.media_type)),
        ("filePath", if local { &finding.resource_id } else { &empty }),
        ("fileId", if local { &empty } else { &finding.resource_id }),
        ("reason", &reasons),
        ("msg", &finding.snippet),
        ("cs1Label", "confidence"),
        ("cs1", &finding.confidence),
        ("cs2Label", "organization"),
        ("cs2", &finding.tenant),
        ("cs3Label", "resource"),
        ("cs3", &finding.resource_kind),
        ("cs4Label", "parent"),
        ("cs4", &optional(&finding.parent)),
        ("cs5Label", "place"),
        ("cs5", &place),
        ("cs6Label", "fingerprint"),
        ("cs6", &finding.fingerprint),
        ("flexString1Label", "coverage"),
        ("flexString1", &finding.coverage),
    ];
    let head = [&*finding.rule, &title(finding), severity(&finding.severity)];
    format!("{}{}", header(head), extension(&pairs))
}

/// What was not scanned, as a line.
pub(crate) fn gap_line(gap: &GapRow, at: &str) -> String {
    let pairs = [
        ("rt", millis(at).to_string()),
        ("act", "not_scanned".to_owned()),
        ("cat", "coverage".to_owned()),
        ("outcome", "failure".to_owned()),
        ("reason", gap.reason.clone()),
        ("request", gap.href.clone().unwrap_or_default()),
        ("fileId", gap.resource_id.clone()),
        ("cs2Label", "organization".to_owned()),
        ("cs2", gap.tenant.clone()),
        ("cs3Label", "resource".to_owned()),
        ("cs3", gap.resource_kind.clone()),
        ("cs4Label", "parent".to_owned()),
        ("cs4", gap.parent.clone().unwrap_or_default()),
        ("cs5Label", "place".to_owned()),
        ("cs5", place(&gap.locator).to_string()),
    ];
    let pairs = pairs.each_ref().map(|(key, value)| (*key, value.as_str()));
    let head = ["coverage.gap", &format!("not scanned: {}", gap.reason), "1"];
    format!("{}{}", header(head), extension(&pairs))
}

fn header(event: [&str; 3]) -> String {
    let product = ["Dosimeter", "Dosimeter", env!("CARGO_PKG_VERSION")];
    let fields = product.into_iter().chain(event);
    fields.fold("CEF:0|".to_owned(), |line, field| {
        let field = one_line(field).replace('\\', "\\\\").replace('|', "\\|");
        line + &field + "|"
    })
}

/// Pairs without a value are left out, with their labels.
fn extension(pairs: &[(&str, &str)]) -> String {
    let mut line = String::new();
    for (index, (key, value)) in pairs.iter().enumerate() {
        let described = pairs.get(index.saturating_add(1)).filter(|_| key.ends_with("Label"));
        if value.is_empty() || described.is_some_and(|(_, value)| value.is_empty()) {
            continue;
        }
        let value = one_line(value).replace('\\', "\\\\").replace('=', "\\=");
        let separator = if line.is_empty() { "" } else { " " };
        // A string takes every write.
        let _written = write!(line, "{separator}{key}={value}");
    }
    line
}

/// A line stays one, whatever a path or a media type holds.
fn one_line(text: &str) -> String {
    text.replace(|char: char| char.is_control(), " ")
}

/// 0 to 10.
fn severity(name: &str) -> &'static str {
    match name {
        "critical" => "10",
        "high" => "8",
        "medium" => "5",
        "low" => "3",
        _ => "1",
    }
}
