//! Texts that are never shown.

use std::fmt;

use serde::Deserialize;

/// A token, password or key. Shown, it is only `***`.
///
/// # Examples
///
/// ```
/// use mockorg_contract::login::Secret;
///
/// let secret = Secret::new("s3cret");
/// assert_eq!(format!("{secret:?} {secret}"), "*** ***");
/// assert_eq!(secret.reveal(), "s3cret");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A text without this secret in it. Short ones stay: they would tear holes into any sentence.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        if self.0.len() < 6 { text.to_owned() } else { text.replace(self.reveal(), "***") }
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
