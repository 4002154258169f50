//! Differences between two answers: each with its place, both values, and the rule that excuses it.
//!
//! * [`differences`] – compares two redacted exchanges
//! * [`Rules`] – which differences between any two orgs mean nothing

mod align;
mod compare;
mod deviation;
mod rules;

pub use self::{
    compare::differences,
    deviation::{Deviation, What},
    rules::{Rule, Rules},
};
