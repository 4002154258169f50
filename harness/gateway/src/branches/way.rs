//! The way on which a request came to a branch, which its answers have to know.

use std::sync::Arc;

use hyper::{
    Response,
    header::{HeaderValue, LOCATION},
    http::request::Parts,
};

/// How a request came to a branch; an extension of the request.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// What stood in front of the path, such as `/__org/pr-17`; empty for one that came by its host.
    pub(super) prefix: Arc<str>,
    /// Scheme, host and port of the branch, where those of the server are fixed.
    pub(super) public_url: Option<Arc<str>>,
}

impl Way {
    /// What stands in front of every path of the org that answers; nothing but for a branch.
    pub(crate) fn prefix_of(parts: &Parts) -> &str {
        parts.extensions.get::<Self>().map_or("", |way| &way.prefix)
    }

    /// The fixed address of the branch that answers.
    pub(crate) fn public_url_of(parts: &Parts) -> Option<&str> {
        parts.extensions.get::<Self>()?.public_url.as_deref()
    }

    /// Has a browser that is sent to another page of the org stay with the branch. What clients of the API read is
    /// left as the platform writes it.
    pub(crate) fn lead_back<B>(&self, response: &mut Response<B>) {
        if self.prefix.is_empty() || !response.status().is_redirection() {
            return;
        }
        let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let inside = to.filter(|to| to.starts_with('/') && !to.starts_with("//"));
        if let Some(to) = inside.and_then(|to| HeaderValue::try_from(format!("{}{to}", self.prefix)).ok()) {
            response.headers_mut().insert(LOCATION, to);
        }
    }
}
