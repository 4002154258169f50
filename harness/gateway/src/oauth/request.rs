//! The parameters of an OAuth request, wherever the client put them.

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hyper::{Method, header::AUTHORIZATION};
use mockorg_org::{ClientCredentials, OAuthError};

use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    form,
};

/// Base64 with or without padding, as the clients differ.
pub(super) const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASIC: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);

/// The parameters of one request: those of the body, then those of the query string.
pub(super) struct Parameters<'a> {
    exchange: &'a Exchange<'a>,
    body: String,
}

impl<'a> Parameters<'a> {
    /// Reads the parameters; a body that is not form-encoded has none.
    pub(super) fn of(exchange: &'a Exchange<'a>) -> Result<Self, Failure> {
        let media_type = exchange.content_type();
        let is_form =
            media_type.is_empty() || media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let body = if is_form && exchange.parts.method == Method::POST {
            exchange.body()?
        } else {
            bytes::Bytes::new()
        };
        Ok(Self { exchange, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// A parameter's value.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        form::value(&self.body, name).or_else(|| self.exchange.argument(name))
    }

    /// A parameter's value; empty when it is missing.
    pub(super) fn text(&self, name: &str) -> Box<str> {
        self.get(name).unwrap_or_default().into()
    }

    /// How the client proves itself: by HTTP Basic, or by parameters.
    pub(super) fn client(&self) -> ClientCredentials {
        self.basic().unwrap_or_else(|| ClientCredentials {
            id: self.text("client_id"),
            secret: self.get("client_secret").map(Into::into),
        })
    }

    fn basic(&self) -> Option<ClientCredentials> {
        let header = self.exchange.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, encoded) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Basic") {
            return None;
        }
        let text = String::from_utf8(BASIC.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        // Both are form-encoded before they are joined.
        let (id, secret) = (form::segment(id).into(), form::segment(secret).into());
        Some(ClientCredentials { id, secret: Some(secret) })
    }
}

/// The answer to a refused OAuth request: one object, 400.
pub(crate) fn refuse(exchange: &Exchange<'_>, error: &OAuthError) -> Answer {
    let mut writer = exchange.writer();
    encode::oauth_error(&mut writer, error);
    Answer::json(400, writer.finish())
}
