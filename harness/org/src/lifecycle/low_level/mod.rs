//! Customer Asset Lifecycle Management, the low-level API of 50.0: generate, change and cancel, synchronous
//! and without any order.

mod cancel;
mod change;
mod check;
mod enter;
mod generate;
mod members;
mod periods;
mod read;
