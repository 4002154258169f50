//! Thousands of renewals that wait at once: all of them end, and nothing of the waiting stays behind.
//!
//! `cargo test --release -p mockorg-org --test queue` queues ten thousand; without optimisation it is one thousand.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

#[path = "support/subscriptions.rs"]
mod subscriptions;
mod support;

use std::{sync::LazyLock, time::Duration};

use mockorg_org::{Org, RecordId, events::ReplayId};

use subscriptions::{BEGINNING, DELAY, renew, sold};

/// How many renewals wait.
const RENEWALS: usize = if cfg!(debug_assertions) { 1_000 } else { 10_000 };

/// For how long a tracker is kept.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// For how long a deleted record lies in the Recycle Bin.
const BIN: Duration = Duration::from_secs(15 * 86_400);

static SOLD: LazyLock<(Org, Vec<RecordId>)> = LazyLock::new(|| sold(RENEWALS));

/// Renews all assets in requests of so many, and checks what is there in the end.
fn renew_all(at_once: usize) {
    let (mut org, assets) = SOLD.clone();
    let (orders, trackers) = (org.records("Order").count(), org.records("AsyncOperationTracker").count());
    let tail = org.events().tail();
    for assets in assets.chunks(at_once) {
        renew(&mut org, assets);
    }
    let requests = RENEWALS.div_ceil(at_once);
    let waiting = |org: &Org, status: &str| {
        let rows = org.records("RevenueAsyncOperation");
        rows.filter(|row| row.get("Status").as_text() == Some(status)).count()
    };
    assert_eq!(waiting(&org, "Submitted"), requests);
    org.advance(BEGINNING + DELAY + DELAY / 2);
    assert_eq!(waiting(&org, "InProgress"), requests);
    org.advance(BEGINNING + DELAY + DELAY);
    assert_eq!(waiting(&org, "Completed"), requests);
    let sum = |field: &str| -> i64 {
        let rows = org.records("RevenueAsyncOperation");
        rows.map(|row| row.get(field).as_int().unwrap_or_default()).sum()
    };
    let all = i64::try_from(RENEWALS).unwrap();
    assert_eq!(["TotalJobItems", "SuccessfulJobItems", "FailedJobItems"].map(sum), [all, all, 0]);
    assert_eq!(org.records("Order").count(), orders + requests);
    assert_eq!(org.events().after(tail).count(), requests);
    assert!(org.events().after(ReplayId(0)).count() >= requests);
    let renewed = org
        .records("AssetStatePeriod")
        .filter(|row| row.get("AssetId").as_id().is_some_and(|asset| assets.binary_search(&asset).is_ok()));
    assert_eq!(renewed.count(), 2 * RENEWALS);

    // Nothing waits anymore but the end of the trackers.
    let ends = org.records("AsyncOperationTracker").filter_map(|row| row.get("ExpiresAt").as_datetime());
    assert_eq!(org.next_deadline(), ends.min());
    assert_eq!(org.records("AsyncOperationTracker").count(), trackers + requests);
    let rows: Vec<RecordId> = ["AsyncOperationTracker", "RevenueAsyncOperation"]
        .into_iter()
        .flat_map(|object| org.records(object).map(|row| row.id()).collect::<Vec<_>>())
        .collect();
    assert_eq!(rows.len(), trackers + 2 * requests);
    org.advance(BEGINNING + DELAY + KEPT);
    assert_eq!(org.records("AsyncOperationTracker").count(), 0);
    assert_eq!(org.records("RevenueAsyncOperation").count(), 0);

    // They lie in the Recycle Bin for its time; then there is nothing left of them, nor of any plan.
    assert!(rows.iter().all(|row| org.record(*row).is_some_and(|row| row.is_deleted())));
    org.advance(BEGINNING + DELAY + KEPT + BIN);
    assert!(rows.iter().all(|row| org.record(*row).is_none()));
    assert_eq!(org.next_deadline(), None);
}

#[test]
fn renewals_in_a_hundred_requests_all_end_and_leave_the_queue_empty() {
    renew_all(RENEWALS / 100);
}

#[test]
fn renewals_in_one_request_all_end_and_leave_the_queue_empty() {
    renew_all(RENEWALS);
}
