//! OCSF 1.8.0, class 2006 Data Security Finding (<https://schema.ocsf.io/1.8.0>).

use dosimeter_record::{FindingRow, Locator};
use serde_json::{Map, Value, json};

use crate::{Action, Event};

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
        "message": format!("{} in {}", finding.rule, finding.resource_kind),
        "status_id": if event.action == Action::Closed { 4 } else { 1 },
        "metadata": metadata(event),
        "finding_info": finding_info(finding),
        "resources": resources(finding),
        "data_security": data_security(finding),
    });
    if let (Some(value), Some(actor)) = (value.as_object_mut(), actor(finding)) {
        value.insert("actor".to_owned(), actor);
    }
    value
}

fn metadata(event: &Event) -> Value {
    json!({
        "version": "1.8.0",
        "uid": event.finding.id,
        "product": {
            "name": "Dosimeter",
            "vendor_name": "Dosimeter",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "labels": event.finding.labels,
        "tenant_uid": event.finding.tenant,
        "original_event_uid": event.id(),
    })
}

fn finding_info(finding: &FindingRow) -> Value {
    let mut info = json!({
        "uid": finding.id,
        "title": format!("{} in {}", finding.rule, finding.resource_kind),
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

fn resources(finding: &FindingRow) -> Value {
    let own = json!({"uid": finding.resource_id, "type": finding.resource_kind});
    let parent = finding.parent.as_ref().map(|parent| json!({"uid": parent, "type": "container"}));
    Value::Array(parent.into_iter().chain([own]).collect())
}

fn actor(finding: &FindingRow) -> Option<Value> {
    let mut user = Map::new();
    if let Some(id) = &finding.user_id {
        user.insert("uid".to_owned(), id.clone().into());
    }
    if let Some(email) = &finding.user_email {
        user.insert("email_addr".to_owned(), email.clone().into());
    }
    (!user.is_empty()).then(|| json!({ "user": user }))
}

fn data_security(finding: &FindingRow) -> Value {
    let category = finding.labels.first().map_or(99, |label| category(label));
    let mut discovery = json!({"type": finding.rule, "count": 1, "value": finding.value});
    let locator: Locator = serde_json::from_str(&finding.locator).unwrap_or_default();
    if let (Some(discovery), Some(place)) = (discovery.as_object_mut(), place(&locator)) {
        discovery.insert("occurrences".to_owned(), json!([place]));
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
fn place(locator: &Locator) -> Option<Value> {
    let places = [
        ("page_number", locator.page.or(locator.slide)),
        ("row_number", locator.row),
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

fn millis(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}
