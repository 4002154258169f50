//! The flags of `serve` about what the server grants its clients.

use std::time::Duration;

use clap::Args;
use mockorg::ServerLimits;

use crate::args::parse_duration;

/// What the server grants its clients.
#[derive(Clone, Debug, Args)]
pub(crate) struct LimitArguments {
    /// How many connections are open at a time; one more is answered with 503
    #[arg(long, value_name = "NUMBER", default_value_t = ServerLimits::default().connections)]
    pub(crate) max_connections: usize,
    /// How many of them come from one address; without it as many as there are
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_connections_per_address: Option<usize>,
    /// How long the head of a request may take, such as 500ms, 30s or 1m
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub(crate) head_time: Duration,
    /// How long a connection may stay open without a request
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = parse_duration)]
    pub(crate) idle_time: Duration,
    /// For how long a client may keep the server waiting, with the next piece of a body or for room for an answer
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = parse_duration)]
    pub(crate) stall_time: Duration,
    /// How fast a client has to send and read on average once the stall time is used up, in bytes a second
    #[arg(long, value_name = "BYTES", default_value_t = ServerLimits::default().slowest_rate)]
    pub(crate) slowest_rate: u32,
    /// How long a stop waits for what is under way; a second signal stops at once
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = parse_duration)]
    pub(crate) grace: Duration,
}

impl Default for LimitArguments {
    fn default() -> Self {
        let ServerLimits { connections, head_time, idle_time, stall_time, slowest_rate, .. } =
            ServerLimits::default();
        Self {
            max_connections: connections,
            max_connections_per_address: None,
            head_time,
            idle_time,
            stall_time,
            slowest_rate,
            grace: Duration::from_secs(10),
        }
    }
}

impl LimitArguments {
    /// The limits that the flags choose.
    pub(crate) fn limits(&self) -> ServerLimits {
        ServerLimits {
            connections: self.max_connections,
            connections_per_address: self.max_connections_per_address,
            head_time: self.head_time,
            idle_time: self.idle_time,
            stall_time: self.stall_time,
            slowest_rate: self.slowest_rate,
            grace: self.grace,
            ..ServerLimits::default()
        }
    }
}
