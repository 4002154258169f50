//! Nothing is left behind: not by a run, not after Ctrl-C, not after a crash.

use std::{
    fs,
    path::Path,
    process::{Child, Command},
};

use mockorg::{ADMIN, RESTRICTED};

use crate::{
    proxy::{Deed, Sandbox},
    support::{CREATES, Said, cases, conform, folder, said},
};

/// The second account is created, and its answer never comes.
const HOLD: Deed = Deed::Hold("POST", "/sobjects/Account", 2);

/// Begins a run that stops at the second account.
fn begin(sandbox: &Sandbox, folder: &Path, ledger: &str) -> Child {
    let cases = cases(folder, &[("creates", CREATES)]);
    let flags = ["--target", &sandbox.url, "--cases", &cases, "--allow-writes", "--ledger", ledger];
    conform(folder, &sandbox.org.session().access_token, &flags).spawn().unwrap()
}

fn cleanup(sandbox: &Sandbox, folder: &Path, ledger: &str) -> Said {
    let flags = ["cleanup", "--target", &sandbox.url, "--ledger", ledger];
    said(conform(folder, &sandbox.org.session().access_token, &flags))
}

#[test]
fn a_run_removes_what_it_created_and_its_ledger() {
    let sandbox = Sandbox::start(&[]);
    let folder = folder("tidy");
    let before = sandbox.accounts();
    let cases = cases(&folder, &[("creates", CREATES)]);
    let flags = ["--target", &sandbox.url, "--cases", &cases, "--allow-writes"];
    let Said { code, out, err } = said(conform(&folder, &sandbox.org.session().access_token, &flags));
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(sandbox.count("POST", "/sobjects/Account"), 2);
    assert_eq!(sandbox.accounts(), before);
    assert_eq!(fs::read_dir(folder.join("mockorg")).unwrap().count(), 0, "a settled ledger is of no use");
}

#[test]
fn after_a_crash_cleanup_removes_exactly_what_the_run_created() {
    let sandbox = Sandbox::start(&[HOLD]);
    let folder = folder("crash");
    sandbox.create_account("O'Neil");
    let before = sandbox.accounts();
    let ledger = folder.join("ledger.jsonl");
    let ledger = ledger.to_str().unwrap();
    let mut child = begin(&sandbox, &folder, ledger);
    let held = sandbox.wait_for_hold();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(held);
    assert_eq!(sandbox.accounts().len(), before.len() + 2);

    let Said { code, out, err } = cleanup(&sandbox, &folder, ledger);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(out.matches("deleted Account 001").count(), 2, "{out}");
    assert_eq!(sandbox.accounts(), before);
    assert_eq!(sandbox.count("DELETE", "/sobjects/"), 2);
    assert!(!Path::new(ledger).exists());
}

#[test]
fn ctrl_c_removes_what_was_created_also_what_no_answer_has_told_of() {
    let sandbox = Sandbox::start(&[HOLD]);
    let folder = folder("interrupt");
    let before = sandbox.accounts();
    let ledger = folder.join("ledger.jsonl");
    let child = begin(&sandbox, &folder, ledger.to_str().unwrap());
    let held = sandbox.wait_for_hold();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let Said { code, out, err } = child.wait_with_output().unwrap().into();
    drop(held);
    assert_eq!(code, Some(130), "{out}{err}");
    assert!(out.contains("interrupted") && err.contains("Ctrl-C again"), "{out}{err}");
    assert_eq!(sandbox.accounts(), before);
    assert!(!ledger.exists(), "{out}{err}");
}

#[test]
fn cleanup_leaves_a_run_alone_that_is_still_going() {
    let sandbox = Sandbox::start(&[HOLD]);
    let folder = folder("busy");
    let ledger = folder.join("mockorg/conform-busy.jsonl");
    let mut child = begin(&sandbox, &folder, ledger.to_str().unwrap());
    let held = sandbox.wait_for_hold();
    let Said { code, err, .. } = cleanup(&sandbox, &folder, ledger.to_str().unwrap());
    assert_eq!(code, Some(1));
    assert!(err.contains("still going"), "{err}");
    let all = ["cleanup", "--target", &sandbox.url];
    let Said { code, out, err } = said(conform(&folder, &sandbox.org.session().access_token, &all));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("left alone: ") && out.contains("still going"), "{out}");
    assert_eq!(sandbox.count("DELETE", "/sobjects/"), 0);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(held);
}

