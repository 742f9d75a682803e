//! The fifth stage: what all parts of one item mean together.

use std::collections::BTreeMap;

use dosimeter_record::{
    Coverage, CoverageState, Gap, GapReason, Identity, Label, LabelSummary, Labelled, Labels,
    Resource, ResourceKind,
};
use dosimeter_store::{Membership, Outcome, WorkItem, WorkState};

use crate::{
    Error,
    fetch::Item,
    scan::{Scanned, Scanner},
    stages::{Problem, Stages},
};

/// An item with everything that was learnt about it, on its way into the store.
pub(crate) struct Bundle {
    tenant: String,
    work: WorkItem,
    /// Ids and facts of the item itself, once something of it was read.
    facts: Option<Resource>,
    membership: Membership,
    state: WorkState,
    gaps: Vec<Gap>,
    scanned: Vec<Scanned>,
    token: u64,
    attempts: u64,
    /// Requests for the item itself; each file is one more.
    requests: u64,
}

/// A bundle in the terms of the store.
pub(crate) struct Finished {
    pub(crate) tenant: String,
    pub(crate) work: WorkItem,
    pub(crate) membership: Membership,
    pub(crate) state: WorkState,
    pub(crate) scanned: Vec<Scanned>,
    pub(crate) token: u64,
    pub(crate) attempts: u64,
    /// Requests that it took, roughly.
    pub(crate) cost: u64,
}

impl Bundle {
    pub(crate) fn of(item: &Item) -> Self {
        Self {
            tenant: item.tenant.clone(),
            work: item.work.clone(),
            facts: None,
            membership: Membership::Complete,
            state: WorkState::Done,
            gaps: Vec::new(),
            scanned: Vec::new(),
            token: item.token,
            attempts: item.attempts,
            requests: 0,
        }
    }

    /// A request was made for the item itself.
    pub(crate) fn asked(&mut self) {
        self.requests = self.requests.saturating_add(1);
    }

    /// The API does not offer this, or not to this key: nothing follows.
    pub(crate) fn not_offered(&mut self) {
        self.membership = Membership::Partial;
    }

    /// It is out of scope by now: what is known of it stays as it is.
    pub(crate) fn left_out(&mut self) {
        self.membership = Membership::Partial;
        self.state = WorkState::LeftOut;
    }

    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The item was read, in this version.
    pub(crate) fn found(&mut self, facts: Resource, version: &str) {
        self.facts = Some(facts);
        version.clone_into(&mut self.work.version);
    }

    /// The item was read, in the version that was listed.
    pub(crate) fn found_as_listed(&mut self, facts: Resource) {
        self.facts = Some(facts);
    }

    /// The item does not exist any more; with a gap if its content was never seen to go.
    pub(crate) fn deleted(&mut self, gap: Option<GapReason>) {
        self.membership = Membership::Deleted;
        self.gaps.extend(gap.map(Gap::whole));
    }

    /// A part of the item cannot be read by anybody.
    pub(crate) fn gap(&mut self, reason: GapReason) {
        self.gaps.push(Gap::whole(reason));
    }

    /// The answer to a request for the item, or a page of it; nothing, with its reason noted, if there is
    /// none and the run can go on.
    pub(crate) fn settle<T>(
        &mut self,
        stages: &Stages,
        id: &str,
        result: Result<T, dosimeter_client::Error>,
    ) -> Result<Option<T>, Error> {
        let settled = stages.settle(id, result)?;
        Ok(settled.map_err(|problem| self.problem(problem)).ok())
    }

    /// The item, or the rest of it, could not be listed.
    pub(crate) fn problem(&mut self, problem: Problem) {
        match problem {
            Problem::Gone => self.deleted(Some(GapReason::Gone)),
            Problem::Unreadable(reason) => {
                self.membership = Membership::Partial;
                self.gap(reason);
            }
            Problem::Failed(reason) => {
                self.membership = Membership::Partial;
                self.state = WorkState::Failed;
                self.gap(reason);
            }
        }
    }

