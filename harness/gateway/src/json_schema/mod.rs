//! JSON Schemas (2020-12) made of definitions: of the records of each object, of the payload of each event,
//! and of the error codes.

mod error_codes;
mod event;
mod layout;
mod record;
mod rule;
mod text;

#[cfg(test)]
mod tests;

pub use error_codes::error_code_schema;
pub use layout::{SchemaLayout, object_schemas};
