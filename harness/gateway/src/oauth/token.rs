//! `/services/oauth2/token`.

use mockorg_org::{Call, Grant, Input, OAuthError, Reply, TokenRequest};

use super::{
    assertion,
    request::{Parameters, refuse},
};
use crate::{
    answer::{Answer, FORM},
    encode,
    exchange::{Exchange, Failure},
    form, json,
    rest::unexpected,
};

/// Grants that the platform has and mockorg does not.
const UNMODELLED_GRANTS: &[&str] = &[
    "authorization_code",
    "device",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
];

/// Grants an access token.
pub(crate) fn token(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let format = Format::of(exchange, &parameters)?;
    let grant_type = parameters.text("grant_type");
    if UNMODELLED_GRANTS.contains(&&*grant_type) || &*parameters.text("response_type") == "device_code" {
        let error = exchange.not_modelled(&format!("the OAuth grant {grant_type}"));
        let description = error.message.unwrap_or_default();
        return Ok(format.print(refuse(exchange, &OAuthError::new("unsupported_grant_type", &description))));
    }
    let Some(grant) = grant(&parameters) else {
        return Ok(format.print(refuse(exchange, &OAuthError::new("invalid_grant", "invalid assertion"))));
    };
    let request = TokenRequest { client: parameters.client(), grant };
    let Reply::Token(outcome) = exchange.call_as(None, Call::Token(request))? else {
        return Err(unexpected());
    };
    Ok(format.print(match outcome {
        Ok(grant) => {
            let mut writer = exchange.writer();
            encode::token(&mut writer, &grant, &exchange.base_url());
            Answer::json(200, writer.finish())
        }
        Err(error) => refuse(exchange, &error),
    }))
}

/// What the client shows; `None` for an assertion that cannot be read.
fn grant(parameters: &Parameters<'_>) -> Option<Grant> {
    Some(match &*parameters.text("grant_type") {
        "password" => {
            Grant::Password { username: parameters.text("username"), password: parameters.text("password") }
        }
        "refresh_token" => Grant::RefreshToken(parameters.text("refresh_token")),
        "client_credentials" => Grant::ClientCredentials,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => assertion::claims(&parameters.text("assertion"))?,
        _ => Grant::Unsupported,
    })
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Form,
}

impl Format {
    fn of(exchange: &Exchange<'_>, parameters: &Parameters<'_>) -> Result<Self, Failure> {
        let accept = exchange.header("accept").unwrap_or_default();
        match parameters.get("format").as_deref() {
            Some("xml") => Err(exchange.not_modelled("token answers in XML").into()),
            Some("urlencoded") => Ok(Self::Form),
            None if accept.trim() == "application/xml" => {
                Err(exchange.not_modelled("token answers in XML").into())
            }
            None if accept.trim() == "application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Ok(Self::Json),
        }
    }

    fn print(self, answer: Answer) -> Answer {
        if self == Self::Json {
            return answer;
        }
        // Token answers are flat objects of texts.
        let members = json::record_body(&answer.body).unwrap_or_default();
        let pairs = members.iter().filter_map(|member| match &member.value {
            Input::Text(text) => Some(form::pair(&member.name, text)),
            _ => None,
        });
        Answer::new(answer.status, FORM, pairs.collect::<Vec<_>>().join("&"))
    }
}
