//! The expanded form of a schema: what a message of the Streaming API looks like, in the words of Avro.

use std::sync::Arc;

use mockorg_org::catalog::FieldType;

use super::{
    schema::EventSchema,
    text,
    types::{AvroField, AvroType, NAMESPACE, RecordType},
};
use crate::json::JsonWriter;

impl EventSchema {
    /// Writes the expanded form.
    pub(crate) fn write_expanded(&self, mut w: JsonWriter) -> JsonWriter {
        w.begin_object().key("name").string(&self.event).key("namespace").plain([NAMESPACE]);
        w.key("type").plain(["expanded-record"]).key("fields").begin_array();
        w.begin_object().key("name").plain(["data"]).key("type").begin_object();
        w.key("type").plain(["record"]).key("name").plain(["Data"]).key("namespace").plain([""]);
        w.key("fields").begin_array();
        w.begin_object().key("name").plain(["schema"]).key("type").plain(["string"]).end_object();
        w.begin_object().key("name").plain(["payload"]).key("type");
        let mut w = text::named_record(w, "Payload", &as_json(self.record()));
        w.end_object();
        w.begin_object().key("name").plain(["event"]).key("type").begin_object();
        w.key("type").plain(["record"]).key("name").plain(["Event"]).key("fields").begin_array();
        w.begin_object().key("name").plain(["replayId"]).key("type").plain(["long"]).end_object();
        w.end_array().end_object().end_object();
        w.end_array().end_object().end_object();
        w.begin_object().key("name").plain(["channel"]).key("type").plain(["string"]).end_object();
        w.end_array().key("uuid").plain([&*self.id]).end_object();
        w
    }
}

/// The record with the types that its fields have in JSON, where dates and times are texts.
fn as_json(record: &RecordType) -> RecordType {
    RecordType {
        name: Arc::clone(&record.name),
        fields: record
            .fields
            .iter()
            .map(|field| AvroField { avro: json_type(&field.avro, field.field_type), ..field.clone() })
            .collect(),
    }
}

fn json_type(avro: &AvroType, field_type: Option<FieldType>) -> AvroType {
    let in_time = matches!(field_type, Some(FieldType::Date | FieldType::DateTime | FieldType::Time));
    match avro {
        AvroType::Long if in_time => AvroType::String,
        AvroType::Union(branches) => {
            AvroType::Union(branches.iter().map(|branch| json_type(branch, field_type)).collect())
        }
        AvroType::Array(items) => AvroType::Array(Box::new(json_type(items, None))),
        AvroType::Record(record) => AvroType::Record(as_json(record).into()),
        other => other.clone(),
    }
}
