//! What it costs that an org outlives its process: creates over HTTP that wait for the disk, beside SQLite on the same
//! disk, and how long an org takes to come back.
//!
//! `cargo bench -p mockorg --all-features --bench durable -- writes|recovery [--calls N] [--rounds N]`; without a name
//! both. The folders lie below `target/tmp`: what is measured is the disk on which that is.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::{Barrier, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use mockorg::{Durability, Input, MockOrg, MockOrgBuilder};
use rusqlite::Connection;

/// How many connections, or threads, write at once.
const CROWDS: [usize; 3] = [1, 16, 64];
/// The threads of SQLite that take turns with one connection.
const SQLITE_CROWD: usize = 16;
const EVENT: &str = "AssetRenewInitiatedEvent";
const ACCOUNT: &str =
    r#"{"Name":"Acme","BillingCity":"Berlin","NumberOfEmployees":120,"AnnualRevenue":1500000.5}"#;

/// What is wanted, as the arguments say.
struct Wanted {
    parts: Vec<String>,
    calls: Option<usize>,
    rounds: usize,
}

fn main() {
    let mut wanted = Wanted { parts: Vec::new(), calls: None, rounds: 5 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
        match argument.as_str() {
            "--calls" => wanted.calls = Some(number().expect("--calls takes a number")),
            "--rounds" => wanted.rounds = number().expect("--rounds takes a number"),
            // Cargo says that this is a benchmark.
            flag if flag.starts_with("--") => {}
            part => wanted.parts.push(part.to_owned()),
        }
    }
    let is_wanted = |part: &str| wanted.parts.is_empty() || wanted.parts.iter().any(|own| own == part);
    if is_wanted("writes") {
        writes(wanted.calls.unwrap_or(4000), wanted.rounds);
    }
    if is_wanted("recovery") {
        recovery(wanted.calls.unwrap_or(1_000_000));
    }
}

/// An empty folder on the disk that is measured.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("durable").join(name);
    remove(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn remove(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
}

/// How many bytes the files have whose names end so.
fn bytes(folder: &Path, end: &str) -> u64 {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let of_kind = files.filter(|file| file.file_name().to_string_lossy().ends_with(end));
    of_kind.map(|file| file.metadata().unwrap().len()).sum()
}

fn builder() -> MockOrgBuilder {
    // Nobody measures how an org refuses.
    MockOrg::builder().limit("DailyApiRequests", 1 << 40).limit("DataStorageMB", 1 << 40)
}

fn kept(folder: &Path, durability: Durability) -> MockOrgBuilder {
    builder().data_dir(folder).durability(durability).image_every(u64::MAX)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

// ---- writes

/// One way to keep a create.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Memory(usize),
    Os(usize),
    Fsync(usize),
    Sqlite(usize),
}

impl Way {
    fn name(self) -> String {
        match self {
            Self::Memory(connections) => format!("mockorg, kept nowhere, {connections} connections"),
            Self::Os(connections) => format!("mockorg, os, {connections} connections"),
            Self::Fsync(connections) => format!("mockorg, fsync, {connections} connections"),
            Self::Sqlite(threads) => format!("SQLite, WAL, synchronous=FULL, {threads} threads"),
        }
    }

    /// Creates per second.
    fn rate(self, calls: usize, row: usize) -> f64 {
        let (took, done) = match self {
            Self::Memory(connections) => creates(&builder().start_blocking().unwrap(), connections, calls),
            Self::Os(connections) => kept_creates(Durability::Os, connections, calls),
            Self::Fsync(connections) => kept_creates(Durability::Fsync, connections, calls),
            Self::Sqlite(threads) => sqlite_inserts(threads, calls, row),
        };
        done as f64 / took.as_secs_f64()
    }
}

fn writes(calls: usize, rounds: usize) {
    let row = bytes_per_create();
    let mut ways: Vec<Way> = Vec::new();
    for crowd in CROWDS {
        ways.extend([Way::Memory(crowd), Way::Os(crowd), Way::Fsync(crowd)]);
    }
    ways.extend([Way::Sqlite(1), Way::Sqlite(SQLITE_CROWD)]);
    println!("creates per second, {rounds} rounds of {calls} in turn, {row} bytes each in journal and table");
    let mut rates = vec![Vec::new(); ways.len()];
    for round in 0..rounds {
        // Each round begins with another one, so that none is always behind the same one.
        for at in 0..ways.len() {
            let at = (at + round) % ways.len();
            rates[at].push(ways[at].rate(calls, row));
        }
    }
    let of = |way: Way| &rates[ways.iter().position(|own| *own == way).unwrap()];
    let ratio =
        |own: &[f64], other: &[f64]| median(own.iter().zip(other).map(|(own, other)| own / other).collect());
    for (way, own) in ways.iter().zip(&rates) {
        println!(
            "  {:44} {:9.0}   to SQLite with 1 thread {:6.2}   with {SQLITE_CROWD} {:6.2}",
            way.name(),
            median(own.clone()),
            ratio(own, of(Way::Sqlite(1))),
            ratio(own, of(Way::Sqlite(SQLITE_CROWD))),
        );
    }
}

/// How many bytes of a journal one create takes: the rows of SQLite are as long.
fn bytes_per_create() -> usize {
    const CREATES: u64 = 200;
    let folder = folder("bytes");
    let org = kept(&folder, Durability::Os).start_blocking().unwrap();
    let before = bytes(&folder, ".jsonl");
    creates(&org, 1, CREATES as usize);
    let row = (bytes(&folder, ".jsonl") - before) / CREATES;
    drop(org);
    remove(&folder);
    row as usize
}

fn kept_creates(durability: Durability, connections: usize, calls: usize) -> (Duration, usize) {
    let folder = folder("writes");
    let org = kept(&folder, durability).start_blocking().unwrap();
    let measured = creates(&org, connections, calls);
    drop(org);
    remove(&folder);
    measured
}

/// So many creates over HTTP, each connection one after the other; gives how many those were.
fn creates(org: &MockOrg, connections: usize, calls: usize) -> (Duration, usize) {
    let each = calls.div_ceil(connections);
    let request = format!(
        "POST /services/data/v62.0/sobjects/Account HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{ACCOUNT}",
        org.session().access_token,
        ACCOUNT.len()
    );
    let took = at_once(connections, |ready| {
        let mut client = Client::open(org.address());
        ready();
        (0..each).for_each(|_| client.create(request.as_bytes()));
    });
    (took, each * connections)
}

/// Has so many threads work at once; measures from when all are ready.
fn at_once(threads: usize, work: impl Fn(&dyn Fn()) + Sync) -> Duration {
    let (ready, work) = (Barrier::new(threads + 1), &work);
    let (mut began, ready) = (Instant::now(), &ready);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(move || {
                work(&|| {
                    ready.wait();
                })
            });
        }
        ready.wait();
        began = Instant::now();
    });
    began.elapsed()
}

