//! Where a subscription begins.

use mockorg_org::{
    FieldInput, Input, Timestamp,
    events::{ChannelKind, EventLog, ReplayId},
};

use super::{errors, message::member};

/// For how long events of PushTopics and generic channels can be replayed.
const SHORT_RETENTION_MILLIS: i64 = 24 * 3_600_000;

/// Where a client wants to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// With what comes.
    New,
    /// With what came after the subscription, and it says so.
    Tip,
    /// With all that is kept.
    All,
    /// With what came after this event.
    After(u64),
}

/// What the map of replay ids says about a channel.
///
/// # Errors
///
/// The words for a map without the channel, and for what is no replay id.
pub(super) fn start(map: Option<&[FieldInput]>, channel: &str) -> Result<Start, String> {
    let Some(map) = map else { return Ok(Start::New) };
    let name = channel.split_once('?').map_or(channel, |(name, _)| name);
    let asked = match member(map, name) {
        None => return Err(errors::not_in_replay_map(channel, &in_words(map))),
        Some(Input::Null) => return Ok(Start::New),
        Some(Input::Number(text) | Input::Text(text)) => &**text,
        Some(other) => return Err(errors::replay_id(&value_in_words(other))),
    };
    match asked.parse::<i64>() {
        Ok(-1) => Ok(Start::Tip),
        Ok(-2) => Ok(Start::All),
        Ok(id) => u64::try_from(id).map(Start::After).map_err(|_| errors::replay_id(asked)),
        Err(_) => Err(errors::replay_id(asked)),
    }
}

/// The position from which a subscription reads.
///
/// # Errors
///
/// The words for an id whose event is not kept, or which no event has had yet.
pub(super) fn position(
    start: Start,
    kind: ChannelKind,
    log: &EventLog,
    now: Timestamp,
) -> Result<ReplayId, String> {
    let retention = match kind {
        ChannelKind::Event | ChannelKind::Change => EventLog::RETENTION_MILLIS,
        ChannelKind::PushTopic | ChannelKind::Generic => SHORT_RETENTION_MILLIS,
    };
    let is_kept = |created: Timestamp| created.millis() >= now.millis() - retention;
    // The log forgets when it grows; what is too old by now may still lie in it.
    let first =
        || log.after(ReplayId(0)).find(|event| is_kept(event.created_date)).map(|event| event.replay_id);
    match start {
        Start::New | Start::Tip => Ok(log.tail()),
        Start::All => Ok(first().map_or(log.tail(), |first| ReplayId(first.0.saturating_sub(1)))),
        Start::After(id) => {
            let id = ReplayId(id);
            let known = id == log.tail() || (id < log.tail() && first().is_some_and(|first| id >= first));
            if known { Ok(id) } else { Err(errors::replay_id(&id.0.to_string())) }
        }
    }
}

/// A map as Java prints it: the platform's error text quotes it so.
fn in_words(map: &[FieldInput]) -> String {
    let members: Vec<String> =
        map.iter().map(|member| format!("{}={}", member.name, value_in_words(&member.value))).collect();
    format!("{{{}}}", members.join(", "))
}

fn value_in_words(value: &Input) -> String {
    match value {
        Input::Null | Input::Blob(_) => "null".to_owned(),
        Input::Bool(value) => value.to_string(),
        Input::Number(text) | Input::Text(text) => text.to_string(),
        Input::Array(items) => {
            format!("[{}]", items.iter().map(value_in_words).collect::<Vec<_>>().join(", "))
        }
        Input::Object(members) => in_words(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cometd::message::Message;

    fn of(map: &str, channel: &str) -> Result<Start, String> {
        let text = format!("{{\"ext\":{{\"replay\":{map}}}}}");
        let message = Message::read_all(text.as_bytes()).unwrap().remove(0);
        start(message.replay_map(), channel)
    }

    #[test]
    fn presets_and_ids_are_told_apart() {
        for (map, expected) in [
            ("true", Start::New),
            (r#"{"/event/A":null}"#, Start::New),
            (r#"{"/event/A":-1}"#, Start::Tip),
            (r#"{"/event/B":7,"/event/A":-2}"#, Start::All),
            (r#"{"/event/A":487259}"#, Start::After(487_259)),
        ] {
            assert_eq!(of(map, "/event/A"), Ok(expected), "{map}");
        }
        assert_eq!(of(r#"{"/topic/A":5}"#, "/topic/A?Name='x'"), Ok(Start::After(5)));
    }

    #[test]
    fn a_map_without_the_channel_is_refused_in_the_platforms_words() {
        assert_eq!(
            of(r#"{"/event/B":-1,"/event/C":null}"#, "/event/A").unwrap_err(),
            "400::The replayId for channel {/event/A} wasn't found using the provided replay ID map \
             {{/event/B=-1, /event/C=null}}. Ensure that the channel name you provided in the replay map is \
             valid and matches the channel name used for subscribing."
        );
    }

    #[test]
    fn what_is_no_id_is_refused_in_the_platforms_words() {
        for (id, words) in [("-3", "-3"), ("1.5", "1.5"), ("\"x\"", "x"), ("[1]", "[1]"), ("1e3", "1e3")] {
            let expected = format!(
                "400::The replayId {{{words}}} you provided was invalid.  Please provide a valid ID, -2 to \
                 replay all events, or -1 to replay only new events."
            );
            assert_eq!(of(&format!("{{\"/event/A\":{id}}}"), "/event/A").unwrap_err(), expected);
        }
    }
}
