//! The year as it is lived: the story over HTTP, and what it leaves in the org's records.

use std::error::Error;

use mockorg::{Clock, MockOrg, RecordSnapshot, Timestamp, Value};
use tokio::runtime;

use crate::story::year_of_a_subscription;

/// When the year begins.
const BEGINNING: &str = "2026-01-01T09:00:00Z";

/// What the year leaves behind, oldest first. Numbers stay the org's own decimals.
#[derive(Debug)]
pub(crate) struct Year {
    pub(crate) actions: Vec<Action>,
    pub(crate) periods: Vec<Period>,
}

/// An AssetAction with the first day of the order line behind it.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) record: RecordSnapshot,
    /// When the action was taken.
    pub(crate) date: Timestamp,
    /// From when on it counts.
    pub(crate) start: Timestamp,
}

/// An AssetStatePeriod.
#[derive(Debug)]
pub(crate) struct Period {
    pub(crate) record: RecordSnapshot,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// Lives the year in an org of its own.
pub(crate) fn live() -> Result<Year, Box<dyn Error>> {
    let beginning = Timestamp::parse(BEGINNING).ok_or("the year has no beginning")?;
    let org = MockOrg::builder().clock(Clock::Manual(beginning)).start_blocking()?;
    let asset = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(year_of_a_subscription(&org))?;
    let sources = org.records("AssetActionSource");
    let of_asset = |record: &RecordSnapshot| record.text("AssetId").as_deref() == Some(&asset);
    let mut actions = Vec::new();
    for record in org.records("AssetAction").into_iter().filter(of_asset) {
        let source = sources.iter().find(|source| source.text("AssetActionId") == Some(record.id()));
        let start = source.ok_or("an action without a source")?;
        actions.push(Action { date: time(&record, "ActionDate")?, start: time(start, "StartDate")?, record });
    }
    let mut periods = Vec::new();
    for record in org.records("AssetStatePeriod").into_iter().filter(of_asset) {
        let (start, end) = (time(&record, "StartDate")?, time(&record, "EndDate")?);
        periods.push(Period { record, start, end });
    }
    periods.sort_by_key(|period| period.start);
    Ok(Year { actions, periods })
}

fn time(record: &RecordSnapshot, field: &str) -> Result<Timestamp, String> {
    record.get(field).as_datetime().ok_or_else(|| format!("{field} is empty"))
}

/// The day of a moment.
pub(crate) fn day(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

/// A whole number or an amount of money, exactly as the org has it.
pub(crate) fn number(record: &RecordSnapshot, field: &str, decimals: usize) -> String {
    record.get(field).as_number().map_or_else(String::new, |number| format!("{number:.decimals$}"))
}

/// As [`number`], with its sign; nothing where nothing changes.
pub(crate) fn change(record: &RecordSnapshot, field: &str, decimals: usize) -> String {
    match record.get(field).as_number() {
        Some(change) if !change.is_zero() => {
            let sign = if change.is_sign_negative() { "-" } else { "+" };
            format!("{sign}{:.decimals$}", change.abs())
        }
        _ => "0".to_owned(),
    }
}

/// The value of a field as a whole number of its last decimal: cents for money.
pub(crate) fn scaled(value: &Value, decimals: u32) -> i64 {
    let number =
        value.as_number().map_or_else(String::new, |number| format!("{number:.*}", decimals as usize));
    number.replace('.', "").parse().unwrap_or_default()
}
