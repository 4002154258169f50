//! What snapshots, returns to them, branches and resets cost, by the size of the org:
//! `cargo bench -p mockorg-gateway --bench state`.
//!
//! Prints a Markdown table of medians in microseconds. Numbers among the arguments choose other sizes. A tenth of the
//! records lies in the Recycle Bin, and the event log is full. What is given up is dropped where it is measured: a
//! server leaves that to another thread.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time and reports to whoever runs it"
)]

#[path = "../../org/tests/support/mod.rs"]
mod support;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use mockorg_gateway::{Clock, Gateway, GatewayOptions};
use mockorg_org::{Call, Org, RecordKey, Reply, Settings};

/// How often each is measured.
const TIMES: usize = 101;

fn main() {
    let mut sizes: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 100_000, 1_000_000];
    }
    println!("| Medians, in microseconds | {} |", join(sizes.iter().map(|size| format!("{size} records"))));
    println!("| --- |{}", " ---: |".repeat(sizes.len()));
    let columns: Vec<Vec<(&str, Duration)>> = sizes.iter().map(|size| measured(*size)).collect();
    for row in 0..columns[0].len() {
        let cells = columns.iter().map(|column| format!("{:.1}", column[row].1.as_secs_f64() * 1e6));
        println!("| {} | {} |", columns[0][row].0, join(cells));
    }
}

fn join(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(" | ")
}

/// An org of so many records.
fn org_of(records: usize) -> (Org, String) {
    let settings = Settings { seed: 1, change_data_capture: vec!["Contact".into()], ..Settings::default() };
    let mut org = support::org_of(&support::catalog(&["RevenueLifecycle".into()], &[]), &settings);
    let mut accounts: Vec<String> = Vec::new();
    let create = |org: &mut Org, object: &str, fields: &[(&str, &str)]| {
        // Uncounted: a million are the requests of some days.
        let call = Call::Create { object: object.into(), fields: support::fields(fields) };
        let reply = org.call_again(support::noon(), &support::session(68), call).unwrap();
        let Reply::Created(saved) = reply else { panic!("{reply:?}") };
        saved.id.to_string()
    };
    for number in 0..records / 2 {
        let parent = accounts.get(number / 10).cloned().unwrap_or_default();
        let name = format!("Account {number}");
        let mut fields = vec![("Name", &*name), ("BillingCity", "Oslo"), ("Industry", "Energy")];
        if number % 10 == 9 {
            fields.push(("ParentId", &parent));
        }
        accounts.push(create(&mut org, "Account", &fields));
    }
    for number in 0..records.div_ceil(2) {
        let name = format!("Contact {number}");
        let fields = [("LastName", &*name), ("AccountId", &accounts[number % accounts.len()])];
        let id = create(&mut org, "Contact", &fields);
        if number % 5 == 0 {
            let key = RecordKey::Id(id.into());
            support::call(&mut org, Call::Delete { object: "Contact".into(), key }).unwrap();
        }
    }
    let last = accounts.swap_remove(records / 4);
    (org, last)
}

fn create(org: &mut Org) {
    let fields = [("Name", "Acme"), ("BillingCity", "Bergen")];
    black_box(support::create(org, "Account", &fields));
}

fn update(org: &mut Org, id: &str, city: &str) {
    let fields = support::fields(&[("BillingCity", city), ("Name", city)]);
    support::call(org, Call::Update { object: "Account".into(), id: id.into(), fields }).unwrap();
}

fn delete(org: &mut Org, id: &str) {
    let key = RecordKey::Id(id.into());
    support::call(org, Call::Delete { object: "Account".into(), key }).unwrap();
}

/// The median of what `act` takes, on what `prepare` makes.
fn median<T, U>(mut prepare: impl FnMut(usize) -> T, mut act: impl FnMut(T) -> U) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|number| {
            let prepared = prepare(number);
            let started = Instant::now();
            let outcome = act(prepared);
            let time = started.elapsed();
            drop(outcome);
            time
        })
        .collect();
    times.sort_unstable();
    times[TIMES / 2]
}

fn measured(records: usize) -> Vec<(&'static str, Duration)> {
    let (mut org, id) = org_of(records);
    let first = org.clone();
    let mut rows = vec![
        ("copy of the org (`Org::clone`)", median(|_| (), |()| org.clone())),
        ("giving up an unchanged copy", median(|_| org.clone(), drop)),
        ("create, nothing shared", {
            let mut own = org.clone();
            create(&mut own);
            median(|_| (), |()| create(&mut own))
        }),
        (
            "first create after a copy",
            median(
                |_| org.clone(),
                |mut copy| {
                    create(&mut copy);
                    copy
                },
            ),
        ),
        (
            "first update after a copy",
            median(
                |_| org.clone(),
                |mut copy| {
                    update(&mut copy, &id, "Rome");
                    copy
                },
            ),
        ),
        (
            "first delete after a copy",
            median(
                |_| org.clone(),
                |mut copy| {
                    delete(&mut copy, &id);
                    copy
                },
            ),
        ),
    ];
    update(&mut org, &id, "Bergen");
    let mut options = GatewayOptions::new("http://127.0.0.1:1");
    options.clock = Clock::Manual(support::noon());
    let gateway = Gateway::new(Arc::new(move |_| first.clone()), options.clone());
    rows.push(("snapshot", median(|_| (), |()| gateway.take_snapshot("a").unwrap())));
    rows.push(("return to it at once", median(|_| (), |()| gateway.restore_snapshot("a"))));
    for (name, changes) in [
        ("return after 1 change", 1),
        ("return after 100 changes", 100),
        ("return after 10,000 changes", 10_000),
    ] {
        let change = |_| {
            gateway.with_org(|org, _| (0..changes).for_each(|_| create(org)));
        };
        rows.push((name, median(change, |()| gateway.restore_snapshot("a"))));
    }
    rows.push(("branch", median(|_| (), |()| gateway.branch("http://127.0.0.1:2"))));
    let change = |_| gateway.with_org(|org, _| create(org));
    rows.push(("reset after 1 change, clock that stands", median(change, |()| gateway.reset())));
    options.clock = Clock::SYSTEM;
    let gateway = Gateway::new(Arc::new(move |_| org.clone()), options);
    rows.push(("reset, the machine's clock", median(|_| (), |()| gateway.reset())));
    rows
}
