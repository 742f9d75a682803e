//! A chat: its title, its messages page by page, and what is attached to them.

use std::collections::BTreeSet;

use dosimeter_client::{
    ArtifactRef, Chat, ChatMessages, Cursor, FileRef, GeneratedFileRef, Message,
};
use dosimeter_content::{Expose, Text};
use dosimeter_record::{FingerprintKey, Resource, ResourceKind};

use super::{Batch, Body, FileBody, Part, Place, is_left_out, known, message};
use crate::{Error, label::Bundle, stages::Stages};

/// What a page of messages may take: the largest body that the client accepts, and its texts.
pub(crate) const MESSAGES_BYTES: u64 = 2 * MESSAGES_JSON_BYTES;

/// The largest page of messages. The client asks for fewer messages if a page would be longer.
pub(crate) const MESSAGES_JSON_BYTES: u64 = 8 * 1024 * 1024;

/// A walk through one chat.
pub(crate) struct Walk {
    id: String,
    next: Next,
    /// What the messages refer to, each once, to be downloaded after them.
    attachments: Vec<Part>,
    seen: BTreeSet<(ResourceKind, String)>,
    facts: Option<Resource>,
}

enum Next {
    Messages(Option<Cursor>),
    Attachments,
    End,
}

impl Walk {
    pub(super) fn of(id: String) -> Self {
        Self {
            id,
            next: Next::Messages(None),
            attachments: Vec::new(),
            seen: BTreeSet::new(),
            facts: None,
        }
    }

    pub(super) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        match std::mem::replace(&mut self.next, Next::End) {
            Next::Messages(after) => self.messages(stages, bundle, after).await,
            Next::Attachments => {
                let parts = std::mem::take(&mut self.attachments);
                let parts = known(stages, bundle.tenant(), parts).await?;
                Ok(Some(Batch { parts, lease: None }))
            }
            Next::End => Ok(None),
        }
    }

    async fn messages(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
        after: Option<Cursor>,
    ) -> Result<Option<Batch>, Error> {
        let lease = stages.memory.lease(MESSAGES_BYTES).await;
        bundle.asked();
        let page = stages.client.messages(&self.id, after.as_ref()).await;
        let page = match stages.settle(&self.id, page)? {
            Ok(page) => page,
            Err(problem) => {
                // What came before is scanned and kept, attachments included.
                bundle.problem(problem);
                return Ok(Some(Batch {
                    parts: std::mem::take(&mut self.attachments),
                    lease: None,
                }));
            }
        };
        if page.chat.is_deleted() {
            bundle.deleted(None);
            return Ok(None);
        }
        let (user, project) = (page.chat.user.as_ref(), page.chat.project_id.as_ref());
        if is_left_out(stages, bundle, &self.id, user, project).await? {
            return Ok(None);
        }
        self.next = match page.next_after() {
            Some(cursor) => Next::Messages(Some(cursor.clone())),
            None => Next::Attachments,
        };
        let parts = self.page(stages, bundle, page);
        let parts = known(stages, bundle.tenant(), parts).await?;
        Ok(Some(Batch { parts, lease: Some(lease) }))
    }

    fn page(&mut self, stages: &Stages, bundle: &mut Bundle, page: ChatMessages) -> Vec<Part> {
        let ChatMessages { chat, messages, .. } = page;
        let mut parts = Vec::with_capacity(messages.len().saturating_add(1));
        let facts = if let Some(facts) = &self.facts {
            facts.clone()
        } else {
            let facts = facts_of(&chat, bundle.tenant());
            // The first page says which version this is; what is on later pages is no older.
            bundle.found(facts.clone(), chat.updated_at.as_str());
            parts.push(title(&facts, chat.name));
            self.facts.insert(facts).clone()
        };
        for message in messages {
            parts.push(self.message(&stages.key, &facts, message));
        }
        parts
    }

    /// A message becomes a part at once; what is attached to it waits for its turn.
    fn message(&mut self, key: &FingerprintKey, facts: &Resource, message: Message) -> Part {
        let Message { id, role, created_at, blocks, files, generated_files, artifacts, .. } =
            message;
        let role = message::role(&role);
        let created_at = created_at.is_known().then(|| created_at.to_string());
        let here = |kind, id: &str| Resource { kind, id: id.to_owned(), role, ..member(facts) };
        for file in files {
            self.attach(file_part(here(ResourceKind::File, &file.id), file));
        }
        for file in generated_files {
            self.attach(generated_part(here(ResourceKind::GeneratedFile, &file.id), file));
        }
        for artifact in artifacts {
            let resource = here(ResourceKind::Artifact, &artifact.version_id);
            self.attach(artifact_part(key, resource, artifact));
        }
        let mut part = Part::of(Resource { created_at, ..here(ResourceKind::Message, &id) });
        part.place = Place { resource: facts.id.clone(), part: id };
        message::add_blocks(&mut part, blocks);
        part.digest = Some(message::digest(key, &part));
        part
    }

    fn attach(&mut self, part: Part) {
        if self.seen.insert((part.resource.kind, part.resource.id.clone())) {
            self.attachments.push(part);
        }
    }
}

/// What may be kept of a chat.
fn facts_of(chat: &Chat, tenant: &str) -> Resource {
    let user = chat.user.as_ref();
    Resource {
        parent: chat.project_id.clone(),
        organization: Some(tenant.to_owned()),
        user_id: user.map(|user| user.id.clone()),
        user_email: user.and_then(|user| user.email_address.clone()),
        href: chat.href.clone(),
        model: chat.model.clone(),
        created_at: chat.created_at.is_known().then(|| chat.created_at.to_string()),
        ..Resource::new(ResourceKind::Chat, chat.id.as_str())
    }
}

/// What a member of the chat has from it.
fn member(chat: &Resource) -> Resource {
    Resource { parent: Some(chat.id.clone()), created_at: None, ..chat.clone() }
}

fn title(facts: &Resource, name: Text) -> Part {
    let mut part = Part::of(facts.clone());
    "title".clone_into(&mut part.place.part);
    part.name = Some(name);
    part
}

fn file_part(resource: Resource, file: FileRef) -> Part {
    let created_at = file.created_at.is_known().then(|| file.created_at.to_string());
    let mut part = Part::of(Resource {
        created_at,
        media_type: file.mime_type,
        size_bytes: file.size_bytes,
        ..resource
    });
    part.name = Some(file.filename);
    part.body = Body::File(FileBody { listed_md5: file.md5 });
    part
}

fn generated_part(resource: Resource, file: GeneratedFileRef) -> Part {
    let mut part =
        Part::of(Resource { media_type: file.mime_type, size_bytes: file.size_bytes, ..resource });
    part.name = Some(file.filename);
    part.body = Body::File(FileBody { listed_md5: file.md5 });
    part
}

/// A version never changes, so that its name and title say which content it is.
fn artifact_part(key: &FingerprintKey, resource: Resource, artifact: ArtifactRef) -> Part {
    let title = artifact.title.as_ref().map(Expose::expose).unwrap_or_default();
    let named = format!("{} {title}", artifact.version_id);
    let mut part = Part::of(Resource { media_type: artifact.artifact_type, ..resource });
    part.place = Place { resource: artifact.id, part: artifact.version_id.clone() };
    part.digest = Some(key.digest("artifact version", named.as_bytes()).to_string());
    part.name = artifact.title;
    part.body = Body::Artifact { version: artifact.version_id };
    part
}
