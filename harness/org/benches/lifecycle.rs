//! What many renewals that wait at once cost in time and memory: `cargo bench -p mockorg-org --bench lifecycle`.
//!
//! Prints a Markdown table for requests of one asset, of a hundred, and of all. A number among the arguments
//! chooses another number of renewals. Bytes are those of the process, so they are rough; what stays are the
//! records that a renewal writes: tracker, order, order product, period, action, source.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time, reads the size of its process, and reports to whoever runs it"
)]

#[path = "../tests/support/subscriptions.rs"]
mod subscriptions;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use subscriptions::{BEGINNING, DELAY, renew, sold};

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if let [renewals, at_once] = numbers[..] {
        return measure(renewals, at_once);
    }
    let renewals = numbers.first().copied().unwrap_or(10_000);
    println!(
        "| Renewals | Requests | Queued/s | Done/s | Waiting, bytes each | Peak, bytes each | Kept, bytes each |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut sizes = vec![1, 100.min(renewals), renewals];
    sizes.dedup();
    for at_once in sizes {
        // A process of its own, which has no freed memory to reuse.
        let program = std::env::current_exe().unwrap();
        let arguments = [renewals.to_string(), at_once.to_string()];
        assert!(Command::new(program).args(arguments).status().unwrap().success());
    }
}

/// Queues and performs renewals in requests of so many assets, and prints a row.
fn measure(renewals: usize, at_once: usize) {
    let (mut org, assets) = sold(renewals);
    let before = resident("VmRSS:");
    let started = Instant::now();
    for assets in assets.chunks(at_once) {
        renew(&mut org, assets);
    }
    let queued = started.elapsed();
    let waiting = resident("VmRSS:");
    let started = Instant::now();
    org.advance(BEGINNING + DELAY + DELAY);
    let done = started.elapsed();
    let requests = renewals.div_ceil(at_once);
    let rows = org.records("RevenueAsyncOperation");
    assert_eq!(rows.filter(|row| row.get("Status").as_text() == Some("Completed")).count(), requests);
    let each = |bytes: u64| bytes.saturating_sub(before) / renewals as u64;
    println!(
        "| {renewals} | {requests} | {} | {} | {} | {} | {} |",
        per_second(renewals, queued),
        per_second(renewals, done),
        each(waiting),
        each(resident("VmHWM:")),
        each(resident("VmRSS:")),
    );
}

fn per_second(count: usize, time: Duration) -> u64 {
    (count as f64 / time.as_secs_f64()).round() as u64
}

/// A number of bytes of this process; 0 where `/proc` does not tell.
fn resident(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().map_or(0, |kilobytes| kilobytes * 1024)
}
