//! From a request to its row in the table, and from the row's outcome to an answer.

use std::sync::LazyLock;

use bytes::Bytes;
use hyper::{
    Method,
    header::{ACCEPT, ACCEPT_ENCODING, ALLOW, HeaderMap},
    http::request::Parts,
};
use matchit::{Params, Router};
use mockorg_org::{ApiError, ApiVersion, ErrorCode};

use crate::{
    Gateway,
    answer::{Answer, HTML, HttpResponse},
    compress::Coding,
    control, encode,
    endpoint::{Auth, Endpoint, MethodRow},
    endpoints::ENDPOINTS,
    errors,
    exchange::{Exchange, Failure, Held, form_of},
    faults, form,
    journal::Arrival,
    json::JsonWriter,
    panics::guarded,
    path::{self, Suffix},
    stubs,
    unmodelled::UNMODELLED,
};

/// The longest address, and the longest address with its headers, in bytes.
const LONGEST_HEAD: usize = 16_384;

/// What stands behind a path.
#[derive(Clone, Copy)]
enum Target {
    Row(&'static Endpoint),
    /// A resource of the platform that mockorg does not have, by its name.
    Unmodelled(&'static str),
}

static ROUTER: LazyLock<Router<Target>> = LazyLock::new(|| {
    let mut router = Router::new();
    for row in ENDPOINTS.iter().copied() {
        // A test inserts every row and would see a conflict.
        let _ = router.insert(row.path, Target::Row(row));
    }
    for (path, name) in UNMODELLED {
        let _ = router.insert(*path, Target::Unmodelled(name));
        let _ = router.insert(format!("{path}/{{*rest}}"), Target::Unmodelled(name));
    }
    router
});

/// Answers one request, whatever it is.
pub(crate) fn dispatch(gateway: &Gateway, parts: &Parts, body: &Bytes) -> HttpResponse {
    let arrival = Arrival::of(parts, body);
    let request = gateway.next_request();
    let coding = parts.headers.get(ACCEPT_ENCODING).and_then(|value| Coding::accepted(value.to_str().ok()?));
    // A client must never see a dropped connection because of a mistake of ours.
    let (answer, usage) = guarded(|| answer(gateway, parts, body))
        .unwrap_or_else(|blow| (gateway.panics().answer((&parts.method, &parts.uri), request, blow), None));
    arrival.finish(gateway, request, answer, usage, coding)
}

/// The id of the endpoint behind a path.
pub(crate) fn endpoint_of(path: &str) -> Option<&'static str> {
    let (path, _) = path::normalise(path);
    match ROUTER.at(&path).ok()?.value {
        Target::Row(row) => Some(row.id),
        Target::Unmodelled(_) => None,
    }
}

type Answered = (Answer, Option<(u64, u64)>);

fn answer(gateway: &Gateway, parts: &Parts, body: &Bytes) -> Answered {
    match too_long(parts) {
        Some(page) => (page, None),
        None => route(gateway, parts, body, None),
    }
}

/// Answers a request inside another one that holds the org, such as a subrequest of a composite request.
pub(crate) fn answer_inside(gateway: &Gateway, parts: &Parts, body: &Bytes, held: &dyn Held) -> Answer {
    route(gateway, parts, body, Some(held)).0
}

/// Answers a request that stands in another one but is a call of its own, such as a subrequest of a batch.
pub(crate) fn answer_beside(gateway: &Gateway, parts: &Parts, body: &Bytes) -> Answer {
    route(gateway, parts, body, None).0
}

fn route(gateway: &Gateway, parts: &Parts, body: &Bytes, held: Option<&dyn Held>) -> Answered {
    if let Some(answered) = stubs::answer(gateway, parts, body, held) {
        return answered;
    }
    let (path, suffix) = path::normalise(parts.uri.path());
    let Ok(found) = ROUTER.at(&path) else {
        return unknown(gateway, parts, body, (&path, None), held);
    };
    match found.value {
        Target::Row(row) => {
            let named = found.params.get("version").filter(|_| row.auth == Auth::Session);
            let version =
                named.map_or(Ok(ApiVersion::NEWEST), |segment| version(segment, gateway.options.newest));
            match version {
                Ok(version) => {
                    let exchange = Exchange::new(gateway, parts, body, found.params, version);
                    run(row, &exchange.inside(held), suffix)
                }
                Err(error) => (refuse(&error.into(), &parts.headers), None),
            }
        }
        Target::Unmodelled(name) => unknown(gateway, parts, body, (&path, Some(name)), held),
    }
}

/// Runs a row's handler for the request's method.
fn run(row: &'static Endpoint, exchange: &Exchange<'_>, suffix: Suffix) -> Answered {
    let result = if row.auth == Auth::Session {
        run_in_session(row, exchange, suffix)
    } else {
        run_method(row, exchange)
    };
    let mut answer = faults::tell(row, exchange, result).unwrap_or_else(|failure| match row.auth {
        Auth::Control => control::refuse_failure(exchange, &failure),
        Auth::None | Auth::Session | Auth::Client => refuse(&failure, exchange.headers()),
    });
    answer.noted = exchange.noted();
    // Without a session there is no user whose requests could be counted.
    let counted = row.auth == Auth::Session && answer.status != 401;
    (answer, exchange.usage().filter(|_| counted))
}

fn run_in_session(
    row: &'static Endpoint,
    exchange: &Exchange<'_>,
    suffix: Suffix,
) -> Result<Answer, Failure> {
    let result = if !row.serves(exchange.version) {
        Err(ApiError::not_found().into())
    } else if (suffix == Suffix::Xml || !accepts_json(exchange.headers())) && !row.binary {
        Err(Failure::with_status(406, exchange.not_modelled("REST answers in other forms than JSON")))
    } else {
        run_method(row, exchange)
    };
    match result {
        // Without a session nothing else is worth mentioning.
        Err(failure) => Err(exchange.authorize().err().map_or(failure, Failure::from)),
        answer => answer,
    }
}

fn run_method(row: &'static Endpoint, exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let method = method(exchange.parts);
    let name = if method == "HEAD" { "GET" } else { &*method };
    let found: Option<&MethodRow> = row.methods.iter().find(|row| row.name == name);
    if row.auth == Auth::Control {
        let refused = control::refusal(row, exchange);
        let refused =
            refused.or_else(|| found.and_then(|method| control::unknown_argument(method, exchange)));
        if let Some(refusal) = refused {
            return Ok(refusal);
        }
    }
    match found {
        Some(found) => (found.handler)(exchange),
        None => {
            let allowed = row.allowed();
            let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
            if row.auth == Auth::Control {
                let hint = "GET /__mockorg/openapi.json tells what there is";
                return Ok(control::refuse_with(exchange, 405, &message, hint).with(ALLOW, allowed));
            }
            let error = ApiError::resource(ErrorCode::MethodNotAllowed, message);
            if row.auth == Auth::Session {
                exchange.authorize()?;
            }
            Ok(refuse(&error.into(), exchange.headers()).with(ALLOW, allowed))
        }
    }
}

/// A path that no row has: a resource that is not modelled, a version that is not live, or nothing at all.
fn unknown(
    gateway: &Gateway,
    parts: &Parts,
    body: &Bytes,
    (path, name): (&str, Option<&'static str>),
    held: Option<&dyn Held>,
) -> Answered {
    let segment = path.strip_prefix("/services/data/").map(|rest| rest.split('/').next().unwrap_or_default());
    let exchange = |version| Exchange::new(gateway, parts, body, Params::new(), version).inside(held);
    if path.starts_with("/__mockorg") {
        let hint = "GET /__mockorg/openapi.json tells what there is";
        let error = format!("the control surface has no {path}");
        return (control::refuse_with(&exchange(ApiVersion::NEWEST), 404, &error, hint), None);
    }
    let mut usage = None;
    let checked = match segment.map(|segment| version(segment, gateway.options.newest)) {
        None => Ok(()),
        Some(Err(error)) => Err(error),
        Some(Ok(version)) => {
            let exchange = exchange(version);
            let session = exchange.authorize();
            usage = exchange.usage().filter(|_| session.is_ok());
            session
        }
    };
    let error = checked.err().unwrap_or_else(|| match name {
        Some(name) => exchange(ApiVersion::NEWEST).not_modelled(name),
        None => {
            gateway.unknown().note(parts.method.as_str(), path, "unknown to mockorg");
            ApiError::not_found()
        }
    });
    (refuse(&error.into(), &parts.headers), usage)
}

/// The answer to a refused request.
pub(crate) fn refuse(failure: &Failure, headers: &HeaderMap) -> Answer {
    let status = failure.status.unwrap_or_else(|| errors::status(&failure.error));
    let mut writer = JsonWriter::new(form_of(headers));
    encode::error_envelope(&mut writer, &failure.error);
    Answer::json(status, writer.finish())
}

/// The version that a path names, unless it is newer than `newest`.
fn version(segment: &str, newest: ApiVersion) -> Result<ApiVersion, ApiError> {
    let number = segment.strip_prefix('v').ok_or_else(ApiError::not_found)?;
    let version: ApiVersion = number.parse().map_err(|_| {
        let retired = number.strip_suffix(".0").and_then(|number| number.parse::<u8>().ok());
        if retired.is_some_and(|number| (21..=30).contains(&number)) {
            ApiError::exception(ErrorCode::Gone, "The requested resource is no longer available")
        } else {
            ApiError::not_found()
        }
    })?;
    if version <= newest { Ok(version) } else { Err(ApiError::not_found()) }
}

/// The method that the client means: a POST may stand for another one.
fn method(parts: &Parts) -> std::borrow::Cow<'_, str> {
    if parts.method == Method::POST {
        if let Some(name) = parts.headers.get("x-http-method-override").and_then(|name| name.to_str().ok()) {
            return name.trim().to_ascii_uppercase().into();
        }
        let query = parts.uri.query().unwrap_or_default();
        if let Some(name) = form::value(query, "_HttpMethod") {
            return name.to_ascii_uppercase().into();
        }
    }
    parts.method.as_str().into()
}

/// Whether a client takes JSON; one that asks for another form only does not.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if named.peek().is_none() {
        return true;
    }
    named.flat_map(|value| value.split(',')).any(|item| {
        let media_type = item.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        matches!(&*media_type, "application/json" | "*/*" | "application/*" | "" | "text/json")
    })
}

