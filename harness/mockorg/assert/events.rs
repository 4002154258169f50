//! The order in which events were published.

use crate::{EventSnapshot, MockOrg, assert::AssertionFailure};

/// Holds when events went over these channels in this order; others may lie between them.
///
/// # Errors
///
/// [`AssertionFailure`] with all events of the org, and the first one that is missing.
pub fn event_sequence(org: &MockOrg, channels: &[&str]) -> Result<(), AssertionFailure> {
    let events = org.events();
    let mut rest = events.iter();
    for (at, channel) in channels.iter().enumerate() {
        if rest.by_ref().any(|event| event.channel().eq_ignore_ascii_case(channel)) {
            continue;
        }
        let after = match at.checked_sub(1).and_then(|before| channels.get(before)) {
            Some(before) => format!("no {channel} after {before}"),
            None => format!("no {channel}"),
        };
        let early = events.iter().find(|event| event.channel().eq_ignore_ascii_case(channel));
        let nearest = match early {
            Some(early) => format!("{after}; there is one earlier, {}", line(early)),
            None => after,
        };
        return Err(AssertionFailure {
            expected: format!("events on {} in this order", channels.join(", ")),
            found: events.iter().map(line).collect(),
            nearest: Some(nearest),
        });
    }
    Ok(())
}

/// Panics unless events went over these channels in this order; others may lie between them.
///
/// # Panics
///
/// With all events of the org, and the first one that is missing.
///
/// # Examples
///
/// ```
/// use mockorg::{MockOrg, assert::assert_event_sequence};
///
/// let org = MockOrg::start_blocking();
/// for event in ["AssetRenewInitiatedEvent", "AssetCancelInitiatedEvent"] {
///     org.publish(event, [("RequestIdentifier", "r-1".into())]).unwrap();
/// }
/// assert_event_sequence(&org, &["/event/AssetRenewInitiatedEvent", "/event/AssetCancelInitiatedEvent"]);
/// ```
#[track_caller]
pub fn assert_event_sequence(org: &MockOrg, channels: &[&str]) {
    if let Err(failure) = event_sequence(org, channels) {
        panic!("{failure}");
    }
}

fn line(event: &EventSnapshot) -> String {
    format!("{} {} at {}", event.replay_id(), event.channel(), event.created_date())
}
