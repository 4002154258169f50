//! A message that carries an event: the same for all subscribers but for the channel.

use bytes::Bytes;
use mockorg_org::{
    ApiVersion,
    events::{EventBody, StoredEvent},
};

use super::payload::{self, DateForm};
use crate::{
    Gateway,
    events::Delivery,
    json::{JsonForm, JsonWriter},
};

/// The first version whose messages tell the event's own identity.
const EVENT_UUID_SINCE: u8 = 52;

/// Appends the message for a subscriber of `channel`.
pub(crate) fn push_frame(
    gateway: &Gateway,
    delivery: &Delivery,
    channel: &str,
    version: ApiVersion,
    out: &mut Vec<u8>,
) {
    let event = &*delivery.event;
    out.extend_from_slice(b"{\"data\":");
    match DateForm::of(version) {
        DateForm::Millis => {
            let shared = delivery.json.get_or_init(|| shared(gateway, event, DateForm::Millis));
            out.extend_from_slice(shared);
        }
        // Nearly nobody asks for so old a version.
        form @ DateForm::Seconds => out.extend_from_slice(&shared(gateway, event, form)),
    }
    push_rest(event, version, out);
    out.extend_from_slice(b",\"channel\":");
    push_text(channel, out);
    out.push(b'}');
}

/// Appends a text as JSON.
fn push_text(text: &str, out: &mut Vec<u8>) {
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.string(text);
    out.extend_from_slice(&w.finish());
}

/// What follows the part that subscribers share: whether there is an `EventUuid` depends on the version.
fn push_rest(event: &StoredEvent, version: ApiVersion, out: &mut Vec<u8>) {
    match &event.body {
        EventBody::Platform(_) => {
            if version.number() >= EVENT_UUID_SINCE {
                // Publishers may choose it: it can be any text.
                out.extend_from_slice(b"\"EventUuid\":");
                push_text(&event.uuid, out);
                out.push(b',');
            }
            out.extend_from_slice(format!("\"replayId\":{}}}}}", event.replay_id.0).as_bytes());
        }
        EventBody::Change(_) => {
            out.extend_from_slice(format!("\"replayId\":{}}}}}", event.replay_id.0).as_bytes());
        }
        EventBody::PushTopic(_) | EventBody::Generic(_) => {}
    }
}

