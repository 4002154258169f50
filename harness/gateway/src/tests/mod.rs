//! Random requests over the whole table of endpoints.

mod answers;
mod org;
mod requests;
mod values;
