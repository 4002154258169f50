//! Private keys in PEM.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::RsaKeyPair;

/// Reads an RSA key, PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
///
/// # Errors
///
/// A sentence that says what the text is instead, and what to do.
pub(super) fn rsa_key(pem: &str) -> Result<RsaKeyPair, String> {
    let rejected = |error: ring::error::KeyRejected| {
        format!("the private key is refused ({error}); RS256 needs an RSA key of 2048 to 4096 bits")
    };
    if let Some(der) = block(pem, "PRIVATE KEY") {
        return RsaKeyPair::from_pkcs8(&der?).map_err(rejected);
    }
    if let Some(der) = block(pem, "RSA PRIVATE KEY") {
        return RsaKeyPair::from_der(&der?).map_err(rejected);
    }
    Err(if pem.contains("ENCRYPTED") {
        "the private key is encrypted; decrypt it first: openssl pkcs8 -in server.key -out plain.key"
            .to_owned()
    } else if pem.contains("BEGIN CERTIFICATE") {
        "the file holds a certificate; the login needs the private key that belongs to it".to_owned()
    } else {
        "there is no PRIVATE KEY or RSA PRIVATE KEY block; give the RSA key in PEM".to_owned()
    })
}

/// The bytes of the first block with a label; `None` when there is no such block.
fn block(pem: &str, label: &str) -> Option<Result<Vec<u8>, String>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let broken = || format!("the {label} block of the private key is damaged");
    let Some((body, _)) = rest.split_once(&format!("-----END {label}-----")) else {
        return Some(Err(broken()));
    };
    // Old encrypted keys carry header lines inside the block.
    if body.contains(':') {
        return None;
    }
    let text: String = body.split_ascii_whitespace().collect();
    Some(STANDARD.decode(text).map_err(|_| broken()))
}
