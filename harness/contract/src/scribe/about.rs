//! What the exchanges do not say about the case.

/// What a case file says about itself.
#[derive(Debug, Clone)]
pub struct About {
    /// What the case shows, as a sentence of ten characters at least.
    pub title: String,
    /// A link to public documentation, or `observed`.
    pub source: String,
    /// Scheme, host and port under which the org was reached, so that they do not end up in the case.
    pub base_url: Option<String>,
    /// Whether records that the exchanges leave behind are deleted at the end of the case.
    pub cleanup: bool,
}

impl About {
    /// A case that was observed, with this title; what it creates is deleted at its end.
    pub fn observed(title: impl Into<String>) -> Self {
        Self { title: title.into(), source: "observed".to_owned(), base_url: None, cleanup: true }
    }

    /// The same, for an org at this address.
    #[must_use]
    pub fn at(self, base_url: &str) -> Self {
        Self { base_url: Some(base_url.trim_end_matches('/').to_owned()), ..self }
    }
}
