//! The whole product in one file: from an API page to a stored, redacted label.
//!
//! ```text
//! discover   pages of chats, projects, sessions, … from the stored positions on, into the queue
//!   → claim    the most urgent items of the queue, which are then nobody else's
//!   → fetch    messages, then files, artifacts and documents, inside the byte budget
//!   → extract  bytes → text segments and gaps         ┐ on a blocking pool;
//!   → scan     text → findings, and the text is wiped ┘ content ends here
//!   → label    what the messages and files of one chat only show together
//!   → commit   labels, findings, messages to sinks, and the end of the item
//! ```
//!
//! Each stage is a module of this name. What flows between them:
//! [`Item`] → [`Part`]s → [`Unit`] → [`Segments`] → [`Scanned`] → [`Bundle`].
//! Content is in the middle three only.
//!
//! Two rules keep the result the same however often a run is interrupted. A position moves in the
//! transaction that queues what it stands for. And an item is committed whole, in one transaction, by
//! whoever holds its lease, under ids that depend on nothing but content and place.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use dosimeter_record::GapReason;
use dosimeter_store::{Claimed, Store};
use futures_util::{
    FutureExt as _, future,
    stream::{self, FuturesUnordered, StreamExt, TryStreamExt},
};
use tracing::warn;

use crate::{
    Error, Summary, commit,
    deliver::{self, Outlet},
    discover,
    extract::{self, Segments},
    fetch::{self, Fetched, Item, Part, Unit},
    label::{self, Bundle},
    scan::{self, Scanned},
    stages::Stages,
};

/// How many parts of one item are worked on at once. The client bounds the requests in flight over
/// all items; this bounds how many tasks one huge chat can start.
const PARTS_AT_ONCE: usize = 16;
/// How often an idle worker looks for work that others queued.
const IDLE: Duration = Duration::from_millis(500);

/// How often a worker that stays lists again while it still works on what was listed: so that what is
/// new does not wait for what is old.
const LIST_EVERY: Duration = Duration::from_mins(1);

/// Lists everything that changed since the last pass, works until the queue is empty, and delivers.
pub(crate) async fn pass(
    stages: &Stages,
    outlets: &[Outlet],
    summary: &mut Summary,
) -> Result<(), Error> {
    if stages.once {
        stages.store(|store| store.retry_failed()).await?;
    }
    let scanned = AtomicBool::new(false);
    let deliver = deliver::all(stages, outlets, || scanned.load(Ordering::Acquire));
    let scan = scan_all(stages, summary).map(|result| {
        scanned.store(true, Ordering::Release);
        result
    });
    let (scanned, delivered) = alive(stages, future::join(scan, deliver)).await;
    scanned.and(delivered)
}

async fn scan_all(stages: &Stages, summary: &mut Summary) -> Result<(), Error> {
    let listed = AtomicBool::new(false);
    let organizations = discover::organizations(stages).await?;
    let list = discover::all(stages, &organizations);
    let list = list.map(|result| {
        listed.store(true, Ordering::Release);
        halt_after(stages, result)
    });
    let work = drain(stages, &organizations, summary, || listed.load(Ordering::Acquire))
        .map(|result| halt_after(stages, result));
    let again = async {
        loop {
            tokio::time::sleep(LIST_EVERY).await;
            if !stages.once && listed.load(Ordering::Acquire) && !stages.is_stopping() {
                discover::all(stages, &organizations).await?;
            }
        }
    };
    let (skipped, worked) = tokio::select! {
        done = future::join(list, work) => done,
        failed = again => return failed,
    };
    worked?;
    summary.skipped = skipped?;
    Ok(())
}

/// Lets the other half of a run end when one has failed: what is under way is finished.
fn halt_after<T>(stages: &Stages, result: Result<T, Error>) -> Result<T, Error> {
    if result.is_err() {
        stages.halt();
    }
    stages.wake();
    result
}

/// Does `work` while giving signs of life, and gives back what it leaves undone.
pub(crate) async fn alive<T>(stages: &Stages, work: impl Future<Output = T>) -> T {
    let heartbeat = async {
        loop {
            let (holder, lease_ms) = (stages.holder.clone(), stages.config.lease_ms);
            tokio::time::sleep(Duration::from_millis(lease_ms / 4)).await;
            let working = stages.working();
            let beat = move |store: &dyn Store| store.heartbeat(&holder, &working, lease_ms);
            let beat = stages.store(beat).await;
            if beat.is_err() {
                // The leases run out, and whoever takes them over does the same work.
                warn!("No sign of life could be given.");
            }
        }
    };
    let done = tokio::select! {
        done = work => done,
        never = heartbeat => never,
    };
    let holder = stages.holder.clone();
    if stages.store(move |store| store.release(&holder)).await.is_err() {
        warn!("Leases could not be given back; they run out.");
    }
    done
}

