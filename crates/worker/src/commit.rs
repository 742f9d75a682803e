//! The last stage: everything about one item becomes durable at once.

use dosimeter_record::Checkpoint;
use dosimeter_store::{Commit, Membership, Outcome, ResourceCommit, WorkState};
use tracing::info;

use crate::{
    Error, Event, Summary,
    label::{Bundle, Finished},
    scan::Scanned,
    stages::Stages,
};

/// Writes an item, and moves the cursor if it was the last of its page.
pub(crate) async fn commit(
    stages: &Stages,
    bundle: Bundle,
    checkpoint: Option<(String, Checkpoint)>,
    summary: &mut Summary,
) -> Result<(), Error> {
    let finished = bundle.finish();
    let mut item = count(&finished);
    let Finished { tenant, work, membership, state, scanned } = finished;
    let (id, kind, resources) = (work.id.clone(), work.kind, scanned.len());
    let moves = checkpoint.is_some();
    let commit = Commit {
        tenant,
        at: stages.now(),
        item: work,
        state,
        membership,
        resources: scanned.into_iter().map(ResourceCommit::from).collect(),
        checkpoint,
    };
    let committed = stages.store(move |store| store.commit(&commit)).await?;
    item.findings_new = committed.findings_opened;
    item.findings_closed = committed.findings_closed;
    let (findings, gaps) = (item.findings, item.gaps_total());
    info!(kind = kind.name(), id, resources, findings, gaps, checkpoint = moves, "Item committed.");
    stages.observer.notice(&Event::ItemDone { kind, id: &id, resources, findings, gaps });
    summary.add(item);
    Ok(())
}

/// Moves the cursor past a page of which nothing is left to do.
pub(crate) async fn advance(
    stages: &Stages,
    tenant: String,
    checkpoint: Option<(String, Checkpoint)>,
) -> Result<(), Error> {
    let Some((source, checkpoint)) = checkpoint else { return Ok(()) };
    let at = stages.now();
    stages.store(move |store| store.advance(&tenant, &source, &checkpoint, &at)).await
}

/// The numbers of one item.
fn count(finished: &Finished) -> Summary {
    let mut item = Summary {
        items: 1,
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
        Outcome::Scanned { labelled, .. } => {
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
