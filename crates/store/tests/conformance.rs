//! What every store promises, written against the trait: a backend joins by one line at the end.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

#[cfg(feature = "postgres")]
#[path = "../../../tests/postgres_server.rs"]
#[expect(unreachable_pub, reason = "other tests share it")]
mod server;

use std::collections::BTreeMap;

use dosimeter_record::{
    Checkpoint, Confidence, Coverage, Evidence, Finding, FindingId, FindingParts, Fingerprint,
    FingerprintKey, Gap, GapReason, Identity, Involved, Label, LabelSummary, Labelled, Labels,
    Locator, Mask, Masked, Reach, Reason, Redaction, Resource, ResourceKind, RuleId, RuleMark,
    Severity, Span,
};
use dosimeter_store::{
    Commit, Enqueue, FindingFilter, Known, Lease, Listed, Membership, Outcome, Permits, Priority,
    Purge, ResourceCommit, ResourceKey, RulesChange, RunEnd, Store, Verdict, WorkItem, WorkState,
};

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const RULESET: &str = "rules-1";

fn key() -> FingerprintKey {
    FingerprintKey::from_bytes([7; 32])
}

/// A finding of `value` in `resource`: the value stands in no field of it.
fn finding(resource: &str, value: &str) -> Finding {
    let rule = RuleId::new("test.fake").unwrap();
    let fingerprint = Fingerprint::new(&key(), "fake", value.as_bytes());
    let identity = Identity { tenant: TENANT, resource, part: "" };
    let mask = Mask::Tag("FAKE".into());
    let hit = Masked { span: Span::new(0, value.len()), mask: &mask };
    FindingParts {
        id: FindingId::derive(&key(), identity, &rule, fingerprint, 0),
        rule,
        labels: [Label::Secrets, Label::Pii].into_iter().collect(),
        severity: Severity::High,
        confidence: Confidence::Medium,
        span: Span::new(0, value.len()),
        locator: Locator { page: Some(2), ..Locator::default() },
        redaction: Redaction::mask(value, hit, &[]),
        fingerprint,
        reasons: vec![Reason::Validated("fake-check".into())],
    }
    .into()
}

fn labelled(resource: &str, values: &[&str], gaps: Vec<Gap>) -> Labelled {
    let summary = LabelSummary {
        count: u32::try_from(values.len()).unwrap(),
        max_confidence: Confidence::Medium,
        max_severity: Severity::High,
    };
    let by_label: BTreeMap<_, _> =
        values.first().map(|_| (Label::Secrets, summary)).into_iter().collect();
    let findings: Vec<Finding> = values.iter().map(|value| finding(resource, value)).collect();
    let evidence = findings
        .iter()
        .map(|finding| Evidence {
            class: "person".into(),
            fingerprint: finding.fingerprint(),
            confidence: Confidence::High,
            segment: 3,
            span: finding.span(),
            redaction: finding.redacted().clone(),
        })
        .collect();
    Labelled {
        labels: Labels::new(by_label, Coverage::new(9, gaps), RULESET),
        findings,
        evidence,
        involved: Involved::default(),
    }
}

fn scanned(kind: ResourceKind, id: &str, values: &[&str]) -> ResourceCommit {
    ResourceCommit {
        resource: Resource { user_id: Some("user_1".into()), ..Resource::new(kind, id) },
        outcome: Outcome::Scanned {
            labelled: labelled(id, values, vec![]),
            source_digest: (kind == ResourceKind::File).then(|| format!("digest-{id}")),
        },
    }
}

fn chat(id: &str, version: &str, resources: Vec<ResourceCommit>) -> Commit {
    let mut all = vec![scanned(ResourceKind::Chat, id, &[])];
    all.extend(resources);
    Commit {
        tenant: TENANT.into(),
        at: "2026-10-01T00:00:00Z".into(),
        item: WorkItem::new(ResourceKind::Chat, id, version),
        state: WorkState::Done,
        membership: Membership::Complete,
        resources: all,
        ruleset: RULESET.into(),
        token: None,
        cost: 1,
        retry_after_ms: 60_000,
        sinks: vec![],
    }
}

fn listed(id: &str, version: &str) -> Listed {
    let item = WorkItem::new(ResourceKind::Chat, id, version);
    Listed { item, deleted: false, forced: false, left_out: false }
}

fn page(items: Vec<Listed>) -> Enqueue {
    Enqueue {
        tenant: TENANT.into(),
        at: "2026-10-01T00:00:00Z".into(),
        items,
        priority: Priority::Forward,
        ruleset: RULESET.into(),
        walk: None,
        known_only: false,
        checkpoint: None,
        lease: None,
    }
}

fn ours() -> Vec<String> {
    vec![TENANT.to_owned()]
}

/// Longer than any test takes.
const LEASE_MS: u64 = 600_000;

/// Leases everything that is due and gives `id version` of each.
fn claim(store: &dyn Store, holder: &str) -> Vec<String> {
    let claimed = store.claim(holder, &ours(), 100, LEASE_MS).unwrap();
    claimed.iter().map(|work| format!("{} {}", work.item.id, work.item.version)).collect()
}

fn open_findings(store: &dyn Store) -> Vec<String> {
    store.findings(&FindingFilter::default()).unwrap().into_iter().map(|row| row.id).collect()
}

fn known_file(store: &dyn Store, id: &str) -> Option<Known> {
    let key = ResourceKey { kind: ResourceKind::File, id: id.into() };
    store.known(TENANT, &[key]).unwrap().remove(0)
}

fn a_finding_is_read_back_as_it_was_written(store: &dyn Store) {
    store
        .commit(&chat("chat", "1", vec![scanned(ResourceKind::Message, "message", &["hunter2"])]))
        .unwrap();
    let written = finding("message", "hunter2");
    let rows = store.findings(&FindingFilter::default()).unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.id, written.id().to_string());
    assert_eq!(row.rule, "test.fake");
    assert_eq!(row.labels, ["pii", "secrets"]);
    assert_eq!((row.severity.as_str(), row.confidence.as_str()), ("high", "medium"));
    assert_eq!((row.span_start, row.span_end), (0, 7));
    assert_eq!(row.locator, r#"{"page":2}"#);
    assert_eq!(row.value, "[FAKE]");
    assert_eq!(row.fingerprint, written.fingerprint().to_string());
    assert_eq!(row.reasons, ["fake-check passed"]);
    assert_eq!((row.resource_kind.as_str(), row.resource_id.as_str()), ("message", "message"));
    assert_eq!((row.user_id.as_deref(), row.role.as_str()), (Some("user_1"), "unknown"));
    assert_eq!(row.coverage, "complete");
}

fn the_same_commit_twice_is_the_same_as_once(store: &dyn Store) {
    let commit = chat("chat", "1", vec![scanned(ResourceKind::Message, "m", &["a", "b"])]);
    let first = store.commit(&commit).unwrap();
    let rows = store.findings(&FindingFilter::default()).unwrap();
    let totals = store.totals().unwrap();
    let second = store.commit(&commit).unwrap();
    assert_eq!((first.findings_opened, second.findings_opened), (2, 0));
    assert_eq!(second.findings_closed, 0);
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), rows);
    assert_eq!(store.totals().unwrap(), totals);
}

