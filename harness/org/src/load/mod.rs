//! Org files: how an org begins. A file is a list of steps; each creates or changes records, or performs
//! what a client could ask for, so that loaded data is as consistent as data that was worked for.

mod connected_app;
mod dates;
pub(crate) mod exact;
mod file;
mod restore;
mod steps;
mod stub;
mod webhook;

pub use file::{LoadError, OrgFile};
pub use stub::{Stub, StubRequest, StubResponse};
pub use webhook::Webhook;

pub(crate) use dates::resolve as relative_date;
