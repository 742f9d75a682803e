//! Sources that cannot be followed: they are listed page by page, and what a complete walk no longer
//! shows is looked at.

use std::sync::PoisonError;

use dosimeter_client::{
    CodeArtifact, LocalSessionQuery, PageToken, Project, Session, TimeRange, Timestamp, TokenPage,
};
use dosimeter_record::ResourceKind;
use dosimeter_store::{Listed, Priority, WorkItem};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{
    Listing, Page, Stop, earlier,
    named::{self, Failed},
    server_now,
};
use crate::Event;

/// A source that is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    Projects,
    LocalSessions,
    RemoteSessions,
    CodeArtifacts,
}

/// Captured calls are listed minutes later, and clocks differ.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// Cloud sessions can be listed by creation only: older ones wait for the next sweep.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Where a walk is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Position {
    walk: u64,
    page: Option<String>,
    /// Whether the walk shows everything.
    complete: bool,
    /// When this walk began, by the server's clock; the next one begins there.
    begun: Option<String>,
    /// What this walk shows begins here.
    since: Option<String>,
    /// Of what extent it is: if another one is wanted, the next walk shows everything.
    #[serde(default)]
    extent: String,
}

impl Walked {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::LocalSessions => "local_sessions",
            Self::RemoteSessions => "remote_sessions",
            Self::CodeArtifacts => "code_artifacts",
        }
    }

    fn kind(self) -> ResourceKind {
        match self {
            Self::Projects => ResourceKind::Project,
            Self::LocalSessions => ResourceKind::LocalSession,
            Self::RemoteSessions => ResourceKind::RemoteSession,
            Self::CodeArtifacts => ResourceKind::CodeArtifact,
        }
    }

    /// Whether every walk lists everything.
    fn is_always_complete(self) -> bool {
        matches!(self, Self::Projects | Self::CodeArtifacts)
    }
}

pub(super) async fn list(listing: &Listing<'_>, walked: Walked) -> Result<(), Stop> {
    let stages = listing.stages;
    let mut position = resume(listing, walked).await?;
    loop {
        if stages.is_stopping() {
            return Ok(());
        }
        let (items, next) = match page(listing, walked, &position).await {
            Err(Failed::Api(error)) if error.is_bad_cursor() && position.page.is_some() => {
                warn!(source = walked.name(), "Page token refused; the walk starts again.");
                position.page = None;
                continue;
            }
            page => page.map_err(|error| listing.stop(error))?,
        };
        position.page = next.map(String::from);
        let walk = position.walk.to_string();
        let page = Page { walk: Some(walk.clone()), ..Page::of(items, Priority::Forward) };
        let queued = listing.queue(page, "", &position).await?;
        stages.observer.notice(&Event::PageListed { items: usize::try_from(queued).unwrap_or(0) });
        stages.wake();
        if position.page.is_none() {
            if position.complete {
                listing.verify(walked.kind(), &walk).await?;
            }
            return Ok(());
        }
    }
}

/// An interrupted walk goes on; after a complete one the next begins.
async fn resume(listing: &Listing<'_>, walked: Walked) -> Result<Position, Stop> {
    let last: Option<Position> = listing.position("").await?;
    let extent = listing.stages.extent();
    let last = last.map(|last| (last.extent == extent, last));
    if let Some((true, last)) = &last
        && last.page.is_some()
    {
        return Ok(last.clone());
    }
    let now = server_now(listing.stages);
    let all = listing.sweep || listing.stages.once;
    let (same_extent, last) = last.unwrap_or_default();
    let complete = all || !same_extent || walked.is_always_complete();
    let since = match walked {
        _ if complete => None,
        Walked::RemoteSessions => Some(earlier(&now, RECENT)),
        _ => last.begun.as_deref().and_then(Timestamp::parse).map(|begun| earlier(&begun, OVERLAP)),
    };
    Ok(Position {
        walk: last.walk.saturating_add(1),
        page: None,
        complete,
        begun: Some(now.as_str().to_owned()),
        since: since.map(|since| since.as_str().to_owned()),
        extent,
    })
}

