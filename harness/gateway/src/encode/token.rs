//! OAuth token answers.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use mockorg_org::{OAuthError, TokenGrant};
use sha2::Sha256;

use crate::json::JsonWriter;

/// Writes a granted token. `base_url` is scheme and host, without a slash at the end.
pub(crate) fn token(w: &mut JsonWriter, grant: &TokenGrant, base_url: &str, id_token: Option<&str>) {
    w.begin_object();
    for (name, value) in token_members(grant, base_url, id_token) {
        w.key(name).string(&value);
    }
    w.end_object();
}

/// What a granted token is answered with, in the platform's order.
pub(crate) fn token_members<'t>(
    grant: &'t TokenGrant,
    base_url: &'t str,
    id_token: Option<&'t str>,
) -> Vec<(&'static str, Cow<'t, str>)> {
    let id = format!("{base_url}/id/{}/{}", grant.organization_id, grant.user_id);
    let issued_at = grant.issued_at.map(|at| at.millis().to_string());
    let signature = issued_at.as_deref().map(|issued_at| sign(&grant.signing_key, &[&id, issued_at]));
    // Only the password grant names no scope, and its answer has the signature at the end.
    let (first, last) = if grant.scope.is_some() { (signature, None) } else { (None, signature) };
    let borrowed = |text: &'t str| Cow::Borrowed(text);
    [
        ("access_token", Some(borrowed(&grant.access_token))),
        ("refresh_token", grant.refresh_token.as_deref().map(borrowed)),
        ("signature", first.map(Cow::Owned)),
        ("scope", grant.scope.as_deref().map(borrowed)),
        ("id_token", id_token.map(borrowed)),
        ("instance_url", Some(borrowed(base_url))),
        ("id", Some(Cow::Owned(id))),
        ("token_type", Some(borrowed("Bearer"))),
        ("issued_at", issued_at.map(Cow::Owned)),
        ("signature", last.map(Cow::Owned)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// Writes the refusal of a token request.
pub(crate) fn oauth_error(w: &mut JsonWriter, error: &OAuthError) {
    w.begin_object().key("error").string(&error.error);
    w.key("error_description").string(&error.description).end_object();
}

/// Base64 of HMAC-SHA256 over the parts, one after the other.
fn sign(key: &str, parts: &[&str]) -> String {
    // HMAC takes keys of any length, so there is always a signature.
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map(|mut mac| {
        parts.iter().for_each(|part| mac.update(part.as_bytes()));
        mac.finalize().into_bytes()
    });
    mac.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use mockorg_org::Timestamp;

    use super::*;
    use crate::json::JsonForm;

    fn grant() -> TokenGrant {
        TokenGrant {
            access_token: "00Dxx!t".into(),
            refresh_token: None,
            scope: None,
            organization_id: "00D1a000000H3O9".parse().unwrap(),
            user_id: "0051a000000UGT8".parse().unwrap(),
            issued_at: Some(Timestamp::from_millis(1_645_223_681_952)),
            signing_key: "secret".into(),
            openid: None,
        }
    }

    fn written(grant: &TokenGrant) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        token(&mut w, grant, "http://127.0.0.1:8080", None);
        String::from_utf8(w.finish()).unwrap()
    }

    const ID: &str = "http://127.0.0.1:8080/id/00D1a000000H3O9EAK/0051a000000UGT8AAO";

    #[test]
    fn the_signature_is_an_hmac_over_id_and_issue_time() {
        // The second test case of RFC 4231.
        assert_eq!(
            sign("Jefe", &["what do ya want ", "for nothing?"]),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
        );
        let signature = sign("secret", &[ID, "1645223681952"]);
        assert!(written(&grant()).contains(&format!(r#""signature":"{signature}""#)));
    }

    #[test]
    fn each_grant_answers_its_own_members_in_order() {
        let signature = sign("secret", &[ID, "1645223681952"]);
        assert_eq!(
            written(&grant()),
            format!(
                r#"{{"access_token":"00Dxx!t","instance_url":"http://127.0.0.1:8080","id":"{ID}","token_type":"Bearer","issued_at":"1645223681952","signature":"{signature}"}}"#
            )
        );
        let web = TokenGrant { refresh_token: Some("5Aep".into()), scope: Some("api".into()), ..grant() };
        assert_eq!(
            written(&web),
            format!(
                r#"{{"access_token":"00Dxx!t","refresh_token":"5Aep","signature":"{signature}","scope":"api","instance_url":"http://127.0.0.1:8080","id":"{ID}","token_type":"Bearer","issued_at":"1645223681952"}}"#
            )
        );
        let jwt = TokenGrant { scope: Some("api".into()), issued_at: None, ..grant() };
        assert_eq!(
            written(&jwt),
            format!(
                r#"{{"access_token":"00Dxx!t","scope":"api","instance_url":"http://127.0.0.1:8080","id":"{ID}","token_type":"Bearer"}}"#
            )
        );
    }

    #[test]
    fn a_refusal_is_one_object() {
        let mut w = JsonWriter::new(JsonForm::Compact);
        oauth_error(&mut w, &OAuthError::new("invalid_grant", "authentication failure"));
        assert_eq!(w.finish(), br#"{"error":"invalid_grant","error_description":"authentication failure"}"#);
    }
}