fn the_checkpoint_moves_with_the_queue(store: &dyn Store) {
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), None);
    store.enqueue(&page(vec![listed("a", "1")])).unwrap();
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), None);
    let checkpoint = Some(("chats".to_owned(), Checkpoint::new("one")));
    let lease = store.lease("chats", "me", LEASE_MS).unwrap().unwrap();
    let with = |checkpoint, lease| Enqueue { checkpoint, lease, ..page(vec![listed("b", "1")]) };
    store.enqueue(&with(checkpoint, Some(lease.clone()))).unwrap();
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), Some(Checkpoint::new("one")));
    assert_eq!(store.checkpoint("other", "chats").unwrap(), None);
    assert_eq!(store.tenants().unwrap(), [TENANT]);
    assert_eq!(claim(store, "me"), ["a 1", "b 1"]);
    let stale = Lease { token: lease.token - 1, ..lease };
    let late = Some(("chats".to_owned(), Checkpoint::new("late")));
    assert!(store.enqueue(&with(late, Some(stale))).unwrap_err().is_fenced());
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), Some(Checkpoint::new("one")));
}

fn a_done_version_is_not_worked_on_twice(store: &dyn Store) {
    store.commit(&chat("a", "1", vec![])).unwrap();
    store.commit(&Commit { state: WorkState::Failed, ..chat("b", "1", vec![]) }).unwrap();
    assert_eq!(claim(store, "me"), [""; 0], "what failed waits");
    assert_eq!(store.totals().unwrap().failed_items, 1);
    let again = vec![listed("a", "1"), listed("c", "1")];
    assert_eq!(store.enqueue(&page(again)).unwrap(), 1);
    assert_eq!(claim(store, "me"), ["c 1"]);
    store.retry_failed().unwrap();
    assert_eq!(claim(store, "me"), ["b 1"]);
    assert_eq!(store.enqueue(&page(vec![listed("a", "2")])).unwrap(), 1);
    assert_eq!(claim(store, "me"), ["a 2"]);
    store.commit(&chat("a", "2", vec![])).unwrap();
    let other_rules = Enqueue { ruleset: "rules-2".into(), ..page(vec![listed("a", "2")]) };
    assert_eq!(store.enqueue(&other_rules).unwrap(), 1);
    let forced = Listed { forced: true, ..listed("a", "2") };
    store.commit(&chat("a", "2", vec![])).unwrap();
    assert_eq!(store.enqueue(&page(vec![forced])).unwrap(), 1);
}

fn what_is_left_out_waits_until_it_is_wanted(store: &dyn Store) {
    let left_out = |id| Listed { left_out: true, ..listed(id, "1") };
    store.enqueue(&page(vec![listed("a", "1"), left_out("unknown")])).unwrap();
    assert_eq!(claim(store, "me"), ["a 1"]);
    let read = vec![scanned(ResourceKind::Message, "m", &["a"])];
    store.commit(&chat("a", "1", read)).unwrap();
    let passed = |token| Commit {
        state: WorkState::LeftOut,
        membership: Membership::Partial,
        token: Some(token),
        ..chat("a", "2", vec![])
    };
    store.enqueue(&page(vec![listed("a", "2")])).unwrap();
    let token = store.claim("me", &ours(), 1, LEASE_MS).unwrap()[0].token;
    store.commit(&passed(token)).unwrap();
    assert_eq!(open_findings(store).len(), 1, "what is known stays");
    let walk = Enqueue { walk: Some("1".into()), ..page(vec![left_out("a"), left_out("unknown")]) };
    assert_eq!(store.enqueue(&walk).unwrap(), 0);
    assert_eq!(store.verify_unseen(TENANT, ResourceKind::Chat, "1").unwrap(), 0, "it is there");
    assert_eq!(store.rescan(TENANT, "rules-2", 100).unwrap(), 0, "new rules do not want it");
    assert_eq!(store.enqueue(&page(vec![listed("a", "2")])).unwrap(), 1, "wanted again");
    assert_eq!(claim(store, "me"), ["a 2"]);
    store.commit(&chat("a", "2", vec![])).unwrap();
    let deleted = |id| Listed { deleted: true, ..left_out(id) };
    assert_eq!(store.enqueue(&page(vec![deleted("a"), deleted("unknown")])).unwrap(), 1);
}

fn what_one_worker_leases_no_other_gets(store: &dyn Store) {
    store.enqueue(&page(vec![listed("a", "1"), listed("b", "1")])).unwrap();
    let first = store.claim("one", &ours(), 1, LEASE_MS).unwrap();
    assert_eq!(first[0].item.id, "a");
    assert_eq!(claim(store, "two"), ["b 1"]);
    assert_eq!(claim(store, "one"), [""; 0]);
    store.release("two").unwrap();
    assert_eq!(claim(store, "one"), ["b 1"]);
}

fn an_outlived_lease_is_refused(store: &dyn Store) {
    store.enqueue(&page(vec![listed("a", "1")])).unwrap();
    let slow = store.claim("slow", &ours(), 1, 0).unwrap().remove(0);
    std::thread::sleep(std::time::Duration::from_millis(5));
    let quick = store.claim("quick", &ours(), 1, LEASE_MS).unwrap().remove(0);
    assert!(quick.token > slow.token);
    let with = |token| Commit {
        token: Some(token),
        ..chat("a", "1", vec![scanned(ResourceKind::Message, "m", &["a"])])
    };
    store.heartbeat("slow", std::slice::from_ref(&slow), LEASE_MS).unwrap();
    assert!(store.commit(&with(slow.token)).unwrap_err().is_fenced());
    assert_eq!(open_findings(store).len(), 0, "nothing of it is written");
    assert_eq!(store.commit(&with(quick.token)).unwrap().findings_opened, 1);
    assert!(store.commit(&with(quick.token)).unwrap_err().is_fenced(), "a lease ends once");
}

fn a_claim_of_which_nobody_knows_runs_out(store: &dyn Store) {
    store.enqueue(&page(vec![listed("a", "1"), listed("b", "1")])).unwrap();
    let claimed = store.claim("me", &ours(), 2, 50).unwrap();
    // The answer was lost on its way for the second.
    store.heartbeat("me", &claimed[..1], LEASE_MS).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    assert_eq!(claim(store, "me"), ["b 1"]);
}

fn a_change_during_the_work_is_worked_on_after_it(store: &dyn Store) {
    store.enqueue(&page(vec![listed("a", "1")])).unwrap();
    let token = store.claim("me", &ours(), 1, LEASE_MS).unwrap()[0].token;
    store.enqueue(&page(vec![listed("a", "2")])).unwrap();
    assert_eq!(claim(store, "other"), [""; 0]);
    store.commit(&Commit { token: Some(token), ..chat("a", "1", vec![]) }).unwrap();
    let token = store.claim("me", &ours(), 1, LEASE_MS).unwrap()[0].token;
    store.enqueue(&page(vec![listed("a", "3")])).unwrap();
    store.commit(&Commit { token: Some(token), ..chat("a", "3", vec![]) }).unwrap();
    assert_eq!(claim(store, "me"), [""; 0], "it was read in the newer version already");
}

fn what_changed_while_it_failed_is_tried_at_once(store: &dyn Store) {
    let failed = |token| Commit {
        state: WorkState::Failed,
        membership: Membership::Partial,
        token: Some(token),
        ..chat("chat", "1", vec![])
    };
    store.enqueue(&page(vec![listed("chat", "1")])).unwrap();
    let token = store.claim("one", &ours(), 1, LEASE_MS).unwrap()[0].token;
    let changed = Listed { forced: true, ..listed("chat", "1") };
    store.enqueue(&page(vec![changed])).unwrap();
    store.commit(&failed(token)).unwrap();
    let claimed = store.claim("one", &ours(), 1, LEASE_MS).unwrap();
    assert_eq!(claimed.len(), 1, "it does not wait for what is new");
    store.commit(&failed(claimed[0].token)).unwrap();
    assert_eq!(claim(store, "one"), [""; 0], "what only failed waits");
}

