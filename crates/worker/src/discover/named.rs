//! Which projects go by a name that is in scope: chats and sessions say the id of their project only; and which
//! users by an address: transcripts say the id of their user only.
//!
//! Names are content. They are matched as they come by, and nothing is kept but what came of it, in memory.

use std::sync::PoisonError;

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

/// Lists the users of an organisation, if the address of one is not said and matters. Once in a pass: who is
/// not there has left, or come since, and was in scope when he was listed.
pub(crate) async fn learn_user(
    stages: &Stages,
    tenant: &str,
    user: Option<&UserRef>,
) -> Result<(), Error> {
    let scope = &stages.config.scope;
    if !scope.needs_addresses() || user.is_none_or(|user| user.email_address.is_some()) {
        return Ok(());
    }
    // Others who need them wait for the same answers.
    let mut listed = stages.users_of.lock().await;
    if listed.contains(tenant) {
        return Ok(());
    }
    let mut next = Next::FIRST;
    while let Next::Page(token) = next {
        let page = match stages.client.users(tenant, token.as_ref()).await {
            // Then nobody can be told by his address.
            Err(error) if error.is_gone() || error.is_permission() => break,
            page => page?,
        };
        let has = |user: &User| scope.users.has(&[Some(&user.id), user.email.as_deref()]);
        let answers = page.items.iter().map(|user| (user.id.clone(), has(user)));
        stages.users.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        next = Next::after(page.next);
    }
    listed.insert(tenant.to_owned());
    Ok(())
}

impl Stages {
    /// Whether something of this user, in this project, is read.
    pub(crate) fn is_in_scope(&self, user: Option<&UserRef>, project: Option<&String>) -> bool {
        self.config.scope.has_user(user) && self.has_project(project)
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
        user.is_some_and(|user| self.has_left_out(user)) || project.is_some_and(is_out)
    }

    fn has_left_out(&self, user: &UserRef) -> bool {
        let scope = &self.config.scope;
        if user.email_address.is_some() || !scope.needs_addresses() {
            return !scope.has_user(Some(user));
        }
        let known = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&user.id).is_some_and(|in_scope| !in_scope)
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
