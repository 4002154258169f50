//! A request that a stub answers.

use std::cell::OnceCell;

use bytes::Bytes;
use hyper::{
    Method,
    header::{ALLOW, HeaderMap},
    http::request::Parts,
};
use matchit::Params;
use mockorg_org::{ApiError, ApiVersion, Call, ErrorCode, Input, Reply, UserInfo};

use super::{
    entry::{Body, Entry},
    fit::fits,
    path::Parameters,
    template::{Source, Values, json_of, part_of},
};
use crate::{
    Gateway,
    answer::{Answer, JSON, TEXT},
    dispatch,
    exchange::{Exchange, Failure, Held},
    form, json,
    json::JsonWriter,
};

/// Where the resources of Apex classes lie.
const APEX_REST: &str = "/services/apexrest/";

/// The answer of the stub that the request is for, with the API requests used and allowed; `None` when there is
/// none.
pub(crate) fn answer(
    gateway: &Gateway,
    parts: &Parts,
    body: &Bytes,
    held: Option<&dyn Held>,
) -> Option<(Answer, Option<(u64, u64)>)> {
    let stubs = gateway.stubs().all()?;
    let path = parts.uri.path();
    let exchange = Exchange::new(gateway, parts, body, Params::new(), version_of(path)).inside(held);
    let request = Request { exchange: &exchange, body: OnceCell::new() };
    let (mut methods, mut any_method) = (Vec::new(), false);
    for entry in stubs.iter() {
        let Some(parameters) = entry.path.fit(path) else { continue };
        if let Some(method) = entry.method.as_ref().filter(|method| **method != parts.method) {
            methods.push(method.as_str());
            continue;
        }
        any_method = true;
        if entry.is_spent() || !fits(&entry.stub.request, parts, request.body()) {
            continue;
        }
        let answer = request.answer(entry, &parameters);
        let Some(answer) = answer.unwrap_or_else(|failure| Some(refuse(&failure, &parts.headers))) else {
            // Another request took its last answer.
            continue;
        };
        let usage = exchange.usage().filter(|_| entry.stub.session && answer.status != 401);
        return Some((noted(answer, &exchange), usage));
    }
    // An Apex class answers the methods that it has.
    (path.starts_with(APEX_REST) && !any_method && !methods.is_empty()).then(|| {
        let answer = match exchange.authorize() {
            Ok(()) => not_allowed(&parts.method, methods, &parts.headers),
            Err(error) => refuse(&error.into(), &parts.headers),
        };
        let usage = exchange.usage().filter(|_| answer.status != 401);
        (noted(answer, &exchange), usage)
    })
}

fn noted(mut answer: Answer, exchange: &Exchange<'_>) -> Answer {
    answer.noted = exchange.noted();
    answer
}

/// A resource of an Apex class that no stub stands for: there is no such class.
pub(crate) fn no_class(_: &Exchange<'_>) -> Result<Answer, Failure> {
    Err(ApiError::resource(ErrorCode::NotFound, "Could not find a match for URL").into())
}

fn refuse(failure: &Failure, headers: &HeaderMap) -> Answer {
    dispatch::refuse(failure, headers)
}

fn not_allowed(method: &Method, mut names: Vec<&str>, headers: &HeaderMap) -> Answer {
    names.sort_unstable();
    names.dedup();
    let allowed = names.join(",");
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    let error = ApiError::resource(ErrorCode::MethodNotAllowed, message);
    refuse(&error.into(), headers).with(ALLOW, allowed)
}

/// The version that a path of the REST resources names; the newest for all others.
fn version_of(path: &str) -> ApiVersion {
    let segment = path.strip_prefix("/services/data/v").and_then(|rest| rest.split('/').next());
    segment.and_then(|segment| segment.parse().ok()).unwrap_or(ApiVersion::NEWEST)
}

/// A request, whose body is read at most once.
struct Request<'a> {
    exchange: &'a Exchange<'a>,
    body: OnceCell<Option<Input>>,
}

