//! What a request costs, beside a bare hyper server that answers with as many bytes and does nothing else.
//!
//! `cargo build --release && cargo bench --bench http` prints CPU microseconds per request of both servers,
//! round by round in turn, with the ratio of each round; then start-up times and idle memory.
//! It reads CPU times of single threads from `/proc`, so it measures on Linux only.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

mod cpu;

use std::{
    convert::Infallible,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use mockorg::{JournalSettings, MockOrg};
use mockorg_org::{
    Org, OrgFile, Settings, Timestamp,
    catalog::{Catalog, DefinitionSource},
};

use cpu::cpu_micros;

const ROUNDS: usize = 9;
const REQUESTS: usize = 4000;

/// The parts, by the names that choose among them: `cargo bench --bench http -- requests`.
const PARTS: &[(&str, fn())] = &[
    ("first", first_start),
    ("beginnings", beginnings),
    ("requests", per_request),
    ("start", start_in_process),
    ("binary", start_of_the_binary),
];

fn main() {
    if !cfg!(target_os = "linux") {
        println!("skipped: CPU times of threads are read from /proc, which this system does not have");
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    for (name, part) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            part();
        }
    }
}

fn first_start() {
    let before = Instant::now();
    let org = MockOrg::start_blocking();
    println!("first start in process, definitions parsed on the way: {:?}", before.elapsed());
    drop(org);
}

/// A client on one connection, one request after the other.
struct Client {
    stream: BufReader<TcpStream>,
    answer: Vec<u8>,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), answer: Vec::new() }
    }

    /// Sends a request and reads the whole answer; gives the length of its body.
    fn send(&mut self, request: &[u8]) -> usize {
        self.stream.get_mut().write_all(request).unwrap();
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        self.answer.resize(length, 0);
        self.stream.read_exact(&mut self.answer).unwrap();
        length
    }
}

fn bare_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::Builder::new()
        .name("bare".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let tasks = tokio::task::LocalSet::new();
            tasks.block_on(&runtime, async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    tokio::task::spawn_local(async move {
                        let service = service_fn(echo_length);
                        http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
                    });
                }
            });
        })
        .unwrap();
    address
}

/// Answers with as many bytes as the path asks for, after reading the body.
async fn echo_length(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let length: usize = request.uri().path().trim_start_matches('/').parse().unwrap_or(0);
    request.into_body().collect().await.ok();
    let answer = Response::builder()
        .header("content-type", "application/json;charset=UTF-8")
        .body(Full::new(Bytes::from(vec![b' '; length])))
        .unwrap();
    Ok(answer)
}

fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let entity = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
    };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n{entity}\r\n{body}")
        .into_bytes()
}

fn per_request() {
    let org = MockOrg::start_blocking();
    // The same without a journal, to see what its entries cost.
    let silent = MockOrg::builder().journal(JournalSettings::OFF).start_blocking().unwrap();
    // And with headers and bodies kept.
    let full = MockOrg::builder().journal(JournalSettings::full(10_000)).start_blocking().unwrap();
    let bare = bare_server();
    let own_thread = format!("mockorg-{}", org.address().port());
    let silent_thread = format!("mockorg-{}", silent.address().port());
    let full_thread = format!("mockorg-{}", full.address().port());
    let token = org.session().access_token.clone();
    let account = org.records("Account")[0].id().to_string();
    let body = r#"{"Name":"Acme","BillingCity":"Berlin","NumberOfEmployees":120,"AnnualRevenue":1500000.5}"#;
    let calls = [
        (
            "GET record",
            request("GET", &format!("/services/data/v62.0/sobjects/Account/{account}"), &token, ""),
        ),
        (
            "GET record, three fields",
            request(
                "GET",
                &format!(
                    "/services/data/v62.0/sobjects/Account/{account}?fields=Name,BillingCity,NumberOfEmployees"
                ),
                &token,
                "",
            ),
        ),
        ("POST record", request("POST", "/services/data/v62.0/sobjects/Account", &token, body)),
    ];
    println!(
        "CPU microseconds per request of the server's thread, {ROUNDS} rounds of {REQUESTS} requests in turn"
    );
    for (name, wanted) in calls {
        let mut ours = Client::new(org.address());
        let length = ours.send(&wanted);
        let method = if name.starts_with("POST") { "POST" } else { "GET" };
        let plain = request(method, &format!("/{length}"), &token, if method == "POST" { body } else { "" });
        let mut theirs = Client::new(bare);
        assert_eq!(theirs.send(&plain), length);
        let with_token = |org: &MockOrg| {
            String::from_utf8(wanted.clone()).unwrap().replace(&token, &org.session().access_token)
        };
        let (quiet, loud) = (with_token(&silent), with_token(&full));
        let mut unrecorded = Client::new(silent.address());
        assert_eq!(unrecorded.send(quiet.as_bytes()), length);
        let mut recorded = Client::new(full.address());
        assert_eq!(recorded.send(loud.as_bytes()), length);
        let mut rounds: Vec<(f64, f64, f64, f64)> = Vec::new();
        for _ in 0..ROUNDS {
            let cost = |client: &mut Client, request: &[u8], thread: &str| {
                let before = cpu_micros(thread);
                for _ in 0..REQUESTS {
                    client.send(request);
                }
                (cpu_micros(thread) - before) / REQUESTS as f64
            };
            rounds.push((
                cost(&mut ours, &wanted, &own_thread),
                cost(&mut theirs, &plain, "bare"),
                cost(&mut unrecorded, quiet.as_bytes(), &silent_thread),
                cost(&mut recorded, loud.as_bytes(), &full_thread),
            ));
        }
        let median = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!(
            "  {name:26} {length:5} bytes   mockorg {:6.2}   bare hyper {:6.2}   ratio {:.2}   journal off {:6.2}, default to off {:.3}, full {:6.2}, full to off {:.3}",
            median(rounds.iter().map(|round| round.0).collect()),
            median(rounds.iter().map(|round| round.1).collect()),
            median(rounds.iter().map(|round| round.0 / round.1).collect()),
            median(rounds.iter().map(|round| round.2).collect()),
            median(rounds.iter().map(|round| round.0 / round.2).collect()),
            median(rounds.iter().map(|round| round.3).collect()),
            median(rounds.iter().map(|round| round.3 / round.2).collect()),
        );
    }
}

