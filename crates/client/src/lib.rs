//! A typed, read-only client for the Compliance API.
//!
//! This is the only crate that knows the wire. It asks for chats, messages, files, generated files,
//! artifacts, projects, sessions, published artifacts, preferences, activities, organizations and
//! users, and gives each back as a plain type: names, titles, file names and text are
//! [`Text`](dosimeter_content::Text) and wiped when dropped, bytes of files are
//! [`Content`](dosimeter_content::Content), ids and times are strings. There is no call that
//! writes or deletes.
//!
//! ```no_run
//! use dosimeter_client::{ApiKey, ChatQuery, Client};
//!
//! # async fn walk() -> Result<(), dosimeter_client::Error> {
//! let key = ApiKey::new(std::fs::read_to_string("/run/credentials/compliance-key").unwrap())?;
//! let client = Client::builder("https://api.anthropic.com", key).build()?;
//!
//! let mut query = ChatQuery::updated();
//! loop {
//!     let page = client.chats(&query).await?;
//!     for chat in &page.items {
//!         let messages = client.messages(&chat.id, None).await?;
//!         println!("{}: {} messages", chat.id, messages.messages.len());
//!     }
//!     // Store what the page showed first, and only then its cursor.
//!     let Some(cursor) = page.next_after() else { break };
//!     query = query.after(cursor);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What the client takes care of
//!
//! * **The request budget.** The API allows 600 requests a minute for a whole parent organization.
//!   All clones of a client share one budget: never more starts in any sixty seconds than their
//!   share, never more than a fixed number in flight, and a pause when the server says that nothing
//!   remains.
//! * **Retries.** What may pass is asked again after `retry-after`, or after one second doubling to
//!   sixty. What is certain (every 4xx but 408 and 429, or `x-should-retry: false`) is not.
//! * **Limits.** A download stops at the caller's number of bytes, counted while it streams; a JSON
//!   body, an idle connection and a whole request have limits too.
//! * **Change.** Unknown fields are ignored; unknown roles, block types and attachment types are
//!   handed on as they are, so that a caller can count them as not understood.
//! * **Silence.** No error, no `Debug` and no log event holds the key, a response body or a name.
//!   Events and errors carry ids, status codes and lengths. A server's message is recognised if it
//!   is one of the documented ones, and otherwise dropped.
//!
//! # What it leaves to the caller
//!
//! Cursors are given back and never stored. A page is not the end because it is short: walk until
//! [`CursorPage::next_after`] or [`TokenPage::next`] is `None`.

mod api_key;
mod budget;
mod builder;
mod client;
mod download;
mod endpoint;
mod error;
mod model;
mod page;
mod permits;
mod query;
mod retry;
mod timestamp;
mod transport;

pub use api_key::{ApiKey, KeyKind};
pub use builder::ClientBuilder;
pub use client::Client;
pub use download::Download;
pub use error::{Error, ErrorKind};
pub use model::{
    activity::Activity,
    artifact::{Artifact, ArtifactContent, ArtifactRef},
    chat::{Chat, UserRef},
    file::{File, FileRef, GeneratedFile, GeneratedFileRef},
    message::{Block, ChatMessages, Message, MessageRole, TextBlock, ToolResult, ToolUse},
    organization::{Organization, User},
    preferences::UserPreferences,
    project::{
        Attachment, Document, DocumentMetadata, Project, ProjectDetail, ProjectDoc, ProjectFile,
    },
    session::{CodeArtifact, CodeVersion, Provenance, Session, SessionMessage, SessionMessages},
};
pub use page::{Cursor, CursorPage, PageToken, TokenPage};
pub use permits::{Grant, Permits};
pub use query::{ActivityQuery, ChatQuery, LocalSessionQuery, TimeRange, UserChatQuery};
pub use retry::Retry;
pub use timestamp::Timestamp;
pub use transport::Standing;
