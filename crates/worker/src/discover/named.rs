//! Which projects go by a name that is in scope: chats and sessions say the id of their project only.
//!
//! Names are content. They are matched as they come by, and nothing is kept but what came of it, in memory.

use std::sync::PoisonError;

use dosimeter_client::{Error, UserRef};

use crate::stages::Stages;

/// Lists the projects of an organisation, if their names matter.
pub(crate) async fn learn(stages: &Stages, tenant: &str) -> Result<(), Error> {
    let scope = &stages.config.scope;
    if !scope.needs_project_names() {
        return Ok(());
    }
    let mut token = None;
    loop {
        let page = stages.client.projects(Some(tenant), token.as_ref()).await?;
        let answers =
            page.items.iter().map(|project| (project.id.clone(), scope.has_project(project)));
        stages.projects.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        token = page.next;
        if token.is_none() {
            return Ok(());
        }
    }
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

impl Stages {
    /// Whether something of this user, in this project, is read.
    pub(crate) fn is_in_scope(&self, user: Option<&UserRef>, project: Option<&String>) -> bool {
        self.config.scope.has_user(user) && self.has_project(project)
    }

    /// Whether something that was queued is out of scope by now, since the configuration changed. Only what
    /// is known speaks against it: when it was queued, it was in scope. Transcripts do not say the address of
    /// their user, by which he may be in scope or not.
    pub(crate) fn is_left_out(&self, user: Option<&UserRef>, project: Option<&String>) -> bool {
        let scope = &self.config.scope;
        let is_out = |id: &String| {
            let known = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
            let by_id = || scope.needs_project_names() || scope.in_projects.has(&[Some(id)]);
            !known.get(id).copied().unwrap_or_else(by_id)
        };
        let user = user.filter(|user| user.email_address.is_some());
        user.is_some_and(|user| !scope.has_user(Some(user))) || project.is_some_and(is_out)
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
