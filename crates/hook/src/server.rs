//! The server: connections in, each request to [`crate::request`].

use std::{
    convert::Infallible,
    future::Future,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use dosimeter_store::{SqliteStore, Store, open_shared};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::{SignedDuration, Timestamp};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{Instant, interval_at, timeout},
};
use tokio_rustls::TlsAcceptor;
use tracing::{info, warn};

use crate::{
    Config, Error, RuleSources, Telemetry,
    live::{Live, resolve},
    ops,
    peers::Peers,
    recorder::Recorder,
    replay::Replay,
    request,
    room::Room,
    tls::Certificate,
};

/// How long a connection may take to begin: for TLS, and for the head of each request.
const HEAD: Duration = Duration::from_secs(10);

/// How large the head of a request may be.
const HEAD_BYTES: usize = 64 << 10;

/// How long what is under way may take after the end was asked for.
const GRACE: Duration = Duration::from_secs(15);

/// How long what is judged at the end may take beyond the time that its record has.
const SLACK: Duration = Duration::from_secs(5);

/// How often is looked for a new certificate, and for verdicts that are too old.
const CHORES: Duration = Duration::from_mins(1);

/// What all requests share.
pub(crate) struct Service {
    live: RwLock<Arc<Live>>,
    pub(crate) limits: Limits,
    pub(crate) room: Arc<Room>,
    pub(crate) replay: Replay,
    pub(crate) recorder: Recorder,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) store: Arc<dyn Store>,
    /// Whether a connection test without a signature is answered.
    pub(crate) connection_test: bool,
}

/// What does not change while the server runs.
pub(crate) struct Limits {
    pub(crate) path: String,
    pub(crate) deadline: Duration,
    pub(crate) afterwards: Duration,
    pub(crate) body_bytes_max: usize,
}

impl Service {
    pub(crate) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An AI security server.
pub struct Server {
    config: Config,
    service: Arc<Service>,
    certificate: Option<Arc<Certificate>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// Makes everything ready: secrets, rules, policy, certificate and the store, which from now on is
    /// this server's alone unless it is a database. Nothing is listened on.
    ///
    /// `connection_test` answers unsigned connection tests, and nothing else that is unsigned.
    ///
    /// # Errors
    ///
    /// If any of it cannot be used.
    pub fn open(config: Config, rules: &RuleSources, connection_test: bool) -> Result<Self, Error> {
        let live = Live::open(&config, rules)?;
        let certificate = config.tls.as_ref().map(Certificate::open).transpose()?;
        let store = open_store(&config)?;
        let check = live.key.digest("store", b"which key").to_string();
        if store.establish_fact("fingerprint key", &check)? != check {
            return Err(Error::ForeignFingerprintKey);
        }
        let telemetry = Arc::<Telemetry>::default();
        let service = Service {
            live: RwLock::new(Arc::new(live)),
            limits: Limits {
                path: config.path.clone(),
                deadline: config.deadline,
                afterwards: config.afterwards,
                body_bytes_max: config.body_bytes_max,
            },
            room: Arc::new(Room::new(config.memory_bytes_max, config.judged_at_once)),
            replay: Replay::default(),
            recorder: Recorder::start(Arc::clone(&store), Arc::clone(&telemetry)),
            telemetry,
            store,
            connection_test,
        };
        Ok(Self { config, service: Arc::new(service), certificate })
    }

    /// What reads rules, policy, secrets and certificate again.
    pub fn reloader(&self) -> Reloader {
        Reloader { service: Arc::clone(&self.service), certificate: self.certificate.clone() }
    }

    /// Listens where the configuration says, and serves until `stop` ends; then lets what is under way
    /// end, and everything that was answered become durable.
    ///
    /// # Errors
    ///
    /// If an address cannot be listened on.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let address = self.config.address;
        let listener =
            TcpListener::bind(address).await.map_err(|error| Error::Listen(address, error))?;
        self.serve_on(listener, stop).await
    }

