//! What a scan does, shown on simple rules that exist nowhere else.
#![expect(clippy::unwrap_used, reason = "a test")]

use dosimeter_classifier::{Classifier, Error, Outcome, RuleSet};
use dosimeter_record::{
    Confidence, CoverageState, Finding, FingerprintKey, Gap, GapReason, Identity, Label, Labelled,
    Locator,
};

const RULES: &str = r#"
[[rule]]
id = "pii.test.badge"
title = "Badge number"
label = "pii"
severity = "medium"
confidence = "low"
pattern = '''\b\d{3}-\d{3}\b'''
mask = { keep_last = 2 }
evidence = ["badge"]
context = { any = ["badge", "staff id"], none = ["sample"], window_chars = 40 }
[[rule.positive]]
text = "badge 482-913"
[[rule.negative]]
text = "482-913"

[[rule]]
id = "pii.test.door"
title = "Door number, only beside its word"
label = "pii"
severity = "low"
confidence = "medium"
strength = "weak"
pattern = '''\bD\d{4}\b'''
evidence = ["door"]
context = { any = ["door"], required = true }
[[rule.positive]]
text = "door D4821"
[[rule.negative]]
text = "D4821"

[[rule]]
id = "secrets.test.key"
title = "Key with a fixed prefix"
label = "secrets"
severity = "high"
confidence = "high"
keywords = ["tk_"]
pattern = '''\b(tk_[a-z0-9]{12})\b'''
mask = { keep_prefix = 3 }
[[rule.positive]]
text = "tk_{12:a-z0-9}"
[[rule.negative]]
text = "tk_short"

[[rule]]
id = "secrets.test.generic"
title = "Anything assigned to a secret"
label = "secrets"
severity = "high"
confidence = "medium"
keywords = ["secret="]
pattern = '''secret=([a-z0-9_]{8,40})'''
[[rule.positive]]
text = "secret={12:a-z0-9}"
[[rule.negative]]
text = "secret=x"

[[combination]]
id = "regulated.test.badge-and-door"
title = "A badge and a door"
label = "regulated"
severity = "high"
confidence = "high"
all = [{ evidence = "badge" }, { evidence = "door" }]
within = { chars = 50 }
unless = ["never"]
[[combination.positive]]
text = "badge 482-913 at door D4821"
[[combination.negative]]
text = "badge 482-913"

[[combination]]
id = "regulated.test.conversation"
title = "A badge and a door in one conversation"
label = "regulated"
severity = "high"
confidence = "high"
all = [{ evidence = "badge" }, { evidence = "door" }]
scope = "conversation"
[[combination.positive]]
text = "none"
[[combination.negative]]
text = "none"

[[table]]
id = "customer.test.table"
title = "Customers"
label = "customer"
severity = "high"
confidence = "high"
rows_at_least = 3
columns = [{ header = ["customer"] }, { header = ["plan"], distinct_at_least = 2 }]
[[table.positive]]
text = "none"
[[table.negative]]
text = "none"

[[allow]]
reason = "printed in the manual"
kind = "pii.test.badge"
values = ["111222"]
"#;

fn classifier() -> Classifier {
    let mut rules = RuleSet::default();
    rules.add_toml("test.toml", RULES).unwrap();
    let key = FingerprintKey::from_bytes([9; 32]);
    Classifier::builder().rules(rules).key(key).build().unwrap()
}

fn label(segments: &[&str]) -> Labelled {
    let classifier = classifier();
    let mut scratch = classifier.scratch();
    let identity = Identity { tenant: "t", resource: "r", part: "p" };
    let mut scan = classifier.resource(&mut scratch, identity);
    for segment in segments {
        scan.segment(segment, &Locator::default());
    }
    scan.finish()
}

