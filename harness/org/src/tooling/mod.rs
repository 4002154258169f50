//! The Tooling API: channels of events, and the org's own metadata as rows.

mod channels;
mod data_type;
mod definitions;
mod reified;
mod rows;
mod scratch;
mod tables;
mod writes;

pub use definitions::metadata_catalog;
