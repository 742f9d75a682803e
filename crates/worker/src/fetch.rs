//! The second stage: from an item to its parts, and from a part to its content.
//!
//! A walk through an item gives batches of [`Part`]s: first what comes as text with the listing (a
//! page of messages, a project's instructions), then references to what has to be downloaded. A part
//! gets its content in [`body`], inside the byte budget, when its turn comes.

mod body;
mod chat;
mod message;
mod project;
mod published;
mod session;

use dosimeter_client::UserRef;
use dosimeter_content::{Content, Text};
use dosimeter_extractor::Segment;
use dosimeter_record::{Gap, GapReason, Locator, Resource, ResourceKind};

pub(crate) use self::{body::body, chat::MESSAGES_JSON_BYTES};
use dosimeter_store::{Claimed, Known, ResourceKey, WorkItem};

use crate::{
    Error,
    discover::named::{self, Failed},
    label::Bundle,
    memory::Lease,
    scan::Scanned,
    stages::Stages,
};

/// A chat, project or session that this worker alone works on.
pub(crate) struct Item {
    pub(crate) tenant: String,
    /// Which version of it is wanted.
    pub(crate) work: WorkItem,
    /// Whether the listing says that its user deleted it.
    pub(crate) deleted: bool,
    /// Proves that it is this worker's.
    pub(crate) token: u64,
    /// How often it failed running.
    pub(crate) attempts: u64,
}

impl Item {
    pub(crate) fn of(claimed: Claimed) -> Self {
        let Claimed { tenant, item, deleted, token, attempts } = claimed;
        Self { tenant, work: item, deleted, token, attempts }
    }
}

/// A walk through one item.
pub(crate) enum Walk {
    /// A chat: messages, then what is attached to them.
    Chat(chat::Walk),
    /// A project: itself, then its files and documents.
    Project(project::Walk),
    /// A session: its transcript.
    Session(session::Walk),
    /// What a user published, in its versions.
    CodeArtifact(published::ArtifactWalk),
    /// What all users of an organisation told the model.
    Preferences(published::PreferencesWalk),
    /// Deleted at the source: there is nothing to read.
    Deleted,
}

/// Learns which of these users, whose addresses are not said, are in scope; says whether that could be learnt,
/// and else ends the item.
async fn is_learnt<'u>(
    stages: &Stages,
    bundle: &mut Bundle,
    id: &str,
    nameless: impl Iterator<Item = &'u str>,
) -> Result<bool, Error> {
    match named::learn_users(stages, bundle.tenant(), nameless).await {
        Ok(()) => Ok(true),
        Err(Failed::Run(error)) => Err(error),
        Err(Failed::Api(error)) => Ok(bundle.settle(stages, id, Err(error))?.unwrap_or(false)),
    }
}

/// Whether an item that was queued ends here: it is out of scope by now, or it could not be learnt whether it
/// is.
async fn is_left_out(
    stages: &Stages,
    bundle: &mut Bundle,
    id: &str,
    user: Option<&UserRef>,
    project: Option<&String>,
) -> Result<bool, Error> {
    if !is_learnt(stages, bundle, id, named::nameless(user).into_iter()).await? {
        return Ok(true);
    }
    let is_left_out = stages.is_left_out(user, project);
    if is_left_out {
        bundle.left_out();
    }
    Ok(is_left_out)
}

/// Parts that are worked on together.
pub(crate) struct Batch {
    pub(crate) parts: Vec<Part>,
    /// The memory of the text that came with the listing.
    pub(crate) lease: Option<Lease>,
}

/// One resource that is to be scanned: a message, a file, an artifact, a document.
pub(crate) struct Part {
    pub(crate) resource: Resource,
    /// What its finding ids hang on.
    pub(crate) place: Place,
    /// The name or title: content like any other, and a hint at what a file is.
    pub(crate) name: Option<Text>,
    /// Text that came with the listing.
    pub(crate) texts: Vec<Segment>,
    /// What is known to be missing.
    pub(crate) gaps: Vec<Gap>,
    /// What has to be downloaded.
    pub(crate) body: Body,
    /// Keyed hash of what the source says of it: an equal one spares the scan.
    pub(crate) digest: Option<String>,
}

/// What finding ids hang on, besides the organisation: the same place gives the same ids.
pub(crate) struct Place {
    /// The chat, file or project.
    pub(crate) resource: String,
    /// The message or version in it; may be empty.
    pub(crate) part: String,
}

