//! An org that lies: a reverse proxy that changes the bodies of answers, or hides that the org is a mock.

use std::{
    io::{BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use mockorg::MockOrg;

/// What becomes of an answer: the path of the request, and the body.
type Change = Arc<dyn Fn(&str, String) -> String + Send + Sync>;

/// Where a mock is controlled.
const CONTROL: &str = "/__mockorg/";

/// What a proxy does.
struct Way {
    upstream: SocketAddr,
    change: Change,
    /// Where the control surface is asked for instead.
    control: &'static str,
    calls: AtomicU64,
}

/// A proxy before an org. It ends when it is dropped.
pub(crate) struct Deviating {
    address: SocketAddr,
    url: String,
    way: Arc<Way>,
    ends: Arc<AtomicBool>,
}

impl Deviating {
    /// Stands before an org and changes what it answers.
    pub(crate) fn before(
        org: &MockOrg,
        change: impl Fn(&str, String) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::with(org, Arc::new(change), CONTROL)
    }

    /// Stands before a mock, which looks like any other org.
    pub(crate) fn hiding(org: &MockOrg) -> Self {
        Self::with(org, Arc::new(|_, body| body), "/services/hidden/")
    }

    fn with(org: &MockOrg, change: Change, control: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let way = Arc::new(Way { upstream: org.address(), change, control, calls: AtomicU64::new(0) });
        let (goes, stop) = (Arc::clone(&way), Arc::clone(&ends));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let way = Arc::clone(&goes);
                // A connection that breaks off is over.
                thread::spawn(move || drop(relay(&client, &way)));
            }
        });
        Self { address, url: format!("http://{address}"), way, ends }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many requests came.
    pub(crate) fn calls(&self) -> u64 {
        self.way.calls.load(Ordering::Relaxed)
    }
}

impl Drop for Deviating {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        // The listener wakes up for one more connection, and sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

fn relay(client: &TcpStream, way: &Way) -> std::io::Result<()> {
    let org = TcpStream::connect(way.upstream)?;
    org.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let (mut requests, mut answers) = (BufReader::new(client), BufReader::new(&org));
    while let Some((head, body)) = message(&mut requests)? {
        way.calls.fetch_add(1, Ordering::Relaxed);
        let head = head.replacen(CONTROL, way.control, 1);
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        (&org).write_all(&[head.as_bytes(), &body].concat())?;
        let Some((head, body)) = message(&mut answers)? else { break };
        let body = match String::from_utf8(body) {
            Ok(text) => (way.change)(&path, text).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let lines = head.lines().filter(|line| !is_length(line) && !line.is_empty());
        let mut head: String = lines.flat_map(|line| [line, "\r\n"]).collect();
        if !head.starts_with("HTTP/1.1 204") {
            head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
        }
        head.push_str("\r\n");
        let mut client = client;
        client.write_all(&[head.as_bytes(), &body].concat())?;
    }
    Ok(())
}

fn is_length(line: &str) -> bool {
    line.to_ascii_lowercase().starts_with("content-length:")
}

/// Reads a message that says how long it is.
fn message(from: &mut impl std::io::BufRead) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let length = head.lines().find(|line| is_length(line)).and_then(|line| line.split(':').nth(1));
    let mut body = vec![0; length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)];
    from.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

/// Adds one to every number that follows these words.
pub(crate) fn one_more(body: &str, words: &str) -> String {
    let mut parts = body.split(words);
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([',', '}']).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        changed.push_str(words);
        match number.parse::<f64>() {
            Ok(number) => changed.extend([format!("{:?}", number + 1.0)]),
            Err(_) => changed.push_str(number),
        }
        changed.push_str(rest);
    }
    changed
}