/// Works on what is queued of some organisations, until there is nothing and `listed` says that nothing more
/// will come.
pub(crate) async fn drain(
    stages: &Stages,
    organizations: &[String],
    summary: &mut Summary,
    listed: impl Fn() -> bool,
) -> Result<(), Error> {
    let mut working = FuturesUnordered::new();
    let mut nothing_left = false;
    loop {
        // Asked first: what is listed after this is claimed by the next turn.
        let complete = listed();
        let room = stages.config.in_flight.saturating_sub(working.len());
        let stopping = stages.is_stopping();
        if room > 0 && !stopping && !nothing_left {
            let claimed = claim(stages, organizations, room).await?;
            nothing_left = claimed.len() < room;
            working.extend(claimed.into_iter().map(|claimed| work_on(stages, claimed)));
        }
        if working.is_empty() {
            if stopping || (complete && nothing_left && !others_work(stages).await?) {
                return Ok(());
            }
            stages.wait_for_work(IDLE).await;
            nothing_left = false;
            continue;
        }
        tokio::select! {
            Some(done) = working.next() => {
                if let Some(done) = done? {
                    summary.add(done);
                }
                // What is done may have been wanted again meanwhile.
                nothing_left &= !working.is_empty();
            }
            () = stages.wait_for_work(IDLE), if !stopping => nothing_left = false,
        }
    }
}

/// Whether somebody else holds an item, or died with it, when everything is to be done now: what they
/// do not end is free again when their leases have run out.
async fn others_work(stages: &Stages) -> Result<bool, Error> {
    if !stages.once {
        return Ok(false);
    }
    let backlog = stages.store(|store| store.backlog()).await?;
    Ok(backlog.iter().any(|row| row.state == "leased"))
}

async fn claim(
    stages: &Stages,
    organizations: &[String],
    room: usize,
) -> Result<Vec<Claimed>, Error> {
    let (holder, limit) = (stages.holder.clone(), u32::try_from(room).unwrap_or(u32::MAX));
    let (lease_ms, organizations) = (stages.config.lease_ms, organizations.to_vec());
    stages.store(move |store| store.claim(&holder, &organizations, limit, lease_ms)).await
}

/// One item, from its claim to its commit; nothing if somebody else goes on with it.
async fn work_on(stages: &Stages, claimed: Claimed) -> Result<Option<Summary>, Error> {
    let _working = stages.work_on(&claimed);
    let bundle = process(stages, Item::of(claimed)).await?;
    match commit::commit(stages, bundle).await {
        Err(error) if error.is_fenced() => Ok(None),
        done => done.map(Some),
    }
}

/// One chat, project or session: fetch → extract → scan, part by part, and the label over all of it.
async fn process(stages: &Stages, item: Item) -> Result<Bundle, Error> {
    let mut bundle = Bundle::of(&item);
    let tenant = item.tenant.clone();
    let mut fetch = fetch::Walk::of(item);
    while let Some(batch) = fetch.next_batch(stages, &mut bundle).await? {
        let scanned = stream::iter(batch.parts)
            .map(|part| process_part(stages, &tenant, part))
            .buffered(PARTS_AT_ONCE)
            .try_collect::<Vec<Scanned>>()
            .await?;
        // The batch's lease on memory ends with its content.
        drop(batch.lease);
        bundle.add(scanned);
    }
    label::across(stages, bundle).await
}

/// One message, file, artifact or document. Its content lives from `body` to `scan`.
async fn process_part(stages: &Stages, tenant: &str, part: Part) -> Result<Scanned, Error> {
    let unit: Unit = match fetch::body(stages, tenant, part).await? {
        Fetched::Read(unit) => *unit,
        Fetched::NotRead(scanned) => return Ok(*scanned),
    };
    let resource = unit.part.resource.clone();
    let (extractor, scanner, tenant) = (stages.extractor(), stages.scanner(), tenant.to_owned());
    let scanned = stages
        .blocking(move || {
            let segments: Segments = extract::extract(&extractor, unit);
            scan::scan(&scanner, &tenant, segments)
        })
        .await;
    // A panic would be a fault of ours; it costs one resource its labels, and never the run.
    let parser_failed = || Scanned::unread(resource, GapReason::ParserFailed, stages.ruleset());
    Ok(scanned.unwrap_or_else(parser_failed))
}
