//! The binary, cases of our own, and files.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A case that reads.
pub(crate) const READS: &str = r#"{"title": "Limits are told", "source": "observed", "steps": [
    {"request": {"method": "GET", "path": "/services/data/{version}/limits"},
     "expect": {"status": 200, "json": {"$.DailyApiRequests.Max": 100000}}}]}"#;

/// A case that creates two marked accounts and leaves them.
pub(crate) const CREATES: &str = r#"{"title": "Accounts are created", "source": "observed",
    "needs": {"writes": true}, "steps": [
    {"request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "{mark}O'Neil"}},
     "expect": {"status": 201}, "capture": {"first": "$.id"}},
    {"request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "{mark}Two"}},
     "expect": {"status": 201}},
    {"request": {"method": "GET", "path": "/services/data/{version}/sobjects/Account/{first}"},
     "expect": {"status": 200}}]}"#;

/// A case that changes what it has not created.
pub(crate) const MEDDLES: &str = r#"{"title": "An account without mark", "source": "observed",
    "needs": {"writes": true}, "steps": [
    {"request": {"method": "POST", "path": "/services/data/{version}/sobjects/Account", "json": {"Name": "Nobody's"}},
     "expect": {"status": 201}}]}"#;

/// A folder of its own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("conform-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A folder with these cases.
pub(crate) fn cases(folder: &std::path::Path, cases: &[(&str, &str)]) -> String {
    let below = folder.join("cases/own");
    fs::create_dir_all(&below).unwrap();
    for (name, text) in cases {
        fs::write(below.join(format!("{name}.json")), text).unwrap();
    }
    folder.join("cases").to_str().unwrap().to_owned()
}

/// `mockorg conform` with its state below a folder.
pub(crate) fn conform(folder: &std::path::Path, token: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.arg("conform").args(arguments).env("MOCKORG_TOKEN", token).env("XDG_STATE_HOME", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a finished command said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs a command to its end.
pub(crate) fn said(mut command: Command) -> Said {
    command.output().unwrap().into()
}

/// The results of a JSON report: case → verdict and reason.
pub(crate) fn results(report: &Value) -> Vec<(String, String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = report["results"].as_array().unwrap();
    rows.iter().map(|row| (text(row, "case"), text(row, "verdict"), text(row, "reason"))).collect()
}
