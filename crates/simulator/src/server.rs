//! From a request to an answer: the table of endpoints, and the checks before each of them.

mod endpoints;

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, RawPathParams, Request as HttpRequest, State as Shared},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode},
    response::IntoResponse,
    routing::{MethodFilter, on},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::{
    Fault, Handle, Key, Request,
    answer::{Answer, Input},
    body::Pieces,
    key::is_of_this_api,
    line::Line,
    query::Query,
    quota::Standing,
    refusal::Refusal,
    state::State,
};
use endpoints::{ENDPOINTS, Endpoint, Method};

/// All endpoints; everything else is the 404 that a missing key gets too.
pub(crate) fn router(handle: &Handle) -> Router {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        let filter = match endpoint.method {
            Method::Get => MethodFilter::GET,
            Method::Delete => MethodFilter::DELETE,
        };
        let serve = move |shared: Shared<Handle>,
                          line,
                          params: RawPathParams,
                          request: HttpRequest| async move {
            let ids = params.iter().map(|(_, id)| id.to_owned()).collect();
            let response = serve(&shared.0, Some(endpoint), ids, line, &request);
            tokio::time::sleep(latency(&shared.0)).await;
            response
        };
        router = router.route(endpoint.path, on(filter, serve));
    }
    let nowhere = |shared: Shared<Handle>, line, request: HttpRequest| async move {
        serve(&shared.0, None, Vec::new(), line, &request)
    };
    router.method_not_allowed_fallback(nowhere).fallback(nowhere).with_state(handle.clone())
}

/// How long this answer takes.
fn latency(handle: &Handle) -> Duration {
    let state = handle.state();
    let spread = u32::try_from(crate::time::hash(&state.made.to_string()) % 100).unwrap_or(0);
    state.behaviour.latency.saturating_mul(spread.saturating_add(50)) / 100
}

fn serve(
    handle: &Handle,
    endpoint: Option<&'static Endpoint>,
    ids: Vec<String>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: &HttpRequest,
) -> Response<Body> {
    let mut state = handle.state();
    let uri = request.uri();
    let request_id = state.make_id("req");
    let fault = state.fate.of(uri.path_and_query().map_or("", |target| target.as_str()));
    let mut passed = Passed { fault, ..Passed::default() };
    let outcome = check(&mut state, endpoint, ids, request, &mut passed);
    let response = match (fault, outcome) {
        (Some(Fault::Reset), _) => {
            line.reset();
            None
        }
        (_, Ok(answer)) => Some(answered(&state, answer, fault)),
        (_, Err(refusal)) => Some(refused(&refusal, &request_id)),
    };
    let status = response.as_ref().map(|response| response.status().as_u16());
    if let (Some(key), Some(status)) = (&passed.key, status) {
        record(&mut state, key, request, status, &request_id);
    }
    let at = state.clock.now();
    state.log.push(Request {
        at,
        method: request.method().to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        status,
        request_id: request_id.clone(),
        faulty: fault.is_some(),
    });
    let mut response = response.unwrap_or_else(|| Response::new(Body::empty()));
    add_headers(response.headers_mut(), &request_id, passed.standing);
    response
}

/// What is known of a request by the time it is answered.
#[derive(Default)]
struct Passed {
    fault: Option<Fault>,
    key: Option<Key>,
    standing: Option<Standing>,
}

/// The checks in the API's order: route and family of the key, the key, the organization's switch,
/// the limit, the scope, the parameters, and at last the resource.
fn check(
    state: &mut State,
    endpoint: Option<&'static Endpoint>,
    ids: Vec<String>,
    request: &HttpRequest,
    passed: &mut Passed,
) -> Result<Answer, Refusal> {
    let endpoint = endpoint.ok_or_else(|| Refusal::not_found("Not found"))?;
    let key = authenticate(state, request.headers())?;
    passed.key = Some(key.clone());
    if !state.behaviour.enabled {
        return Err(Refusal::bad_request("Compliance API is not enabled for this organization"));
    }
    let now = state.clock.now();
    let standing = state.quota.count(now);
    passed.standing = Some(standing);
    if standing.exceeded_s.is_some() {
        return Err(Refusal::throttled(standing.exceeded_s));
    }
    let is_remote = endpoint.path.contains("/sessions/remote");
    if is_remote && state.remote_quota.count(now).exceeded_s.is_some() {
        // Whatever the wait is, it says one second; the headers speak of the shared limit.
        return Err(Refusal::throttled(Some(1)));
    }
    endpoint.scope.check(&key)?;
    if let Some(refusal) = passed.fault.and_then(Fault::refusal) {
        return Err(refusal);
    }
    let query = Query::read(request.uri().query().unwrap_or_default(), endpoint.params)?;
    if passed.fault == Some(Fault::ExpiredCursor) {
        query.refuse_cursor()?;
    }
    let id = ids.first().cloned().unwrap_or_default();
    (endpoint.answer)(state, &Input { id, ids, query, key })
}

