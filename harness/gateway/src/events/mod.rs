//! How events leave the org: the feed that all subscribers read, whatever their protocol.

mod feed;

pub(crate) use feed::KeptEvents;
pub use feed::{Delivery, Feed, Step};
