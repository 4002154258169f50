//! What must hold after every step: assets with their periods and their ledger, trackers, and the error log,
//! read by three queries.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    fuzz::{
        deviation::{Deviation, Part},
        row::{Row, rows},
        time,
        wire::{Reply, Stop, number, object},
        world::{KEPT, World},
    },
    json::Json,
    model::{Asset, calendar::DAY, money::Hundredths},
};

/// The categories with the fields of their sums, as far as the spoken version has them.
const CATEGORIES: [(&str, &str); 9] = [
    ("Initial Sale", "TotalInitialSaleAmount"),
    ("Renewals", "TotalRenewalsAmount"),
    ("Upsells", "TotalUpsellsAmount"),
    ("Downsells", "TotalDownsellsAmount"),
    ("Cancellations", "TotalCancellationsAmount"),
    ("Other", "TotalOtherAmount"),
    ("Cross-Sells", "TotalCrossSellsAmount"),
    ("Transfers", "TotalTransfersAmount"),
    ("Terms And Conditions Changes", "TotalTermsAndConditionsAmount"),
];

/// Compares everything that the life has made with the model.
pub(crate) async fn everything(world: &mut World<'_>) -> Result<(), Stop> {
    let mut found = Vec::new();
    if !world.account.is_empty() {
        let reply = world.wire.query("the assets", &assets_soql(&world.account)).await?;
        assets(world, &reply, &mut found);
    }
    if !world.trackers.is_empty() {
        let reply = world.wire.query("the trackers", &trackers_soql(world)).await?;
        trackers(world, &reply, &mut found);
    }
    if world.log_is_stale && world.facts.delay.is_some() && found.is_empty() {
        world.log_is_stale = false;
        let soql = format!(
            "SELECT Category, PrimaryRecordId, RelatedRecordId, RequestIdentifier FROM RevenueTransactionErrorLog \
             WHERE CreatedDate >= {}",
            time::utc(world.begun)
        );
        let reply = world.wire.query("the error log", &soql).await?;
        error_log(world, &reply, &mut found);
    }
    if found.is_empty() { Ok(()) } else { Err(Stop::Deviates(found)) }
}

fn assets_soql(account: &str) -> String {
    let sums: Vec<&str> = CATEGORIES.iter().map(|(_, field)| *field).collect();
    format!(
        "SELECT Id, CurrentQuantity, CurrentMrr, TotalLifecycleAmount, LifecycleStartDate, LifecycleEndDate, \
         (SELECT Type, CategoryEnum, QuantityChange, MrrChange, Amount, TotalQuantity, TotalMrr, {}, \
         (SELECT StartDate FROM AssetActionSources) FROM AssetActions ORDER BY Id), \
         (SELECT StartDate, EndDate, Quantity, Mrr FROM AssetStatePeriods ORDER BY StartDate) \
         FROM Asset WHERE AccountId = '{account}' ORDER BY Id",
        sums.join(", ")
    )
}

fn trackers_soql(world: &World<'_>) -> String {
    let which = if world.facts.delay.is_some() {
        format!("SubmittedAt >= {}", time::utc(world.begun))
    } else {
        let requests = world.trackers.iter().filter_map(|tracker| tracker.request.as_deref());
        format!("CorrelationIdentifier IN ('{}')", requests.collect::<Vec<_>>().join("','"))
    };
    format!(
        "SELECT Id, CorrelationIdentifier, Status, SubmittedAt, FinishedAt, TotalJobItems, SuccessfulJobItems, \
         FailedJobItems FROM AsyncOperationTracker WHERE {which} ORDER BY Id"
    )
}

/// Finds the records of the assets that orders have made.
pub(crate) async fn new_assets(world: &mut World<'_>) -> Result<(), Stop> {
    let new = world.assets.len()..world.model.assets.len();
    let mut lines: BTreeMap<usize, &str> = BTreeMap::new();
    for (order, records) in world.model.orders.iter().zip(&world.lines) {
        for (line, record) in order.lines.iter().zip(records) {
            if let Some(asset) = line.asset.filter(|asset| new.contains(asset)) {
                lines.entry(asset).or_insert(record);
            }
        }
    }
    let quoted = lines.values().copied().collect::<Vec<_>>().join("','");
    let soql = format!(
        "SELECT ReferenceEntityItemId, AssetAction.AssetId FROM AssetActionSource \
         WHERE ReferenceEntityItemId IN ('{quoted}') ORDER BY Id"
    );
    let lines: Vec<String> = lines.values().map(|line| (*line).to_owned()).collect();
    let reply = world.wire.query("the assets of the lines", &soql).await?;
    let mut made: BTreeMap<&str, &str> = BTreeMap::new();
    for row in reply.records() {
        let line = row.get("ReferenceEntityItemId").and_then(Json::as_str);
        let asset = row.get("AssetAction").and_then(|action| action.get("AssetId")).and_then(Json::as_str);
        if let (Some(line), Some(asset)) = (line, asset) {
            made.entry(line).or_insert(asset);
        }
    }
    let found: Vec<String> =
        lines.iter().filter_map(|line| made.get(line.as_str()).map(|id| (*id).to_owned())).collect();
    if found.len() < lines.len() {
        return Err(Stop::Deviates(count(&reply, lines.len())));
    }
    world.assets.extend(found);
    Ok(())
}

