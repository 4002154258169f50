//! The contract harness: what clients may rely on, written as data and run over HTTP.
//!
//! It knows an address and a token, and nothing of how the other side is made; so the same cases
//! run against the mock and against a real org.
//!
//! * [`case`] – the data: steps, expectations, cleanup
//! * [`load`] – reading case files, each checked against the case format
//! * [`schemas`] and [`endpoints`] – what answers promise
//! * [`client`] – the validating client, also useful on its own in tests
//! * [`runner`] – one case against one target
//! * [`coverage`] – which endpoints the cases reach

pub mod answer;
pub mod case;
pub mod check;
#[cfg(feature = "http")]
pub mod client;
pub mod coverage;
pub mod endpoints;
pub mod expected;
pub mod json;
pub mod load;
pub mod path;
pub mod request;
#[cfg(feature = "http")]
pub mod runner;
pub mod schemas;
pub mod template;
pub mod version;

pub use self::{
    answer::Answer,
    case::Case,
    json::Json,
    load::{CaseFormat, LoadError, load_cases},
    request::Request,
    schemas::Schemas,
    version::ApiVersion,
};
#[cfg(feature = "http")]
pub use self::{
    client::{Client, ClientError, Target},
    runner::{Outcome, Runner, Verdict},
};
