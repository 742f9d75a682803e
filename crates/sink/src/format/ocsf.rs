//! OCSF 1.8.0, class 2006 Data Security Finding (<https://schema.ocsf.io/1.8.0>).

use dosimeter_record::{Action, FindingRow, GapRow, Locator};
use serde_json::{Map, Value, json};

use crate::{
    Event,
    event::{millis, place, title},
};

/// The event as an object of the class.
pub(crate) fn value(event: &Event) -> Value {
    let finding = &event.finding;
    let activity = match event.action {
        Action::Opened => (1, "Create"),
        Action::Closed => (3, "Close"),
    };
    let mut value = json!({
        "activity_id": activity.0,
        "activity_name": activity.1,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2006,
        "class_name": "Data Security Finding",
        "type_uid": 200_600 + activity.0,
        "severity_id": severity(&finding.severity),
        "confidence_id": confidence(&finding.confidence),
        "time": millis(&event.at),
        "message": title(finding),
        // New, or resolved.
        "status_id": if event.action == Action::Closed { 4 } else { 1 },
        "is_alert": event.action == Action::Opened,
        "metadata": metadata(event),
        "finding_info": finding_info(finding),
        "resources": resources(
            finding.parent.as_deref(),
            [&finding.resource_id, &finding.resource_kind],
        ),
        "data_security": data_security(finding),
    });
    if let Some(value) = value.as_object_mut() {
        let more = [("actor", actor(finding)), ("file", file(finding))];
        let known = more.into_iter().filter_map(|(name, more)| Some((name.to_owned(), more?)));
        value.extend(known);
    }
    value
}

/// What was not scanned: a classification that failed, and no alert.
pub(crate) fn gap(gap: &GapRow, at: &str) -> Value {
    let reason = format!("not scanned: {}", gap.reason);
    json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2006,
        "class_name": "Data Security Finding",
        "type_uid": 200_601,
        "severity_id": severity("info"),
        "time": millis(at),
        "message": format!("{reason} in {}", gap.resource_kind),
        "status_id": 1,
        "is_alert": false,
        "metadata": {
            "version": "1.8.0",
            "product": product(),
            "tenant_uid": gap.tenant,
        },
        "finding_info": {
            "uid": format!("{}/{}/{}", gap.resource_id, gap.reason, gap.locator),
            "title": reason,
            "types": ["coverage"],
            "data_sources": ["anthropic.compliance"],
            "src_url": gap.href.as_deref().unwrap_or_default(),
        },
        "resources": resources(gap.parent.as_deref(), [&gap.resource_id, &gap.resource_kind]),
        "data_security": {
            "category_id": category("coverage"),
            "detection_system_id": 4,
            // 3 is a failed classification.
            "status_id": 3,
            "status_details": [gap.reason, place(&gap.locator).to_string()],
        },
    })
}

