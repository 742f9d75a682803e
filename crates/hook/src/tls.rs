//! TLS, with a certificate that may change while the server runs.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tracing::{info, warn};

use crate::Error;

/// The certificate of now.
pub(crate) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Loaded>,
}

struct Loaded {
    certified: Arc<CertifiedKey>,
    /// When the files were written.
    written: [Option<SystemTime>; 2],
}

impl Certificate {
    /// Reads chain and key.
    pub(crate) fn open((chain, key): &(PathBuf, PathBuf)) -> Result<Arc<Self>, Error> {
        let loaded = load(chain, key)?;
        Ok(Arc::new(Self { chain: chain.clone(), key: key.clone(), current: RwLock::new(loaded) }))
    }

    /// Reads both again if they changed. What cannot be used is not used: the old one stays.
    pub(crate) fn refresh(&self) {
        let written = [written(&self.chain), written(&self.key)];
        let is_new = {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            current.written != written
        };
        if !is_new {
            return;
        }
        if let Ok(loaded) = load(&self.chain, &self.key) {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = loaded;
            info!("The certificate was read again.");
        } else {
            warn!("The new certificate cannot be used; the old one stays.");
        }
    }

    /// What connections are accepted with.
    pub(crate) fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, Error> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| Error::Tls("this build has no version of TLS"))?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.certified))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificate").finish_non_exhaustive()
    }
}

fn load(chain: &Path, key: &Path) -> Result<Loaded, Error> {
    let written = [written(chain), written(key)];
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|_| Error::Tls("the certificate cannot be read, or is not PEM"))?;
    if certificates.is_empty() {
        return Err(Error::Tls("the certificate file holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|_| Error::Tls("the key cannot be read, or is not PEM"))?;
    let certified =
        CertifiedKey::from_der(certificates, key, &ring::default_provider()).map_err(|_| {
            Error::Tls("the key is of no known kind, or belongs to another certificate")
        })?;
    Ok(Loaded { certified: Arc::new(certified), written })
}

fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
