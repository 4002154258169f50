//! Faults on purpose: plans of what goes wrong, where and when, and what of it strikes.

mod build;
mod check;
mod control;
mod events;
mod exchange;
mod operations;
mod plan;
mod registry;
mod spelling;
mod strike;
mod texts;

pub use exchange::ExchangeFacts;
pub use operations::OPERATIONS;
pub use plan::{
    BodyFault, EventFault, Fault, FaultPlan, FaultScope, FaultState, FaultTiming, JobOutcome, Probability,
};
pub use texts::default_text;

pub(crate) use operations::job_type_of;
pub(crate) use registry::{Faults, Place};
pub(crate) use strike::StruckJob;