fn the_urgent_comes_first(store: &dyn Store) {
    let with = |priority, id| Enqueue { priority, ..page(vec![listed(id, "1")]) };
    store.enqueue(&with(Priority::Historical, "old")).unwrap();
    store.enqueue(&with(Priority::Forward, "new")).unwrap();
    let backlog = store.backlog().unwrap();
    let shown: Vec<_> = backlog.iter().map(|row| (row.priority, row.items)).collect();
    assert_eq!(shown, [("forward", 1), ("historical", 1)]);
    assert_eq!(claim(store, "me"), ["new 1", "old 1"]);
}

fn what_a_walk_did_not_see_is_verified(store: &dyn Store) {
    let walk = |number: &str, ids: &[&str]| Enqueue {
        walk: Some(number.into()),
        ..page(ids.iter().map(|id| listed(id, "1")).collect())
    };
    store.enqueue(&walk("1", &["a", "b"])).unwrap();
    claim(store, "me");
    store.commit(&chat("a", "1", vec![])).unwrap();
    store.commit(&chat("b", "1", vec![])).unwrap();
    let known_only = Enqueue { known_only: true, ..walk("2", &["b", "never heard of"]) };
    assert_eq!(store.enqueue(&known_only).unwrap(), 0);
    assert_eq!(store.verify_unseen(TENANT, ResourceKind::Chat, "2").unwrap(), 1);
    assert_eq!(claim(store, "me"), ["a 1"]);
    let gone = Commit { membership: Membership::Deleted, ..chat("a", "1", vec![]) };
    store.commit(&gone).unwrap();
    assert_eq!(store.verify_unseen(TENANT, ResourceKind::Chat, "3").unwrap(), 1, "only b");
}

fn a_rescan_begins_with_what_is_cheap(store: &dyn Store) {
    for (id, cost) in [("dear", 9), ("cheap", 1), ("middle", 5)] {
        store.commit(&Commit { cost, ..chat(id, "1", vec![]) }).unwrap();
    }
    assert_eq!(store.rescan(TENANT, RULESET, 10).unwrap(), 0);
    assert_eq!(store.rescan(TENANT, "rules-2", 2).unwrap(), 2);
    assert_eq!(claim(store, "me"), ["cheap 1", "middle 1"]);
}

/// A resource in whose verdict these rules took part; nobody knows which, if there are none.
fn involving(kind: ResourceKind, id: &str, rules: Option<&[&str]>) -> ResourceCommit {
    let mut labelled = labelled(id, &[], vec![]);
    for rule in rules.unwrap_or_default() {
        labelled.involved.note(RuleMark::of(rule));
    }
    let outcome = match rules {
        Some(_) => Outcome::Scanned { labelled, source_digest: None },
        None => Outcome::CutShort { labelled },
    };
    ResourceCommit { resource: Resource::new(kind, id), outcome }
}

/// Takes over what a change to `rules-2` does not concern, and gives the items that are then left.
fn left_after(store: &dyn Store, reach: Reach) -> Vec<String> {
    left_after_closing(store, reach, vec![])
}

/// The same after a change that can also close gaps for these reasons.
fn left_after_closing(store: &dyn Store, reach: Reach, gaps: Vec<GapReason>) -> Vec<String> {
    let change = RulesChange { from: RULESET.into(), to: "rules-2".into(), reach, gaps };
    let concerned = store.concerned(TENANT, &change).unwrap();
    let (mut after, mut carried) = (0, 0);
    while let (count, Some(last)) = store.carry_resources(TENANT, &change, after).unwrap() {
        (after, carried) = (last, carried + count);
    }
    assert_eq!(store.concerned(TENANT, &change).unwrap(), concerned, "{carried} were not");
    let mut item = (String::new(), String::new());
    while let Some(last) = store.carry_items(TENANT, "rules-2", (&item.0, &item.1)).unwrap() {
        item = last;
    }
    let outdated = store.outdated(TENANT, "rules-2").unwrap();
    assert_eq!(store.rescan(TENANT, "rules-2", 100).unwrap(), outdated);
    claim(store, "me")
}

