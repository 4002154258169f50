//! The SOAP operations that clients need to log in: login, getUserInfo, logout.

use hyper::header::ALLOW;
use mockorg_org::{ApiError, Call, ErrorCode, Reply};

use super::{
    envelope::Envelope,
    write::{self, Fault, Wsdl},
};
use crate::{
    answer::{Answer, HTML, XML},
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// `GET`: a web page that says what SOAP needs.
pub(crate) fn only_post(_: &Exchange<'_>) -> Result<Answer, Failure> {
    let page = "<html><head><title>Error 405 Only POST allowed</title></head><body><h2>HTTP ERROR 405</h2><p>Only POST allowed</p></body></html>";
    Ok(Answer::new(405, HTML, page).with(ALLOW, "POST"))
}

/// `POST`: one operation.
pub(crate) fn call(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let wsdl = if exchange.parts.uri.path().contains("/c/") { Wsdl::Enterprise } else { Wsdl::Partner };
    if exchange.header("soapaction").is_none() {
        return Ok(refused(write::client_fault("SOAPAction HTTP header missing")));
    }
    let body = exchange.body()?;
    let envelope =
        match std::str::from_utf8(&body).map_err(|error| error.to_string()).and_then(Envelope::read) {
            Ok(envelope) => envelope,
            Err(error) => return Ok(refused(write::client_fault(&error))),
        };
    Ok(match run(exchange, wsdl, &envelope) {
        Ok(text) => Answer::new(200, XML, text),
        Err(failure) => {
            if failure.error.code == ErrorCode::NotModelled {
                let what = failure.error.message.as_deref().unwrap_or_default();
                exchange.gateway.with_org(|org, _| org.refuse(what));
            }
            refused(fault(wsdl, &envelope, &failure.error))
        }
    })
}

fn run(exchange: &Exchange<'_>, wsdl: Wsdl, envelope: &Envelope) -> Result<String, Failure> {
    let version = exchange.param("version");
    if version.parse::<mockorg_org::ApiVersion>().is_err() {
        let message = "Invalid Api version specified on URL";
        return Err(ApiError::exception(ErrorCode::UnsupportedApiVersion, message).into());
    }
    let session = || envelope.session_id.as_deref().map(Box::from);
    match &*envelope.operation {
        "login" => {
            let (username, password) =
                (envelope.argument("username").into(), envelope.argument("password").into());
            match exchange.call_as(None, Call::Login { username, password })? {
                Reply::LoggedIn(login) => Ok(write::login(wsdl, &login, &exchange.base_url(), &version)),
                _ => Err(unexpected()),
            }
        }
        "getUserInfo" => match exchange.call_as(session(), Call::WhoAmI)? {
            Reply::User(user) => Ok(write::get_user_info(wsdl, &user)),
            _ => Err(unexpected()),
        },
        "logout" => {
            exchange.call_as(session(), Call::Authorize)?;
            exchange.call_as(None, Call::Revoke { token: session().unwrap_or_default() })?;
            Ok(write::answer(wsdl, "logoutResponse", ""))
        }
        operation => Err(ApiError::not_modelled(format_args!("the SOAP call {operation}")).into()),
    }
}

fn fault(wsdl: Wsdl, envelope: &Envelope, error: &ApiError) -> String {
    let is_login = envelope.operation == "login";
    let is_session = error.code == ErrorCode::InvalidSessionId;
    let message = error.message.as_deref().unwrap_or_default();
    // REST words the loss of a session otherwise.
    let message =
        if is_session { "Invalid Session ID found in SessionHeader: Illegal Session" } else { message };
    let kind = if is_login { "LoginFault" } else { "UnexpectedErrorFault" };
    let fault =
        Fault { code: error.code.as_str(), message, kind, prefixed: error.code != ErrorCode::InvalidLogin };
    write::fault(wsdl, &fault)
}

fn refused(text: String) -> Answer {
    Answer::new(500, XML, text)
}
