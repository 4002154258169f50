//! `mockorg record`: what it writes, and what it never writes.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use mockorg::MockOrg;

const TOKEN: &str = "a-token-that-nobody-may-read";

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn record(org: &MockOrg, token: &str, out: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.args(["record", "--target", org.url(), "--out"]).arg(out).args(more);
    command.env("MOCKORG_TOKEN", token).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn org() -> MockOrg {
    MockOrg::builder().session_token(TOKEN).start_blocking().unwrap()
}

#[test]
fn answers_are_written_by_version_and_area_without_host_and_token() {
    let (org, out) = (org(), folder("recorded"));
    // The second run finds the files of the first.
    for _ in 0..2 {
        let output = record(&org, TOKEN, &out, &["--case", "discovery"]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("10 recorded, 0 skipped"), "{}", said(&output));
        assert!(!said(&output).contains(TOKEN), "{}", said(&output));
    }
    let text = fs::read_to_string(out.join("v68.0/discovery/unknown-resource.json")).unwrap();
    let recording: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(recording["case"], "discovery/unknown-resource");
    assert_eq!(recording["exchanges"][0]["status"], 404);
    assert_eq!(recording["exchanges"][0]["body"]["json"][0]["errorCode"], "NOT_FOUND");
    let host = org.url().rsplit('/').next().unwrap();
    assert!(!text.contains(TOKEN) && !text.contains(host), "{text}");
}

#[test]
fn cases_that_write_run_only_when_told() {
    let (org, out) = (org(), folder("recorded-writes"));
    let case = ["--case", "rest/account-create-retrieve-delete"];
    let output = record(&org, TOKEN, &out, &case);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("nothing was recorded"), "{}", said(&output));
    let output = record(&org, TOKEN, &out, &[case[0], case[1], "--allow-writes"]);
    assert!(output.status.success(), "{}", said(&output));
    let text = fs::read_to_string(out.join("v62.0/rest/account-create-retrieve-delete.json")).unwrap();
    assert!(text.contains("\"Name\":\"Name 1\"") && text.contains("[Account#1]"), "{text}");
}

#[test]
fn a_wrong_token_and_a_folder_that_is_none_are_told_before_anything_is_asked() {
    let (org, out) = (org(), folder("recorded-refused"));
    let output = record(&org, "wrong-but-secret", &out, &["--case", "discovery"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("is not valid there"), "{}", said(&output));
    assert!(!said(&output).contains("wrong-but-secret"), "{}", said(&output));
    let file = folder("recorded-file");
    fs::write(&file, "not a folder").unwrap();
    let output = record(&org, TOKEN, &file, &["--case", "discovery"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("name another one with --out"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
    fs::remove_file(&file).unwrap();
}
