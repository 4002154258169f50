//! A small reverse proxy before a mock: it hides that it is one, counts, and does wrong on demand.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use mockorg::MockOrg;

/// What a proxy does to requests whose address contains a text.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Replaces a text in the answer.
    Replace(&'static str, &'static str, &'static str),
    /// Replaces a text in each second answer.
    ReplaceEverySecond(&'static str, &'static str, &'static str),
    /// Carries the n-th request of this method out and keeps the answer back.
    Hold(&'static str, &'static str, usize),
    /// Puts the first request off: 503 with a wait of no time.
    PutOff(&'static str),
    /// Refuses requests of a method; the mock never sees them.
    Refuse(&'static str, &'static str),
    /// Says in each answer how many daily calls are used.
    Usage(&'static str),
}

/// A mock that passes for a sandbox.
pub(crate) struct Sandbox {
    pub(crate) org: MockOrg,
    pub(crate) url: String,
    /// Method and path of each request, in order.
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    held: Receiver<TcpStream>,
}

impl Sandbox {
    pub(crate) fn start(deeds: &[Deed]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let org = MockOrg::builder().public_url(&url).start_blocking().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (hold, held) = channel();
        let proxy =
            Proxy { upstream: org.address(), deeds: deeds.to_vec(), requests: Arc::clone(&requests), hold };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), proxy) = (stream, proxy.clone()) else { return };
                thread::spawn(move || proxy.serve(stream));
            }
        });
        Self { org, url, requests, held }
    }

    /// Waits until an answer is kept back; it never comes.
    pub(crate) fn wait_for_hold(&self) -> TcpStream {
        self.held.recv().unwrap()
    }

    /// How many requests of a method contain a text in their path.
    pub(crate) fn count(&self, method: &str, part: &str) -> usize {
        let requests = self.requests.lock().unwrap();
        let wanted = |line: &&String| line.starts_with(&format!("{method} ")) && line.contains(part);
        requests.iter().filter(wanted).count()
    }

    /// Creates an account that is none of the run's business.
    pub(crate) fn create_account(&self, name: &str) {
        let body = format!("{{\"Name\":\"{name}\"}}");
        self.create("Account", &body, &self.org.session().access_token);
    }

    /// Creates a record past the run.
    pub(crate) fn create(&self, object: &str, body: &str, token: &str) {
        let mut stream = TcpStream::connect(self.org.address()).unwrap();
        write!(
            stream,
            "POST /services/data/v62.0/sobjects/{object} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    }

    /// The names of all accounts, sorted.
    pub(crate) fn accounts(&self) -> Vec<String> {
        let live = self.org.records("Account");
        let live = live.iter().filter(|account| !account.is_deleted());
        let mut names: Vec<_> = live.filter_map(|account| account.text("Name")).collect();
        names.sort();
        names
    }
}

#[derive(Clone)]
struct Proxy {
    upstream: SocketAddr,
    deeds: Vec<Deed>,
    requests: Arc<Mutex<Vec<String>>>,
    hold: Sender<TcpStream>,
}

impl Proxy {
    /// One request, one answer, one connection.
    fn serve(&self, mut stream: TcpStream) {
        let Some((line, request)) = read_request(&stream) else { return };
        let nth = self.keep(&line);
        let mut answer = match line.contains(" /__mockorg") {
            true => {
                answer("404 Not Found", "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"no such resource\"}]")
            }
            false if nth == 1 && self.puts_off(&line) => {
                answer("503 Service Unavailable\r\nRetry-After: 0", "[]")
            }
            false if self.refuses(&line) => answer("403 Forbidden", "[]"),
            false => self.forward(&request),
        };
        answer = answer.replace("\"IsSandbox\":false", "\"IsSandbox\":true ");
        for deed in &self.deeds {
            match deed {
                Deed::Replace(part, from, to) if line.contains(part) => answer = replace(&answer, from, to),
                Deed::ReplaceEverySecond(part, from, to) if line.contains(part) && nth % 2 == 1 => {
                    answer = replace(&answer, from, to);
                }
                Deed::Hold(method, part, which)
                    if line.starts_with(method) && line.contains(part) && nth == *which =>
                {
                    self.hold.send(stream).unwrap();
                    return;
                }
                Deed::Usage(usage) => {
                    if let Some((head, rest)) = answer.split_once("api-usage=") {
                        let rest = rest.split_once("\r\n").map_or("", |(_, rest)| rest);
                        answer = format!("{head}api-usage={usage}\r\n{rest}");
                    }
                }
                _ => {}
            }
        }
        // The client may have gone.
        let _ = stream.write_all(answer.as_bytes());
    }

    /// Keeps the request line and says how often it came so far.
    fn keep(&self, line: &str) -> usize {
        let mut requests = self.requests.lock().unwrap();
        requests.push(line.to_owned());
        requests.iter().filter(|known| *known == line).count()
    }

    fn puts_off(&self, line: &str) -> bool {
        self.deeds.iter().any(|deed| matches!(deed, Deed::PutOff(part) if line.contains(part)))
    }

    fn refuses(&self, line: &str) -> bool {
        let refused = |method, part| line.starts_with(method) && line.contains(part);
        self.deeds.iter().any(|deed| matches!(deed, Deed::Refuse(method, part) if refused(*method, *part)))
    }

    fn forward(&self, request: &[u8]) -> String {
        let mut upstream = TcpStream::connect(self.upstream).unwrap();
        upstream.write_all(request).unwrap();
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }
}

/// The request line without version, and the request with a header that ends the connection after it.
fn read_request(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let line = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let head = head.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    Some((line, [head.into_bytes(), body].concat()))
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Replaces a text once and mends the length.
fn replace(answer: &str, from: &str, to: &str) -> String {
    let replaced = answer.replacen(from, to, 1);
    let Some((head, body)) = replaced.split_once("\r\n\r\n") else { return replaced };
    let mended =
        head.split("\r\n").map(|line| match line.to_ascii_lowercase().starts_with("content-length:") {
            true => format!("content-length: {}", body.len()),
            false => line.to_owned(),
        });
    format!("{}\r\n\r\n{body}", mended.collect::<Vec<_>>().join("\r\n"))
}
