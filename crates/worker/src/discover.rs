//! The first stage: what has to be worked on.
//!
//! Each source of each organisation is listed from where the last listing stopped, and what has to be
//! worked on goes into the queue of the store, in one transaction with the new position. One worker
//! lists a source at a time. Where a source cannot be followed, it is walked: all of it is listed, and
//! what a complete walk no longer sees is looked at, and closed if it is gone.

pub(crate) mod chats;
mod feed;
pub(crate) mod named;
mod walked;

use std::time::Duration;

use dosimeter_client::{ErrorKind, Timestamp, UserRef};
use dosimeter_record::{Checkpoint, ResourceKind};
use dosimeter_store::{Enqueue, Lease, Listed, Priority, WorkItem};
use serde::{Serialize, de::DeserializeOwned};
use tracing::{info, warn};

use self::named::Failed;
pub(crate) use self::walked::Walked;
use crate::{Error, Event, SourceSkip, pages::Next, rescan, stages::Stages};

/// The organisations to walk: those of the configuration, else all that the key covers.
///
/// A key that covers none of the organisations that the state knows for this parent, or one that it knows for
/// another, belongs to somebody else.
pub(crate) async fn organizations(stages: &Stages) -> Result<Vec<String>, Error> {
    let mut organizations = stages.config.organizations.clone();
    if organizations.is_empty() {
        let mut next = Next::FIRST;
        while let Next::Page(token) = next {
            let page = stages.client.organizations(token.as_ref()).await;
            let page = page.map_err(Error::from_api)?;
            organizations.extend(page.items.into_iter().map(|organization| organization.uuid));
            next = Next::after(page.next);
        }
    }
    if organizations.is_empty() {
        return Err(Error::NoOrganization);
    }
    let asked = organizations.clone();
    let (known, foreign) =
        stages.store(move |store| Ok((store.tenants()?, store.any_foreign(&asked)?))).await?;
    let none = !known.is_empty() && !known.iter().any(|tenant| organizations.contains(tenant));
    if none || foreign {
        return Err(Error::ForeignOrganization);
    }
    Ok(organizations)
}

/// Lists every source of every organisation to its end. What cannot be listed for this key or
/// organisation is left out, and said.
pub(crate) async fn all(
    stages: &Stages,
    organizations: &[String],
) -> Result<Vec<SourceSkip>, Error> {
    let mut skipped = Vec::new();
    for tenant in organizations {
        rescan::carry_over(stages, tenant).await?;
        let sweep = stages.sweep_is_due(tenant).await?;
        named::learn(stages, tenant).await.map_err(Error::from_api)?;
        for source in Source::ALL {
            if stages.is_stopping() {
                return Ok(skipped);
            }
            if source.is_in(&stages.config.scope) {
                skipped.extend(list(stages, tenant, source, sweep).await?);
            }
        }
        skipped.extend(nameless(stages, tenant));
        if sweep {
            stages.swept(tenant).await?;
        }
        rescan::queue(stages, tenant).await?;
    }
    Ok(skipped)
}

/// What is said of users who were left out only because nobody says their addresses, which may be excluded.
fn nameless(stages: &Stages, tenant: &str) -> Option<SourceSkip> {
    stages.has_left_out_nameless(tenant).then(|| {
        let reason = "some have left, and their addresses, which may be excluded, are not known; \
                      exclude by id to have them read";
        warn!(organization = tenant, reason, "Users were left out.");
        SourceSkip { organization: tenant.to_owned(), source: "users", reason }
    })
}