/// Another number of rows than the model says.
fn count(reply: &Reply, expected: usize) -> Vec<Deviation> {
    let all = reply.body.get("records").map(ToString::to_string).unwrap_or_default();
    let total = Deviation::at(
        reply.at,
        vec![Part::Key("totalSize")],
        number(expected.to_string()),
        reply.body.get("totalSize"),
    );
    let records = Deviation {
        exchange: reply.at,
        claim: super::deviation::Claim::Body(vec![Part::Key("records")], None),
        got: all,
    };
    vec![total, records]
}

fn assets(world: &World<'_>, reply: &Reply, found: &mut Vec<Deviation>) {
    let rows = rows(reply);
    if rows.len() != world.assets.len() {
        found.extend(count(reply, world.assets.len()));
        return;
    }
    let by_id: BTreeMap<&str, &Row<'_>> =
        rows.iter().filter_map(|row| Some((row.text("Id")?, row))).collect();
    for (id, asset) in world.assets.iter().zip(&world.model.assets) {
        match by_id.get(id.as_str()) {
            Some(row) => one_asset(world.model.now, row, asset, found),
            None => found
                .push(Deviation::said(reply.at, format!("the asset {id} is not among those of its account"))),
        }
    }
}

/// An asset is what its periods and its ledger say, now and over its life.
fn one_asset(now: i64, row: &Row<'_>, asset: &Asset, found: &mut Vec<Deviation>) {
    let today = now.div_euclid(DAY);
    let current = asset.periods.iter().rev().find(|period| period.first <= today && period.reaches(today));
    let [quantity, mrr] = current.map_or([0, 0], |period| [period.quantity, period.mrr]);
    row.money("CurrentQuantity", quantity, found);
    row.money("CurrentMrr", mrr, found);
    row.money("TotalLifecycleAmount", asset.ledger.iter().map(|entry| entry.amount).sum(), found);
    row.time("LifecycleStartDate", asset.periods.first().map(|period| period.first * DAY), found);
    let last = asset.periods.last().and_then(|period| period.last);
    row.time("LifecycleEndDate", last.map(|last| (last + 1) * DAY - 1), found);
    if let Some(periods) = children(row, "AssetStatePeriods", asset.periods.len(), found) {
        for (row, period) in periods.iter().zip(&asset.periods) {
            row.time("StartDate", Some(period.first * DAY), found);
            row.time("EndDate", period.last.map(|last| (last + 1) * DAY - 1), found);
            row.money("Quantity", period.quantity, found);
            row.money("Mrr", period.mrr, found);
        }
    }
    if let Some(actions) = children(row, "AssetActions", asset.ledger.len(), found) {
        ledger(&actions, asset, found);
    }
}

/// The ledger is the model's, and every total is the sum of what came before it.
fn ledger(actions: &[Row<'_>], asset: &Asset, found: &mut Vec<Deviation>) {
    let mut sums = [0; 2];
    let mut by_category: BTreeMap<&str, Hundredths> = BTreeMap::new();
    for (row, entry) in actions.iter().zip(&asset.ledger) {
        row.says("Type", entry.kind, found);
        row.says("CategoryEnum", entry.category, found);
        sums[0] += entry.quantity;
        sums[1] += entry.mrr;
        *by_category.entry(entry.category).or_default() += entry.amount;
        let numbers = [
            ("QuantityChange", entry.quantity),
            ("MrrChange", entry.mrr),
            ("Amount", entry.amount),
            ("TotalQuantity", sums[0]),
            ("TotalMrr", sums[1]),
        ];
        for (field, expected) in numbers {
            row.money(field, expected, found);
        }
        for (category, field) in CATEGORIES {
            row.money(field, by_category.get(category).copied().unwrap_or_default(), found);
        }
        if let Some(sources) = children(row, "AssetActionSources", usize::from(entry.first.is_some()), found)
        {
            for source in &sources {
                source.time("StartDate", entry.first.map(|first| first * DAY), found);
            }
        }
    }
}

/// The rows below a row, when they are as many as the model says.
fn children<'a>(
    row: &Row<'a>,
    name: &'static str,
    expected: usize,
    found: &mut Vec<Deviation>,
) -> Option<Vec<Row<'a>>> {
    let children = row.children(name);
    if children.len() == expected {
        return Some(children);
    }
    let total = object([("totalSize", number(expected.to_string()))]);
    found.push(row.wrong(name, if expected == 0 { Json::Null } else { total }));
    None
}

