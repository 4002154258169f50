//! The contract harness: what clients may rely on, written as data and run over HTTP.
//!
//! It knows an address and a token, and nothing of how the other side is made; so the same cases
//! run against the mock and against a real org.
//!
//! * [`case`] – the data: steps, expectations, cleanup; [`step`] – requests, and events that must have come
//! * [`marks`] – which writes a shared org could tell from others
//! * [`subscriber`] – a client of the Streaming API as a state machine
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
pub mod conform;
pub mod coverage;
pub mod diff;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod endpoints;
#[cfg(feature = "http")]
mod event_check;
pub mod expect;
pub mod expected;
#[cfg(feature = "http")]
mod facts;
#[cfg(all(feature = "http", feature = "fuzz"))]
pub mod fuzz;
pub mod gaps;
#[cfg(feature = "http")]
pub mod http;
pub mod import;
pub mod json;
pub mod load;
#[cfg(feature = "http")]
pub mod login;
pub mod marks;
#[cfg(feature = "http")]
pub mod meter;
pub mod model;
pub mod months;
pub mod path;
pub mod record;
pub mod redact;
pub mod report;
pub mod request;
pub mod request_template;
#[cfg(feature = "http")]
mod run;
#[cfg(feature = "http")]
mod run_events;
#[cfg(feature = "http")]
pub mod runner;
pub mod schemas;
pub mod scribe;
pub mod step;
pub mod subscriber;
pub mod template;
#[cfg(feature = "tls")]
mod tls;
pub mod version;
#[cfg(feature = "http")]
pub mod witness;

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
