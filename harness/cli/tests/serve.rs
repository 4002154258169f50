//! The real binary: what it prints, what it serves, how it stops, what it says when it cannot start.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::{Arc, LazyLock},
};

use mockorg_contract::{Answer, Request, Schemas};

/// What every answer is held against.
static SCHEMAS: LazyLock<Arc<Schemas>> =
    LazyLock::new(|| Schemas::from_files(mockorg::schemas::files().iter().copied()).unwrap());

/// A running org; killed when a test ends early.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    greeting: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = mockorg(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            assert_ne!(out.read_line(&mut greeting).unwrap(), 0, "the org ended early: {greeting}");
        }
        Self { child, out, greeting }
    }

    /// What stands behind a label of the greeting.
    fn said(&self, label: &str) -> &str {
        let line = self.greeting.lines().find_map(|line| line.trim_start().strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label} in {}", self.greeting)).trim()
    }

    fn get(&self, path: &str, token: &str) -> String {
        let address = self.said("address").strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let violations = SCHEMAS.violations(&Request::get(path), &parsed(&answer));
        assert!(violations.is_empty(), "{path}: {violations:?}\n{answer}");
        answer
    }

    /// Sends a signal and gives exit code and last words.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when the org has ended, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as it came, taken apart.
fn parsed(raw: &str) -> Answer {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Answer { status, headers: lines.filter_map(header).collect(), body: body.into(), curl: "".into() }
}

fn mockorg(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs a command that is expected to end by itself.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = mockorg(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// A file of this name in a folder of its own.
fn file(folder: &str, name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn an_org_prints_its_address_serves_and_stops_cleanly_on_sigterm() {
    let org = Running::start(&["serve", "--port", "0"]);
    assert!(org.get("/__mockorg/health", "").starts_with("HTTP/1.1 200 "));
    assert_eq!(org.said("administrator"), "admin@mockorg.example / mockorg");
    assert!(org.said("access token").starts_with(&org.said("org id")[..15]), "{}", org.greeting);
    let limits = org.get("/services/data/v68.0/limits", org.said("access token"));
    assert!(limits.starts_with("HTTP/1.1 200 "), "{limits}");
    assert!(
        org.greeting
            .contains("/services/data/v68.0/asset-management/assets/collection/actions/initiate-renewal")
    );
    let (code, rest) = org.stop("-TERM");
    assert_eq!((code, rest.trim()), (Some(0), "stopped"));
}

#[test]
fn an_org_stops_cleanly_on_sigint_while_a_client_keeps_its_connection() {
    let org = Running::start(&["serve", "--port", "0"]);
    let idle = TcpStream::connect(org.said("address").strip_prefix("http://").unwrap()).unwrap();
    let (code, rest) = org.stop("-INT");
    assert_eq!((code, rest.trim()), (Some(0), "stopped"));
    drop(idle);
}

#[test]
fn token_clock_and_seed_are_as_the_flags_say() {
    let flags = [
        "serve",
        "--port=0",
        "--session-token",
        "my-token",
        "--clock",
        "2026-03-01T10:00:00Z",
        "--seed",
        "9",
    ];
    let org = Running::start(&flags);
    assert_eq!(org.said("access token"), "my-token");
    assert!(org.get("/services/data/v68.0/limits", "my-token").starts_with("HTTP/1.1 200 "));
    assert!(org.get("/__mockorg/clock", "").contains("2026-03-01T10:00:00.000+0000"));
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, message) = refused(&["serve", "--port", &port]);
    assert_eq!(code, Some(1));
    assert!(
        message.contains(&format!("127.0.0.1:{port}")) && message.contains("choose another port"),
        "{message}"
    );
}

#[test]
fn a_broken_org_file_is_named_with_its_line() {
    let path = file("broken-org", "org.json", "{\n  \"name\": \"x\",\n  \"steps\": [ oops ]\n}\n");
    let (code, message) = refused(&["serve", "--port", "0", "--org", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(message.contains("org.json") && message.contains("line 3 column"), "{message}");
}

#[test]
fn a_step_that_cannot_be_performed_is_named_with_its_line() {
    let text = "{\n  \"name\": \"x\",\n  \"steps\": [\n    {\"create\": \"Nonsense\"}\n  ]\n}\n";
    let path = file("broken-step", "org.json", text);
    let (code, message) = refused(&["serve", "--port", "0", "--org", path.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(message.contains("org.json:4: step 1") && message.contains("Nonsense"), "{message}");
}

#[test]
fn a_broken_definition_is_named_with_its_line() {
    let path = file(
        "broken-schema",
        "Rocket__c.json",
        "{\n  \"name\": \"Rocket__c\",\n  \"lable\": \"Rocket\"\n}\n",
    );
    let folder = path.parent().unwrap().to_str().unwrap();
    let (code, message) = refused(&["serve", "--port", "0", "--schema", folder]);
    assert_eq!(code, Some(1));
    assert!(message.contains("Rocket__c.json") && message.contains("line 3 column"), "{message}");
}

#[test]
fn a_missing_file_and_an_unknown_org_are_told_apart() {
    let (code, message) = refused(&["serve", "--port", "0", "--org", "no/such/file.json"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("cannot read no/such/file.json"), "{message}");
    let (code, message) = refused(&["serve", "--port", "0", "--org", "nowhere"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("there are: starter"), "{message}");
}

#[test]
fn a_flag_that_means_nothing_is_refused_with_its_name() {
    let (code, message) = refused(&["serve", "--async-delay", "soon"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("--async-delay") && message.contains("500ms"), "{message}");
}

#[test]
fn conform_outside_of_a_checkout_says_which_folder_is_missing() {
    let (code, message) =
        refused(&["conform", "--target", "http://127.0.0.1:9", "--cases", "no/such/folder"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("no/such/folder") && message.contains("--cases"), "{message}");
}

#[test]
fn what_the_org_does_not_have_is_told_once_with_what_was_asked() {
    let mut child =
        mockorg(&["serve", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let errors = child.stderr.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C") {
        assert_ne!(out.read_line(&mut greeting).unwrap(), 0, "the org ended early: {greeting}");
    }
    let running = Running { child, out, greeting };
    let token = running.said("access token").to_owned();
    for path in ["nonsense/001Da00000xnAk6", "nonsense/001Da00000xnAk7", "wave", "wave"] {
        running.get(&format!("/services/data/v62.0/{path}"), &token);
    }
    running.stop("-TERM");
    let mut told = String::new();
    BufReader::new(errors).read_to_string(&mut told).unwrap();
    for (asked, why) in
        [("nonsense/{id}", "unknown to mockorg"), ("wave", "mockorg does not model CRM Analytics")]
    {
        let line = format!("asked for in vain: GET /services/data/{{version}}/{asked}: {why}\n");
        assert_eq!(told.matches(&line).count(), 1, "{told}");
    }
}