/// As many inserts of as many bytes, each a transaction of its own.
fn sqlite_inserts(threads: usize, calls: usize, row: usize) -> (Duration, usize) {
    const INSERT: &str = "INSERT INTO entry (body) VALUES (?1)";
    let folder = folder("sqlite");
    let connection = Connection::open(folder.join("rows.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.execute_batch("CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB NOT NULL)").unwrap();
    let (connection, body) = (Mutex::new(connection), vec![b'x'; row]);
    let each = calls.div_ceil(threads);
    let took = at_once(threads, |ready| {
        if threads == 1 {
            let connection = connection.lock().unwrap();
            let mut insert = connection.prepare(INSERT).unwrap();
            ready();
            (0..each).for_each(|_| assert_eq!(insert.execute([&body]).unwrap(), 1));
            return;
        }
        ready();
        for _ in 0..each {
            // A statement cannot change hands with its connection; to make it takes microseconds, the disk a hundred
            // times as long.
            let connection = connection.lock().unwrap();
            assert_eq!(connection.execute(INSERT, [&body]).unwrap(), 1);
        }
    });
    drop(connection);
    remove(&folder);
    (took, each * threads)
}

/// A client on one connection.
struct Client {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Client {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), line: String::new(), body: Vec::new() }
    }

    fn create(&mut self, request: &[u8]) {
        self.stream.get_mut().write_all(request).unwrap();
        let mut length = 0;
        for at in 0.. {
            self.line.clear();
            self.stream.read_line(&mut self.line).unwrap();
            assert!(at > 0 || self.line.starts_with("HTTP/1.1 201"), "{}", self.line);
            if self.line == "\r\n" {
                break;
            }
            if let Some((name, value)) = self.line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).unwrap();
    }
}

// ---- recovery

/// How long an org takes to come back to which so much was done: every other call creates an account, the others
/// change it.
fn recovery(calls: usize) {
    let (folder, bare) = (folder("recovery"), folder("recovery-bare"));
    // Whoever handles an event has the org in its own process.
    let (done, on_done) = mpsc::channel();
    let load = kept(&folder, Durability::Os).on_event(EVENT, move |_, org| {
        let mut newest = String::new();
        for at in 0..calls {
            if at % 2 == 0 {
                let fields =
                    [("Name", format!("Account {at}").as_str().into()), ("BillingCity", "Berlin".into())];
                newest = org.create("Account", fields).unwrap();
            } else {
                org.update("Account", &newest, [("BillingCity", Input::from("Bern"))]).unwrap();
            }
        }
        done.send(()).unwrap();
        Ok(())
    });
    let org = load.start_blocking().unwrap();
    let before = Instant::now();
    org.publish(EVENT, [("RequestIdentifier", "bench".into())]).unwrap();
    on_done.recv().unwrap();
    org.wait_for_handlers();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(org.kept()).unwrap();
    println!(
        "{calls} calls in process, kept by the operating system: {:.2} s",
        before.elapsed().as_secs_f64()
    );
    let accounts = org.records("Account").len();
    // The journals as they are now: an org that ends leaves an image.
    for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap()) {
        if file.file_name().to_string_lossy().ends_with(".jsonl") {
            fs::copy(file.path(), bare.join(file.file_name())).unwrap();
        }
    }
    let before = Instant::now();
    drop(org);
    println!(
        "the end, with an image if there were more than 2,000 calls: {:.2} s",
        before.elapsed().as_secs_f64()
    );
    for (what, folder) in [("without an image", &bare), ("with an image", &folder)] {
        let (journals, images) = (bytes(folder, ".jsonl"), bytes(folder, ".image"));
        let before = Instant::now();
        let org = kept(folder, Durability::Os).start_blocking().unwrap();
        let took = before.elapsed().as_secs_f64();
        let recovered = org.recovered().unwrap();
        println!(
            "  {what:17} {took:7.3} s   {:9.0} entries/s   journals {journals} bytes, images {images} bytes   {recovered}",
            recovered.entries as f64 / took,
        );
        assert_eq!(org.records("Account").len(), accounts, "an org came back that is another one");
        drop(org);
        remove(folder);
    }
}
