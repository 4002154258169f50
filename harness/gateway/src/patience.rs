//! How long a client may keep the server waiting: a stock of time that its bytes refill.

use std::time::Duration;

use tokio::time::Instant;

use crate::ServerLimits;

/// The time that is left to a client.
///
/// Waiting uses it up; each byte gives back what it costs at the slowest rate, up to the whole stock. So a client that
/// pauses is told from one that dribbles for ever.
#[derive(Debug)]
pub(crate) struct Patience {
    left: Duration,
    most: Duration,
    rate: u32,
    waits_since: Option<Instant>,
}

impl Patience {
    /// The whole stock.
    pub(crate) fn new(limits: &ServerLimits) -> Self {
        let (most, rate) = (limits.stall_time, limits.slowest_rate.max(1));
        Self { left: most, most, rate, waits_since: None }
    }

    /// The server waits: gives the moment when the stock is used up.
    pub(crate) fn wait(&mut self) -> Instant {
        *self.waits_since.get_or_insert_with(Instant::now) + self.left
    }

    /// So many bytes have passed.
    pub(crate) fn passed(&mut self, bytes: usize) {
        if let Some(since) = self.waits_since.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        if self.left < self.most {
            let millis = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1000) / u64::from(self.rate);
            self.left = self.left.saturating_add(Duration::from_millis(millis)).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_give_back_time_up_to_the_whole_stock() {
        let limits = ServerLimits {
            stall_time: Duration::from_secs(10),
            slowest_rate: 1000,
            ..ServerLimits::default()
        };
        let mut patience = Patience::new(&limits);
        patience.left = Duration::from_secs(1);
        patience.passed(2000);
        assert_eq!(patience.left, Duration::from_secs(3));
        patience.passed(1_000_000);
        assert_eq!(patience.left, Duration::from_secs(10));
    }

    #[test]
    fn a_wait_goes_on_until_something_passes() {
        let mut patience = Patience::new(&ServerLimits::default());
        let first = patience.wait();
        assert_eq!(patience.wait(), first);
    }
}