fn what_a_change_of_rules_cannot_concern_is_taken_over(store: &dyn Store) {
    let commit = |store: &dyn Store| {
        store.release("me").unwrap();
        let unread = |id: &str, reason| {
            let coverage = Coverage::new(0, vec![Gap::whole(reason)]);
            let labels = Labels::new(BTreeMap::new(), coverage, RULESET);
            let labelled = Labelled { labels, ..labelled(id, &[], vec![]) };
            let outcome = Outcome::Scanned { labelled, source_digest: None };
            ResourceCommit { resource: Resource::new(ResourceKind::Chat, id), outcome }
        };
        let own = |id, rules| involving(ResourceKind::Chat, id, rules);
        let all = [
            own("a", Some(&["rule.a", "rule.b"])),
            own("b", Some(&["rule.b"])),
            own("none", Some(&[])),
            own("unknown", None),
            unread("unread", GapReason::Encrypted),
            unread("broken", GapReason::ParserFailed),
        ];
        for own in all {
            let id = own.resource.id.clone();
            store.commit(&Commit { resources: vec![own], ..chat(&id, "1", vec![]) }).unwrap();
        }
    };
    let marks = |ids: &[&str]| ids.iter().map(|id| RuleMark::of(id)).collect();
    let many: Vec<String> = (0..200).map(|number| format!("rule.{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let cases = [
        (Reach::Nothing, vec![]),
        (Reach::Involving(marks(&["rule.a"])), vec!["a"]),
        (Reach::Involving(marks(&["rule.b", "rule.c"])), vec!["a", "b"]),
        (Reach::Involving(marks(&many)), vec!["a", "b"]),
        (Reach::AnyInvolved, vec!["a", "b"]),
        (Reach::Read, vec!["a", "b", "none"]),
        (Reach::Everything, vec!["a", "b", "none", "unread"]),
    ];
    for (reach, mut left) in cases {
        // Nobody knows what rules had to do with these.
        left.extend(["broken", "unknown"]);
        left.sort_unstable();
        commit(store);
        let said = format!("{reach:?}");
        let mut found = left_after(store, reach);
        found.sort();
        let left: Vec<String> = left.iter().map(|id| format!("{id} 1")).collect();
        assert_eq!(found, left, "{said}");
    }
}

fn an_item_is_taken_over_with_all_that_it_holds(store: &dyn Store) {
    let file = |id, rule| involving(ResourceKind::File, id, Some(&[rule]));
    let both = vec![file("f", "rule.a"), file("g", "rule.b")];
    store.commit(&chat("both", "1", both)).unwrap();
    store.commit(&chat("other", "1", vec![file("g", "rule.b")])).unwrap();
    let failed = Commit { state: WorkState::Failed, ..chat("failed", "1", vec![]) };
    store.commit(&failed).unwrap();
    // What it held once does not matter.
    store.commit(&chat("before", "1", vec![file("h", "rule.a")])).unwrap();
    store.commit(&chat("before", "2", vec![])).unwrap();
    let marks = std::iter::once(RuleMark::of("rule.a")).collect();
    assert_eq!(left_after(store, Reach::Involving(marks)), ["both 1"]);
}

fn what_could_not_be_read_is_read_when_it_can_be(store: &dyn Store) {
    let file = |id: &str, reason| {
        let coverage = Coverage::new(1, vec![Gap::whole(reason)]);
        let labels = Labels::new(BTreeMap::new(), coverage, RULESET);
        let labelled = Labelled { labels, ..labelled(id, &[], vec![]) };
        let outcome = Outcome::Scanned { labelled, source_digest: None };
        ResourceCommit { resource: Resource::new(ResourceKind::File, id), outcome }
    };
    let reasons = [
        ("large", GapReason::TooLarge),
        ("left", GapReason::Excluded),
        ("no", GapReason::Encrypted),
    ];
    for (chat_id, reason) in reasons {
        store.commit(&chat(chat_id, "1", vec![file(&format!("in {chat_id}"), reason)])).unwrap();
    }
    let gaps = vec![GapReason::Excluded, GapReason::TooLarge];
    assert_eq!(left_after_closing(store, Reach::Nothing, gaps), ["large 1", "left 1"]);
}

fn rules_are_known_as_long_as_something_was_scanned_under_them(store: &dyn Store) {
    let at = "2026-10-01T00:00:00Z";
    let names = |store: &dyn Store| {
        let known = store.manifests(TENANT).unwrap();
        known.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    store.put_manifest(TENANT, (RULESET, "{}"), at).unwrap();
    store.commit(&chat("chat", "1", vec![])).unwrap();
    assert_eq!(store.versions(TENANT).unwrap(), [(RULESET.to_owned(), 1)]);
    store.put_manifest(TENANT, ("rules-2", "[]"), at).unwrap();
    assert_eq!(names(store), [RULESET, "rules-2"]);
    store.put_manifest(TENANT, ("rules-3", "[]"), at).unwrap();
    assert_eq!(names(store), [RULESET, "rules-3"]);
    assert_eq!(store.manifests(TENANT).unwrap()[0].1, "{}");
    assert_eq!(store.manifests("somebody else").unwrap(), []);
}

fn a_right_has_one_holder(store: &dyn Store) {
    let first = store.lease("list", "one", LEASE_MS).unwrap().unwrap();
    assert_eq!(store.lease("list", "two", LEASE_MS).unwrap(), None);
    assert!(store.lease("list", "one", LEASE_MS).unwrap().unwrap().token > first.token);
    store.release("one").unwrap();
    let second = store.lease("list", "two", 0).unwrap().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert!(store.lease("list", "one", LEASE_MS).unwrap().unwrap().token > second.token);
}

fn a_budget_is_never_overdrawn(store: &dyn Store) {
    let window = (10, 60_000, 1_000);
    assert_eq!(store.permits("parent", 6, window).unwrap(), Permits::Granted(6));
    assert_eq!(store.permits("parent", 6, window).unwrap(), Permits::Granted(4));
    let Permits::Wait(wait_ms) = store.permits("parent", 6, window).unwrap() else {
        panic!("more than there is");
    };
    assert!((50_000..=61_000).contains(&wait_ms), "{wait_ms}");
    assert_eq!(store.permits("other", 6, window).unwrap(), Permits::Granted(6));
    std::thread::sleep(std::time::Duration::from_millis(10));
    assert_eq!(store.permits("parent", 20, (10, 1, 1)).unwrap(), Permits::Granted(10));
}

fn every_sink_is_told_until_it_acknowledges(store: &dyn Store) {
    let sinks = || vec!["file".to_owned(), "siem".to_owned()];
    let message = |values| vec![scanned(ResourceKind::Message, "m", values)];
    store.commit(&Commit { sinks: sinks(), ..chat("c", "1", message(&["a", "b"])) }).unwrap();
    store.commit(&Commit { sinks: sinks(), ..chat("c", "2", message(&["b"])) }).unwrap();
    let due = |sink| store.due(sink, 10).unwrap();
    let actions: Vec<_> = due("file").iter().map(|delivery| delivery.action.name()).collect();
    assert_eq!(actions, ["opened", "opened", "closed"]);
    assert_eq!(due("file")[0].finding.resource_id, "m");
    store.acknowledge(&[due("file")[0].seq]).unwrap();
    assert_eq!((due("file").len(), due("siem").len()), (2, 3));
    let all: Vec<i64> = due("siem").iter().map(|delivery| delivery.seq).collect();
    store.postpone(&all[..1], 60_000).unwrap();
    let left: Vec<i64> = due("siem").iter().map(|delivery| delivery.seq).collect();
    assert_eq!(left, all[1..2], "the end of a finding waits for its beginning");
    store.bury(&all[1..2], "too large").unwrap();
    assert!(due("siem").is_empty());
    let depth = store.outbox().unwrap();
    let shown: Vec<_> =
        depth.iter().map(|sink| (sink.sink.as_str(), sink.waiting, sink.dead)).collect();
    assert_eq!(shown, [("file", 2, 0), ("siem", 2, 1)]);
    let dead = store.dead_letters().unwrap();
    assert_eq!(dead, [("siem".to_owned(), "too large".to_owned(), 1)]);
    assert_eq!(store.exhume("siem").unwrap(), 1);
    assert_eq!(due("siem").len(), 1);
}

fn a_batch_stays_what_it_is_until_the_sink_has_it(store: &dyn Store) {
    let told = |values: &[&str; 2]| Commit {
        sinks: vec!["lake".to_owned()],
        ..chat("c", values[0], vec![scanned(ResourceKind::Message, values[0], values)])
    };
    let together =
        || store.due_together("lake", 3).unwrap().iter().map(|due| due.seq).collect::<Vec<_>>();
    assert!(together().is_empty());
    store.commit(&told(&["a", "b"])).unwrap();
    let first = together();
    assert_eq!(first.len(), 2);
    store.commit(&told(&["c", "d"])).unwrap();
    assert_eq!(together(), first, "what came later is in another batch");
    store.postpone(&first[..1], 60_000).unwrap();
    assert!(together().is_empty(), "nothing passes a batch that waits, not even its other half");
    store.postpone(&first[..1], 0).unwrap();
    assert_eq!(together(), first);
    store.bury(&first, "for a day").unwrap();
    let second = together();
    assert!(!second.is_empty() && second.iter().all(|seq| !first.contains(seq)));
    store.acknowledge(&second).unwrap();
    store.exhume("lake").unwrap();
    assert_eq!(together(), first, "also from the dead");
    store.acknowledge(&first[..1]).unwrap();
    assert_eq!(together(), first[1..]);
}

fn a_finding_that_is_gone_is_closed_and_kept(store: &dyn Store) {
    let message = |values| vec![scanned(ResourceKind::Message, "m", values)];
    store.commit(&chat("chat", "1", message(&["a", "b"]))).unwrap();
    let changed = store.commit(&chat("chat", "2", message(&["b", "c"]))).unwrap();
    assert_eq!((changed.findings_opened, changed.findings_closed), (1, 1));
    assert_eq!(open_findings(store).len(), 2);
    let all = FindingFilter { closed_too: true, ..FindingFilter::default() };
    assert_eq!(store.findings(&all).unwrap().len(), 3);
    store.commit(&chat("chat", "3", message(&["a", "b", "c"]))).unwrap();
    assert_eq!(open_findings(store).len(), 3, "a finding that comes back is open again");
}

fn a_deleted_chat_closes_what_only_it_held(store: &dyn Store) {
    let shared = || scanned(ResourceKind::File, "shared", &["s"]);
    let message = scanned(ResourceKind::Message, "m", &["a"]);
    store.commit(&chat("one", "1", vec![message, shared()])).unwrap();
    store.commit(&chat("two", "1", vec![shared()])).unwrap();
    let holders = store.holders(TENANT, "shared").unwrap();
    assert_eq!(holders.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    let deleted = |id| Commit { membership: Membership::Deleted, ..chat(id, "2", vec![]) };
    assert_eq!(store.commit(&deleted("one")).unwrap().findings_closed, 1);
    assert_eq!(open_findings(store), [finding("shared", "s").id().to_string()]);
    assert_eq!(store.commit(&deleted("two")).unwrap().findings_closed, 1);
    assert!(open_findings(store).is_empty());
    assert_eq!(store.totals().unwrap().resources, 0);
    assert!(known_file(store, "shared").is_none());
}

fn a_member_that_is_no_longer_named_is_closed(store: &dyn Store) {
    let one = || scanned(ResourceKind::Message, "one", &["a"]);
    let two = || scanned(ResourceKind::Message, "two", &["b"]);
    store.commit(&chat("chat", "1", vec![one(), two()])).unwrap();
    let partial = Commit { membership: Membership::Partial, ..chat("chat", "2", vec![one()]) };
    store.commit(&partial).unwrap();
    assert_eq!(open_findings(store).len(), 2, "nothing follows from a part");
    store.commit(&chat("chat", "3", vec![one()])).unwrap();
    assert_eq!(open_findings(store), [finding("one", "a").id().to_string()]);
}

fn an_unchanged_resource_keeps_everything(store: &dyn Store) {
    let gap = || Gap::at(GapReason::Encrypted, Locator::default().inside(2));
    let resource = Resource::new(ResourceKind::File, "f");
    let file = ResourceCommit {
        resource: resource.clone(),
        outcome: Outcome::Scanned {
            labelled: labelled("f", &["a"], vec![gap()]),
            source_digest: Some("digest-f".into()),
        },
    };
    store.commit(&chat("chat", "1", vec![file])).unwrap();
    let known = known_file(store, "f").unwrap();
    assert_eq!((known.source_digest.as_str(), known.ruleset.as_str()), ("digest-f", RULESET));
    let fresh = labelled("f", &["a"], vec![gap()]);
    let tagged: Vec<_> = fresh.evidence.into_iter().map(Evidence::tagged).collect();
    assert_eq!(known.evidence, tagged);
    assert_eq!(&known.coverage, fresh.labels.coverage());
    let before = store.findings(&FindingFilter::default()).unwrap();
    let unchanged = ResourceCommit { resource, outcome: Outcome::Unchanged };
    store.commit(&chat("chat", "2", vec![unchanged])).unwrap();
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), before);
    assert!(known_file(store, "f").is_some());
}

fn a_failed_resource_is_not_complete_and_keeps_its_findings(store: &dyn Store) {
    let failed = |id| ResourceCommit {
        resource: Resource::new(ResourceKind::File, id),
        outcome: Outcome::Failed {
            gap: Gap::whole(GapReason::TransferBroken),
            ruleset: RULESET.into(),
        },
    };
    store.commit(&chat("chat", "1", vec![scanned(ResourceKind::File, "f", &["a"])])).unwrap();
    store.commit(&chat("chat", "2", vec![failed("f"), failed("never-read")])).unwrap();
    let rows = store.findings(&FindingFilter::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.coverage.as_str()).collect::<Vec<_>>(), ["partial"]);
    assert_eq!(store.totals().unwrap().gaps, [("transfer_broken".to_owned(), 2)]);
    assert_eq!(store.totals().unwrap().resources_incomplete, 2);
    assert!(known_file(store, "f").is_none(), "it must be read again");
    store.commit(&chat("chat", "3", vec![scanned(ResourceKind::File, "f", &["a"])])).unwrap();
    assert_eq!(store.totals().unwrap().gaps, []);
}