impl Request<'_> {
    /// The body, if it is JSON.
    fn body(&self) -> Option<&Input> {
        let read = || json::read(&self.exchange.body().ok()?).ok();
        self.body.get_or_init(read).as_ref()
    }

    fn answer(&self, entry: &Entry, parameters: &Parameters<'_>) -> Result<Option<Answer>, Failure> {
        let exchange = self.exchange;
        if entry.stub.session {
            exchange.authorize()?;
        }
        let asks_for_user = match &entry.body {
            Body::None => false,
            Body::Json(body) | Body::Text(body) => body.asks_for_user(),
        } || entry.headers.iter().any(|(_, value)| value.asks_for_user());
        let user = match asks_for_user.then(|| exchange.call(Call::WhoAmI)).transpose()? {
            Some(Reply::User(user)) => Some(user),
            _ => None,
        };
        let now = exchange.now();
        let Some(count) = exchange.gateway.count_answer(entry) else { return Ok(None) };
        let filling = Filling { request: self, parameters, user: user.as_deref(), now, count };
        let status = entry.stub.response.status;
        let media_type = entry.media_type.clone();
        let mut answer = match &entry.body {
            Body::None => Answer::empty(status),
            Body::Json(body) => {
                let mut writer = exchange.writer();
                write(&mut writer, &body.fill(&filling));
                Answer::new(status, media_type.unwrap_or(JSON), writer.finish())
            }
            Body::Text(text) => {
                let text = text_of(&text.fill(&filling));
                Answer::new(status, media_type.unwrap_or(TEXT), text)
            }
        };
        for (name, value) in &entry.headers {
            answer = answer.with(name.clone(), text_of(&value.fill(&filling)));
        }
        Ok(Some(answer))
    }
}

/// What a stub's texts are filled with.
struct Filling<'a> {
    request: &'a Request<'a>,
    parameters: &'a Parameters<'a>,
    user: Option<&'a UserInfo>,
    now: mockorg_org::Timestamp,
    count: u32,
}

impl Values for Filling<'_> {
    fn value(&self, source: &Source) -> Option<Input> {
        let exchange = self.request.exchange;
        let text = |text: &str| Some(Input::Text(text.into()));
        match source {
            Source::Path(name) => {
                self.parameters.iter().find(|(own, _)| **own == **name).and_then(|(_, value)| text(value))
            }
            Source::Query(name) => text(&form::value(exchange.query(), name)?),
            Source::Header(name) => text(exchange.header(name)?),
            Source::Body(steps) => part_of(self.request.body()?, steps).cloned(),
            Source::User(name) => {
                let user = self.user?;
                if name.eq_ignore_ascii_case("Id") {
                    return text(&user.user_id.to_string());
                }
                let field = user.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
                field.map(|(_, value)| json_of(value))
            }
            Source::Now => text(&self.now.to_string()),
            Source::Today => text(self.now.to_string().get(..10)?),
            Source::Count => Some(Input::from(i64::from(self.count))),
        }
    }
}

fn text_of(value: &Input) -> String {
    match value {
        Input::Text(text) | Input::Number(text) => text.to_string(),
        Input::Bool(value) => value.to_string(),
        Input::Null | Input::Blob(_) => String::new(),
        value @ (Input::Object(_) | Input::Array(_)) => {
            let mut writer = JsonWriter::new(json::JsonForm::Compact);
            write(&mut writer, value);
            String::from_utf8_lossy(&writer.finish()).into_owned()
        }
    }
}

fn write(writer: &mut JsonWriter, value: &Input) {
    match value {
        Input::Null | Input::Blob(_) => writer.null(),
        Input::Bool(value) => writer.bool(*value),
        Input::Number(number) => writer.raw(|out| out.extend_from_slice(number.as_bytes())),
        Input::Text(text) => writer.string(text),
        Input::Array(items) => {
            writer.begin_array();
            items.iter().for_each(|item| write(writer, item));
            writer.end_array()
        }
        Input::Object(members) => {
            writer.begin_object();
            for member in members {
                writer.key(&member.name);
                write(writer, &member.value);
            }
            writer.end_object()
        }
    };
}
