//! `/composite/batch`: up to 25 requests that have nothing to do with each other.

use bytes::Bytes;
use hyper::{
    Method,
    header::{ACCEPT, HeaderMap},
};
use mockorg_org::{ApiError, ErrorCode, Input, Position};

use super::{
    address,
    body::{self, Members, parser_error},
    resource::{Kind, Resource},
    subrequest::{head, method},
};
use crate::{
    answer::{Answer, JSON},
    dispatch::{answer_beside, refuse},
    exchange::{Exchange, Failure},
};

const MOST: usize = 25;
/// The first version that a subrequest may ask for.
const OLDEST: u8 = 34;

struct Entry {
    method: Method,
    url: String,
    input: Option<Input>,
}

/// `POST /composite/batch`.
pub(crate) fn batch(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut members = Members::of_body(exchange.record_body()?);
    let halt = members.flag("haltOnError")?;
    let (list, at) = members.needed_list("batchRequests")?;
    members.end()?;
    if list.len() > MOST {
        let message = format!("The request can’t contain more than {MOST} operations.");
        return Err(ApiError::exception(ErrorCode::LimitExceeded, message).into());
    }
    let entries: Vec<Entry> =
        list.into_iter().map(|entry| read(exchange, entry, at)).collect::<Result<_, Failure>>()?;
    // The batch itself is no request that counts; those inside are.
    exchange.with_org(|org, now, session| org.check_session(now, session))?;
    let mut results: Vec<(u16, Bytes)> = Vec::with_capacity(entries.len());
    let mut failed = false;
    for entry in entries {
        let (status, body) = if failed && halt { halted(exchange) } else { run(exchange, entry) };
        failed |= status >= 400;
        results.push((status, body));
    }
    // What clients are told of their usage is what it is now.
    exchange.with_org(|_, _, _| Ok::<_, ApiError>(()))?;
    let mut writer = exchange.writer();
    writer.begin_object().name("hasErrors").bool(failed).name("results").begin_array();
    for (status, body) in &results {
        writer.begin_object().name("statusCode").int(*status).name("result");
        if body.is_empty() {
            writer.null()
        } else {
            writer.embed(body)
        };
        writer.end_object();
    }
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn read(exchange: &Exchange<'_>, entry: Input, at: Position) -> Result<Entry, Failure> {
    let mut members = Members::of_entry(entry, at, "BatchRequest")?;
    let method = method(&members.needed_text("method")?, at)?;
    let url = members.needed_text("url")?;
    let input = members.take("richInput").map(|taken| taken.value);
    let binary = members.take("binaryPartName").is_some() | members.take("binaryPartNameAlias").is_some();
    members.end()?;
    if binary {
        return Err(exchange.not_modelled("binary parts of batch requests").into());
    }
    let url = url.trim();
    let long = url.starts_with("/services/data/") || url.starts_with("services/data/");
    let short = url.trim_start_matches('/');
    let url = if long { format!("/{short}") } else { format!("/services/data/{short}") };
    // A version that never was is for the subrequest to refuse.
    let version = address::uri(&url).and_then(|uri| Resource::of(uri.path())?.version);
    if version.is_some_and(|version| version > exchange.version || version.number() < OLDEST) {
        let message = format!(
            "The version of a subrequest must be between v{OLDEST}.0 and v{}: {short}",
            exchange.version
        );
        return Err(parser_error(&message, at).into());
    }
    Ok(Entry { method, url, input })
}

fn run(exchange: &Exchange<'_>, entry: Entry) -> (u16, Bytes) {
    let refused = |error: ApiError| {
        let Answer { status, body, .. } = refuse(&error.into(), exchange.headers());
        (status, body)
    };
    let Some(uri) = address::uri(&entry.url) else { return refused(ApiError::not_found()) };
    let Some(resource) = Resource::of(uri.path()) else { return refused(ApiError::not_found()) };
    let tooling = Resource::of(exchange.parts.uri.path()).is_some_and(|own| own.tooling);
    let name = resource.name();
    if resource.tooling != tooling || !resource.is_allowed(Kind::Batch) {
        return refused(exchange.not_modelled(&format!("{name} in batch requests")));
    }
    let body = entry.input.as_ref().map(body::to_json).unwrap_or_default();
    let parts = head(exchange, entry.method, uri, inherited(exchange.headers()), !body.is_empty());
    let answer = answer_beside(exchange.gateway, &parts, &body.into());
    if !answer.body.is_empty() && answer.media_type.as_ref() != Some(&JSON) {
        return refused(exchange.not_modelled(&format!("binary answers in batch requests ({name})")));
    }
    (answer.status, answer.body)
}

/// What the client asks for in general holds for each subrequest; conditions and lengths are of the batch alone.
fn inherited(headers: &HeaderMap) -> HeaderMap {
    let general = |name: &str| name.starts_with("sforce-") || name == ACCEPT.as_str();
    let own = headers.iter().filter(|(name, _)| general(name.as_str()));
    own.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn halted(exchange: &Exchange<'_>) -> (u16, Bytes) {
    let error = ApiError::resource(ErrorCode::BatchProcessingHalted, "Batch processing halted per request");
    let Answer { status, body, .. } = refuse(&error.into(), exchange.headers());
    (status, body)
}
