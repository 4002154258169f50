//! AssetStatePeriod: the time slices of a life-cycle-managed asset, and what is read off them.

use rust_decimal::Decimal;

use crate::{Org, RecordId, RecordView, Timestamp, Value, read::Calculated};

use super::asset_action;

/// One time slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// The AssetStatePeriod row.
    pub(super) id: RecordId,
    pub(super) start: Timestamp,
    /// The last second; `None` when the slice has no end.
    pub(super) end: Option<Timestamp>,
    pub(super) quantity: Decimal,
    pub(super) mrr: Decimal,
}

/// The last second of a day.
pub(super) fn end_of_day(day: jiff::civil::Date) -> Timestamp {
    Timestamp::from_civil(day.at(23, 59, 59, 0))
}

/// The second after a period's end, with which the next one begins.
pub(super) fn after(end: Timestamp) -> Timestamp {
    Timestamp::from_millis(end.floor_second().millis() + 1000)
}

/// The last second before a moment.
pub(super) fn before(start: Timestamp) -> Timestamp {
    Timestamp::from_millis(start.floor_second().millis() - 1000)
}

impl Org {
    /// The time slices of an asset by their start.
    pub(super) fn periods(&self, asset: RecordId) -> Vec<Period> {
        let rows = self.children_of("AssetStatePeriod", "AssetId", asset);
        let mut periods: Vec<Period> = rows
            .into_iter()
            .filter_map(|id| self.store.live(id))
            .filter_map(|row| {
                Some(Period {
                    id: row.id(),
                    start: row.get("StartDate").as_datetime()?,
                    end: row.get("EndDate").as_datetime(),
                    quantity: row.get("Quantity").as_number().unwrap_or_default(),
                    mrr: row.get("Mrr").as_number().unwrap_or_default(),
                })
            })
            .collect();
        periods.sort_by_key(|period| period.start);
        periods
    }

    /// How the last period of an asset that says it is billed; null when none does.
    pub(super) fn period_billing(&self, asset: RecordId) -> Value {
        let of =
            |period: &Period| self.store.live(period.id).map(|row| row.get("BillingFrequency").to_value());
        let known = self.periods(asset).iter().rev().filter_map(of).find(|billing| !billing.is_null());
        known.unwrap_or(Value::Null)
    }

    /// The last second of an asset's life; `None` when it has no end, or the asset no period.
    pub(super) fn life_end(&self, asset: RecordId) -> Option<Timestamp> {
        self.periods(asset).last().and_then(|period| period.end)
    }

    fn period_at(&self, asset: RecordId, now: Timestamp) -> Option<Period> {
        let now = now.floor_second();
        self.periods(asset)
            .into_iter()
            .rev()
            .find(|period| period.start <= now && period.end.is_none_or(|end| now <= end))
    }
}

/// What the platform fills in on a life-cycle-managed asset. Each value is worked out when it is read:
/// the clock moves an asset from one period to the next without any write.
pub(super) const ASSET: [Calculated; 6] = [
    row("CurrentQuantity", |org, now, asset| {
        managed(asset, || {
            org.period_at(asset.id(), now).map_or(Decimal::ZERO, |period| period.quantity).into()
        })
    }),
    row("CurrentMrr", |org, now, asset| {
        managed(asset, || org.period_at(asset.id(), now).map_or(Decimal::ZERO, |period| period.mrr).into())
    }),
    row("CurrentLifecycleEndDate", |org, now, asset| {
        managed(asset, || org.period_at(asset.id(), now).and_then(|period| period.end).into())
    }),
    row("LifecycleStartDate", |org, _, asset| {
        managed(asset, || org.periods(asset.id()).first().map(|period| period.start).into())
    }),
    row("LifecycleEndDate", |org, _, asset| {
        managed(asset, || org.periods(asset.id()).last().and_then(|period| period.end).into())
    }),
    row("TotalLifecycleAmount", |org, _, asset| {
        managed(asset, || asset_action::total_amount(org, asset.id(), RecordId::LAST).into())
    }),
];

const fn row(field: &'static str, compute: fn(&Org, Timestamp, RecordView<'_>) -> Value) -> Calculated {
    Calculated { object: "Asset", field, compute }
}

fn managed(asset: RecordView<'_>, value: impl FnOnce() -> Value) -> Value {
    if asset.get("HasLifecycleManagement").is_true() { value() } else { Value::Null }
}
