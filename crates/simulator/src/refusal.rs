//! Refusals, in the API's words.

use serde_json::{Value, json};

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) details: Option<Value>,
    pub(crate) retry_after_s: Option<u64>,
    /// What `x-should-retry` says, if it is sent.
    pub(crate) should_retry: Option<bool>,
    /// Whether the body names the request; a refused key's does not.
    pub(crate) names_request: bool,
}

impl Refusal {
    pub(crate) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            message: message.into(),
            details: None,
            retry_after_s: None,
            should_retry: (400..500).contains(&status).then_some(false),
            names_request: true,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self { names_request: false, ..Self::new(401, "authentication_error", message) }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        let details = Some(json!({"error_visibility": "user_facing"}));
        Self { details, ..Self::new(403, "permission_error", message) }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "not_found_error", message)
    }

    pub(crate) fn throttled(retry_after_s: Option<u64>) -> Self {
        Self {
            retry_after_s,
            should_retry: None,
            ..Self::new(429, "rate_limit_error", "limit exceeded")
        }
    }

    /// The body.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let mut error = json!({"type": self.kind, "message": self.message});
        if let (Some(error), Some(details)) = (error.as_object_mut(), &self.details) {
            error.insert("details".to_owned(), details.clone());
        }
        json!({"type": "error", "error": error, "request_id": self.names_request.then_some(request_id)})
    }
}
