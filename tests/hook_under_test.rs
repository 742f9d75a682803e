//! A hook on loopback over TLS, with what a test asks it and what it recorded.

use std::{
    borrow::Cow,
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use dosimeter_hook::{Config, Reloader, Server};
use dosimeter_simulator::hook::{Answer, Caller, Envelope, Transcript};
use dosimeter_store::{FindingFilter, FindingRow, SqliteStore, Store as _, Verdict};
use dosimeter_tests::FINGERPRINT_KEY;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

pub(crate) const SECRET: &str = "whsec_bm90IHRoZSBzZWNyZXQgdGhhdCBpdCBpcw==";
pub(crate) const OTHER_SECRET: &str = "whsec_YW5vdGhlciBvbmUgdGhhdCBpdCBpcyBub3Q=";

/// A server that runs, and its files.
pub(crate) struct Hook {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) authority: String,
    pub(crate) reloader: Reloader,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) running: JoinHandle<()>,
}

/// A hook in a process of its own, to be killed.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_worker-under-test"))
            .arg("hook")
            .arg(folder.join("hook.toml"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().parse().unwrap() }
    }

    pub(crate) fn caller(&self, authority: &str) -> Caller {
        caller(self.address, (SECRET, authority))
    }

    /// Without a chance to do anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What a test may want to be different.
#[derive(Default)]
pub(crate) struct Wish {
    /// Sections besides those that every server needs; `# shadow` switches that on.
    pub(crate) sections: Cow<'static, str>,
    pub(crate) policy: Option<Cow<'static, str>>,
    pub(crate) secrets: Option<[&'static str; 2]>,
    pub(crate) connection_test: bool,
}

impl Hook {
    pub(crate) async fn start() -> Self {
        Self::with(Wish::default()).await
    }

    pub(crate) async fn with(wish: Wish) -> Self {
        let (folder, authority) = prepare(&wish);
        Self::run(folder, authority, wish.connection_test).await
    }

    /// The same server again, with what it recorded and other sections.
    pub(crate) async fn again(recorded: Recorded, sections: &str) -> Self {
        let folder = recorded.folder;
        let text = config_text(folder.path(), sections);
        fs::write(folder.path().join("hook.toml"), text).unwrap();
        let authority = fs::read_to_string(folder.path().join("certificate.pem")).unwrap();
        Self::run(folder, authority, false).await
    }

    async fn run(folder: TempDir, authority: String, connection_test: bool) -> Self {
        let config = Config::read(&folder.path().join("hook.toml")).unwrap();
        let server = Server::open(config, &Vec::new(), connection_test).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let reloader = server.reloader();
        let running = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            server.serve_on(listener, stopped).await.unwrap();
        });
        Self { folder, address, authority, reloader, stop, running }
    }

    pub(crate) fn caller(&self, secret: &str) -> Caller {
        caller(self.address, (secret, &self.authority))
    }

    pub(crate) async fn ask(&self, transcript: &Transcript) -> Answer {
        self.caller(SECRET).ask(transcript).await.unwrap()
    }

    /// The same, and waits until it is recorded as the so manieth: what is recorded is remembered.
    pub(crate) async fn ask_and_wait(&self, transcript: &Transcript, count: usize) -> Answer {
        let answer = self.ask(transcript).await;
        let store = SqliteStore::read(&self.folder.path().join("state")).unwrap();
        while store.verdicts(1_000).unwrap().len() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        answer
    }

    /// Sends a body as it is, signed.
    pub(crate) async fn send(&self, body: impl Into<Vec<u8>>) -> Answer {
        let (caller, body) = (self.caller(SECRET), body.into());
        let envelope = caller.envelope(&Caller::new_id(), &body);
        caller.send(&envelope, body).await.unwrap()
    }

    /// Ends the server, and gives what it recorded.
    pub(crate) async fn end(self) -> Recorded {
        let Self { folder, stop, running, reloader, .. } = self;
        drop(reloader);
        stop.send(()).unwrap();
        running.await.unwrap();
        Recorded::of(folder)
    }
}

pub(crate) struct Recorded {
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) gaps: Vec<String>,
    pub(crate) folder: TempDir,
}