    /// The same on a listener that is there already.
    ///
    /// # Errors
    ///
    /// If the address for health and metrics cannot be listened on, or TLS cannot be set up.
    pub async fn serve_on(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let Self { config, service, certificate } = self;
        let acceptor = certificate.as_ref().map(Certificate::config).transpose()?;
        let acceptor = acceptor.map(TlsAcceptor::from);
        let operations = ops::serve(Arc::clone(&service), config.listen).await?;
        let chores = tokio::spawn(chores(Arc::clone(&service), certificate, config.keep_days));
        info!(tls = acceptor.is_some(), shadow = config.shadow, "The hook listens.");
        let places = Arc::new(Semaphore::new(config.connections_max.min(Semaphore::MAX_PERMITS)));
        let peers = Peers::new(config.connections_per_address_max);
        let (ending, ended) = watch::channel(false);
        tokio::select! {
            () = accept(&listener, &service, (&acceptor, &ended), (&places, &peers)) => {}
            () = stop => {}
        }
        drop(listener);
        ending.send_replace(true);
        let all = u32::try_from(config.connections_max).unwrap_or(u32::MAX);
        if timeout(GRACE, places.acquire_many(all)).await.is_err() {
            warn!("Some connections did not end in time.");
        }
        chores.abort();
        operations.abort();
        finish(service).await;
        Ok(())
    }
}

/// Waits until every answer is durable.
async fn finish(mut service: Arc<Service>) {
    // Whoever judges still holds the service, for a little while.
    let until = Instant::now() + service.limits.afterwards + SLACK;
    while Instant::now() < until {
        match Arc::try_unwrap(service) {
            Ok(service) => {
                // Joining a thread blocks, and there is nothing else to do.
                tokio::task::spawn_blocking(move || service.recorder.finish()).await.ok();
                return;
            }
            Err(shared) => service = shared,
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    warn!("Something is still being judged; its verdict may not be recorded.");
}

/// Replaces what may change while the server runs.
#[derive(Clone)]
pub struct Reloader {
    service: Arc<Service>,
    certificate: Option<Arc<Certificate>>,
}

impl std::fmt::Debug for Reloader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reloader").finish_non_exhaustive()
    }
}

impl Reloader {
    /// Fetches secrets, policy and rules again, and the certificate if it changed. Addresses, limits
    /// and the state stay as they were. Requests under way end under the old ones.
    ///
    /// # Errors
    ///
    /// If any of it cannot be used; then everything stays as it was.
    pub fn reload(&self, config: &Config, rules: &RuleSources) -> Result<(), Error> {
        let live = Arc::new(Live::open(config, rules)?);
        *self.service.live.write().unwrap_or_else(PoisonError::into_inner) = live;
        if let Some(certificate) = &self.certificate {
            certificate.refresh();
        }
        Ok(())
    }
}

/// The store that the configuration names.
fn open_store(config: &Config) -> Result<Arc<dyn Store>, Error> {
    let Some(url) = &config.postgres else {
        let store = SqliteStore::open(&config.state_directory)?;
        return Ok(Arc::new(store.of_parent(&config.parent)));
    };
    Ok(open_shared(resolve("state.postgres", url)?.reveal(), &config.parent)?)
}

/// Takes connections, as many at once as there are places, and from no address more than its share.
async fn accept(
    listener: &TcpListener,
    service: &Arc<Service>,
    (acceptor, ended): (&Option<TlsAcceptor>, &watch::Receiver<bool>),
    (places, peers): (&Arc<Semaphore>, &Arc<Peers>),
) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else { return };
        let Ok((stream, from)) = listener.accept().await else {
            // Out of file descriptors, or a connection that went away at once.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let Some(peer) = peers.admit(from.ip()) else {
            service.telemetry.refused();
            continue;
        };
        service.telemetry.connected();
        // Verdicts are small and somebody waits for them.
        let _best_effort = stream.set_nodelay(true);
        let (service, acceptor, ended) = (Arc::clone(service), acceptor.clone(), ended.clone());
        tokio::spawn(async move {
            connection(stream, service, (acceptor, ended)).await;
            drop((place, peer));
        });
    }
}

