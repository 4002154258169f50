//! The claims of a JWT bearer assertion, and its signature.
//!
//! A signature is verified when the connected app has a certificate in the org file; without one there is nothing to
//! verify it with.

use base64::{Engine, alphabet, engine::GeneralPurpose};
use mockorg_org::{ApiError, AssertionSignature, Grant, Input};

use super::request::ANY_PADDING;
#[cfg(feature = "openid")]
use super::signing;
use crate::{exchange::Exchange, json};

const JWT: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// Reads an assertion and verifies its signature, if there is something to verify it with; `None` when the text is
/// no assertion.
///
/// # Errors
///
/// `MOCKORG_NOT_MODELLED` when there is, and the feature `openid` is off.
pub(super) fn read(exchange: &Exchange<'_>, assertion: &str) -> Result<Option<Grant>, ApiError> {
    let Some(mut grant) = claims(assertion) else { return Ok(None) };
    if let Grant::JwtBearer { issuer, signature, .. } = &mut grant
        && let Some(certificate) = exchange.look(|org| org.certificate_of(issuer).map(Box::<str>::from))
    {
        *signature = verify(exchange, &certificate, assertion)?;
    }
    Ok(Some(grant))
}

#[cfg(feature = "openid")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature it is refused")]
fn verify(_: &Exchange<'_>, certificate: &str, assertion: &str) -> Result<AssertionSignature, ApiError> {
    let fits = assertion.rsplit_once('.').is_some_and(|(text, signature)| {
        JWT.decode(signature).is_ok_and(|signature| signing::verify(certificate, text.as_bytes(), &signature))
    });
    Ok(if fits { AssertionSignature::Fits } else { AssertionSignature::DoesNotFit })
}

#[cfg(not(feature = "openid"))]
fn verify(exchange: &Exchange<'_>, _: &str, _: &str) -> Result<AssertionSignature, ApiError> {
    Err(exchange.not_modelled("signatures of assertions; the feature openid is off"))
}

/// Reads the claims; `None` when the text is no JWT with the four claims that the platform asks for.
pub(super) fn claims(assertion: &str) -> Option<Grant> {
    let mut pieces = assertion.split('.');
    let (head, payload, signature) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if pieces.next().is_some() || signature.is_empty() {
        return None;
    }
    let algorithm = text(&members(head)?, "alg")?;
    if &*algorithm != "RS256" {
        return None;
    }
    let payload = members(payload)?;
    Some(Grant::JwtBearer {
        issuer: text(&payload, "iss")?,
        subject: text(&payload, "sub").or_else(|| text(&payload, "prn"))?,
        audience: text(&payload, "aud")?,
        expires: seconds(&payload)?,
        signature: AssertionSignature::Unchecked,
    })
}

fn members(piece: &str) -> Option<Vec<mockorg_org::FieldInput>> {
    let json = JWT.decode(piece).ok()?;
    match json::read(&json).ok()? {
        Input::Object(members) => Some(members),
        _ => None,
    }
}

fn text(members: &[mockorg_org::FieldInput], name: &str) -> Option<Box<str>> {
    match &members.iter().find(|member| &*member.name == name)?.value {
        Input::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// `exp`: a number, which some clients send as text or with a fraction.
fn seconds(members: &[mockorg_org::FieldInput]) -> Option<i64> {
    match &members.iter().find(|member| &*member.name == "exp")?.value {
        Input::Text(text) | Input::Number(text) => text.split('.').next()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jwt(head: &str, payload: &str) -> String {
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn the_time_of_expiry_may_be_a_number_or_text() {
        for expiry in ["1645223681", "\"1645223681\"", "1645223681.5"] {
            let payload =
                format!(r#"{{"iss":"id","sub":"user","aud":"https://login.example","exp":{expiry}}}"#);
            let Some(Grant::JwtBearer { issuer, subject, audience, expires, .. }) =
                claims(&jwt(r#"{"alg":"RS256"}"#, &payload))
            else {
                panic!("no claims in {payload}");
            };
            assert_eq!(
                (&*issuer, &*subject, &*audience, expires),
                ("id", "user", "https://login.example", 1_645_223_681)
            );
        }
    }

    #[test]
    fn texts_that_are_no_assertion_give_no_claims() {
        let full = r#"{"iss":"id","sub":"user","aud":"x","exp":1}"#;
        for text in [
            "",
            "a.b.c",
            "..",
            &jwt("{}", full),
            &jwt(r#"{"alg":"none"}"#, full),
            &jwt(r#"{"alg":"RS256"}"#, "{}"),
            &jwt(r#"{"alg":"RS256"}"#, "[]"),
        ] {
            assert_eq!(claims(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_text_makes_the_reader_panic(text in "[A-Za-z0-9_.=-]{0,40}", payload in any::<String>()) {
            prop_assert_eq!(claims(&text), None);
            prop_assert_eq!(claims(&jwt(r#"{"alg":"RS256"}"#, &payload)), None);
        }

        #[test]
        fn the_time_of_expiry_is_read_or_refused_but_never_another(expiry in prop_oneof![any::<i64>().prop_map(|n| n.to_string()), "-?[1-9][0-9]{0,24}(\\.[0-9]{1,3})?"]) {
            let payload = format!(r#"{{"iss":"i","prn":"u","aud":"a","exp":{expiry}}}"#);
            let whole: Option<i64> = expiry.split('.').next().and_then(|whole| whole.parse().ok());
            let read = claims(&jwt(r#"{"alg":"RS256"}"#, &payload)).map(|grant| match grant {
                Grant::JwtBearer { expires, .. } => expires,
                other => panic!("{other:?}"),
            });
            prop_assert_eq!(read, whole);
        }
    }
}
