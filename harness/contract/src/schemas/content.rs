//! The records and events inside an answer, each held against the schema of its object.

use serde_json::Value;

use super::promised::Schemas;
use crate::{answer::Violation, request::Request, version::ApiVersion};

/// Row types that belong to no object: results of grouping, and rows behind references to many objects.
const NO_OBJECTS: [&str; 2] = ["AggregateResult", "Name"];
/// The ends of the names of objects that an org defines itself.
const OWN: [&str; 11] =
    ["__c", "__e", "__mdt", "__x", "__b", "__kav", "__ka", "__Share", "__History", "__Feed", "__ChangeEvent"];

/// A version that no org has reached.
const NEWEST: ApiVersion = ApiVersion(99);

impl Schemas {
    /// Everything in which the records and events inside an answer break the schemas of their objects.
    pub(super) fn content_violations(&self, request: &Request, body: &Value) -> Vec<Violation> {
        let path = request.path_only();
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let Some(version) = segments.clone().find_map(version_of) else { return Vec::new() };
        if segments.any(|segment| segment == "cometd") || path.contains("/cometd/") {
            return self.message_violations(body);
        }
        if self.records().is_empty() || self.formatted().concerns(request, body) {
            return Vec::new();
        }
        // The values with which a record begins are told like a record, and are none.
        if path.contains("/defaultValues") {
            return Vec::new();
        }
        let mut walk = Walk {
            schemas: self,
            version,
            tooling: path.contains("/tooling/"),
            place: String::new(),
            found: Vec::new(),
        };
        walk.value(body);
        walk.found
    }

    /// Everything in which the payload of an event breaks the schema of its kind, which its channel names:
    /// `/event/AssetRenewInitiatedEvent`, `/data/AssetChangeEvent`, or the event's name alone. On a channel of
    /// several kinds the header of a change names it; other payloads of such channels are not checked.
    pub fn event_violations(&self, channel: &str, version: ApiVersion, payload: &Value) -> Vec<Violation> {
        self.payload_violations(channel, version, "", payload)
    }

    fn payload_violations(
        &self,
        channel: &str,
        version: ApiVersion,
        place: &str,
        payload: &Value,
    ) -> Vec<Violation> {
        let name = match payload.pointer("/ChangeEventHeader/entityName").and_then(Value::as_str) {
            Some(entity) => match entity.strip_suffix("__c") {
                Some(own) => format!("{own}__ChangeEvent"),
                None => format!("{entity}ChangeEvent"),
            },
            None => channel.rsplit('/').next().unwrap_or(channel).to_owned(),
        };
        if self.events().knows(&name) {
            return self.events().violations(self.referred(), &name, version, place, payload);
        }
        // What an org defines itself, and channels of several kinds, are not known here.
        if self.events().is_empty() || is_own(&name) || name.ends_with("__chn") {
            return Vec::new();
        }
        vec![Violation {
            pointer: place.to_owned(),
            rule: "events/payloads".to_owned(),
            message: format!("no schema is known for the event {name} on channel {channel}"),
        }]
    }

    /// Messages of the Streaming API. An event has the members of its newest schema, whatever version its subscriber
    /// connected with.
    fn message_violations(&self, body: &Value) -> Vec<Violation> {
        let messages = body.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut found = Vec::new();
        for (at, message) in messages.iter().enumerate() {
            let channel = message.get("channel").and_then(Value::as_str).unwrap_or_default();
            let event = channel.starts_with("/event/") || channel.starts_with("/data/");
            if let (true, Some(payload)) = (event, message.pointer("/data/payload")) {
                let place = format!("/{at}/data/payload");
                found.extend(self.payload_violations(channel, NEWEST, &place, payload));
            }
        }
        found
    }
}

/// `v62.0`, or `62.0` as the Streaming API writes it.
fn version_of(segment: &str) -> Option<ApiVersion> {
    ApiVersion::parse(segment)
}

fn is_own(name: &str) -> bool {
    OWN.iter().any(|ending| name.ends_with(ending))
}

/// A walk through an answer.
struct Walk<'s> {
    schemas: &'s Schemas,
    version: ApiVersion,
    /// The Tooling API has objects that the other APIs do not have.
    tooling: bool,
    /// The pointer to where the walk is.
    place: String,
    found: Vec<Violation>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.inside(&at.to_string(), item);
                }
            }
            Value::Object(members) => {
                if let Some(attributes) = members.get("attributes") {
                    self.record(attributes, value);
                }
                for (name, member) in members {
                    self.inside(name, member);
                }
            }
            _ => {}
        }
    }

    fn inside(&mut self, name: &str, value: &Value) {
        if value.is_array() || value.is_object() {
            let length = self.place.len();
            self.place.push('/');
            self.place.push_str(&name.replace('~', "~0").replace('/', "~1"));
            self.value(value);
            self.place.truncate(length);
        }
    }

    fn record(&mut self, attributes: &Value, record: &Value) {
        let Some(object) = attributes.get("type").and_then(Value::as_str) else { return };
        if NO_OBJECTS.contains(&object) {
            return;
        }
        let (schemas, version) = (self.schemas, self.version);
        if !schemas.records().knows(object) {
            if !is_own(object) && !self.tooling {
                self.report(format!("no schema is known for records of {object}"), "responses/records");
            }
            return;
        }
        let url = attributes.get("url").and_then(Value::as_str).unwrap_or_default();
        let named = url.split('/').find_map(version_of);
        if named.is_some_and(|named| named != version) {
            self.report(
                format!("the record's address is {url} where version {version} was called"),
                "attributes",
            );
        }
        self.found.extend(schemas.records().violations(
            schemas.referred(),
            object,
            version,
            &self.place,
            record,
        ));
    }

    fn report(&mut self, message: String, rule: &str) {
        self.found.push(Violation { pointer: self.place.clone(), rule: rule.to_owned(), message });
    }
}
