//! API versions as cases and endpoint rows name them: by their whole number.

use std::fmt;

use serde::Deserialize;

/// An API version by its whole number: 62 stands for `62.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct ApiVersion(pub u16);

impl ApiVersion {
    /// Reads `62.0` or `v62.0`.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix('v').unwrap_or(text).strip_suffix(".0")?.parse().ok().map(Self)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.0", self.0)
    }
}
