//! Holding the events of a channel against those that a case expects.
//!
//! What can be wrong is reported apart: an event twice, events out of the order of their replay ids, an event that is
//! missing, one too many, the right events in the wrong order, and an event with other values.

use crate::{
    check::{Difference, places},
    expected::shorten,
    json::Json,
    step::ExpectedEvents,
    subscriber::Inbox,
    template::{UnknownName, Variables},
};

/// What a comparison found.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// Everything that is not as it should be.
    pub(crate) differences: Vec<Difference>,
    /// The events that were expected and came, in the order of the expectation.
    pub(crate) found: Vec<Json>,
    /// How many of the fresh messages are dealt with.
    pub(crate) dealt_with: usize,
}

/// Compares what came since the last step about the channel with what was expected.
///
/// # Errors
///
/// [`UnknownName`] when an expectation names a value that is not known.
pub(crate) fn compare(
    step: &str,
    channel: &str,
    events: &ExpectedEvents,
    inbox: &Inbox,
    variables: &Variables,
) -> Result<Comparison, UnknownName> {
    let (fresh, mut differences) = delivered(step, channel, inbox);
    let mut meets = Vec::with_capacity(events.expect.len());
    for expected in &events.expect {
        let row = fresh.iter().map(|(_, data)| Ok(places(step, expected, data, variables)?.is_empty()));
        meets.push(row.collect::<Result<Vec<bool>, UnknownName>>()?);
    }
    let in_order = assign(&meets, fresh.len(), Order::Kept);
    let complete = in_order.iter().all(Option::is_some);
    let chosen = if complete { in_order } else { assign(&meets, fresh.len(), Order::Any) };
    let place = |index: usize| format!("event {} of {}", index + 1, channel);
    let mut extra: Vec<usize> = (0..fresh.len()).filter(|at| !chosen.contains(&Some(*at))).collect();
    if !complete && chosen.iter().all(Option::is_some) {
        let order: Vec<_> = chosen.iter().flatten().map(|at| format!("{}", at + 1)).collect();
        differences.push(Difference::new(
            step,
            format!("order of {}", channel),
            "the events in the order of the case",
            format!("the same events out of order: they came as number {}", order.join(", ")),
        ));
    }
    for (index, expected) in events.expect.iter().enumerate().filter(|(index, _)| chosen[*index].is_none()) {
        // An event with other values is told value by value, which says more than one missing and one too many.
        let other = if extra.is_empty() { None } else { Some(extra.remove(0)) };
        match other.and_then(|at| fresh.get(at)) {
            Some((_, data)) => {
                for mut difference in places(step, expected, data, variables)? {
                    difference.place = format!("{}, {}", place(index), difference.place);
                    differences.push(difference);
                }
            }
            None => {
                let wanted = format!("an event with {}", named(expected.keys()));
                differences.push(Difference::new(step, place(index), wanted, "a missing event"));
            }
        }
    }
    if events.complete {
        let count = events.expect.len();
        for (_, data) in extra.iter().filter_map(|at| fresh.get(*at)) {
            let place = format!("events of {}", channel);
            let got = format!("an extra event {}", shorten(data));
            differences.push(Difference::new(step, place, format!("{count} events and no other"), got));
        }
    }
    let found = chosen.iter().flatten().filter_map(|at| fresh.get(*at)).map(|(_, data)| (*data).clone());
    let found: Vec<_> = found.collect();
    let last = chosen.iter().flatten().max().and_then(|at| fresh.get(*at)).map(|(at, _)| at + 1);
    let dealt_with = if events.complete { inbox.fresh().len() } else { last.unwrap_or_default() };
    Ok(Comparison { differences, found, dealt_with })
}

fn named<'a>(paths: impl Iterator<Item = &'a crate::path::JsonPath>) -> String {
    paths.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether events may be assigned to expectations against their order.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Kept,
    Any,
}

/// For each expectation the first free event that meets it.
fn assign(meets: &[Vec<bool>], count: usize, order: Order) -> Vec<Option<usize>> {
    let (mut taken, mut next) = (vec![false; count], 0);
    let mut chosen = Vec::with_capacity(meets.len());
    for row in meets {
        let from = if order == Order::Kept { next } else { 0 };
        let at = (from..count).find(|at| row[*at] && !taken[*at]);
        if let Some(at) = at {
            taken[at] = true;
            next = at + 1;
        }
        chosen.push(at);
    }
    chosen
}

