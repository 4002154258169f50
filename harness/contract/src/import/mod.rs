//! An org's own objects for the mock: describe answers, live or saved, become definitions, and a saved import is
//! compared with the org of today.
//!
//! Whatever a definition cannot say is listed, with its object, field and member; nothing is dropped in silence.

mod defaults;
mod definition;
mod drift;
mod error;
mod event_field;
#[cfg(feature = "http")]
mod fetch;
mod field;
mod folder;
mod manifest;
mod members;
mod object;
mod picklist;
mod relations;
mod report;
mod standard;
mod text;
mod view;

#[cfg(feature = "http")]
pub use fetch::{FetchError, Plan};
pub use {
    definition::{Answers, Definition, Described, Import, definition, import, left_out},
    drift::{Change, drift},
    error::ImportError,
    folder::{SavedImport, load, read_answers, save},
    manifest::{Entry, Manifest, Selection},
    report::Row,
    standard::Standard,
};
