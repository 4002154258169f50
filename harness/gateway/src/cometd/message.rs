//! Bayeux messages as clients send them.

use mockorg_org::{FieldInput, Input};

use crate::json;

/// One message.
#[derive(Debug)]
pub(super) struct Message {
    members: Vec<FieldInput>,
}

/// A body that holds no messages.
#[derive(Debug)]
pub(super) struct Malformed;

impl Message {
    /// The messages of a body: an array, or one alone.
    pub(super) fn read_all(body: &[u8]) -> Result<Vec<Self>, Malformed> {
        let one = |input| match input {
            Input::Object(members) => Ok(Self { members }),
            _ => Err(Malformed),
        };
        match json::read(body).map_err(|_| Malformed)? {
            Input::Array(items) => items.into_iter().map(one).collect(),
            input => one(input).map(|message| vec![message]),
        }
    }

    /// A member; of several with this name the last, as in every reader of JSON that keeps maps.
    pub(super) fn get(&self, name: &str) -> Option<&Input> {
        member(&self.members, name)
    }

    /// A member that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        as_text(self.get(name)?)
    }

    /// What the message is about.
    pub(super) fn channel(&self) -> Option<&str> {
        self.text("channel").filter(|channel| !channel.is_empty())
    }

    /// The session that the client names.
    pub(super) fn client_id(&self) -> Option<&str> {
        self.text("clientId")
    }

    /// For how long the client asks to be kept waiting, in milliseconds.
    pub(super) fn asked_timeout(&self) -> Option<u64> {
        let Input::Object(advice) = self.get("advice")? else { return None };
        match member(advice, "timeout")? {
            Input::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The replay ids by channel, as the client wrote them.
    pub(super) fn replay_map(&self) -> Option<&[FieldInput]> {
        let Input::Object(ext) = self.get("ext")? else { return None };
        match member(ext, "replay")? {
            Input::Object(map) => Some(map),
            _ => None,
        }
    }

    /// The channels that the message names, if they are names.
    pub(super) fn subscriptions(&self) -> Vec<&str> {
        match self.get("subscription") {
            Some(Input::Text(name)) if !name.is_empty() => vec![name],
            Some(Input::Array(names)) => {
                let texts: Option<Vec<&str>> = names.iter().map(as_text).collect();
                texts.unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// A member of an object.
pub(super) fn member<'i>(members: &'i [FieldInput], name: &str) -> Option<&'i Input> {
    members.iter().rev().find(|member| &*member.name == name).map(|member| &member.value)
}

pub(super) fn as_text(input: &Input) -> Option<&str> {
    match input {
        Input::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Message {
        Message::read_all(text.as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn a_body_is_an_array_of_messages_or_one_message() {
        assert_eq!(one(r#"{"channel":"/meta/connect"}"#).channel(), Some("/meta/connect"));
        assert_eq!(Message::read_all(br#"[{"channel":"a"},{}]"#).unwrap().len(), 2);
        assert!(Message::read_all(b"[]").unwrap().is_empty());
        for body in ["", "1", "[1]", "[[]]", "{", "null", "\"x\""] {
            assert!(Message::read_all(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn members_of_other_types_count_as_missing() {
        let message = one(r#"{"channel":1,"clientId":{},"advice":[],"ext":true,"subscription":["/a",1]}"#);
        assert_eq!((message.channel(), message.client_id(), message.asked_timeout()), (None, None, None));
        assert!(message.replay_map().is_none() && message.subscriptions().is_empty());
        let message =
            one(r#"{"advice":{"timeout":0},"ext":{"replay":{"/a":null}},"subscription":["/a","/b"]}"#);
        assert_eq!(message.asked_timeout(), Some(0));
        assert_eq!(message.subscriptions(), ["/a", "/b"]);
        assert_eq!(message.replay_map().unwrap().len(), 1);
    }
}