async fn connection(
    stream: TcpStream,
    service: Arc<Service>,
    (acceptor, ended): (Option<TlsAcceptor>, watch::Receiver<bool>),
) {
    match acceptor {
        None => requests(stream, service, ended).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(HEAD, acceptor.accept(stream)).await {
                requests(stream, service, ended).await;
            }
        }
    }
}

/// Serves the requests of one connection, one after another.
async fn requests<S>(stream: S, service: Arc<Service>, mut ended: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(request::answer(&service, request).await.response()) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = std::pin::pin!(connection);
    // How a connection ends is the other side's affair.
    tokio::select! {
        _ended = connection.as_mut() => {}
        () = asked(&mut ended) => {
            connection.as_mut().graceful_shutdown();
            let _ended = timeout(GRACE, connection).await;
        }
    }
}

/// Until the end is asked for.
async fn asked(ended: &mut watch::Receiver<bool>) {
    // What is read may not be held across a pause; without a sender the end is there as well.
    while !*ended.borrow_and_update() && ended.changed().await.is_ok() {}
}

/// What is to be done once in a while.
async fn chores(service: Arc<Service>, certificate: Option<Arc<Certificate>>, keep_days: u32) {
    let mut ticks = interval_at(Instant::now() + CHORES, CHORES);
    loop {
        ticks.tick().await;
        if let Some(certificate) = &certificate {
            certificate.refresh();
        }
        let keep = SignedDuration::from_hours(i64::from(keep_days).saturating_mul(24));
        let Ok(before) = Timestamp::now().checked_sub(keep) else { continue };
        let store = Arc::clone(&service.store);
        let forget = move || store.forget_verdicts(&before.to_string());
        if let Ok(Err(_)) = tokio::task::spawn_blocking(forget).await {
            warn!("Old verdicts cannot be removed.");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, iter, path::Path};

    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use dosimeter_classifier::generate;
    use dosimeter_store::FindingFilter;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const SECRET: &[u8] = b"a secret of the right length";

    fn config(folder: &Path) -> Config {
        let at = |name: &str| folder.join(name).display().to_string();
        fs::write(at("secret"), format!("whsec_{}", BASE64_STANDARD.encode(SECRET))).unwrap();
        fs::write(at("key"), "07".repeat(32)).unwrap();
        let text = format!(
            "server.address = \"127.0.0.1:0\"\nwebhook.secrets = [{{ file = {:?} }}]\n\
             state.directory = {:?}\nfingerprint.key = {{ file = {:?} }}",
            at("secret"),
            at("state"),
            at("key"),
        );
        Config::parse(&text).unwrap()
    }

    /// Asks over plain HTTP, and gives the first line of the answer.
    async fn ask(address: std::net::SocketAddr, id: &str, body: &str) -> String {
        let at = Timestamp::now().as_second();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).unwrap();
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nwebhook-id: {id}\r\n\
             webhook-timestamp: {at}\r\nwebhook-signature: v1,{signature}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn without_a_place_in_the_record_there_is_no_verdict_and_nothing_is_taken_for_judged() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::open(config(folder.path()), &Vec::new(), false).unwrap();
        let places: Vec<_> = iter::from_fn(|| server.service.recorder.slot()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(server.serve_on(listener, async { drop(stopped.await) }));
        let said = generate::expand("bill the card {card:4###-####-####-####}", 1).unwrap();
        let body =
            format!(r#"{{"type":"prompt","messages":[{{"role":"user","content":"{said}"}}]}}"#);
        assert!(ask(address, "msg_1", &body).await.contains(" 503 "));
        drop(places);
        assert!(ask(address, "msg_2", &body).await.contains(" 200 "));
        stop.send(()).unwrap();
        running.await.unwrap().unwrap();
        let store = SqliteStore::read(&folder.path().join("state")).unwrap();
        assert_eq!(store.verdicts(10).unwrap().len(), 1);
        assert_eq!(store.findings(&FindingFilter::default()).unwrap().len(), 1);
    }
}
