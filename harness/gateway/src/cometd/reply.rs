//! Replies: each names the channel and id of its message, in the members and order of the platform.

use super::{errors, hold::LONGEST_POLL, message::Message};
use crate::json::{JsonWriter, write_input};

/// What a client is told to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Go on connecting.
    Retry,
    /// Begin anew.
    Handshake,
    /// Do not begin.
    Denied,
    /// Give up.
    Stop,
}

/// What a handshake says of the service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extension {
    /// Why it failed, if it did.
    pub(super) failure_reason: Option<&'static str>,
}

/// A reply to a message.
#[derive(Debug, Default)]
pub(super) struct Reply<'a> {
    pub(super) extension: Option<Extension>,
    pub(super) client_id: Option<&'a str>,
    pub(super) advice: Option<Advice>,
    /// Why the message failed; it succeeded when there is nothing.
    pub(super) error: Option<&'a str>,
}

impl<'a> Reply<'a> {
    /// The reply to a message that succeeded.
    pub(super) fn done(client_id: &'a str) -> Self {
        Self { client_id: Some(client_id), ..Self::default() }
    }

    /// The reply to a message that failed.
    pub(super) fn failed(error: &'a str) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// The reply to a client that the org does not know.
    pub(super) fn unknown_client() -> Self {
        Self { advice: Some(Advice::Handshake), ..Self::failed(errors::UNKNOWN_CLIENT) }
    }

    /// Writes the reply to `message`.
    pub(super) fn write(&self, w: &mut JsonWriter, message: &Message) {
        w.begin_object();
        if let Some(extension) = self.extension {
            extension.write(w);
        }
        let handshake = self.extension.is_some() && self.error.is_none();
        if handshake {
            w.key("minimumVersion").string("1.0");
        }
        if let Some(client_id) = self.client_id {
            w.key("clientId").string(client_id);
        }
        if let Some(advice) = self.advice {
            advice.write(w);
        }
        if handshake {
            w.key("supportedConnectionTypes").strings(&["long-polling"]);
        }
        for name in ["channel", "id", "subscription"] {
            if let Some(value) = message.get(name) {
                write_input(w.key(name), value);
            }
        }
        if handshake {
            w.key("version").string("1.0");
        }
        if let Some(error) = self.error {
            w.key("error").string(error);
        }
        w.key("successful").bool(self.error.is_none()).end_object();
    }
}

impl Extension {
    fn write(self, w: &mut JsonWriter) {
        w.key("ext").begin_object();
        if let Some(reason) = self.failure_reason {
            w.key("sfdc").begin_object().key("failureReason").string(reason).end_object();
        }
        w.key("replay").bool(true).key("payload.format").bool(true).end_object();
    }
}

impl Advice {
    fn write(self, w: &mut JsonWriter) {
        w.key("advice").begin_object();
        match self {
            Self::Retry => {
                // Clients give up on a poll that lasts much longer than this.
                let timeout = i64::try_from(LONGEST_POLL.as_millis()).unwrap_or(i64::MAX);
                w.key("reconnect").string("retry").key("interval").int(0).key("timeout").int(timeout)
            }
            Self::Handshake => w.key("interval").int(0).key("reconnect").string("handshake"),
            Self::Denied => w.key("reconnect").string("none"),
            Self::Stop => w.key("reconnect").string("none").key("interval").int(0),
        };
        w.end_object();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::JsonForm;

    fn written(reply: &Reply<'_>, message: &str) -> String {
        let message = Message::read_all(message.as_bytes()).unwrap().remove(0);
        let mut w = JsonWriter::new(JsonForm::Compact);
        reply.write(&mut w, &message);
        String::from_utf8(w.finish()).unwrap()
    }

    #[test]
    fn replies_have_the_members_of_recorded_ones() {
        let handshake =
            Reply { extension: Some(Extension { failure_reason: None }), ..Reply::done("3ll1jkee") };
        assert_eq!(
            written(&handshake, r#"{"channel":"/meta/handshake","id":"105"}"#),
            r#"{"ext":{"replay":true,"payload.format":true},"minimumVersion":"1.0","clientId":"3ll1jkee","supportedConnectionTypes":["long-polling"],"channel":"/meta/handshake","id":"105","version":"1.0","successful":true}"#
        );
        let connect = Reply { advice: Some(Advice::Retry), ..Reply::done("3ll1jkee") };
        assert_eq!(
            written(&connect, r#"{"channel":"/meta/connect","id":"106"}"#),
            r#"{"clientId":"3ll1jkee","advice":{"reconnect":"retry","interval":0,"timeout":110000},"channel":"/meta/connect","id":"106","successful":true}"#
        );
        assert_eq!(
            written(&Reply::unknown_client(), r#"{"channel":"/meta/connect","id":"304"}"#),
            r#"{"advice":{"interval":0,"reconnect":"handshake"},"channel":"/meta/connect","id":"304","error":"403::Unknown client","successful":false}"#
        );
    }

    #[test]
    fn the_id_of_a_message_comes_back_in_its_own_type() {
        for id in ["1", "\"1\"", "1.50", "null", "true", "[1,{\"a\":\"b\"}]"] {
            let text = written(&Reply::done("c"), &format!("{{\"channel\":\"/a\",\"id\":{id}}}"));
            assert!(text.contains(&format!("\"id\":{id},")), "{text}");
        }
    }
}
