//! What was scanned under other rules: what they cannot concern is taken over, the rest is read again.

use dosimeter_classifier::Manifest;
use dosimeter_record::{GapReason, Reach};
use dosimeter_store::{RulesChange, Store};
use serde::{Deserialize, Serialize};
use tracing::info;

use crate::{Error, files::FileLimits, stages::Stages};

/// How many items are queued again in one go when the rules have changed.
const AT_ONCE: u64 = 1_000;

/// What decides the outcome of a scan, in short; kept for each version that is in use.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// Which program: how it reads files and what patterns mean to it.
    pub(crate) program: String,
    /// Thresholds and policy.
    pub(crate) settings: String,
    /// What of files is read. An older program did not say.
    #[serde(default)]
    pub(crate) files: Option<FileLimits>,
    pub(crate) rules: Manifest,
}

/// A change from one [`Applied`] to another.
struct Change {
    /// What it was.
    why: String,
    /// Which verdicts it can change.
    reach: Reach,
    /// Which gaps it can close.
    gaps: Vec<GapReason>,
}

/// How the rules of one organisation changed last, and what is left to be read again for that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rescan {
    /// Its id.
    pub organization: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What changed.
    pub why: String,
    /// Resources that could not differ, and were not read again.
    pub resources_kept: u64,
    /// Items that are still to be read again.
    pub items_left: u64,
}

/// The last change, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct LastChange {
    ruleset: String,
    at: String,
    why: Vec<String>,
    resources_kept: u64,
}

impl Applied {
    /// What changed since `before`.
    fn since(&self, before: &Self) -> Change {
        if self.program != before.program {
            return Change::of_everything("another version of the program");
        }
        let (rules, mut reach) = self.rules.since(&before.rules);
        let mut why = Vec::new();
        if self.settings != before.settings {
            why.push("other thresholds or policy".to_owned());
            // They decide what becomes of what was found.
            reach = reach.and(Reach::AnyInvolved);
        }
        let gaps =
            self.files.as_ref().map_or_else(Vec::new, |files| files.closes(before.files.as_ref()));
        if self.files != before.files {
            why.push("other limits on files".to_owned());
        }
        why.push(rules.to_string());
        Change { why: why.join("; "), reach, gaps }
    }
}

impl Change {
    fn of_everything(why: &str) -> Self {
        Self { why: why.to_owned(), reach: Reach::Everything, gaps: Vec::new() }
    }
}

impl Rescan {
    /// Reads it for every organisation in which rules changed.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn of(store: &dyn Store) -> Result<Vec<Self>, dosimeter_store::Error> {
        let mut all = Vec::new();
        for organization in store.tenants()? {
            let Some(last) = last_change(store, &organization)? else { continue };
            if last.why.is_empty() {
                continue;
            }
            let items_left = store.outdated(&organization, &last.ruleset)?;
            let LastChange { at, why, resources_kept, .. } = last;
            let why = why.join("; ");
            all.push(Self { organization, at, why, resources_kept, items_left });
        }
        Ok(all)
    }
}

/// Takes over, without reading it, what was scanned under other rules and cannot differ. Once for each
/// change; a change that was interrupted is taken up again.
pub(crate) async fn carry_over(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let organization = tenant.to_owned();
    let last = stages.store(move |store| last_change(store, &organization)).await?;
    if last.is_some_and(|last| last.ruleset == stages.ruleset()) {
        return Ok(());
    }
    let applied = stages.scanner().applied();
    let kept = serde_json::to_string(&applied).unwrap_or_default();
    let (organization, to, at) = (tenant.to_owned(), stages.ruleset().to_owned(), stages.now());
    stages.store(move |store| store.put_manifest(&organization, (&to, &kept), &at)).await?;
    let mut last = LastChange {
        ruleset: stages.ruleset().to_owned(),
        at: stages.now(),
        why: Vec::new(),
        resources_kept: 0,
    };
    for (change, why, _) in changes(stages, tenant, &applied).await? {
        let kept = carry_resources(stages, tenant, &change).await?;
        info!(organization = tenant, resources = kept, why, "Rules changed.");
        last.resources_kept = last.resources_kept.saturating_add(kept);
        last.why.push(why);
    }
    carry_items(stages, tenant).await?;
    if stages.is_stopping() {
        return Ok(());
    }
    let (name, last) = (fact(tenant), serde_json::to_string(&last).unwrap_or_default());
    stages.store(move |store| store.set_fact(&name, &last)).await
}

