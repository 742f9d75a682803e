//! The fields of Splunk's Common Information Model, data model DLP, beside our own.

use dosimeter_record::{Action, GapRow};
use serde_json::{Map, Value, json};

use super::native;
use crate::Event;

/// The event with the fields of the data model beside its own.
pub(crate) fn value(event: &Event) -> Value {
    let finding = &event.finding;
    let user = finding.user_email.as_ref().or(finding.user_id.as_ref());
    let user = user.map_or("unknown", String::as_str);
    let labels = finding.labels.join(",");
    let fields = json!({
        "action": if event.action == Action::Closed { "closed" } else { "detected" },
        "category": if labels.is_empty() { "unknown" } else { &labels },
        "dest": finding.surface.as_deref().unwrap_or("claude.ai"),
        "object": finding.resource_id,
        "object_category": finding.resource_kind,
        "object_path": path(
            finding.href.as_ref(),
            [finding.parent.as_deref(), Some(&finding.resource_id)],
        ),
        "severity": severity(&finding.severity),
        "severity_id": severity_id(&finding.severity),
        "signature": finding.rule,
        "signature_id": finding.id,
        "src_user": user,
        "user": user,
    });
    with(native::value(event), [fields, constants()])
}

/// What was not scanned.
pub(crate) fn gap(gap: &GapRow, at: &str) -> Value {
    let fields = json!({
        "action": "not_scanned",
        "category": "coverage",
        "dest": "claude.ai",
        "object": gap.resource_id,
        "object_category": gap.resource_kind,
        "object_path": path(gap.href.as_ref(), [gap.parent.as_deref(), Some(&gap.resource_id)]),
        "severity": "informational",
        "severity_id": severity_id("info"),
        "signature": format!("not scanned: {}", gap.reason),
        "signature_id": gap.reason,
        "src_user": "unknown",
        "user": "unknown",
    });
    with(native::gap(gap, at), [fields, constants()])
}

fn constants() -> Value {
    json!({
        "app": "claude",
        "dlp_type": "cloud",
        "dvc": "dosimeter",
        "vendor_product": "Dosimeter",
    })
}

fn with(value: Value, more: [Value; 2]) -> Value {
    let objects = [value].into_iter().chain(more);
    let fields: Map<String, Value> = objects
        .filter_map(|value| match value {
            Value::Object(fields) => Some(fields),
            _ => None,
        })
        .flatten()
        .collect();
    Value::Object(fields)
}

/// The model knows these words only.
fn severity(name: &str) -> &str {
    match name {
        "critical" | "high" | "medium" | "low" => name,
        _ => "informational",
    }
}

fn severity_id(name: &str) -> u32 {
    match name {
        "critical" => 4,
        "high" => 3,
        "medium" => 2,
        "low" => 1,
        _ => 0,
    }
}

/// Where a person can open it, or at least what it is in.
fn path(href: Option<&String>, ids: [Option<&str>; 2]) -> String {
    href.cloned().unwrap_or_else(|| ids.into_iter().flatten().collect::<Vec<_>>().join("/"))
}
