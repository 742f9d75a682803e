//! What the inline hook answered.

use serde::Serialize;

/// One answer, and what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The organisation.
    pub tenant: String,
    /// The asking side's id of the request.
    pub request_id: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What was answered: `allow`, `deny` or `fail`.
    pub answer: String,
    /// What the policy says: `allow`, `warn` or `deny`.
    pub action: String,
    /// Why they differ, if they do: `shadow`, `timeout` or `overload`.
    pub because: Option<String>,
    /// The clause that decided.
    pub clause: Option<String>,
    /// What the person was told to quote.
    pub reference: Option<String>,
    /// The labels of what was found in all of the conversation.
    pub labels: Vec<String>,
    /// The user's id.
    pub user_id: Option<String>,
    /// The user's e-mail address, as the source gives it.
    pub user_email: Option<String>,
    /// The product, as the source names it.
    pub application: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
    /// The model that was to answer.
    pub model: Option<String>,
    /// How much was looked at: `complete`, `partial` or `none`.
    pub coverage: String,
    /// How many messages the conversation had.
    pub messages: u64,
    /// How many of them were new.
    pub messages_new: u64,
    /// How long those are, in bytes.
    pub bytes_new: u64,
    /// How long the answer took, in microseconds.
    pub micros: u64,
}