/// How many resources would be read again, and why.
pub(crate) async fn planned(stages: &Stages, tenant: &str) -> Result<(u64, Vec<String>), Error> {
    let applied = stages.scanner().applied();
    let (mut resources, mut all_why) = (0_u64, Vec::new());
    for (change, why, count) in changes(stages, tenant, &applied).await? {
        let tenant = tenant.to_owned();
        let concerned = match change.reach {
            Reach::Everything => count,
            _ => stages.store(move |store| store.concerned(&tenant, &change)).await?,
        };
        resources = resources.saturating_add(concerned);
        all_why.push(why);
    }
    Ok((resources, all_why))
}

/// Queues again what was done under other rules: what is cheap to read first, and never much at once,
/// so that new rules do not flood the queue.
pub(crate) async fn queue(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let (tenant, ruleset) = (tenant.to_owned(), stages.ruleset().to_owned());
    let rescan = move |store: &dyn Store| store.rescan(&tenant, &ruleset, AT_ONCE);
    let queued = stages.store(rescan).await?;
    if queued > 0 {
        info!(items = queued, "Items queued for a rescan.");
    }
    stages.wake();
    Ok(())
}

/// From which versions something is to be taken over, why it may differ, and how many resources there
/// are.
async fn changes(
    stages: &Stages,
    tenant: &str,
    applied: &Applied,
) -> Result<Vec<(RulesChange, String, u64)>, Error> {
    let organization = tenant.to_owned();
    let (versions, known) = stages
        .store(move |store| Ok((store.versions(&organization)?, store.manifests(&organization)?)))
        .await?;
    let mut changes = Vec::new();
    for (from, resources) in versions.into_iter().filter(|(name, _)| name != stages.ruleset()) {
        let before = known.iter().find(|(name, _)| *name == from);
        // What an older program kept may have another shape.
        let before = before.and_then(|(_, rules)| serde_json::from_str::<Applied>(rules).ok());
        let unknown = || Change::of_everything("the rules before are not known");
        let Change { why, reach, gaps } =
            before.map_or_else(unknown, |before| applied.since(&before));
        let to = stages.ruleset().to_owned();
        changes.push((RulesChange { from, to, reach, gaps }, why, resources));
    }
    Ok(changes)
}

async fn carry_resources(
    stages: &Stages,
    tenant: &str,
    change: &RulesChange,
) -> Result<u64, Error> {
    let (mut carried, mut after) = (0_u64, 0);
    while change.reach != Reach::Everything && !stages.is_stopping() {
        let (tenant, change) = (tenant.to_owned(), change.clone());
        let next = move |store: &dyn Store| store.carry_resources(&tenant, &change, after);
        let (count, last) = stages.store(next).await?;
        carried = carried.saturating_add(count);
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    Ok(carried)
}

async fn carry_items(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let mut after = (String::new(), String::new());
    while !stages.is_stopping() {
        let (tenant, ruleset) = (tenant.to_owned(), stages.ruleset().to_owned());
        let next =
            move |store: &dyn Store| store.carry_items(&tenant, &ruleset, (&after.0, &after.1));
        match stages.store(next).await? {
            Some(last) => after = last,
            None => break,
        }
    }
    Ok(())
}

fn fact(tenant: &str) -> String {
    format!("rules {tenant}")
}

fn last_change(
    store: &dyn Store,
    tenant: &str,
) -> Result<Option<LastChange>, dosimeter_store::Error> {
    let last = store.fact(&fact(tenant))?;
    Ok(last.and_then(|last| serde_json::from_str(&last).ok()))
}
