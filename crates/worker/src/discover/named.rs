//! Which projects go by a name that is in scope: chats and sessions say the id of their project only; and which
//! users by an address: transcripts say the id of their user only.
//!
//! Names are content. They are matched as they come by, and nothing is kept but what came of it, in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
};

use dosimeter_client::{Error, User, UserRef};

use crate::{pages::Next, stages::Stages};

/// Lists the projects of an organisation, if their names matter.
pub(crate) async fn learn(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let scope = &stages.config.scope;
    if !scope.needs_project_names() {
        return Ok(());
    }
    let mut next = Next::FIRST;
    while let Next::Page(token) = next {
        let page = stages.client.projects(Some(tenant), token.as_ref()).await?;
        let answers =
            page.items.iter().map(|project| (project.id.clone(), scope.has_project(project)));
        stages.projects.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        next = Next::after(page.next);
    }
    Ok(())
}

/// Lists the projects again if one of these is not known: it may be new.
pub(crate) async fn learn_new(
    stages: &Stages,
    tenant: &str,
    mut ids: impl Iterator<Item = &String>,
) -> Result<(), Error> {
    let is_new = {
        let known = stages.projects.lock().unwrap_or_else(PoisonError::into_inner);
        ids.any(|id| !known.contains_key(id))
    };
    if is_new { learn(stages, tenant).await } else { Ok(()) }
}

/// The id of a user, if his address is not said.
pub(crate) fn nameless(user: Option<&UserRef>) -> Option<&str> {
    user.filter(|user| user.email_address.is_none()).map(|user| user.id.as_str())
}

/// Learns which of these users, whose addresses are not said, are in scope, if an address decides it: from the
/// list of the organisation's users, else, for those who have left, from what was said with things of theirs
/// before. Of whom nothing is known, only his id speaks.
pub(crate) async fn learn_users<'u>(
    stages: &Stages,
    tenant: &str,
    nameless: impl Iterator<Item = &'u str>,
) -> Result<(), Failed> {
    let scope = &stages.config.scope;
    if !scope.needs_addresses() {
        return Ok(());
    }
    let nameless: BTreeSet<&str> = nameless.collect();
    if stages.unknown(tenant, &nameless).is_empty() {
        return Ok(());
    }
    // Others who need the same wait for the same answers.
    let _turn = stages.learning.lock().await;
    if stages.unknown(tenant, &nameless).is_empty() {
        return Ok(());
    }
    list_users(stages, tenant).await?;
    if stages.unknown(tenant, &nameless).is_empty() {
        return Ok(());
    }
    recall(stages, tenant).await?;
    let unknown = stages.unknown(tenant, &nameless);
    let mut all = stages.nameless.lock().unwrap_or_else(PoisonError::into_inner);
    all.extend(unknown.into_iter().map(|id| (tenant.to_owned(), id.to_owned())));
    drop(all);
    Ok(())
}

async fn list_users(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let mut next = Next::FIRST;
    while let Next::Page(token) = next {
        let page = match stages.client.users(tenant, token.as_ref()).await {
            // Then nobody can be told by his address.
            Err(error) if error.is_gone() || error.is_permission() => break,
            page => page?,
        };
        for User { id, email, .. } in page.items {
            let has = stages.config.scope.users.has(&[Some(&id), email.as_deref()]);
            stages.learn_user(id, has);
        }
        next = Next::after(page.next);
    }
    Ok(())
}

/// Learns from the addresses in the state whose things are in scope of those that no list knows any more. Of
/// several addresses each excludes.
pub(crate) async fn recall(stages: &Stages, tenant: &str) -> Result<(), crate::Error> {
    let of = tenant.to_owned();
    let said = stages.store(move |store| store.user_addresses(&of)).await?;
    let mut has_all = BTreeMap::new();
    for (id, address) in said {
        let has = stages.config.scope.users.has(&[Some(&id), Some(&address)]);
        has_all.entry(id).and_modify(|all| *all &= has).or_insert(has);
    }
    let mut known = stages.users.lock().unwrap_or_else(PoisonError::into_inner);
    for (id, has) in has_all {
        known.entry(id).or_insert(has);
    }
    drop(known);
    Ok(())
}

/// Why something could not be learnt.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The API did not say it.
    Api(Error),
    /// The run cannot go on.
    Run(crate::Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Api(error)
    }
}

impl From<crate::Error> for Failed {
    fn from(error: crate::Error) -> Self {
        Self::Run(error)
    }
}

impl Stages {
    /// Learns whether a user is in scope.
    pub(crate) fn learn_user(&self, id: String, is_in_scope: bool) {
        self.users.lock().unwrap_or_else(PoisonError::into_inner).insert(id, is_in_scope);
    }

    /// Those of these users of whom it was not asked yet whether they are in scope.
    fn unknown<'u>(&self, tenant: &str, ids: &BTreeSet<&'u str>) -> Vec<&'u str> {
        let known = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let nameless = self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |id: &str| {
            known.contains_key(id) || nameless.contains(&(tenant.to_owned(), id.to_owned()))
        };
        ids.iter().copied().filter(|id| !is_known(id)).collect()
    }

    /// Whether somebody in an organisation is left out only because nobody says his address.
    pub(crate) fn has_left_out_nameless(&self, tenant: &str) -> bool {
        let scope = &self.config.scope;
        let nameless = self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
        nameless
            .iter()
            .any(|(of, id)| of == tenant && scope.users.has(&[Some(id)]) && !scope.has_nameless(id))
    }

    /// Whether something of this user is read.
    pub(crate) fn has_user(&self, user: Option<&UserRef>) -> bool {
        let Some(user) = user else { return self.config.scope.has_user(None) };
        self.has_user_by(&user.id, user.email_address.as_deref())
    }

    /// The same by what is said of him.
    pub(crate) fn has_user_by(&self, id: &str, address: Option<&str>) -> bool {
        let scope = &self.config.scope;
        if address.is_some() || !scope.needs_addresses() {
            return scope.users.has(&[Some(id), address]);
        }
        let known = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).copied().unwrap_or_else(|| scope.has_nameless(id))
    }

    /// Whether something of this user, in this project, is read.
    pub(crate) fn is_in_scope(&self, user: Option<&UserRef>, project: Option<&String>) -> bool {
        self.has_user(user) && self.has_project(project)
    }

    /// Whether something that was queued is out of scope by now, since the configuration changed. Only what
    /// is known speaks against it: when it was queued, it was in scope.
    pub(crate) fn is_left_out(&self, user: Option<&UserRef>, project: Option<&String>) -> bool {
        let scope = &self.config.scope;
        let is_out = |id: &String| {
            let known = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
            let by_id = || scope.needs_project_names() || scope.in_projects.has(&[Some(id)]);
            !known.get(id).copied().unwrap_or_else(by_id)
        };
        user.is_some() && !self.has_user(user) || project.is_some_and(is_out)
    }

    /// Whether something in this project is read; also what is in none, unless only some are. A project
    /// that is not listed any more goes by its id alone.
    pub(crate) fn has_project(&self, id: Option<&String>) -> bool {
        let selection = &self.config.scope.in_projects;
        let Some(id) = id else { return selection.takes_all() };
        let known = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).copied().unwrap_or_else(|| selection.has(&[Some(id)]))
    }
}
