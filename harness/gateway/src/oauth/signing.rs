//! RSA signatures: the org's own with a key that everybody knows, and those of connected apps, verified.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents, UnparsedPublicKey},
};

use super::der;

/// The key, which is no secret to anybody: see the note beside it.
const KEY: &[u8] = include_bytes!("../../keys/openid-test-key.p8.der");

fn key() -> Option<KeyPair> {
    KeyPair::from_pkcs8(KEY).ok()
}

/// Modulus and exponent of the public key.
pub(super) fn public_key() -> Option<(Vec<u8>, Vec<u8>)> {
    let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(key()?.public());
    Some((n, e))
}

/// The RS256 signature of a text. It is the same each time.
pub(super) fn sign(text: &[u8]) -> Option<Vec<u8>> {
    let key = key()?;
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
    Some(signature)
}

/// Whether a signature is that of the key in a certificate or public key in PEM.
pub(super) fn verify(pem: &str, text: &[u8], signature: &[u8]) -> bool {
    let base64: String = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN "))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END "))
        .flat_map(str::split_whitespace)
        .collect();
    let Some(key) =
        STANDARD.decode(base64).ok().and_then(|der| der::rsa_public_key(&der).map(<[u8]>::to_vec))
    else {
        return false;
    };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(text, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_org_signs_verifies_with_its_public_key() {
        let (n, e) = public_key().unwrap();
        let signature = sign(b"text").unwrap();
        let public = RsaPublicKeyComponents { n, e };
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"text", &signature).is_ok());
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"test", &signature).is_err());
        assert_eq!(sign(b"text").unwrap(), signature);
    }

    #[test]
    fn a_certificate_and_its_public_key_verify_what_their_key_has_signed() {
        let signature = STANDARD.decode(include_str!("test_data/signature.txt").trim()).unwrap();
        for pem in [include_str!("test_data/certificate.pem"), include_str!("test_data/public_key.pem")] {
            assert!(verify(pem, b"signed text", &signature));
            assert!(!verify(pem, b"other text", &signature));
        }
        assert!(!verify(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            b"signed text",
            &signature
        ));
        assert!(!verify("", b"signed text", &signature));
    }
}