/// A tracker goes its way by the clock, counts its items, and goes when its time is over.
fn trackers(world: &mut World<'_>, reply: &Reply, found: &mut Vec<Deviation>) {
    let now = world.model.now;
    let rows = rows(reply);
    let moves = world.facts.delay.is_some();
    let lives = |at: usize| {
        let deleted = world.trackers[at].deleted;
        let expires = world.model.jobs[at].submitted + KEPT;
        deleted.is_none() && (!moves || now < expires)
    };
    let alive: Vec<usize> = (0..world.trackers.len()).filter(|at| lives(*at)).collect();
    if rows.len() != alive.len() {
        found.extend(count(reply, alive.len()));
        return;
    }
    // What an activation began has no answer that names it: its tracker is the one that nobody else has.
    let known: BTreeSet<String> =
        world.trackers.iter().filter_map(|tracker| tracker.request.clone()).collect();
    let mut unknown =
        rows.iter().filter(|row| row.text("CorrelationIdentifier").is_none_or(|id| !known.contains(id)));
    for at in alive {
        let own = world.trackers[at].request.clone();
        let row = match &own {
            Some(own) => rows.iter().find(|row| row.text("CorrelationIdentifier") == Some(own)),
            None => unknown.next(),
        };
        let Some(row) = row else {
            found.push(Deviation::said(reply.at, format!("the request {own:?} has no tracker")));
            continue;
        };
        let tracker = &mut world.trackers[at];
        tracker.request = row.text("CorrelationIdentifier").map(ToOwned::to_owned);
        tracker.id = row.text("Id").map(ToOwned::to_owned);
        one_tracker(world, at, row, found);
    }
}

fn one_tracker(world: &World<'_>, at: usize, row: &Row<'_>, found: &mut Vec<Deviation>) {
    let (now, job) = (world.model.now, &world.model.jobs[at]);
    let failed = job.outcome.as_ref().map(|outcome| outcome.iter().filter(|done| !**done).count());
    let total = job.outcome.as_ref().map_or_else(|| world.model.items(&job.task), Vec::len);
    let status = match failed {
        Some(0) => "Completed",
        Some(failed) if failed < total => "CompletedWithFailures",
        Some(_) => "Failure",
        None if 2 * (now - job.submitted) < job.due - job.submitted => "Submitted",
        None => "InProgress",
    };
    row.says("Status", status, found);
    if world.facts.delay.is_some() {
        row.time("SubmittedAt", Some(job.submitted), found);
        row.time("FinishedAt", failed.map(|_| job.due), found);
    }
    let done = failed.map_or(0, |failed| total - failed);
    row.count("TotalJobItems", total, found);
    row.count("SuccessfulJobItems", done, found);
    row.count("FailedJobItems", failed.unwrap_or_default(), found);
}

/// The log has the last error of every category and record, and no other.
fn error_log(world: &World<'_>, reply: &Reply, found: &mut Vec<Deviation>) {
    let rows = rows(reply);
    if rows.len() != world.log.len() {
        found.extend(count(reply, world.log.len()));
        return;
    }
    for row in &rows {
        let key = |(category, primary, related): &(&'static str, String, Option<String>)| {
            row.text("Category") == Some(category)
                && row.text("PrimaryRecordId") == Some(primary)
                && row.text("RelatedRecordId") == related.as_deref()
        };
        let job = world.log.iter().find(|(own, _)| key(own)).map(|(_, job)| *job);
        match job.and_then(|job| world.trackers[job].request.as_deref()) {
            Some(request) => row.says("RequestIdentifier", request, found),
            None => found.push(row.unknown("Category")),
        }
    }
}
