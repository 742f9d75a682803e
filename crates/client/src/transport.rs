//! One request: start it inside the budget, read it inside the limits, repeat it if that makes sense.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use dosimeter_content::{Content, ContentBuilder};
use md5::{Digest, Md5};
use reqwest::{
    Response, Url,
    header::{ACCEPT, HeaderMap},
};
use tracing::{debug, warn};

use crate::{
    ApiKey, Error, ErrorKind, Retry, budget::Budget, endpoint::Endpoint, error::Refusal,
    query::Pair,
};

/// Everything that the clones of a client share.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    /// Replaced when the key is rotated; requests under way keep the one they began with.
    pub(crate) key: RwLock<Arc<ApiKey>>,
    pub(crate) budget: Budget,
    pub(crate) retry: Retry,
    pub(crate) limits: Limits,
    pub(crate) last_request_id: Mutex<Option<String>>,
    pub(crate) requests_sent: AtomicU64,
    pub(crate) standing: Mutex<Standing>,
}

/// What the server last said about time and budget.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Standing {
    /// When the server answered, by its own clock, to the second.
    pub answered_at: Option<jiff::Timestamp>,
    /// How far the clock of this machine was ahead of it then, in seconds.
    pub clock_ahead_s: Option<i64>,
    /// How many requests the organization has in a minute.
    pub requests_limit: Option<u32>,
    /// How many of them are left.
    pub requests_remaining: Option<u32>,
}

/// The limits of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The longest JSON body.
    pub(crate) json_bytes_max: usize,
    /// The longest time in which nothing arrives.
    pub(crate) idle: Duration,
    /// The longest time from the start of a request to the end of its body.
    pub(crate) total: Duration,
}

/// What to ask for.
pub(crate) struct Call<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) ids: &'a [&'a str],
    pub(crate) query: Vec<Pair>,
    /// The longest body that is read; the rest is left unread.
    pub(crate) bytes_max: usize,
}

/// An answer with its body, or the beginning of it.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Content,
    /// Whether `body` is all of it.
    pub(crate) complete: bool,
    /// Of the whole body; absent if it was cut.
    pub(crate) md5: Option<[u8; 16]>,
}

