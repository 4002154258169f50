//! The way to the control surface of an org, and what can be wrong with it.

use mockorg_contract::{
    Json,
    http::{Http, RawAnswer},
    json,
};

use super::ask::Ask;

/// Why there is nothing to show; each kind has an exit code of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The org refused: 1.
    Refused(String),
    /// What was given makes no sense: 2.
    Usage(String),
    /// Nobody listens, or somebody who is no mockorg: 3.
    Unreachable(String),
    /// The control surface wants a token, or another one: 4.
    Closed(String),
}

/// An org's address and the token of its control surface.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) url: String,
    pub(super) token: Option<String>,
    /// PEM with certificates to trust.
    pub(super) authorities: String,
}

impl Line {
    /// Sends a request; gives the text of the answer.
    pub(super) async fn send(&self, ask: &Ask) -> Result<String, Trouble> {
        let url = self.url.trim_end_matches('/');
        let http = Http::of(url, &self.authorities)
            .map_err(|error| Trouble::Usage(format!("--url {url}: {}", error.reason)))?;
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("x-mockorg-token".to_owned(), token.clone()));
        }
        if ask.body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let body = ask.body.clone().unwrap_or_default().into_bytes();
        let sent = http.send(&ask.method, &format!("{url}{}", ask.path), &headers, body).await;
        let answer = sent.map_err(|error| {
            Trouble::Unreachable(match error.reached {
                false => format!(
                    "nobody listens at {url} ({}); start an org with `mockorg serve`, or name its address with --url",
                    error.reason
                ),
                true => format!("{url} gave no answer: {}", error.reason),
            })
        })?;
        self.judged(&answer, url)
    }

    /// The text of an answer that is none of trouble.
    fn judged(&self, answer: &RawAnswer, url: &str) -> Result<String, Trouble> {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        if (200..300).contains(&answer.status) {
            return Ok(text);
        }
        let body = json::parse(&text).ok();
        let member = |name: &str| body.as_ref().and_then(|body| body.get(name)).and_then(Json::as_str);
        let (Some(error), Some(hint)) = (member("error"), member("hint")) else {
            return Err(Trouble::Unreachable(format!(
                "{url} answers, but is no mockorg: status {}; name the address of one with --url",
                answer.status
            )));
        };
        Err(match answer.status {
            401 | 403 => {
                let given = if self.token.is_some() { "another" } else { "the" };
                Trouble::Closed(format!(
                    "{error}; give {given} token with --token or in MOCKORG_CONTROL_TOKEN ({hint})"
                ))
            }
            _ => Trouble::Refused(format!("{error}; {hint}")),
        })
    }
}
