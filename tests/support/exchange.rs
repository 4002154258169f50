//! The journal of an org as exchanges of the contract harness.

use std::time::Duration;

use mockorg::{ADMIN, JournalCall, RESTRICTED};
use mockorg_contract::{Answer, Request, answer::Exchange};

/// The call as the harness sees it; its user is named by the credential that cases use.
pub(crate) fn exchange(entry: &JournalCall) -> Exchange {
    let lines = |headers: &[(Box<str>, Box<str>)]| {
        headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    let user = entry.user.as_deref().map(|user| match user {
        user if user == ADMIN.username => "admin".to_owned(),
        user if user == RESTRICTED.username => "restricted".to_owned(),
        _ => "other".to_owned(),
    });
    let request = Request {
        method: entry.method.to_string(),
        path: entry.target.to_string(),
        headers: lines(&entry.request_headers()),
        body: entry.request_body().into_vec(),
        user,
    };
    let answer = Answer {
        status: entry.status,
        headers: lines(&entry.answer_headers()),
        body: entry.answer_body().into_vec(),
        curl: format!("{} {}", entry.method, entry.target).into(),
    };
    Exchange { label: String::new(), request, answer, elapsed: Duration::ZERO }
}