#[test]
fn of_what_hangs_on_an_account_that_does_not_go_only_the_records_of_the_runs_user_are_deleted() {
    for (user, deleted) in [(ADMIN, 1), (RESTRICTED, 0)] {
        let sandbox = Sandbox::start(&[HOLD, Deed::Refuse("DELETE", "/sobjects/Account/")]);
        let folder = folder("children");
        let ledger = folder.join("ledger.jsonl");
        let mut child = begin(&sandbox, &folder, ledger.to_str().unwrap());
        let held = sandbox.wait_for_hold();
        child.kill().unwrap();
        child.wait().unwrap();
        drop(held);
        let made = sandbox.org.records("Account");
        let made = made.iter().find(|account| account.text("Name").unwrap().ends_with(" O'Neil")).unwrap();
        let token = sandbox.org.login(user.username, user.password).unwrap().access_token;
        let order =
            format!(r#"{{"AccountId":"{}","EffectiveDate":"2026-02-01","Status":"Draft"}}"#, made.id());
        sandbox.create("Order", &order, &token);
        let Said { code, out, err } = cleanup(&sandbox, &folder, ledger.to_str().unwrap());
        assert_eq!(code, Some(2), "{out}{err}");
        assert!(out.contains("could not delete Account"), "{out}");
        assert_eq!(sandbox.count("DELETE", "/sobjects/Order/"), deleted, "{}: {out}{err}", user.username);
    }
}

#[test]
fn a_ledger_of_another_org_is_refused() {
    let sandbox = Sandbox::start(&[HOLD]);
    let folder = folder("other-org");
    let ledger = folder.join("ledger.jsonl");
    let mut child = begin(&sandbox, &folder, ledger.to_str().unwrap());
    let held = sandbox.wait_for_hold();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(held);
    let text = fs::read_to_string(&ledger).unwrap();
    let (at, end) = (text.find("\"00D").unwrap() + 1, text.find("\",\"target\"").unwrap());
    fs::write(&ledger, text.replace(&text[at..end], "00D000000000999AAA")).unwrap();

    let Said { code, err, .. } = cleanup(&sandbox, &folder, ledger.to_str().unwrap());
    assert_eq!(code, Some(1));
    assert!(err.contains("speaks of the org 00D000000000999AAA"), "{err}");
    assert_eq!(sandbox.count("DELETE", "/sobjects/"), 0);
}

#[test]
fn cleanup_says_what_it_cannot_delete_and_why_and_keeps_the_ledger() {
    let sandbox = Sandbox::start(&[
        HOLD,
        Deed::Replace("DELETE /services/", "HTTP/1.1 204 No Content", "HTTP/1.1 403 Forbidden"),
    ]);
    let folder = folder("refused");
    let ledger = folder.join("ledger.jsonl");
    let mut child = begin(&sandbox, &folder, ledger.to_str().unwrap());
    let held = sandbox.wait_for_hold();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(held);
    let Said { code, out, err } = cleanup(&sandbox, &folder, ledger.to_str().unwrap());
    assert_eq!(code, Some(2), "{out}{err}");
    assert_eq!(out.matches("could not delete Account 001").count(), 2, "{out}");
    assert!(out.contains("HTTP 403") && ledger.exists(), "{out}");
}

#[test]
fn without_a_ledger_there_is_nothing_to_clean_up() {
    let folder = folder("nothing");
    let Said { code, out, .. } = said(conform(&folder, "x", &["cleanup", "--target", "http://127.0.0.1:9"]));
    assert_eq!(code, Some(0));
    assert!(out.contains("nothing is left"), "{out}");
}
