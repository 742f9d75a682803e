//! What sinks over HTTP have in common. No error of theirs holds an address or an answer.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect::Policy};

use crate::{Error, Outcome, Trust, tls};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client that follows no redirects: findings go where they were meant to go.
pub(crate) fn client() -> Result<Client, Error> {
    Client::builder()
        .tls_backend_preconfigured(tls::config(&Trust::default())?)
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .build()
        .map_err(|_| Error::Tls)
}

/// An address over TLS, or on this machine.
pub(crate) fn address(url: &str) -> Result<Url, Error> {
    let url = Url::parse(url).map_err(|_| Error::Address)?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_local(url.host_str().unwrap_or_default()) => Ok(url),
        _ => Err(Error::Address),
    }
}

/// Whether a host is this machine.
pub(crate) fn is_local(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// Sends, and says what the answer means.
pub(crate) async fn send(request: RequestBuilder) -> Outcome {
    let Ok(response) = request.send().await else {
        return Outcome::Later("nobody answers", None);
    };
    let wait = response
        .headers()
        .get("retry-after")
        .and_then(|wait| wait.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    meaning(response.status(), wait)
}

fn meaning(status: StatusCode, wait: Option<Duration>) -> Outcome {
    match status.as_u16() {
        200..=299 => Outcome::Delivered,
        // A wrong secret is put right, and then everything is still there.
        401 | 403 => Outcome::Later("the secret is refused", wait),
        404 => Outcome::Later("there is nothing at this address", wait),
        408 | 425 => Outcome::Later("the other side asks to try again", wait),
        429 => Outcome::Later("too many requests", wait),
        500..=599 => Outcome::Later("the other side failed", wait),
        410 => Outcome::Refused("the address is gone"),
        413 => Outcome::Refused("the event is too large for the other side"),
        _ => Outcome::Refused("the other side refuses the event"),
    }
}
