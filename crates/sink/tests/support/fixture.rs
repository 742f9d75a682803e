//! Findings, gaps and resources to write, for all tests of this crate.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test includes this file and uses a part of it"
)]

use dosimeter_record::{FindingRow, GapRow};
use dosimeter_sink::{Action, Event, RuleFacts, Scanned, Suppression};

/// All that carries labels.
pub(crate) const KINDS: [&str; 13] = [
    "chat",
    "message",
    "file",
    "generated_file",
    "artifact",
    "project",
    "project_file",
    "project_document",
    "local_session",
    "remote_session",
    "code_artifact",
    "user_preferences",
    "local",
];

pub(crate) fn finding(labels: &[&str]) -> FindingRow {
    let text = str::to_owned;
    FindingRow {
        id: text("0123456789abcdef0123456789abcdef"),
        tenant: text("11111111-2222-4333-8444-555555555555"),
        rule: text("payment.card"),
        labels: labels.iter().copied().map(text).collect(),
        severity: text("high"),
        confidence: text("medium"),
        span_start: 1,
        span_end: 20,
        locator: text(r#"{"page":2}"#),
        value: text("•••• 1111"),
        snippet: text("card •••• 1111"),
        fingerprint: text("ff"),
        reasons: vec![text("luhn passed")],
        first_seen: text("2026-10-01T00:00:00Z"),
        last_seen: text("2026-10-02T00:00:00Z"),
        closed_at: None,
        resource_kind: text("message"),
        resource_id: text("claude_chat_msg_1"),
        parent: Some(text("claude_chat_1")),
        user_id: Some(text("user_1")),
        user_email: Some(text("ana@corp.test")),
        role: text("user"),
        href: Some(text("https://claude.ai/chat/1")),
        model: None,
        surface: None,
        created_at: None,
        media_type: None,
        coverage: text("partial"),
    }
}

/// A finding of which as little is known as can be.
pub(crate) fn bare() -> FindingRow {
    FindingRow {
        tenant: String::new(),
        user_id: None,
        user_email: None,
        parent: None,
        href: None,
        locator: "{}".to_owned(),
        reasons: Vec::new(),
        ..finding(&[])
    }
}

/// A finding of which everything is known.
pub(crate) fn full() -> FindingRow {
    let some = |text: &str| Some(text.to_owned());
    FindingRow {
        closed_at: some("2026-10-03T00:00:00Z"),
        model: some("claude-sonnet-4-5"),
        surface: some("claude_code"),
        created_at: some("2026-09-30T12:34:56.789Z"),
        media_type: some("text/plain"),
        ..finding(&["payment", "financial"])
    }
}

/// A finding that tries to leave the format that it stands in.
pub(crate) fn hostile() -> FindingRow {
    let text = "=cmd|' /C calc'!A0\u{1b}[31m \"<b>&]]>|\\ a=b\r\nnext\u{0}\u{2028}";
    FindingRow {
        resource_kind: "local".to_owned(),
        resource_id: format!("folder/{text}"),
        user_email: Some(text.to_owned()),
        media_type: Some(text.to_owned()),
        href: None,
        ..full()
    }
}

pub(crate) fn event(number: u32) -> Event {
    let at = format!("2026-10-01T00:00:{number:02}Z");
    Event { action: Action::Opened, at, finding: finding(&["payment", "financial"]) }
}

/// An event of its own for each number.
pub(crate) fn numbered(number: u32) -> Event {
    let id = format!("{number:032x}");
    Event { finding: FindingRow { id, ..event(1).finding }, ..event(1) }
}

pub(crate) fn gap() -> GapRow {
    GapRow {
        tenant: "11111111-2222-4333-8444-555555555555".to_owned(),
        resource_kind: "file".to_owned(),
        resource_id: "claude_file_1".to_owned(),
        parent: Some("claude_chat_1".to_owned()),
        reason: "encrypted".to_owned(),
        locator: r#"{"entries":[3],"page":2}"#.to_owned(),
        href: None,
    }
}

/// Every kind of event and finding.
pub(crate) fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for action in [Action::Opened, Action::Closed] {
        for label in ["pii", "payment", "secrets", "regulated", "financial", "customer"] {
            events.push(Event { action, finding: finding(&[label]), ..event(1) });
        }
        let nameless = FindingRow { user_id: None, ..full() };
        for finding in [bare(), full(), hostile(), nameless] {
            events.push(Event { action, finding, ..event(2) });
        }
        for kind in KINDS {
            for severity in ["info", "low", "medium", "high", "critical"] {
                let (resource_kind, severity) = (kind.to_owned(), severity.to_owned());
                let finding = FindingRow { resource_kind, severity, ..full() };
                events.push(Event { action, finding, ..event(3) });
            }
        }
    }
    events
}

/// A scan of four resources: one with findings, one that tries to break out, a clean one, an unread one.
pub(crate) fn scanned() -> Vec<Scanned> {
    let local = |id: &str, findings: Vec<FindingRow>| Scanned {
        kind: "local".to_owned(),
        id: id.to_owned(),
        findings: findings.into_iter().map(Event::latest).collect(),
        ..Scanned::default()
    };
    let in_file = |finding: FindingRow, number: u32| FindingRow {
        id: format!("{number:032x}"),
        resource_kind: "local".to_owned(),
        resource_id: "src/a b.env".to_owned(),
        href: None,
        locator: format!(r#"{{"line":{number}}}"#),
        ..finding
    };
    let found = vec![in_file(finding(&["payment"]), 1), in_file(bare(), 2), in_file(full(), 3)];
    let mut first = local("src/a b.env", found);
    let reason = Suppression::External("the test card of our vendor".to_owned());
    first.suppressed.insert(format!("{:032x}", 2), reason);
    first.suppressed.insert(format!("{:032x}", 3), Suppression::InSource);
    let mut unread = local("locked.pdf", Vec::new());
    unread.gaps.push(gap());
    unread.gaps.push(GapRow { reason: "deadline".to_owned(), ..gap() });
    let hostile_finding = hostile();
    let breaking = local(&hostile_finding.resource_id.clone(), vec![hostile_finding]);
    vec![first, breaking, local("clean.txt", Vec::new()), unread]
}

pub(crate) fn facts(rule: &str) -> Option<RuleFacts> {
    (rule == "payment.card").then(|| RuleFacts {
        title: "Payment card number".to_owned(),
        severity: "high".to_owned(),
        labels: vec!["payment".to_owned()],
        reference: Some("https://www.iso.org/standard/70484.html".to_owned()),
    })
}
