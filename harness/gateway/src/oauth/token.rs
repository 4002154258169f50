//! `/services/oauth2/token`.

use mockorg_org::{ApiError, Call, Grant, OAuthCall, OAuthError, OAuthReply, Reply, TokenRequest};

use super::{
    assertion, browser, connect,
    format::Format,
    openid,
    request::{Parameters, refuse},
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// Grants that the platform has and mockorg does not; with those that begin with `hybrid_`.
const UNMODELLED_GRANTS: &[&str] = &["urn:ietf:params:oauth:grant-type:saml2-bearer", "assertion"];

/// Grants an access token, or the codes of a device.
pub(crate) fn token(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let format = Format::of(exchange, &parameters);
    let grant_type = parameters.text("grant_type");
    if UNMODELLED_GRANTS.contains(&&*grant_type) || grant_type.starts_with("hybrid_") {
        let error = exchange.not_modelled(&format!("the OAuth grant {grant_type}"));
        return Ok(format.print(not_modelled(exchange, error)));
    }
    if grant_type.is_empty() && &*parameters.text("response_type") == "device_code" {
        return Ok(format.print(device(exchange, &parameters)?));
    }
    let grant = match grant(exchange, &parameters) {
        Ok(Some(grant)) => grant,
        Ok(None) => {
            let error = OAuthError::new("invalid_grant", "invalid assertion");
            return Ok(format.print(refuse(exchange, &error)));
        }
        Err(error) => return Ok(format.print(not_modelled(exchange, error))),
    };
    let request = TokenRequest { client: parameters.client(), grant };
    let Reply::Token(outcome) = exchange.call_as(None, Call::Token(request))? else {
        return Err(unexpected());
    };
    Ok(format.print(match outcome {
        Ok(grant) => {
            let base_url = exchange.base_url();
            match openid::id_token(exchange, &grant, &base_url) {
                Ok(id_token) => {
                    let mut writer = exchange.writer();
                    encode::token(&mut writer, &grant, &base_url, id_token.as_deref());
                    Answer::json(200, writer.finish())
                }
                Err(error) => not_modelled(exchange, error),
            }
        }
        Err(error) => refuse(exchange, &error),
    }))
}

/// What the client shows; `None` for an assertion that cannot be read.
fn grant(exchange: &Exchange<'_>, parameters: &Parameters<'_>) -> Result<Option<Grant>, ApiError> {
    let optional = |name: &str| parameters.get(name).filter(|text| !text.is_empty()).map(Box::from);
    Ok(Some(match &*parameters.text("grant_type") {
        "password" => {
            Grant::Password { username: parameters.text("username"), password: parameters.text("password") }
        }
        "authorization_code" => Grant::AuthorizationCode {
            code: parameters.text("code"),
            redirect_uri: parameters.text("redirect_uri"),
            verifier: optional("code_verifier"),
        },
        "refresh_token" => Grant::RefreshToken(parameters.text("refresh_token")),
        "client_credentials" => Grant::ClientCredentials,
        "device" => Grant::Device(parameters.text("code")),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
            return assertion::read(exchange, &parameters.text("assertion"));
        }
        "urn:ietf:params:oauth:grant-type:token-exchange" => Grant::TokenExchange {
            token: parameters.text("subject_token"),
            token_type: parameters.text("subject_token_type"),
            scope: optional("scope"),
        },
        _ => Grant::Unsupported,
    }))
}

/// The start of the device flow.
fn device(exchange: &Exchange<'_>, parameters: &Parameters<'_>) -> Result<Answer, Failure> {
    let scope = parameters.get("scope").map(Box::from);
    let call = OAuthCall::StartDevice { client_id: parameters.client().id, scope };
    let OAuthReply::Device(outcome) = browser::ask(exchange, call)? else { return Err(unexpected()) };
    Ok(match outcome {
        Ok(codes) => {
            let mut w = exchange.writer();
            w.begin_object().key("device_code").string(&codes.device_code);
            w.key("user_code").string(&codes.user_code);
            w.key("verification_uri").concat([&*exchange.base_url(), connect::PATH]);
            w.key("interval").int(codes.interval).end_object();
            Answer::json(200, w.finish())
        }
        Err(error) => refuse(exchange, &error),
    })
}

/// The refusal of what mockorg does not model, in the form of this endpoint.
fn not_modelled(exchange: &Exchange<'_>, error: ApiError) -> Answer {
    refuse(exchange, &OAuthError::new("unsupported_grant_type", &error.message.unwrap_or_default()))
}
