//! The second stage: from an item to its parts, and from a part to its content.
//!
//! A walk through an item gives batches of [`Part`]s: first what comes as text with the listing (a
//! page of messages, a project's instructions), then references to what has to be downloaded. A part
//! gets its content in [`body`], inside the byte budget, when its turn comes.

mod body;
mod chat;
mod project;

use dosimeter_content::{Content, Text};
use dosimeter_extractor::Segment;
use dosimeter_record::{Gap, GapReason, Locator, Resource, ResourceKind};

pub(crate) use self::{body::body, chat::MESSAGES_JSON_BYTES};
use crate::{Error, discover::Item, label::Bundle, memory::Lease, scan::Scanned, stages::Stages};

/// A walk through one item.
pub(crate) enum Walk {
    /// A chat: messages, then what is attached to them.
    Chat(chat::Walk),
    /// A project: itself, then its files and documents.
    Project(project::Walk),
    /// Deleted at the source: there is nothing to read.
    Deleted,
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
    Read(Unit),
    /// There is not, and why.
    NotRead(Scanned),
}

impl Walk {
    pub(crate) fn of(item: Item) -> Self {
        match item.work.kind {
            _ if item.deleted => Self::Deleted,
            ResourceKind::Project => Self::Project(project::Walk::of(item.work.id)),
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
    pub(crate) fn inline(part: Part) -> Self {
        Self { part, bytes: None, source_digest: None, lease: None }
    }
}

/// The locator of a part of a resource that has no pages or lines.
pub(crate) fn named(part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..Locator::default() }
}
