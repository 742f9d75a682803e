//! The whole product in one file: from an API page to a stored, redacted label.
//!
//! ```text
//! discover   pages of chats and projects that changed, from the stored cursor on
//!   → fetch    messages, then files, artifacts and documents, inside the byte budget
//!   → extract  bytes → text segments and gaps         ┐ on a blocking pool;
//!   → scan     text → findings, and the text is wiped ┘ content ends here
//!   → label    what the messages and files of one chat only show together
//!   → commit   labels, findings, the closed item and, with the page's last one, the cursor
//! ```
//!
//! Each stage is a module of this name. What flows between them:
//! [`Page`] of [`Item`]s → [`Part`]s → [`Unit`] → [`Segments`] → [`Scanned`] → [`Bundle`].
//! Content is in the middle three only.
//!
//! Two rules keep the result the same however often a run is interrupted. An item is committed whole,
//! in one transaction, under ids that depend on nothing but content and place. And the cursor moves
//! past a page in the transaction of the page's last item, never earlier.

use dosimeter_record::GapReason;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::{
    Error, Event, Summary, commit,
    discover::{self, Item, Page, Walk},
    extract::{self, Segments},
    fetch::{self, Fetched, Part, Unit},
    label::{self, Bundle},
    scan::{self, Scanned},
    stages::Stages,
};

/// How many parts of one item are worked on at once. The client bounds the requests in flight over
/// all items; this bounds how many tasks one huge chat can start.
const PARTS_AT_ONCE: usize = 16;

/// Walks everything that changed since the last run, to the end.
pub(crate) async fn run(stages: &Stages, summary: &mut Summary) -> Result<(), Error> {
    for organization in discover::organizations(stages).await? {
        for source in discover::SOURCES {
            let mut walk = Walk::resume(stages, &organization, source).await?;
            while let Some(page) = walk.next_page(stages).await? {
                stages.observer.notice(&Event::PageListed { items: page.items.len() });
                finish_page(stages, page, summary).await?;
            }
        }
    }
    Ok(())
}

/// Brings every item of a page into the store, and then moves the cursor past it.
async fn finish_page(stages: &Stages, page: Page, summary: &mut Summary) -> Result<(), Error> {
    let Page { tenant, items, mut checkpoint } = page;
    let mut left = items.len();
    if left == 0 {
        return commit::advance(stages, tenant, checkpoint).await;
    }
    let mut bundles = stream::iter(items)
        .map(|item| process(stages, &tenant, item))
        .buffer_unordered(stages.config.in_flight);
    while let Some(bundle) = bundles.next().await {
        left = left.saturating_sub(1);
        let checkpoint = if left == 0 { checkpoint.take() } else { None };
        commit::commit(stages, bundle?, checkpoint, summary).await?;
    }
    Ok(())
}

/// One chat or project: fetch → extract → scan, part by part, and the label over all of it.
async fn process(stages: &Stages, tenant: &str, item: Item) -> Result<Bundle, Error> {
    let mut bundle = Bundle::of(tenant, &item);
    let mut fetch = fetch::Walk::of(item);
    while let Some(batch) = fetch.next_batch(stages, &mut bundle).await? {
        let scanned = stream::iter(batch.parts)
            .map(|part| process_part(stages, tenant, part))
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
        Fetched::Read(unit) => unit,
        Fetched::NotRead(scanned) => return Ok(scanned),
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
