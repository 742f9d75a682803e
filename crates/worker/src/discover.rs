//! The first stage: what has to be worked on.
//!
//! Chats are followed in the order of their last change, from the stored cursor on: a chat that
//! changes while the walk is under way moves ahead and is seen again. Projects cannot be followed,
//! so all of them are listed in each run; their walk is resumable too, and a *sweep* number keeps one
//! complete walk apart from the next.

use std::collections::VecDeque;

use dosimeter_client::{Chat, ChatQuery, Cursor, PageToken, Project, TimeRange};
use dosimeter_record::{Checkpoint, ResourceKind};
use dosimeter_store::WorkItem;
use tracing::{info, warn};

use crate::{Error, Event, stages::Stages};

/// What is walked in each organisation, in this order.
pub(crate) const SOURCES: [ResourceKind; 2] = [ResourceKind::Chat, ResourceKind::Project];

/// A chat or project that is to be worked on.
pub(crate) struct Item {
    /// Which version of it.
    pub(crate) work: WorkItem,
    /// Whether the listing says that its user deleted it.
    pub(crate) deleted: bool,
}

/// Items, and where the source is resumed once all of them are durable.
pub(crate) struct Page {
    pub(crate) tenant: String,
    pub(crate) items: Vec<Item>,
    pub(crate) checkpoint: Option<(String, Checkpoint)>,
}

/// The organisations to walk: those of the configuration, else all that the key covers.
///
/// A key that covers none of the organisations that the state knows belongs to somebody else.
pub(crate) async fn organizations(stages: &Stages) -> Result<Vec<String>, Error> {
    let mut organizations = stages.config.organizations.clone();
    if organizations.is_empty() {
        let mut page = None;
        loop {
            let listed =
                stages.client.organizations(page.as_ref()).await.map_err(Error::from_api)?;
            organizations.extend(listed.items.into_iter().map(|organization| organization.uuid));
            page = listed.next;
            if page.is_none() {
                break;
            }
        }
    }
    if organizations.is_empty() {
        return Err(Error::NoOrganization);
    }
    let known = stages.store(|store| store.tenants()).await?;
    if !known.is_empty() && !known.iter().any(|tenant| organizations.contains(tenant)) {
        return Err(Error::ForeignOrganization);
    }
    Ok(organizations)
}

/// A walk over one source of one organisation, from its checkpoint to its end.
pub(crate) struct Walk {
    tenant: String,
    kind: ResourceKind,
    /// What failed before comes first.
    retries: Vec<WorkItem>,
    position: Position,
    ended: bool,
}

/// Where the walk is.
enum Position {
    /// After this chat; at the beginning without one.
    Chats(Option<Cursor>),
    /// At this page of this sweep over the projects.
    Projects { sweep: u64, page: Option<PageToken> },
}

impl Walk {
    /// Begins where the last run stopped.
    pub(crate) async fn resume(
        stages: &Stages,
        tenant: &str,
        kind: ResourceKind,
    ) -> Result<Self, Error> {
        stages.observer.notice(&Event::WalkStarted { organization: tenant, kind });
        let tenant = tenant.to_owned();
        let key = tenant.clone();
        let (checkpoint, retries) = stages
            .store(move |store| {
                let checkpoint = store.checkpoint(&key, source_name(kind))?;
                // All projects are listed anyway.
                let retries = match kind {
                    ResourceKind::Chat => store.failed(&key, kind)?,
                    _ => Vec::new(),
                };
                Ok((checkpoint, retries))
            })
            .await?;
        info!(
            organization = tenant,
            source = source_name(kind),
            resumed = checkpoint.is_some(),
            retries = retries.len(),
            "Walk started."
        );
        let position = Position::read(kind, checkpoint.as_ref());
        Ok(Self { tenant, kind, retries, position, ended: false })
    }

    /// The next page of what is not done yet, or nothing at the end of the walk.
    pub(crate) async fn next_page(&mut self, stages: &Stages) -> Result<Option<Page>, Error> {
        if !self.retries.is_empty() {
            let again = std::mem::take(&mut self.retries);
            let items = again.into_iter().map(|work| Item { work, deleted: false }).collect();
            return Ok(Some(Page { tenant: self.tenant.clone(), items, checkpoint: None }));
        }
        if self.ended {
            return Ok(None);
        }
        let listed = match self.list(stages).await {
            // Nothing is lost by starting again: what is durable is skipped by its version.
            Err(error) if error.is_bad_cursor() => {
                warn!(source = source_name(self.kind), "Cursor refused; the walk starts again.");
                self.position = self.position.restarted();
                self.list(stages).await
            }
            listed => listed,
        };
        let items = self.pending(stages, listed.map_err(Error::from_api)?).await?;
        let checkpoint = self.position.write();
        let checkpoint = checkpoint.map(|position| (source_name(self.kind).to_owned(), position));
        Ok(Some(Page { tenant: self.tenant.clone(), items, checkpoint }))
    }