fn product() -> Value {
    json!({
        "name": "Dosimeter",
        "vendor_name": "Dosimeter",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn metadata(event: &Event) -> Value {
    json!({
        "version": "1.8.0",
        "uid": event.finding.id,
        "product": product(),
        "labels": event.finding.labels,
        "tenant_uid": event.finding.tenant,
        "original_event_uid": event.id(),
    })
}

fn finding_info(finding: &FindingRow) -> Value {
    let mut info = json!({
        "uid": finding.id,
        "title": title(finding),
        "desc": finding.snippet,
        "types": finding.labels,
        // 1 is a rule.
        "analytic": {"type_id": 1, "name": finding.rule, "uid": finding.rule},
        "first_seen_time": millis(&finding.first_seen),
        "last_seen_time": millis(&finding.last_seen),
        "data_sources": ["anthropic.compliance"],
    });
    if let (Some(info), Some(href)) = (info.as_object_mut(), &finding.href) {
        info.insert("src_url".to_owned(), href.clone().into());
    }
    info
}

fn resources(parent: Option<&str>, [id, kind]: [&str; 2]) -> Value {
    let own = json!({"uid": id, "type": kind});
    let parent = parent.map(|parent| json!({"uid": parent, "type": "container"}));
    Value::Array(parent.into_iter().chain([own]).collect())
}

/// The file that holds the finding. Names of files are content and not kept, except of those that were
/// scanned by their path.
fn file(finding: &FindingRow) -> Option<Value> {
    let kinds = ["local", "file", "generated_file", "project_file", "project_document"];
    if !kinds.contains(&finding.resource_kind.as_str()) {
        return None;
    }
    let id = finding.resource_id.as_str();
    // 1 is a regular file.
    let mut file = if finding.resource_kind == "local" {
        json!({"name": id.rsplit(['/', '\\']).next(), "path": id, "type_id": 1})
    } else {
        json!({"name": id, "uid": id, "type_id": 1})
    };
    if let (Some(file), Some(media_type)) = (file.as_object_mut(), &finding.media_type) {
        file.insert("mime_type".to_owned(), media_type.clone().into());
    }
    Some(file)
}

/// A user needs an id or a name, and an address has to look like one.
fn actor(finding: &FindingRow) -> Option<Value> {
    let (id, address) = (&finding.user_id, &finding.user_email);
    let name = address.as_ref().filter(|address| id.is_none() || !is_address(address));
    let fields = [
        ("uid", id.as_ref()),
        ("email_addr", address.as_ref().filter(|it| is_address(it))),
        ("name", name),
    ];
    let user: Map<String, Value> = fields
        .into_iter()
        .filter_map(|(field, value)| Some((field.to_owned(), value?.clone().into())))
        .collect();
    (!user.is_empty()).then(|| json!({ "user": user }))
}

/// Whether the schema takes it for an address.
fn is_address(text: &str) -> bool {
    let Some((mailbox, host)) = text.split_once('@') else { return false };
    let Some((first, rest)) = host.split_once('.') else { return false };
    let is_name = |text: &str, more: &[u8]| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
    };
    is_name(mailbox, b"!#$%&'*+-/=?^_`{|}~.,") && is_name(first, b"-") && is_name(rest, b"-.")
}

fn data_security(finding: &FindingRow) -> Value {
    let category = finding.labels.first().map_or(99, |label| category(label));
    let mut discovery = json!({"type": finding.rule, "count": 1, "value": finding.value});
    let found = occurrence(&place(&finding.locator));
    if let (Some(discovery), Some(found)) = (discovery.as_object_mut(), found) {
        discovery.insert("occurrences".to_owned(), json!([found]));
    }
    json!({
        "category_id": category,
        // 4 is data discovery and classification; 1 is at rest.
        "detection_system_id": 4,
        "data_lifecycle_state_id": 1,
        "detection_pattern": finding.rule,
        "pattern_match": finding.value,
        "status_id": coverage(&finding.coverage),
        "total": 1,
        "classifier_details": {"name": finding.rule, "uid": finding.rule, "type": "rule"},
        "discovery_details": [discovery],
    })
}

/// The part of a place that OCSF has a word for.
fn occurrence(locator: &Locator) -> Option<Value> {
    let places = [
        ("page_number", locator.page.or(locator.slide)),
        ("row_number", locator.row),
        ("column_number", locator.column),
        ("start_line", locator.line),
    ];
    let known: Map<String, Value> = places
        .into_iter()
        .filter_map(|(name, place)| Some((name.to_owned(), place?.into())))
        .collect();
    (!known.is_empty()).then_some(Value::Object(known))
}

/// 1 personal, 2 governmental, 3 financial, 4 business, 6 security, 99 other.
fn category(label: &str) -> u32 {
    match label {
        "pii" => 1,
        "regulated" => 2,
        "payment" | "financial" => 3,
        "customer" => 4,
        "secrets" => 6,
        _ => 99,
    }
}

fn severity(name: &str) -> u32 {
    match name {
        "info" | "informational" => 1,
        "low" => 2,
        "medium" => 3,
        "high" => 4,
        "critical" => 5,
        _ => 0,
    }
}

fn confidence(name: &str) -> u32 {
    match name {
        "low" => 1,
        "medium" => 2,
        "high" => 3,
        _ => 0,
    }
}

/// 1 complete, 2 partial, 3 fail.
fn coverage(name: &str) -> u32 {
    match name {
        "complete" => 1,
        "partial" => 2,
        _ => 3,
    }
}
