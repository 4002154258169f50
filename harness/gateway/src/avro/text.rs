//! Schemas as text: the full form that clients read, and the canonical form that the id is made of.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use md5::{Digest, Md5};

use super::types::{AvroField, AvroType, NAMESPACE, RecordType};
use crate::json::{JsonForm, JsonWriter};

/// The id of a schema: unpadded base64url of the MD5 of its canonical form.
pub(super) fn id_of(record: &RecordType) -> String {
    URL_SAFE_NO_PAD.encode(Md5::digest(canonical(record)))
}

/// The Avro Parsing Canonical Form.
pub(super) fn canonical(record: &RecordType) -> Vec<u8> {
    let mut text = Text { w: JsonWriter::new(JsonForm::Compact), canonical: true, seen: BTreeSet::new() };
    text.record(record, None);
    text.w.finish()
}

/// The schema as clients read it, with its id as the last member.
pub(super) fn full(record: &RecordType, id: &str) -> String {
    let mut text = Text { w: JsonWriter::new(JsonForm::Compact), canonical: false, seen: BTreeSet::new() };
    text.record(record, Some(id));
    String::from_utf8(text.w.finish()).unwrap_or_default()
}

/// The fields of a record as a record of another name, written where `w` stands.
pub(super) fn named_record<'a>(w: JsonWriter, name: &'a str, record: &'a RecordType) -> JsonWriter {
    // Records inside do not begin a namespace of their own.
    let mut text = Text { w, canonical: false, seen: BTreeSet::from([name]) };
    text.w.begin_object().key("type").plain(["record"]).key("name").string(name);
    text.w.key("fields").begin_array();
    record.fields.iter().for_each(|field| text.field(field));
    text.w.end_array().end_object();
    text.w
}

struct Text<'a> {
    w: JsonWriter,
    canonical: bool,
    /// The named types that have been defined; from then on their name is enough.
    seen: BTreeSet<&'a str>,
}

impl<'a> Text<'a> {
    fn record(&mut self, record: &'a RecordType, id: Option<&str>) {
        let outermost = self.seen.is_empty();
        self.seen.insert(&record.name);
        self.w.begin_object();
        if self.canonical {
            self.w.key("name").concat([NAMESPACE, ".", &record.name]).key("type").plain(["record"]);
        } else {
            self.w.key("type").plain(["record"]).key("name").string(&record.name);
            // Types inside inherit it.
            if outermost {
                self.w.key("namespace").plain([NAMESPACE]);
            }
        }
        self.w.key("fields").begin_array();
        record.fields.iter().for_each(|field| self.field(field));
        self.w.end_array();
        if let Some(id) = id {
            self.w.key("uuid").plain([id]);
        }
        self.w.end_object();
    }

    fn field(&mut self, field: &'a AvroField) {
        self.w.begin_object().key("name").string(&field.name).key("type");
        self.avro(&field.avro);
        if !self.canonical {
            if let Some(doc) = &field.doc {
                self.w.key("doc").string(doc);
            }
            if matches!(&field.avro, AvroType::Union(_)) {
                self.w.key("default").null();
            }
        }
        self.w.end_object();
    }

    fn avro(&mut self, avro: &'a AvroType) {
        let name = match avro {
            AvroType::Null => "null",
            AvroType::Boolean => "boolean",
            AvroType::Int => "int",
            AvroType::Long => "long",
            AvroType::Double => "double",
            AvroType::String => "string",
            AvroType::Enum(name, symbols) => return self.enumeration(name, symbols),
            AvroType::Array(items) => {
                self.w.begin_object().key("type").plain(["array"]).key("items");
                self.avro(items);
                self.w.end_object();
                return;
            }
            AvroType::Record(record) if self.seen.contains(&*record.name) => {
                self.w.concat([self.prefix(), &record.name]);
                return;
            }
            AvroType::Record(record) => return self.record(record, None),
            AvroType::Union(branches) => {
                self.w.begin_array();
                branches.iter().for_each(|branch| self.avro(branch));
                self.w.end_array();
                return;
            }
        };
        self.w.plain([name]);
    }

    fn enumeration(&mut self, name: &'a str, symbols: &[&str]) {
        self.seen.insert(name);
        self.w.begin_object();
        if self.canonical {
            self.w.key("name").concat([NAMESPACE, ".", name]).key("type").plain(["enum"]);
        } else {
            self.w.key("type").plain(["enum"]).key("name").plain([name]);
        }
        self.w.key("symbols").strings(symbols).end_object();
    }

    const fn prefix(&self) -> &'static str {
        if self.canonical { "com.sforce.eventbus." } else { "" }
    }
}
