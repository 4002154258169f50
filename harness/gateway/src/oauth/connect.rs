//! `/setup/connect`: where a user enters the code that a device shows.

use mockorg_org::{Connection, OAuthCall, OAuthReply};

use super::{
    browser,
    pages::{self, Form},
    request::Parameters,
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    form,
    rest::unexpected,
};

/// The page's path, which devices show to their users.
pub(super) const PATH: &str = "/setup/connect";

/// Asks for the code, then whether its device may act for the user.
pub(crate) fn connect(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let parameters = Parameters::of(exchange)?;
    let user_code = parameters.text("user_code");
    let browser = browser::session(exchange);
    let decision = browser::decision(exchange, &parameters, browser.as_deref());
    let call = OAuthCall::Connect { user_code: user_code.clone(), browser: browser.clone(), decision };
    let OAuthReply::Connection(connection) = browser::ask(exchange, call)? else { return Err(unexpected()) };
    let empty = Form { action: &exchange.local(PATH), hidden: &[] };
    Ok(match connection {
        Connection::LogIn if user_code.is_empty() => browser::to_login(PATH, ""),
        Connection::LogIn => {
            browser::to_login(&format!("{PATH}?{}", form::pair("user_code", &user_code)), "")
        }
        Connection::UnknownCode if user_code.is_empty() => pages::device(&empty, "", None),
        Connection::UnknownCode => {
            pages::device(&empty, &user_code, Some("The code you entered is invalid or has expired."))
        }
        Connection::Consent(consent) => {
            let confirmation = browser.as_deref().map(browser::confirmation).unwrap_or_default();
            let hidden = [("user_code", &*user_code), ("confirmation", &confirmation)];
            pages::consent(&Form { action: &exchange.local(PATH), hidden: &hidden }, &consent)
        }
        Connection::Allowed(app) => {
            pages::message(200, "Device Connected", &format!("{app} may act for you now."))
        }
        Connection::Denied(app) => {
            pages::message(200, "Device Not Connected", &format!("{app} may not act for you."))
        }
    })
}
