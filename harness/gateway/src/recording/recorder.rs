//! Who keeps the entries.

use std::pin::Pin;

use mockorg_org::Recording;

use super::Entry;

/// Ends when the entries up to a position are kept for good.
pub type Settled<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Keeps what is done to an org, in a file for instance.
///
/// The gateway hands entries over while it holds the org, so that their order is that in which things were done.
pub trait Recorder: Send + Sync {
    /// Which entries are wanted.
    fn recording(&self) -> Recording;

    /// Takes entries, and gives the position behind the last of them. It must not wait for anything.
    fn append(&self, entries: Vec<Entry>) -> u64;

    /// Waits until everything up to a position is kept for good. No answer leaves the gateway before that.
    fn settled(&self, position: u64) -> Settled<'_>;
}
