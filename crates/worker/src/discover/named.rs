//! Which projects go by a name that is in scope: chats and sessions say the id of their project only.
//!
//! Names are content. They are matched as they come by, and nothing is kept but what came of it, in memory.

use std::sync::PoisonError;

use dosimeter_client::Error;

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
    /// Whether something in this project is read; also what is in none, unless only some are. A project
    /// that is not listed any more goes by its id alone.
    pub(crate) fn has_project(&self, id: Option<&String>) -> bool {
        let selection = &self.config.scope.in_projects;
        let Some(id) = id else { return selection.takes_all() };
        let known = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).copied().unwrap_or_else(|| selection.has(&[Some(id)]))
    }
}
