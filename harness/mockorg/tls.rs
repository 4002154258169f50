//! The port with TLS: a certificate made at start, or files.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::CertifiedKey;
use tokio_rustls::rustls::{
    self, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::StartError;

/// What was chosen about TLS.
#[derive(Clone, Debug, Default)]
pub(crate) struct TlsChoice {
    pub(crate) port: u16,
    /// Files with a certificate and its key.
    pub(crate) files: Option<(PathBuf, PathBuf)>,
}

/// How the org shows who it is.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    /// What clients have to trust.
    pub(crate) certificate_pem: String,
}

impl TlsChoice {
    /// Reads the files, or makes a certificate.
    pub(crate) fn identity(&self) -> Result<Identity, StartError> {
        let (certificate_pem, key_pem) = match &self.files {
            Some((certificate, key)) => (read(certificate)?, read(key)?),
            None => {
                let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names())
                    .map_err(|error| StartError::Tls(error.to_string()))?;
                (cert.pem(), signing_key.serialize_pem())
            }
        };
        let config = configure(&certificate_pem, &key_pem)?;
        Ok(Identity { config: Arc::new(config), certificate_pem })
    }
}

fn configure(certificate_pem: &str, key_pem: &str) -> Result<ServerConfig, StartError> {
    let wrong = |what: &str, error: &dyn std::fmt::Display| StartError::Tls(format!("{what}: {error}"));
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong("the certificate is no PEM", &error))?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes())
        .map_err(|error| wrong("the key is no PEM", &error))?;
    // The provider is named here, so that none has to be installed for the whole program.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| wrong("the certificate cannot be used", &error))?;
    if cfg!(feature = "pubsub") {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}

/// The names under which clients reach an org on this machine.
fn names() -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"].map(ToOwned::to_owned).to_vec();
    let own = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let own = own.or_else(|| env::var("HOSTNAME").ok()).or_else(|| env::var("COMPUTERNAME").ok());
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.')
    };
    names.extend(own.map(|name| name.trim().to_owned()).filter(|name| is_name(name)));
    names
}

fn read(path: &Path) -> Result<String, StartError> {
    fs::read_to_string(path).map_err(|source| StartError::Read { path: path.to_owned(), source })
}
