//! `JUnit`'s report: each resource is a suite, in which each finding is a failure, what was accepted is
//! skipped, and what was not scanned is an error. A resource with none of these is a test that passes.

use super::{About, Body, Scanned, Suppression};
use crate::event::place;

pub(super) struct Junit;

/// The head. The totals of all suites would have to stand here, and are optional.
pub(super) fn begin(out: &mut Vec<u8>) -> Junit {
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.extend_from_slice(b"<testsuites name=\"dosimeter\">\n");
    Junit
}

impl Body for Junit {
    fn add(&mut self, out: &mut Vec<u8>, about: &About<'_>, scanned: &Scanned) {
        let cases = cases(about, scanned);
        let count = |kind: &str| cases.iter().filter(|case| case.kind == kind).count().to_string();
        let attributes = [
            ("name", scanned.id.clone()),
            ("tests", cases.len().to_string()),
            ("failures", count("failure")),
            ("errors", count("error")),
            ("skipped", count("skipped")),
            ("timestamp", about.at.clone()),
        ];
        open(out, "<testsuite", &attributes);
        out.extend_from_slice(b">\n");
        for case in &cases {
            case.write(out, &scanned.id);
        }
        out.extend_from_slice(b"</testsuite>\n");
    }

    fn end(&mut self, out: &mut Vec<u8>, _: &About<'_>) {
        out.extend_from_slice(b"</testsuites>\n");
    }
}

/// One test.
struct Case {
    name: String,
    /// `failure`, `error`, `skipped`, or nothing if it passes.
    kind: &'static str,
    /// The kind of failure or error, in a word.
    class: String,
    message: String,
    detail: String,
}

fn cases(about: &About<'_>, scanned: &Scanned) -> Vec<Case> {
    let findings = scanned.findings.iter().map(|event| {
        let finding = &event.finding;
        let title = (about.rules)(&finding.rule).map_or_else(String::new, |rule| rule.title);
        let (kind, message) = match scanned.suppressed.get(&finding.id) {
            None => ("failure", if title.is_empty() { finding.rule.clone() } else { title }),
            Some(Suppression::External(reason)) => ("skipped", format!("accepted: {reason}")),
            Some(Suppression::InSource) => ("skipped", "accepted by a comment".to_owned()),
        };
        let place = place(&finding.locator).to_string();
        Case {
            name: format!("{} {place} [{}]", finding.rule, finding.id).replace("  ", " "),
            kind,
            class: finding.severity.clone(),
            message,
            detail: format!("{}\n{}", finding.snippet, finding.reasons.join(", ")),
        }
    });
    let gaps = scanned.gaps.iter().map(|gap| Case {
        name: format!("not scanned {}", place(&gap.locator)).trim_end().to_owned(),
        kind: "error",
        class: gap.reason.clone(),
        message: format!("not scanned: {}", gap.reason),
        detail: String::new(),
    });
    let mut cases: Vec<Case> = findings.chain(gaps).collect();
    if cases.is_empty() {
        let nothing = String::new;
        let name = "nothing found".to_owned();
        let [class, message, detail] = [nothing(), nothing(), nothing()];
        cases.push(Case { name, kind: "", class, message, detail });
    }
    cases
}

impl Case {
    fn write(&self, out: &mut Vec<u8>, resource: &str) {
        let attributes = [("classname", resource.to_owned()), ("name", self.name.clone())];
        open(out, "  <testcase", &attributes);
        if self.kind.is_empty() {
            out.extend_from_slice(b"/>\n");
            return;
        }
        let attributes = [("type", self.class.clone()), ("message", self.message.clone())];
        out.extend_from_slice(b">");
        // What is skipped has no type.
        let attributes = attributes.get(usize::from(self.kind == "skipped")..).unwrap_or_default();
        open(out, &format!("<{}", self.kind), attributes);
        let detail = if self.kind == "skipped" { String::new() } else { escaped(&self.detail) };
        out.extend_from_slice(format!(">{detail}</{}></testcase>\n", self.kind).as_bytes());
    }
}

fn open(out: &mut Vec<u8>, tag: &str, attributes: &[(&str, String)]) {
    out.extend_from_slice(tag.as_bytes());
    for (name, value) in attributes {
        out.extend_from_slice(format!(" {name}=\"{}\"", escaped(value)).as_bytes());
    }
}

/// XML 1.0 cannot even escape control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push('\n'),
            char if char.is_control() || matches!(char, '\u{FFFE}' | '\u{FFFF}') => {
                escaped.push('\u{FFFD}');
            }
            char => escaped.push(char),
        }
    }
    escaped
}
