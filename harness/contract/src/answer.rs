//! Answers, and the exchange that a failure prints.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use crate::{
    json::{self, Json, JsonError},
    request::Request,
};

/// An answer with its body as it came, decompressed.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header lines in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, after undoing `Content-Encoding`.
    pub body: Vec<u8>,
    /// The curl line that repeats the request.
    pub curl: Arc<str>,
}

/// A request together with its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Which step of a case sent it, for instance `step 2 (read it back)`; empty outside of cases.
    pub label: String,
    /// What was sent. Its `user` names a credential; the token itself is not in it.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
    /// From the first byte sent to the last byte received.
    pub elapsed: Duration,
}

/// One way in which an answer breaks the promise of its endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer to the offending place of the body; empty for the whole answer.
    pub pointer: String,
    /// Schema file and the place of the broken rule in it; empty when no schema is involved.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl Violation {
    pub(crate) fn whole(message: String) -> Self {
        Self { pointer: String::new(), rule: String::new(), message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rule.is_empty() {
            return f.write_str(&self.message);
        }
        let place = if self.pointer.is_empty() { "the top level" } else { &self.pointer };
        write!(f, "at {place}: {} (rule {})", self.message, self.rule)
    }
}

impl Answer {
    /// The first header of a name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no UTF-8 become replacement characters.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON with its key order.
    ///
    /// # Errors
    ///
    /// [`JsonError`] when the body is no JSON.
    pub fn json(&self) -> Result<Json, JsonError> {
        json::parse(&self.text())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LIMIT: usize = 4000;
        writeln!(f, "{}", self.curl)?;
        writeln!(f, "HTTP {}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", hide_secrets(value))?;
        }
        let text = self.text();
        let text = hide_secrets(&text);
        match text.char_indices().nth(LIMIT) {
            Some((end, _)) => write!(f, "\n{}… ({} bytes)", &text[..end], self.body.len()),
            None => write!(f, "\n{text}"),
        }
    }
}

/// Reports end in logs: tokens that an answer hands out are not shown.
fn hide_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    for (open, close) in [
        ("\"access_token\":\"", '"'),
        ("\"access_token\" : \"", '"'),
        ("\"refresh_token\":\"", '"'),
        ("\"refresh_token\" : \"", '"'),
        ("\"id_token\":\"", '"'),
        ("<sessionId>", '<'),
        ("access_token=", '&'),
    ] {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| from + at + open.len()) {
            let end = text[start..].find(close).map_or(text.len(), |at| start + at);
            text.replace_range(start..end, "$TOKEN");
            from = start;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handed_out_tokens_are_not_printed() {
        let shown =
            hide_secrets(r#"{"access_token":"00D!x","n":1,"refresh_token":"y"}<sessionId>z</sessionId>"#);
        assert_eq!(
            shown,
            r#"{"access_token":"$TOKEN","n":1,"refresh_token":"$TOKEN"}<sessionId>$TOKEN</sessionId>"#
        );
    }
}
