//! Who may use the control surface: whoever moves the clock or resets the org must be meant to.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
};

use hyper::header::{HOST, ORIGIN};

use super::refuse::refuse_with;
use crate::{
    Gateway,
    answer::Answer,
    endpoint::{Argument, Endpoint, MethodRow},
    exchange::Exchange,
    form,
};

/// The header that carries the token. Clients of the org put their session into `Authorization`, often into
/// every request; this one is asked of the control surface alone.
pub const CONTROL_TOKEN: &str = "x-mockorg-token";

/// Who may use the control surface. `GET /__mockorg/health` is open to everybody who reaches the port.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ControlAccess {
    /// Whoever reaches the port, but no page of another site in a browser.
    #[default]
    Open,
    /// Nobody.
    Off,
    /// Who sends the token in the header `X-Mockorg-Token`.
    Token(Box<str>),
}

impl ControlAccess {
    /// A token that nobody can guess. Unlike everything else in an org it does not come from the seed.
    #[must_use]
    pub fn new_token() -> Self {
        // Each `RandomState` has keys that the operating system's chance began.
        let word = |salt: u8| RandomState::new().hash_one(salt);
        Self::Token(format!("{:016x}{:016x}", word(1), word(2)).into())
    }

    /// The token that has to be sent, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(token),
            Self::Open | Self::Off => None,
        }
    }
}

impl Gateway {
    /// Who may use the control surface.
    pub const fn control_access(&self) -> &ControlAccess {
        &self.options.control
    }
}

impl fmt::Debug for ControlAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Off => "Off",
            Self::Token(_) => "Token",
        })
    }
}

/// The refusal of a request that may not come in; `None` when it may.
pub(crate) fn refusal(row: &Endpoint, exchange: &Exchange<'_>) -> Option<Answer> {
    if is_of_another_site(exchange) {
        let error = "pages of other sites cannot steer this org";
        let hint = "send the request from a program, or from a page of the org's own address";
        return Some(refuse_with(exchange, 403, error, hint));
    }
    if row.id == "control-health" {
        return None;
    }
    match &exchange.gateway.options.control {
        ControlAccess::Open => None,
        ControlAccess::Off => {
            let error = "the control surface of this org is switched off";
            Some(refuse_with(exchange, 404, error, "start the org with --control open or --control token"))
        }
        ControlAccess::Token(token) => match exchange.header(CONTROL_TOKEN) {
            Some(sent) if is_same(sent, token) => None,
            Some(_) => {
                let hint = "the org prints its token when it starts";
                Some(refuse_with(exchange, 403, "this is not the token of the control surface", hint))
            }
            None => {
                let error = "the control surface of this org asks for a token";
                let hint =
                    "send the header X-Mockorg-Token with the token that the org printed when it started";
                Some(refuse_with(exchange, 401, error, hint))
            }
        },
    }
}

/// The refusal of a parameter that the method does not take.
pub(crate) fn unknown_argument(method: &MethodRow, exchange: &Exchange<'_>) -> Option<Answer> {
    let known = |name: &str| method.arguments.iter().any(|argument| argument.name == name);
    let (name, _) = form::pairs(exchange.query()).find(|(name, _)| !known(name))?;
    let names: Vec<&str> = method.arguments.iter().map(|Argument { name, .. }| *name).collect();
    let hint = match names.is_empty() {
        true => "it takes none".to_owned(),
        false => format!("the parameters are {}", names.join(", ")),
    };
    Some(refuse_with(exchange, 400, &format!("there is no parameter `{name}`"), &hint))
}

/// Whether a browser sends this for a page of another site. Programs send neither header.
fn is_of_another_site(exchange: &Exchange<'_>) -> bool {
    if matches!(exchange.header("sec-fetch-site"), Some("cross-site" | "same-site")) {
        return true;
    }
    let Some(origin) = exchange.parts.headers.get(ORIGIN) else { return false };
    let named = exchange.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| exchange.parts.uri.authority().map(hyper::http::uri::Authority::as_str));
    let own = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, site)| site);
    let public = exchange.gateway.options.public_url.as_deref().and_then(|url| url.split_once("://"));
    match (own, host) {
        // A name that anybody may have pointed at this machine proves nothing.
        (Some(own), Some(host)) => {
            let is_public = public.is_some_and(|(_, site)| site.eq_ignore_ascii_case(own));
            !own.eq_ignore_ascii_case(host) || !(is_public || is_of_this_machine(own))
        }
        _ => true,
    }
}

/// Whether a host with its port is an address, or a name that always means this machine.
fn is_of_this_machine(site: &str) -> bool {
    let name = match site.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) => name,
        _ => site,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || bare.parse::<std::net::IpAddr>().is_ok()
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
fn is_same(sent: &str, token: &str) -> bool {
    let differs = sent.bytes().zip(token.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other));
    sent.len() == token.len() && std::hint::black_box(differs) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_new_each_time_and_never_printed() {
        let (one, other) = (ControlAccess::new_token(), ControlAccess::new_token());
        assert_ne!(one, other);
        assert_eq!(one.token().map(str::len), Some(32));
        assert_eq!(format!("{one:?}"), "Token");
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(is_same("abc", "abc"));
        for sent in ["", "ab", "abd", "abcd", "Abc"] {
            assert!(!is_same(sent, "abc"), "{sent}");
        }
    }

    #[test]
    fn names_that_somebody_else_may_own_are_not_this_machine() {
        for site in
            ["localhost:8080", "localhost", "b1.localhost:80", "127.0.0.1:1", "[::1]:8080", "10.0.0.7"]
        {
            assert!(is_of_this_machine(site), "{site}");
        }
        for site in ["rebound.example:8080", "localhost.example", "", "127.0.0.1.example:80"] {
            assert!(!is_of_this_machine(site), "{site}");
        }
    }
}
