//! `mockorg ctl`, the real binary against real orgs: what it prints, how it ends, what it says when something is wrong.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
};

use mockorg::{ControlAccess, JournalSettings, MockOrg, Timestamp};
use serde_json::Value as Json;

/// How a run ended.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs `mockorg ctl` in an environment without anything of the user's.
fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.arg("ctl").args(arguments).env_clear().stdin(Stdio::null());
    let output = command.envs(environment.iter().copied()).output().unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a command that must succeed on an org; gives what it printed.
#[track_caller]
fn said(org: &MockOrg, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["--url", org.url()].into_iter().chain(arguments.iter().copied()).collect();
    let Ended { code, out, err } = run(&arguments, &[]);
    assert_eq!((code, &*err), (Some(0), ""), "{arguments:?}: {out}");
    out
}

/// A request of a client with a session: the status, and the whole answer.
fn request(org: &MockOrg, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(org.address()).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        org.address(),
        org.session().authorization(),
        body.len()
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer[9..12].parse().unwrap(), answer)
}

/// Creates an account over HTTP.
fn create_account(org: &MockOrg) -> (u16, String) {
    request(org, "POST", "/services/data/v62.0/sobjects/Account", r#"{"Name":"Acme"}"#)
}

#[test]
fn time_is_moved_and_what_happened_is_told() {
    let org = MockOrg::start_blocking();
    assert!(said(&org, &["clock"]).contains("2026-01-15T09:00:00.000+0000"));
    said(&org, &["jobs", "add", r#"{"jobType":"PlaceQuote","delayToFinish":"PT1H"}"#]);
    let moved = said(&org, &["clock", "advance", "1h30m"]);
    assert!(moved.contains("2026-01-15T10:30:00.000+0000") && moved.contains("jobEnded"), "{moved}");
    assert!(moved.contains("/event/QuoteSaveEvent"), "{moved}");
    said(&org, &["clock", "set", "2026-02-01T00:00:00Z"]);
    assert_eq!(org.now(), Timestamp::parse("2026-02-01T00:00:00Z").unwrap());
    assert!(said(&org, &["clock", "follow"]).contains("system"));
    assert!(said(&org, &["clock", "freeze"]).contains("manual"));
    said(&org, &["reset"]);
    assert_eq!(org.now(), mockorg::DEFAULT_TIME);
}

#[test]
fn what_is_added_is_listed_and_ended() {
    let org = MockOrg::start_blocking();
    said(&org, &["stubs", "add", r#"{"name":"price","request":{"path":"/services/apexrest/price"}}"#]);
    let listed = said(&org, &["stubs"]);
    assert!(listed.starts_with("stubs: 1\n") && listed.contains("price"), "{listed}");
    assert_eq!(said(&org, &["stubs", "end", "price"]), "ended  1\n");
    said(&org, &["publish", "AssetRenewInitiatedEvent", r#"{"RequestIdentifier":"r-1"}"#]);
    assert!(said(&org, &["events", "list", "--channel", "AssetRenewInitiatedEvent"]).contains("r-1"));
    assert!(said(&org, &["health"]).contains("ok"));
    let json = said(&org, &["--json", "call", "get", "clock"]);
    assert_eq!(json, "{\"now\":\"2026-01-15T09:00:00.000+0000\",\"kind\":\"manual\"}\n");
}

#[test]
fn a_state_is_kept_and_brought_back() {
    let org = MockOrg::start_blocking();
    said(&org, &["snapshots", "take", "before"]);
    said(&org, &["clock", "advance", "3d"]);
    said(&org, &["snapshots", "restore", "before"]);
    assert_eq!(org.now(), mockorg::DEFAULT_TIME);
    assert!(said(&org, &["snapshots"]).contains("before"));
    assert_eq!(said(&org, &["snapshots", "drop", "before"]), "ended  1\n");
}

#[test]
fn faults_strike_as_often_as_they_were_told_to() {
    let org = MockOrg::start_blocking();
    assert!(said(&org, &["faults", "catalogue"]).contains("expired-session"));
    let plan = r#"{"use":"row-lock","scope":{"objects":["Account"]},"timing":{"times":1}}"#;
    assert!(said(&org, &["faults", "add", plan]).contains("row-lock"));
    let (status, refused) = create_account(&org);
    assert!(status == 400 && refused.contains("UNABLE_TO_LOCK_ROW"), "{refused}");
    assert_eq!(create_account(&org).0, 201);
    let listed: Json = serde_json::from_str(&said(&org, &["--json", "faults"])).unwrap();
    assert_eq!(listed["faults"][0]["name"], "row-lock", "{listed}");
    assert_eq!(listed["faults"][0]["struck"], 1, "{listed}");
    assert_eq!(said(&org, &["faults", "end", "row-lock"]), "ended  1\n");
    said(&org, &["faults", "add", "row-lock"]);
    assert_eq!(said(&org, &["faults", "end"]), "ended  1\n");
    assert_eq!(said(&org, &["faults"]), "faults: 0\n");
}

#[test]
fn a_branch_is_an_org_of_its_own() {
    let org = MockOrg::start_blocking();
    assert!(said(&org, &["branches", "add", "pr-17"]).contains("/__org/pr-17"));
    let address = format!("{}/__org/pr-17", org.url());
    let ended = run(&["--url", &address, "clock", "advance", "1d"], &[]);
    assert_eq!((ended.code, &*ended.err), (Some(0), ""), "{}", ended.out);
    assert!(ended.out.contains("2026-01-16T09:00:00.000+0000"), "{}", ended.out);
    assert_eq!(org.now(), mockorg::DEFAULT_TIME);
    assert!(said(&org, &["branches"]).starts_with("branches: 1\n"));
    assert_eq!(said(&org, &["branches", "end", "pr-17"]), "ended  1\n");
    assert_eq!(run(&["--url", &address, "clock"], &[]).code, Some(1), "nobody lives there any more");
}

#[test]
fn calls_are_shown_filtered_archived_held_against_expectations_and_forgotten() {
    let org = MockOrg::builder().journal(JournalSettings::full(100)).start_blocking().unwrap();
    assert_eq!(create_account(&org).0, 201);
    assert_eq!(request(&org, "GET", "/services/data/v62.0/nonsense", "").0, 404);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let entries: Json = serde_json::from_str(&said(&org, &[&["--json"], arguments].concat())).unwrap();
        let calls = entries["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "call");
        calls.map(|call| call["target"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&["journal"]).len(), 2, "calls of the control surface are none of a client");
    assert_eq!(paths(&["journal", "--where", "status=4xx"]), ["/services/data/v62.0/nonsense"]);
    let archive: Json = serde_json::from_str(&said(&org, &["journal", "--har"])).unwrap();
    assert_eq!(archive["log"]["entries"].as_array().unwrap().len(), 2);

    let once =
        r#"{"expect":[{"method":"POST","path":"/services/data/{version}/sobjects/Account","exactly":1}]}"#;
    assert!(said(&org, &["verify", once]).contains("verified  true"));
    let never = r#"{"expect":[{"method":"POST","never":true}]}"#;
    let ended = run(&["--url", org.url(), "verify", never], &[]);
    assert_eq!((ended.code, &*ended.err), (Some(1), ""), "{}", ended.out);
    assert!(ended.out.contains("/sobjects/Account"), "{}", ended.out);

    said(&org, &["journal", "--clear"]);
    assert_eq!(paths(&["journal"]), [""; 0]);
}

#[test]
fn an_exported_org_can_be_imported() {
    let org = MockOrg::start_blocking();
    assert_eq!(create_account(&org).0, 201);
    let accounts = || org.records("Account").len();
    let with_acme = accounts();
    let ended = run(&["--url", org.url(), "export"], &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let file = env::temp_dir().join(format!("mockorg-ctl-export-{}.json", std::process::id()));
    fs::write(&file, &ended.out).unwrap();
    let path = file.to_str().unwrap();

    let other = MockOrg::start_blocking();
    said(&other, &["import", path]);
    assert_eq!(other.records("Account").len(), with_acme);
    said(&other, &["reset"]);
    assert_eq!(other.records("Account").len(), with_acme, "a reset begins with the file, too");
    said(&org, &["reset"]);
    assert_eq!(accounts(), with_acme - 1);

    fs::write(&file, r#"{"name":"x","steps":[],"stepz":1}"#).unwrap();
    let ended = run(&["--url", other.url(), "import", path], &[]);
    assert!(ended.code == Some(1) && ended.err.contains("stepz"), "{}", ended.err);
    assert_eq!(other.records("Account").len(), with_acme, "and nothing has changed");
    fs::remove_file(&file).unwrap();
}

#[test]
fn what_the_org_refuses_is_said_with_what_to_do() {
    let org = MockOrg::start_blocking();
    let ended = run(&["--url", org.url(), "clock", "set", "2020-01-01T00:00:00Z"], &[]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("cannot go back") && ended.err.contains("reset the org"), "{}", ended.err);
    let ended = run(&["--url", org.url(), "stubs", "add", "{name}"], &[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("no JSON") && ended.err.contains("@FILE"), "{}", ended.err);
    assert_eq!(run(&["clock", "advance", "soon"], &[]).code, Some(2));
}

#[test]
fn nobody_at_the_address_and_somebody_who_is_no_mockorg_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let ended = run(&["health"], &[("MOCKORG_URL", &address)]);
    assert_eq!(ended.code, Some(3));
    assert!(ended.err.contains("nobody listens") && ended.err.contains("mockorg serve"), "{}", ended.err);

    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", other.local_addr().unwrap());
    let answering = thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).unwrap();
        stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
            .unwrap();
    });
    let ended = run(&["--url", &address, "health"], &[]);
    answering.join().unwrap();
    assert_eq!(ended.code, Some(3));
    assert!(ended.err.contains("is no mockorg"), "{}", ended.err);
}

#[test]
fn a_token_is_taken_from_the_command_line_or_the_environment() {
    let access = ControlAccess::Token("s3cret".into());
    let org = MockOrg::builder().control(access).start_blocking().unwrap();
    let arguments = ["--url", org.url(), "clock"];
    let ended = run(&arguments, &[]);
    assert_eq!(ended.code, Some(4));
    assert!(ended.err.contains("--token") && ended.err.contains("MOCKORG_CONTROL_TOKEN"), "{}", ended.err);
    assert_eq!(run(&arguments, &[("MOCKORG_CONTROL_TOKEN", "s3cret")]).code, Some(0));
    assert_eq!(run(&[&arguments[..], &["--token", "s3cret"]].concat(), &[]).code, Some(0));
    let ended = run(&[&arguments[..], &["--token", "wr0ng"]].concat(), &[]);
    assert_eq!(ended.code, Some(4));
    assert!(!ended.err.contains("wr0ng"), "{}", ended.err);
}
