//! The whole case file.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    about::About,
    expectation::{expectation, places},
    render::Renderer,
    sources::Sources,
    template::{RequestForm, object, relative, request_form, text},
    turns::{Turn, turns},
};
use crate::{answer::Exchange, json::Json, version::ApiVersion};

/// How often a step looks before it gives up.
const MOST_LOOKS: &str = "120";

/// States in which work has ended, so that an org which takes longer is asked again.
const ENDED: [&str; 6] =
    ["Completed", "CompletedWithFailures", "JobComplete", "Failed", "Failure", "Aborted"];

/// Members that say how far something is.
const STATES: [&str; 6] = ["Status", "status", "State", "state", "JobStatus", "done"];

/// Writes a case file that sends the same requests again and expects the same answers, on any org.
///
/// Ids, addresses and tokens that an answer gave are captured; values that change from run to run are expected by
/// their shape, all others as they were. Looks at one place that follow each other become a step that waits.
/// Tokens and passwords are not written: the case names values that the target must give.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use mockorg_contract::{Answer, Request, answer::Exchange, scribe::{About, case_file}};
///
/// let exchange = |request: Request, status: u16, body: &str| {
///     let headers = vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())];
///     let answer = Answer { status, headers, body: body.into(), curl: "".into() };
///     Exchange { label: String::new(), request, answer, elapsed: Duration::ZERO }
/// };
/// let account = "/services/data/v62.0/sobjects/Account";
/// let case = case_file(
///     &[
///         exchange(
///             Request::post(account).json(serde_json::json!({"Name": "Acme"})),
///             201,
///             r#"{"id":"001D000000IqhSLIAZ","success":true,"errors":[]}"#,
///         ),
///         exchange(Request::delete(format!("{account}/001D000000IqhSLIAZ")), 204, ""),
///     ],
///     &About::observed("An account comes and goes"),
/// );
/// let steps = case.get("steps").unwrap().items().unwrap();
/// assert_eq!(steps[0].get("capture").unwrap().to_string(), r#"{"account1":"$.id"}"#);
/// assert_eq!(
///     steps[1].get("request").unwrap().to_string(),
///     r#"{"method":"DELETE","path":"/services/data/{version}/sobjects/Account/{account1}"}"#
/// );
/// ```
pub fn case_file(exchanges: &[Exchange], about: &About) -> Json {
    let turns = turns(exchanges);
    let version = most_used_version(exchanges);
    let mut renderer = Renderer {
        sources: Sources::default(),
        base_url: about.base_url.clone(),
        version: version.map(|version| version.0),
    };
    for (turn, Turn { exchange, .. }) in turns.iter().enumerate() {
        renderer.sources.read(turn, exchange);
    }
    let mut needs = BTreeSet::new();
    let mut sent = String::new();
    let mut steps = Vec::new();
    for (turn, look) in turns.iter().enumerate() {
        remember(&mut sent, look.exchange);
        steps.push(step(&mut renderer, look, turn, &sent, &mut needs));
    }
    let cleanup = if about.cleanup { cleanup(&mut renderer, &turns) } else { Vec::new() };
    for (turn, step) in steps.iter_mut().enumerate() {
        let captured = renderer.sources.captured(turn);
        if !captured.is_empty() {
            let captured = captured.into_iter().map(|(name, place)| (name, text(place)));
            step.push(("capture", object(captured)));
        }
    }
    let mut members = vec![("title", text(titled(&about.title))), ("source", text(about.source.clone()))];
    if let Some(version) = version {
        members.push(("versions", Json::Array(vec![Json::Number(version.0.to_string())])));
    }
    members.extend(needed(exchanges, needs).map(|needs| ("needs", needs)));
    members.push(("steps", Json::Array(steps.into_iter().map(object).collect())));
    if !cleanup.is_empty() {
        members.push(("cleanup", Json::Array(cleanup)));
    }
    object(members)
}