/// What a first start consists of.
fn beginnings() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in ["schemas/sobjects", "schemas/events"] {
        for entry in fs::read_dir(root.join(folder)).unwrap().flatten() {
            let path = entry.path();
            if path.is_file() {
                files.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let sources: Vec<DefinitionSource<'_>> =
        files.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
    let starter = fs::read_to_string(root.join("fixtures/orgs/starter.json")).unwrap();
    let now = Timestamp::parse("2026-01-15T09:00:00Z").unwrap();
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (mut parsing, mut loading) = (Vec::new(), Vec::new());
    for _ in 0..21 {
        let before = Instant::now();
        let file = OrgFile::parse(&starter).unwrap();
        let catalog = Arc::new(Catalog::build(&sources, file.features()).unwrap());
        parsing.push(before.elapsed());
        let before = Instant::now();
        let mut org = Org::new(catalog, Settings::default());
        org.load(&file, now).unwrap();
        loading.push(before.elapsed());
    }
    println!(
        "parsing all definitions: median {:?}; loading the starter org: median {:?}",
        median(parsing),
        median(loading)
    );
}

fn start_in_process() {
    let timed = || {
        let before = Instant::now();
        let org = MockOrg::start_blocking();
        let elapsed = before.elapsed();
        assert!(!org.url().is_empty());
        elapsed
    };
    let mut later: Vec<Duration> = (0..21).map(|_| timed()).collect();
    later.sort();
    println!("start in process, definitions already parsed: median {:?}", later[later.len() / 2]);
}

/// Starts the release binary and waits for its first answer.
fn start_of_the_binary() {
    let binary: PathBuf = std::env::current_exe().unwrap().parent().unwrap().join("../mockorg");
    if !binary.exists() {
        println!("skipped: {} does not exist; run `cargo build --release` first", binary.display());
        return;
    }
    let mut starts: Vec<(Duration, u64)> = (0..11).map(|_| start_once(&binary)).collect();
    starts.sort();
    let (elapsed, memory) = starts[starts.len() / 2];
    println!("binary from exec to its first answer: median {elapsed:?}; idle resident memory {memory} KiB");
}

fn start_once(binary: &PathBuf) -> (Duration, u64) {
    let before = Instant::now();
    let mut child =
        Command::new(binary).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut address = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(at) = line.find("http://") {
            address =
                line[at + 7..].split_whitespace().next().map(|text| text.parse::<SocketAddr>().unwrap());
            break;
        }
    }
    let mut client = Client::new(address.unwrap());
    client.send(&request("GET", "/services/data", "", ""));
    let elapsed = before.elapsed();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let memory = memory.split_whitespace().next().unwrap().parse().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    (elapsed, memory)
}
