//! How a client is made: limits, budget, patience, and where it may connect to.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, RwLock, atomic::AtomicU64},
    time::Duration,
};

use reqwest::{Url, redirect::Policy};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{
    ApiKey, Client, Error, ErrorKind, Permits, Retry,
    budget::{Budget, Share},
    transport::{Limits, Transport},
};

/// Makes a [`Client`].
///
/// ```no_run
/// use dosimeter_client::{ApiKey, Client};
///
/// # fn main() -> Result<(), dosimeter_client::Error> {
/// let key = ApiKey::new("sk-ant-api01-example".to_owned())?;
/// let client = Client::builder("https://api.anthropic.com", key).budget_share(0.5).in_flight_max(8).build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder makes nothing until it is built"]
pub struct ClientBuilder {
    base_url: String,
    key: ApiKey,
    share: Share,
    in_flight_max: usize,
    retry: Retry,
    limits: Limits,
    messages_limit: u32,
    permits: Option<Arc<dyn Permits>>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str, key: ApiKey) -> Self {
        Self {
            base_url: base_url.to_owned(),
            key,
            share: Share { fraction: 0.8, limit_assumed: 600, starts_max: None },
            in_flight_max: 32,
            retry: Retry::default(),
            limits: Limits {
                json_bytes_max: 64 * 1024 * 1024,
                idle: Duration::from_mins(2),
                total: Duration::from_mins(10),
            },
            messages_limit: 200,
            permits: None,
        }
    }

    /// The share of the server's limit that this client and its clones use: between 0 and 1, 0.8 by
    /// default, so that other tools of the same organization are left some.
    pub fn budget_share(mut self, fraction: f64) -> Self {
        self.share.fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 1.0 };
        self
    }

    /// At most this many requests start in any sixty seconds, whatever the server allows.
    pub fn starts_per_minute_max(mut self, starts: u32) -> Self {
        self.share.starts_max = Some(starts.max(1));
        self
    }

    /// At most this many requests are under way; 32 by default.
    pub fn in_flight_max(mut self, requests: usize) -> Self {
        self.in_flight_max = requests.clamp(1, 1_024);
        self
    }

    /// Also asks `permits` before each request, for a budget that is shared beyond this process.
    pub fn permits(mut self, permits: Arc<dyn Permits>) -> Self {
        self.permits = Some(permits);
        self
    }

    /// How often and how patiently to ask again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The longest JSON body that is held; 64 MiB by default. Files have their own limit.
    pub fn json_bytes_max(mut self, bytes: usize) -> Self {
        self.limits.json_bytes_max = bytes;
        self
    }

    /// The longest time in which nothing arrives: before an answer, or between parts of its body. Two
    /// minutes by default, since a long chat takes its time.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle = timeout;
        self
    }

    /// The longest time from the start of a request to the end of its body; ten minutes by default.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.limits.total = timeout;
        self
    }

    /// How many messages a page asks for; between 1 and 1,000, 200 by default.
    pub fn messages_limit(mut self, messages: u32) -> Self {
        self.messages_limit = messages.clamp(1, 1_000);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL is not `https`, and not `http` to this machine; or if the machine's root
    /// certificates cannot be read.
    pub fn build(self) -> Result<Client, Error> {
        let base = base(&self.base_url)?;
        let http = http(&base)?;
        let transport = Transport {
            http,
            base,
            key: RwLock::new(Arc::new(self.key)),
            budget: Budget::new(self.share, self.in_flight_max, self.permits),
            retry: self.retry,
            limits: self.limits,
            last_request_id: Mutex::new(None),
            requests_sent: AtomicU64::new(0),
            standing: Mutex::default(),
        };
        Ok(Client { transport: Arc::new(transport), messages_limit: self.messages_limit })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientBuilder").field("key", &self.key).finish_non_exhaustive()
    }
}

fn base(base_url: &str) -> Result<Url, Error> {
    let argument = |reason| Error::new(ErrorKind::Argument, reason);
    let url = Url::parse(base_url).map_err(|_| argument("the base URL cannot be read"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(argument("the base URL may not hold a user, a password or a query"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(argument("the base URL must begin with https:// (http:// only to this machine)")),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Connections without redirects: an answer from elsewhere would take the key there.
fn http(base: &Url) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("dosimeter/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .tls_backend_preconfigured(tls(base)?);
    // A proxy is never asked for this machine.
    let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
    builder.build().map_err(|_| Error::new(ErrorKind::Argument, "the connections cannot be set up"))
}

/// TLS with the machine's root certificates, which plain `http` to this machine does not need: it
/// must also work where there are none.
fn tls(base: &Url) -> Result<ClientConfig, Error> {
    let failed =
        |_| Error::new(ErrorKind::Argument, "the machine's root certificates cannot be read");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let config = if base.scheme() == "http" {
        config.with_root_certificates(rustls::RootCertStore::empty())
    } else {
        config.with_platform_verifier().map_err(failed)?
    };
    Ok(config.with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base_url: &str, accepted: bool) {
        assert_eq!(base(base_url).is_ok(), accepted, "{base_url}");
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        check("https://api.anthropic.com", true);
        check("http://127.0.0.1:8080", true);
        check("http://127.8.9.10", true);
        check("http://[::1]:80/prefix", true);
        check("http://localhost:1", true);
        check("http://api.anthropic.com", false);
        check("http://127.0.0.1.example", false);
        check("http://localhost.example", false);
        check("http://10.0.0.1", false);
        check("ftp://127.0.0.1", false);
        check("https://user:password@api.test", false);
        check("https://api.test?x=y", false);
        check("api.anthropic.com", false);
    }
}