fn authenticate(state: &State, headers: &HeaderMap) -> Result<Key, Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = || header("authorization")?.strip_prefix("Bearer ");
    let secret = header("x-api-key").or_else(bearer).filter(|secret| is_of_this_api(secret));
    let Some(secret) = secret else {
        return Err(if state.behaviour.keyless_is_401 {
            Refusal::unauthorized("API key is invalid.")
        } else {
            Refusal::not_found("Not found")
        });
    };
    let key = state.keys.iter().find(|key| key.secret == secret);
    let key = key.ok_or_else(|| Refusal::unauthorized("API key is invalid."))?;
    key.usable()?;
    Ok(key.clone())
}

fn answered(state: &State, answer: Answer, fault: Option<Fault>) -> Response<Body> {
    let (bytes, media_type, disposition) = match answer {
        Answer::Json(value) => {
            let bytes = serde_json::to_vec(&value).unwrap_or_default();
            (Bytes::from(bytes), "application/json".to_owned(), None)
        }
        Answer::Text(text) => (Bytes::from(text), "text/plain; charset=utf-8".to_owned(), None),
        Answer::File { bytes, media_type, name } => {
            (bytes, media_type, Some(disposition(&name, state.behaviour.plain_file_names)))
        }
    };
    let is_file = disposition.is_some();
    let mut response = Response::new(body(bytes.clone(), is_file, fault));
    let headers = response.headers_mut();
    put(headers, "content-type", &media_type);
    put(
        headers,
        "anthropic-organization-id",
        state.organizations.first().map_or("", |first| &first.uuid),
    );
    if let Some(disposition) = disposition {
        put(headers, "content-disposition", &disposition);
        put(headers, "content-md5", &BASE64_STANDARD.encode(Md5::digest(&bytes)));
    }
    response
}

/// The body: of known length only if it is JSON and nothing goes wrong with it.
fn body(bytes: Bytes, is_file: bool, fault: Option<Fault>) -> Body {
    match fault {
        Some(Fault::Cut { after_bytes }) => Body::new(Pieces::cut(&bytes, after_bytes)),
        Some(Fault::Corrupt) if is_file => {
            let mut bytes = bytes.to_vec();
            for last in bytes.iter_mut().rev().take(1) {
                *last = !*last;
            }
            Body::new(Pieces::all(&bytes.into(), None))
        }
        Some(fault) if fault.pause().is_some() => Body::new(Pieces::all(&bytes, fault.pause())),
        _ if is_file => Body::new(Pieces::all(&bytes, None)),
        _ => Body::from(bytes),
    }
}

/// A `Content-Disposition` (RFC 6266) with the extended file name alone (RFC 5987), or the plain one.
fn disposition(name: &str, plain: bool) -> String {
    /// What RFC 5987 calls `attr-char` may stand for itself.
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'!')
        .remove(b'#')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b'-')
        .remove(b'.')
        .remove(b'^')
        .remove(b'_')
        .remove(b'`')
        .remove(b'|')
        .remove(b'~');
    if plain {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("attachment; filename=\"{name}\"");
    }
    format!("attachment; filename*=utf-8''{}", utf8_percent_encode(name, ENCODED))
}

fn refused(refusal: &Refusal, request_id: &str) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = refusal.body(request_id).to_string();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    put(headers, "content-type", "application/json");
    if let Some(wait_s) = refusal.retry_after_s {
        put(headers, "retry-after", &wait_s.to_string());
    }
    if let Some(should_retry) = refusal.should_retry {
        put(headers, "x-should-retry", &should_retry.to_string());
    }
    response
}

fn add_headers(headers: &mut HeaderMap, request_id: &str, standing: Option<Standing>) {
    put(headers, "request-id", request_id);
    if let Some(standing) = standing {
        put(headers, "anthropic-ratelimit-requests-limit", &standing.limit.to_string());
        put(headers, "anthropic-ratelimit-requests-remaining", &standing.remaining.to_string());
        put(headers, "anthropic-ratelimit-requests-reset", &standing.resets_at.to_string());
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Every authenticated request is an activity itself, of no organization.
fn record(state: &mut State, key: &Key, request: &HttpRequest, status: u16, request_id: &str) {
    let actor = json!({
        "type": "api_actor", "api_key_id": format!("apikey_{:016x}", crate::time::hash(&key.secret)),
        "ip_address": "192.0.2.9", "user_agent": "simulator",
    });
    let fields = json!({
        "request_id": request_id, "request_method": request.method().as_str(), "status_code": status,
        "url": format!("https://api.anthropic.com{}", request.uri()), "request_body": null,
    });
    state.record("compliance_api_accessed", None, actor, fields);
}
