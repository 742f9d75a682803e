//! Who asks: signs as Standard Webhooks describe it, waits, and repeats once what did not connect.

use std::{
    error::Error,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use reqwest::{Client, Url, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use serde_json::Value;
use sha2::Sha256;

use super::Transcript;

/// What the organisation's setting for the timeout is by default.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The pause before the one retry.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// Plays Anthropic's side.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    url: Url,
    secret: Vec<u8>,
}

/// The headers of one request.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at: String,
    /// `webhook-signature`; none is sent without one.
    pub signature: Option<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status of the response.
    pub status: u16,
    /// Its body, if that is JSON.
    pub body: Value,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// `allow` or `deny`; anything else is a failure in the eyes of the asking side.
    pub fn action(&self) -> Option<&str> {
        let action = self.body.get("action")?.as_str()?;
        (self.status == 200 && ["allow", "deny"].contains(&action)).then_some(action)
    }

    /// A field of the verdict.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field)?.as_str()
    }
}

/// Nobody could be asked. Says nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallerError {
    /// The address is none.
    #[error("this is no URL of the form https://host/path")]
    Address,
    /// The secret is none.
    #[error("the secret of a webhook is `whsec_` and base64")]
    Secret,
    /// The certificate authority cannot be used.
    #[error("the certificate is not PEM")]
    Certificate,
    /// TLS cannot be set up.
    #[error("the machine's root certificates cannot be read")]
    Tls,
    /// The connection failed, twice.
    #[error("no connection: does a server listen at this address?")]
    Connection,
    /// The server's certificate is not accepted.
    #[error(
        "the server's certificate is not accepted: name its authority (--authority), and see that it \
         is for this host name; one that signs itself must not call itself an authority (CA:FALSE)"
    )]
    Untrusted,
    /// The answer did not come in time.
    #[error("no answer within 5 seconds")]
    Timeout,
}

impl Caller {
    /// Asks `url`, signing with `secret` (`whsec_…`). `authority` is a PEM certificate to trust instead
    /// of the machine's.
    ///
    /// # Errors
    ///
    /// If one of them cannot be used.
    pub fn new(url: &str, secret: &str, authority: Option<&[u8]>) -> Result<Self, CallerError> {
        let url = Url::parse(url).map_err(|_| CallerError::Address)?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(CallerError::Address);
        }
        let encoded = secret.trim().strip_prefix("whsec_").ok_or(CallerError::Secret)?;
        let secret = BASE64_STANDARD.decode(encoded).map_err(|_| CallerError::Secret)?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls(authority)?)
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .user_agent("anthropic-dlp/1")
            .build()
            .map_err(|_| CallerError::Tls)?;
        Ok(Self { client, url, secret })
    }

    /// The headers of a new request with this body, signed now.
    pub fn envelope(&self, id: &str, body: &[u8]) -> Envelope {
        let at = Timestamp::now().as_second().to_string();
        let signature = Some(sign(&self.secret, [id, &at], body));
        Envelope { id: id.to_owned(), at, signature }
    }

    /// An id that was not used before.
    pub fn new_id() -> String {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        format!("msg_{:x}_{number}", Timestamp::now().as_nanosecond())
    }

    /// Asks about a conversation, as a new request.
    ///
    /// # Errors
    ///
    /// If nobody answers.
    pub async fn ask(&self, transcript: &Transcript) -> Result<Answer, CallerError> {
        let id = Self::new_id();
        let body = transcript.body(&id);
        let envelope = self.envelope(&id, &body);
        self.send(&envelope, body).await
    }

    /// Sends a request, and once more if the connection failed.
    ///
    /// # Errors
    ///
    /// If nobody answers.
    pub async fn send(&self, envelope: &Envelope, body: Vec<u8>) -> Result<Answer, CallerError> {
        match self.send_once(envelope, body.clone()).await {
            Err(CallerError::Connection) => {
                tokio::time::sleep(RETRY_AFTER).await;
                self.send_once(envelope, body).await
            }
            answer => answer,
        }
    }

    async fn send_once(&self, envelope: &Envelope, body: Vec<u8>) -> Result<Answer, CallerError> {
        let started = Instant::now();
        let mut request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("accept-encoding", "identity");
        if let Some(signature) = &envelope.signature {
            request = request
                .header("webhook-id", &envelope.id)
                .header("webhook-timestamp", &envelope.at)
                .header("webhook-signature", signature);
        }
        let failed = |error: reqwest::Error| match () {
            () if error.is_timeout() => CallerError::Timeout,
            () if is_untrusted(&error) => CallerError::Untrusted,
            () => CallerError::Connection,
        };
        let response = request.body(body).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(failed)?;
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answer { status, body, took: started.elapsed() })
    }
}

/// Whether TLS failed, rather than the way to it.
fn is_untrusted(error: &(dyn Error + 'static)) -> bool {
    // What an I/O error wraps is not its source.
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|inner| is_untrusted(inner))
        || error.source().is_some_and(is_untrusted)
}

/// The signature over id, time and body, joined by dots.
pub fn sign(secret: &[u8], [id, at]: [&str; 2], body: &[u8]) -> String {
    // A key of any length will do for an HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    for part in [id.as_bytes(), b".", at.as_bytes(), b".", body] {
        mac.update(part);
    }
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

fn tls(authority: Option<&[u8]>) -> Result<ClientConfig, CallerError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| CallerError::Tls)?;
    let Some(pem) = authority else {
        let verified = builder.with_platform_verifier().map_err(|_| CallerError::Tls)?;
        return Ok(verified.with_no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| CallerError::Certificate)?;
        roots.add(certificate).map_err(|_| CallerError::Certificate)?;
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
