//! A million-row ingest through the binary: rows per second, peak memory, and what a light call waits meanwhile.
//!
//! `cargo build --release && cargo bench --bench bulk` starts `mockorg serve` with the machine's clock, uploads the
//! rows, closes the job, and reads a record again and again until the job is complete. It reads memory from `/proc`,
//! so it measures on Linux only. `cargo bench --bench bulk -- 100000` takes that many rows.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark reports to whoever runs it")]

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const TOKEN: &str = "bench-token";

/// A running server; it ends with this.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One connection.
struct Client(BufReader<TcpStream>);

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn send(&mut self, method: &str, path: &str, media_type: &str, body: &[u8]) -> (u16, String) {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let stream = self.0.get_mut();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        self.answer()
    }

    fn answer(&mut self) -> (u16, String) {
        let (mut status, mut length, mut chunked, mut line) = (0, 0, false, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if line == "\r\n" {
                break;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            } else if lower.starts_with("transfer-encoding: chunked") {
                chunked = true;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        while chunked {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            let size = usize::from_str_radix(line.trim(), 16).unwrap();
            let start = body.len();
            body.resize(start + size + 2, 0);
            self.0.read_exact(&mut body[start..]).unwrap();
            body.truncate(start + size);
            chunked = size > 0;
        }
        (status, String::from_utf8(body).unwrap())
    }

    fn json(&mut self, method: &str, path: &str, body: &str) -> String {
        let (status, text) = self.send(method, path, "application/json", body.as_bytes());
        assert!(status < 300, "{method} {path}: {status} {text}");
        text
    }
}

fn main() {
    let rows = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(1_000_000_u64);
    let binary: PathBuf = std::env::current_exe().unwrap().parent().unwrap().join("../mockorg");
    if !binary.exists() {
        println!("skipped: {} does not exist; run `cargo build --release` first", binary.display());
        return;
    }
    let mut child = Command::new(binary)
        .args(["serve", "--port", "0", "--session-token", TOKEN, "--async-delay", "0s"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let server = Server(child);
    let address: SocketAddr =
        lines.find_map(|line| line.split_once("http://")?.1.split_whitespace().next()?.parse().ok()).unwrap();

    let mut text = String::from("Name,BillingCity,NumberOfEmployees,AnnualRevenue\n");
    for row in 0..rows {
        writeln!(text, "\"Account {row}\",Berlin,{},{}.5", row % 10_000, row * 7).unwrap();
    }
    let mut client = Client::new(address);
    let idle = memory(&server, "VmHWM:");
    let job = client.json(
        "POST",
        "/services/data/v62.0/jobs/ingest",
        r#"{"object":"Account","operation":"insert"}"#,
    );
    let job = format!("/services/data/v62.0/jobs/ingest/{}", field(&job, "id"));
    let begun = Instant::now();
    assert_eq!(client.send("PUT", &format!("{job}/batches"), "text/csv", text.as_bytes()).0, 201);
    let uploaded = begun.elapsed();
    drop(text);
    client.json("PATCH", &job, r#"{"state":"UploadComplete"}"#);
    let closed = Instant::now();
    let mut waits: Vec<Duration> = Vec::new();
    let info = loop {
        let before = Instant::now();
        let info = client.json("GET", &job, "");
        waits.push(before.elapsed());
        if !matches!(&*field(&info, "state"), "UploadComplete" | "InProgress") {
            break info;
        }
        // A client that reads without a pause would be measured against itself.
        std::thread::park_timeout(Duration::from_millis(2));
    };
    let elapsed = closed.elapsed();
    waits.sort();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100];
    println!("{rows} rows: {info}");
    println!("upload {uploaded:?}; ingest {elapsed:?}, {:.0} rows/s", rows as f64 / elapsed.as_secs_f64());
    println!("{} light calls meanwhile: p50 {:?}, p99 {:?}, most {:?}", waits.len(), at(50), at(99), at(100));
    println!("peak memory {} MiB, before the job {} MiB", memory(&server, "VmHWM:") / 1024, idle / 1024);
    let begun = Instant::now();
    let (status, results) = client.send("GET", &format!("{job}/successfulResults"), "text/csv", b"");
    assert_eq!((status, results.lines().count() as u64), (200, rows + 1));
    println!(
        "results of {} MiB in {:?}; peak memory {} MiB",
        results.len() >> 20,
        begun.elapsed(),
        memory(&server, "VmHWM:") / 1024
    );
}

fn field(json: &str, name: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value[name].as_str().unwrap().to_owned()
}

/// A line of the server's status, in KiB.
fn memory(server: &Server, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.0.id())).unwrap();
    let value = status.lines().find_map(|text| text.strip_prefix(line)).unwrap();
    value.split_whitespace().next().unwrap().parse().unwrap()
}
