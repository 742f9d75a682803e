//! Syslog over TCP and TLS: RFC 5424 messages, framed by their length (RFC 6587, RFC 5425).
//!
//! Syslog acknowledges nothing, so what was written may be lost with a receiver that dies. To be as sure
//! as TCP allows, each batch is a connection of its own: we say that we are done, and take the receiver's
//! own end of the connection as the receipt, since it comes when everything before it was read.

mod message;

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use reqwest::Url;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{Error, Event, Format, Outcome, Sink, Trust, http, tls};

/// How long connecting and writing may take.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a receiver may take to read what was written. One that then still holds the connection is one
/// that does not close it when we do, and gets the benefit of the doubt.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Messages to a receiver of syslog.
pub struct SyslogSink {
    format: Format,
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// The name of this machine.
    machine: String,
}

impl std::fmt::Debug for SyslogSink {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SyslogSink").field("format", &self.format).finish_non_exhaustive()
    }
}

impl SyslogSink {
    /// Sends to `url`: `tls://host:6514`, or `tcp://host:514` on this machine or where `unencrypted` says
    /// that the network may see who has findings.
    ///
    /// # Errors
    ///
    /// If the address is none or not allowed, or a certificate cannot be used.
    pub fn new(format: Format, url: &str, trust: &Trust, unencrypted: bool) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|_| Error::SyslogAddress)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Error::SyslogAddress)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let (tls, port) = match url.scheme() {
            "tls" => {
                let connector = TlsConnector::from(Arc::new(tls::config(trust)?));
                let name = ServerName::try_from(host.clone()).map_err(|_| Error::SyslogAddress)?;
                (Some((connector, name)), 6514)
            }
            "tcp" if unencrypted || http::is_local(&host) => (None, 514),
            "tcp" => return Err(Error::Unencrypted),
            _ => return Err(Error::SyslogAddress),
        };
        let port = url.port().unwrap_or(port);
        Ok(Self { format, host, port, tls, machine: message::machine() })
    }

    async fn connect(&self) -> io::Result<Box<dyn Connection>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match &self.tls {
            None => Ok(Box::new(stream)),
            Some((connector, name)) => Ok(Box::new(connector.connect(name.clone(), stream).await?)),
        }
    }

    async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let write = async {
            let mut connection = self.connect().await?;
            connection.write_all(bytes).await?;
            connection.shutdown().await?;
            Ok::<_, io::Error>(connection)
        };
        let mut connection =
            timeout(WRITE_TIMEOUT, write).await.map_err(|_| io::ErrorKind::TimedOut)??;
        let read = async {
            let mut buffer = [0; 1024];
            while connection.read(&mut buffer).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        match timeout(READ_TIMEOUT, read).await {
            // The end of TLS may be left out at the end of a connection.
            Ok(Err(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            _ => Ok(()),
        }
    }
}

/// What TCP and TLS have in common.
trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<C: AsyncRead + AsyncWrite + Send + Unpin> Connection for C {}

fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody answers",
        io::ErrorKind::TimedOut => "the other side takes too long",
        io::ErrorKind::InvalidData => "the other side's certificate is not trusted",
        _ => "the connection broke off",
    }
}

impl Sink for SyslogSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        let frames: String =
            events.iter().map(|event| message::frame(event, self.format, &self.machine)).collect();
        Box::pin(async move {
            let outcome = match self.send(frames.as_bytes()).await {
                Ok(()) => Outcome::Delivered,
                Err(error) => Outcome::Later(reason(&error), None),
            };
            vec![outcome; events.len()]
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        Box::pin(async move { self.send(&[]).await.map_err(|error| reason(&error)) })
    }
}
