//! Several requests, or several records, in one: composite requests, graphs, batches, trees and collections.

mod address;
mod batch;
mod body;
mod collect;
mod graph;
mod limit;
mod list;
mod reference;
mod request;
mod resource;
mod retrieve;
mod run;
mod subrequest;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use batch::batch;
pub(crate) use collect::{create, delete, update, upsert};
pub(crate) use graph::graph;
pub(crate) use request::{composite, resources};
pub(crate) use retrieve::{retrieve, retrieve_by_body};
pub(crate) use tree::tree;
