//! A chat: its title, its messages page by page, and what is attached to them.

use std::collections::BTreeSet;

use dosimeter_client::{
    ArtifactRef, Block, Chat, ChatMessages, Cursor, FileRef, GeneratedFileRef, Message,
    MessageRole, ToolResult, ToolUse,
};
use dosimeter_content::Text;
use dosimeter_record::{GapReason, Locator, Resource, ResourceKind, Role};

use super::{Batch, Body, FileBody, Part, Place};
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
        self.next = match page.next_after() {
            Some(cursor) => Next::Messages(Some(cursor.clone())),
            None => Next::Attachments,
        };
        let parts = self.page(stages, bundle, page);
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
            bundle.found(facts.clone(), stages.version(chat.updated_at.as_str()));
            parts.push(title(&facts, chat.name));
            self.facts.insert(facts).clone()
        };
        for message in messages {
            parts.push(self.message(&facts, message));
        }
        parts
    }

    /// A message becomes a part at once; what is attached to it waits for its turn.
    fn message(&mut self, facts: &Resource, message: Message) -> Part {
        let Message { id, role, created_at, blocks, files, generated_files, artifacts, .. } =
            message;
        let role = match role {
            MessageRole::User => Some(Role::User),
            MessageRole::Assistant => Some(Role::Assistant),
            _ => None,
        };
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
            self.attach(artifact_part(resource, artifact));
        }
        let mut part = Part::of(Resource { created_at, ..here(ResourceKind::Message, &id) });
        part.place = Place { resource: facts.id.clone(), part: id };
        let single = blocks.len() == 1;
        for (index, block) in (1..).zip(blocks) {
            let place = if single { Locator::default() } else { Locator::default().inside(index) };
            add_block(&mut part, block, &place);
        }
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

fn artifact_part(resource: Resource, artifact: ArtifactRef) -> Part {
    let mut part = Part::of(Resource { media_type: artifact.artifact_type, ..resource });
    part.place = Place { resource: artifact.id, part: artifact.version_id.clone() };
    part.name = artifact.title;
    part.body = Body::Artifact { version: artifact.version_id };
    part
}

/// The place of a block, and what of the block is meant.
fn at(place: &Locator, part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..place.clone() }
}

fn add_block(part: &mut Part, block: Block, place: &Locator) {
    match block {
        Block::Text(block) => {
            if block.truncated {
                part.gap(GapReason::TruncatedAtSource, place.clone());
            }
            part.text(block.text, place.clone());
        }
        Block::ToolUse(block) => add_tool_use(part, block, place),
        Block::ToolResult(block) => add_tool_result(part, block, place),
        // A kind that the API added later: its strings are scanned as they stand in the JSON.
        Block::Unknown { json, .. } => part.text(json, at(place, "unknown_block")),
        _ => part.gap(GapReason::Unsupported, place.clone()),
    }
}

fn add_tool_use(part: &mut Part, block: ToolUse, place: &Locator) {
    let ToolUse { name, input, truncated, integration_name, mcp_server_url, .. } = block;
    if truncated {
        part.gap(GapReason::TruncatedAtSource, at(place, "tool_input"));
    }
    part.text(input, at(place, "tool_input"));
    add_tool(part, name, [integration_name, mcp_server_url], place);
}

fn add_tool_result(part: &mut Part, block: ToolResult, place: &Locator) {
    let ToolResult { name, truncated, content, integration_name, mcp_server_url, .. } = block;
    if truncated {
        part.gap(GapReason::TruncatedAtSource, at(place, "tool_result"));
    }
    for inner in content {
        match inner {
            Block::Text(text) => part.text(text.text, at(place, "tool_result")),
            other => add_block(part, other, &at(place, "tool_result")),
        }
    }
    add_tool(part, name, [integration_name, mcp_server_url], place);
}

/// Names and addresses of connectors: an address may hold its key.
fn add_tool(part: &mut Part, name: Text, connector: [Option<Text>; 2], place: &Locator) {
    for text in connector.into_iter().flatten().chain([name]) {
        part.text(text, at(place, "tool"));
    }
}
