//! What can go wrong, without a word of content.

mod message;

use std::{fmt, time::Duration};

pub(crate) use message::Refusal;

/// A request that did not succeed.
///
/// It says what was asked (as a template without ids), what the server answered (as numbers, ids and
/// names of scopes) and what to do. It never holds the key, a body, a name, or a server's message
/// that is not one of the documented ones.
pub struct Error {
    // Boxed, so that a `Result` stays small on the path that succeeds.
    facts: Box<Facts>,
}

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) kind: ErrorKind,
    pub(crate) reason: &'static str,
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) should_retry: Option<bool>,
    pub(crate) needed_scopes: Vec<String>,
    pub(crate) granted_scopes: Vec<String>,
    pub(crate) parameter: Option<&'static str>,
    pub(crate) code: Option<&'static str>,
    pub(crate) attempts: u32,
}

/// What kind of failure it is, which decides what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something given to the client cannot be used: a base URL, a key, an id. Nothing was sent.
    Argument,
    /// The key is missing, of another family, unknown, switched off or expired.
    Auth,
    /// The key is good but may not ask for this.
    Permission,
    /// The Compliance API is switched off for the organization.
    Disabled,
    /// The cursor or page token is malformed, expired, or from another walk: start the walk again.
    BadCursor,
    /// The server refuses a parameter or a combination of parameters.
    BadRequest,
    /// The thing does not exist any more: deleted, expired, or never there.
    Gone,
    /// The feature is off or not ready for this organization: keep what is queued, try another day.
    Unavailable,
    /// The state of the thing forbids it.
    Conflict,
    /// Too many requests.
    Throttled,
    /// The server failed.
    Server,
    /// No connection, or the connection broke before an answer.
    Connection,
    /// Nothing came for too long, or the whole answer took too long.
    Timeout,
    /// The body ended before its end.
    Cut,
    /// The bytes are not those that `Content-MD5` speaks of.
    Checksum,
    /// The body has another shape than documented.
    Unreadable,
    /// The body is longer than the client holds.
    TooLarge,
    /// An answer that this API does not give: a redirect, a proxy's page, another service.
    Unrecognised,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, reason: &'static str) -> Self {
        Self {
            facts: Box::new(Facts {
                kind,
                reason,
                endpoint: None,
                status: None,
                request_id: None,
                retry_after: None,
                should_retry: None,
                needed_scopes: Vec::new(),
                granted_scopes: Vec::new(),
                parameter: None,
                code: None,
                attempts: 0,
            }),
        }
    }

    /// Adds what is known of the request.
    pub(crate) fn with(mut self, add: impl FnOnce(&mut Facts)) -> Self {
        add(&mut self.facts);
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.facts.kind
    }

    /// The HTTP status, if the server answered.
    pub fn status(&self) -> Option<u16> {
        self.facts.status
    }

    /// What was asked, as a path template without ids.
    pub fn endpoint(&self) -> Option<&'static str> {
        self.facts.endpoint
    }

    /// The server's name for the request.
    pub fn request_id(&self) -> Option<&str> {
        self.facts.request_id.as_deref()
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.facts.retry_after
    }

    /// How often it was tried.
    pub fn attempts(&self) -> u32 {
        self.facts.attempts
    }

    /// The scopes of which the server needs one, if it says so.
    pub fn needed_scopes(&self) -> &[String] {
        &self.facts.needed_scopes
    }

    /// The scopes that the key has, if the server says so.
    pub fn granted_scopes(&self) -> &[String] {
        &self.facts.granted_scopes
    }

    /// Whether the thing does not exist any more: its work item can be closed.
    ///
    /// A 404 that means "no usable key" or that comes from something else than this API is not it.
    pub fn is_gone(&self) -> bool {
        self.kind() == ErrorKind::Gone
    }

    /// Whether the key is the reason: nothing will succeed until it is replaced.
    pub fn is_auth(&self) -> bool {
        self.kind() == ErrorKind::Auth
    }

    /// Whether the key may not ask for this; [`needed_scopes`](Self::needed_scopes) may say why.
    pub fn is_permission(&self) -> bool {
        self.kind() == ErrorKind::Permission
    }

    /// Whether the API is switched off for the organization.
    pub fn is_disabled(&self) -> bool {
        self.kind() == ErrorKind::Disabled
    }

    /// Whether the walk must be started again from its beginning.
    pub fn is_bad_cursor(&self) -> bool {
        self.kind() == ErrorKind::BadCursor
    }

    /// Whether there were too many requests.
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// Whether the body was longer than the client holds.
    pub fn is_too_large(&self) -> bool {
        self.kind() == ErrorKind::TooLarge
    }

    /// Whether the thing is several files, which have to be asked for as an archive.
    pub(crate) fn is_multi_file(&self) -> bool {
        self.facts.code == Some("multi_file_unavailable")
    }

    /// Whether a page of a transcript was too large for the server.
    pub(crate) fn is_page_too_large(&self) -> bool {
        self.facts.code == Some("transcript_page_read_limit_exceeded")
    }

    /// Whether the same request may succeed later.
    ///
    /// The client has tried already, [`attempts`](Self::attempts) times; a caller that schedules work
    /// tries again much later.
    pub fn is_retryable(&self) -> bool {
        let by_kind = matches!(
            self.kind(),
            ErrorKind::Throttled
                | ErrorKind::Server
                | ErrorKind::Connection
                | ErrorKind::Timeout
                | ErrorKind::Cut
                | ErrorKind::Checksum
        );
        by_kind && self.facts.should_retry != Some(false)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &self.facts;
        if let Some(endpoint) = facts.endpoint {
            write!(formatter, "GET {endpoint}: ")?;
        }
        formatter.write_str(facts.reason)?;
        if let Some(parameter) = facts.parameter {
            write!(formatter, " `{parameter}`")?;
        }
        if !facts.needed_scopes.is_empty() {
            write!(formatter, "; needs one of {}", facts.needed_scopes.join(", "))?;
        }
        if let Some(status) = facts.status {
            write!(formatter, " (status {status}")?;
            if let Some(request_id) = &facts.request_id {
                write!(formatter, ", request {request_id}")?;
            }
            formatter.write_str(")")?;
        }
        if facts.attempts > 1 {
            write!(formatter, " after {} attempts", facts.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts.fmt(formatter)
    }
}
