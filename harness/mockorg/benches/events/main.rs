//! How fast events reach subscribers, over both transports, beside bare hyper servers that send as many bytes
//! to as many clients and do nothing else.
//!
//! `cargo build --release && cargo bench --features pubsub --bench events` prints a table of medians for each part;
//! `-- latency`, `fan-out`, `calls` and `memory` choose among them. Server, clients and publisher have a thread
//! each; CPU times of the server's thread come from `/proc`, so it measures on Linux only.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

mod bare;
mod calls;
#[path = "../cpu.rs"]
mod cpu;
mod crowd;
mod measure;
mod memory;
#[path = "../../../../tests/events/wire.rs"]
mod wire;

use std::{thread, time::Duration, time::Instant};

use mockorg::{Input, MockOrg};

use crate::{
    bare::Bare,
    cpu::cpu_micros,
    crowd::{Access, Crowd, Transport},
    measure::{load, median, percentile},
};

const ROUNDS: usize = 5;
const EVENT: &str = "AssetRenewInitiatedEvent";

/// The parts, by the names that choose among them.
const PARTS: &[(&str, fn())] =
    &[("latency", latency), ("fan-out", fan_out), ("calls", calls::run), ("memory", memory::run)];

fn main() {
    if !cfg!(target_os = "linux") {
        println!("skipped: CPU times of threads are read from /proc, which this system does not have");
        return;
    }
    if std::env::args().any(|arg| arg == memory::ORG_ALONE) {
        return memory::serve();
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    println!("load average of the last minute: {}", load());
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            part();
        }
    }
}

/// Who publishes, and where subscribers find it.
trait Source {
    fn access(&self) -> Access;
    /// The name of the thread that serves.
    fn thread(&self) -> String;
    /// Publishes one event and gives its position.
    fn publish(&self) -> u64;
}

impl Source for MockOrg {
    fn access(&self) -> Access {
        Access {
            address: self.address(),
            token: self.session().access_token.clone(),
            tenant: self.records("Organization")[0].id().to_string(),
        }
    }

    fn thread(&self) -> String {
        format!("mockorg-{}", self.address().port())
    }

    fn publish(&self) -> u64 {
        let fields = [
            ("RequestIdentifier", Input::from("3f0c9a52-6f3e-4bd1-9c1c-2f3a1f6f9f10")),
            ("HasErrors", false.into()),
        ];
        Self::publish(self, EVENT, fields).unwrap().replay_id()
    }
}

/// A fresh server of each kind.
fn sources(transport: Transport) -> [(&'static str, Box<dyn Source>); 2] {
    [("mockorg", Box::new(MockOrg::start_blocking())), ("bare hyper", Box::new(Bare::start(transport)))]
}

/// Publishes at a steady rate and compares when events were published with when they came.
fn latency() {
    const SUBSCRIBERS: usize = 100;
    const EVENTS: usize = 2000;
    let pace = Duration::from_millis(1);
    println!(
        "publish to receive, milliseconds: {SUBSCRIBERS} subscribers, 1,000 events/s, {ROUNDS} rounds in turn"
    );
    for transport in [Transport::PubSub, Transport::CometD] {
        let mut rounds: [Vec<(f64, f64)>; 2] = Default::default();
        for _ in 0..ROUNDS {
            for ((_, source), rounds) in sources(transport).iter().zip(&mut rounds) {
                let crowd = Crowd::start(transport, &source.access(), SUBSCRIBERS, EVENTS);
                let began = Instant::now();
                let mut published = Vec::with_capacity(EVENTS);
                for number in 0..u32::try_from(EVENTS).unwrap() {
                    while let Some(left) =
                        (pace * number).checked_sub(began.elapsed()).filter(|left| !left.is_zero())
                    {
                        thread::park_timeout(left);
                    }
                    let at = Instant::now();
                    published.push((source.publish(), at));
                }
                let mut late: Vec<f64> = Vec::with_capacity(EVENTS * SUBSCRIBERS);
                for received in crowd.join() {
                    assert_eq!(received.len(), EVENTS);
                    for ((id, came), (own, at)) in received.iter().zip(&published) {
                        assert_eq!(id, own, "events come once and in order");
                        late.push(came.duration_since(*at).as_secs_f64() * 1000.0);
                    }
                }
                rounds.push((percentile(&mut late, 50.0), percentile(&mut late, 99.0)));
            }
        }
        for (name, rounds) in ["mockorg", "bare hyper"].into_iter().zip(rounds) {
            let p50 = median(rounds.iter().map(|round| round.0));
            let p99 = median(rounds.iter().map(|round| round.1));
            println!("  {:8} {name:10}   p50 {p50:7.3}   p99 {p99:7.3}", transport.name());
        }
    }
}

/// Publishes as fast as possible and waits until everybody has everything.
fn fan_out() {
    println!(
        "as fast as possible: events/s, deliveries/s, CPU microseconds of the server per delivery; {ROUNDS} rounds in turn"
    );
    for transport in [Transport::PubSub, Transport::CometD] {
        for (subscribers, events) in [(1, 20_000), (100, 2000), (1000, 300)] {
            let mut rounds: [Vec<(f64, f64)>; 2] = Default::default();
            for _ in 0..ROUNDS {
                for ((_, source), rounds) in sources(transport).iter().zip(&mut rounds) {
                    let crowd = Crowd::start(transport, &source.access(), subscribers, events);
                    let (began, cpu) = (Instant::now(), cpu_micros(&source.thread()));
                    for _ in 0..events {
                        source.publish();
                    }
                    let received = crowd.join();
                    let elapsed = began.elapsed().as_secs_f64();
                    let deliveries: usize = received.iter().map(Vec::len).sum();
                    assert_eq!(deliveries, subscribers * events);
                    let cpu = (cpu_micros(&source.thread()) - cpu) / deliveries as f64;
                    rounds.push((events as f64 / elapsed, cpu));
                }
            }
            for (name, rounds) in ["mockorg", "bare hyper"].into_iter().zip(rounds) {
                let rate = median(rounds.iter().map(|round| round.0));
                let cpu = median(rounds.iter().map(|round| round.1));
                println!(
                    "  {:8} {name:10} {subscribers:5} subscribers   {rate:9.0} events/s   {:9.0} deliveries/s   {cpu:6.2} us",
                    transport.name(),
                    rate * subscribers as f64,
                );
            }
        }
    }
}
