//! From a request and its answer to an entry.

use std::{
    cell::{OnceCell, RefCell},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use hyper::{
    Method,
    header::{AUTHORIZATION, CONTENT_ENCODING, HeaderMap},
    http::request::Parts,
};
use mockorg_org::{
    Org, Timestamp,
    events::{ReplayId, StoredEvent},
};

use super::{
    FaultNames, JournalCall, JournalEntry, JournalEvent, Strikes, event::KeptEvent, mask, messages::Messages,
};
use crate::{
    Gateway,
    answer::{Answer, HttpResponse},
    body::LONGEST_BODY,
    compress::{self, Coding},
    moment::Moment,
};

/// Where the control surface begins; its calls are no calls of clients.
const CONTROL: &str = "/__mockorg";

/// A request as it came, and when.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
    began: Instant,
}

impl<'a> Arrival<'a> {
    /// A request that comes now.
    pub(crate) fn of(parts: &'a Parts, body: &'a Bytes) -> Self {
        Self { parts, body, began: Instant::now() }
    }

    /// The answer as it is sent, written down.
    pub(crate) fn finish(
        self,
        gateway: &Gateway,
        request: u64,
        mut answer: Answer,
        usage: Option<(u64, u64)>,
        coding: Option<Coding>,
    ) -> HttpResponse {
        let plain = answer.body.clone();
        let noted = std::mem::take(&mut answer.noted);
        let response = answer.finish(request, usage, coding);
        record(gateway, self, noted, (response.status().as_u16(), response.headers()), &plain);
        response
    }

    /// A request that gets no answer at all, written down.
    pub(crate) fn end_unanswered(self, gateway: &Gateway) {
        record(gateway, self, Noted::NOTHING, (0, &HeaderMap::new()), &Bytes::new());
    }
}

/// What was found out about a call while the org was held, so that it need not be held again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    at: Option<Timestamp>,
    user: Option<Box<str>>,
    /// The names of the faults that struck inside the org.
    struck: Vec<Box<str>>,
}

impl Noted {
    /// Of calls that never held the org.
    pub(crate) const NOTHING: Self = Self { at: None, user: None, struck: Vec::new() };
}

/// Notes once, whoever comes first.
#[derive(Default)]
pub(crate) struct Note {
    seen: OnceCell<(Timestamp, Option<Box<str>>)>,
    struck: RefCell<Vec<Box<str>>>,
}

impl Note {
    /// Notes the time and who calls, if anything is kept.
    pub(crate) fn take(&self, gateway: &Gateway, org: &Org, now: Timestamp, token: Option<&str>) {
        if gateway.journal().is_on() {
            self.seen.get_or_init(|| (now, token.and_then(|token| username(org, now, token))));
        }
    }

    /// Notes which faults have struck.
    pub(crate) fn strikes(&self, strikes: Strikes, org: &Org) {
        self.struck.borrow_mut().extend(strikes.since(org));
    }

    /// What was noted.
    pub(crate) fn noted(&self) -> Noted {
        let (at, user) = self.seen.get().cloned().map_or((None, None), |(at, user)| (Some(at), user));
        Noted { at, user, struck: self.struck.take() }
    }
}

/// Records a call. `plain` is the body of the answer before any content coding.
fn record(
    gateway: &Gateway,
    arrival: Arrival<'_>,
    noted: Noted,
    (status, headers): (u16, &HeaderMap),
    plain: &Bytes,
) {
    let journal = gateway.journal();
    let parts = arrival.parts;
    let path = parts.uri.path();
    if !journal.is_on() || path.starts_with(CONTROL) {
        return;
    }
    let took = arrival.began.elapsed();
    let messages = match journal.settings.bodies.then(|| messages(gateway, arrival, headers, plain)) {
        // Before anything that long is copied.
        Some(None) => return journal.lose(),
        Some(messages) => messages,
        None => None,
    };
    let address = parts.uri.path_and_query().map_or(path, |address| address.as_str());
    let (at, user) = match noted.at {
        Some(at) => (at, noted.user),
        None => time_and_user(gateway, &parts.headers),
    };
    let on_the_way = parts.extensions.get::<FaultNames>().map(|names| names.0.clone());
    let mut faults = on_the_way.unwrap_or_default();
    faults.extend(noted.struck);
    faults.dedup();
    journal.add(|sequence| {
        JournalEntry::Call(Arc::new(JournalCall {
            sequence,
            at,
            method: parts.method.as_str().into(),
            target: mask::target(address).into(),
            user,
            status,
            faults: faults.into(),
            grpc: None,
            took,
            messages,
        }))
    });
}

/// Both messages; `None` when there is no room for them.
fn messages(
    gateway: &Gateway,
    arrival: Arrival<'_>,
    answered: &HeaderMap,
    plain: &Bytes,
) -> Option<Messages> {
    let headers = &arrival.parts.headers;
    let sent = expanded(headers, arrival.body);
    if gateway.journal().is_too_long(sent.len() + plain.len()) {
        return None;
    }
    let plain: &[u8] = if arrival.parts.method == Method::HEAD { &[] } else { plain };
    Some(Messages::of((headers, &sent), (answered, plain)))
}

/// For calls that never held the org.
fn time_and_user(gateway: &Gateway, headers: &HeaderMap) -> (Timestamp, Option<Box<str>>) {
    let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).map(str::trim);
    let Some(header) = header else { return (gateway.time().1, None) };
    let token = header.split_once(' ').map_or(header, |(_, token)| token.trim());
    gateway.with_org(|org, now| (now, username(org, now, token)))
}

/// The name of the user of a session.
pub(super) fn username(org: &Org, now: Timestamp, token: &str) -> Option<Box<str>> {
    let user = org.record(org.user_of(now, token)?)?;
    let name = user.at(user.object.slot("Username")?).to_value();
    name.as_text().map(Into::into)
}

/// The body without its content coding; as it came where that cannot be undone.
fn expanded(headers: &HeaderMap, body: &Bytes) -> Bytes {
    let coding = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let expanded = coding.and_then(|coding| compress::expand(body, coding, LONGEST_BODY).ok());
    expanded.map_or_else(|| body.clone(), Into::into)
}

impl Gateway {
    /// Writes down what the org has published. Called by whoever holds the org.
    pub(crate) fn journal_events(&self, moment: &Moment) {
        let journal = self.journal();
        if !journal.is_on() {
            return;
        }
        let (log, catalog) = (moment.org.events(), moment.org.catalog());
        let bodies = journal.settings.bodies;
        journal.add_events(log.tail(), |followed| {
            let event = |stored: &Arc<StoredEvent>| {
                let schema = || self.schemas().of_event(&stored.event);
                JournalEvent::of(stored, bodies.then(|| KeptEvent::of(stored, catalog, schema())))
            };
            log.after(followed).map(event).collect()
        });
    }

    /// Counts deliveries of events, by their replay ids, for the journal.
    pub fn count_deliveries(&self, events: impl Iterator<Item = ReplayId>) {
        self.journal().count_deliveries(events);
    }
}

/// How long something took, in milliseconds with three digits behind the point.
pub(crate) fn millis(took: Duration) -> String {
    format!("{:.3}", took.as_secs_f64() * 1000.0)
}
