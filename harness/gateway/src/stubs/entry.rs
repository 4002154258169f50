//! One stub, ready to answer.

use std::sync::atomic::{AtomicU32, Ordering};

use hyper::{
    Method, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING},
};
use mockorg_org::Stub;

use super::{StubLife, path::PathPattern, template::Template};

/// A stub, taken apart, with how often it has answered.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) stub: Stub,
    pub(super) life: StubLife,
    pub(super) method: Option<Method>,
    pub(super) path: PathPattern,
    pub(super) body: Body,
    pub(super) headers: Box<[(HeaderName, Template)]>,
    pub(super) media_type: Option<HeaderValue>,
    answered: AtomicU32,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Json(Template),
    Text(Template),
}

impl Entry {
    /// Takes a stub apart.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub(super) fn new(stub: Stub, life: StubLife) -> Result<Self, String> {
        if stub.name.is_empty() {
            return Err("without a name it could not be ended".to_owned());
        }
        let path = PathPattern::read(&stub.request.path)?;
        if stub.request.path.starts_with("/__mockorg") {
            return Err("the control surface cannot be stubbed".to_owned());
        }
        let method = match stub.request.method.as_deref() {
            None => None,
            Some(name) if !name.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                return Err(format!("`{name}` is no method"));
            }
            Some(name) => Some(
                Method::from_bytes(name.to_ascii_uppercase().as_bytes())
                    .map_err(|_| format!("`{name}` is no method"))?,
            ),
        };
        if StatusCode::from_u16(stub.response.status).is_err() || stub.response.status < 200 {
            return Err(format!("{} is no status of an answer; choose 200 to 999", stub.response.status));
        }
        if stub.times == Some(0) {
            return Err("a stub with `times` 0 would never answer".to_owned());
        }
        let body = match (&stub.response.body, &stub.response.text) {
            (Some(_), Some(_)) => return Err("an answer has `body` or `text`, not both".to_owned()),
            (Some(body), None) => Body::Json(Template::read(body, &path)?),
            (None, Some(text)) => Body::Text(Template::text(text, &path)?),
            (None, None) => Body::None,
        };
        let (mut headers, mut media_type) = (Vec::new(), None);
        for (name, value) in &stub.response.headers {
            let header =
                name.parse::<HeaderName>().map_err(|_| format!("`{name}` is no name of a header"))?;
            if header == CONTENT_LENGTH || header == TRANSFER_ENCODING {
                return Err(format!("the header {name} follows from the body"));
            }
            if header == CONTENT_TYPE {
                media_type =
                    Some(value.parse().map_err(|_| format!("`{value}` is no value of the header {name}"))?);
            } else {
                headers.push((header, Template::text(value, &path)?));
            }
        }
        let headers = headers.into();
        Ok(Self { stub, life, method, path, body, headers, media_type, answered: AtomicU32::new(0) })
    }

    /// How often it has answered.
    pub(super) fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Counts one more answer and tells its number; `None` when it has given all that it was to give.
    pub(super) fn take(&self) -> Option<u32> {
        let more =
            |count: u32| self.stub.times.is_none_or(|times| count < times).then(|| count.saturating_add(1));
        self.answered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok().map(|before| before + 1)
    }

    /// The same stub, that has answered so often.
    pub(super) fn after(&self, answered: u32) -> Self {
        Self {
            stub: self.stub.clone(),
            life: self.life,
            method: self.method.clone(),
            path: self.path.clone(),
            body: self.body.clone(),
            headers: self.headers.clone(),
            media_type: self.media_type.clone(),
            answered: AtomicU32::new(answered),
        }
    }

    /// Whether it has given all its answers.
    pub(super) fn is_spent(&self) -> bool {
        self.stub.times.is_some_and(|times| self.answered() >= times)
    }
}
