//! Whom sinks trust, and who they are, on encrypted connections.

use std::{fs, path::PathBuf, sync::Arc};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls_platform_verifier::BuilderVerifierExt as _;
use zeroize::Zeroizing;

use crate::Error;

/// Whom to trust, and who to be.
#[derive(Clone, Default)]
pub struct Trust {
    /// A file of PEM certificates that is trusted in place of the machine's.
    pub authority: Option<PathBuf>,
    /// A file of PEM certificates to present, and the PEM key for it.
    pub identity: Option<(PathBuf, Zeroizing<String>)>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = (&self.authority, self.identity.as_ref().map(|(certificate, _)| certificate));
        formatter.debug_tuple("Trust").field(&shown).finish()
    }
}

/// What a client of TLS needs.
pub(crate) fn config(trust: &Trust) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::Tls)?;
    let builder = match &trust.authority {
        None => builder.with_platform_verifier().map_err(|_| Error::Tls)?,
        Some(file) => {
            let mut roots = RootCertStore::empty();
            let (added, _) = roots.add_parsable_certificates(certificates(file)?);
            if added == 0 {
                return Err(Error::Certificate);
            }
            builder.with_root_certificates(roots)
        }
    };
    let Some((file, key)) = &trust.identity else { return Ok(builder.with_no_client_auth()) };
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| Error::Certificate)?;
    builder.with_client_auth_cert(certificates(file)?, key).map_err(|_| Error::Certificate)
}

fn certificates(file: &PathBuf) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = fs::read(file).map_err(|_| Error::Certificate)?;
    CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|_| Error::Certificate)
}
