//! Conformance: cases against a target, each beside the same case on a reference.
//!
//! * [`mod@plan`] – what will be run, and how many requests that takes
//! * [`session`] – the run
//! * [`result`] – verdicts and differences
//! * [`ledger`], [`created`] and [`mod@sweep`] – leaving nothing behind in an org, whatever happens
//! * [`kept`] – results on the disk, so that a run can be resumed
//! * [`mock`] – bringing a mock back to its beginning

#[cfg(feature = "http")]
pub mod created;
#[cfg(feature = "http")]
mod gap;
#[cfg(feature = "http")]
mod judge;
#[cfg(feature = "http")]
pub mod kept;
#[cfg(feature = "http")]
pub mod ledger;
#[cfg(feature = "http")]
pub mod mock;
#[cfg(feature = "http")]
pub mod plan;
#[cfg(feature = "http")]
mod private;
pub mod result;
#[cfg(feature = "http")]
pub mod session;
#[cfg(feature = "http")]
pub mod sweep;

pub use self::result::{Against, CaseResult, CaseVerdict, Finding, Subject};
#[cfg(feature = "http")]
pub use self::{
    kept::KeptResults,
    ledger::{Ledger, LedgerHeader},
    mock::Reset,
    plan::{Planned, plan},
    session::{Conformance, Options, Reference, StartReference},
    sweep::{Moment, Swept, sweep},
};