/// Checks rule, confidence and snippet of every finding in one text.
fn check(text: &str, expected: &[(&str, Confidence, &str)]) {
    let labelled = label(&[text]);
    let found: Vec<(&str, Confidence, &str)> = labelled
        .findings
        .iter()
        .map(|finding| {
            (finding.rule().as_str(), finding.confidence(), finding.redacted().snippet())
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

use Confidence::{High, Medium};

#[test]
fn context_decides_what_a_shape_is_worth() {
    check("482-913", &[]);
    check("badge 482-913", &[("pii.test.badge", Medium, "badge •••• 13")]);
    check("staff_id: 482-913", &[("pii.test.badge", Medium, "staff_id: •••• 13")]);
    check("sample badge 482-913", &[]);
    check("badge 111-222", &[]);
    check("D4821", &[]);
    check("door D4821", &[("pii.test.door", High, "door [PII]")]);
}

#[test]
fn a_column_header_is_context_for_its_column_only() {
    let far = format!("badge,other,city\n{}", "482-913,482-914,Rome\n".repeat(9));
    let last_line = far.trim_end().rfind('\n').unwrap();
    let found = label(&[&far]).findings;
    let last: Vec<_> = found.iter().filter(|finding| finding.span().start > last_line).collect();
    assert_eq!(last.len(), 1);
}

#[test]
fn evasions_are_seen_through_and_spans_stay_in_the_original() {
    let text = "badge ４８２\u{2011}9\u{200B}13!";
    let found = label(&[text]).findings;
    assert_eq!(found[0].span().slice(text), Some("４８２\u{2011}9\u{200B}13"));
}

#[test]
fn the_more_specific_rule_wins_and_masks_what_it_knows() {
    check("secret=tk_qwmzxnbvcp91", &[("secrets.test.key", High, "secret=tk_••••")]);
}

#[test]
fn encoded_values_are_found_under_their_encoded_form() {
    // base64 of "config secret=qwmzxnbvcp91 end"
    let text = "data: Y29uZmlnIHNlY3JldD1xd216eG5idmNwOTEgZW5k";
    let found = label(&[text]).findings;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span().slice(text).map(str::len), Some(40));
    assert!(found[0].reasons().iter().any(|reason| reason.to_string().contains("base64")));
    assert_eq!(found[0].redacted().snippet(), "data: [SECRET]");
}

#[test]
fn every_match_of_every_rule_is_masked_in_every_snippet() {
    let text = "door D4821 secret=qwmzxnbvcp91 badge 482-913";
    for finding in label(&[text]).findings {
        let snippet = finding.redacted().snippet();
        assert!(!["4821", "qwmz", "482"].iter().any(|raw| snippet.contains(raw)), "{snippet}");
    }
}

#[test]
fn a_restricted_classifier_masks_what_it_does_not_look_for() {
    let classifier = classifier().restricted([Label::Pii]);
    let text = "secret=qwmzxnbvcp badge 482-913";
    let found = classifier.scan(&mut classifier.scratch(), text);
    let snippets: Vec<&str> = found.iter().map(|found| found.redacted().snippet()).collect();
    assert_eq!(snippets, ["secret=[SECRET] badge •••• 13"]);
}

#[test]
fn without_context_a_finding_is_its_value_alone() {
    let restricted = classifier().restricted([Label::Pii]);
    let text = "secret=qwmzxnbvcp badge 482-913";
    let [whole, bare] = [restricted.clone(), restricted.without_context()].map(|classifier| {
        let mut scratch = classifier.scratch();
        // The memory of a scan is good for the next one.
        [classifier.scan(&mut scratch, text), classifier.scan(&mut scratch, text)]
    });
    for (whole, bare) in whole.iter().zip(&bare) {
        let shown = |findings: &[Finding]| -> Vec<String> {
            findings.iter().map(|found| found.redacted().snippet().to_owned()).collect()
        };
        assert_eq!(shown(whole), ["secret=[SECRET] badge •••• 13"]);
        assert_eq!(shown(bare), ["•••• 13"]);
        let rest = |findings: &[Finding]| -> Vec<_> {
            let known = |found: &Finding| (found.id(), found.span(), found.fingerprint());
            findings.iter().map(known).collect()
        };
        assert_eq!(rest(whole), rest(bare));
    }
}

#[test]
fn a_restricted_classifier_keeps_the_evidence_that_its_rules_ask_for() {
    let restricted = |label| classifier().restricted([label]);
    let ids = |classifier: &Classifier| -> Vec<String> {
        classifier.rules().rules().iter().map(|rule| rule.id().to_string()).collect()
    };
    assert_eq!(ids(&restricted(Label::Secrets)), ["secrets.test.key", "secrets.test.generic"]);
    let regulated = restricted(Label::Regulated);
    assert_eq!(ids(&regulated), ["pii.test.badge", "pii.test.door"]);
    let found = regulated.scan(&mut regulated.scratch(), "badge 482-913 at door D4821");
    let rules: Vec<&str> = found.iter().map(|found| found.rule().as_str()).collect();
    assert_eq!(rules, ["regulated.test.badge-and-door"]);
}

#[test]
fn weak_findings_give_a_label_only_together() {
    let labels = |text: &str| label(&[text]).labels.by_label().keys().copied().collect::<Vec<_>>();
    assert_eq!(labels("door D4821"), []);
    let many = "door D1000 D1001 D1002 D1003 D1004 D1005 D1006 D1007 D1008 D1009";
    assert_eq!(labels(many), [Label::Pii]);
    assert_eq!(labels("badge 482-913"), [Label::Pii]);
}

#[test]
fn combinations_need_their_evidence_close_together() {
    let labels = |text: &str| label(&[text]).labels.by_label().contains_key(&Label::Regulated);
    assert!(labels("badge 482-913 at door D4821"));
    assert!(!labels(&format!("badge 482-913 {} door D4821", "and so on ".repeat(10))));
    assert!(!labels("badge 482-913"));
}

#[test]
fn a_conversation_shows_what_no_message_shows() {
    let (left, right) = (label(&["badge 482-913"]), label(&["door D4821"]));
    let identity = Identity { tenant: "t", resource: "chat", part: "" };
    let whole = classifier().conversation(identity, &[&left, &right]);
    assert!(whole.labels.by_label().contains_key(&Label::Regulated));
    assert_eq!(whole.findings[0].redacted().snippet(), "door [PII]");
    assert!(classifier().conversation(identity, &[&left]).labels.by_label().is_empty());
}

#[test]
fn tables_need_rows_and_distinct_values() {
    let labels = |text: &str| label(&[text]).labels.by_label().contains_key(&Label::Customer);
    assert!(labels("Customer,Plan,Since\nAnn,pro,1\nBob,free,2\nCy,pro,3\n"));
    assert!(!labels("Customer,Plan,Since\nAnn,pro,1\nBob,pro,2\nCy,pro,3\n"));
    assert!(!labels("Customer,Plan,Since\nAnn,pro,1\nBob,free,2\n"));
    assert!(labels(
        r#"[{"customer":"Ann","plan":"a"},{"customer":"Bob","plan":"b"},{"customer":"C","plan":"b"}]"#
    ));
    let found = label(&["Customer,Plan,Since\nAnn,pro,1\nBob,free,2\nCy,pro,3\n"]).findings;
    assert_eq!(found[0].redacted().snippet(), "[TABLE OF 3 ROWS]");
}

#[test]
fn ids_are_stable_and_count_repetitions() {
    let ids = |text: &str| -> Vec<String> {
        label(&[text]).findings.iter().map(|finding| finding.id().to_string()).collect()
    };
    let twice = ids("badge 482-913, badge 482-913");
    assert_eq!(twice.len(), 2);
    assert_ne!(twice[0], twice[1]);
    assert_eq!(twice, ids("well: badge 482-913; badge 482-913"), "position does not matter");
    assert_eq!(twice[0], ids("badge 482 913 and badge 482-913")[0]);
}

#[test]
fn what_was_not_scanned_is_not_clean() {
    let classifier = classifier();
    let mut scratch = classifier.scratch();
    let mut scan = classifier.resource(&mut scratch, Identity::default());
    scan.gap(Gap::whole(GapReason::Encrypted));
    let labels = scan.finish().labels;
    assert_eq!(labels.coverage().state(), CoverageState::None);
    assert!(!labels.is_clean());
}

#[test]
fn explain_says_why_and_why_not() {
    let outcomes = |text: &str| -> Vec<Outcome> {
        classifier().explain(text).into_iter().map(|explanation| explanation.outcome).collect()
    };
    assert!(matches!(outcomes("badge 482-913")[..], [Outcome::Found { .. }]));
    assert!(matches!(outcomes("482-913")[..], [Outcome::Hidden { .. }]));
    assert!(matches!(outcomes("D4821")[..], [Outcome::Rejected { .. }]));
    assert!(outcomes("secret=tk_qwmzxnbvcp91").iter().any(|outcome| matches!(
        outcome,
        Outcome::Covered { by } if by.as_str() == "secrets.test.key"
    )));
}

#[test]
fn rules_that_must_not_exist_do_not_load() {
    let load = |source: &str| RuleSet::default().add_toml("user.toml", source).unwrap_err();
    let rule = |body: &str| {
        format!(
            "[[rule]]\nid = \"a.b\"\ntitle = \"t\"\nlabel = \"pii\"\nseverity = \"low\"\n{body}\n"
        )
    };
    let positive = "[[rule.positive]]\ntext = \"x\"\n";
    let both = format!("{positive}[[rule.negative]]\ntext = \"y\"\n");
    let error = load(&rule(&format!("pattern = \"a1\"\n{positive}")));
    assert!(matches!(error, Error::NoExample { line: 2, missing: "negative", .. }), "{error}");
    let error = load(&rule(&format!("pattern = \"a1+\"\n{both}")));
    assert!(matches!(error, Error::Unbounded { .. }), "{error}");
    for (body, expected) in [
        ("pattern = \"a1\"\nvalidators = [\"astrology\"]", "no validator `astrology`"),
        ("pattern = \"[a-z]{3}a\"", "no part of the pattern stands out"),
        ("pattern = \"a1\"\nmask = { keep_last = 5 }", "at most 4"),
        ("pattern = \"a1\"\ncontext = { required = true }", "needs words"),
        ("pattern = \"a(1\"", "unclosed group"),
        ("pattern = \"a1\"\npatern = \"x\"", "unknown field"),
    ] {
        let error = load(&rule(&format!("{body}\n{both}"))).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn hostile_text_is_scanned_in_linear_time() {
    // No clock here: a quadratic scan of these would not end within the test's time limit.
    let size = 1 << 18;
    for unit in [
        "4",
        "482-913 ",
        "tk_",
        "secret=",
        "door D4821 ",
        "badge 482-913 ",
        "{\"a\":",
        "a,b,c\n",
        "%41",
        "@",
        "(",
    ] {
        let text = unit.repeat(size / unit.len());
        drop(label(&[&text]));
    }
}

#[test]
fn a_long_text_is_scanned_as_one() {
    let value = "badge 482-913, ";
    let stretch = 1 << 20;
    for shift in 0..value.len() {
        // Somewhere in this row of values one stretch ends and the next begins.
        let mut text = "x ".repeat((stretch - 90) / 2);
        text.push_str(&" ".repeat(shift));
        text.push_str(&value.repeat(12));
        let found = label(&[&text]).findings;
        let mut starts: Vec<usize> = found.iter().map(|finding| finding.span().start).collect();
        starts.dedup();
        assert_eq!(starts.len(), 12, "shifted by {shift}");
        assert!(found.iter().all(|finding| finding.span().slice(&text) == Some("482-913")));
    }
}

#[test]
fn what_is_too_much_to_list_is_still_counted() {
    let labelled = label(&[&"badge 482-913\n".repeat(10_050)]);
    assert_eq!(labelled.findings.len(), 10_000);
    assert_eq!(labelled.labels.by_label()[&Label::Pii].count, 10_050);
}

#[test]
fn a_token_that_fails_its_checksum_is_not_raised_again_by_a_generic_rule() {
    let classifier = Classifier::builder().build().unwrap();
    let token = dosimeter_classifier::generate::expand("GH_TOKEN=ghp_{36:A-Za-z0-9}", 5).unwrap();
    assert!(classifier.scan(&mut classifier.scratch(), &token).is_empty());
}

#[test]
fn findings_say_where_they_stand() {
    let classifier = classifier();
    let mut scratch = classifier.scratch();
    let identity = Identity { tenant: "t", resource: "r", part: "p" };
    let mut scan = classifier.resource(&mut scratch, identity);
    let sheet = Locator { sheet: Some(2), row: Some(10), column: Some(1), ..Locator::default() };
    scan.segment("nothing\n", &Locator { page: Some(1), ..Locator::default() });
    scan.segment(
        "Customer\tPlan\nAnn\tpro\nBob\tfree\nCy\tpro\n\t\tbadge 482-913\tdoor D4821\n",
        &sheet,
    );
    let found: Vec<String> = scan
        .finish()
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule(), finding.locator()))
        .collect();
    assert_eq!(
        found,
        [
            "pii.test.badge sheet 2, C14",
            "pii.test.door sheet 2, D14",
            "customer.test.table sheet 2, A10",
            "regulated.test.badge-and-door sheet 2, D14",
        ]
    );
}
