//! Faults on purpose in the org itself: each kind, each way to choose where and when, and that the same run meets the
//! same faults.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod calls;
mod events;
mod exchanges;
mod jobs;
mod records;
mod refusals;
mod replays;
#[path = "../support/mod.rs"]
mod support;
mod timing;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    ApiError, Call, ErrorCode, Org, RecordKey, Reply,
    catalog::Catalog,
    faults::{Fault, FaultPlan, FaultScope, FaultTiming},
};
use support::{call, fields, noon, org_with};

const HEARTBEAT: &str = r#"{"kind": "platformEvent", "name": "Heartbeat__e", "label": "Heartbeat",
  "publishBehavior": "PublishAfterCommit", "fields": [{"name": "Source__c", "type": "string", "length": 40}]}"#;

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[HEARTBEAT]));

fn org() -> Org {
    org_with(&CATALOG, 1)
}

/// Calls are refused with a code.
fn error(code: ErrorCode) -> Fault {
    Fault::Error { code, message: None, status: None }
}

/// Records are refused with a code.
fn record(code: ErrorCode) -> Fault {
    Fault::Record { code, message: None, fields: Vec::new() }
}

fn names(names: &[&str]) -> Vec<Box<str>> {
    names.iter().map(|name| (*name).into()).collect()
}

fn operations(operations: &[&str]) -> FaultScope {
    FaultScope { operations: names(operations), ..FaultScope::default() }
}

fn objects(objects: &[&str]) -> FaultScope {
    FaultScope { objects: names(objects), ..FaultScope::default() }
}

fn plan(fault: Fault, scope: FaultScope) -> FaultPlan {
    FaultPlan { scope, ..FaultPlan::new("plan", fault) }
}

fn add(org: &mut Org, plan: FaultPlan) {
    org.add_fault(noon(), plan).unwrap();
}

fn once() -> FaultTiming {
    FaultTiming { times: Some(1), ..FaultTiming::default() }
}

fn account(name: &str) -> Call {
    Call::Create { object: "Account".into(), fields: fields(&[("Name", name)]) }
}

fn delete(object: &str, id: &str) -> Call {
    Call::Delete { object: object.into(), key: RecordKey::Id(id.into()) }
}

fn query(soql: &str) -> Call {
    Call::Query { soql: soql.into(), all: false, batch_size: None }
}

/// The code and the words of a refusal.
fn refused(result: Result<Reply, ApiError>) -> (ErrorCode, String) {
    let error = result.unwrap_err();
    (error.code, error.message.unwrap_or_default().into())
}

/// How often the only plan has met its scope, and how often it has struck.
fn counts(org: &Org) -> (u64, u64) {
    let state = org.faults().first().unwrap();
    (state.met, state.struck)
}

/// Whether each of so many new accounts was refused.
fn tries(org: &mut Org, count: usize) -> Vec<bool> {
    (0..count).map(|number| call(org, account(&format!("Account {number}"))).is_err()).collect()
}
