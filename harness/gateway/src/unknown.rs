//! What clients ask for and the org does not have: each kind of request is told once.

use std::{
    collections::BTreeSet,
    sync::{Mutex, OnceLock, PoisonError},
};

use mockorg_org::RecordId;

/// How many kinds of requests are remembered; a scanner must not fill the memory.
const MOST: usize = 1000;
/// How long a segment of a path may be that is told as it is.
const LONGEST: usize = 60;
/// How many characters are told of what is wrong; it may quote what the client wrote.
const LONGEST_REASON: usize = 200;

/// Who is told.
pub(crate) type Tell = Box<dyn Fn(&str) + Send + Sync>;

/// The kinds of requests that were asked for in vain.
#[derive(Default)]
pub(crate) struct Unknown {
    seen: Mutex<BTreeSet<String>>,
    tell: OnceLock<Tell>,
}

impl Unknown {
    /// Has every new kind of request told from now on; only the first who asks for it is told.
    pub(crate) fn tell(&self, tell: Tell) {
        // A second one would have to share what it is told with the first.
        let _ = self.tell.set(tell);
    }

    /// Remembers a request; `why` is what is wrong with it.
    pub(crate) fn note(&self, method: &str, path: &str, why: &str) {
        let why: String = why.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
        let line = format!("{method} {}: {why}", template(path));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST || !seen.insert(line.clone()) {
            return;
        }
        drop(seen);
        if let Some(tell) = self.tell.get() {
            tell(&line);
        }
    }

    /// The kinds of requests, ordered by method and path.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// A path without what differs from call to call: versions and ids.
fn template(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let is_version =
            segment.strip_prefix('v').is_some_and(|rest| rest.parse::<mockorg_org::ApiVersion>().is_ok());
        let is_id = segment.bytes().any(|c| c.is_ascii_digit()) && segment.parse::<RecordId>().is_ok();
        match segment {
            _ if is_version => "{version}",
            _ if is_id => "{id}",
            long if long.len() > LONGEST => "{long}",
            segment => segment,
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_kind_of_request_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let unknown = Unknown::default();
        let listener = Arc::clone(&told);
        unknown.tell(Box::new(move |line| listener.lock().unwrap().push(line.to_owned())));
        for path in [
            "/services/data/v62.0/nonsense/001Da00000xnAk6",
            "/services/data/v61.0/nonsense/001Da00000xnAk7IAE",
        ] {
            unknown.note("GET", path, "unknown");
        }
        unknown.note("POST", "/services/data/v61.0/nonsense", "unknown");
        let expected = [
            "GET /services/data/{version}/nonsense/{id}: unknown",
            "POST /services/data/{version}/nonsense: unknown",
        ];
        assert_eq!(*told.lock().unwrap(), expected);
        assert_eq!(unknown.seen(), expected);
    }

    #[test]
    fn what_clients_write_cannot_fill_the_log_or_forge_lines_of_it() {
        let unknown = Unknown::default();
        unknown.note("GET", "/x", &format!("a\nb\u{1b}{}", "c".repeat(1000)));
        assert_eq!(unknown.seen(), [format!("GET /x: ab{}", "c".repeat(LONGEST_REASON - 2))]);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let unknown = Unknown::default();
        (0..2 * MOST).for_each(|number| unknown.note("GET", &format!("/x{number}"), "unknown"));
        assert_eq!(unknown.seen().len(), MOST);
    }
}
