//! Verification: what clients and the org should have done, held against the journal.

mod expectation;
mod near_miss;
mod order;
mod usual;
mod verdict;
mod verification;

pub use expectation::{Expectation, Times};
pub use near_miss::NearMiss;
pub use verdict::{Unmet, UnmetKind, Verdict};
pub use verification::Verification;
