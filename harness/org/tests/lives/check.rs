//! What must hold after every step, read off the records.

use std::collections::{BTreeMap, BTreeSet};

use mockorg_contract::model::{Asset, Task, calendar::DAY, money::Hundredths, step::Operation};
use mockorg_org::{Org, RecordId, RecordView, ValueRef, events::StoredEvent};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::world::{BIN, KEPT, Tracked, World, at};

/// What a failed job may write, apart from its event.
pub(crate) const OF_JOBS: [&str; 3] =
    ["RevenueAsyncOperation", "AsyncOperationTracker", "RevenueTransactionErrorLog"];

/// The error log as it must be: for category and records, the request of the last error.
pub(crate) type ErrorLog = BTreeMap<(&'static str, RecordId, Option<RecordId>), String>;

/// The categories with the fields of their sums.
const CATEGORIES: [(&str, &str); 12] = [
    ("Initial Sale", "TotalInitialSaleAmount"),
    ("Renewals", "TotalRenewalsAmount"),
    ("Upsells", "TotalUpsellsAmount"),
    ("Downsells", "TotalDownsellsAmount"),
    ("Cancellations", "TotalCancellationsAmount"),
    ("Other", "TotalOtherAmount"),
    ("Cross-Sells", "TotalCrossSellsAmount"),
    ("Downgrades", "TotalDowngradesAmount"),
    ("Upgrades", "TotalUpgradesAmount"),
    ("Swaps", "TotalSwapsAmount"),
    ("Transfers", "TotalTransfersAmount"),
    ("Terms And Conditions Changes", "TotalTermsAndConditionsAmount"),
];

/// Every record of the org as text, but for those of some objects.
pub(crate) fn records(org: &Org, but: &[&str]) -> Vec<String> {
    let objects = org.catalog().objects();
    let objects = objects.iter().filter(|object| !but.contains(&&*object.name));
    objects
        .flat_map(|object| org.records(&object.name))
        .map(|row| {
            let known = row.object.fields.iter().map(|field| (&*field.name, row.at(field.slot)));
            let known = known.filter(|(_, value)| *value != ValueRef::Null);
            format!("{} {:?}", row.object.name, known.collect::<Vec<_>>())
        })
        .collect()
}

/// Two states of an org are the same; shows the records that are not.
pub(crate) fn same(before: &[String], after: &[String]) {
    if before != after {
        let (before, after) = (before.iter().collect::<BTreeSet<_>>(), after.iter().collect::<BTreeSet<_>>());
        let lost: Vec<_> = before.difference(&after).collect();
        let new: Vec<_> = after.difference(&before).collect();
        panic!("records changed:\n{lost:#?}\nto:\n{new:#?}");
    }
}

fn hundredths(number: Decimal) -> Hundredths {
    let hundredths = (number * Decimal::ONE_HUNDRED).normalize();
    assert!(hundredths.fract().is_zero(), "{number} has more than two decimals");
    hundredths.to_i128().unwrap()
}

fn money(row: RecordView<'_>, field: &str) -> Hundredths {
    hundredths(row.get(field).as_number().unwrap_or_else(|| panic!("{field} of {} is empty", row.id())))
}

/// The live records of an object by the record that a field of theirs names.
fn children<'a>(org: &'a Org, object: &str, field: &str) -> BTreeMap<RecordId, Vec<RecordView<'a>>> {
    let mut children: BTreeMap<RecordId, Vec<RecordView<'a>>> = BTreeMap::new();
    for row in org.records(object) {
        if let Some(parent) = row.get(field).as_id() {
            children.entry(parent).or_default().push(row);
        }
    }
    children
}

/// Compares all assets, trackers and error logs with the model.
pub(crate) fn everything(world: &World) {
    let actions = children(&world.org, "AssetAction", "AssetId");
    let periods = children(&world.org, "AssetStatePeriod", "AssetId");
    let sources = children(&world.org, "AssetActionSource", "AssetActionId");
    for (id, asset) in world.assets.iter().zip(&world.model.assets) {
        let own = actions.get(id).map(Vec::as_slice).unwrap_or_default();
        let slices = periods.get(id).cloned().unwrap_or_default();
        ledger(own, asset);
        state_periods(slices, asset);
        agreement(own, asset);
        for (action, entry) in own.iter().zip(&asset.ledger) {
            let source = sources.get(&action.id()).map(Vec::as_slice).unwrap_or_default();
            let starts: Vec<_> = source.iter().filter_map(|row| row.get("StartDate").as_datetime()).collect();
            assert_eq!(starts, entry.first.map(|first| at(first * DAY)).into_iter().collect::<Vec<_>>());
        }
    }
    for tracked in &world.trackers {
        tracker(world, tracked);
    }
    error_log(world);
}

