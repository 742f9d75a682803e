//! Reads an error body, and keeps only what is documented.
//!
//! Status and `error.type` decide; the text is looked at only where two meanings share them, and is
//! then dropped. Our own words stand in its place.

use std::time::Duration;

use serde::Deserialize;

use super::{Error, ErrorKind};

/// A refusal as it arrived: the status, the headers that matter, and the start of the body.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) should_retry: Option<bool>,
    pub(crate) body: &'a [u8],
}

/// The body: the inner object alone, or inside an envelope.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    error: Option<Inner<'a>>,
    #[serde(borrow, rename = "type")]
    name: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<std::borrow::Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow, rename = "type")]
    name: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    error_code: Option<String>,
}

impl Refusal<'_> {
    /// The error that this refusal means.
    pub(crate) fn into_error(self) -> Error {
        let envelope = serde_json::from_slice::<Envelope<'_>>(self.body).ok();
        let (name, message, details) = match envelope {
            Some(Envelope { error: Some(inner), .. }) => (inner.name, inner.message, inner.details),
            Some(Envelope { name, message, .. }) => (name, message, None),
            None => (None, None, None),
        };
        let message = message.as_deref().unwrap_or_default();
        let (kind, reason) = classify(self.status, name.as_deref(), message);
        Error::new(kind, reason).with(|facts| {
            facts.status = Some(self.status);
            facts.request_id = self.request_id;
            facts.retry_after = self.retry_after;
            facts.should_retry = self.should_retry;
            facts.code = details.and_then(|details| code(details.error_code.as_deref()?));
            if kind == ErrorKind::Permission {
                facts.needed_scopes = scopes_after(message, "Needed");
                facts.granted_scopes = scopes_after(message, "Got");
            }
            if kind == ErrorKind::BadRequest {
                facts.parameter = parameter(message);
            }
        })
    }
}

/// A code that is documented.
fn code(code: &str) -> Option<&'static str> {
    ["multi_file_unavailable", "file_set_unavailable", "transcript_page_read_limit_exceeded"]
        .into_iter()
        .find(|known| *known == code)
}

fn classify(status: u16, name: Option<&str>, message: &str) -> (ErrorKind, &'static str) {
    match status {
        400 => bad_request(name, message),
        401 => (ErrorKind::Auth, unauthorized(message)),
        403 if name.is_some() => (ErrorKind::Permission, forbidden(message)),
        404 => not_found(name, message),
        408 => (ErrorKind::Timeout, "the server waited too long for the request"),
        409 if name.is_some() => (ErrorKind::Conflict, "the state of the thing forbids it"),
        422 if name.is_some() => (ErrorKind::BadRequest, "the server cannot do this"),
        429 => (ErrorKind::Throttled, "too many requests"),
        500..=599 => (ErrorKind::Server, "the server failed"),
        _ => (
            ErrorKind::Unrecognised,
            "this is not how the Compliance API answers; check the base URL and any proxy",
        ),
    }
}

fn bad_request(name: Option<&str>, message: &str) -> (ErrorKind, &'static str) {
    const CURSOR: [&str; 5] = [
        "Invalid pagination cursor",
        "Invalid activity_id format",
        "Invalid `",
        "The page parameter is not a valid cursor",
        "The page cursor has expired",
    ];
    if name.is_none() {
        return (ErrorKind::Unrecognised, "a refusal that is not the Compliance API's");
    }
    if message.starts_with("Compliance API is not enabled") {
        return (ErrorKind::Disabled, "the Compliance API is not enabled for this organization");
    }
    if CURSOR.iter().any(|start| message.starts_with(start)) {
        return (ErrorKind::BadCursor, "the cursor is malformed, expired, or from another walk");
    }
    (ErrorKind::BadRequest, "the server refuses the request's parameters")
}

fn unauthorized(message: &str) -> &'static str {
    match message {
        "API key is invalid." => "the key is invalid",
        "API key has been deactivated." => "the key has been deactivated",
        "API key has expired." => "the key has expired",
        _ => "the key is refused",
    }
}

fn forbidden(message: &str) -> &'static str {
    if message.starts_with("Missing required scopes") {
        "the key lacks a scope"
    } else if message.starts_with("Cannot query compliance data for organizations outside") {
        "the organization is out of the key's reach"
    } else {
        "the key may not ask for this"
    }
}

fn not_found(name: Option<&str>, message: &str) -> (ErrorKind, &'static str) {
    match (name, message) {
        // A key of another family gets the answer that an unknown path gets.
        (Some("not_found_error"), "Not found") => (
            ErrorKind::Auth,
            "the API knows neither the path nor the key; check that the key is a compliance key (sk-ant-api01-)",
        ),
        (Some("not_found_error"), "Local sessions are not available.") => {
            (ErrorKind::Unavailable, "local sessions are not available")
        }
        (Some("not_found_error"), _) => (ErrorKind::Gone, "it does not exist any more"),
        _ => {
            (ErrorKind::Unrecognised, "a 404 that is not the Compliance API's; check the base URL")
        }
    }
}

