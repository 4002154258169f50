//! The org: a deterministic, synchronous state machine.
//!
//! `(catalog, seed, calls with times)` → `(replies, events, state)`; nothing else goes in. The crate
//! knows no sockets, clocks, files or random devices: `now` is an argument, and chance comes from the seed.
//!
//! Invariant: this crate knows no HTTP status, header, JSON text, XML, Avro or gRPC. It speaks [`Call`],
//! [`Reply`], [`Value`] and [`ApiError`].

pub mod access;
mod action_outcome;
mod advance;
mod agenda;
mod asset_operation;
mod automation;
pub mod bulk;
mod call;
pub mod catalog;
mod chance;
mod coverage;
mod ctx;
mod describe;
mod double;
mod duplicate;
mod error;
pub mod events;
mod export;
pub mod faults;
mod formula;
mod id;
mod image;
mod input;
mod jobs;
mod lifecycle;
mod load;
mod operation;
mod org;
mod presentation;
mod query;
mod read;
mod record;
pub mod redefine;
mod reply;
mod search;
mod settings;
mod sink;
mod time;
mod tooling;
mod transaction;
mod value;
mod value_ref;
mod version;
mod write;

pub use access::{
    Authorization, AuthorizationRefusal, AuthorizationRequest, Connection, Consent, Decision, DeviceCodes,
    OAuthCall, OAuthReply,
};
pub use action_outcome::{ActionOutcome, ActionValue, ActionValues};
pub use asset_operation::{AssetExchange, AssetOperation, InitiateOperation};
pub use call::*;
pub use coverage::Coverage;
pub use double::write_double;
pub use duplicate::{DuplicateResult, SaveOptions};
pub use error::{ApiError, ErrorCode, ErrorDetails, ErrorLayer, OAuthError};
pub use export::{Export, LeftOut};
pub use id::{MalformedId, RecordId};
pub use image::ImageError;
pub use input::{FieldInput, Input, Position};
pub use jobs::{
    Control, ControlRefusal, ControlReply, Happened, Happening, InjectedFailure, JobError, JobEvent,
    JobFault, JobState, JobStep, Occurrence, SimulatedJob,
};
pub use load::{LoadError, OrgFile, Stub, StubRequest, StubResponse, Webhook};
pub use operation::{Operation, Outcome, Recorded, Recording};
pub use org::Org;
pub use presentation::ListView;
pub use record::{Record, RecordView};
pub use reply::*;
pub use settings::{AsyncDelay, FieldAmendmentCategory, LifecycleFlags, Settings};
pub use sink::PageSink;
pub use time::{Timestamp, parse_clock, parse_date};
pub use tooling::metadata_catalog;
pub use transaction::Mark;
pub use value::{Value, text_equal, text_order};
pub use value_ref::ValueRef;
pub use version::{ApiVersion, InvalidApiVersion, VersionRange};
pub use write::{ConvertedLead, LeadConvert, Merge, MergeRequest};
