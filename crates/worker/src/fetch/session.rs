//! A session: its transcript, page by page.

use std::collections::BTreeSet;

use dosimeter_client::{PageToken, Session, SessionMessage, SessionMessages};
use dosimeter_record::{GapReason, Locator, Resource, ResourceKind};
use tracing::warn;

use super::{Batch, Part, Place, chat::MESSAGES_BYTES, is_left_out, known, message};
use crate::{Error, label::Bundle, pages::Next, stages::Stages};

/// A walk through one session.
pub(crate) struct Walk {
    id: String,
    kind: ResourceKind,
    next: Next,
    /// Messages that were read, since a walk that starts again begins with them.
    read: BTreeSet<String>,
    /// What was said, by digest: a later call repeats it.
    said: BTreeSet<String>,
    facts: Option<Resource>,
    restarts_left: u32,
}

impl Walk {
    pub(super) fn of(id: String, kind: ResourceKind) -> Self {
        Self {
            id,
            kind,
            next: Next::FIRST,
            read: BTreeSet::new(),
            said: BTreeSet::new(),
            facts: None,
            restarts_left: 3,
        }
    }

    pub(super) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        let Next::Page(token) = self.next.take() else { return Ok(None) };
        let lease = stages.memory.lease(MESSAGES_BYTES).await;
        bundle.asked();
        let mut page = self.page(stages, token.as_ref()).await;
        // A walk has to end within a day; whoever is later begins again.
        while matches!(&page, Err(error) if error.is_bad_cursor()) && self.restarts_left > 0 {
            self.restarts_left = self.restarts_left.saturating_sub(1);
            warn!(id = self.id, "Page token refused; the transcript is read from its beginning.");
            page = self.page(stages, None).await;
        }
        let Some(page) = bundle.settle(stages, &self.id, page)? else { return Ok(None) };
        let (user, project) = (page.session.whose(), page.session.claude_project_id.as_ref());
        if is_left_out(stages, bundle, &self.id, user, project).await? {
            return Ok(None);
        }
        self.next = Next::after(page.next.clone());
        let parts = self.parts(stages, bundle, page);
        let parts = known(stages, bundle.tenant(), parts).await?;
        Ok(Some(Batch { parts, lease: Some(lease) }))
    }

    async fn page(
        &self,
        stages: &Stages,
        token: Option<&PageToken>,
    ) -> Result<SessionMessages, dosimeter_client::Error> {
        match self.kind {
            ResourceKind::RemoteSession => stages.client.remote_messages(&self.id, token).await,
            _ => stages.client.local_messages(&self.id, token).await,
        }
    }

    fn parts(&mut self, stages: &Stages, bundle: &mut Bundle, page: SessionMessages) -> Vec<Part> {
        let SessionMessages { session, messages, .. } = page;
        let mut parts = Vec::with_capacity(messages.len().saturating_add(1));
        let facts = if let Some(facts) = &self.facts {
            facts.clone()
        } else {
            let facts = facts_of(&session, self.kind, bundle.tenant());
            bundle.found(facts.clone(), session.updated_at.as_str());
            let mut own = Part::of(facts.clone());
            if session.truncated {
                // Only its earliest calls are served.
                own.gap(GapReason::TruncatedAtSource, Locator::default());
            }
            parts.push(own);
            self.facts.insert(facts).clone()
        };
        for message in messages {
            if self.read.insert(message.id.clone()) {
                parts.extend(self.message(stages, &facts, message));
            }
        }
        parts
    }

    /// A message as a part; nothing if the same client only repeats what it said before.
    fn message(
        &mut self,
        stages: &Stages,
        facts: &Resource,
        message: SessionMessage,
    ) -> Option<Part> {
        let repeats = message
            .provenance
            .as_ref()
            .is_some_and(|how| how.kind.as_deref() == Some("client_asserted"));
        let unavailable = message.is_unavailable();
        let SessionMessage { id, role, model, created_at, blocks, .. } = message;
        let resource = Resource {
            parent: Some(facts.id.clone()),
            role: message::role(&role),
            model,
            created_at: created_at.is_known().then(|| created_at.to_string()),
            kind: ResourceKind::Message,
            id: id.clone(),
            ..facts.clone()
        };
        let mut part = Part::of(resource);
        part.place = Place { resource: facts.id.clone(), part: id };
        if unavailable {
            part.gap(GapReason::Unavailable, Locator::default());
        }
        message::add_blocks(&mut part, blocks);
        let digest = message::digest(&stages.key, &part);
        let is_new = self.said.insert(digest.clone());
        part.digest = Some(digest);
        (is_new || !repeats).then_some(part)
    }
}

fn facts_of(session: &Session, kind: ResourceKind, tenant: &str) -> Resource {
    let user = session.whose();
    Resource {
        parent: session.claude_project_id.clone(),
        organization: Some(tenant.to_owned()),
        user_id: user.map(|user| user.id.clone()),
        user_email: user.and_then(|user| user.email_address.clone()),
        surface: session.product_surface.clone(),
        created_at: session.created_at.is_known().then(|| session.created_at.to_string()),
        ..Resource::new(kind, session.id.as_str())
    }
}