impl Transport {
    /// Sends the request until it succeeds or there is no sense in sending it again.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let mut url = call.endpoint.url(&self.base, call.ids)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut attempts: u32 = 0;
        loop {
            attempts = attempts.saturating_add(1);
            let error = match self.attempt(call, url.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.with(|facts| {
                    facts.endpoint = Some(call.endpoint.0);
                    facts.attempts = attempts;
                }),
            };
            let Some(wait) = self.retry.wait(&error, attempts, random()) else {
                debug!(
                    endpoint = call.endpoint.0,
                    status = error.status(),
                    attempts,
                    "Request failed."
                );
                return Err(error);
            };
            warn!(
                endpoint = call.endpoint.0,
                status = error.status(),
                request_id = error.request_id(),
                attempts,
                wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                "Request will be repeated."
            );
            // The second limit of cloud sessions says nothing of the others.
            if error.is_throttled() && !call.endpoint.has_its_own_limit() {
                self.budget.pause(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, call: &Call<'_>, url: Url) -> Result<Answer, Error> {
        let _permit = self.budget.start().await;
        self.requests_sent.fetch_add(1, Ordering::Relaxed);
        let exchange = self.exchange(call, url);
        tokio::time::timeout(self.limits.total, exchange).await.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Timeout, "the whole answer took too long"))
        })
    }

    pub(crate) fn key(&self) -> Arc<ApiKey> {
        Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps what the server says about time and budget.
    fn note(&self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let date = text("date")
            .and_then(|date| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(date) = date {
            standing.answered_at = Some(date);
            let ahead = jiff::Timestamp::now().duration_since(date);
            standing.clock_ahead_s = Some(ahead.as_secs());
        }
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        if let Some(limit) = number("anthropic-ratelimit-requests-limit") {
            standing.requests_limit = Some(limit);
            standing.requests_remaining = number("anthropic-ratelimit-requests-remaining");
        }
    }

    async fn exchange(&self, call: &Call<'_>, url: Url) -> Result<Answer, Error> {
        let request = self
            .http
            .get(url)
            .header("x-api-key", self.key().header()?)
            .header("anthropic-version", "2023-06-01")
            .header(ACCEPT, "*/*");
        let response = match tokio::time::timeout(self.limits.idle, request.send()).await {
            Ok(response) => response.map_err(|error| connection(&error))?,
            Err(_) => return Err(Error::new(ErrorKind::Timeout, "no answer came in time")),
        };
        self.budget.learn(response.headers());
        self.note(response.headers());
        let request_id = request_id(response.headers());
        if request_id.is_some() {
            self.last_request_id
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone_from(&request_id);
        }
        if response.status() == reqwest::StatusCode::OK {
            self.answer(call, response, request_id).await
        } else {
            Err(self.refusal(response, request_id).await)
        }
    }

    async fn answer(
        &self,
        call: &Call<'_>,
        response: Response,
        request_id: Option<String>,
    ) -> Result<Answer, Error> {
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        let (body, complete, md5) = self
            .body(response, call.bytes_max)
            .await
            .map_err(|error| with_request(error, status, request_id.as_deref()))?;
        if complete && content_md5(&headers).is_some_and(|expected| expected != md5) {
            let error =
                Error::new(ErrorKind::Checksum, "the body is not what Content-MD5 speaks of");
            return Err(with_request(error, status, request_id.as_deref()));
        }
        debug!(
            endpoint = call.endpoint.0,
            status,
            request_id,
            body_bytes = body.len(),
            complete,
            "Request done."
        );
        Ok(Answer { headers, request_id, body, complete, md5: complete.then_some(md5) })
    }

    async fn refusal(&self, response: Response, request_id: Option<String>) -> Error {
        let headers = response.headers();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let status = response.status().as_u16();
        let retry_after =
            text("retry-after").and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
        let should_retry = text("x-should-retry").and_then(|answer| answer.trim().parse().ok());
        // A refusal whose body cannot be read is still a refusal.
        let body = self.body(response, REFUSAL_BYTES_MAX).await.map(|(body, ..)| body);
        let bytes = body.as_ref().map(dosimeter_content::Expose::expose).unwrap_or_default();
        Refusal { status, request_id, retry_after, should_retry, body: bytes }.into_error()
    }

    /// Reads the body up to `bytes_max`, and says whether that was all, with its MD5.
    async fn body(
        &self,
        mut response: Response,
        bytes_max: usize,
    ) -> Result<(Content, bool, [u8; 16]), Error> {
        let mut body = ContentBuilder::with_limit(bytes_max);
        let mut md5 = Md5::new();
        let mut complete = true;
        while complete {
            let chunk = match tokio::time::timeout(self.limits.idle, response.chunk()).await {
                Ok(chunk) => chunk
                    .map_err(|_| Error::new(ErrorKind::Cut, "the body ended before its end"))?,
                Err(_) => return Err(Error::new(ErrorKind::Timeout, "the body stopped coming")),
            };
            let Some(chunk) = chunk else { break };
            md5.update(&chunk);
            complete = body.push(&chunk);
        }
        Ok((body.finish(), complete, md5.finalize().into()))
    }
}

fn with_request(error: Error, status: u16, request_id: Option<&str>) -> Error {
    error.with(|facts| {
        facts.status = Some(status);
        facts.request_id = request_id.map(str::to_owned);
    })
}

/// What a failure to send means. The foreign error is dropped: it names the address with its query.
fn connection(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::new(ErrorKind::Timeout, "no connection in time")
    } else if error.is_connect() {
        Error::new(
            ErrorKind::Connection,
            "no connection; check the base URL, the network and the certificates",
        )
    } else {
        Error::new(ErrorKind::Connection, "the connection broke before an answer")
    }
}

/// The server's name for the request, if it looks like one.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("request-id")?.to_str().ok()?;
    crate::model::wire::is_name(id).then(|| id.to_owned())
}

/// `Content-MD5` (RFC 1864): base64 of the 16 bytes.
fn content_md5(headers: &HeaderMap) -> Option<[u8; 16]> {
    let encoded = headers.get("content-md5")?.to_str().ok()?;
    BASE64_STANDARD.decode(encoded.trim()).ok()?.try_into().ok()
}

/// For jitter only: without a source of randomness there is none.
fn random() -> u32 {
    getrandom::u32().unwrap_or_default()
}

/// No documented refusal comes near this.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;
