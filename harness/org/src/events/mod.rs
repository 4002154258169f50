//! Events: what they carry, the log of what the org has published, and the channels that lead to
//! subscribers.

mod body;
mod capture;
mod channel;
mod channel_records;
mod generic;
mod image;
mod log;
mod managed;
mod publish;
mod push_topic;
mod queue;
mod rules;
mod selection;
mod subscribe;
mod subscriber;

pub use body::{ChangeEvent, ChangeType, EventBody, GenericEvent, TopicRow};
pub use channel::{Channel, ChannelKind, ChannelRefusal};
pub use log::{EventLog, ReplayId, StoredEvent};
pub use publish::is_of_the_bus;
pub use queue::Queue;
pub use selection::{change_event_of, is_absent_from_changes, object_by_change_event};
pub use subscriber::{EventSubscriber, SubscriberStatus};

pub(crate) use capture::{Actor, Capture};
pub(crate) use channel_records::channel_name;
pub(crate) use image::{read_events, write_events};
pub(crate) use rules::RULES;
pub(crate) use selection::is_selected;