fn too_long(parts: &Parts) -> Option<Answer> {
    let address = parts.uri.path_and_query().map_or(0, |address| address.as_str().len());
    if address > LONGEST_HEAD {
        return Some(Answer::new(414, HTML, "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"));
    }
    let headers: usize =
        parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (address + headers > LONGEST_HEAD).then(|| {
        Answer::new(431, HTML, "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Option<&'static str> {
        ROUTER.at(path).ok().map(|found| match found.value {
            Target::Row(row) => row.id,
            Target::Unmodelled(name) => name,
        })
    }

    #[test]
    fn every_row_has_a_path_of_its_own() {
        let mut router = Router::new();
        for row in ENDPOINTS.iter().copied() {
            router.insert(row.path, row.id).unwrap();
        }
        for (path, name) in UNMODELLED {
            router.insert(*path, name).unwrap();
            router.insert(format!("{path}/{{*rest}}"), name).unwrap();
        }
        for row in ENDPOINTS.iter().copied() {
            let path = row.path.replace("{*rest}", "a/b").replace(['{', '}'], "");
            assert_eq!(router.at(&path).map(|found| *found.value), Ok(row.id), "{path}");
        }
    }

    #[test]
    fn paths_lead_to_their_rows() {
        for (path, row) in [
            ("/services/data/v62.0/sobjects/Account/describe", "sobject-describe"),
            ("/services/data/v62.0/sobjects/Account/001Da00000xnAk6", "sobject-row"),
            ("/services/data/v62.0/sobjects/Account/Id", "sobject-create-by-id-field"),
            ("/services/data/v62.0/sobjects/Account/Id/001Da00000xnAk6", "sobject-row-member"),
            ("/services/data/v62.0/sobjects/Account/Key__c/a%2Fb", "sobject-row-member"),
            ("/services/data/v62.0/sobjects/Contact/003/Account/Owner", "sobject-relationship-path"),
            ("/services/data/v62.0/sobjects/Contact/003/Account/Owner/Manager", "sobject-relationship-path"),
            ("/services/data/v62.0/sobjects/Account/describe/layouts/012", "layout-of-record-type"),
            ("/services/data/v62.0/composite/sobjects", "composite-sobjects"),
            ("/services/Soap/u/59.0/00Dxx0000001gPL", "soap-partner-of-org"),
        ] {
            assert_eq!(found(path), Some(row), "{path}");
        }
        assert_eq!(found("/services/data/v62.0/nonsense"), None);
    }

    #[test]
    fn retired_versions_are_gone_and_others_were_never_there() {
        assert_eq!(version("v59.0", ApiVersion::NEWEST).unwrap().number(), 59);
        assert_eq!(version("v21.0", ApiVersion::NEWEST).unwrap_err().code, ErrorCode::Gone);
        assert_eq!(version("v30.0", ApiVersion::NEWEST).unwrap_err().code, ErrorCode::Gone);
        for text in ["v20.0", "v99.0", "v59", "59.0", "v59.1", "", "v"] {
            assert_eq!(version(text, ApiVersion::NEWEST).unwrap_err().code, ErrorCode::NotFound, "{text}");
        }
    }

    #[test]
    fn clients_that_ask_for_another_form_only_do_not_take_json() {
        let accept = |text: &str| accepts_json(&HeaderMap::from_iter([(ACCEPT, text.parse().unwrap())]));
        assert!(accepts_json(&HeaderMap::new()));
        assert!(accept("application/json"));
        assert!(accept("text/html,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!accept("application/xml"));
        assert!(!accept("text/csv"));
    }
}
