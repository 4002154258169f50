//! One call.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use mockorg_org::Timestamp;

use super::{GrpcCall, messages::Messages};
use crate::dispatch;

/// One call of a client with its answer.
///
/// Tokens, passwords and cookies are masked. Headers and bodies are empty unless
/// [`JournalSettings::bodies`](super::JournalSettings::bodies) was asked for; bodies are without content coding.
#[derive(Debug)]
pub struct JournalCall {
    /// The number of the entry, from 1, among calls and events; entries that were dropped leave a gap.
    pub sequence: u64,
    /// The org's time when the call was answered.
    pub at: Timestamp,
    /// The method as it was sent, in upper case.
    pub method: Box<str>,
    /// The path with its query, as it was sent.
    pub target: Box<str>,
    /// The user name behind the token, when the org knows it.
    pub user: Option<Box<str>>,
    /// The status of the answer; 0 when a fault left the client without one.
    pub status: u16,
    /// The names of the faults that struck the call.
    pub faults: Box<[Box<str>]>,
    /// What more there is to say of a call of the Pub/Sub API.
    pub grpc: Option<Arc<GrpcCall>>,
    pub(super) took: Duration,
    pub(super) messages: Option<Messages>,
}

impl JournalCall {
    /// The path without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, without its question mark; empty when there is none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The id of the endpoint in the endpoint index; `None` for paths that no endpoint has. Found out here, so that
    /// calls do not pay for what few readers ask.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        dispatch::endpoint_of(self.path())
    }

    /// How long the answer took, by the machine's clock: of all that is told here the only thing that a repeated
    /// run does not repeat. `None` for a stream that goes on.
    #[must_use]
    pub fn took(&self) -> Option<Duration> {
        self.grpc.as_ref().map_or(Some(self.took), |grpc| grpc.took())
    }

    /// Whether headers and bodies were kept.
    #[must_use]
    pub const fn has_messages(&self) -> bool {
        self.messages.is_some()
    }

    /// Header lines of the request, in order, names in lower case.
    #[must_use]
    pub fn request_headers(&self) -> Vec<(Box<str>, Box<str>)> {
        self.messages.as_ref().map(Messages::request_headers).unwrap_or_default()
    }

    /// The body of the request.
    #[must_use]
    pub fn request_body(&self) -> Box<[u8]> {
        self.messages.as_ref().map(Messages::request_body).unwrap_or_default()
    }

    /// Header lines of the answer, in order, names in lower case.
    #[must_use]
    pub fn answer_headers(&self) -> Vec<(Box<str>, Box<str>)> {
        self.messages.as_ref().map(Messages::answer_headers).unwrap_or_default()
    }

    /// The body of the answer; empty for `HEAD`.
    #[must_use]
    pub fn answer_body(&self) -> Box<[u8]> {
        self.messages.as_ref().map(Messages::answer_body).unwrap_or_default()
    }

    /// The body of the request as text; bytes that are no UTF-8 become replacement characters.
    #[must_use]
    pub fn request_text(&self) -> String {
        text(&self.request_body()).into_owned()
    }

    /// The body of the answer as text; bytes that are no UTF-8 become replacement characters.
    #[must_use]
    pub fn answer_text(&self) -> String {
        text(&self.answer_body()).into_owned()
    }

    /// About how many bytes the entry takes.
    pub(super) fn size(&self) -> usize {
        let names = self.method.len() + self.target.len() + self.user.as_deref().map_or(0, str::len);
        let faults: usize = self.faults.iter().map(|name| name.len() + 16).sum();
        let grpc = if self.grpc.is_some() { GrpcCall::SIZE } else { 0 };
        200 + names + faults + grpc + self.messages.as_ref().map_or(0, Messages::len)
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

impl fmt::Display for JournalCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} {} → {}", self.sequence, self.method, self.target, self.status)?;
        if let Some(grpc) = &self.grpc {
            if let Some(topic) = grpc.topic() {
                write!(f, " on {topic}")?;
            }
            match grpc.status() {
                Some(status) => write!(f, ", gRPC {status}")?,
                None => f.write_str(", goes on")?,
            }
        }
        self.faults.iter().try_for_each(|name| write!(f, " [{name}]"))
    }
}
