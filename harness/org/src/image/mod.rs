//! The image of an org: its whole state as bytes, and back.
//!
//! An image holds what cannot be worked out again: records column by column, events, and whatever else the org
//! remembers. Indexes, rules, shapes and other caches are made anew. Its members are named, so that a later version
//! can read what an earlier one has written.

mod bytes;
mod error;
pub(crate) mod known;
mod names;
mod places;
pub(crate) mod shared;
#[cfg(test)]
mod tests;
mod values;
mod whole;

pub use error::ImageError;

pub(crate) use bytes::{Reader, Writer, digest};
pub(crate) use known::{Known, array, map};
pub(crate) use names::Names;
pub(crate) use values::{TEXT, type_of};
