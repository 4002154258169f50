//! How the real binary stops: what is under way ends, nobody waits for ever, and a second signal means now.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

const TOKEN: &str = "the-token";
const PATIENCE: Duration = Duration::from_secs(30);

/// A running org; killed when a test ends early.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Running {
    fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mockorg"))
            .args(["serve", "--port", "0", "--session-token", TOKEN])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            assert_ne!(out.read_line(&mut greeting).unwrap(), 0, "the org ended early: {greeting}");
        }
        let at = greeting.find("http://").unwrap() + 7;
        let address = greeting[at..].split_whitespace().next().unwrap().to_owned();
        Self { child, out, address }
    }

    fn signal(&self) {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Sends the signal and waits until nobody new is let in.
    fn begin_stop(&self) {
        self.signal();
        let begin = Instant::now();
        while TcpStream::connect(&self.address).is_ok() {
            assert!(begin.elapsed() < PATIENCE, "the org goes on");
        }
    }

    /// Exit code and last words.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest.trim().to_owned())
    }

    /// A connection on which the head of an upload was sent and taken.
    fn upload(&self, length: usize) -> Connection {
        let mut connection = self.connect();
        connection.send(&head(
            "POST",
            "/services/data/v62.0/sobjects/Account",
            length,
            "Expect: 100-continue\r\n",
        ));
        // The interim answer shows that the request has begun.
        assert!(connection.answer().0.starts_with("HTTP/1.1 100 "));
        connection
    }

    /// Waits until the org has read a poll and holds it: one that is still on its way nobody has to answer.
    fn wait_for_held_poll(&self) {
        let mut connection = self.connect();
        let begin = Instant::now();
        loop {
            connection.send(&head("GET", "/__mockorg/streaming", 0, ""));
            if connection.answer().1.contains("\"held\":1") {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "no poll is held");
        }
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Connection(BufReader::new(stream))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An org that has ended cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// The head and the body of an answer.
    fn answer(&mut self) -> (String, String) {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut head).unwrap(), 0, "no answer: {head}");
        }
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    }

    fn call(&mut self, path: &str, body: &str) -> String {
        self.send(&(head("POST", path, body.len(), "") + body));
        self.answer().1
    }
}

fn head(method: &str, path: &str, length: usize, more: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n{more}Content-Length: {length}\r\n\r\n"
    )
}

#[test]
fn an_upload_under_way_is_taken_whole_before_the_org_ends() {
    let org = Running::start(&["--grace", "30s"]);
    let body = r#"{"Name":"late"}"#;
    let mut connection = org.upload(body.len());
    org.begin_stop();
    connection.send(body);
    let (head, _) = connection.answer();
    assert!(head.starts_with("HTTP/1.1 201 "), "{head}");
    assert_eq!(org.end(), (Some(0), "stopped".to_owned()));
}

#[test]
fn an_answer_that_is_being_read_arrives_whole() {
    let org = Running::start(&["--grace", "30s"]);
    let mut connection = org.connect();
    connection.send(&head("GET", "/services/data/v62.0/sobjects/User/describe", 0, ""));
    // The first byte shows that the answer is on its way.
    assert!(!connection.0.fill_buf().unwrap().is_empty());
    org.begin_stop();
    let (_, body) = connection.answer();
    assert!(body.len() > 300_000 && body.ends_with('}'));
    assert_eq!(org.end(), (Some(0), "stopped".to_owned()));
}

#[test]
fn a_held_poll_is_answered_and_does_not_hold_up_the_end() {
    let org = Running::start(&["--grace", "30s"]);
    let mut connection = org.connect();
    let path = "/cometd/62.0";
    let shaken = connection.call(
        path,
        r#"[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}]"#,
    );
    let shaken: serde_json::Value = serde_json::from_str(&shaken).unwrap();
    let id = shaken[0]["clientId"].as_str().unwrap();
    let connect =
        format!(r#"[{{"channel":"/meta/connect","clientId":"{id}","connectionType":"long-polling"}}]"#);
    connection.call(path, &connect);
    connection.send(&(head("POST", path, connect.len(), "") + &connect));
    org.wait_for_held_poll();
    let begin = Instant::now();
    org.begin_stop();
    let (head, body) = connection.answer();
    assert!(head.starts_with("HTTP/1.1 200 ") && body.contains("\"successful\":true"), "{head}{body}");
    assert_eq!(org.end(), (Some(0), "stopped".to_owned()));
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn a_request_that_does_not_end_is_waited_for_no_longer_than_the_grace() {
    let org = Running::start(&["--grace", "200ms"]);
    let connection = org.upload(1000);
    let begin = Instant::now();
    org.begin_stop();
    assert_eq!(org.end(), (Some(0), "stopped".to_owned()));
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    drop(connection);
}

#[test]
fn a_second_signal_stops_at_once() {
    let org = Running::start(&["--grace", "10m"]);
    let connection = org.upload(1000);
    org.begin_stop();
    org.signal();
    assert_eq!(org.end(), (Some(0), "stopped".to_owned()));
    drop(connection);
}
