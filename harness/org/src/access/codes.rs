//! Authorization codes: which there are, for whom, and for how long.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{OAuthError, RecordId, Timestamp, chance::Chance};

/// How long a code can be exchanged for a token.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// For how long the org knows that a code has existed, so that it can say why it is refused.
const MEMORY: Duration = Duration::from_secs(24 * 3600);

/// Letters of codes and refresh tokens.
pub(super) const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// What a code stands for.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct AuthorizationCode {
    pub(super) client_id: Box<str>,
    pub(super) user: RecordId,
    pub(super) scope: Box<str>,
    pub(super) redirect_uri: Box<str>,
    /// The SHA-256 of the verifier, in base64url.
    pub(super) challenge: Option<Box<str>>,
    pub(super) nonce: Option<Box<str>>,
    issued: Timestamp,
    used: bool,
}

impl AuthorizationCode {
    pub(super) fn new(
        client_id: &str,
        user: RecordId,
        scope: Box<str>,
        redirect_uri: &str,
        issued: Timestamp,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            user,
            scope,
            redirect_uri: redirect_uri.into(),
            challenge: None,
            nonce: None,
            issued,
            used: false,
        }
    }

    /// Checks what the app shows besides the code.
    ///
    /// # Errors
    ///
    /// `redirect_uri_mismatch`; `invalid_grant` when the verifier is not the one of the challenge, or is shown
    /// for a code without challenge.
    pub(super) fn check(&self, redirect_uri: &str, verifier: Option<&str>) -> Result<(), OAuthError> {
        if *self.redirect_uri != *redirect_uri {
            return Err(redirect_mismatch());
        }
        if self.challenge != verifier.map(challenge_of) {
            return Err(OAuthError::new("invalid_grant", "invalid code verifier"));
        }
        Ok(())
    }
}

/// The codes of an org.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Codes(BTreeMap<Box<str>, AuthorizationCode>);

impl Codes {
    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Gives a code. It ends as those of the platform do.
    pub(super) fn issue(&mut self, chance: &mut Chance, code: AuthorizationCode) -> Box<str> {
        let now = code.issued;
        self.0.retain(|_, old| now < old.issued + MEMORY);
        let name: Box<str> = format!("aPrx{}==", chance.text(ALPHABET, 80)).into();
        self.0.insert(name.clone(), code);
        name
    }

    /// A code of this app that can still be exchanged.
    ///
    /// # Errors
    ///
    /// `invalid_grant`, in one wording for codes that were used or are too old, in another for all that this app
    /// never got.
    pub(super) fn get(
        &self,
        name: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<&AuthorizationCode, OAuthError> {
        let code = self.0.get(name).filter(|code| *code.client_id == *client_id);
        let code = code.ok_or_else(|| OAuthError::new("invalid_grant", "invalid authorization code"))?;
        if code.used || now >= code.issued + LIFETIME {
            return Err(OAuthError::new("invalid_grant", "expired authorization code"));
        }
        Ok(code)
    }

    /// Notes that a code was exchanged.
    pub(super) fn use_up(&mut self, name: &str) {
        if let Some(code) = self.0.get_mut(name) {
            code.used = true;
        }
    }
}

/// The refusal of an address that the app is not known to have.
pub(super) fn redirect_mismatch() -> OAuthError {
    OAuthError::new("redirect_uri_mismatch", "redirect_uri must match configuration")
}

/// The challenge of a verifier: its SHA-256 in base64url.
fn challenge_of(verifier: &str) -> Box<str> {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::test_org::START;

    fn code() -> AuthorizationCode {
        let user = "0051a000000UGT8".parse().unwrap();
        AuthorizationCode::new("app", user, "api".into(), "http://localhost/back", START)
    }

    #[test]
    fn a_verifier_belongs_to_its_challenge_as_in_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            &*challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let bound = AuthorizationCode { challenge: Some(challenge_of("verifier")), ..code() };
        let back = "http://localhost/back";
        assert_eq!(bound.check(back, Some("verifier")), Ok(()));
        for (code, verifier) in [(&bound, Some("other")), (&bound, None), (&code(), Some("verifier"))] {
            let refused = code.check(back, verifier).unwrap_err();
            assert_eq!(&*refused.description, "invalid code verifier", "{verifier:?}");
        }
        assert_eq!(bound.check("http://localhost/", Some("verifier")).unwrap_err(), redirect_mismatch());
    }

    #[test]
    fn a_code_is_good_for_fifteen_minutes_once_and_for_its_own_app() {
        let mut codes = Codes::default();
        let name = codes.issue(&mut Chance::new(1, "code"), code());
        assert!(name.starts_with("aPrx") && name.ends_with("=="), "{name}");
        let after = |seconds| START + Duration::from_secs(seconds);
        assert!(codes.get(&name, "app", after(899)).is_ok());
        let words = |name: &str, app, at| codes.get(name, app, at).map(|_| ()).unwrap_err().description;
        assert_eq!(&*words(&name, "app", after(900)), "expired authorization code");
        assert_eq!(&*words(&name, "other", START), "invalid authorization code");
        assert_eq!(&*words("nonsense", "app", START), "invalid authorization code");
        codes.use_up(&name);
        assert_eq!(&*codes.get(&name, "app", START).unwrap_err().description, "expired authorization code");
    }

    #[test]
    fn codes_of_yesterday_take_up_no_memory() {
        let (mut codes, mut chance) = (Codes::default(), Chance::new(1, "code"));
        codes.issue(&mut chance, code());
        let later = AuthorizationCode { issued: START + MEMORY, ..code() };
        codes.issue(&mut chance, later);
        assert_eq!(codes.0.len(), 1);
    }
}
