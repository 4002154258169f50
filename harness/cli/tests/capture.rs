//! `mockorg capture`: what a client did, as a file of cases.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

const MOCKORG: &str = env!("CARGO_BIN_EXE_mockorg");

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn capture(out: &PathBuf, client: &[&str]) -> Output {
    let mut command = Command::new(MOCKORG);
    command.arg("capture").arg("--out").arg(out).arg("--").args(client).stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn a_command_runs_against_the_org_and_its_calls_become_cases() {
    let out = file("captured-by-command.json");
    // The client is this program itself, in the test below.
    let own = std::env::current_exe().unwrap();
    let client = [own.to_str().unwrap(), "a_client_that_is_watched", "--exact", "--quiet"];
    let output = capture(&out, &client);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("GET versions") || said.contains("1 × GET"), "{said}");
    let text = fs::read_to_string(&out).unwrap();
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(cases["cases"].as_array().unwrap().len(), 1, "{text}");
    assert_eq!(cases["cases"][0]["steps"][0]["request"]["path"], "/services/data/{version}/limits");
    assert!(!text.contains("00D"), "no token is written: {text}");

    // What was captured holds on another org; its own replay may be captured as well.
    let replay = format!("'{MOCKORG}' conform --cases '{}' --target \"$MOCKORG_URL\"", out.display());
    let output = capture(&file("captured-replay.json"), &["sh", "-c", &replay]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 match"), "{said}");
}

#[test]
fn a_client_that_is_watched() {
    // Does nothing unless it is run by the test above.
    let (Ok(url), Ok(token)) = (std::env::var("MOCKORG_URL"), std::env::var("MOCKORG_TOKEN")) else { return };
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /services/data/v62.0/limits HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_client_that_fails_is_captured_and_its_code_is_passed_on() {
    let out = file("captured-of-failure.json");
    let output = capture(&out, &["sh", "-c", "exit 7"]);
    assert_eq!(output.status.code(), Some(7));
    assert!(String::from_utf8_lossy(&output.stderr).contains("what it did until then is captured"));
    assert!(fs::read_to_string(&out).unwrap().contains("\"cases\": []"));
}

#[test]
fn a_run_that_is_stopped_is_captured_up_to_then_and_its_client_ends_as_well() {
    for signal in ["-TERM", "-INT"] {
        let out = file(&format!("captured-until{signal}.json"));
        let own = std::env::current_exe().unwrap();
        // The client tells who it is when its calls are made, and would then go on for ever.
        let script = format!(
            "'{}' a_client_that_is_watched --exact --quiet >/dev/null; echo client $$; exec tail -f /dev/null",
            own.display()
        );
        let mut capture = Command::new(MOCKORG)
            .args(["capture", "--out", out.to_str().unwrap(), "--", "sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(capture.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("client ") {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the client never came to its end");
        }
        let kill = |signal: &str, id: &str| Command::new("kill").args([signal, id]).output().unwrap();
        kill(signal, &capture.id().to_string());
        let output = capture.wait_with_output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && complaint.contains("stopped by a signal"), "{complaint}");
        let client = line.trim_start_matches("client ").trim();
        assert!(!kill("-0", client).status.success(), "the client {client} goes on");
        let cases: serde_json::Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
        assert_eq!(cases["cases"].as_array().unwrap().len(), 1, "{cases}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_the_client_runs() {
    let output = capture(&file("no/such/folder/captured.json"), &["sh", "-c", "exit 7"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--out"));
    let output = capture(&file("captured-nothing.json"), &["no-such-program-anywhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot run no-such-program-anywhere"));
}
