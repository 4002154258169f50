//! The assertion of the JWT bearer flow.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{rand::SystemRandom, signature::RSA_PKCS1_SHA256};
use serde_json::json;

use super::{pem::rsa_key, secret::Secret};

/// How long an assertion holds; the platform accepts no more than a few minutes.
const LIFETIME: Duration = Duration::from_secs(180);

/// What an assertion says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claims<'a> {
    /// The client id.
    pub(super) issuer: &'a str,
    /// The username.
    pub(super) subject: &'a str,
    /// The login address.
    pub(super) audience: &'a str,
}

/// A signed assertion that holds for three minutes from `now` on.
///
/// # Errors
///
/// A sentence about the key.
pub(super) fn assertion(claims: Claims<'_>, key: &Secret, now: SystemTime) -> Result<Secret, String> {
    let key = rsa_key(key.reveal())?;
    let expires = now.duration_since(UNIX_EPOCH).unwrap_or_default() + LIFETIME;
    let payload = json!({
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "exp": expires.as_secs(),
    });
    let mut text = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    text.push('.');
    text.push_str(&URL_SAFE_NO_PAD.encode(payload.to_string()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| "the private key does not sign".to_owned())?;
    text.push('.');
    text.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    const PKCS8: &str = include_str!("../../tests/keys/pkcs8.pem");
    const PKCS1: &str = include_str!("../../tests/keys/pkcs1.pem");

    fn claims() -> Claims<'static> {
        Claims { issuer: "3MVG9", subject: "a@b.example", audience: "https://login.salesforce.com" }
    }

    #[test]
    fn keys_of_both_forms_sign_what_the_public_key_confirms() -> Result<(), Box<dyn std::error::Error>> {
        for pem in [PKCS8, PKCS1] {
            let text = assertion(claims(), &Secret::new(pem), UNIX_EPOCH + Duration::from_secs(1_000))?;
            let (signed, signature) = text.reveal().rsplit_once('.').ok_or("no signature")?;
            let key = rsa_key(PKCS8)?;
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
            assert!(public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature)?).is_ok());
            let payload = signed.split_once('.').ok_or("no payload")?.1;
            let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?;
            assert_eq!(payload["exp"], 1_180);
            assert_eq!(payload["sub"], "a@b.example");
        }
        Ok(())
    }

    #[test]
    fn texts_that_are_no_key_are_refused_with_what_to_do() {
        for (pem, words) in [
            ("", "PRIVATE KEY"),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----",
                "openssl pkcs8",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END RSA PRIVATE KEY-----",
                "openssl pkcs8",
            ),
            ("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----", "certificate"),
            ("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "RSA key of 2048"),
            ("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----", "damaged"),
            ("-----BEGIN PRIVATE KEY-----\nAA==", "damaged"),
        ] {
            let refused = assertion(claims(), &Secret::new(pem), UNIX_EPOCH);
            assert!(refused.as_ref().is_err_and(|text| text.contains(words)), "{pem} {refused:?}");
        }
    }
}