/// The list of scopes after `word`, which the server writes in Python's manner: `['a', 'b']`.
fn scopes_after(message: &str, word: &str) -> Vec<String> {
    let Some((_, rest)) = message.split_once(word) else { return Vec::new() };
    let list = rest
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(list, _)| list);
    list.split(',')
        .map(|scope| scope.trim().trim_matches('\''))
        .filter(|scope| is_scope(scope))
        .take(32)
        .map(str::to_owned)
        .collect()
}

fn is_scope(scope: &str) -> bool {
    (1..=64).contains(&scope.len())
        && scope.contains(':')
        && scope.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b':')
}

/// The parameter that a message complains of, if it is one that this client sends.
fn parameter(message: &str) -> Option<&'static str> {
    const SENT: [&str; 12] = [
        "limit",
        "page",
        "after_id",
        "before_id",
        "order_by",
        "created_at",
        "updated_at",
        "organization_ids",
        "user_ids",
        "project_ids",
        "tool_use_input_max_chars",
        "tool_result_max_chars",
    ];
    let named = message.trim_start_matches("Unknown query parameter: '");
    SENT.into_iter().filter(|sent| named.starts_with(sent)).max_by_key(|sent| sent.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> Error {
        let body = body.as_bytes();
        Refusal { status, request_id: None, retry_after: None, should_retry: None, body }
            .into_error()
    }

    fn check(status: u16, name: &str, message: &str, kind: ErrorKind) {
        let inner = serde_json::json!({"type": name, "message": message});
        let bare = error(status, &inner.to_string());
        assert_eq!(bare.kind(), kind, "{message}");
        let envelope = serde_json::json!({"type": "error", "error": inner, "request_id": null});
        assert_eq!(error(status, &envelope.to_string()).kind(), kind, "{message}");
    }

    #[test]
    fn documented_refusals_have_their_kinds() {
        let bad = "invalid_request_error";
        check(400, bad, "Compliance API is not enabled for this organization", ErrorKind::Disabled);
        check(400, bad, "Invalid pagination cursor for 'after_id'", ErrorKind::BadCursor);
        check(400, bad, "The page cursor has expired. Start again.", ErrorKind::BadCursor);
        check(400, bad, "limit: Input should be less than or equal to 1000", ErrorKind::BadRequest);
        check(401, "authentication_error", "API key is invalid.", ErrorKind::Auth);
        check(403, "permission_error", "Missing required scopes. Got: []", ErrorKind::Permission);
        check(404, "not_found_error", "Not found", ErrorKind::Auth);
        check(404, "not_found_error", "Chat conversation not found: 'x'", ErrorKind::Gone);
        check(404, "not_found_error", "Local sessions are not available.", ErrorKind::Unavailable);
        check(409, "conflict_error", "The project cannot be deleted", ErrorKind::Conflict);
        check(429, "rate_limit_error", "limit exceeded", ErrorKind::Throttled);
        check(500, "api_error", "x", ErrorKind::Server);
        check(529, "overloaded_error", "Overloaded", ErrorKind::Server);
    }

    #[test]
    fn a_404_from_something_else_does_not_mean_gone() {
        for body in ["<html>404 Not Found</html>", "", "{}", "[]", r#"{"error":"nope"}"#] {
            assert_eq!(error(404, body).kind(), ErrorKind::Unrecognised, "{body}");
        }
    }

    #[test]
    fn missing_scopes_are_read_from_the_text() {
        let error = error(
            403,
            r#"{"type":"permission_error","message":"Missing required scopes. Got: ['read:a', 'read:b'] Needed one of: ['read:compliance_user_data', 'read:org_audit']"}"#,
        );
        assert_eq!(error.granted_scopes(), ["read:a", "read:b"]);
        assert_eq!(error.needed_scopes(), ["read:compliance_user_data", "read:org_audit"]);
    }

    #[test]
    fn only_what_looks_like_a_scope_is_kept() {
        let text =
            "Missing required scopes. Got: ['4111 1111', 'x'] Needed: ['the card: 4111', 'a:b']";
        assert_eq!(scopes_after(text, "Needed"), ["a:b"]);
        assert!(scopes_after(text, "Got").is_empty());
    }

    #[test]
    fn a_servers_message_is_never_repeated() {
        for status in [400, 401, 403, 404, 409, 418, 429, 500, 503] {
            let error = error(status, r#"{"type":"MARKER","message":"MARKER"}"#);
            assert!(!format!("{error} {error:?}").contains("MARKER"), "{error}");
        }
    }

    #[test]
    fn the_refused_parameter_is_named() {
        assert_eq!(parameter("limit: Input should be"), Some("limit"));
        assert_eq!(parameter("Unknown query parameter: 'updated_at[gte]'."), Some("updated_at"));
        assert_eq!(parameter("the card 4111"), None);
    }
}
