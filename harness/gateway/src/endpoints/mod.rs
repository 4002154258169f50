//! The table of endpoints, by area.

mod answers;
mod control;
mod events;
mod login;
mod records;
mod revenue;
mod table;

pub(crate) use table::ENDPOINTS;
