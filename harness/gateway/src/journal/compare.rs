//! An entry held against a pattern: whether it fits, and if not, in what it differs.

use super::{EntryKind, JournalCall, JournalEntry, JournalEvent, Pattern};
use crate::form;

/// One thing in which an entry is not what a pattern says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The part of the pattern, such as `path` or `body`.
    pub part: &'static str,
    /// Where in that part, such as `segment 5` or a member; empty for the whole.
    pub place: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// How far apart that is.
    pub(crate) distance: u32,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { part, place, expected, found, .. } = self;
        let space = if place.is_empty() { "" } else { " " };
        write!(f, "{part}{space}{place}: expected {expected}, got {found}")
    }
}

/// How many differences of a body are looked for.
const MOST_OF_BODY: usize = 20;

/// Collects differences, one at least or all.
struct Differences {
    found: Vec<Mismatch>,
    all: bool,
    /// The parts that were held against the entry and hold.
    same: Vec<&'static str>,
}

impl Differences {
    /// Whether nothing more has to be looked at.
    fn is_enough(&self) -> bool {
        !self.all && !self.found.is_empty()
    }

    fn differ(
        &mut self,
        part: &'static str,
        place: &str,
        (expected, found): (String, String),
        distance: u32,
    ) {
        self.found.push(Mismatch { part, place: place.to_owned(), expected, found, distance });
    }

    /// Holds a part against what was found, if it is asked for.
    fn part(&mut self, part: &'static str, own: Option<&str>, found: Option<&str>, distance: u32) {
        let Some(own) = own else { return };
        match found {
            Some(found) if found == own => self.same.push(part),
            found => {
                let found = found.unwrap_or("none");
                self.differ(part, "", (own.to_owned(), found.to_owned()), distance);
            }
        }
    }
}

impl Pattern {
    /// Whether an entry is like this.
    pub(crate) fn fits(&self, entry: &JournalEntry) -> bool {
        self.compare(entry, false).0.is_empty()
    }

    /// All in which an entry is unlike this, and the parts in which it is like it; `None` for entries of another
    /// kind, which nobody has meant.
    pub(crate) fn differences(&self, entry: &JournalEntry) -> Option<(Vec<Mismatch>, Vec<&'static str>)> {
        let other = EntryKind::of(entry);
        let about_calls = self.method.is_some()
            || self.path.is_some()
            || self.endpoint.is_some()
            || self.status.is_some()
            || self.body.is_some();
        let own = match self.kind {
            Some(kind) => kind,
            None if about_calls => EntryKind::Call,
            None if self.channel.is_some() || self.payload.is_some() => EntryKind::Event,
            None => other,
        };
        (own == other).then(|| self.compare(entry, true))
    }

    fn compare(&self, entry: &JournalEntry, all: bool) -> (Vec<Mismatch>, Vec<&'static str>) {
        let mut found = Differences { found: Vec::new(), all, same: Vec::new() };
        let kind = EntryKind::of(entry).as_str();
        if self.kind.is_some_and(|own| own.as_str() != kind) {
            found.part("kind", self.kind.map(EntryKind::as_str), Some(kind), 1000);
            return (found.found, found.same);
        }
        match entry {
            JournalEntry::Call(call) => self.compare_call(call, &mut found),
            JournalEntry::Event(event) => self.compare_event(event, &mut found),
        }
        (found.found, found.same)
    }

    /// Parts that cost little come first.
    fn compare_call(&self, call: &JournalCall, found: &mut Differences) {
        found.part("channel", self.channel.as_deref(), None, 1000);
        if let Some(own) = &self.payload {
            found.differ("payload", "", (own.text(), "none".to_owned()), 1000);
        }
        found.part("method", self.method.as_deref(), Some(&call.method), 20);
        if let Some(own) = self.status {
            if own.fits(call.status) {
                found.same.push("status");
            } else {
                found.differ("status", "", (own.to_string(), call.status.to_string()), 8);
            }
        }
        found.part("user", self.user.as_deref(), call.user.as_deref(), 8);
        if let Some(own) = &self.fault {
            let named = call.faults.iter().find(|name| **name == *own).or_else(|| call.faults.first());
            found.part("fault", Some(own), named.map(|name| &**name), 8);
        }
        if found.is_enough() {
            return;
        }
        self.compare_path(call, found);
        found.part(
            "endpoint",
            self.endpoint.as_deref(),
            call.endpoint().filter(|_| self.endpoint.is_some()),
            30,
        );
        self.compare_query(call, found);
        if found.is_enough() {
            return;
        }
        self.compare_messages(call, found);
    }

    fn compare_path(&self, call: &JournalCall, found: &mut Differences) {
        if let Some(own) = &self.path {
            if own.fits(call.path()) {
                found.same.push("path");
            } else if found.all {
                let (first, distance) = own.difference(call.path());
                match first {
                    Some((number, own, part)) => {
                        found.differ("path", &format!("segment {number}"), (own, part), distance);
                    }
                    None => {
                        found.differ("path", "", (own.to_string(), call.path().to_owned()), distance + 20)
                    }
                }
            } else {
                found.differ("path", "", (String::new(), String::new()), 0);
            }
        }
        if let Some(own) = &self.object {
            match objects(call).into_iter().find(|object| object.eq_ignore_ascii_case(own)) {
                Some(_) => found.same.push("object"),
                None => found.part("object", Some(own), objects(call).first().map(String::as_str), 20),
            }
        }
    }

