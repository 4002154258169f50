//! The session of a user's browser: the login page, the cookie, and where to go on from there.

use hyper::{
    Method,
    header::{COOKIE, LOCATION, SET_COOKIE},
};
use mockorg_org::{Call, Decision, OAuthCall, OAuthReply, Reply};
use sha2::{Digest, Sha256};

use super::{
    pages::{self, Form},
    request::Parameters,
};
use crate::{
    answer::Answer,
    connection::Secure,
    exchange::{Exchange, Failure},
    form,
    rest::unexpected,
};

/// The cookie that holds the session.
const COOKIE_NAME: &str = "sid";
const LOGIN: &str = "/login";

/// `GET` and `POST /login`.
pub(crate) fn login(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let start = parameters.text("startURL");
    let start = if is_local(&start) { &*start } else { "" };
    let hidden = [("startURL", start)];
    let action = exchange.local(LOGIN);
    let page = Form { action: &action, hidden: &hidden };
    if exchange.parts.method != Method::POST {
        return Ok(pages::login(&page, &parameters.text("un"), None));
    }
    let username = parameters.text("username");
    let call = OAuthCall::LogIn { username: username.clone(), password: parameters.text("pw") };
    let OAuthReply::LoggedIn(outcome) = ask(exchange, call)? else { return Err(unexpected()) };
    Ok(match outcome {
        Err(refusal) => pages::login(&page, &username, Some(&refusal.description)),
        Ok(session) => {
            let answer = if start.is_empty() {
                pages::message(200, "Home", "You are logged in.")
            } else {
                redirect(start)
            };
            let secure = if exchange.parts.extensions.get::<Secure>().is_some() { "; Secure" } else { "" };
            let path = exchange.local("/");
            let cookie = format!("{COOKIE_NAME}={session}; Path={path}; HttpOnly; SameSite=Lax{secure}");
            answer.with(SET_COOKIE, cookie)
        }
    })
}

/// Sends the browser to the login page, and back to `start` afterwards.
pub(super) fn to_login(start: &str, username: &str) -> Answer {
    let hint = if username.is_empty() { String::new() } else { format!("&{}", form::pair("un", username)) };
    redirect(&format!("{LOGIN}?ec=302&{}{hint}", form::pair("startURL", start)))
}

/// Sends the browser elsewhere.
pub(super) fn redirect(to: &str) -> Answer {
    Answer::empty(302).with(LOCATION, to)
}

/// The session of the browser that sent a request.
pub(super) fn session(exchange: &Exchange<'_>) -> Option<Box<str>> {
    let cookies = exchange.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookie| cookie.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.into())
}

/// What the user chose on a page of ours. A form that another site has made up does not know the confirmation.
pub(super) fn decision(
    exchange: &Exchange<'_>,
    parameters: &Parameters<'_>,
    browser: Option<&str>,
) -> Option<Decision> {
    let confirmed = *parameters.text("confirmation") == *confirmation(browser?);
    if exchange.parts.method != Method::POST || !confirmed {
        return None;
    }
    match &*parameters.text("decision") {
        "allow" => Some(Decision::Allow),
        "deny" => Some(Decision::Deny),
        _ => None,
    }
}

/// What only pages for this browser have in their forms.
pub(super) fn confirmation(browser: &str) -> String {
    let digest = Sha256::new().chain_update("confirmation").chain_update(browser).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Asks the org, without a session.
pub(super) fn ask(exchange: &Exchange<'_>, call: OAuthCall) -> Result<OAuthReply, Failure> {
    match exchange.call_as(None, Call::OAuth(Box::new(call)))? {
        Reply::OAuth(reply) => Ok(*reply),
        _ => Err(unexpected()),
    }
}

/// Whether an address stays on this host, however a browser reads it.
fn is_local(address: &str) -> bool {
    let mut letters = address.bytes();
    let other_host = |c: u8| c == b'/' || c == b'\\';
    letters.next() == Some(b'/')
        && !letters.next().is_some_and(other_host)
        && address.bytes().all(|c| c.is_ascii_graphic() && c != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host_after_login() {
        for address in ["/", "/services/oauth2/authorize?client_id=a&state=%0d%0a", "/setup/connect"] {
            assert!(is_local(address), "{address}");
        }
        for address in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "/ /evil.example",
            "/a\\b",
        ] {
            assert!(!is_local(address), "{address:?}");
        }
    }
}
