//! Chats are followed in the order of their last change: forward from the moment of the first run,
//! and, with less urgency, through what changed before it.
//!
//! A chat that changes while a walk is under way moves ahead and is seen again. Chats that vanish
//! without a tombstone are found by a walk over all of them, in the order of creation.

use dosimeter_client::{Chat, ChatQuery, Cursor, CursorPage, TimeRange, Timestamp};
use dosimeter_record::ResourceKind;
use dosimeter_store::{Listed, Priority, WorkItem};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{Listing, Page, Stop, earlier, named, server_now};
use crate::{Event, stages::Stages};

/// Before the first run: what changed then may be listed late.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// Where a walk is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Position {
    /// What changed at or after this; from the beginning without it.
    since: Option<String>,
    /// What changed before this.
    until: Option<String>,
    /// After this chat.
    after: Option<String>,
    /// Whether the end was reached, of a walk that has one.
    done: bool,
    /// The number of this walk.
    walk: u64,
    /// Of what extent this walk is, if it is the historical one.
    #[serde(default)]
    extent: String,
}

pub(super) async fn list(listing: &Listing<'_>) -> Result<(), Stop> {
    let forward = begin(listing).await?;
    if let Some(mut position) = listing.position::<Position>("-historical").await? {
        if position.extent != listing.stages.extent() {
            // Other chats are wanted now. Those that are done in their version are passed over.
            position = historical(listing, &server_now(listing.stages));
        }
        follow(listing, "-historical", position, Priority::Historical).await?;
    }
    follow(listing, "", forward, Priority::Forward).await?;
    if listing.sweep {
        sweep(listing).await?;
    }
    Ok(())
}

/// The forward position; at the first run both walks begin, where they part.
async fn begin(listing: &Listing<'_>) -> Result<Position, Stop> {
    if let Some(position) = listing.position("").await? {
        return Ok(position);
    }
    let now = server_now(listing.stages);
    let forward =
        Position { since: Some(earlier(&now, OVERLAP).as_str().to_owned()), ..Position::default() };
    let nothing = || Page::of(Vec::new(), Priority::Historical);
    listing.queue(nothing(), "-historical", &historical(listing, &now)).await?;
    listing.queue(nothing(), "", &forward).await?;
    Ok(forward)
}

/// A walk through what changed before `now`, as far back as is wanted.
fn historical(listing: &Listing<'_>, now: &Timestamp) -> Position {
    let stages = listing.stages;
    Position {
        since: since(stages, now).map(|since| since.as_str().to_owned()),
        until: Some(now.as_str().to_owned()),
        done: stages.config.history_days == Some(0),
        extent: stages.extent(),
        ..Position::default()
    }
}

/// How far back chats are wanted, by their last change; everything, without a time.
pub(crate) fn since(stages: &Stages, now: &Timestamp) -> Option<Timestamp> {
    let days = stages.config.history_days;
    let days = days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    stages.since.clone().or_else(|| days.map(|days| earlier(now, days)))
}

/// Walks from a position to the end.
async fn follow(
    listing: &Listing<'_>,
    part: &str,
    mut position: Position,
    priority: Priority,
) -> Result<(), Stop> {
    let stages = listing.stages;
    while !position.done && !stages.is_stopping() {
        let page = match stages.client.chats(&query(listing, &position)).await {
            // Nothing is lost by starting again: what is durable is skipped by its version.
            Err(error) if error.is_bad_cursor() && position.after.is_some() => {
                warn!(source = "chats", "Cursor refused; the walk starts again.");
                position.after = None;
                continue;
            }
            page => page.map_err(|error| listing.stop(error))?,
        };
        let more = page.next_after().is_some();
        position.done = !more && priority == Priority::Historical;
        // An empty page has no cursor: the one before stays.
        if let Some(last) = &page.last {
            position.after = Some(last.as_str().to_owned());
        }
        let projects = page.items.iter().filter_map(|chat| chat.project_id.as_ref());
        let learnt = named::learn_new(stages, listing.tenant, projects).await;
        learnt.map_err(|error| listing.stop(error))?;
        let users = page.items.iter().map(|chat| chat.user.as_ref());
        listing.learn_users(users).await.map_err(|failed| listing.stop(failed))?;
        let items = items(stages, &page);
        let queued = listing.queue(Page::of(items, priority), part, &position).await?;
        stages.observer.notice(&Event::PageListed { items: usize::try_from(queued).unwrap_or(0) });
        stages.wake();
        if !more {
            break;
        }
    }
    Ok(())
}

fn query(listing: &Listing<'_>, position: &Position) -> ChatQuery {
    let time = |text: &Option<String>| text.as_deref().and_then(Timestamp::parse);
    let mut range = TimeRange::all();
    if let Some(since) = time(&position.since) {
        range = range.since(&since);
    }
    if let Some(until) = time(&position.until) {
        range = range.before(&until);
    }
    // Filters go with every page, also when a cursor does.
    let query = ChatQuery::updated()
        .organizations([listing.tenant.to_owned()])
        .limit(listing.stages.config.page_items)
        .range(range);
    match &position.after {
        Some(cursor) => query.after(&Cursor::from(cursor.clone())),
        None => query,
    }
}

fn items(stages: &Stages, page: &CursorPage<Chat>) -> Vec<Listed> {
    let listed = |chat: &Chat| Listed {
        item: WorkItem::new(ResourceKind::Chat, chat.id.as_str(), chat.updated_at.as_str()),
        deleted: chat.is_deleted(),
        forced: false,
        left_out: !stages.is_in_scope(chat.user.as_ref(), chat.project_id.as_ref()),
    };
    page.items.iter().map(listed).collect()
}

/// Looks which of the known chats are still there.
async fn sweep(listing: &Listing<'_>) -> Result<(), Stop> {
    let stages = listing.stages;
    let last: Option<Position> = listing.position("-sweep").await?;
    let walk = last.map_or(1, |last| last.walk.saturating_add(1));
    let mut query = ChatQuery::created()
        .organizations([listing.tenant.to_owned()])
        .limit(stages.config.page_items);
    loop {
        if stages.is_stopping() {
            return Ok(());
        }
        let page = stages.client.chats(&query).await.map_err(|error| listing.stop(error))?;
        let next = page.next_after().cloned();
        let items = items(stages, &page);
        let queued = Page {
            walk: Some(walk.to_string()),
            known_only: true,
            ..Page::of(items, Priority::Forward)
        };
        let position = Position { walk, ..Position::default() };
        listing.queue(queued, "-sweep", &position).await?;
        let Some(next) = next else { break };
        query = query.after(&next);
    }
    listing.verify(ResourceKind::Chat, &walk.to_string()).await?;
    Ok(())
}
