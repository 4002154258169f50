//! Random requests over the whole table of endpoints.

mod answers;
mod events;
pub(crate) mod org;
mod requests;
mod state;
mod values;