/// The data of an event up to where versions differ.
fn shared(gateway: &Gateway, event: &StoredEvent, dates: DateForm) -> Bytes {
    let mut w = JsonWriter::new(JsonForm::Compact);
    w.begin_object();
    match &event.body {
        EventBody::Platform(_) | EventBody::Change(_) => {
            let schema = gateway.schemas().of_event(&event.event);
            w.key("schema").optional(schema.as_ref().map(|schema| &*schema.id));
            w.key("payload").begin_object();
            if let Some(schema) = &schema {
                payload::write_members(&mut w, schema.record(), event, dates);
            }
            w.end_object();
            let mut out = w.finish();
            out.extend_from_slice(b",\"event\":{");
            return out.into();
        }
        EventBody::PushTopic(row) => {
            w.key("event").begin_object().key("createdDate");
            payload::write_instant(&mut w, event.created_date, dates);
            w.key("replayId").int(event.replay_id.0).key("type").string(&row.kind).end_object();
            w.key("sobject").begin_object();
            for (name, value) in &row.fields {
                payload::write_value(w.key(name), value, dates);
            }
            w.end_object();
        }
        EventBody::Generic(generic) => {
            w.key("event").begin_object().key("createdDate");
            payload::write_instant(&mut w, event.created_date, dates);
            w.key("replayId").int(event.replay_id.0).end_object();
            w.key("payload").string(&generic.payload);
        }
    }
    w.end_object();
    w.finish().into()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, OnceLock};

    use mockorg_org::{
        Call, PublishedEvent, RecordId, Session, Timestamp, Value,
        events::{ChangeEvent, ChangeType, GenericEvent, ReplayId, TopicRow},
    };
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{
        cometd::tests::{CHANNELS, channel},
        tests::org::{gateway, start},
    };

    fn message(event: &str, channel: &str, body: EventBody) -> Json {
        let event = StoredEvent {
            replay_id: ReplayId(11),
            event: event.into(),
            channel: channel.into(),
            uuid: "u".into(),
            created_date: Timestamp::parse("2026-03-02T09:00:00.5Z").unwrap(),
            created_by: user(),
            body,
        };
        let delivery = Delivery { event: Arc::new(event), json: OnceLock::new(), avro: OnceLock::new() };
        let mut out = Vec::new();
        push_frame(&gateway(start()), &delivery, channel, ApiVersion::NEWEST, &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    fn user() -> RecordId {
        "005000000000001".parse().unwrap()
    }

    /// A change of an account's street and industry.
    fn change(change_type: ChangeType) -> Json {
        let gateway = gateway(start());
        let catalog = gateway.catalog();
        let account = catalog.find_any("Account").unwrap();
        let slot = |name: &str| account.slot(name).unwrap();
        let mut values = vec![Value::Null; account.fields.len()];
        let modified = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
        values[slot("BillingStreet").index()] = Value::text("Main 1");
        values[slot("LastModifiedDate").index()] = Value::DateTime(modified);
        let body = ChangeEvent {
            entity: "Account".into(),
            record_ids: ["001000000000001".parse().unwrap()].into(),
            change_type,
            change_origin: "com/salesforce/api/rest/62.0".into(),
            transaction_key: "key".into(),
            sequence_number: 1,
            commit_timestamp: modified,
            commit_number: 9,
            commit_user: user(),
            changed: [slot("Industry"), slot("BillingStreet"), slot("LastModifiedDate")].into(),
            nulled: [slot("Industry")].into(),
            values: values.into(),
        };
        message("AccountChangeEvent", "/data/ChangeEvents", EventBody::Change(Box::new(body)))
    }

    #[test]
    fn an_update_tells_what_changed_and_nothing_else() {
        let message = change(ChangeType::Update);
        assert_eq!(message["channel"], "/data/ChangeEvents");
        assert_eq!(message["data"]["schema"].as_str().unwrap().len(), 22);
        assert_eq!(message["data"]["event"], json!({"replayId": 11}));
        let mut payload = message["data"]["payload"].clone();
        let mut header = payload["ChangeEventHeader"].take();
        let mut changed: Vec<_> = header["changedFields"]
            .take()
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        changed.sort();
        assert_eq!(changed, ["BillingAddress.Street", "Industry", "LastModifiedDate"]);
        assert_eq!(
            header,
            json!({"entityName": "Account", "recordIds": ["001000000000001AAA"], "changeType": "UPDATE",
                "changeOrigin": "com/salesforce/api/rest/62.0", "transactionKey": "key", "sequenceNumber": 1,
                "commitTimestamp": 1_772_442_000_000_i64, "commitNumber": 9, "commitUser": "005000000000001AAA",
                "changedFields": null})
        );
        assert_eq!(
            payload,
            json!({"ChangeEventHeader": null, "BillingAddress": {"Street": "Main 1"}, "Industry": null,
                "LastModifiedDate": "2026-03-02T09:00:00.000Z"})
        );
    }

    #[test]
    fn a_new_record_tells_what_it_holds_and_a_deleted_one_nothing() {
        let created = change(ChangeType::Create)["data"]["payload"].clone();
        assert_eq!(created["BillingAddress"]["Street"], "Main 1");
        assert_eq!(created.get("Industry"), None);
        let deleted = change(ChangeType::Delete)["data"]["payload"].clone();
        assert_eq!(deleted.as_object().unwrap().keys().collect::<Vec<_>>(), ["ChangeEventHeader"]);
    }

    #[test]
    fn push_topics_and_generic_channels_have_shapes_of_their_own() {
        let fields = [("Name".into(), Value::text("Aurora")), ("AnnualRevenue".into(), Value::Null)];
        let row = TopicRow { kind: "updated".into(), fields: fields.into() };
        assert_eq!(
            message("Names", "/topic/Names", EventBody::PushTopic(Box::new(row))),
            json!({"data": {"event": {"createdDate": "2026-03-02T09:00:00.500Z", "replayId": 11, "type": "updated"},
                "sobject": {"Name": "Aurora", "AnnualRevenue": null}}, "channel": "/topic/Names"})
        );
        let generic = GenericEvent { payload: "hello \"you\"".into(), user_ids: Box::default() };
        assert_eq!(
            message("/u/a", "/u/a", EventBody::Generic(Box::new(generic))),
            json!({"data": {"event": {"createdDate": "2026-03-02T09:00:00.500Z", "replayId": 11},
                "payload": "hello \"you\""}, "channel": "/u/a"})
        );
    }

    #[test]
    fn an_identity_that_a_publisher_chose_cannot_break_a_message() {
        let gateway = gateway(start());
        let chosen = "a\"},\n\u{1}{\"";
        // Over the Pub/Sub API; the control surface takes UUIDs only.
        let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
        let published = PublishedEvent { uuid: Some(chosen.into()), ..PublishedEvent::default() };
        let call = Call::InjectEvent { event: "AssetRenewInitiatedEvent".into(), published };
        gateway.with_org(|org, now| org.call(now, &session, call)).unwrap();
        let channel = channel(&CHANNELS);
        let delivery = gateway.feed().after(ReplayId(0), &channel, 1).deliveries.remove(0);
        let mut out = Vec::new();
        push_frame(&gateway, &delivery, "/event/A", ApiVersion::NEWEST, &mut out);
        let message: Json = serde_json::from_slice(&out).unwrap();
        assert_eq!(message["data"]["event"]["EventUuid"], chosen);
    }
}
