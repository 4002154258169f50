//! Runs subrequests one after the other while the org is held for them.

use bytes::Bytes;
use hyper::header::{ETAG, HeaderName, LAST_MODIFIED, LOCATION};
use mockorg_org::{ApiError, ErrorCode};

use super::{
    address, body,
    reference::{Answered, Answers},
    resource::{Kind, Resource},
    subrequest::{Subrequest, head},
};
use crate::{
    answer::{Answer, JSON},
    dispatch::{answer_inside, refuse},
    exchange::{Exchange, Holding},
    json::JsonWriter,
};

const HALTED: &str =
    "The transaction was rolled back since another operation in the same transaction failed.";

/// What became of a subrequest.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) status: u16,
    /// JSON, or nothing.
    pub(super) body: Bytes,
    headers: Vec<(&'static str, String)>,
    /// Whether it keeps a transaction from being completed. A collection may do so and be answered well.
    failed: bool,
}

impl Outcome {
    /// A refusal.
    pub(super) fn refused(around: &Exchange<'_>, error: ApiError) -> Self {
        let Answer { status, body, .. } = refuse(&error.into(), around.headers());
        Self { status, body, headers: Vec::new(), failed: true }
    }

    /// What is said of a subrequest whose transaction was undone because of another one.
    pub(super) fn halted(around: &Exchange<'_>) -> Self {
        Self::refused(around, ApiError::resource(ErrorCode::ProcessingHalted, HALTED))
    }
}

/// Runs subrequests in order; with `all_or_none` one that fails undoes all of them.
///
/// Whether all succeeded comes with the outcomes.
pub(super) fn run(
    around: &Exchange<'_>,
    holding: &Holding<'_>,
    subrequests: &mut [Subrequest],
    all_or_none: bool,
) -> (Vec<Outcome>, bool) {
    let start = holding.with(|org, _| org.mark());
    let mut answers = Answers::new(around.version);
    let mut outcomes = Vec::with_capacity(subrequests.len());
    let mut successful = true;
    for subrequest in subrequests.iter_mut() {
        let outcome = run_one(around, holding, subrequest, &mut answers)
            .unwrap_or_else(|error| Outcome::refused(around, error));
        let failed = outcome.failed;
        successful &= !failed;
        answers.push(Answered::new(subrequest.reference.clone(), outcome.body.clone()));
        outcomes.push(outcome);
        if failed && all_or_none {
            break;
        }
    }
    if all_or_none && !successful {
        holding.with(|org, _| org.return_to(start));
        // Only the one that failed keeps its answer.
        for outcome in outcomes.iter_mut().filter(|outcome| !outcome.failed) {
            *outcome = Outcome::halted(around);
        }
        outcomes.resize_with(subrequests.len(), || Outcome::halted(around));
    }
    (outcomes, successful)
}

fn run_one(
    around: &Exchange<'_>,
    holding: &Holding<'_>,
    subrequest: &mut Subrequest,
    answers: &mut Answers,
) -> Result<Outcome, ApiError> {
    let url = answers.fill_address(&subrequest.url)?;
    if let Some(body) = &mut subrequest.body {
        answers.fill_body(body)?;
    }
    let uri = address::uri(&url).ok_or_else(ApiError::not_found)?;
    let resource = Resource::of(uri.path()).ok_or_else(ApiError::not_found)?;
    let tooling = Resource::of(around.parts.uri.path()).is_some_and(|own| own.tooling);
    if resource.tooling != tooling || !resource.is_allowed(Kind::Composite) {
        return Err(not_modelled(holding, &resource, "composite requests"));
    }
    let (heavy, described) = (resource.is_collection(), resource.is_describe());
    let name = resource.name();
    let body = subrequest.body.as_ref().map(body::to_json).unwrap_or_default();
    let headers = std::mem::take(&mut subrequest.headers);
    let parts = head(around, subrequest.method.clone(), uri, headers, !body.is_empty());
    let answer = answer_inside(around.gateway, &parts, &body.into(), holding);
    if !answer.body.is_empty() && answer.media_type.as_ref() != Some(&JSON) {
        let what = format!("binary answers in composite requests ({name})");
        holding.with(|org, _| org.refuse(&what));
        return Err(ApiError::not_modelled(what));
    }
    let failed = answer.status >= 400
        || answer.status == 300
        || heavy && contains(&answer.body, [b"\"success\":false", b"\"success\" : false"]);
    Ok(Outcome { status: answer.status, headers: told(&answer, described), body: answer.body, failed })
}

/// The refusal of a resource that stands in no list of those which may be asked for inside others.
pub(super) fn not_modelled(holding: &Holding<'_>, resource: &Resource<'_>, around: &str) -> ApiError {
    let api = if resource.tooling { "tooling/" } else { "" };
    let what = format!("{api}{} in {around}", resource.name());
    holding.with(|org, _| org.refuse(&what));
    ApiError::not_modelled(what)
}

/// Whether one of two texts stands in a body; quotes inside values are escaped and so never part of it.
fn contains<const N: usize>(body: &[u8], texts: [&[u8]; N]) -> bool {
    texts.iter().any(|text| body.windows(text.len()).any(|window| window == *text))
}

/// The headers that a result repeats.
fn told(answer: &Answer, described: bool) -> Vec<(&'static str, String)> {
    let header = |(name, value): &(HeaderName, hyper::header::HeaderValue)| {
        let label = match name {
            name if *name == LOCATION => "Location",
            name if described && *name == ETAG => "ETag",
            name if described && *name == LAST_MODIFIED => "Last-Modified",
            _ => return None,
        };
        Some((label, value.to_str().ok()?.to_owned()))
    };
    answer.headers.iter().filter_map(header).collect()
}

/// Writes outcomes as `compositeResponse` has them.
pub(super) fn write<'r>(
    w: &mut JsonWriter,
    outcomes: &[Outcome],
    references: impl IntoIterator<Item = Option<&'r str>>,
) {
    w.begin_object().name("compositeResponse").begin_array();
    for (outcome, reference) in outcomes.iter().zip(references) {
        w.begin_object().name("body");
        if outcome.body.is_empty() {
            w.null()
        } else {
            w.embed(&outcome.body)
        };
        w.name("httpHeaders").begin_object();
        for (name, value) in &outcome.headers {
            w.name(name).string(value);
        }
        w.end_object().name("httpStatusCode").int(outcome.status);
        w.name("referenceId").optional(reference).end_object();
    }
    w.end_array().end_object();
}
