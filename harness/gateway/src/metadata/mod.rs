//! Metadata as files and over the wire: projects, zip archives, and the Metadata API over SOAP and REST.

mod answer;
mod archive;
mod call;
mod project;
mod rest;
mod value_type;
mod xml;
mod zip;

pub use project::{Project, ProjectError, Unmodelled, read_project};

pub(crate) use call::{call, only_post};
pub(crate) use rest::{cancel, deploy, status};
