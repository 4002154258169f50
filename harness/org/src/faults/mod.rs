//! Faults on purpose: plans of what goes wrong, where and when, and what of it strikes.

mod plan;

pub use plan::{
    BodyFault, EventFault, Fault, FaultPlan, FaultScope, FaultState, FaultTiming, JobOutcome, Probability,
};