fn what_time_did_not_suffice_for_ends_nothing(store: &dyn Store) {
    let cut = |id: &str, values: &[&str]| ResourceCommit {
        resource: Resource::new(ResourceKind::File, id),
        outcome: Outcome::CutShort {
            labelled: labelled(id, values, vec![Gap::whole(GapReason::Deadline)]),
        },
    };
    let whole = || scanned(ResourceKind::File, "f", &["a", "b"]);
    store.commit(&chat("chat", "1", vec![whole()])).unwrap();
    let committed = store.commit(&chat("chat", "2", vec![cut("f", &["c"])])).unwrap();
    assert_eq!((committed.findings_opened, committed.findings_closed), (1, 0));
    assert_eq!(open_findings(store).len(), 3, "what was found, and what is new");
    let totals = store.totals().unwrap();
    assert_eq!(
        (totals.gaps, totals.resources_incomplete),
        ([("deadline".to_owned(), 1)].into(), 1)
    );
    let rows = store.findings(&FindingFilter::default()).unwrap();
    assert!(rows.iter().all(|row| row.coverage == "partial"));
    assert!(known_file(store, "f").is_none(), "it is read again");
    // The next whole scan says how it is.
    store.commit(&chat("chat", "3", vec![whole()])).unwrap();
    assert_eq!(open_findings(store).len(), 2);
    assert_eq!(store.totals().unwrap().gaps, []);
    // What nobody knew before is known as far as it was looked at.
    store.commit(&chat("other", "1", vec![cut("g", &["d"])])).unwrap();
    assert_eq!(open_findings(store).len(), 3);
    assert_eq!(store.totals().unwrap().resources_incomplete, 1);
}

fn totals_and_filters_count_what_is_open(store: &dyn Store) {
    let gap = Gap::at(GapReason::Encrypted, Locator::default().inside(2));
    let file = ResourceCommit {
        resource: Resource::new(ResourceKind::File, "f"),
        outcome: Outcome::Scanned {
            labelled: labelled("f", &["a", "b"], vec![gap]),
            source_digest: None,
        },
    };
    store.commit(&chat("chat", "1", vec![file])).unwrap();
    let totals = store.totals().unwrap();
    assert_eq!((totals.resources, totals.resources_incomplete, totals.findings), (2, 1, 2));
    assert_eq!((totals.labels[0].label.as_str(), totals.labels[0].findings), ("secrets", 2));
    let gaps = store.gaps(10).unwrap();
    assert_eq!((gaps[0].reason.as_str(), gaps[0].resource_id.as_str()), ("encrypted", "f"));
    let count = |filter| store.findings(&filter).unwrap().len();
    let id = finding("f", "a").id().to_string();
    let all = FindingFilter::default;
    assert_eq!(count(FindingFilter { id_prefix: id.get(..8).map(str::to_owned), ..all() }), 1);
    assert_eq!(count(FindingFilter { label: Some("pii".into()), ..all() }), 2);
    assert_eq!(count(FindingFilter { label: Some("payment".into()), ..all() }), 0);
    assert_eq!(count(FindingFilter { rule: Some("test.other".into()), ..all() }), 0);
    assert_eq!(count(FindingFilter { resource_id: Some("f".into()), ..all() }), 2);
    assert_eq!(count(FindingFilter { tenant: Some("other".into()), ..all() }), 0);
    assert_eq!(count(FindingFilter { limit: Some(1), ..all() }), 1);
}

fn what_is_gone_before_it_was_read_stays_counted(store: &dyn Store) {
    let gone = ResourceCommit {
        resource: Resource::new(ResourceKind::Chat, "chat"),
        outcome: Outcome::Failed { gap: Gap::whole(GapReason::Gone), ruleset: RULESET.into() },
    };
    let commit = Commit {
        membership: Membership::Deleted,
        resources: vec![gone],
        ..chat("chat", "1", vec![])
    };
    store.commit(&commit).unwrap();
    assert_eq!(store.totals().unwrap().resources, 0);
    assert_eq!(store.totals().unwrap().gaps, [("gone".to_owned(), 1)]);
    assert_eq!(store.gaps(9).unwrap()[0].resource_id, "chat");
}

fn a_gap_of_a_member_is_counted_once(store: &dyn Store) {
    let with_gap = |kind, id: &str| ResourceCommit {
        resource: Resource::new(kind, id),
        outcome: Outcome::Scanned {
            labelled: labelled(id, &[], vec![Gap::whole(GapReason::Encrypted)]),
            source_digest: None,
        },
    };
    let mut commit = chat("chat", "1", vec![with_gap(ResourceKind::File, "f")]);
    commit.resources[0] = with_gap(ResourceKind::Chat, "chat");
    store.commit(&commit).unwrap();
    assert_eq!(store.totals().unwrap().gaps, [("encrypted".to_owned(), 1)]);
    assert_eq!(store.totals().unwrap().resources_incomplete, 2);
}

