//! OAuth token answers.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use mockorg_org::{OAuthError, TokenGrant};
use sha2::Sha256;

use crate::json::JsonWriter;

/// Writes a granted token. `base_url` is scheme and host, without a slash at the end.
pub(crate) fn token(w: &mut JsonWriter, grant: &TokenGrant, base_url: &str) {
    let id = format!("{base_url}/id/{}/{}", grant.organization_id, grant.user_id);
    let issued_at = grant.issued_at.map(|at| at.millis().to_string());
    let signature = issued_at.as_deref().map(|issued_at| sign(&grant.signing_key, &[&id, issued_at]));
    // Only the password grant names no scope, and its answer has the signature at the end.
    let signed_first = grant.scope.is_some();
    w.begin_object().key("access_token").string(&grant.access_token);
    if let Some(refresh_token) = &grant.refresh_token {
        w.key("refresh_token").string(refresh_token);
    }
    if let Some(signature) = signature.as_deref().filter(|_| signed_first) {
        w.key("signature").string(signature);
    }
    if let Some(scope) = &grant.scope {
        w.key("scope").string(scope);
    }
    w.key("instance_url").string(base_url).key("id").string(&id).key("token_type").string("Bearer");
    if let Some(issued_at) = &issued_at {
        w.key("issued_at").string(issued_at);
    }
    if let Some(signature) = signature.as_deref().filter(|_| !signed_first) {
        w.key("signature").string(signature);
    }
    w.end_object();
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
        }
    }

    fn written(grant: &TokenGrant) -> String {
        let mut w = JsonWriter::new(JsonForm::Compact);
        token(&mut w, grant, "http://127.0.0.1:8080");
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
