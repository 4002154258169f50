//! Webhooks as org files and programs declare them. The org only keeps the list: whoever serves it sends them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An address to which each event of a channel is posted.
///
/// # Examples
///
/// ```
/// use mockorg_org::Webhook;
///
/// let webhook = Webhook::new("shop", "http://127.0.0.1:8080/events", "/event/AssetRenewInitiatedEvent")
///     .with_header("Authorization", "Bearer x")
///     .with_secret("sesame");
/// assert_eq!(webhook.secret.as_deref(), Some("sesame"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Webhook {
    /// Its name, by which EventBusSubscriber shows it and by which it is resumed.
    pub name: Box<str>,
    /// Where events are posted to: an address that begins with `http://`.
    pub url: Box<str>,
    /// The channel, such as `/data/ChangeEvents`, or an event's name alone.
    pub channel: Box<str>,
    /// Headers of each request, beside those that are always sent.
    #[serde(default)]
    pub headers: BTreeMap<Box<str>, Box<str>>,
    /// What bodies are signed with; `None` sends no signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Box<str>>,
}

impl Webhook {
    /// A webhook without headers of its own and without a signature.
    #[must_use]
    pub fn new(name: &str, url: &str, channel: &str) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            channel: channel.into(),
            headers: BTreeMap::new(),
            secret: None,
        }
    }

    /// The same with a further header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// The same with a signature: each request has the header `X-Mockorg-Signature` with `sha256=` and the
    /// HMAC-SHA256 of its body under this secret, in lower-case hex.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.into());
        self
    }
}
