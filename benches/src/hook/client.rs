//! One connection over TLS that is kept, as the asking side keeps it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use dosimeter_benches::Error;
use dosimeter_simulator::hook::{Caller, sign};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use crate::server::{SECRET, Server};

/// A connection.
pub(crate) struct Client {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Client {
    pub(crate) fn connect(server: &Server) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(server.authority.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost")?;
        let stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: StreamOwned::new(ClientConnection::new(Arc::new(config), name)?, stream),
        })
    }

    /// Sends a prompt, and says how long its verdict took.
    #[expect(clippy::disallowed_methods, reason = "a signature says when it was made")]
    pub(crate) fn ask(&mut self, body: &[u8]) -> Result<Duration, Error> {
        let id = Caller::new_id();
        let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let signature = sign(SECRET, [&id, &at], body);
        let head = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             webhook-id: {id}\r\nwebhook-timestamp: {at}\r\nwebhook-signature: {signature}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        let begin = Instant::now();
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body)?;
        self.stream.flush()?;
        let answer = self.answer()?;
        let took = begin.elapsed();
        if !answer.contains("\"action\":\"allow\"") {
            return Err(format!("not allowed: {answer}").into());
        }
        Ok(took)
    }

    /// Verdicts are short: what a read gives is all of one as soon as its braces close.
    fn answer(&mut self) -> Result<String, Error> {
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while !answer.ends_with(b"}") {
            match self.stream.read(&mut buffer)? {
                0 => break,
                read => answer.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}