/// The fresh messages without repetitions, each with its index among the fresh ones, and what is wrong with
/// their delivery.
fn delivered<'a>(step: &str, channel: &str, inbox: &'a Inbox) -> (Vec<(usize, &'a Json)>, Vec<Difference>) {
    let (mut fresh, mut differences) = (Vec::new(), Vec::new());
    for (at, data) in inbox.messages.iter().enumerate().skip(inbox.dealt_with) {
        let earlier = inbox.messages.get(..at).unwrap_or_default();
        let (id, uuid) = (replay_id(data), uuid(data));
        let again = earlier.iter().any(|other| {
            (id.is_some() && replay_id(other) == id) || (uuid.is_some() && self::uuid(other) == uuid)
        });
        if again {
            differences.push(Difference::new(
                step,
                format!("events of {channel}"),
                "each event once",
                format!("a duplicate event {}", shorten(data)),
            ));
            continue;
        }
        let before = earlier
            .iter()
            .filter_map(replay_id)
            .fold(None, |most: Option<f64>, id| Some(most.map_or(id, |most| most.max(id))));
        if let (Some(before), Some(id)) = (before, id)
            && id < before
        {
            differences.push(Difference::new(
                step,
                format!("order of {channel}"),
                "events in the order of their replay ids",
                format!("event {id} out of order, after {before}"),
            ));
        }
        fresh.push((at - inbox.dealt_with, data));
    }
    (fresh, differences)
}

fn replay_id(data: &Json) -> Option<f64> {
    data.get("event")?.get("replayId")?.as_f64()
}

fn uuid(data: &Json) -> Option<&str> {
    data.get("event")?.get("EventUuid")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn expected(count: &[u32], complete: bool) -> ExpectedEvents {
        let rows: Vec<_> = count.iter().map(|n| format!(r#"{{"$.payload.N":{n}}}"#)).collect();
        let text =
            format!(r#"{{"channel":"/event/A__e","expect":[{}],"complete":{complete}}}"#, rows.join(","));
        serde_json::from_str(&text).unwrap()
    }

    fn inbox(rows: &[(u32, u32)]) -> Inbox {
        let row = |(id, n): &(u32, u32)| {
            parse(&format!(r#"{{"event":{{"replayId":{id},"EventUuid":"u{id}"}},"payload":{{"N":{n}}}}}"#))
                .unwrap()
        };
        Inbox { messages: rows.iter().map(row).collect(), dealt_with: 0 }
    }

    fn report(wanted: &[u32], complete: bool, rows: &[(u32, u32)]) -> Vec<String> {
        let comparison =
            compare("step 1", "/event/A__e", &expected(wanted, complete), &inbox(rows), &Variables::new())
                .unwrap();
        comparison.differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_expected_events_in_their_order_are_no_difference() {
        assert!(report(&[1, 2], true, &[(1, 1), (2, 2)]).is_empty());
        assert!(report(&[1, 3], false, &[(1, 1), (2, 2), (3, 3)]).is_empty(), "others may lie between");
        assert!(report(&[], true, &[]).is_empty());
    }

    #[test]
    fn each_kind_of_deviation_is_named() {
        for (wanted, complete, rows, words) in [
            (
                &[1, 2][..],
                true,
                &[(1, 1)][..],
                "event 2 of /event/A__e: expected an event with $.payload.N, got a missing event",
            ),
            (&[1], true, &[(1, 1), (2, 2)], "1 events and no other, got an extra event"),
            (&[], true, &[(1, 1)], "0 events and no other"),
            (&[1, 2], true, &[(1, 1), (1, 1), (2, 2)], "expected each event once, got a duplicate event"),
            (&[1, 2], true, &[(1, 2), (2, 1)], "the same events out of order: they came as number 2, 1"),
            (&[1, 2], true, &[(2, 1), (1, 2)], "event 1 out of order, after 2"),
            (&[1, 2], true, &[(1, 1), (2, 3)], "event 2 of /event/A__e, $.payload.N: expected 2, got 3"),
        ] {
            let found = report(wanted, complete, rows);
            assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        }
    }

    #[test]
    fn what_an_open_step_leaves_is_there_for_the_next_one() {
        let rows = inbox(&[(1, 1), (2, 2)]);
        let open =
            compare("step 1", "/event/A__e", &expected(&[1], false), &rows, &Variables::new()).unwrap();
        assert_eq!((open.dealt_with, open.found.len()), (1, 1));
        let closed =
            compare("step 1", "/event/A__e", &expected(&[1, 2], true), &rows, &Variables::new()).unwrap();
        assert_eq!(closed.dealt_with, 2);
    }
}