async fn list(
    stages: &Stages,
    tenant: &str,
    source: Source,
    sweep: bool,
) -> Result<Option<SourceSkip>, Error> {
    // Somebody else lists it right now.
    let Some(lease) = lease(stages, tenant, source).await? else { return Ok(None) };
    stages.observer.notice(&Event::WalkStarted { organization: tenant, source: source.name() });
    info!(organization = tenant, source = source.name(), sweep, "Listing started.");
    let listing = Listing { stages, tenant, source, lease: lease.clone(), sweep };
    let listed = match source {
        Source::Chats => chats::list(&listing).await,
        Source::Activities => feed::list(&listing).await,
        Source::Walked(walked) => walked::list(&listing, walked).await,
        Source::UserPreferences => listing.preferences().await,
    };
    stages.store(move |store| store.end_lease(&lease)).await?;
    match listed {
        Ok(()) => Ok(None),
        Err(Stop::Skip(reason)) => {
            warn!(organization = tenant, source = source.name(), reason, "Source not available.");
            let (organization, source) = (tenant.to_owned(), source.name());
            Ok(Some(SourceSkip { organization, source, reason }))
        }
        Err(Stop::Run(error)) if error.is_fenced() => Ok(None),
        Err(Stop::Run(error)) => Err(error),
    }
}

/// The right to list a source, unless somebody else has it. Whoever is to read everything now waits for
/// it: the other may have begun before what is to be read, or may have died.
async fn lease(stages: &Stages, tenant: &str, source: Source) -> Result<Option<Lease>, Error> {
    const AGAIN: Duration = Duration::from_millis(500);
    loop {
        let name = format!("list/{tenant}/{}", source.name());
        let (holder, lease_ms) = (stages.holder.clone(), stages.config.lease_ms);
        let lease = stages.store(move |store| store.lease(&name, &holder, lease_ms)).await?;
        if lease.is_some() || !stages.once || stages.is_stopping() {
            return Ok(lease);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// What is listed in each organisation, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Activities,
    Chats,
    Walked(Walked),
    UserPreferences,
}

impl Source {
    const ALL: [Self; 7] = [
        // Before all others: what happens while they are listed is seen by the next run.
        Self::Activities,
        Self::Chats,
        Self::Walked(Walked::Projects),
        Self::Walked(Walked::LocalSessions),
        Self::Walked(Walked::RemoteSessions),
        Self::Walked(Walked::CodeArtifacts),
        Self::UserPreferences,
    ];

    /// The name of the source in the store and in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::Chats => "chats",
            Self::Walked(walked) => walked.name(),
            Self::UserPreferences => "user_preferences",
        }
    }

    fn is_in(self, scope: &crate::Scope) -> bool {
        match self {
            // They only say what to look at.
            Self::Activities => true,
            Self::Chats => scope.chats,
            Self::Walked(Walked::Projects) => scope.projects,
            Self::Walked(Walked::LocalSessions) => scope.local_sessions,
            Self::Walked(Walked::RemoteSessions) => scope.remote_sessions,
            Self::Walked(Walked::CodeArtifacts) => scope.code_artifacts,
            Self::UserPreferences => scope.user_preferences,
        }
    }

    /// Whether an organisation can be without it.
    fn is_optional(self) -> bool {
        !matches!(self, Self::Chats | Self::Walked(Walked::Projects))
    }
}

/// The listing of one source.
struct Listing<'a> {
    stages: &'a Stages,
    tenant: &'a str,
    source: Source,
    lease: Lease,
    /// Whether everything is looked at, also what cannot be seen to have changed.
    sweep: bool,
}