    fn compare_query(&self, call: &JournalCall, found: &mut Differences) {
        for (name, own) in &self.query {
            match form::value(call.query(), name) {
                Some(value) if *value == **own => found.same.push("query"),
                value => {
                    let value = value.map_or_else(|| "nothing".to_owned(), Into::into);
                    found.differ("query", name, (own.to_string(), value), 5);
                }
            }
        }
    }

    fn compare_messages(&self, call: &JournalCall, found: &mut Differences) {
        if !self.headers.is_empty() {
            let headers = call.request_headers();
            for (name, own) in &self.headers {
                let mut values = headers.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value);
                let first = values.clone().next();
                if values.any(|value| value == own) {
                    found.same.push("header");
                } else {
                    let first = first.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                    found.differ("header", name, (own.to_string(), first), 5);
                }
            }
        }
        if let Some(own) = &self.text {
            if call.request_text().contains(&**own) || call.answer_text().contains(&**own) {
                found.same.push("text");
            } else {
                found.differ("text", "", (format!("\"{own}\""), "none".to_owned()), 10);
            }
        }
        if let Some(own) = &self.body {
            let most = if found.all { MOST_OF_BODY } else { 1 };
            add_json("body", own.differences(&call.request_body(), most), found);
        }
    }

    fn compare_event(&self, event: &JournalEvent, found: &mut Differences) {
        for (part, own) in [
            ("method", self.method.as_deref().map(ToOwned::to_owned)),
            ("path", self.path.as_ref().map(ToString::to_string)),
            ("endpoint", self.endpoint.as_deref().map(ToOwned::to_owned)),
            ("status", self.status.map(|own| own.to_string())),
            ("user", self.user.as_deref().map(ToOwned::to_owned)),
            ("fault", self.fault.as_deref().map(ToOwned::to_owned)),
            ("query", self.query.first().map(|(name, _)| name.to_string())),
            ("header", self.headers.first().map(|(name, _)| name.to_string())),
            ("body", self.body.as_ref().map(super::json_pattern::JsonPattern::text)),
        ] {
            found.part(part, own.as_deref(), None, 1000);
        }
        if let Some(own) = &self.channel {
            if own.eq_ignore_ascii_case(&event.channel) || own.eq_ignore_ascii_case(&event.event) {
                found.same.push("channel");
            } else {
                found.differ("channel", "", (own.to_string(), event.channel.to_string()), 20);
            }
        }
        if let Some(own) = &self.object {
            let change = format!(
                "{}ChangeEvent",
                own.strip_suffix("__c").map_or_else(|| own.to_string(), |name| format!("{name}__"))
            );
            let is_same = [&**own, &change].iter().any(|name| name.eq_ignore_ascii_case(&event.event));
            let name = if is_same { &**own } else { &*event.event };
            found.part("object", Some(own), Some(name), 20);
        }
        if found.is_enough() || (self.text.is_none() && self.payload.is_none()) {
            return;
        }
        let payload = event.payload().unwrap_or_default();
        if let Some(own) = &self.text {
            if payload.contains(&**own) {
                found.same.push("text");
            } else {
                found.differ("text", "", (format!("\"{own}\""), "none".to_owned()), 10);
            }
        }
        if let Some(own) = &self.payload {
            let most = if found.all { MOST_OF_BODY } else { 1 };
            add_json("payload", own.differences(payload.as_bytes(), most), found);
        }
    }
}

fn add_json(part: &'static str, differences: Vec<(String, String, String)>, found: &mut Differences) {
    if differences.is_empty() {
        found.same.push(part);
    }
    for (place, own, other) in differences {
        let place = if place.is_empty() { place } else { format!("member `{place}`") };
        found.differ(part, &place, (own, other), 5);
    }
}

/// The objects that a call names: in its path, and behind the FROM of a query.
fn objects(call: &JournalCall) -> Vec<String> {
    let mut segments = call.path().split('/');
    let in_path =
        segments.by_ref().find(|part| matches!(*part, "sobjects" | "tree")).and_then(|_| segments.next());
    let mut objects: Vec<String> = in_path
        .filter(|part| !part.is_empty())
        .map(|part| form::segment(part).into_owned())
        .into_iter()
        .collect();
    if let Some(query) = form::value(call.query(), "q") {
        let mut words = query.split(|letter: char| letter.is_whitespace() || "(),".contains(letter));
        while let Some(word) = words.next() {
            if word.eq_ignore_ascii_case("from") {
                objects.extend(words.by_ref().find(|word| !word.is_empty()).map(ToOwned::to_owned));
            }
        }
    }
    objects
}

impl EntryKind {
    /// The kind of an entry.
    pub(crate) const fn of(entry: &JournalEntry) -> Self {
        match entry {
            JournalEntry::Call(_) => Self::Call,
            JournalEntry::Event(_) => Self::Event,
        }
    }
}
