//! Webhooks: each event of a channel is posted to an address, in order, at least once.
//!
//! A webhook is a position in the feed and a task that waits. What its endpoint does not take is not queued:
//! it stays where it is, in the log, and the webhook tries again by the org's clock. After nine retries it is
//! stopped until it is resumed. EventBusSubscriber shows how it stands.

mod again;
mod deliver;
mod entry;
mod message;
mod post;
mod registry;
mod target;

pub(crate) use entry::WrittenWebhook;
pub use entry::{WebhookLife, WebhookState};

pub(crate) use deliver::keep;
pub(crate) use registry::{KeptWebhooks, Webhooks, check};
