//! What operations cost in the core alone, without HTTP: `cargo bench -p mockorg-org`.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the benchmark")]

#[path = "../tests/support/mod.rs"]
mod support;

use divan::Bencher;
use mockorg_org::{Call, Org, RecordKey, Reply};

fn main() {
    divan::main();
}

/// An org with `accounts` accounts, and the id of one of them.
fn org_of(accounts: usize) -> (Org, String) {
    let mut org = support::org_with(&support::catalog(&["RevenueLifecycle".into()], &[]), 1);
    let mut last = String::new();
    for number in 0..accounts {
        last = support::create(
            &mut org,
            "Account",
            &[("Name", &format!("Account {number}")), ("BillingCity", "Oslo")],
        );
    }
    (org, last)
}

fn query(org: &mut Org, soql: &str) -> Reply {
    support::call(org, Call::Query { soql: soql.into(), all: false, batch_size: None }).unwrap()
}

#[divan::bench]
fn create_an_account(bencher: Bencher<'_, '_>) {
    let (mut org, _) = org_of(0);
    bencher
        .bench_local(|| support::create(&mut org, "Account", &[("Name", "Acme"), ("BillingCity", "Oslo")]));
}

#[divan::bench]
fn retrieve_a_whole_account(bencher: Bencher<'_, '_>) {
    let (mut org, id) = org_of(1000);
    bencher.bench_local(|| {
        let key = RecordKey::Id(id.as_str().into());
        support::call(&mut org, Call::Retrieve { object: "Account".into(), key, fields: None }).unwrap()
    });
}

#[divan::bench]
fn update_an_account(bencher: Bencher<'_, '_>) {
    let (mut org, id) = org_of(1000);
    bencher.bench_local(|| {
        let fields = support::fields(&[("BillingCity", "Bergen")]);
        support::call(&mut org, Call::Update { object: "Account".into(), id: id.as_str().into(), fields })
            .unwrap()
    });
}

#[divan::bench]
fn query_by_id(bencher: Bencher<'_, '_>) {
    let (mut org, id) = org_of(1000);
    let soql = format!("SELECT Id, Name, Owner.Name FROM Account WHERE Id = '{id}'");
    bencher.bench_local(|| query(&mut org, &soql));
}

#[divan::bench(args = [1000, 10_000])]
fn query_a_text_that_has_no_index(bencher: Bencher<'_, '_>, accounts: usize) {
    let (mut org, _) = org_of(accounts);
    bencher.bench_local(|| query(&mut org, "SELECT Id FROM Account WHERE BillingCity = 'Bergen'"));
}

#[divan::bench]
fn describe_account(bencher: Bencher<'_, '_>) {
    let (mut org, _) = org_of(0);
    bencher.bench_local(|| support::call(&mut org, Call::Describe { object: "Account".into() }).unwrap());
}

fn search(org: &mut Org, sosl: &str) -> Reply {
    support::call(org, Call::Search { sosl: sosl.into() }).unwrap()
}

#[divan::bench]
fn search_a_word_in_10_000_accounts(bencher: Bencher<'_, '_>) {
    let (mut org, _) = org_of(10_000);
    bencher.bench_local(|| search(&mut org, "FIND {9876} RETURNING Account(Id, Name)"));
}

#[divan::bench]
fn search_a_beginning_in_10_000_accounts(bencher: Bencher<'_, '_>) {
    let (mut org, _) = org_of(10_000);
    bencher.bench_local(|| search(&mut org, "FIND {osl* AND 98*} RETURNING Account(Id, Name)"));
}
