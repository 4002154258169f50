//! How many calls of a kind clients have made.

use crate::{JournalEntry, MockOrg, assert::AssertionFailure};

/// How many lines a failure shows.
const SHOWN: usize = 20;

/// Which calls are counted: all, unless narrowed.
///
/// # Examples
///
/// ```
/// use mockorg::assert::CallFilter;
///
/// let creates = CallFilter::any().method("POST").path("/services/data/v62.0/sobjects/Account");
/// assert_eq!(creates.to_string(), "POST /services/data/v62.0/sobjects/Account");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    method: Option<String>,
    path: Option<String>,
    endpoint: Option<String>,
    status: Option<u16>,
}

impl CallFilter {
    /// Every call.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Calls with this method, in any case of letters.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_ascii_uppercase()), ..self }
    }

    /// Calls whose path is this, or begins with it when it ends with `*`. The query is no part of it.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// Calls of this endpoint, by its id in the endpoint index, such as `query` or `sobject-row`.
    #[must_use]
    pub fn endpoint(self, endpoint: &str) -> Self {
        Self { endpoint: Some(endpoint.to_owned()), ..self }
    }

    /// Calls that were answered with this status.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// How many parts of the filter a call meets, and how many there are.
    fn met(&self, entry: &JournalEntry) -> (usize, usize) {
        let path = |path: &String| match path.strip_suffix('*') {
            Some(start) => entry.path().starts_with(start),
            None => entry.path() == path,
        };
        let parts = [
            self.method.as_ref().map(|method| **method == *entry.method),
            self.path.as_ref().map(path),
            self.endpoint.as_ref().map(|endpoint| entry.endpoint() == Some(endpoint)),
            self.status.map(|status| status == entry.status),
        ];
        let parts = parts.into_iter().flatten();
        parts.fold((0, 0), |(met, all), holds| (met + usize::from(holds), all + 1))
    }

    fn meets(&self, entry: &JournalEntry) -> bool {
        let (met, all) = self.met(entry);
        met == all
    }
}

impl std::fmt::Display for CallFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = [
            self.method.clone(),
            self.path.clone(),
            self.endpoint.as_ref().map(|endpoint| format!("of {endpoint}")),
            self.status.map(|status| format!("→ {status}")),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        f.write_str(&if words.is_empty() { "any call".to_owned() } else { words.join(" ") })
    }
}

/// Holds when clients have made exactly `count` calls that the filter counts.
///
/// # Errors
///
/// [`AssertionFailure`] with the calls that were made; also when the journal is no longer complete.
pub fn calls(org: &MockOrg, count: usize, filter: &CallFilter) -> Result<(), AssertionFailure> {
    counted(org, &format!("exactly {count} × {filter}"), filter, |found| found == count)
}

/// Holds when clients have made no more than `most` calls that the filter counts.
///
/// # Errors
///
/// As [`calls`].
pub fn at_most(org: &MockOrg, most: usize, filter: &CallFilter) -> Result<(), AssertionFailure> {
    counted(org, &format!("at most {most} × {filter}"), filter, |found| found <= most)
}

/// Panics unless clients have made exactly `count` calls that the filter counts.
///
/// # Panics
///
/// With the calls that were made, and the nearest one that was not counted.
///
/// # Examples
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
/// # runtime.block_on(async {
/// use mockorg::{MockOrg, assert::{CallFilter, assert_calls}};
///
/// let org = MockOrg::start().await;
/// reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
/// assert_calls(&org, 1, &CallFilter::any().method("GET").path("/services/*").status(200));
/// # });
/// ```
#[track_caller]
pub fn assert_calls(org: &MockOrg, count: usize, filter: &CallFilter) {
    if let Err(failure) = calls(org, count, filter) {
        panic!("{failure}");
    }
}

/// Panics when clients have made more than `most` calls that the filter counts.
///
/// # Panics
///
/// With the calls that were made.
///
/// # Examples
///
/// ```
/// use mockorg::{MockOrg, assert::{CallFilter, assert_at_most}};
///
/// let org = MockOrg::start_blocking();
/// // … a client works …
/// assert_at_most(&org, 3, &CallFilter::any().endpoint("query"));
/// ```
#[track_caller]
pub fn assert_at_most(org: &MockOrg, most: usize, filter: &CallFilter) {
    if let Err(failure) = at_most(org, most, filter) {
        panic!("{failure}");
    }
}

fn counted(
    org: &MockOrg,
    expected: &str,
    filter: &CallFilter,
    holds: impl Fn(usize) -> bool,
) -> Result<(), AssertionFailure> {
    let (entries, dropped) = org.gateway.journal_entries();
    if dropped > 0 {
        return Err(AssertionFailure {
            expected: expected.to_owned(),
            found: vec![format!("a journal that has lost its first {dropped} calls; give it more room")],
            nearest: None,
        });
    }
    let (counted, others): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| filter.meets(entry));
    if holds(counted.len()) {
        return Ok(());
    }
    let mut found = vec![format!("{} of {} calls", counted.len(), entries.len())];
    found.extend(counted.iter().take(SHOWN).map(ToString::to_string));
    if counted.len() > SHOWN {
        found.push(format!("… and {} more", counted.len() - SHOWN));
    }
    let nearest = others.into_iter().max_by_key(|entry| (filter.met(entry).0, entry.sequence));
    Err(AssertionFailure { expected: expected.to_owned(), found, nearest: nearest.map(ToString::to_string) })
}
