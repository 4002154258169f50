//! SOAP: the partner, enterprise and Tooling WSDLs.
//!
//! A call is read into a tree ([`element`]), its headers into what they ask for ([`headers`]); the table of
//! [`operations`] names the function of each operation, which reaches the org in one transaction
//! ([`request`]) and gives the content of the answer.

mod answer;
mod bin;
mod call;
mod convert_lead;
mod describe;
mod element;
mod envelope;
mod fault;
mod headers;
mod merge;
mod operations;
mod query;
mod records;
mod replication;
mod request;
mod resource;
mod results;
mod retrieve;
mod rows;
mod save;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod user_info;
mod users;
mod wsdl;

pub(crate) use call::{apex, call, only_post};
pub(crate) use element::Element;
pub(crate) use fault::unexpected;
