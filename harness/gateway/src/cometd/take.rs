//! Which events a reply carries: those of all subscriptions of a session, in the order of the log.

use std::sync::Arc;

use mockorg_org::{ApiVersion, events::ReplayId};

use super::{frame::push_frame, session::Subscription};
use crate::{Gateway, events::Delivery};

/// How many events a reply carries at most. The others wait where they are, in the log.
const MOST: usize = 500;

/// After how many bytes a reply is full.
const FULL: usize = 1 << 20;

/// A client is so far behind that some of its events are not kept any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost;

/// Appends the messages of the events that have come since last time, each followed by a comma, and moves
/// the subscriptions on.
pub(super) fn take(
    gateway: &Gateway,
    subscriptions: &mut [Subscription],
    version: ApiVersion,
    out: &mut Vec<u8>,
) -> Result<(), Lost> {
    take_at_most(MOST, gateway, subscriptions, version, out)
}

fn take_at_most(
    most: usize,
    gateway: &Gateway,
    subscriptions: &mut [Subscription],
    version: ApiVersion,
    out: &mut Vec<u8>,
) -> Result<(), Lost> {
    let mut found: Vec<(ReplayId, usize, Arc<Delivery>)> = Vec::new();
    let mut reach = Vec::with_capacity(subscriptions.len());
    // Beyond this, a subscription with more events than a reply carries has not been looked through.
    let mut horizon = None;
    for (place, subscription) in subscriptions.iter().enumerate() {
        let step = gateway.feed().after(subscription.position, &subscription.channel, most);
        if step.lost.is_some() {
            return Err(Lost);
        }
        if step.deliveries.len() == most {
            let least = horizon.map_or(step.position, |least: ReplayId| least.min(step.position));
            horizon = Some(least);
        }
        reach.push(step.position);
        found.extend(step.deliveries.into_iter().map(|delivery| (delivery.event.replay_id, place, delivery)));
    }
    found.sort_by_key(|(id, place, _)| (*id, *place));
    let mut sent = 0;
    let began = out.len();
    for (id, place, delivery) in &found {
        let is_far = horizon.is_some_and(|horizon| *id > horizon);
        if is_far || sent == most || out.len() - began >= FULL {
            break;
        }
        let own = &subscriptions[*place];
        let withheld = own.channel.withheld_from(&delivery.event).map(Delivery::from);
        push_frame(gateway, withheld.as_ref().unwrap_or(delivery), &own.name, version, out);
        out.push(b',');
        sent += 1;
    }
    gateway.count_deliveries(found[..sent].iter().map(|(id, _, _)| *id));
    let next = found.get(sent).map(|(id, place, _)| (*id, *place));
    for (place, (subscription, reach)) in subscriptions.iter_mut().zip(reach).enumerate() {
        let reach = match next {
            Some((id, first)) => reach.min(if place < first { id } else { ReplayId(id.0.saturating_sub(1)) }),
            None => reach,
        };
        // Some subscriptions begin behind what stops the others.
        subscription.position = subscription.position.max(reach);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};
    use serde_json::Value as Json;

    use super::*;
    use crate::{
        cometd::tests::{CHANNELS, channel, publish},
        tests::org::{gateway, start},
    };

    fn subscription(members: &[&str], position: u64) -> Subscription {
        let name = members.join("+").into();
        Subscription { name, channel: Box::new(channel(members)), position: ReplayId(position) }
    }

    fn replies(text: &[u8]) -> Vec<(u64, String)> {
        let Some(text) = text.strip_suffix(b",") else { return Vec::new() };
        let messages: Vec<Json> = serde_json::from_slice(&[b"[", text, b"]"].concat()).unwrap();
        let of = |message: &Json| {
            let id = message["data"]["event"]["replayId"].as_u64().unwrap();
            (id, message["channel"].as_str().unwrap().to_owned())
        };
        messages.iter().map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

        #[test]
        fn every_subscription_gets_each_of_its_events_once_and_all_in_the_order_of_the_log(
            published in vec(0..2_usize, 0..12),
            chosen in vec((select(vec![&CHANNELS[..1], &CHANNELS[1..], &CHANNELS[..]]), 0..14_u64), 1..4),
            most in 1..5_usize,
        ) {
            let gateway = gateway(start());
            published.iter().for_each(|which| publish(&gateway, *which));
            let mut subscriptions: Vec<_> =
                chosen.iter().map(|(members, position)| subscription(members, *position)).collect();
            let mut expected = Vec::new();
            let all = gateway.feed().after(ReplayId(0), &channel(&CHANNELS), usize::MAX).deliveries;
            for delivery in &all {
                for own in &subscriptions {
                    if delivery.event.replay_id > own.position && own.channel.carries(&delivery.event) {
                        expected.push((delivery.event.replay_id.0, own.name.to_string()));
                    }
                }
            }
            let mut taken = Vec::new();
            loop {
                let mut out = Vec::new();
                take_at_most(most, &gateway, &mut subscriptions, ApiVersion::NEWEST, &mut out).unwrap();
                let step = replies(&out);
                prop_assert!(step.len() <= most);
                if step.is_empty() {
                    break;
                }
                taken.extend(step);
            }
            prop_assert_eq!(taken, expected);
        }
    }
}