fn a_run_is_attested(store: &dyn Store) {
    let run = store.begin_run("2026-10-01T00:00:00Z", RULESET).unwrap();
    assert_eq!(store.runs(9).unwrap()[0].outcome, None, "not ended is not completed");
    let at = "2026-10-01T00:00:01Z";
    let checkpoint = Some(("chats".to_owned(), Checkpoint::new("end")));
    store.enqueue(&Enqueue { checkpoint, ..page(vec![]) }).unwrap();
    let end = RunEnd {
        at: at.into(),
        outcome: "completed".into(),
        requests: 12,
        last_request_id: Some("req_1".into()),
        ..RunEnd::default()
    };
    store.end_run(run, &end).unwrap();
    let row = store.runs(9).unwrap().remove(0);
    assert_eq!((row.id, row.outcome.as_deref()), (run, Some("completed")));
    assert_eq!(row.start_checkpoints, "{}");
    assert_eq!(row.end_checkpoints, Some(format!(r#"{{"{TENANT}/chats":"end"}}"#)));
    assert_eq!((row.requests, row.last_request_id.as_deref()), (Some(12), Some("req_1")));
}

fn coverage_and_projects_are_counted_for_reports(store: &dyn Store) {
    let mut file = scanned(ResourceKind::ProjectFile, "file", &[]);
    file.resource.parent = Some("project".to_owned());
    store.commit(&chat("chat", "1", vec![file])).unwrap();
    let totals = store.coverage_totals().unwrap();
    let totals: Vec<(&str, &str, u64)> = totals
        .iter()
        .map(|total| (total.kind.as_str(), total.coverage.as_str(), total.resources))
        .collect();
    assert_eq!(totals, [("chat", "complete", 1), ("project_file", "complete", 1)]);
    let members = store.project_members().unwrap();
    let members: Vec<(&str, &str)> =
        members.iter().map(|member| (member.id.as_str(), member.project.as_str())).collect();
    assert_eq!(members, [("file", "project")]);
}

fn addresses_are_known_by_what_was_said_with_resources(store: &dyn Store) {
    let of = |id: &str, user: &str, address: Option<&str>| {
        let mut of = scanned(ResourceKind::File, id, &[]);
        of.resource.user_id = Some(user.to_owned());
        of.resource.user_email = address.map(str::to_owned);
        of
    };
    let resources = vec![
        of("a", "user_2", Some("new@corp.test")),
        of("b", "user_2", Some("old@corp.test")),
        of("c", "user_2", Some("old@corp.test")),
        of("d", "user_3", None),
    ];
    store.commit(&chat("a", "1", resources)).unwrap();
    let said = store.user_addresses(TENANT).unwrap();
    let said: Vec<(&str, &str)> = said.iter().map(|(id, at)| (id.as_str(), at.as_str())).collect();
    assert!(said.contains(&("user_2", "new@corp.test")), "{said:?}");
    assert_eq!(said.iter().filter(|(id, _)| *id == "user_2").count(), 2, "{said:?}");
    assert!(said.iter().all(|(id, _)| *id != "user_3"), "{said:?}");
    assert_eq!(store.user_addresses(THEIRS).unwrap(), []);
}

fn a_purge_takes_what_it_names_and_keeps_a_record(store: &dyn Store) {
    let of = |user: &str, id: &str| ResourceCommit {
        resource: Resource {
            user_id: Some(user.into()),
            user_email: Some(format!("{user}@corp.test")),
            ..Resource::new(ResourceKind::Message, id)
        },
        ..scanned(ResourceKind::Message, id, &[id])
    };
    let told = |commit| Commit { sinks: vec!["siem".into()], ..commit };
    store.commit(&told(chat("a", "1", vec![of("ana", "a1"), of("ana", "a2")]))).unwrap();
    store.commit(&told(chat("b", "1", vec![of("bob", "b1")]))).unwrap();
    let gone = Commit { membership: Membership::Deleted, ..chat("b", "2", vec![]) };
    store.commit(&Commit { at: "2026-10-05T00:00:00Z".into(), resources: vec![], ..gone }).unwrap();

    let purge = |what: &Purge| {
        let would = store.would_purge(what).unwrap();
        assert_eq!(store.purge(what, "2026-11-01T00:00:00Z").unwrap(), would, "as it was counted");
        (would.items, would.resources, would.findings, would.messages)
    };
    let too_early = Purge::Deleted { before: "2026-10-05T00:00:00Z".into() };
    assert_eq!(purge(&too_early), (0, 0, 0, 0));
    let deleted = Purge::Deleted { before: "2026-10-06T00:00:00Z".into() };
    assert_eq!(purge(&deleted), (1, 2, 1, 1), "the chat, its message and what that held");
    assert_eq!(open_findings(store).len(), 2, "what is there stays");
    assert_eq!(purge(&Purge::User { name: "ANA@corp.test".into() }), (0, 2, 2, 2));
    assert_eq!(open_findings(store), [""; 0]);
    assert_eq!(store.outbox().unwrap().len(), 0);
    let old = Purge::Age { before: "2026-10-02T00:00:00Z".into() };
    assert_eq!(purge(&old), (1, 1, 0, 0), "the chat that they were in");
    assert_eq!(store.totals().unwrap().resources, 0);
    let purges = store.purges(9).unwrap();
    let kept: Vec<_> = purges.iter().map(|row| (row.what.as_str(), row.purged.findings)).collect();
    assert_eq!(kept, [("age", 0), ("user", 2), ("deleted", 1), ("deleted", 0)]);
    assert!(!format!("{purges:?}").to_lowercase().contains("ana"), "whose it was is forgotten");
    store.enqueue(&page(vec![listed("b", "2")])).unwrap();
    assert_eq!(claim(store, "me"), ["b 2"], "what is listed again is read again");
}

fn a_fact_holds_once_established(store: &dyn Store) {
    assert_eq!(store.fact("key").unwrap(), None);
    assert_eq!(store.establish_fact("key", "one").unwrap(), "one");
    assert_eq!(store.establish_fact("key", "two").unwrap(), "one");
    assert_eq!(store.fact("key").unwrap().as_deref(), Some("one"));
    store.set_fact("key", "two").unwrap();
    assert_eq!(store.fact("key").unwrap().as_deref(), Some("two"));
}

fn a_verdict_is_kept_once_and_for_a_while(store: &dyn Store) {
    let verdict = Verdict {
        tenant: "org".to_owned(),
        request_id: "msg_1".to_owned(),
        at: "2026-10-01T00:00:00Z".to_owned(),
        answer: "deny".to_owned(),
        action: "deny".to_owned(),
        clause: Some("live-secrets".to_owned()),
        labels: vec!["secrets".to_owned()],
        coverage: "complete".to_owned(),
        messages: 9,
        messages_new: 2,
        micros: 1_500,
        ..Verdict::default()
    };
    let again = Verdict { answer: "allow".to_owned(), ..verdict.clone() };
    let later = Verdict {
        request_id: "msg_2".to_owned(),
        at: "2026-10-02T00:00:00Z".to_owned(),
        ..verdict.clone()
    };
    let failed = Verdict { answer: "fail".to_owned(), ..verdict.clone() };
    store.put_verdicts(&[failed.clone(), verdict.clone(), again, failed]).unwrap();
    store.put_verdicts(std::slice::from_ref(&later)).unwrap();
    assert_eq!(store.verdicts(10).unwrap(), [later.clone(), verdict]);
    assert_eq!(store.forget_verdicts("2026-10-01T12:00:00Z").unwrap(), 1);
    assert_eq!(store.verdicts(10).unwrap(), [later]);
}

/// Opens the one database of a test for a parent organisation; one store at a time.
type Open<'o> = &'o dyn Fn(&str) -> Box<dyn Store>;

/// An organisation of another parent.
const THEIRS: &str = "99999999-2222-4333-8444-555555555555";

/// Everything that a store can hold of an organisation.
fn fill(store: &dyn Store, tenant: &str) {
    let run = store.begin_run("2026-10-01T00:00:00Z", RULESET).unwrap();
    let of = |commit: Commit| Commit { tenant: tenant.into(), ..commit };
    let mut file = scanned(ResourceKind::ProjectFile, "file", &["hunter2"]);
    file.resource.parent = Some("project".to_owned());
    let gap = ResourceCommit {
        resource: Resource::new(ResourceKind::File, "locked"),
        outcome: Outcome::Failed { gap: Gap::whole(GapReason::Encrypted), ruleset: RULESET.into() },
    };
    let done = chat("done", "1", vec![file, gap]);
    store.commit(&of(Commit { sinks: vec!["siem".into(), "dead".into()], ..done })).unwrap();
    store.commit(&of(Commit { state: WorkState::Failed, ..chat("failed", "1", vec![]) })).unwrap();
    let checkpoint = Some(("chats".to_owned(), Checkpoint::new("one")));
    let ready = page(vec![listed("ready", "1")]);
    store.enqueue(&Enqueue { tenant: tenant.into(), checkpoint, ..ready }).unwrap();
    let dead = store.due("dead", 9).unwrap().remove(0);
    store.bury(&[dead.seq], "refused").unwrap();
    let verdict = Verdict {
        tenant: tenant.into(),
        request_id: "msg_1".into(),
        at: "2026-10-01T00:00:00Z".into(),
        ..Verdict::default()
    };
    store.put_verdicts(&[verdict]).unwrap();
    let nobody = Purge::User { name: "nobody".into() };
    store.purge(&nobody, "2026-10-01T00:00:00Z").unwrap();
    let end = RunEnd { outcome: "completed".into(), ..RunEnd::default() };
    store.end_run(run, &end).unwrap();
}

/// Everything that can be read of what [`fill`] wrote, with the organisations that it is of.
fn seen(store: &dyn Store) -> (Vec<String>, String) {
    let tenants = store.tenants().unwrap();
    let findings = store.findings(&FindingFilter::default()).unwrap();
    let gaps = store.gaps(9).unwrap();
    let members = store.project_members().unwrap();
    let verdicts = store.verdicts(9).unwrap();
    for of in [
        findings.iter().map(|row| &row.tenant).collect::<Vec<_>>(),
        gaps.iter().map(|row| &row.tenant).collect(),
        members.iter().map(|row| &row.tenant).collect(),
        verdicts.iter().map(|row| &row.tenant).collect(),
    ] {
        assert_eq!(of, tenants.iter().collect::<Vec<_>>(), "one of each");
    }
    let runs = store.runs(9).unwrap();
    let reached = runs.iter().map(|run| run.end_checkpoints.clone().unwrap()).collect::<Vec<_>>();
    let backlog: Vec<_> =
        store.backlog().unwrap().iter().map(|row| (row.state.clone(), row.items)).collect();
    let counted = format!(
        "{:?}",
        (
            (store.totals().unwrap(), store.coverage_totals().unwrap(), backlog),
            (store.outbox().unwrap(), store.dead_letters().unwrap(), reached),
            (store.purges(9).unwrap().len(), store.would_purge(&everything()).unwrap()),
        )
    );
    (tenants, counted)
}

fn everything() -> Purge {
    Purge::Age { before: "2027-01-01T00:00:00Z".into() }
}

fn parents_of_one_database_see_their_own(open: Open<'_>) {
    fill(&*open("ours"), TENANT);
    let alone = seen(&*open("ours"));
    assert_eq!(alone.0, [TENANT]);
    assert!(alone.1.contains(TENANT) && alone.1.contains("findings: 1"), "{}", alone.1);
    fill(&*open("theirs"), THEIRS);
    assert_eq!(seen(&*open("ours")), alone, "nothing of the others shows");
    let (tenants, counted) = seen(&*open("theirs"));
    assert_eq!(tenants, [THEIRS]);
    assert_eq!(counted.replace(THEIRS, TENANT), alone.1);
    assert_eq!(open("nobody's").tenants().unwrap(), [""; 0]);
}

fn parents_of_one_database_leave_each_other_alone(open: Open<'_>) {
    fill(&*open("ours"), TENANT);
    let before = seen(&*open("ours"));
    let theirs = open("theirs");
    fill(&*theirs, THEIRS);
    theirs.retry_failed().unwrap();
    let held = [THEIRS.to_owned()];
    assert_eq!(theirs.claim("them", &held, 9, LEASE_MS).unwrap().len(), 2);
    for sink in ["siem", "dead"] {
        assert_eq!(theirs.exhume(sink).unwrap(), u64::from(sink == "dead"));
        for due in [theirs.due(sink, 9).unwrap(), theirs.due_together(sink, 9).unwrap()] {
            let of: Vec<_> = due.iter().map(|delivery| delivery.finding.tenant.as_str()).collect();
            assert_eq!(of, [THEIRS]);
        }
    }
    assert_eq!(theirs.forget_verdicts("2027-01-01T00:00:00Z").unwrap(), 1);
    for purge in [
        Purge::User { name: "user_1".into() },
        Purge::Deleted { before: "2027-01-01T00:00:00Z".into() },
        everything(),
    ] {
        theirs.purge(&purge, "2026-11-01T00:00:00Z").unwrap();
    }
    assert_eq!(theirs.totals().unwrap().resources, 0);
    drop(theirs);
    let ours = open("ours");
    assert_eq!(seen(&*ours), before);
    // What they tried again still waits here.
    assert_eq!(claim(&*ours, "me"), ["ready 1"]);
}

fn facts_rights_and_budgets_are_each_parents_own(open: Open<'_>) {
    let window = (10, 60_000, 0);
    for parent in ["", "ours", "theirs"] {
        let store = open(parent);
        assert_eq!(store.establish_fact("key", parent).unwrap(), parent);
        assert_eq!(store.permits("api", 10, window).unwrap(), Permits::Granted(10));
        assert!(matches!(store.permits("api", 1, window).unwrap(), Permits::Wait(_)));
        assert_eq!(store.starts("api", 60_000).unwrap(), 10);
        assert!(store.lease("sink/siem", parent, LEASE_MS).unwrap().is_some());
    }
    assert_eq!(open("").fact("key").unwrap().as_deref(), Some(""));
}

fn an_organisation_stays_with_its_parent(open: Open<'_>) {
    fill(&*open("ours"), TENANT);
    let before = seen(&*open("ours"));
    let theirs = open("theirs");
    assert!(theirs.any_foreign(&[THEIRS.to_owned(), TENANT.to_owned()]).unwrap());
    assert!(!theirs.any_foreign(&[THEIRS.to_owned()]).unwrap());
    let refused = [
        theirs.commit(&chat("a", "1", vec![])).unwrap_err(),
        theirs.enqueue(&page(vec![listed("a", "1")])).unwrap_err(),
        theirs.put_manifest(TENANT, ("rules-9", "{}"), "2026-10-01T00:00:00Z").unwrap_err(),
        theirs
            .put_verdicts(&[Verdict { tenant: TENANT.into(), ..Verdict::default() }])
            .unwrap_err(),
    ];
    for error in refused {
        assert!(error.is_foreign(), "{error}");
    }
    drop(theirs);
    assert_eq!(seen(&*open("ours")), before);
}

fn a_parent_takes_everything_along_to_another_name(open: Open<'_>) {
    let window = (10, 60_000, 0);
    for parent in ["", "https"] {
        fill(&*open(parent), if parent.is_empty() { TENANT } else { THEIRS });
        let store = open(parent);
        store.set_fact("limit https://api", parent).unwrap();
        assert_eq!(store.permits("https://api", 7, window).unwrap(), Permits::Granted(7));
    }
    let unnamed = seen(&*open(""));
    let named = seen(&*open("https"));
    assert_eq!(open("").rename_parent("ours").unwrap(), 1);
    assert_eq!(seen(&*open("ours")), unnamed);
    assert_eq!(seen(&*open("https")), named);
    assert_eq!(open("").tenants().unwrap(), [""; 0]);
    let ours = open("ours");
    assert_eq!(ours.fact("limit https://api").unwrap().as_deref(), Some(""));
    assert_eq!(ours.permits("https://api", 9, window).unwrap(), Permits::Granted(3));
    ours.commit(&chat("later", "1", vec![])).unwrap();
    drop(ours);
    assert!(open("").commit(&chat("late", "1", vec![])).unwrap_err().is_foreign());
    // A parent by the name of a scheme, and back to no name at all.
    assert_eq!(open("https").rename_parent("").unwrap(), 1);
    assert_eq!(seen(&*open("")), named);
    assert_eq!(open("").fact("limit https://api").unwrap().as_deref(), Some("https"));
    assert_eq!(open("").permits("https://api", 9, window).unwrap(), Permits::Granted(3));
}

fn a_parent_keeps_its_name_while_it_must(open: Open<'_>) {
    let check = |from: &str, to: &str, why: &str| {
        let refused = open(from).rename_parent(to).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    };
    fill(&*open("ours"), TENANT);
    fill(&*open("theirs"), THEIRS);
    check("ours", "theirs", "under the new name already");
    check("ours", "ours", "under the new name already");
    check("ours", "a:b", "letters, digits and hyphens");
    check("nobody", "somebody", "no organisation under its present name");
    let before = seen(&*open("ours"));
    {
        let working = open("ours");
        let lease = working.lease("list/chats", "me", LEASE_MS).unwrap().unwrap();
        let refused = working.rename_parent("mine").unwrap_err().to_string();
        assert!(refused.contains("somebody is at work"), "{refused}");
        working.end_lease(&lease).unwrap();
        assert_eq!(working.claim("me", &ours(), 1, LEASE_MS).unwrap().len(), 1);
        let refused = working.rename_parent("mine").unwrap_err().to_string();
        assert!(refused.contains("somebody is at work"), "{refused}");
        working.release("me").unwrap();
    }
    assert_eq!(seen(&*open("ours")), before);
    // Who came under the new name too early was refused, and left a fact and a right that ran out.
    let early = open("mine");
    early.set_fact("key", "another").unwrap();
    let lease = early.lease("list/chats", "early", LEASE_MS).unwrap().unwrap();
    early.end_lease(&lease).unwrap();
    drop(early);
    let store = open("ours");
    store.set_fact("key", "ours").unwrap();
    assert_eq!(store.rename_parent("mine").unwrap(), 1);
    drop(store);
    assert_eq!(seen(&*open("mine")), before);
    assert_eq!(open("mine").fact("key").unwrap().as_deref(), Some("ours"));
}

macro_rules! suite {
    ($($case:ident),+ $(,)? ; $($shared:ident),+ $(,)?) => {
        mod sqlite {
            use dosimeter_store::SqliteStore;

            $(
                #[test]
                fn $case() {
                    let directory = tempfile::tempdir().unwrap();
                    super::$case(&SqliteStore::open(directory.path()).unwrap());
                }
            )+
            $(
                #[test]
                fn $shared() {
                    let directory = tempfile::tempdir().unwrap();
                    super::$shared(&|parent| {
                        Box::new(SqliteStore::open(directory.path()).unwrap().of_parent(parent))
                    });
                }
            )+
        }

        /// One server for all cases, each in a database of its own.
        #[test]
        #[cfg(feature = "postgres")]
        fn postgres() {
            use dosimeter_store::PostgresStore;

            let Some(server) = server::Server::start() else { return };
            $(
                let name = stringify!($case);
                println!("{name}");
                $case(&PostgresStore::open(&server.database(name)).unwrap());
            )+
            $(
                let name = stringify!($shared);
                println!("{name}");
                let database = server.database(name);
                $shared(&|parent| {
                    Box::new(PostgresStore::open(&database).unwrap().of_parent(parent))
                });
            )+
        }
    };
}

suite!(
    a_finding_is_read_back_as_it_was_written,
    the_same_commit_twice_is_the_same_as_once,
    the_checkpoint_moves_with_the_queue,
    a_done_version_is_not_worked_on_twice,
    what_is_left_out_waits_until_it_is_wanted,
    what_one_worker_leases_no_other_gets,
    an_outlived_lease_is_refused,
    a_claim_of_which_nobody_knows_runs_out,
    a_change_during_the_work_is_worked_on_after_it,
    what_changed_while_it_failed_is_tried_at_once,
    the_urgent_comes_first,
    what_a_walk_did_not_see_is_verified,
    a_rescan_begins_with_what_is_cheap,
    what_a_change_of_rules_cannot_concern_is_taken_over,
    an_item_is_taken_over_with_all_that_it_holds,
    what_could_not_be_read_is_read_when_it_can_be,
    rules_are_known_as_long_as_something_was_scanned_under_them,
    a_right_has_one_holder,
    a_budget_is_never_overdrawn,
    every_sink_is_told_until_it_acknowledges,
    a_batch_stays_what_it_is_until_the_sink_has_it,
    a_finding_that_is_gone_is_closed_and_kept,
    a_deleted_chat_closes_what_only_it_held,
    a_member_that_is_no_longer_named_is_closed,
    an_unchanged_resource_keeps_everything,
    a_failed_resource_is_not_complete_and_keeps_its_findings,
    what_time_did_not_suffice_for_ends_nothing,
    totals_and_filters_count_what_is_open,
    what_is_gone_before_it_was_read_stays_counted,
    a_gap_of_a_member_is_counted_once,
    a_run_is_attested,
    coverage_and_projects_are_counted_for_reports,
    addresses_are_known_by_what_was_said_with_resources,
    a_purge_takes_what_it_names_and_keeps_a_record,
    a_fact_holds_once_established,
    a_verdict_is_kept_once_and_for_a_while;
    parents_of_one_database_see_their_own,
    parents_of_one_database_leave_each_other_alone,
    facts_rights_and_budgets_are_each_parents_own,
    an_organisation_stays_with_its_parent,
    a_parent_takes_everything_along_to_another_name,
    a_parent_keeps_its_name_while_it_must,
);

#[test]
fn a_reader_of_postgres_changes_nothing() {
    use dosimeter_store::PostgresStore;
    let Some(server) = server::Server::start() else { return };
    let empty = server.database("empty");
    assert!(PostgresStore::read(&empty).is_err(), "there is nothing to read");
    let database = server.database("filled");
    let store = PostgresStore::open(&database).unwrap();
    store.commit(&chat("chat", "1", vec![])).unwrap();
    let reader = PostgresStore::read(&database).unwrap();
    assert_eq!(reader.totals().unwrap().resources, 1);
    assert!(reader.set_fact("name", "value").is_err());
    assert_eq!(store.fact("name").unwrap(), None);
    // Looking did not make tables either.
    assert!(PostgresStore::read(&empty).is_err());
}
