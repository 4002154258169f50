//! Branches: other orgs behind the same process, each with records, a clock, events, a journal and stubs of its own.
//!
//! A branch begins as an org or a snapshot is, which costs as little as a snapshot. Requests reach it by the name of
//! the host (`pr-17.localhost:8080`), by a path in front of everything else (`/__org/pr-17/services/data`), or by a
//! port of its own.

mod address;
mod gateway;
mod home;
mod refusal;
mod way;

pub use gateway::{BranchOrder, BranchState};
pub use home::GrpcOfBranches;

pub(crate) use address::{Destination, destination};
pub(crate) use home::Home;
pub(crate) use way::Way;