/// Why a listing ends before its end.
enum Stop {
    /// The source is not to be had.
    Skip(&'static str),
    /// The run cannot go on.
    Run(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

/// What a page says, on its way into the queue.
struct Page {
    items: Vec<Listed>,
    priority: Priority,
    walk: Option<String>,
    /// Only items that are known already.
    known_only: bool,
}

impl Page {
    fn of(items: Vec<Listed>, priority: Priority) -> Self {
        Self { items, priority, walk: None, known_only: false }
    }
}

impl Listing<'_> {
    /// Where this source, or a part of it, is resumed.
    async fn position<P: DeserializeOwned>(&self, part: &str) -> Result<Option<P>, Error> {
        let (tenant, name) = (self.tenant.to_owned(), self.part(part));
        let position = self.stages.store(move |store| store.checkpoint(&tenant, &name)).await?;
        // A position of an older program is none.
        Ok(position.and_then(|position| serde_json::from_str(position.as_str()).ok()))
    }

    fn part(&self, part: &str) -> String {
        format!("{}{part}", self.source.name())
    }

    /// Queues a page, and moves the source past it.
    async fn queue<P: Serialize>(
        &self,
        page: Page,
        part: &str,
        position: &P,
    ) -> Result<u64, Error> {
        let position = serde_json::to_string(position).unwrap_or_default();
        let page = Enqueue {
            tenant: self.tenant.to_owned(),
            at: self.stages.now(),
            items: page.items,
            priority: page.priority,
            ruleset: self.stages.ruleset().to_owned(),
            walk: page.walk,
            known_only: page.known_only,
            checkpoint: Some((self.part(part), Checkpoint::new(position))),
            lease: Some(self.lease.clone()),
        };
        self.stages.store(move |store| store.enqueue(&page)).await
    }

    /// Queues what a complete walk did not see.
    async fn verify(&self, kind: ResourceKind, walk: &str) -> Result<(), Error> {
        let (tenant, walk) = (self.tenant.to_owned(), walk.to_owned());
        let queued =
            self.stages.store(move |store| store.verify_unseen(&tenant, kind, &walk)).await?;
        info!(kind = kind.name(), items = queued, "Items queued to see whether they are gone.");
        self.stages.wake();
        Ok(())
    }

    /// Learns which of these users are in scope.
    async fn learn_users<'u>(
        &self,
        users: impl Iterator<Item = Option<&'u UserRef>>,
    ) -> Result<(), Failed> {
        named::learn_users(self.stages, self.tenant, users.filter_map(named::nameless)).await
    }

    /// Sorts a failure to list: what concerns this source only ends its listing.
    fn stop(&self, error: impl Into<Failed>) -> Stop {
        let error = match error.into() {
            Failed::Api(error) => error,
            Failed::Run(error) => return Stop::Run(error),
        };
        if !self.source.is_optional() {
            return Stop::Run(Error::from_api(error));
        }
        match error.kind() {
            ErrorKind::Permission => Stop::Skip("the key lacks the scope"),
            // A path that this API does not have is answered like an unknown key; whether the key is
            // good is known from other sources.
            ErrorKind::Auth if error.status() == Some(404) => Stop::Skip("not offered by the API"),
            ErrorKind::Unavailable | ErrorKind::Gone => Stop::Skip("not available"),
            ErrorKind::Server if error.status() == Some(503) => Stop::Skip("unavailable for now"),
            ErrorKind::Unreadable => Stop::Skip("answered in a shape that is not understood"),
            _ => Stop::Run(Error::from_api(error)),
        }
    }

    /// The preferences of all users are one item: they are listed with their texts.
    async fn preferences(&self) -> Result<(), Stop> {
        let item = WorkItem::new(ResourceKind::UserPreferences, self.tenant, self.stages.now());
        let known: Option<String> = self.position("").await?;
        // They are few requests, and nothing says when one changes.
        let due = self.sweep || self.stages.once || known.is_none();
        if due {
            let listed = Listed { item, deleted: false, forced: true, left_out: false };
            let page = Page::of(vec![listed], Priority::Forward);
            self.queue(page, "", &self.stages.now()).await?;
        }
        Ok(())
    }
}

/// Now, by the server's clock if it has answered: what is asked of it is in its terms.
pub(crate) fn server_now(stages: &Stages) -> Timestamp {
    let now = stages.client.standing().answered_at.unwrap_or_else(|| stages.time());
    Timestamp::parse(&now.to_string()).unwrap_or(Timestamp::UNKNOWN)
}

/// A time so much earlier.
fn earlier(time: &Timestamp, by: jiff::SignedDuration) -> Timestamp {
    let earlier = || {
        let time: jiff::Timestamp = time.as_str().parse().ok()?;
        Timestamp::parse(&time.checked_sub(by).ok()?.to_string())
    };
    earlier().unwrap_or(Timestamp::UNKNOWN)
}
