//! SARIF 2.1.0 (OASIS), for code scanning and editors.
//!
//! Results are written as they come; the rules that they name and what was not scanned follow at the end,
//! where the format lets them stand. A scan that could not read something says so twice: by a notification
//! for each gap, and by `executionSuccessful`, which is then false.

use std::collections::BTreeMap;

use dosimeter_record::{GapRow, Locator};
use serde_json::{Map, Value, json};

use super::{About, Body, RuleFacts, Scanned, Suppression};
use crate::{Event, event::place};

/// As many notifications are listed; the rest is counted.
const NOTIFICATIONS_MAX: usize = 10_000;

#[derive(Default)]
pub(super) struct Sarif {
    results: u64,
    /// The rules by their index.
    rules: Vec<String>,
    indexes: BTreeMap<String, usize>,
    notifications: Vec<Value>,
    gaps: u64,
}

pub(super) fn begin(out: &mut Vec<u8>) -> Sarif {
    out.extend_from_slice(
        br#"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":["#,
    );
    Sarif::default()
}

impl Body for Sarif {
    fn add(&mut self, out: &mut Vec<u8>, _: &About<'_>, scanned: &Scanned) {
        for event in &scanned.findings {
            let result = self.result(event, scanned.suppressed.get(&event.finding.id));
            out.extend_from_slice(if self.results == 0 { b"\n" } else { b",\n" });
            out.extend_from_slice(result.to_string().as_bytes());
            self.results = self.results.saturating_add(1);
        }
        for gap in &scanned.gaps {
            self.gaps = self.gaps.saturating_add(1);
            if self.notifications.len() < NOTIFICATIONS_MAX {
                self.notifications.push(notification(gap));
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>, about: &About<'_>) {
        let rules: Vec<Value> =
            self.rules.iter().map(|id| rule(id, &(about.rules)(id).unwrap_or_default())).collect();
        let mut notifications = std::mem::take(&mut self.notifications);
        let unlisted = self.gaps.saturating_sub(notifications.len() as u64);
        if unlisted > 0 {
            notifications.push(json!({
                "level": "error",
                "message": { "text": format!("{unlisted} more gaps are not listed here") },
            }));
        }
        let invocation = json!({
            "startTimeUtc": about.at,
            "executionSuccessful": self.gaps == 0,
            "toolExecutionNotifications": notifications,
        });
        let driver = json!({
            "name": "Dosimeter",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": "https://github.com/dosimeter/dosimeter",
            "rules": rules,
        });
        let coverage = if self.gaps == 0 { "complete" } else { "partial" };
        let properties =
            json!({ "coverage": coverage, "gaps": self.gaps, "ruleset": about.ruleset });
        let rest = format!(
            "\n],\"tool\":{},\"invocations\":[{invocation}],\"properties\":{properties}}}]}}\n",
            json!({ "driver": driver })
        );
        out.extend_from_slice(rest.as_bytes());
    }
}

impl Sarif {
    fn result(&mut self, event: &Event, suppression: Option<&Suppression>) -> Value {
        let finding = &event.finding;
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": self.index(&finding.rule),
            "level": level(&finding.severity),
            "message": { "text": format!("{}: {}", finding.rule, finding.snippet) },
            "locations": [location(&finding.resource_id, finding.href.as_deref(), &finding.locator)],
            "partialFingerprints": {
                // Stable over runs, and over changes elsewhere in the file.
                "dosimeterFindingId/v1": finding.id,
                "dosimeterValue/v1": finding.fingerprint,
            },
            "properties": {
                "labels": finding.labels,
                "severity": finding.severity,
                "confidence": finding.confidence,
                "reasons": finding.reasons,
            },
        });
        if let (Some(result), Some(suppression)) = (result.as_object_mut(), suppression) {
            let suppression = match suppression {
                Suppression::InSource => json!({"kind": "inSource", "status": "accepted"}),
                Suppression::External(reason) => {
                    json!({"kind": "external", "status": "accepted", "justification": reason})
                }
            };
            result.insert("suppressions".to_owned(), json!([suppression]));
        }
        result
    }

    fn index(&mut self, rule: &str) -> usize {
        if let Some(index) = self.indexes.get(rule) {
            return *index;
        }
        let index = self.rules.len();
        self.rules.push(rule.to_owned());
        self.indexes.insert(rule.to_owned(), index);
        index
    }
}

fn rule(id: &str, facts: &RuleFacts) -> Value {
    let title = if facts.title.is_empty() { id } else { &facts.title };
    let tags: Vec<&str> =
        ["security"].into_iter().chain(facts.labels.iter().map(String::as_str)).collect();
    let mut rule = json!({
        "id": id,
        "name": name(id),
        "shortDescription": { "text": title },
        "fullDescription": { "text": title },
        "help": { "text": format!("{title}. Why it was found: dosimeter explain; the rule: dosimeter rules show {id}") },
        "defaultConfiguration": { "level": level(&facts.severity) },
        // What GitHub sorts by.
        "properties": { "tags": tags, "security-severity": score(&facts.severity), "precision": "high" },
    });
    if let (Some(rule), Some(reference)) = (rule.as_object_mut(), &facts.reference) {
        rule.insert("helpUri".to_owned(), reference.clone().into());
    }
    rule
}

/// The id as one word in Pascal case: a name that is the id itself is an error (SARIF 2.1.0 §3.49.7, and
/// SARIF1001 and SARIF2012 of Microsoft's validator).
fn name(id: &str) -> String {
    let words = id.split(|char: char| !char.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    };
    words.map(capital).collect()
}

fn notification(gap: &GapRow) -> Value {
    json!({
        "descriptor": { "id": gap.reason },
        "level": if by_design(&gap.reason) { "warning" } else { "error" },
        "message": { "text": format!("not scanned: {}", gap.reason) },
        "locations": [location(&gap.resource_id, gap.href.as_deref(), &gap.locator)],
    })
}

/// Whether more could not be expected: everything else is worth a look.
fn by_design(reason: &str) -> bool {
    ["encrypted", "unsupported", "image_not_read", "image_unclear", "excluded"].contains(&reason)
}

fn location(resource: &str, href: Option<&str>, locator: &str) -> Value {
    // A region is a line of the file itself, not of a page or of something in it.
    let at = place(locator);
    let only_line = Locator { line: at.line, ..Locator::default() };
    let (line, elsewhere) =
        if at == only_line { (at.line, String::new()) } else { (None, at.to_string()) };
    let uri = href.map_or_else(|| uri(resource), str::to_owned);
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({ "uri": uri }));
    if let Some(line) = line {
        physical.insert("region".to_owned(), json!({ "startLine": line }));
    }
    let mut location = Map::new();
    location.insert("physicalLocation".to_owned(), Value::Object(physical));
    if !elsewhere.is_empty() {
        let logical = json!([{ "fullyQualifiedName": elsewhere }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    Value::Object(location)
}

/// A path as a reference: relative as it was given, or `file:` from the root.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            _ => uri.extend([format!("%{byte:02X}")]),
        }
    }
    uri
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// The middle of the range that the word has among code scanners.
fn score(severity: &str) -> &'static str {
    match severity {
        "critical" => "9.5",
        "high" => "8.0",
        "medium" => "5.5",
        _ => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ü#1.txt"), "a%20b/%C3%BC%231.txt");
        assert_eq!(uri("/etc/a:b"), "file:///etc/a%3Ab");
        assert_eq!(uri("..\\x"), "../x");
    }
}
