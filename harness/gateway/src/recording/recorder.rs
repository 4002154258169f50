//! Who keeps the entries.

use std::{fmt, pin::Pin, sync::Arc};

use mockorg_org::Recording;

use super::Entry;

/// Ends when the entries up to a position are kept for good, or cannot be.
pub type Settled<'a> = Pin<Box<dyn Future<Output = Result<(), NotKept>> + Send + 'a>>;

/// Entries cannot be kept any more: whoever waits for them is refused, and so is everybody after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKept {
    /// Why not.
    pub why: Arc<str>,
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what is done to this org cannot be kept any more: {}", self.why)
    }
}

impl std::error::Error for NotKept {}

/// Keeps what is done to an org, in a file for instance.
///
/// The gateway hands entries over while it holds the org, so that their order is that in which things were done.
pub trait Recorder: Send + Sync {
    /// Which entries are wanted.
    fn recording(&self) -> Recording;

    /// Takes entries, and gives the position behind the last of them. It must not wait for anything.
    ///
    /// Entries that are handed over at once are kept at once: a part of them means nothing.
    fn append(&self, entries: Vec<Entry>) -> u64;

    /// Whether everything up to a position is kept for good already.
    fn is_settled(&self, position: u64) -> bool;

    /// Waits until everything up to a position is kept for good. No answer leaves the gateway before that.
    fn settled(&self, position: u64) -> Settled<'_>;
}
