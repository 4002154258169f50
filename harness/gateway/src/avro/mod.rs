//! Avro: the schemas of events, their ids, and payloads in both directions.
//!
//! The forms are the platform's: a schema's id is computed from its canonical form, so that a client which
//! has stored a schema of a real org finds it again here.

mod bitmap;
mod change;
mod decode;
mod encode;
mod expanded;
mod platform;
mod schema;
mod schemas;
#[cfg(test)]
mod tests;
mod text;
mod types;

pub(crate) use change::{CHANGE_TYPES, RESERVED_CHANGE_TYPE, object_of};
pub use decode::{DecodedPayload, MalformedPayload};
pub use schema::{EventSchema, schema_id, schema_json};
pub use schemas::Schemas;
pub(crate) use types::{AvroField, AvroType, RecordType, Source};
