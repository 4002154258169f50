//! The control surface of the mock, under `/__mockorg/`: no part of the platform.

mod clock;
mod events;
mod refuse;
mod status;

pub(crate) use clock::{move_clock, read_clock};
pub(crate) use events::events;
pub(crate) use status::{coverage, health, reset};