    pub(crate) fn add(&mut self, scanned: Vec<Scanned>) {
        if scanned.iter().any(Scanned::is_failed) {
            self.state = WorkState::Failed;
        }
        self.scanned.extend(scanned);
    }

    pub(crate) fn finish(self) -> Finished {
        let Self { tenant, work, membership, state, scanned, token, attempts, .. } = self;
        let files = scanned.iter().filter(|scanned| scanned.is_download()).count();
        let cost = self.requests.saturating_add(files as u64);
        Finished { tenant, work, membership, state, scanned, token, attempts, cost }
    }

    /// Completes the item's own resource: title, what only the conversation shows, and its gaps.
    fn label(&mut self, scanner: &Scanner) {
        let classifier = scanner.classifier();
        if self.facts.is_none() {
            self.scanned.extend(self.not_read(scanner.ruleset()));
            return;
        }
        let is_talk = matches!(
            self.work.kind,
            ResourceKind::Chat | ResourceKind::LocalSession | ResourceKind::RemoteSession
        );
        let together = is_talk.then(|| {
            let parts: Vec<&Labelled> =
                self.scanned.iter().filter_map(Scanned::contribution).collect();
            let identity =
                Identity { tenant: &self.tenant, resource: &self.work.id, part: "conversation" };
            classifier.conversation(identity, &parts)
        });
        let WorkItem { kind, id, version: _ } = &self.work;
        let own = self
            .scanned
            .iter_mut()
            .find(|scanned| scanned.resource.kind == *kind && scanned.resource.id == *id);
        let Some(own) = own else { return };
        own.gaps.extend(self.gaps.iter().map(|gap| gap.reason));
        let judged = |mut labelled| {
            merge(&mut labelled, together, &self.gaps);
            scanner.judged(labelled, &own.resource)
        };
        own.outcome = match std::mem::replace(&mut own.outcome, Outcome::Unchanged) {
            Outcome::Scanned { labelled, source_digest } => {
                Outcome::Scanned { labelled: judged(labelled), source_digest }
            }
            Outcome::CutShort { labelled } => Outcome::CutShort { labelled: judged(labelled) },
            other => other,
        };
    }

    /// An item of which nothing could be read: what is known of it from before stays, with the gap.
    /// An announced deletion leaves none.
    fn not_read(&self, ruleset: &str) -> Option<Scanned> {
        let gap = self.gaps.first()?;
        let resource = Resource {
            organization: Some(self.tenant.clone()),
            ..Resource::new(self.work.kind, self.work.id.as_str())
        };
        Some(Scanned::failed(resource, gap.reason, ruleset))
    }
}

/// Decides what the parts mean together, off the asynchronous threads.
pub(crate) async fn across(stages: &Stages, mut bundle: Bundle) -> Result<Bundle, Error> {
    let scanner = stages.scanner();
    stages
        .blocking(move || {
            bundle.label(&scanner);
            bundle
        })
        .await
        .ok_or(Error::Task)
}

/// Adds to the item's own verdict what the conversation shows, and what is missing.
fn merge(own: &mut Labelled, together: Option<Labelled>, gaps: &[Gap]) {
    let mut by_label: BTreeMap<Label, LabelSummary> = own.labels.by_label().clone();
    let mut all_gaps = own.labels.coverage().gaps().to_vec();
    let mut nothing_read = own.labels.coverage().state() == CoverageState::None;
    all_gaps.extend_from_slice(gaps);
    if let Some(together) = together {
        for (label, more) in together.labels.by_label() {
            by_label
                .entry(*label)
                .and_modify(|summary| {
                    summary.count = summary.count.saturating_add(more.count);
                    summary.max_confidence = summary.max_confidence.max(more.max_confidence);
                    summary.max_severity = summary.max_severity.max(more.max_severity);
                })
                .or_insert(*more);
        }
        all_gaps.extend_from_slice(together.labels.coverage().gaps());
        nothing_read &= together.labels.coverage().state() == CoverageState::None;
        own.findings.extend(together.findings);
        own.involved.add(&together.involved);
    }
    let coverage = Coverage::new(u64::from(!nothing_read), all_gaps);
    own.labels = Labels::new(by_label, coverage, own.labels.ruleset());
}
