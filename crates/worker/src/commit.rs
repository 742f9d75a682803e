//! The last stage: everything about one item becomes durable at once.

use dosimeter_record::ResourceKind;
use dosimeter_store::{Commit, Membership, Outcome, ResourceCommit, WorkState};
use tracing::info;

use crate::{
    Error, Event, Summary,
    label::{Bundle, Finished},
    scan::Scanned,
    stages::Stages,
};

/// Writes an item, and gives its numbers.
pub(crate) async fn commit(stages: &Stages, bundle: Bundle) -> Result<Summary, Error> {
    let finished = bundle.finish();
    let mut item = count(&finished);
    let Finished { tenant, work, membership, state, scanned, token, attempts, cost } = finished;
    let (id, kind, resources) = (work.id.clone(), work.kind, scanned.len());
    let commit = Commit {
        tenant,
        at: stages.now(),
        item: work,
        state,
        membership,
        resources: scanned.into_iter().map(ResourceCommit::from).collect(),
        ruleset: stages.ruleset().to_owned(),
        token: Some(token),
        cost,
        retry_after_ms: retry_after_ms(attempts),
        sinks: stages.config.sinks.iter().map(|sink| sink.name.clone()).collect(),
    };
    let committed = stages.store(move |store| store.commit(&commit)).await;
    let committed = match committed {
        Err(error) if error.is_fenced() => {
            info!(kind = kind.name(), id, "Item taken over by another worker.");
            stages.telemetry.taken_over();
            return Err(error);
        }
        committed => committed?,
    };
    item.findings_new = committed.findings_opened;
    item.findings_closed = committed.findings_closed;
    let (findings, gaps) = (item.findings, item.gaps_total());
    info!(kind = kind.name(), id, resources, findings, gaps, "Item committed.");
    stages.telemetry.item(&item, stages.time());
    stages.observer.notice(&Event::ItemDone { kind, id: &id, resources, findings, gaps });
    Ok(item)
}

/// What fails is left alone for a minute, then twice as long each time, up to a day.
fn retry_after_ms(attempts: u64) -> u64 {
    const MINUTE_MS: u64 = 60_000;
    MINUTE_MS.saturating_mul(1 << attempts.min(20)).min(24 * 60 * MINUTE_MS)
}

/// The numbers of one item.
fn count(finished: &Finished) -> Summary {
    let mut item = Summary {
        // The preferences of all users are no item of anybody's.
        items: u64::from(finished.work.kind != ResourceKind::UserPreferences),
        items_failed: u64::from(finished.state == WorkState::Failed),
        items_deleted: u64::from(finished.membership == Membership::Deleted),
        ..Summary::default()
    };
    for scanned in &finished.scanned {
        count_resource(&mut item, scanned);
    }
    item
}

fn count_resource(item: &mut Summary, scanned: &Scanned) {
    let bump = |count: &mut u64, more: u64| *count = count.saturating_add(more);
    bump(&mut item.content_bytes, scanned.text_bytes);
    for reason in &scanned.gaps {
        bump(item.gaps.entry(*reason).or_default(), 1);
    }
    match &scanned.outcome {
        Outcome::Scanned { labelled, .. } | Outcome::CutShort { labelled } => {
            bump(item.resources.entry(scanned.resource.kind).or_default(), 1);
            bump(&mut item.findings, labelled.findings.len() as u64);
            for (label, speaks) in labelled.labels.by_label() {
                let count = item.labels.entry(*label).or_default();
                bump(&mut count.resources, 1);
                bump(&mut count.findings, u64::from(speaks.count));
            }
        }
        Outcome::Unchanged => bump(&mut item.resources_unchanged, 1),
        _ => {}
    }
}
