//! What a server bears: connections, mixed readers and writers, and bytes that no client should send.
//!
//! `cargo bench --bench load -- connections|mixed|hostile`; without a name all of them. A number behind a name says how
//! much: `connections 500`, `mixed 10` for seconds, `hostile 100` attacks of each kind. The org runs in a process of
//! its own, whose memory is read from `/proc`, so it measures on Linux only. `ulimit -n` bounds the connections: each
//! process needs as many descriptors.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

mod chance;
mod client;
mod connections;
mod frames;
mod hostile;
mod mixed;
mod templates;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use mockorg::{Clock, MockOrg};

/// The argument that makes this program an org and nothing else.
const ORG_ALONE: &str = "--org-alone";

/// A name, how much of it unless a number says so, and what it does.
type Part = (&'static str, u32, fn(u32));

const PARTS: &[Part] =
    &[("connections", 10_000, many_connections), ("mixed", 60, mixed_calls), ("hostile", 2000, attacks)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == ORG_ALONE) {
        return serve();
    }
    if !cfg!(target_os = "linux") {
        println!("skipped: memory is read from /proc, which this system does not have");
        return;
    }
    // Cargo adds `--bench`.
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    for (name, usual, part) in PARTS {
        let at = wanted.iter().position(|wanted| wanted == name);
        if wanted.is_empty() || at.is_some() {
            let told = at.and_then(|at| wanted.get(at + 1)?.parse().ok());
            part(told.unwrap_or(*usual));
        }
    }
}

/// Serves an org until nobody holds the other end of the standard input; tells how many panics it caught.
fn serve() {
    let builder = MockOrg::builder().clock(Clock::SYSTEM).limit("DailyApiRequests", 1_000_000_000);
    #[cfg(feature = "tls")]
    let builder = builder.tls();
    let org = builder.start_blocking().unwrap();
    let panics = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&panics);
    org.on_panic(move |panic| {
        println!("{panic}");
        count.fetch_add(1, Ordering::Relaxed);
    });
    #[cfg(feature = "tls")]
    let tls = org.tls_url().and_then(|url| url.strip_prefix("https://")).unwrap_or("-").to_owned();
    #[cfg(not(feature = "tls"))]
    let tls = "-";
    let account = org.records("Account")[0].id();
    println!("{} {tls} {} {account}", org.address(), org.session().access_token);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    println!("{} panics", panics.load(Ordering::Relaxed));
}

struct Org {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    address: SocketAddr,
    tls: Option<SocketAddr>,
    token: String,
    account: String,
}

impl Org {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ORG_ALONE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        Self {
            address: words[0].parse().unwrap(),
            tls: words[1].parse().ok(),
            token: words[2].to_owned(),
            account: words[3].to_owned(),
            child,
            out,
        }
    }

    /// Resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Ends the org; gives its last words.
    fn end(mut self) -> String {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap();
        rest.trim().to_owned()
    }
}

fn many_connections(connections: u32) {
    let org = Org::start();
    let before = org.memory();
    let mut idle = 0;
    let crowd = connections::run(org.address, &org.token, connections as usize, || idle = org.memory());
    let after = org.memory();
    println!(
        "{connections} connections: opened with a call each in {:?}; idle they cost {:.2} KiB each (org {before} KiB, with them {idle} KiB)",
        crowd.opening,
        (idle - before) as f64 / f64::from(connections)
    );
    println!(
        "  a call on each at once: answered in {:?}, {:.0} a second, {} failures; memory then {after} KiB",
        crowd.answering,
        f64::from(connections) / crowd.answering.as_secs_f64(),
        crowd.failures
    );
    println!("  {}", org.end());
}

fn mixed_calls(seconds: u32) {
    let org = Org::start();
    let before = org.memory();
    let seen = mixed::run(org.address, &org.token, &org.account, Duration::from_secs(seconds.into()));
    let calls = (seen.reads + seen.writes) as f64;
    println!(
        "one record, {:?}: {} writes, {} reads, {:.0} calls a second, {} torn; memory {before} to {} KiB",
        seen.elapsed,
        seen.writes,
        seen.reads,
        calls / seen.elapsed.as_secs_f64(),
        seen.torn.len(),
        org.memory()
    );
    seen.torn.iter().take(3).for_each(|torn| println!("  {torn}"));
    println!("  {}", org.end());
}

fn attacks(of_each: u32) {
    let org = Org::start();
    let of_each = of_each as usize;
    let ports = hostile::Ports { plain: org.address, tls: org.tls, token: org.token.clone() };
    // What is allocated once is no growth.
    hostile::run(&ports, 1, of_each.div_ceil(20));
    let before = org.memory();
    let begin = Instant::now();
    let outcome = hostile::run(&ports, 2, of_each);
    println!(
        "{} attacks in {:?}: {} hung; memory {before} to {} KiB",
        outcome.attacks,
        begin.elapsed(),
        outcome.hung.len(),
        org.memory()
    );
    outcome.hung.iter().take(5).for_each(|hung| println!("  {hung}"));
    println!("  {}", org.end());
}
