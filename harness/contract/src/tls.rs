//! TLS as a client: the platform's authorities and those of the user, by a provider of our own, so that
//! nothing is installed for the whole process.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::http::HttpError;

/// The configuration that trusts the platform's authorities and those in the PEM text.
///
/// # Errors
///
/// [`HttpError`] when the text holds no certificate that can be read, or the platform has no authorities
/// and none were given.
pub(crate) fn config(authorities: &str) -> Result<ClientConfig, HttpError> {
    let failed = |error: rustls::Error| HttpError::before(format!("TLS cannot be set up: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in certificates(authorities)? {
        roots.add(certificate).map_err(failed)?;
    }
    // Platforms keep certificates that nobody can read any more; the others suffice.
    let platform = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(platform.certs);
    if roots.is_empty() {
        let reason = platform.errors.first().map_or_else(String::new, |error| format!(" ({error})"));
        return Err(HttpError::before(format!(
            "this machine has no list of certificate authorities{reason}; install it (often the package \
             ca-certificates), or name a PEM file"
        )));
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, HttpError> {
    let unreadable =
        |reason: String| HttpError::before(format!("the certificates cannot be read: {reason}; give PEM"));
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        found.push(certificate.map_err(|error| unreadable(error.to_string()))?);
    }
    if found.is_empty() && !pem.trim().is_empty() {
        return Err(unreadable("there is no CERTIFICATE block".to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused_and_none_at_all_is_fine() {
        assert!(certificates("").is_ok_and(|found| found.is_empty()));
        for text in ["not PEM", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
            assert!(certificates(text).is_err_and(|error| error.reason.contains("PEM")), "{text}");
        }
    }
}
