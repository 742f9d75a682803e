//! What a run would read: counted from listings, before anything is read.

use dosimeter_client::{Chat, ChatQuery, LocalSessionQuery, Session, TimeRange, User};

use crate::{Error, budget::starts_max, discover, pages::each, rescan, stages::Stages};

/// What is in scope, in numbers, and what reading it takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// One entry for each organisation.
    pub organizations: Vec<OrganizationPlan>,
    /// How many requests may start in a minute.
    pub requests_per_minute: u32,
}

/// What is in scope of one organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganizationPlan {
    /// Its id.
    pub id: String,
    /// Its members, and how many of them are in scope; nothing, if the key may not list them.
    pub users: Option<(u64, u64)>,
    /// Projects in scope.
    pub projects: u64,
    /// Chats in scope.
    pub chats: u64,
    /// Sessions on users' machines in scope; nothing, if they are not to be had.
    pub local_sessions: Option<u64>,
    /// Sessions in the cloud in scope; nothing, if they are not to be had.
    pub remote_sessions: Option<u64>,
    /// Resources that were scanned under other rules and may differ under these.
    pub rescan: u64,
    /// How the rules changed.
    pub rescan_why: Vec<String>,
}

/// Files, artifacts and documents come in addition; this many for each item is what is assumed.
const FILES_PER_ITEM: f64 = 0.25;

impl OrganizationPlan {
    /// How many requests reading it takes, about: one for each item, two for a project, and its files.
    pub fn requests(&self) -> u64 {
        let sessions = self.local_sessions.unwrap_or(0) + self.remote_sessions.unwrap_or(0);
        let items = self.chats + sessions + 2 * self.projects;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an estimate of a count"
        )]
        let files = (items as f64 * FILES_PER_ITEM).ceil() as u64;
        items.saturating_add(files)
    }
}

impl Plan {
    /// How many requests reading everything takes, about.
    pub fn requests(&self) -> u64 {
        self.organizations.iter().map(OrganizationPlan::requests).sum()
    }

    /// How many hours that takes at the budget.
    pub fn hours(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let requests = self.requests() as f64;
        requests / f64::from(self.requests_per_minute.max(1)) / 60.0
    }
}

/// Counts what is in scope.
pub(crate) async fn plan(stages: &Stages) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    for id in discover::organizations(stages).await? {
        plan.organizations.push(organization(stages, id).await?);
    }
    let limit = stages.client.standing().requests_limit.unwrap_or(600);
    plan.requests_per_minute = starts_max(limit, stages.config.requests_share);
    Ok(plan)
}

async fn organization(stages: &Stages, id: String) -> Result<OrganizationPlan, Error> {
    let scope = &stages.config.scope;
    let client = &stages.client;
    let mut plan = OrganizationPlan { id, ..OrganizationPlan::default() };
    let id = plan.id.clone();
    (plan.rescan, plan.rescan_why) = rescan::planned(stages, &id).await?;
    discover::named::learn(stages, &id).await.map_err(Error::from_api)?;
    let mut users = (0, 0);
    let counted = each(
        async |page| client.users(&id, page).await,
        |User { id, email, .. }| {
            let has = scope.users.has(&[Some(&id), email.as_deref()]);
            users.0 += 1;
            users.1 += u64::from(has);
            stages.learn_user(id, has);
        },
    );
    plan.users = optional(counted.await)?.map(|()| users);
    discover::named::recall(stages, &id).await?;
    if scope.projects {
        let mut projects = 0;
        let counted = each(
            async |page| client.projects(Some(&id), page).await,
            |project| {
                let ours = stages.has_user(project.user.as_ref())
                    && scope.has_project(&project)
                    && !project.is_deleted();
                projects += u64::from(ours);
            },
        );
        counted.await.map_err(Error::from_api)?;
        plan.projects = projects;
    }
    if scope.chats {
        plan.chats = chats(stages, &id).await?;
    }
    if scope.local_sessions {
        let (mut sessions, query) = (0, LocalSessionQuery::all());
        let counted = each(
            async |page| client.local_sessions(&query, page).await,
            |session| {
                let ours = session.organization_uuid.as_deref().is_none_or(|uuid| uuid == id);
                sessions += u64::from(ours && is_in_scope(stages, &session));
            },
        );
        plan.local_sessions = optional(counted.await)?.map(|()| sessions);
    }
    if scope.remote_sessions {
        let (mut sessions, range) = (0, TimeRange::all());
        let counted = each(
            async |page| client.remote_sessions(&id, &range, page).await,
            |session| sessions += u64::from(is_in_scope(stages, &session)),
        );
        plan.remote_sessions = optional(counted.await)?.map(|()| sessions);
    }
    Ok(plan)
}

fn is_in_scope(stages: &Stages, session: &Session) -> bool {
    stages.is_in_scope(session.whose(), session.claude_project_id.as_ref())
}

async fn chats(stages: &Stages, id: &str) -> Result<u64, Error> {
    let ours = |chat: &&Chat| {
        stages.is_in_scope(chat.user.as_ref(), chat.project_id.as_ref()) && !chat.is_deleted()
    };
    let range = match discover::chats::since(stages, &discover::server_now(stages)) {
        Some(since) => TimeRange::all().since(&since),
        None => TimeRange::all(),
    };
    let mut query = ChatQuery::updated().organizations([id.to_owned()]).range(range);
    let mut chats = 0;
    loop {
        let page = stages.client.chats(&query).await.map_err(Error::from_api)?;
        chats += page.items.iter().filter(ours).count() as u64;
        let Some(next) = page.next_after() else { return Ok(chats) };
        query = query.after(next);
    }
}

/// What an organisation or a key can be without.
fn optional<T>(result: Result<T, dosimeter_client::Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_permission() || error.status() == Some(404) => Ok(None),
        Err(error) => Err(Error::from_api(error)),
    }
}
