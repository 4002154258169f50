//! OpenID Connect: discovery, keys and id tokens. Signatures need the feature `openid`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mockorg_org::{ApiError, OpenId, TokenGrant};
use sha2::{Digest, Sha256};

#[cfg(feature = "openid")]
use super::signing;
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json::{JsonForm, JsonWriter},
};

/// How long an id token is valid, in seconds.
const SECONDS: i64 = 120;

/// The id of the one key.
const KEY_ID: &str = "mockorg-test";

/// `GET /.well-known/openid-configuration`.
pub(crate) fn discovery(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    check(exchange)?;
    let base = &*exchange.base_url();
    let mut w = exchange.writer();
    w.begin_object().key("issuer").string(base);
    for (key, path) in [
        ("authorization_endpoint", "/services/oauth2/authorize"),
        ("token_endpoint", "/services/oauth2/token"),
        ("revocation_endpoint", "/services/oauth2/revoke"),
        ("userinfo_endpoint", "/services/oauth2/userinfo"),
        ("jwks_uri", "/id/keys"),
        ("introspection_endpoint", "/services/oauth2/introspect"),
    ] {
        w.key(key).concat([base, path]);
    }
    for (key, values) in [
        (
            "scopes_supported",
            &["api", "full", "id", "offline_access", "openid", "profile", "refresh_token", "web"][..],
        ),
        ("response_types_supported", &["code", "token", "token id_token"]),
        ("subject_types_supported", &["public"]),
        ("id_token_signing_alg_values_supported", &["RS256"]),
        ("display_values_supported", &["page", "popup", "touch"]),
        ("token_endpoint_auth_methods_supported", &["client_secret_post", "client_secret_basic"]),
        (
            "claims_supported",
            &[
                "active",
                "address",
                "email",
                "email_verified",
                "family_name",
                "given_name",
                "is_app_installed",
                "language",
                "locale",
                "name",
                "nickname",
                "organization_id",
                "photos",
                "picture",
                "preferred_username",
                "profile",
                "sub",
                "updated_at",
                "urls",
                "user_id",
                "user_type",
                "utcOffset",
                "zoneinfo",
            ],
        ),
    ] {
        w.key(key).strings(values);
    }
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// `GET /id/keys`.
pub(crate) fn keys(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (modulus, exponent) = public_key(exchange)?;
    let mut w = exchange.writer();
    w.begin_object().key("keys").begin_array().begin_object();
    w.key("kty").string("RSA").key("n").string(&URL_SAFE_NO_PAD.encode(modulus));
    w.key("e").string(&URL_SAFE_NO_PAD.encode(exponent));
    w.key("alg").string("RS256").key("kid").string(KEY_ID).key("use").string("sig");
    w.end_object().end_array().end_object();
    Ok(Answer::json(200, w.finish()))
}

/// The id token of a grant, if its scopes ask for one.
///
/// # Errors
///
/// `MOCKORG_NOT_MODELLED` without the feature `openid`.
pub(super) fn id_token(
    exchange: &Exchange<'_>,
    grant: &TokenGrant,
    base_url: &str,
) -> Result<Option<String>, ApiError> {
    let Some(openid) = &grant.openid else { return Ok(None) };
    let head = format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{KEY_ID}"}}"#);
    let claims = claims(grant, openid, base_url);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(exchange, text.as_bytes())?;
    Ok(Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))))
}

fn claims(grant: &TokenGrant, openid: &OpenId, base_url: &str) -> Vec<u8> {
    let issued = openid.issued.millis().div_euclid(1000);
    let digest = Sha256::digest(grant.access_token.as_bytes());
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.begin_object().key("at_hash").string(&URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default()));
    w.key("sub").display(format_args!("{base_url}/id/{}/{}", grant.organization_id, grant.user_id));
    w.key("aud").string(&openid.audience).key("iss").string(base_url);
    if let Some(nonce) = &openid.nonce {
        w.key("nonce").string(nonce);
    }
    w.key("exp").int(issued.saturating_add(SECONDS)).key("iat").int(issued).end_object();
    w.finish()
}

/// Whether id tokens can be signed.
///
/// # Errors
///
/// `MOCKORG_NOT_MODELLED` without the feature `openid`.
#[cfg(feature = "openid")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it is refused")]
pub(super) const fn check(_: &Exchange<'_>) -> Result<(), ApiError> {
    Ok(())
}

#[cfg(feature = "openid")]
fn public_key(exchange: &Exchange<'_>) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
    signing::public_key().ok_or_else(|| unreadable(exchange))
}

#[cfg(feature = "openid")]
fn sign(exchange: &Exchange<'_>, text: &[u8]) -> Result<Vec<u8>, ApiError> {
    signing::sign(text).ok_or_else(|| unreadable(exchange))
}

#[cfg(feature = "openid")]
fn unreadable(exchange: &Exchange<'_>) -> ApiError {
    exchange.not_modelled("OpenID Connect; its key cannot be read")
}

#[cfg(not(feature = "openid"))]
pub(super) fn check(exchange: &Exchange<'_>) -> Result<(), ApiError> {
    Err(exchange.not_modelled("OpenID Connect (scope openid, discovery and keys); the feature openid is off"))
}

#[cfg(not(feature = "openid"))]
fn public_key(exchange: &Exchange<'_>) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
    check(exchange).map(|()| Default::default())
}

#[cfg(not(feature = "openid"))]
fn sign(exchange: &Exchange<'_>, _: &[u8]) -> Result<Vec<u8>, ApiError> {
    check(exchange).map(|()| Vec::new())
}
