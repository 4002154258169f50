//! What a server grants its clients: sizes, numbers and times, so that none of them can use it up.
//!
//! Sizes of bodies and heads are those of the platform and belong to the kind of request: 50 MB of a call, 150 MB of
//! an upload to a bulk job, 32 KB to the Streaming API, 16,384 bytes of address and headers. What a body may hold
//! belongs to its reader: JSON nests 100 levels, XML 64, and neither holds more than 2,000,000 values.

use std::time::Duration;

/// How many values a document may hold, JSON or XML: what a record costs in memory is more than what it costs to send.
pub(crate) const MOST_VALUES: usize = 2_000_000;

/// What a server grants its clients.
///
/// Times are by the machine's clock. None of them ends what waits for the server: a held poll of the Streaming API,
/// a gRPC stream without events, an answer that is delayed on purpose.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use mockorg_gateway::ServerLimits;
///
/// let limits = ServerLimits { grace: Duration::from_secs(30), ..ServerLimits::default() };
/// assert_eq!(limits.connections, 20_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// How many connections are open at a time. One more is answered with 503 and closed.
    pub connections: usize,
    /// How many of them come from one address; `None` sets no bound.
    pub connections_per_address: Option<usize>,
    /// How long the head of a request may take from its first byte on. Then the connection is closed.
    pub head_time: Duration,
    /// How long a connection may stay open without a request. Then it is closed.
    pub idle_time: Duration,
    /// For how long a client may keep the server waiting: with the next piece of a body that it sends (408 then), or
    /// for room for the next piece of an answer (the connection is closed then).
    pub stall_time: Duration,
    /// How fast a client has to send or read on average, in bytes a second, beyond the first `stall_time`.
    pub slowest_rate: u32,
    /// How long a request may take to arrive, however steadily it comes; the platform gives 10 minutes. 408 then.
    pub request_time: Duration,
    /// How long a client may take for the handshake of TLS.
    pub handshake_time: Duration,
    /// How many requests one connection of HTTP/2 has under way at a time.
    pub streams: u32,
    /// How long a stop waits for what is under way.
    pub grace: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: None,
            head_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(300),
            stall_time: Duration::from_secs(120),
            slowest_rate: 1024,
            request_time: Duration::from_secs(600),
            handshake_time: Duration::from_secs(10),
            streams: 1000,
            grace: Duration::from_secs(5),
        }
    }
}
