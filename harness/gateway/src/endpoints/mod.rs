//! The table of endpoints, by area.

mod answers;
mod apex;
mod bulk;
mod composite;
mod control;
mod events;
mod login;
mod metadata;
mod presentation;
mod records;
mod revenue;
mod soap;
mod table;

pub(crate) use table::ENDPOINTS;