/// What of a part has to be downloaded.
pub(crate) enum Body {
    /// Nothing: its text is all that there is.
    Inline,
    /// Nothing: it is as it was when last scanned.
    Known(Known),
    /// The bytes of what a user published.
    Published {
        /// What.
        artifact: String,
        /// Which version; as it is now without one.
        version: Option<String>,
    },
    /// The bytes of a file.
    File(FileBody),
    /// The text of an artifact's version.
    Artifact {
        /// The version.
        version: String,
    },
    /// The text of a project's document.
    Document,
}

/// What a listing says of a file.
pub(crate) struct FileBody {
    pub(crate) listed_md5: Option<String>,
}

/// A part with its content.
pub(crate) struct Unit {
    pub(crate) part: Part,
    /// The bytes of a file.
    pub(crate) bytes: Option<Content>,
    /// Keyed hash of what the listing said, if the content was read completely.
    pub(crate) source_digest: Option<String>,
    /// The memory of the content; given back when the unit has been scanned.
    pub(crate) lease: Option<Lease>,
}

/// A part after its body was asked for.
pub(crate) enum Fetched {
    /// There is content to extract and scan.
    Read(Box<Unit>),
    /// There is not, and why.
    NotRead(Box<Scanned>),
}

impl Walk {
    pub(crate) fn of(item: Item) -> Self {
        match item.work.kind {
            _ if item.deleted => Self::Deleted,
            ResourceKind::Project => Self::Project(project::Walk::of(item.work.id)),
            kind @ (ResourceKind::LocalSession | ResourceKind::RemoteSession) => {
                Self::Session(session::Walk::of(item.work.id, kind))
            }
            ResourceKind::CodeArtifact => {
                Self::CodeArtifact(published::ArtifactWalk::of(item.work.id))
            }
            ResourceKind::UserPreferences => Self::Preferences(published::PreferencesWalk::new()),
            _ => Self::Chat(chat::Walk::of(item.work.id)),
        }
    }

    /// The next parts, or nothing at the end. What is learnt about the item itself goes into its
    /// bundle.
    pub(crate) async fn next_batch(
        &mut self,
        stages: &Stages,
        bundle: &mut Bundle,
    ) -> Result<Option<Batch>, Error> {
        match self {
            Self::Chat(walk) => walk.next_batch(stages, bundle).await,
            Self::Project(walk) => walk.next_batch(stages, bundle).await,
            Self::Session(walk) => walk.next_batch(stages, bundle).await,
            Self::CodeArtifact(walk) => walk.next_batch(stages, bundle).await,
            Self::Preferences(walk) => walk.next_batch(stages, bundle).await,
            Self::Deleted => {
                bundle.deleted(None);
                Ok(None)
            }
        }
    }
}

impl Part {
    /// A part of which nothing but its resource is known; its ids hang on the resource's id.
    pub(crate) fn of(resource: Resource) -> Self {
        Self {
            place: Place { resource: resource.id.clone(), part: String::new() },
            resource,
            name: None,
            texts: Vec::new(),
            gaps: Vec::new(),
            body: Body::Inline,
            digest: None,
        }
    }

    /// Adds a text that came with the listing.
    pub(crate) fn text(&mut self, text: Text, locator: Locator) {
        if !text.is_empty() {
            self.texts.push(Segment { text, locator });
        }
    }

    pub(crate) fn gap(&mut self, reason: GapReason, locator: Locator) {
        self.gaps.push(Gap::at(reason, locator));
    }
}

impl Unit {
    /// A part that needs no download.
    pub(crate) fn inline(mut part: Part) -> Self {
        let source_digest = part.digest.take();
        Self { part, bytes: None, source_digest, lease: None }
    }
}

/// Marks those of the parts that are as they were when last scanned, by their digests. Their text is
/// wiped.
pub(crate) async fn known(
    stages: &Stages,
    tenant: &str,
    mut parts: Vec<Part>,
) -> Result<Vec<Part>, Error> {
    let key = |part: &Part| ResourceKey { kind: part.resource.kind, id: part.resource.id.clone() };
    let with_digest = parts.iter_mut().filter(|part| part.digest.is_some()).collect::<Vec<_>>();
    let keys: Vec<ResourceKey> = with_digest.iter().map(|part| key(part)).collect();
    if keys.is_empty() {
        return Ok(parts);
    }
    let tenant = tenant.to_owned();
    let known = stages.store(move |store| store.known(&tenant, &keys)).await?;
    for (part, known) in with_digest.into_iter().zip(known) {
        let same = |known: &Known| {
            part.digest.as_ref() == Some(&known.source_digest) && known.ruleset == stages.ruleset()
        };
        if let Some(known) = known.filter(same) {
            part.texts.clear();
            part.gaps.clear();
            part.body = Body::Known(known);
        }
    }
    Ok(parts)
}

/// The locator of a part of a resource that has no pages or lines.
pub(crate) fn named(part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..Locator::default() }
}
