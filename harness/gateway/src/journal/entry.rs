//! One call.

use std::borrow::Cow;

use mockorg_org::Timestamp;

use crate::dispatch;

/// One call of a client with its answer.
///
/// Tokens, passwords and cookies are masked. Headers and bodies are empty unless
/// [`JournalSettings::bodies`](super::JournalSettings::bodies) was asked for; bodies are without content coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// The number of the entry, from 1; entries that were dropped leave a gap.
    pub sequence: u64,
    /// The org's time when the call was answered.
    pub at: Timestamp,
    /// The method as it was sent, in upper case.
    pub method: Box<str>,
    /// The path with its query, as it was sent.
    pub target: Box<str>,
    /// The user name behind the token, when the org knows it; only with bodies.
    pub user: Option<Box<str>>,
    /// Header lines of the request, in order, names in lower case.
    pub request_headers: Vec<(Box<str>, Box<str>)>,
    /// The body of the request.
    pub request_body: Box<[u8]>,
    /// The status of the answer.
    pub status: u16,
    /// Header lines of the answer, in order, names in lower case.
    pub answer_headers: Vec<(Box<str>, Box<str>)>,
    /// The body of the answer; empty for `HEAD`.
    pub answer_body: Box<[u8]>,
}

impl JournalEntry {
    /// The path without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The id of the endpoint in the endpoint index; `None` for paths that no endpoint has. Found out here, so that
    /// calls do not pay for what few readers ask.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        dispatch::endpoint_of(self.path())
    }

    /// The body of the request as text; bytes that are no UTF-8 become replacement characters.
    #[must_use]
    pub fn request_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.request_body)
    }

    /// The body of the answer as text; bytes that are no UTF-8 become replacement characters.
    #[must_use]
    pub fn answer_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.answer_body)
    }

    /// About how many bytes the entry takes.
    pub(super) fn size(&self) -> usize {
        let headers = self.request_headers.iter().chain(&self.answer_headers);
        let headers: usize = headers.map(|(name, value)| name.len() + value.len() + 32).sum();
        let names = self.method.len() + self.target.len() + self.user.as_deref().map_or(0, str::len);
        200 + names + headers + self.request_body.len() + self.answer_body.len()
    }
}

impl std::fmt::Display for JournalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{} {} {} → {}", self.sequence, self.method, self.target, self.status)
    }
}
