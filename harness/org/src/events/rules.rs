//! The rules of the objects around events.

use super::{channel_records, generic, push_topic};
use crate::write::Rule;

/// The rules.
pub(crate) static RULES: &[Rule] = &[
    Rule {
        object: "ManagedEventSubscription",
        before: Some(channel_records::before_subscription),
        ..Rule::NONE
    },
    Rule {
        object: "PlatformEventChannel",
        before: Some(channel_records::before_channel),
        after_delete: Some(channel_records::after_channel_delete),
        ..Rule::NONE
    },
    Rule { object: "PlatformEventChannelMember", before: Some(channel_records::before_member), ..Rule::NONE },
    Rule { object: "PushTopic", before: Some(push_topic::before_topic), ..Rule::NONE },
    Rule { object: "StreamingChannel", before: Some(generic::before_channel), ..Rule::NONE },
];
