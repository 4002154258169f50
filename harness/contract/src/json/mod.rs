//! JSON as it stands on the wire: key order and the text of numbers are kept.
//!
//! Key order and `300.0` against `300` are part of what a client sees, and a tree of sorted maps
//! would hide both.

mod reader;
mod serde_form;
mod value;

pub use self::{
    reader::{JsonError, parse},
    value::Json,
};
