//! What users published, version by version, and what they told the model about themselves.

use std::sync::PoisonError;

use dosimeter_client::{CodeArtifact, PageToken};
use dosimeter_record::{Locator, Resource, ResourceKind};

use super::{Batch, Body, Part, is_learnt, is_left_out, known, message};
use crate::{
    Error,
    label::Bundle,
    pages::Next,
    stages::{Problem, Stages},
};

/// A walk through one published artifact.
pub(crate) struct ArtifactWalk {
    id: String,
    done: bool,
}

impl ArtifactWalk {
    pub(super) fn of(id: String) -> Self {
        Self { id, done: false }
    }

    /// There is no way to ask for one artifact, so that it is looked up in the list.
    pub(super) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        // Where it was listed, if this worker did; else from the beginning.
        let known = {
            let pages = stages.published_on.lock().unwrap_or_else(PoisonError::into_inner);
            pages.get(&self.id).cloned().flatten()
        };
        let mut from_beginning = known.is_none();
        let mut token: Option<PageToken> = known.map(PageToken::from);
        loop {
            bundle.asked();
            let page = stages.client.code_artifacts(bundle.tenant(), token.as_ref()).await;
            if matches!(&page, Err(error) if error.is_bad_cursor()) && token.take().is_some() {
                from_beginning = true;
                continue;
            }
            let Some(page) = bundle.settle(stages, &self.id, page)? else { return Ok(None) };
            let found = page.items.into_iter().find(|artifact| artifact.id == self.id);
            if let Some(artifact) = found {
                let user = artifact.whose();
                if is_left_out(stages, bundle, &self.id, user.as_ref(), None).await? {
                    return Ok(None);
                }
                let parts = self.parts(bundle, artifact);
                return Ok(Some(Batch { parts, lease: None }));
            }
            token = page.next;
            if token.is_none() && std::mem::replace(&mut from_beginning, true) {
                bundle.problem(Problem::Gone);
                return Ok(None);
            }
        }
    }

    fn parts(&self, bundle: &mut Bundle, artifact: CodeArtifact) -> Vec<Part> {
        let user = artifact.user.as_ref();
        let facts = Resource {
            organization: Some(bundle.tenant().to_owned()),
            user_id: artifact.owner_user_id.clone().or_else(|| user.map(|user| user.id.clone())),
            user_email: user.and_then(|user| user.email_address.clone()),
            ..Resource::new(ResourceKind::CodeArtifact, artifact.id.as_str())
        };
        bundle.found_as_listed(facts.clone());
        let mut parts = vec![Part::of(facts.clone())];
        let version_part = |version: Option<String>| {
            let id = version.as_deref().map_or_else(
                || format!("{}/content", self.id),
                |version| format!("{}/{version}", self.id),
            );
            let resource = Resource {
                id,
                parent: Some(self.id.clone()),
                media_type: artifact.artifact_type.clone(),
                ..facts.clone()
            };
            let mut part = Part::of(resource);
            // A version never changes; what has no versions does.
            part.digest = version.as_ref().map(|version| format!("version {version}"));
            part.body = Body::Published { artifact: self.id.clone(), version };
            part
        };
        if artifact.versions.is_empty() {
            parts.push(version_part(None));
        }
        for version in artifact.versions {
            let created_at = version.created_at.is_known().then(|| version.created_at.to_string());
            let mut part = version_part(Some(version.id));
            part.resource.created_at = created_at;
            part.name = Some(version.name);
            parts.push(part);
        }
        parts
    }
}

/// A walk through the preferences of all users of an organisation.
pub(crate) struct PreferencesWalk {
    next: Next,
    begun: bool,
}

impl PreferencesWalk {
    pub(super) fn new() -> Self {
        Self { next: Next::FIRST, begun: false }
    }

    pub(super) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        let Next::Page(token) = self.next.take() else { return Ok(None) };
        bundle.asked();
        let tenant = bundle.tenant().to_owned();
        let page = stages.client.user_preferences(&tenant, token.as_ref()).await;
        // Where they are not offered, or this key may not read them, there are none.
        if matches!(&page, Err(error) if error.is_permission() || error.status() == Some(404)) {
            bundle.not_offered();
            return Ok(None);
        }
        let Some(page) = bundle.settle(stages, &tenant, page)? else { return Ok(None) };
        self.next = Next::after(page.next);
        let nameless = page.items.iter().filter(|item| item.email.is_none());
        let nameless = nameless.map(|item| item.user_id.as_str());
        if !is_learnt(stages, bundle, &tenant, nameless).await? {
            return Ok(None);
        }
        let mut parts = Vec::new();
        if !page.items.is_empty() && !std::mem::replace(&mut self.begun, true) {
            let kind = ResourceKind::UserPreferences;
            let organization = Some(tenant.clone());
            let facts = Resource { organization, ..Resource::new(kind, tenant.as_str()) };
            bundle.found_as_listed(facts.clone());
            // What holds the preferences of all, so that those that go away are seen to.
            parts.push(Part::of(facts));
        }
        for preferences in page.items {
            if !stages.has_user_by(&preferences.user_id, preferences.email.as_deref()) {
                continue;
            }
            let resource = Resource {
                parent: Some(tenant.clone()),
                organization: Some(tenant.clone()),
                user_email: preferences.email,
                user_id: Some(preferences.user_id.clone()),
                ..Resource::new(ResourceKind::UserPreferences, preferences.user_id)
            };
            let mut part = Part::of(resource);
            for (index, text) in (1..).zip(preferences.texts) {
                part.text(text, Locator::default().inside(index));
            }
            part.digest = Some(message::digest(&stages.key, &part));
            parts.push(part);
        }
        let parts = known(stages, &tenant, parts).await?;
        Ok(Some(Batch { parts, lease: None }))
    }
}
