//! What is promised about answers, records and events, and whether they keep it.

mod compiled;
mod content;
mod files;
mod formatted;
mod objects;
mod promised;
mod specialise;

pub use promised::Schemas;
pub use specialise::specialise;
