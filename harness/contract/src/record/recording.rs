//! The answers to one case.

use std::sync::Arc;

use thiserror::Error;

use crate::{
    answer::Exchange,
    diff::{Deviation, Rules, differences},
    json::{self, Json},
    redact::{Body, Policy, RedactedExchange, Redactor, Vocabulary},
};

/// Why a recording cannot be read or written.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub struct RecordingError {
    /// The file.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What an org answered to the steps of a case, redacted by [`Policy::Recording`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The case, `<area>/<name>`.
    pub case: String,
    /// The API version, `62.0`.
    pub version: String,
    /// One exchange per step: of a step that polled, the last.
    pub exchanges: Vec<RedactedExchange>,
}

impl Recording {
    /// The recording of the exchanges of a case.
    pub fn of(case: &str, version: &str, exchanges: &[Exchange], vocabulary: &Arc<Vocabulary>) -> Self {
        let mut redactor = Redactor::with_policy(Policy::Recording(Arc::clone(vocabulary)));
        let mut kept: Vec<RedactedExchange> = Vec::new();
        for exchange in exchanges {
            let redacted = redactor.exchange(exchange);
            // How often a step had to ask is chance; the last answer is what the case was about.
            kept.retain(|earlier| earlier.label != redacted.label);
            kept.push(redacted);
        }
        Self { case: case.to_owned(), version: version.to_owned(), exchanges: kept }
    }

    /// How another target's answers to the same case differ. A step that only one of both reached
    /// is no difference of answers: the case itself reports it.
    pub fn deviations(
        &self,
        exchanges: &[Exchange],
        vocabulary: &Arc<Vocabulary>,
        rules: &Rules,
    ) -> Vec<(String, Deviation)> {
        let target = Self::of(&self.case, &self.version, exchanges, vocabulary);
        let mut found = Vec::new();
        for recorded in &self.exchanges {
            let own = target.exchanges.iter().find(|exchange| exchange.label == recorded.label);
            let differ = own.map(|own| differences(recorded, own, rules)).unwrap_or_default();
            found.extend(differ.into_iter().map(|deviation| (recorded.label.clone(), deviation)));
        }
        found
    }

    /// The content of the file.
    pub fn to_json(&self) -> Json {
        let text = |text: &str| Json::String(text.to_owned());
        let exchanges = self.exchanges.iter().map(|exchange| {
            let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
            let mut pairs = vec![
                ("step", text(&exchange.label)),
                ("request", text(&format!("{} {}", exchange.method, exchange.path))),
            ];
            pairs.extend(body_pair("sent", &exchange.request_body));
            pairs.push(("status", Json::Number(exchange.status.to_string())));
            pairs.push(("headers", Json::Object(headers)));
            pairs.extend(body_pair("body", &exchange.body));
            object(pairs)
        });
        object(vec![
            ("case", text(&self.case)),
            ("version", text(&self.version)),
            ("exchanges", Json::Array(exchanges.collect())),
        ])
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] when the text is not what [`Recording::to_json`] writes.
    pub fn parse(place: &str, content: &str) -> Result<Self, RecordingError> {
        let wrong = |problem: String| RecordingError { place: place.to_owned(), problem };
        let json = json::parse(content).map_err(|error| wrong(error.to_string()))?;
        let read = || {
            let exchanges = json.get("exchanges")?.items()?;
            Some(Self {
                case: json.get("case")?.as_str()?.to_owned(),
                version: json.get("version")?.as_str()?.to_owned(),
                exchanges: exchanges.iter().map(exchange).collect::<Option<_>>()?,
            })
        };
        read().ok_or_else(|| {
            wrong(
                "is no recording: it needs case, version and exchanges as `mockorg record` writes them"
                    .to_owned(),
            )
        })
    }
}

fn object(pairs: Vec<(&str, Json)>) -> Json {
    Json::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A body stands as `{"json": …}`, `{"text": …}` or `{"bytes": …}`, so that text that looks like JSON stays text.
fn body_pair<'a>(key: &'a str, body: &Body) -> Option<(&'a str, Json)> {
    let content = match body {
        Body::Empty => return None,
        Body::Json(json) => ("json", json.clone()),
        Body::Text(text) => ("text", Json::String(text.clone())),
        Body::Bytes(length) => ("bytes", Json::Number(length.to_string())),
    };
    Some((key, object(vec![content])))
}

fn exchange(json: &Json) -> Option<RedactedExchange> {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let (method, path) = text("request")?.split_once(' ')?;
    let Json::Object(headers) = json.get("headers")? else { return None };
    let header = |(name, value): &(String, Json)| Some((name.clone(), value.as_str()?.to_owned()));
    Some(RedactedExchange {
        label: text("step")?.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        request_body: body(json.get("sent"))?,
        status: json.get("status")?.to_string().parse().ok()?,
        headers: headers.iter().map(header).collect::<Option<_>>()?,
        body: body(json.get("body"))?,
    })
}

fn body(json: Option<&Json>) -> Option<Body> {
    let Some(json) = json else { return Some(Body::Empty) };
    if let Some(content) = json.get("json") {
        return Some(Body::Json(content.clone()));
    }
    if let Some(text) = json.get("text") {
        return text.as_str().map(|text| Body::Text(text.to_owned()));
    }
    json.get("bytes")?.to_string().parse().ok().map(Body::Bytes)
}