type Members = Vec<(&'static str, Json)>;

fn step(
    renderer: &mut Renderer,
    look: &Turn<'_>,
    turn: usize,
    sent: &str,
    needs: &mut BTreeSet<&'static str>,
) -> Members {
    let exchange = look.exchange;
    let mut step = Vec::new();
    if !exchange.label.is_empty() {
        step.push(("title", text(exchange.label.clone())));
    }
    let user = exchange.request.user.as_deref().unwrap_or("anonymous");
    if user != "admin" {
        step.push(("as", text(user)));
    }
    let RequestForm { json, needs: named } = request_form(renderer, exchange, turn);
    needs.extend(named);
    step.push(("request", json));
    step.push(("expect", expectation(renderer, exchange, turn, sent)));
    if let Some(until) = awaited(renderer, look, turn, sent) {
        let advance = object([
            ("method", text("POST")),
            ("path", text("/__mockorg/clock")),
            ("json", object([("advance", text("PT1S"))])),
        ]);
        let repeat = [
            ("until", Json::Object(until)),
            ("atMost", Json::Number(MOST_LOOKS.to_owned())),
            ("advance", advance),
        ];
        step.push(("repeat", object(repeat)));
    }
    step
}

/// What a step waits for: what changed between the first look and the last, or the end of some work.
fn awaited(renderer: &mut Renderer, look: &Turn<'_>, turn: usize, sent: &str) -> Option<Vec<(String, Json)>> {
    let body = look.exchange.answer.json().ok()?;
    if look.exchange.request.method != "GET" || look.exchange.answer.status >= 300 {
        return None;
    }
    let last = places(renderer, &body, turn, sent);
    if let Some(first) = look.first.and_then(|first| first.answer.json().ok()) {
        let first = places(renderer, &first, turn, sent);
        let mut changed: Vec<_> =
            last.into_iter().filter(|(path, value)| first.get(path) != Some(value)).collect();
        let is_state = |path: &str| STATES.iter().any(|state| path.rsplit('.').next() == Some(state));
        if changed.iter().any(|(path, _)| is_state(path)) {
            changed.retain(|(path, _)| is_state(path));
        }
        changed.truncate(5);
        return (!changed.is_empty()).then_some(changed);
    }
    let path = look.exchange.request.path_only();
    let of_work = path.contains("/RevenueAsyncOperation/") || path.contains("/jobs/");
    let ended = |path: &str, value: &Json| {
        STATES.iter().any(|state| path.strip_prefix("$.") == Some(state))
            && value.as_str().is_some_and(|value| ENDED.contains(&value))
    };
    let ended: Vec<_> = last.into_iter().filter(|(path, value)| of_work && ended(path, value)).collect();
    (!ended.is_empty()).then_some(ended)
}

/// Deletes what the exchanges created and left, the newest first; what cannot be deleted stays.
fn cleanup(renderer: &mut Renderer, turns: &[Turn<'_>]) -> Vec<Json> {
    let mut steps = Vec::new();
    for (turn, look) in turns.iter().enumerate().rev() {
        let request = &look.exchange.request;
        let path = relative(&request.path, renderer.base_url.as_deref());
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let Some((before, object_name)) = path.rsplit_once('/') else { continue };
        let creates = request.method == "POST"
            && look.exchange.answer.status == 201
            && before.ends_with("/sobjects")
            && !object_name.ends_with("__e");
        let Some(id) = look
            .exchange
            .answer
            .json()
            .ok()
            .filter(|_| creates)
            .and_then(|body| body.get("id").and_then(Json::as_str).map(ToOwned::to_owned))
        else {
            continue;
        };
        let address = format!("{path}/{id}");
        let deleted = turns[turn + 1..].iter().any(|later| {
            later.exchange.request.method == "DELETE"
                && later.exchange.answer.status < 300
                && later.exchange.request.path_only() == address
        });
        if !deleted {
            let user = request.user.as_deref().unwrap_or("admin");
            let mut step = Vec::new();
            if user != "admin" {
                step.push(("as", text(user)));
            }
            let delete =
                [("method", text("DELETE")), ("path", text(renderer.request(&address, turns.len())))];
            step.push(("request", object(delete)));
            let statuses = ["204", "400", "403", "404", "405"].map(|status| Json::Number(status.to_owned()));
            step.push(("expect", object([("status", Json::Array(statuses.to_vec()))])));
            steps.push(object(step));
        }
    }
    steps
}

fn needed(exchanges: &[Exchange], variables: BTreeSet<&'static str>) -> Option<Json> {
    let writes = exchanges.iter().any(writes);
    let control = exchanges.iter().any(|exchange| exchange.request.path_only().starts_with("/__mockorg/"));
    let mut needs = Vec::new();
    for (name, needed) in [("writes", writes), ("control", control)] {
        if needed {
            needs.push((name, Json::Bool(true)));
        }
    }
    if !variables.is_empty() {
        needs.push(("variables", Json::Array(variables.into_iter().map(text).collect())));
    }
    (!needs.is_empty()).then(|| object(needs))
}

/// Whether a request may change data.
fn writes(exchange: &Exchange) -> bool {
    let path = exchange.request.path_only();
    let method = exchange.request.effective_method();
    let of_login = path.starts_with("/services/oauth2/")
        || path.starts_with("/cometd/")
        || (path.starts_with("/services/Soap/")
            && exchange.request.body.windows(6).any(|part| part == b":login"));
    !["GET", "HEAD", "OPTIONS"].contains(&method.as_str()) && !of_login && !path.starts_with("/__mockorg/")
}

/// The version that most paths name; the newest of them where several are named as often.
fn most_used_version(exchanges: &[Exchange]) -> Option<ApiVersion> {
    let mut counts: BTreeMap<ApiVersion, usize> = BTreeMap::new();
    for exchange in exchanges {
        let path = exchange.request.path_only();
        let named = ["/services/data/", "/services/Soap/u/", "/services/Soap/c/", "/cometd/"]
            .iter()
            .find_map(|prefix| ApiVersion::parse(path.strip_prefix(prefix)?.split('/').next()?));
        if let Some(version) = named.filter(|version| (20..=99).contains(&version.0)) {
            *counts.entry(version).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|(version, count)| (*count, *version)).map(|(version, _)| version)
}

/// Adds what a request says, so that a date which the client chose is told from one of the org.
fn remember(sent: &mut String, exchange: &Exchange) {
    /// The longest body that is remembered, in bytes.
    const LONGEST: usize = 100_000;
    sent.push_str(&exchange.request.path);
    sent.push(' ');
    sent.push_str(&String::from_utf8_lossy(
        &exchange.request.body[..exchange.request.body.len().min(LONGEST)],
    ));
    sent.push(' ');
}

fn titled(title: &str) -> String {
    if title.chars().count() >= 10 { title.to_owned() } else { format!("{title}, as observed") }
}
