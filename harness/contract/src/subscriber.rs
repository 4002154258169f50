//! A Bayeux client as a state machine: it says what to send and reads what came; the runner does the sending.
//!
//! One client per case. It shakes hands, connects and subscribes from now on, and later takes what has come with
//! connects that do not wait. Cookies are kept, since an org behind several servers finds its clients by them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::Answer,
    json::{Json, parse},
    request::Request,
    version::ApiVersion,
};

/// The oldest version of the Streaming API that knows platform events by replay id.
pub const OLDEST_VERSION: ApiVersion = ApiVersion(37);

/// A client of the Streaming API.
#[derive(Debug)]
pub struct Subscriber {
    path: String,
    user: String,
    client_id: Option<String>,
    cookies: BTreeMap<String, String>,
    sent: u64,
    inboxes: BTreeMap<String, Inbox>,
}

/// What came on one channel, in the order of its arrival.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// The `data` of each message.
    pub messages: Vec<Json>,
    /// How many of them earlier steps have dealt with.
    pub dealt_with: usize,
}

impl Inbox {
    /// What came since the last step about the channel.
    pub fn fresh(&self) -> &[Json] {
        self.messages.get(self.dealt_with..).unwrap_or_default()
    }
}

impl Subscriber {
    /// A client of the API of a version that will act as a user.
    pub fn new(version: ApiVersion, user: &str) -> Self {
        Self {
            path: format!("/cometd/{version}"),
            user: user.to_owned(),
            client_id: None,
            cookies: BTreeMap::new(),
            sent: 0,
            inboxes: BTreeMap::new(),
        }
    }

    /// The first request of a session.
    pub fn handshake(&mut self) -> Request {
        let message = format!(
            r#"[{{"channel":"/meta/handshake","id":"{}","version":"1.0","minimumVersion":"1.0","supportedConnectionTypes":["long-polling"],"ext":{{"replay":true}}}}]"#,
            self.next_id()
        );
        self.request(message)
    }

    /// A connect that takes what has come and does not wait.
    pub fn connect(&mut self) -> Request {
        let message = format!(
            r#"[{{"channel":"/meta/connect","id":"{}","clientId":{},"connectionType":"long-polling","advice":{{"timeout":0}}}}]"#,
            self.next_id(),
            self.client()
        );
        self.request(message)
    }

    /// A subscription to what comes on a channel from now on.
    pub fn subscribe(&mut self, channel: &str) -> Request {
        let name = Json::String(channel.to_owned());
        let message = format!(
            r#"[{{"channel":"/meta/subscribe","id":"{}","clientId":{},"subscription":{name},"ext":{{"replay":{{{name}:-1}}}}}}]"#,
            self.next_id(),
            self.client()
        );
        self.request(message)
    }

    /// The end of the session; `None` when there is none.
    pub fn disconnect(&mut self) -> Option<Request> {
        self.client_id.as_ref()?;
        let message = format!(
            r#"[{{"channel":"/meta/disconnect","id":"{}","clientId":{}}}]"#,
            self.next_id(),
            self.client()
        );
        self.client_id = None;
        Some(self.request(message))
    }

