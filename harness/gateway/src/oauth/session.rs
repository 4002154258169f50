//! Introspection and revocation.

use mockorg_org::{Call, OAuthError, Reply};

use super::request::{Parameters, refuse};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// `POST /services/oauth2/introspect`.
pub(crate) fn introspect(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let call = Call::Introspect { client: parameters.client(), token: parameters.text("token") };
    let Reply::Introspection(outcome) = exchange.call_as(None, call)? else { return Err(unexpected()) };
    Ok(match outcome {
        Ok(token) => {
            let mut writer = exchange.writer();
            encode::introspection(&mut writer, token.as_ref(), &exchange.base_url());
            Answer::json(200, writer.finish())
        }
        Err(error) => refuse(exchange, &error),
    })
}

/// `GET` and `POST /services/oauth2/revoke`.
pub(crate) fn revoke(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let call = Call::Revoke { token: parameters.text("token") };
    let Reply::Revoked(known) = exchange.call_as(None, call)? else { return Err(unexpected()) };
    if known {
        return Ok(Answer::empty(200));
    }
    Ok(refuse(exchange, &OAuthError::new("invalid_token", "the token is unknown or was revoked before")))
}
