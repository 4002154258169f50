//! JSON on the wire: a strict reader with the platform's error texts, and an ordered writer.

mod input;
mod read;
mod scan;
mod text;
mod write;

pub(crate) use mockorg_org::write_double;

pub(crate) use input::write_input;
pub(crate) use read::{read, record_body};
pub(crate) use write::{JsonForm, JsonWriter};