    /// Reads an answer: keeps cookies, client id and events.
    ///
    /// # Errors
    ///
    /// What the other side refused or said wrongly, in words.
    pub fn read(&mut self, answer: &Answer) -> Result<(), String> {
        self.keep_cookies(answer);
        if answer.status != 200 {
            return Err(format!("status {}: {}", answer.status, answer.text()));
        }
        let body = parse(&answer.text()).map_err(|error| error.to_string())?;
        let messages = body.items().ok_or("the answer is no list of messages")?;
        let mut refused = None;
        for message in messages {
            let channel = message.get("channel").and_then(Json::as_str).unwrap_or_default();
            if !channel.starts_with("/meta/") {
                self.keep_event(channel, message)?;
                continue;
            }
            if message.get("successful") != Some(&Json::Bool(true)) {
                refused = message.get("error").and_then(Json::as_str).map(str::to_owned);
                refused.get_or_insert_with(|| message.to_string());
                continue;
            }
            match channel {
                "/meta/handshake" => {
                    let id = message.get("clientId").and_then(Json::as_str);
                    self.client_id = Some(id.ok_or("a handshake without clientId")?.to_owned());
                }
                "/meta/subscribe" => {
                    if let Some(name) = message.get("subscription").and_then(Json::as_str) {
                        self.inboxes.entry(name.to_owned()).or_default();
                    }
                }
                _ => {}
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// What came on a channel; `None` without a subscription.
    pub fn inbox(&self, channel: &str) -> Option<&Inbox> {
        self.inboxes.get(channel)
    }

    /// Marks what came on a channel as dealt with, up to a number of fresh messages.
    pub fn deal_with(&mut self, channel: &str, count: usize) {
        if let Some(inbox) = self.inboxes.get_mut(channel) {
            inbox.dealt_with = inbox.messages.len().min(inbox.dealt_with + count);
        }
    }

    /// The channels that are subscribed to.
    pub fn channels(&self) -> BTreeSet<&str> {
        self.inboxes.keys().map(String::as_str).collect()
    }

    fn keep_event(&mut self, channel: &str, message: &Json) -> Result<(), String> {
        let data = message.get("data").ok_or_else(|| format!("a message without data: {message}"))?;
        let inbox = self.inboxes.get_mut(channel);
        let inbox = inbox.ok_or_else(|| format!("an event of {channel}, which is not subscribed to"))?;
        inbox.messages.push(data.clone());
        Ok(())
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    fn request(&self, body: String) -> Request {
        let request = Request::post(&self.path).text("application/json", body).as_user(&self.user);
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header("Cookie", &pairs.join("; "))
    }

    fn client(&self) -> Json {
        self.client_id.clone().map_or(Json::Null, Json::String)
    }

    fn next_id(&mut self) -> u64 {
        self.sent += 1;
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            headers: vec![("set-cookie".to_owned(), "BAYEUX_BROWSER=a1; Path=/cometd; HttpOnly".to_owned())],
            body: body.as_bytes().to_vec(),
            curl: "".into(),
        }
    }

    fn connected() -> Subscriber {
        let mut subscriber = Subscriber::new(ApiVersion(62), "admin");
        subscriber.handshake();
        subscriber
            .read(&answer(r#"[{"channel":"/meta/handshake","successful":true,"clientId":"c\"1"}]"#))
            .unwrap();
        subscriber
    }

    #[test]
    fn later_requests_carry_the_client_id_and_the_cookies() {
        let mut subscriber = connected();
        let request = subscriber.subscribe("/event/A__e");
        let body = parse(&String::from_utf8(request.body.clone()).unwrap()).unwrap();
        let message = &body.items().unwrap()[0];
        assert_eq!(message.get("clientId").unwrap().as_str(), Some("c\"1"));
        assert_eq!(message.get("ext").unwrap().to_string(), r#"{"replay":{"/event/A__e":-1}}"#);
        assert_eq!(request.header_value("cookie"), Some("BAYEUX_BROWSER=a1"));
        assert!(subscriber.disconnect().is_some() && subscriber.disconnect().is_none());
    }

    #[test]
    fn events_lie_in_the_inbox_of_their_channel_until_they_are_dealt_with() {
        let mut subscriber = connected();
        let subscribed = r#"[{"channel":"/meta/subscribe","successful":true,"subscription":"/event/A__e"}]"#;
        subscriber.read(&answer(subscribed)).unwrap();
        let event = r#"[{"channel":"/event/A__e","data":{"payload":{}}},{"channel":"/meta/connect","successful":true}]"#;
        subscriber.read(&answer(event)).unwrap();
        assert_eq!(subscriber.inbox("/event/A__e").unwrap().fresh().len(), 1);
        subscriber.deal_with("/event/A__e", 1);
        assert_eq!(subscriber.inbox("/event/A__e").unwrap().fresh().len(), 0);
        let stray = subscriber.read(&answer(r#"[{"channel":"/event/B__e","data":{}}]"#)).unwrap_err();
        assert!(stray.contains("/event/B__e, which is not subscribed to"), "{stray}");
    }

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_org() {
        let mut subscriber = connected();
        let refused =
            r#"[{"channel":"/meta/subscribe","successful":false,"error":"403::denied","subscription":"/x"}]"#;
        assert_eq!(subscriber.read(&answer(refused)), Err("403::denied".to_owned()));
        assert!(subscriber.channels().is_empty());
    }
}
