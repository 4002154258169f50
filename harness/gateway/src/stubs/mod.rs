//! Stubs: answers of what an org is customised with, such as Apex REST resources and actions of its own. They
//! stand in front of the table of endpoints.

mod answer;
mod entry;
mod fit;
mod path;
mod registry;
mod template;

pub(crate) use answer::{answer, no_class};
pub(crate) use registry::{KeptStubs, Stubs, WrittenStub, check};
pub use registry::{StubLife, StubState};
