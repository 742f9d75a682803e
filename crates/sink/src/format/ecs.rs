//! The Elastic Common Schema, 9.4.0 (<https://www.elastic.co/docs/reference/ecs>).
//!
//! Data loss prevention has no category of its own there: a finding is an alert about a file, or about
//! the web application in which a message was written. What the schema has no field for stands under
//! `dosimeter`, as it asks of producers.

use dosimeter_record::{Action, FindingRow, GapRow, Locator};
use serde_json::{Map, Value, json};

use crate::{
    Event,
    event::{place, title},
};

/// The event as a document.
pub(crate) fn value(event: &Event) -> Value {
    let finding = &event.finding;
    pruned(json!({
        "@timestamp": event.at,
        "ecs": { "version": "9.4.0" },
        "message": title(finding),
        "event": {
            "kind": "alert",
            "category": [category(&finding.resource_kind)],
            "type": ["info"],
            "module": "dosimeter",
            "dataset": "dosimeter.finding",
            "provider": "dosimeter",
            "id": event.id(),
            "action": match event.action {
                Action::Opened => "finding-opened",
                Action::Closed => "finding-closed",
            },
            "outcome": "success",
            "severity": severity(&finding.severity),
            "risk_score": f64::from(risk(&finding.severity, &finding.confidence)),
            "start": finding.first_seen,
            "end": finding.closed_at,
            "reason": finding.reasons.join(", "),
            "url": finding.href,
        },
        "rule": {
            "id": finding.rule,
            "name": finding.rule,
            "category": finding.labels.first(),
            "ruleset": "dosimeter",
        },
        "user": { "id": finding.user_id, "email": finding.user_email },
        "organization": { "id": filled(&finding.tenant) },
        "file": file(finding),
        "url": { "full": finding.href },
        "gen_ai": { "request": { "model": finding.model } },
        "related": { "user": related(finding) },
        "tags": finding.labels,
        "observer": observer(),
        "dosimeter": dosimeter(finding, &place(&finding.locator)),
    }))
}

/// What was not scanned: an event that failed, and no alert.
pub(crate) fn gap(gap: &GapRow, at: &str) -> Value {
    pruned(json!({
        "@timestamp": at,
        "ecs": { "version": "9.4.0" },
        "message": format!("not scanned: {} in {}", gap.reason, gap.resource_kind),
        "event": {
            "kind": "event",
            "category": [category(&gap.resource_kind)],
            "type": ["info"],
            "module": "dosimeter",
            "dataset": "dosimeter.gap",
            "provider": "dosimeter",
            "action": "not-scanned",
            "outcome": "failure",
            "reason": gap.reason,
            "url": gap.href,
        },
        "url": { "full": gap.href },
        "organization": { "id": filled(&gap.tenant) },
        "observer": observer(),
        "dosimeter": {
            "resource": { "kind": gap.resource_kind, "id": gap.resource_id, "parent": gap.parent },
            "locator": place(&gap.locator),
        },
    }))
}

fn observer() -> Value {
    json!({
        "product": "Dosimeter",
        "vendor": "Dosimeter",
        "type": "dlp",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn dosimeter(finding: &FindingRow, locator: &Locator) -> Value {
    json!({
        "finding": {
            "id": finding.id,
            "fingerprint": finding.fingerprint,
            "value": finding.value,
            "snippet": finding.snippet,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "role": finding.role,
        },
        "resource": {
            "kind": finding.resource_kind,
            "id": finding.resource_id,
            "parent": finding.parent,
            "created": finding.created_at,
        },
        "locator": locator,
        "surface": finding.surface,
        "coverage": finding.coverage,
    })
}

fn file(finding: &FindingRow) -> Value {
    if category(&finding.resource_kind) != "file" {
        return Value::Null;
    }
    let path = (finding.resource_kind == "local").then_some(&finding.resource_id);
    let name = path.and_then(|path| path.rsplit(['/', '\\']).next());
    json!({ "path": path, "name": name, "mime_type": finding.media_type })
}

fn category(kind: &str) -> &'static str {
    match kind {
        "file" | "generated_file" | "project_file" | "project_document" | "local" => "file",
        _ => "web",
    }
}

fn related(finding: &FindingRow) -> Vec<&String> {
    finding.user_id.iter().chain(&finding.user_email).collect()
}

/// The schema leaves the scale to the producer: that of the syslog severities upside down would be
/// least expected, so this is the one of Elastic's own rules.
fn severity(name: &str) -> u32 {
    match name {
        "critical" => 99,
        "high" => 73,
        "medium" => 47,
        "low" => 21,
        _ => 0,
    }
}

/// The severity, less where we are less sure.
fn risk(severity_name: &str, confidence: &str) -> u32 {
    let doubt = match confidence {
        "high" => 0,
        "medium" => 10,
        _ => 20,
    };
    severity(severity_name).saturating_sub(doubt)
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Without what is not known: an empty field would be searched, and counted.
fn pruned(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let known: Map<String, Value> = fields
        .into_iter()
        .map(|(name, field)| (name, pruned(field)))
        .filter(|(_, field)| match field {
            Value::Null => false,
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::String(text) => !text.is_empty(),
            _ => true,
        })
        .collect();
    Value::Object(known)
}