/// One page: what has to be looked at, and where the walk goes on.
async fn page(
    listing: &Listing<'_>,
    walked: Walked,
    position: &Position,
) -> Result<(Vec<Listed>, Option<PageToken>), Failed> {
    let client = &listing.stages.client;
    let token = position.page.clone().map(PageToken::from);
    let token = token.as_ref();
    let since = position.since.as_deref().and_then(Timestamp::parse);
    match walked {
        Walked::Projects => {
            let page = client.projects(Some(listing.tenant), token).await?;
            listing.learn_users(page.items.iter().map(|project| project.user.as_ref())).await?;
            Ok(listed(page, |project| Some(listing.project(project))))
        }
        Walked::LocalSessions => {
            let query = since.map_or_else(LocalSessionQuery::all, |since| {
                LocalSessionQuery::all().updated_since(&since)
            });
            let page = client.local_sessions(&query, token).await?;
            listing.learn_of_sessions(&page.items).await?;
            Ok(listed(page, |session| listing.session(session, ResourceKind::LocalSession)))
        }
        Walked::RemoteSessions => {
            let range = since.map_or_else(TimeRange::all, |since| TimeRange::all().since(&since));
            let page = client.remote_sessions(listing.tenant, &range, token).await?;
            listing.learn_of_sessions(&page.items).await?;
            Ok(listed(page, |session| listing.session(session, ResourceKind::RemoteSession)))
        }
        Walked::CodeArtifacts => {
            let page = client.code_artifacts(listing.tenant, token).await?;
            let users: Vec<_> = page.items.iter().map(CodeArtifact::whose).collect();
            listing.learn_users(users.iter().map(Option::as_ref)).await?;
            let pages = &listing.stages.published_on;
            let mut pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
            let here = |artifact: &CodeArtifact| (artifact.id.clone(), position.page.clone());
            pages.extend(page.items.iter().map(here));
            drop(pages);
            Ok(listed(page, |artifact| Some(listing.code_artifact(artifact))))
        }
    }
}

fn listed<T>(
    page: TokenPage<T>,
    item: impl Fn(&T) -> Option<Listed>,
) -> (Vec<Listed>, Option<PageToken>) {
    (page.items.iter().filter_map(item).collect(), page.next)
}

impl Listing<'_> {
    /// Learns which of the projects and users of sessions are in scope.
    async fn learn_of_sessions(&self, sessions: &[Session]) -> Result<(), Failed> {
        let ids = sessions.iter().filter_map(|session| session.claude_project_id.as_ref());
        named::learn_new(self.stages, self.tenant, ids).await?;
        let ours = sessions.iter().filter(|session| self.is_ours(session));
        self.learn_users(ours.map(Session::whose)).await
    }

    /// Nothing says that a project's time of change follows its attachments, so a sweep looks again.
    fn project(&self, project: &Project) -> Listed {
        let in_scope = self.stages.has_user(project.user.as_ref())
            && self.stages.config.scope.has_project(project);
        let version = project.updated_at.as_str();
        Listed {
            item: WorkItem::new(ResourceKind::Project, project.id.as_str(), version),
            deleted: project.is_deleted(),
            forced: self.sweep || self.stages.once,
            left_out: !in_scope,
        }
    }

    /// Local sessions of all organisations of a key come in one list.
    fn is_ours(&self, session: &Session) -> bool {
        session.organization_uuid.as_deref().is_none_or(|uuid| uuid == self.tenant)
    }

    fn session(&self, session: &Session, kind: ResourceKind) -> Option<Listed> {
        self.is_ours(session).then(|| Listed {
            item: WorkItem::new(kind, session.id.as_str(), session.updated_at.as_str()),
            deleted: false,
            forced: false,
            left_out: !self.stages.is_in_scope(session.whose(), session.claude_project_id.as_ref()),
        })
    }

    fn code_artifact(&self, artifact: &CodeArtifact) -> Listed {
        let newest = artifact.versions.first().map_or("", |version| version.id.as_str());
        let published = artifact.published_version_id.as_deref().unwrap_or("");
        // The item is read by its versions, so they say which state of it this is.
        let versions: Vec<&str> =
            artifact.versions.iter().map(|version| version.id.as_str()).collect();
        let version = format!("{} {published} {newest} {}", artifact.updated_at, versions.len());
        let kind = ResourceKind::CodeArtifact;
        Listed {
            item: WorkItem::new(kind, artifact.id.as_str(), version),
            deleted: false,
            forced: false,
            left_out: !self.stages.has_user(artifact.whose().as_ref()),
        }
    }
}
