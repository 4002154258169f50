//! `mockorg serve --record` and `mockorg replay`, with the real binary.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Output, Stdio},
};

fn mockorg(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.args(arguments);
    command
}

fn replay(file: &Path) -> (Output, String) {
    let output = mockorg(&["replay", file.to_str().unwrap()]).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output, said)
}

#[test]
fn a_session_that_was_recorded_and_killed_is_replayed() {
    let file = env::temp_dir().join(format!("mockorg-cli-replay-{}.jsonl", std::process::id()));
    let arguments = ["serve", "--port", "0", "--record", file.to_str().unwrap()];
    let mut child = mockorg(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C") {
        assert_ne!(out.read_line(&mut greeting).unwrap(), 0, "the org ended early: {greeting}");
    }
    let said = |label: &str| -> String {
        let line = greeting.lines().find_map(|line| line.trim_start().strip_prefix(label));
        line.unwrap_or_default().trim().to_owned()
    };
    let address = said("address").strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let request = format!(
        "GET /services/data/v62.0/query?q=SELECT+Name+FROM+Account HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {}\r\nConnection: close\r\n\r\n",
        said("access token")
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    child.kill().unwrap();
    child.wait().unwrap();

    let (output, said) = replay(&file);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("recorded answers are the same"), "{said}");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, &text[..text.len() - 5]).unwrap();
    let (output, said) = replay(&file);
    assert!(output.status.success() && said.contains("the end of the file is torn"), "{said}");
    fs::write(&file, "no recording\n").unwrap();
    let (output, said) = replay(&file);
    assert!(!output.status.success() && said.contains(file.to_str().unwrap()), "{said}");
    fs::remove_file(&file).unwrap();
}