/// The ledger is the model's, and every total is the sum of what came before it.
fn ledger(actions: &[RecordView<'_>], asset: &Asset) {
    let mut sums = [0; 2];
    let mut by_category: BTreeMap<&str, Hundredths> = BTreeMap::new();
    let kinds: Vec<_> = actions.iter().filter_map(|row| row.get("Type").as_text()).collect();
    assert_eq!(kinds, asset.ledger.iter().map(|entry| entry.kind).collect::<Vec<_>>());
    for (row, entry) in actions.iter().zip(&asset.ledger) {
        let changes = ["QuantityChange", "MrrChange", "Amount"].map(|field| money(*row, field));
        assert_eq!(changes, [entry.quantity, entry.mrr, entry.amount], "{entry:?} of {asset:#?}");
        assert_eq!(row.get("CategoryEnum").as_text(), Some(entry.category));
        sums[0] += changes[0];
        sums[1] += changes[1];
        *by_category.entry(entry.category).or_default() += changes[2];
        assert_eq!(["TotalQuantity", "TotalMrr"].map(|field| money(*row, field)), sums);
        for (category, field) in CATEGORIES {
            assert_eq!(money(*row, field), by_category.get(category).copied().unwrap_or_default(), "{field}");
        }
    }
    let cancelled = kinds.iter().position(|kind| *kind == "Cancel");
    assert!(cancelled.is_none_or(|place| place + 1 == kinds.len()), "an action on a cancelled asset");
}

/// The periods are the model's; each begins the second after the one before it ends.
fn state_periods(mut rows: Vec<RecordView<'_>>, asset: &Asset) {
    rows.sort_by_key(|row| row.get("StartDate").as_datetime());
    for pair in rows.windows(2) {
        let end = pair[0].get("EndDate").as_datetime().expect("only the last period has no end");
        let next = pair[1].get("StartDate").as_datetime().unwrap();
        assert_eq!(end.millis() + 1000, next.millis(), "periods touch");
    }
    let stored: Vec<_> = rows
        .iter()
        .map(|row| {
            let ends = (row.get("StartDate").as_datetime(), row.get("EndDate").as_datetime());
            (ends, money(*row, "Quantity"), money(*row, "Mrr"))
        })
        .collect();
    let expected: Vec<_> = asset
        .periods
        .iter()
        .map(|period| {
            let end = period.last.map(|last| at((last + 1) * DAY - 1));
            ((Some(at(period.first * DAY)), end), period.quantity, period.mrr)
        })
        .collect();
    assert_eq!(stored, expected, "{asset:#?}");
}

/// What the ledger adds up to is what the last period says, and nothing after a cancellation.
fn agreement(actions: &[RecordView<'_>], asset: &Asset) {
    let sum = |field: &str| actions.iter().map(|row| money(*row, field)).sum::<Hundredths>();
    let expected = match asset.open() {
        Some(last) => [last.quantity, last.mrr],
        None => [0, 0],
    };
    assert_eq!([sum("QuantityChange"), sum("MrrChange")], expected, "{asset:#?}");
}

/// A tracker goes its way by the clock, counts its items, and goes when its time is over.
fn tracker(world: &World, tracked: &Tracked) {
    let (now, job) = (world.model.now, &world.model.jobs[tracked.job]);
    for (id, deleted) in &tracked.rows {
        let expires = job.submitted + KEPT;
        let ends = deleted.map_or(expires, |deleted| deleted.min(expires));
        let Some(row) = world.org.record(*id) else {
            assert!(now >= ends + BIN, "{job:?} has lost a tracker");
            continue;
        };
        assert!(now < ends + BIN, "a tracker of {job:?} never leaves the Recycle Bin");
        assert_eq!(row.is_deleted(), now >= ends, "{job:?}");
        if row.is_deleted() {
            continue;
        }
        let failed = job.outcome.as_ref().map(|outcome| outcome.iter().filter(|done| !**done).count());
        let total = job.outcome.as_ref().map_or_else(|| world.model.items(&job.task), Vec::len);
        let status = match failed {
            Some(0) => "Completed",
            Some(failed) if failed < total => "CompletedWithFailures",
            Some(_) => "Failure",
            None if now < job.submitted + 5 => "Submitted",
            None => "InProgress",
        };
        assert_eq!(row.get("Status").as_text(), Some(status), "{job:?} in {:#?}", world.model.assets);
        assert_eq!(row.get("FinishedAt").as_datetime(), failed.map(|_| at(job.due)));
        let count = |field: &str| row.get(field).as_int().unwrap_or_default();
        let counts = ["TotalJobItems", "SuccessfulJobItems", "FailedJobItems"].map(count);
        let failed = i64::try_from(failed.unwrap_or_default()).unwrap();
        let total = i64::try_from(total).unwrap();
        assert_eq!(counts[0], if job.outcome.is_some() { counts[1] + counts[2] } else { total });
        assert_eq!(counts, [total, if job.outcome.is_some() { total - failed } else { 0 }, failed]);
    }
}

/// Every job that is done has published one event, after its tracker ended, with its request identifier.
pub(crate) fn events(world: &mut World, done: &[usize], events: &[StoredEvent]) {
    assert_eq!(events.len(), done.len(), "one event per job: {events:?}");
    for (place, event) in done.iter().zip(events) {
        let job = world.model.jobs[*place].clone();
        let tracked = world.trackers[*place].clone();
        let outcome = job.outcome.clone().unwrap_or_default();
        let catalog = super::world::objects(&world.org);
        let value = |name: &str| {
            let slot = catalog.find_any(&event.event).and_then(|def| def.slot(name));
            event.values()[slot.unwrap_or_else(|| panic!("no {name}")).index()].clone()
        };
        assert_eq!(value("RequestIdentifier").as_text(), Some(&*tracked.request));
        for (row, _) in &tracked.rows {
            let row = world.org.record(*row).expect("a tracker");
            let finished = row.get("FinishedAt").as_datetime();
            assert!(row.is_deleted() || finished.is_some_and(|finished| finished <= event.created_date));
        }
        match &job.task {
            Task::Initiate { operation, assets, .. } => {
                let (name, order, category) = match operation {
                    Operation::Renewal => ("AssetRenewInitiatedEvent", "RenewalRecordId", "InitiateRenewal"),
                    Operation::Amendment => {
                        ("AssetAmendInitiatedEvent", "AmendmentRecordId", "InitiateAmendment")
                    }
                    Operation::Cancellation => {
                        ("AssetCancelInitiatedEvent", "CancellationRecordId", "InitiateCancel")
                    }
                };
                assert_eq!(&*event.event, name);
                let failed = outcome.iter().filter(|done| !**done).count();
                // Of jobs that end at once, a later one may have replaced the errors of an earlier one.
                if done.len() == 1 {
                    let errors = errors(&world.org, &tracked.request);
                    assert_eq!(errors.len(), failed, "{errors:#?} of {job:?} in {:#?}", world.model.assets);
                }
                assert_eq!(value("HasErrors").is_true(), failed > 0);
                assert_eq!(value(order).is_null(), !outcome.contains(&true));
                for (asset, _) in assets.iter().zip(&outcome).filter(|(_, done)| !**done) {
                    world.log.insert((category, world.assets[*asset], None), tracked.request.clone());
                }
            }
            Task::Assetize { order, by_line, .. } => {
                assert_eq!(&*event.event, "CreateAssetOrderEvent");
                assert!(value("IsLastEvent").is_true());
                let category = if *by_line { "OrderItemToAsset" } else { "OrderToAsset" };
                let lines = world.lines[*order].clone();
                // An order that is gone fails as a whole.
                let whole = !by_line && world.model.orders[*order].is_deleted;
                for (place, _) in outcome.iter().enumerate().filter(|(_, done)| !**done) {
                    let line = Some(lines[place]).filter(|_| !whole);
                    world.log.insert((category, world.orders[*order], line), tracked.request.clone());
                }
                new_assets(world, *order);
            }
        }
    }
}

/// What a request has failed with.
fn errors(org: &Org, request: &str) -> Vec<String> {
    let rows = org.records("RevenueTransactionErrorLog");
    let rows = rows.filter(|row| row.get("RequestIdentifier").as_text() == Some(request));
    rows.filter_map(|row| {
        Some(format!("{} {}", row.get("ErrorCode").as_text()?, row.get("ErrorMessage").as_text()?))
    })
    .collect()
}

/// Finds the records of assets that an order has made.
fn new_assets(world: &mut World, order: usize) {
    for (place, line) in world.lines[order].clone().into_iter().enumerate() {
        let asset = world.model.orders[order].lines[place].asset;
        if asset != Some(world.assets.len()) {
            continue;
        }
        let source = world.org.records("AssetActionSource");
        let source = source
            .filter(|row| row.get("ReferenceEntityItemId").as_id() == Some(line))
            .last()
            .expect("a source");
        let action = source.get("AssetActionId").as_id().and_then(|id| world.org.record(id));
        let id = action.and_then(|action| action.get("AssetId").as_id()).expect("an asset");
        world.assets.push(id);
    }
}

/// The log has the last error of every category and record, and no other.
fn error_log(world: &World) {
    let rows = world.org.records("RevenueTransactionErrorLog").filter_map(|row| {
        let key = (
            row.get("Category").as_text()?.to_owned(),
            row.get("PrimaryRecordId").as_id()?,
            row.get("RelatedRecordId").as_id(),
        );
        Some((key, row.get("RequestIdentifier").as_text()?.to_owned()))
    });
    let mut rows: Vec<_> = rows.collect();
    let mut expected: Vec<_> = world
        .log
        .iter()
        .map(|((category, primary, related), request)| {
            (((*category).to_owned(), *primary, *related), request.clone())
        })
        .collect();
    rows.sort();
    expected.sort();
    assert_eq!(rows, expected);
}
