//! A SOAP call from its bytes to its answer.

use hyper::header::ALLOW;
use mockorg_org::{ApiError, ApiVersion, Call, ErrorCode, Reply};

use super::{
    answer,
    element::Element,
    envelope::Envelope,
    fault,
    operations::{self, Found},
    request::Request,
    wsdl::Wsdl,
};
use crate::{
    answer::{Answer, HTML, XML},
    exchange::{Exchange, Failure},
};

/// The operations of the Apex API.
const APEX_OPERATIONS: &[&str] =
    &["compileAndTest", "compileClasses", "compileTriggers", "executeAnonymous", "runTests", "wsdlToApex"];

/// `GET`: a web page that says what SOAP needs.
pub(crate) fn only_post(_: &Exchange<'_>) -> Result<Answer, Failure> {
    let page = "<html><head><title>Error 405 Only POST allowed</title></head><body><h2>HTTP ERROR 405</h2><p>Only POST allowed</p></body></html>";
    Ok(Answer::new(405, HTML, page).with(ALLOW, "POST"))
}

/// `POST`: one operation of the partner, enterprise or Tooling WSDL.
pub(crate) fn call(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let wsdl = Wsdl::of(exchange.parts.uri.path());
    let envelope = match read(exchange)? {
        Ok(envelope) => envelope,
        Err(fault) => return Ok(refused(fault)),
    };
    if let Some(header) = &envelope.headers.misunderstood {
        let message = format!("the header {header} must be understood and is not known");
        return Ok(refused(fault::client_fault("MustUnderstand", &message)));
    }
    let operation = &envelope.operation;
    let login = operation.name == "login";
    let unknown = !login && matches!(operations::find(&operation.name), Found::Unknown);
    if unknown || operation.namespace.as_deref() != Some(&*wsdl.namespace()) {
        return Ok(refused(no_operation(operation)));
    }
    Ok(match run(exchange, wsdl, envelope) {
        Ok(text) => Answer::new(200, XML, text),
        Err(error) => refused(fault::fault(wsdl, &error, login)),
    })
}

/// `POST` to the Apex API, none of whose operations is modelled.
pub(crate) fn apex(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let envelope = match read(exchange)? {
        Ok(envelope) => envelope,
        Err(fault) => return Ok(refused(fault)),
    };
    if !APEX_OPERATIONS.contains(&&*envelope.operation.name) {
        return Ok(refused(no_operation(&envelope.operation)));
    }
    let error = exchange.not_modelled(&format!("the Apex API call {}", envelope.operation.name));
    Ok(refused(fault::fault(Wsdl::Partner, &error, false)))
}

/// The fault of a call whose name, with its namespace, the WSDL does not have.
fn no_operation(operation: &Element) -> String {
    let (space, name) = (operation.namespace.as_deref().unwrap_or_default(), &operation.name);
    let message = format!(
        "No operation available for request {{{space}}}{name}, please check the WSDL for the service."
    );
    fault::client_fault("Client", &message)
}

/// Reads the envelope of a call, or gives the fault of one that cannot be read.
fn read(exchange: &Exchange<'_>) -> Result<Result<Envelope, String>, Failure> {
    if exchange.header("soapaction").is_none() {
        return Ok(Err(fault::client_fault("Client", "SOAPAction HTTP header missing")));
    }
    let body = exchange.body()?;
    let envelope = std::str::from_utf8(&body).map_err(|error| error.to_string()).and_then(Envelope::read);
    Ok(envelope.map_err(|error| fault::client_fault("Client", &error)))
}

fn run(exchange: &Exchange<'_>, wsdl: Wsdl, envelope: Envelope) -> Result<String, ApiError> {
    let text = exchange.param("version");
    let version: ApiVersion = text.parse().map_err(|_| unsupported())?;
    if version > exchange.gateway.options.newest {
        return Err(unsupported());
    }
    if let Some(what) = &envelope.headers.unmodelled {
        return Err(exchange.not_modelled(what));
    }
    let request = Request::new(exchange, wsdl, version, envelope);
    let name = &*request.operation.name;
    let content = match operations::find(name) {
        Found::Operation(perform) => perform(&request)?,
        Found::Unmodelled => return Err(exchange.not_modelled(&format!("the SOAP call {name}"))),
        Found::Unknown => login(&request, &text)?,
    };
    Ok(answer::answer(wsdl, name, &content, request.usage()))
}

fn login(request: &Request<'_>, version: &str) -> Result<String, ApiError> {
    let argument = |name| request.operation.child(name).map_or("", |child| &*child.text).into();
    let (username, password) = (argument("username"), argument("password"));
    match request.exchange.call_as(None, Call::Login { username, password })? {
        Reply::LoggedIn(login) => {
            Ok(answer::login(request.wsdl, &login, &request.exchange.base_url(), version))
        }
        _ => Err(ApiError::not_found()),
    }
}

fn unsupported() -> ApiError {
    ApiError::exception(ErrorCode::UnsupportedApiVersion, "Invalid Api version specified on URL")
}

fn refused(text: String) -> Answer {
    Answer::new(500, XML, text)
}
