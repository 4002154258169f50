//! How many calls of a kind clients have made: the short way to [`MockOrg::verify`].

use mockorg_gateway::{Pattern, Times, Verification};

use crate::{MockOrg, assert::AssertionFailure};

/// How many lines a failure shows.
const SHOWN: usize = 20;

/// Holds when clients have made exactly `count` calls that are like the pattern.
///
/// # Errors
///
/// [`AssertionFailure`] with the calls that were made; also when the journal is no longer complete.
pub fn calls(org: &MockOrg, count: u64, pattern: &Pattern) -> Result<(), AssertionFailure> {
    counted(org, Times::Exactly(count), pattern)
}

/// Holds when clients have made no more than `most` calls that are like the pattern.
///
/// # Errors
///
/// As [`calls`].
pub fn at_most(org: &MockOrg, most: u64, pattern: &Pattern) -> Result<(), AssertionFailure> {
    counted(org, Times::AtMost(most), pattern)
}

/// Panics unless clients have made exactly `count` calls that are like the pattern.
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
/// use mockorg::{MockOrg, Pattern, assert::assert_calls};
///
/// let org = MockOrg::start().await;
/// reqwest::get(format!("{}/services/data", org.url())).await.unwrap();
/// assert_calls(&org, 1, &Pattern::any().method("GET").path_glob("/services/**").status(200));
/// # });
/// ```
#[track_caller]
pub fn assert_calls(org: &MockOrg, count: u64, pattern: &Pattern) {
    if let Err(failure) = calls(org, count, pattern) {
        panic!("{failure}");
    }
}

/// Panics when clients have made more than `most` calls that are like the pattern.
///
/// # Panics
///
/// With the calls that were made.
///
/// # Examples
///
/// ```
/// use mockorg::{MockOrg, Pattern, assert::assert_at_most};
///
/// let org = MockOrg::start_blocking();
/// // … a client works …
/// assert_at_most(&org, 3, &Pattern::any().endpoint("query"));
/// ```
#[track_caller]
pub fn assert_at_most(org: &MockOrg, most: u64, pattern: &Pattern) {
    if let Err(failure) = at_most(org, most, pattern) {
        panic!("{failure}");
    }
}

fn counted(org: &MockOrg, times: Times, pattern: &Pattern) -> Result<(), AssertionFailure> {
    let verification = Verification::default().expect(times, pattern.clone());
    let verdict = org.gateway.verify(&verification).map_err(|refusal| AssertionFailure {
        expected: format!("{times} {pattern}"),
        found: vec![refusal.to_string()],
        nearest: None,
    })?;
    let Some(unmet) = verdict.unmet.into_iter().next() else { return Ok(()) };
    let mut found = vec![format!("{} of {} entries", unmet.found.len(), unmet.of)];
    found.extend(unmet.found.iter().take(SHOWN).map(ToString::to_string));
    if unmet.found.len() > SHOWN {
        found.push(format!("… and {} more", unmet.found.len() - SHOWN));
    }
    let nearest = unmet.nearest.first().map(ToString::to_string);
    Err(AssertionFailure { expected: unmet.expected, found, nearest })
}
