//! `/services/oauth2/authorize`: the web server flow and the user agent flow.

use mockorg_org::{Authorization, AuthorizationRefusal, AuthorizationRequest, OAuthCall, OAuthReply};

use super::{
    browser, openid,
    pages::{self, Form},
    request::Parameters,
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    form,
    rest::unexpected,
};

const PATH: &str = "/services/oauth2/authorize";

/// The parameters that survive a visit of the login page.
const PARAMETERS: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "prompt",
    "display",
    "login_hint",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "immediate",
];

/// What `prompt` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Prompt {
    log_in: bool,
    consent: bool,
}

impl Prompt {
    fn of(text: &str) -> Self {
        let has = |name: &str| text.split_ascii_whitespace().any(|own| own == name);
        Self { log_in: has("login") || has("select_account"), consent: has("consent") }
    }
}

/// Asks the user whether an app may act for them, and sends them back to it.
pub(crate) fn authorize(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let response_type = parameters.text("response_type");
    if response_type.starts_with("hybrid_") {
        let error = exchange.not_modelled(&format!("the OAuth response type {response_type}"));
        return Ok(pages::message(501, "Not Modelled", &error.message.unwrap_or_default()));
    }
    let scope = parameters.get("scope").map(Box::from);
    let openid = |scope: &str| scope.split_ascii_whitespace().any(|name| name == "openid");
    if scope.as_deref().is_some_and(openid)
        && let Err(error) = openid::check(exchange)
    {
        return Ok(pages::message(501, "Not Modelled", &error.message.unwrap_or_default()));
    }
    let prompt = Prompt::of(&parameters.text("prompt"));
    let browser = if prompt.log_in { None } else { browser::session(exchange) };
    let decision = browser::decision(exchange, &parameters, browser.as_deref());
    let optional = |name: &str| parameters.get(name).filter(|text| !text.is_empty()).map(Box::from);
    let request = AuthorizationRequest {
        response_type,
        client_id: parameters.text("client_id"),
        redirect_uri: parameters.text("redirect_uri"),
        scope,
        challenge: optional("code_challenge"),
        challenge_method: optional("code_challenge_method"),
        nonce: optional("nonce"),
        ask_again: prompt.consent,
        immediate: &*parameters.text("immediate") == "true",
    };
    let redirect_uri = request.redirect_uri.clone();
    // Tokens never stand in the query, where servers log them.
    let mark = if request.response_type.contains("token") { '#' } else { '?' };
    let call = OAuthCall::Authorize { request, browser: browser.clone(), decision };
    let OAuthReply::Authorization(outcome) = browser::ask(exchange, call)? else { return Err(unexpected()) };
    let state = parameters.get("state");
    let back = |pairs: Vec<(&str, &str)>| {
        let state = state.as_deref().map(|state| ("state", state));
        browser::redirect(&address(&redirect_uri, mark, pairs.into_iter().chain(state)))
    };
    Ok(match outcome {
        Ok(Authorization::LogIn) => browser::to_login(&start(&parameters), &parameters.text("login_hint")),
        Ok(Authorization::Consent(consent)) => {
            let confirmation = browser.as_deref().map(browser::confirmation).unwrap_or_default();
            let kept = kept(&parameters);
            let mut hidden: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, &**value)).collect();
            hidden.push(("confirmation", &confirmation));
            pages::consent(&Form { action: &exchange.local(PATH), hidden: &hidden }, &consent)
        }
        Ok(Authorization::Code(code)) => back(vec![("code", &code)]),
        Ok(Authorization::Token(grant)) => {
            let base_url = exchange.base_url();
            let id_token = openid::id_token(exchange, &grant, &base_url)?;
            let members = encode::token_members(&grant, &base_url, id_token.as_deref());
            back(members.iter().map(|(name, value)| (*name, &**value)).collect())
        }
        Err(AuthorizationRefusal { error, tell_app: true }) => {
            back(vec![("error", &error.error), ("error_description", &error.description)])
        }
        Err(AuthorizationRefusal { error, tell_app: false }) => {
            // The page says what a redirect would have carried.
            let text = format!("error={}&error_description={}", error.error, error.description);
            pages::message(400, "OAuth Error", &text)
        }
    })
}

/// The parameters as the request behind the login page has them: nobody is asked to log in twice.
fn kept(parameters: &Parameters<'_>) -> Vec<(&'static str, String)> {
    let one = |name: &'static str| {
        let value = parameters.get(name)?;
        let value = if name == "prompt" {
            let rest =
                value.split_ascii_whitespace().filter(|own| !["login", "select_account"].contains(own));
            rest.collect::<Vec<_>>().join(" ")
        } else {
            value.into_owned()
        };
        Some((name, value)).filter(|(name, value)| *name != "prompt" || !value.is_empty())
    };
    PARAMETERS.iter().filter_map(|name| one(name)).collect()
}

fn start(parameters: &Parameters<'_>) -> String {
    let kept = kept(parameters);
    address(PATH, '?', kept.iter().map(|(name, value)| (*name, &**value)))
}

/// An address with parameters behind a mark; behind those that it has.
fn address<'t>(address: &str, mark: char, pairs: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let mut out = address.to_owned();
    let first = if mark == '?' && address.contains('?') { '&' } else { mark };
    for (at, (name, value)) in pairs.enumerate() {
        out.push(if at == 0 { first } else { '&' });
        out.push_str(&form::pair(name, value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_behind_those_that_an_address_has() {
        let pairs = [("code", "aPrx=="), ("state", "a b&c\r\n=\u{e9}")];
        let with = |uri, mark| address(uri, mark, pairs.into_iter());
        assert_eq!(with("http://a/b", '?'), "http://a/b?code=aPrx%3D%3D&state=a+b%26c%0D%0A%3D%C3%A9");
        assert!(with("http://a/b?c=d", '?').starts_with("http://a/b?c=d&code="));
        assert!(with("http://a/b?c=d", '#').starts_with("http://a/b?c=d#code="));
    }

    #[test]
    fn prompt_is_a_list() {
        assert_eq!(Prompt::of("login consent"), Prompt { log_in: true, consent: true });
        assert_eq!(Prompt::of("select_account"), Prompt { log_in: true, consent: false });
        assert_eq!(Prompt::of(""), Prompt::default());
    }
}
