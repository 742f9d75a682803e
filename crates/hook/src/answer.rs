//! What is answered, as the contract of inference hooks wants it.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode, header};
use serde::Serialize;

/// An answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The prompt may reach the model.
    Allow,
    /// It may not.
    Deny {
        /// What the person is told: at most 500 characters, nothing of the content.
        reason: String,
        /// What the person may quote: at most 50 of `[A-Za-z0-9._:/-]`, nothing of the content or the
        /// person.
        reference: String,
    },
    /// No verdict: the asking side's setting for failures decides.
    Fail(Failure),
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The signature is missing or wrong.
    Unauthorized(&'static str),
    /// It is not what the contract describes.
    Malformed,
    /// There is nothing at this path.
    NotFound,
    /// Only POST is known.
    MethodNotAllowed,
    /// The body did not come in time.
    TooSlow,
    /// The body is longer than the contract allows.
    TooLarge,
    /// Something here failed that should not.
    Internal,
    /// There is no room; try later.
    Overloaded,
    /// Time was up, and the policy wants no verdict then.
    OutOfTime,
}

impl Failure {
    /// The status, and the name in the body and in metrics.
    pub(crate) fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized(why) => (StatusCode::UNAUTHORIZED, why),
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded"),
            Self::OutOfTime => (StatusCode::SERVICE_UNAVAILABLE, "out_of_time"),
        }
    }

    /// Whether the rest of the body is better not waited for.
    fn closes(self) -> bool {
        matches!(self, Self::TooSlow | Self::TooLarge | Self::Overloaded)
    }
}

#[derive(Serialize)]
struct Verdict<'a> {
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deny_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Problem {
    error: &'static str,
}

impl Answer {
    /// The name as it stands in records and metrics.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny { .. } => "deny",
            Self::Fail(_) => "fail",
        }
    }

    /// The answer over HTTP: uncompressed JSON of less than 64 KiB.
    pub(crate) fn response(&self) -> Response<Full<Bytes>> {
        let verdict = |action, deny_reason, reference_id| {
            (StatusCode::OK, serde_json::to_vec(&Verdict { action, deny_reason, reference_id }))
        };
        let (status, body) = match self {
            Self::Allow => verdict("allow", None, None),
            Self::Deny { reason, reference } => verdict("deny", Some(reason), Some(reference)),
            Self::Fail(failure) => {
                let (status, error) = failure.parts();
                (status, serde_json::to_vec(&Problem { error }))
            }
        };
        let mut response = Response::new(Full::from(body.unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        if let Self::Fail(failure) = self {
            if failure.closes() {
                headers.insert(header::CONNECTION, header::HeaderValue::from_static("close"));
            }
            if *failure == Failure::Overloaded {
                headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
            }
        }
        response
    }
}
