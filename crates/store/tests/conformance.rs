//! What every store promises, written against the trait: a backend joins by one line at the end.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use dosimeter_record::{
    Checkpoint, Confidence, Coverage, Evidence, Finding, FindingId, FindingParts, Fingerprint,
    FingerprintKey, Gap, GapReason, Identity, Label, LabelSummary, Labelled, Labels, Locator, Mask,
    Masked, Reason, Redaction, Resource, ResourceKind, RuleId, Severity, Span,
};
use dosimeter_store::{
    Commit, FindingFilter, Membership, Outcome, ResourceCommit, ResourceKey, RunEnd, Store,
    WorkItem, WorkState,
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
    Labelled { labels: Labels::new(by_label, Coverage::new(9, gaps), RULESET), findings, evidence }
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
        checkpoint: None,
    }
}

fn open_findings(store: &dyn Store) -> Vec<String> {
    store.findings(&FindingFilter::default()).unwrap().into_iter().map(|row| row.id).collect()
}

fn file_key(id: &str) -> ResourceKey {
    ResourceKey { kind: ResourceKind::File, id: id.into() }
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
    assert_eq!(row.user_id.as_deref(), Some("user_1"));
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

fn the_checkpoint_moves_with_its_commit(store: &dyn Store) {
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), None);
    store.commit(&chat("a", "1", vec![])).unwrap();
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), None);
    let last = Commit {
        checkpoint: Some(("chats".into(), Checkpoint::new("one"))),
        ..chat("b", "1", vec![])
    };
    store.commit(&last).unwrap();
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), Some(Checkpoint::new("one")));
    store.advance(TENANT, "chats", &Checkpoint::new("two"), "2026-10-01T00:00:00Z").unwrap();
    assert_eq!(store.checkpoint(TENANT, "chats").unwrap(), Some(Checkpoint::new("two")));
    assert_eq!(store.checkpoint("other", "chats").unwrap(), None);
    assert_eq!(store.tenants().unwrap(), [TENANT]);
}

fn a_done_version_is_not_worked_on_twice(store: &dyn Store) {
    let item = |id, version| WorkItem::new(ResourceKind::Chat, id, version);
    store.commit(&chat("a", "1", vec![])).unwrap();
    store.commit(&Commit { state: WorkState::Failed, ..chat("b", "1", vec![]) }).unwrap();
    let candidates = vec![item("a", "1"), item("a", "2"), item("b", "1"), item("c", "1")];
    let unfinished = store.unfinished(TENANT, candidates.clone()).unwrap();
    assert_eq!(unfinished, [item("a", "2"), item("b", "1"), item("c", "1")]);
    assert_eq!(store.unfinished("other", candidates.clone()).unwrap(), candidates);
    assert_eq!(store.failed(TENANT, ResourceKind::Chat).unwrap(), [item("b", "1")]);
    assert_eq!(store.failed(TENANT, ResourceKind::Project).unwrap(), []);
    store.commit(&chat("b", "1", vec![])).unwrap();
    assert_eq!(store.failed(TENANT, ResourceKind::Chat).unwrap(), []);
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
    let deleted = |id| Commit { membership: Membership::Deleted, ..chat(id, "2", vec![]) };
    assert_eq!(store.commit(&deleted("one")).unwrap().findings_closed, 1);
    assert_eq!(open_findings(store), [finding("shared", "s").id().to_string()]);
    assert_eq!(store.commit(&deleted("two")).unwrap().findings_closed, 1);
    assert!(open_findings(store).is_empty());
    assert_eq!(store.totals().unwrap().resources, 0);
    assert!(store.known(TENANT, &file_key("shared")).unwrap().is_none());
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
    let known = store.known(TENANT, &file_key("f")).unwrap().unwrap();
    assert_eq!((known.source_digest.as_str(), known.ruleset.as_str()), ("digest-f", RULESET));
    let fresh = labelled("f", &["a"], vec![gap()]);
    let tagged: Vec<_> = fresh.evidence.into_iter().map(Evidence::tagged).collect();
    assert_eq!(known.evidence, tagged);
    assert_eq!(&known.coverage, fresh.labels.coverage());
    let before = store.findings(&FindingFilter::default()).unwrap();
    let unchanged = ResourceCommit { resource, outcome: Outcome::Unchanged };
    store.commit(&chat("chat", "2", vec![unchanged])).unwrap();
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), before);
    assert!(store.known(TENANT, &file_key("f")).unwrap().is_some());
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
    assert!(store.known(TENANT, &file_key("f")).unwrap().is_none(), "it must be read again");
    store.commit(&chat("chat", "3", vec![scanned(ResourceKind::File, "f", &["a"])])).unwrap();
    assert_eq!(store.totals().unwrap().gaps, []);
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
    store.advance(TENANT, "chats", &Checkpoint::new("end"), at).unwrap();
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

fn a_fact_holds_once_established(store: &dyn Store) {
    assert_eq!(store.fact("key").unwrap(), None);
    assert_eq!(store.establish_fact("key", "one").unwrap(), "one");
    assert_eq!(store.establish_fact("key", "two").unwrap(), "one");
    assert_eq!(store.fact("key").unwrap().as_deref(), Some("one"));
}

macro_rules! suite {
    ($backend:ident, $open:expr, [$($case:ident),+ $(,)?]) => {
        mod $backend {
            $(
                #[test]
                fn $case() {
                    let directory = tempfile::tempdir().unwrap();
                    super::$case(&$open(directory.path()));
                }
            )+
        }
    };
}

suite!(
    sqlite,
    |path| dosimeter_store::SqliteStore::open(path).unwrap(),
    [
        a_finding_is_read_back_as_it_was_written,
        the_same_commit_twice_is_the_same_as_once,
        the_checkpoint_moves_with_its_commit,
        a_done_version_is_not_worked_on_twice,
        a_finding_that_is_gone_is_closed_and_kept,
        a_deleted_chat_closes_what_only_it_held,
        a_member_that_is_no_longer_named_is_closed,
        an_unchanged_resource_keeps_everything,
        a_failed_resource_is_not_complete_and_keeps_its_findings,
        totals_and_filters_count_what_is_open,
        what_is_gone_before_it_was_read_stays_counted,
        a_gap_of_a_member_is_counted_once,
        a_run_is_attested,
        a_fact_holds_once_established,
    ]
);