impl Recorded {
    pub(crate) fn of(folder: TempDir) -> Self {
        let store = SqliteStore::read(&folder.path().join("state")).unwrap();
        Self {
            verdicts: store.verdicts(1_000).unwrap(),
            findings: store.findings(&FindingFilter::default()).unwrap(),
            gaps: store.gaps(1_000).unwrap().into_iter().map(|gap| gap.reason).collect(),
            folder,
        }
    }

    /// How many findings there are of payment cards.
    pub(crate) fn cards(&self) -> usize {
        self.findings.iter().filter(|row| row.rule.starts_with("payment.card")).count()
    }
}

/// Writes all that a server needs into a folder; gives the certificate that it is known by.
pub(crate) fn prepare(wish: &Wish) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let authority = certificate(folder.path());
    let policy = wish.policy.as_deref().unwrap_or(dosimeter_policy::DEFAULT);
    fs::write(folder.path().join("policy.toml"), policy).unwrap();
    fs::write(folder.path().join("key"), FINGERPRINT_KEY).unwrap();
    write_secrets(folder.path(), wish.secrets.unwrap_or([SECRET, OTHER_SECRET]));
    let text = config_text(folder.path(), &wish.sections);
    fs::write(folder.path().join("hook.toml"), text).unwrap();
    (folder, authority)
}

fn caller(address: SocketAddr, (secret, authority): (&str, &str)) -> Caller {
    let url = format!("https://localhost:{}/", address.port());
    Caller::new(&url, secret, Some(authority.as_bytes())).unwrap()
}

pub(crate) fn certificate(folder: &Path) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.pem()
}

pub(crate) fn write_secrets(folder: &Path, [one, two]: [&str; 2]) {
    fs::write(folder.join("one"), one).unwrap();
    fs::write(folder.join("two"), two).unwrap();
}

fn config_text(folder: &Path, sections: &str) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    format!(
        r#"
        [server]
        address = "127.0.0.1:0"
        certificate = {:?}
        key = {:?}
        [webhook]
        secrets = [{{ file = {:?} }}, {{ file = {:?} }}]
        [policy]
        file = {:?}
        {}
        [state]
        directory = {:?}
        [fingerprint]
        key = {{ file = {:?} }}
        {sections}
        "#,
        at("certificate.pem"),
        at("key.pem"),
        at("one"),
        at("two"),
        at("policy.toml"),
        if sections.contains("# shadow") { "shadow = true" } else { "" },
        at("state"),
        at("key"),
    )
}

pub(crate) fn talk() -> Transcript {
    Transcript::new("session_1")
}

pub(crate) fn failed(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, answer.text("error")), (status, Some(error)));
    assert_eq!(answer.action(), None, "never an allow by accident");
}

pub(crate) async fn tls(hook: &Hook) -> tokio_rustls::client::TlsStream<TcpStream> {
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(hook.authority.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(hook.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

/// A conversation that this machine takes a while to judge, and how many milliseconds it takes.
pub(crate) async fn slow_talk() -> (Transcript, u64) {
    let words = "call 555 0199 or 4111 and 2222 then 333 at 10.0.0.1 for the a b c\n".repeat(200);
    let wish = Wish { sections: "[limits]\ndeadline_ms = 10000".into(), ..Wish::default() };
    let hook = Hook::with(wish).await;
    let mut transcript = talk();
    // Many messages, since the clock is looked at between them.
    for count in (0..).map(|doubled| 8 << doubled) {
        for number in 0..count {
            transcript = transcript.user(&format!("{count} {number} {words}"));
        }
        let asked = transcript.clone().with("session_id", format!("slow_{count}").into());
        let took = hook.ask(&asked).await.took.as_millis();
        if took >= 200 {
            drop(hook.end().await);
            return (transcript, u64::try_from(took).unwrap());
        }
    }
    (transcript, 0)
}

/// Deadlines of which one is long enough to receive what takes so long, and too short to judge it.
pub(crate) fn deadlines(whole_ms: u64) -> impl Iterator<Item = u64> {
    (2..10).map(move |tenths| (whole_ms * tenths / 10).max(10))
}

/// The head of a signed request whose body is still to come.
pub(crate) fn head(envelope: &Envelope, length: usize) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nwebhook-id: {}\r\nwebhook-timestamp: {}\r\n\
         webhook-signature: {}\r\ncontent-length: {length}\r\n\r\n",
        envelope.id,
        envelope.at,
        envelope.signature.as_deref().unwrap()
    )
    .into_bytes()
}
