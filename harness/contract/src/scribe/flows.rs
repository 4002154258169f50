//! Which exchanges belong together: those that share what an earlier one made or changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    is_secret_header,
    shape::{is_id, is_reference, is_run, key_of},
};
use crate::{answer::Exchange, json::Json};

/// Splits what a client did into flows that need nothing of each other, each in its order.
///
/// Two exchanges belong together when the later one names what the answer of the earlier one gave, when it names or
/// shows a record that the earlier one created or changed, and when it counts after the earlier one wrote.
pub fn flows(exchanges: &[Exchange]) -> Vec<Vec<Exchange>> {
    let mut groups = Groups((0..exchanges.len()).collect());
    let mut given: HashMap<String, usize> = HashMap::new();
    let mut written: HashMap<String, usize> = HashMap::new();
    let mut writes: Vec<usize> = Vec::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        let asked = mentions(&[
            exchange.request.path.as_bytes(),
            &exchange.request.body,
            header_text(exchange).as_bytes(),
        ]);
        let answered = mentions(&[&exchange.answer.body]);
        let of_login = exchange.request.path_only().starts_with("/services/oauth2/");
        let wrote = !of_login && !["GET", "HEAD"].contains(&exchange.request.effective_method().as_str());
        for value in &asked {
            given.get(value).iter().for_each(|earlier| groups.join(at, **earlier));
        }
        for value in asked.union(&answered) {
            written.get(value).iter().for_each(|earlier| groups.join(at, **earlier));
        }
        if counts(exchange) {
            writes.iter().for_each(|earlier| groups.join(at, *earlier));
        }
        if wrote && exchange.answer.status < 300 {
            writes.push(at);
            let fresh = answered.iter().filter(|value| !given.contains_key(*value));
            let changed: Vec<String> = asked
                .iter()
                .chain(fresh)
                .filter(|value| is_id(value) || value.len() == 15)
                .cloned()
                .collect();
            written.extend(changed.into_iter().map(|value| (value, at)));
        }
        given.extend(answered.into_iter().map(|value| (value, at)));
    }
    let mut flows: BTreeMap<usize, Vec<Exchange>> = BTreeMap::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        flows.entry(groups.first(at)).or_default().push(exchange.clone());
    }
    flows.into_values().collect()
}

fn header_text(exchange: &Exchange) -> String {
    // Whoever sends requests with one token shares nothing by that.
    let plain = exchange.request.headers.iter().filter(|(name, _)| !is_secret_header(name));
    plain.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
}

/// The ids, addresses and tokens in some texts, ids in the form that both of theirs share.
fn mentions(texts: &[&[u8]]) -> BTreeSet<String> {
    /// How many bytes of a text are looked at.
    const MOST: usize = 4 * 1024 * 1024;
    let mut found = BTreeSet::new();
    for text in texts {
        for run in text[..text.len().min(MOST)].split(|byte| !is_run(*byte)) {
            let Ok(run) = std::str::from_utf8(run) else { continue };
            // A percent sign and its digits stand directly before what they quote.
            let quoted = run.get(2..).filter(|rest| is_id(rest));
            let run = quoted.unwrap_or(run);
            if run.len() >= 12 && is_reference(run) {
                found.insert(key_of(run).to_owned());
            }
        }
    }
    found
}

/// Whether an answer tells a number of records without the records.
fn counts(exchange: &Exchange) -> bool {
    let Ok(body) = exchange.answer.json() else { return false };
    let records = body.get("records").and_then(Json::items);
    let aggregate = records.and_then(<[Json]>::first).and_then(|record| record.get("attributes"));
    let aggregate = aggregate.and_then(|attributes| attributes.get("type")).and_then(Json::as_str);
    body.get("totalSize").is_some()
        && (records.is_none_or(<[Json]>::is_empty) || aggregate == Some("AggregateResult"))
}

/// Sets that grow together; each is known by its first member.
struct Groups(Vec<usize>);

impl Groups {
    fn first(&mut self, at: usize) -> usize {
        let mut root = at;
        while self.0[root] != root {
            root = self.0[root];
        }
        let mut at = at;
        while self.0[at] != root {
            at = std::mem::replace(&mut self.0[at], root);
        }
        root
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.first(one), self.first(two));
        self.0[one.max(two)] = one.min(two);
    }
}