    /// Lists one page and moves past it.
    async fn list(&mut self, stages: &Stages) -> Result<VecDeque<Item>, dosimeter_client::Error> {
        match &mut self.position {
            Position::Chats(after) => {
                let query = chat_query(stages, &self.tenant, after.as_ref());
                let page = stages.client.chats(&query).await?;
                self.ended = page.next_after().is_none();
                // An empty page has no cursor: the one before stays.
                if let Some(last) = page.last {
                    *after = Some(last);
                }
                Ok(page.items.iter().map(|chat| chat_item(stages, chat)).collect())
            }
            Position::Projects { sweep, page } => {
                let organization = Some(self.tenant.as_str());
                let listed = stages.client.projects(organization, page.as_ref()).await?;
                let item = |project| project_item(stages, *sweep, project);
                let items = listed.items.iter().map(item).collect();
                self.ended = listed.next.is_none();
                *page = listed.next;
                if self.ended {
                    *sweep = sweep.saturating_add(1);
                }
                Ok(items)
            }
        }
    }

    /// Leaves out what is durable in this version already.
    async fn pending(&self, stages: &Stages, listed: VecDeque<Item>) -> Result<Vec<Item>, Error> {
        let tenant = self.tenant.clone();
        let works: Vec<WorkItem> = listed.iter().map(|item| item.work.clone()).collect();
        let unfinished = stages.store(move |store| store.unfinished(&tenant, works)).await?;
        let mut unfinished = unfinished.into_iter().peekable();
        let is_pending = |item: &Item| unfinished.next_if(|work| *work == item.work).is_some();
        Ok(listed.into_iter().filter(is_pending).collect())
    }
}

impl Position {
    fn read(kind: ResourceKind, checkpoint: Option<&Checkpoint>) -> Self {
        let stored = checkpoint.map(Checkpoint::as_str);
        if kind == ResourceKind::Chat {
            return Self::Chats(stored.map(|cursor| Cursor::from(cursor.to_owned())));
        }
        // `<sweep> <token>`: a walk over projects is resumed at its page, a new one at the first.
        let (sweep, token) = stored.and_then(|stored| stored.split_once(' ')).unwrap_or(("0", ""));
        let page = (!token.is_empty()).then(|| PageToken::from(token.to_owned()));
        Self::Projects { sweep: sweep.parse().unwrap_or(0), page }
    }

    fn write(&self) -> Option<Checkpoint> {
        match self {
            Self::Chats(after) => after.as_ref().map(|cursor| Checkpoint::new(cursor.as_str())),
            Self::Projects { sweep, page } => {
                let token = page.as_ref().map_or("", PageToken::as_str);
                Some(Checkpoint::new(format!("{sweep} {token}")))
            }
        }
    }

    fn restarted(&self) -> Self {
        match self {
            Self::Chats(_) => Self::Chats(None),
            Self::Projects { sweep, page: _ } => Self::Projects { sweep: *sweep, page: None },
        }
    }
}

fn chat_query(stages: &Stages, tenant: &str, after: Option<&Cursor>) -> ChatQuery {
    let query =
        ChatQuery::updated().organizations([tenant.to_owned()]).limit(stages.config.page_items);
    // Filters go with every page, also when a cursor does.
    let query = match &stages.since {
        Some(since) => query.range(TimeRange::all().since(since)),
        None => query,
    };
    match after {
        Some(cursor) => query.after(cursor),
        None => query,
    }
}

fn chat_item(stages: &Stages, chat: &Chat) -> Item {
    let version = stages.version(chat.updated_at.as_str());
    let work = WorkItem::new(ResourceKind::Chat, chat.id.as_str(), version);
    Item { work, deleted: chat.is_deleted() }
}

/// Nothing says that a project's `updated_at` follows its attachments, so each sweep looks again.
fn project_item(stages: &Stages, sweep: u64, project: &Project) -> Item {
    let version = stages.version(&format!("{} {sweep}", project.updated_at));
    let work = WorkItem::new(ResourceKind::Project, project.id.as_str(), version);
    Item { work, deleted: project.deleted_at.is_some() }
}

/// The name of a source in the store.
fn source_name(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Project => "projects",
        _ => "chats",
    }
}
