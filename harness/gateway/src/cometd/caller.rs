//! Who sends a request: the token, in any of the forms that clients use, and whether the org takes it.

use hyper::{
    header::{AUTHORIZATION, HeaderMap},
    http::request::Parts,
};
use mockorg_org::{ApiVersion, Call, Session, Timestamp};

use super::errors;
use crate::{Gateway, faults::Struck};

/// Whoever sends a request, with what the org thinks of it.
pub(super) struct Caller<'g> {
    pub(super) gateway: &'g Gateway,
    pub(super) session: Session,
    /// The org's time when the request was looked at.
    pub(super) now: Timestamp,
    /// Why the org does not take the token.
    pub(super) denied: Option<&'static str>,
}

impl<'g> Caller<'g> {
    /// Asks the org about whoever sent a request.
    pub(super) fn of(gateway: &'g Gateway, parts: &Parts, version: ApiVersion) -> Self {
        let session = Session { token: token(&parts.headers).map(Into::into), version, origin: None };
        let fault = parts.extensions.get::<Struck>();
        let (now, denied) = gateway.with_org(|org, now| match (&session.token, fault) {
            (None, _) => (now, Some(errors::NO_AUTHENTICATION)),
            (Some(_), Some(fault)) => (now, Some(errors::of_session(&fault.0))),
            (Some(_), None) => {
                let refused = org.call(now, &session, Call::Authorize).err();
                (now, refused.map(|error| errors::of_session(&error)))
            }
        });
        Self { gateway, session, now, denied }
    }
}

/// The token of `Bearer …`, of `OAuth …`, or alone: a published connector writes no scheme.
fn token(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let token = match text.split_once(' ') {
        Some((scheme, token)) if ["bearer", "oauth"].contains(&&*scheme.to_ascii_lowercase()) => token.trim(),
        _ => text,
    };
    (!token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_with_either_scheme_or_alone() {
        let of = |text: &str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, text.parse().unwrap())]);
            token(&headers).map(ToOwned::to_owned)
        };
        for text in ["Bearer 00D!a", "OAuth 00D!a", "bearer  00D!a", "00D!a", " 00D!a "] {
            assert_eq!(of(text).as_deref(), Some("00D!a"), "{text}");
        }
        assert_eq!(of(""), None);
        assert_eq!(token(&HeaderMap::new()), None);
    }
}
