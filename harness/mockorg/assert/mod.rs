//! Assertions about what a client and an org have said to each other.
//!
//! Each comes in two forms: one that panics with what was found and what came nearest, and one that returns it.
//!
//! | Panics | Returns | Holds when |
//! | --- | --- | --- |
//! | [`assert_satisfies`] | [`satisfies`] | a payload is what a schema says |
//! | [`assert_record`] | [`record`] | a record is what its object's schema says in a version |
//! | [`assert_calls`] | [`calls`] | exactly so many calls of a kind were made |
//! | [`assert_at_most`] | [`at_most`] | no more calls of a kind were made |
//! | [`assert_event_sequence`] | [`event_sequence`] | events were published in this order |

mod calls;
mod events;
mod failure;
mod payloads;

pub use calls::{assert_at_most, assert_calls, at_most, calls};
pub use events::{assert_event_sequence, event_sequence};
pub use failure::AssertionFailure;
pub use payloads::{assert_record, assert_satisfies, record, satisfies};
