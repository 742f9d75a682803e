//! The Activity Feed: not read for its own sake, but for what it says was deleted or added where no
//! listing shows it.
//!
//! The feed is followed forward from the newest entry of the first run. It shows entries up to a
//! minute late, behind the cursor, so that its last minutes are read again each time. What happened is
//! not believed: the thing itself is looked at.

use std::collections::BTreeMap;

use dosimeter_client::{Activity, ActivityQuery, Cursor, CursorPage, TimeRange, Timestamp};
use dosimeter_record::ResourceKind;
use dosimeter_store::{Listed, Priority, WorkItem};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{Listing, Page, Stop, earlier, server_now};

/// How far back entries may still appear: the documented minute, and much more.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// How many entries of the overlap are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Where the walk is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Position {
    /// After this entry; none before the first one.
    newest: Option<String>,
    /// When the first run was.
    from: String,
    /// Entries of the last minutes that were seen to, with their times.
    seen: BTreeMap<String, String>,
}

pub(super) async fn list(listing: &Listing<'_>) -> Result<(), Stop> {
    let Some(mut position) = listing.position::<Position>("").await? else {
        return begin(listing).await;
    };
    match position.newest.clone() {
        Some(newest) => forward(listing, &mut position, Cursor::from(newest)).await?,
        None => first(listing, &mut position).await?,
    }
    overlap(listing, &mut position).await
}

/// Remembers the newest entry. What happened before is in the listings.
async fn begin(listing: &Listing<'_>) -> Result<(), Stop> {
    let page = ask(listing, query(listing).limit(1)).await?;
    let from = server_now(listing.stages).as_str().to_owned();
    let newest = page.first.map(String::from);
    let position = Position { newest, from, ..Position::default() };
    listing.queue(Page::of(Vec::new(), Priority::Forward), "", &position).await?;
    Ok(())
}

/// Towards newer entries, page by page. The last page has the newest of all: its first entry is where
/// the next walk begins.
async fn forward(
    listing: &Listing<'_>,
    position: &mut Position,
    mut newest: Cursor,
) -> Result<(), Stop> {
    loop {
        let page = match ask(listing, query(listing).newer_than(&newest)).await {
            Err(Stop::Run(error)) if error.is_bad_cursor() => {
                warn!(source = "activities", "Cursor refused; the walk starts again.");
                position.newest = None;
                return first(listing, position).await;
            }
            page => page?,
        };
        // An empty page has no cursor: the one before stays.
        if let Some(first) = page.first.clone() {
            position.newest = Some(first.as_str().to_owned());
            newest = first;
        }
        see_to(listing, position, &page.items).await?;
        if !page.has_more || listing.stages.is_stopping() {
            return Ok(());
        }
    }
}

/// Without a cursor: everything since the first run, newest first. The cursor moves at the end only,
/// so that nothing older is passed over.
async fn first(listing: &Listing<'_>, position: &mut Position) -> Result<(), Stop> {
    let from = Timestamp::parse(&position.from).unwrap_or(Timestamp::UNKNOWN);
    let newest = back_to(listing, position, &from).await?;
    position.newest = newest.map(String::from);
    see_to(listing, position, &[]).await
}

/// The last minutes again: entries appear behind the cursor.
async fn overlap(listing: &Listing<'_>, position: &mut Position) -> Result<(), Stop> {
    let since = earlier(&server_now(listing.stages), OVERLAP);
    back_to(listing, position, &since).await?;
    let since: Option<jiff::Timestamp> = since.as_str().parse().ok();
    let is_recent = |time: &str| {
        since.is_none_or(|since| time.parse::<jiff::Timestamp>().is_ok_and(|time| time >= since))
    };
    position.seen.retain(|_, time| is_recent(time));
    see_to(listing, position, &[]).await
}

/// Everything since `time`, newest first; gives the position of the newest.
async fn back_to(
    listing: &Listing<'_>,
    position: &mut Position,
    time: &Timestamp,
) -> Result<Option<Cursor>, Stop> {
    let range = TimeRange::all().since(time);
    let mut newest = None;
    let mut wanted = query(listing).range(range.clone());
    loop {
        let page = ask(listing, wanted).await?;
        newest = newest.or_else(|| page.first.clone());
        see_to(listing, position, &page.items).await?;
        match page.next_after() {
            Some(last) if !listing.stages.is_stopping() => {
                wanted = query(listing).range(range.clone()).older_than(last);
            }
            _ => return Ok(newest),
        }
    }
}

/// This worker's own requests fill the feed: they are left out by the server, and again here.
fn query(listing: &Listing<'_>) -> ActivityQuery {
    ActivityQuery::all().without([OWN.to_owned()]).limit(listing.stages.config.feed_page_items)
}

const OWN: &str = "compliance_api_accessed";

async fn ask(listing: &Listing<'_>, query: ActivityQuery) -> Result<CursorPage<Activity>, Stop> {
    listing.stages.client.activities(&query).await.map_err(|error| listing.stop(error))
}

/// Queues what entries speak of, once for each entry, and keeps the position.
async fn see_to(
    listing: &Listing<'_>,
    position: &mut Position,
    activities: &[Activity],
) -> Result<(), Stop> {
    let mut items = Vec::new();
    for activity in activities {
        let ours = activity.organization_uuid.as_deref().is_none_or(|uuid| uuid == listing.tenant);
        if !ours || position.seen.contains_key(&activity.id) {
            continue;
        }
        let concerned = concerned(listing, activity).await?;
        if !concerned.is_empty() && position.seen.len() < REMEMBERED_MAX {
            let time = activity.created_at.as_str().to_owned();
            position.seen.insert(activity.id.clone(), time);
        }
        let listed = |(kind, id): (ResourceKind, String)| Listed {
            item: WorkItem::new(kind, id, activity.created_at.as_str()),
            deleted: false,
            forced: true,
            left_out: false,
        };
        items.extend(concerned.into_iter().map(listed));
    }
    // Only what is known can have gone, and what is new is listed.
    let page = Page { known_only: true, ..Page::of(items, Priority::Forward) };
    listing.queue(page, "", position).await?;
    listing.stages.wake();
    Ok(())
}

/// What has to be looked at because of an entry.
async fn concerned(
    listing: &Listing<'_>,
    activity: &Activity,
) -> Result<Vec<(ResourceKind, String)>, Stop> {
    let kind = activity.kind.as_str();
    let is_look = kind == OWN || kind.ends_with("_viewed") || kind.ends_with("_failed");
    let is_deletion = kind.contains("deleted");
    if is_look {
        return Ok(Vec::new());
    }
    if let Some(project) = &activity.claude_project_id
        && (kind.starts_with("claude_project") || activity.claude_chat_id.is_none())
    {
        return Ok(vec![(ResourceKind::Project, project.clone())]);
    }
    if let (true, Some(chat)) = (is_deletion, &activity.claude_chat_id) {
        return Ok(vec![(ResourceKind::Chat, chat.clone())]);
    }
    if let (true, Some(file)) = (is_deletion, &activity.claude_file_id) {
        let (tenant, file) = (listing.tenant.to_owned(), file.clone());
        return Ok(listing.stages.store(move |store| store.holders(&tenant, &file)).await?);
    }
    Ok(Vec::new())
}
