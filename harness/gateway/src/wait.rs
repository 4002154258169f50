//! Waiting: for the first of several things, and for a time by the org's clock.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use mockorg_org::Timestamp;

use crate::Clock;

/// How long it is until the org's clock shows `until`; at most `longest`, also when the clock stands still.
pub(crate) fn left(clock: Clock, now: Timestamp, until: Timestamp, longest: Duration) -> Duration {
    if matches!(clock, Clock::Manual(_)) {
        return longest;
    }
    let millis = u64::try_from(until.millis() - now.millis()).unwrap_or_default();
    Duration::from_millis(millis.max(1)).min(longest)
}

/// Waits for the first of several futures.
pub(crate) async fn any<const N: usize>(mut futures: [Pin<&mut dyn SendFuture>; N]) {
    poll_fn(|context| {
        let ready = futures.iter_mut().any(|future| future.as_mut().poll(context).is_ready());
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// A future that moves between threads.
pub(crate) trait SendFuture: Future<Output = ()> + Send {}

impl<F: Future<Output = ()> + Send> SendFuture for F {}
