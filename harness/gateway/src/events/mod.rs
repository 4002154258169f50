//! How events leave the org: the feed that all subscribers read, whatever their protocol.

mod feed;

pub use feed::{Delivery, Feed, Step};
