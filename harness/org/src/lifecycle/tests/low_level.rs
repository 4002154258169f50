//! Generate, change and cancel: what they write, and what clients read afterwards.

use super::support::{Fields, Lab, at, body, dec, id, lab, number, text};
use crate::{ApiError, AssetLifecycleReply, Call, FieldInput, Input, RecordId, Reply, Value};

pub(super) fn object(fields: Fields<'_>) -> Input {
    Input::Object(body(fields))
}

pub(super) fn list(items: Vec<Input>) -> Input {
    Input::Array(items)
}

pub(super) fn period(start: &str, end: &str, quantity: &str, mrr: &str, amount: &str) -> Input {
    object(vec![
        ("startDate", text(start)),
        ("endDate", if end.is_empty() { Input::Null } else { text(end) }),
        ("quantity", number(quantity)),
        ("mrr", number(mrr)),
        ("amount", number(amount)),
    ])
}

pub(super) fn action(category: &str, quantity: &str, mrr: &str, amount: &str) -> Input {
    object(vec![
        ("category", text(category)),
        ("actionDate", text("2021-12-05T16:00:00+08:00")),
        ("quantityChange", number(quantity)),
        ("mrrChange", number(mrr)),
        ("amount", number(amount)),
    ])
}

/// The year 2022 for ten licenses.
pub(super) fn year() -> Input {
    period("2022-01-01T09:00:00+08:00", "2023-01-01T08:59:59+08:00", "10", "100", "1200")
}

impl Lab {
    pub(super) fn low_level(&mut self, call: Call) -> Result<AssetLifecycleReply, ApiError> {
        match self.call(call)? {
            Reply::AssetLifecycle(reply) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn generate_body(&self, changed: Fields<'_>) -> Vec<FieldInput> {
        let mut members = vec![
            ("accountId", id(self.named("Account", "Aurora Robotics"))),
            ("assetName", text("MDM Subscription")),
            ("productId", id(self.named("Product2", "Team License"))),
            ("currencyIsoCode", text("USD")),
            ("assetStatePeriods", list(vec![year()])),
            ("assetAction", action("Initial Sale", "10", "100", "1200")),
        ];
        members.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        members.extend(changed);
        body(members)
    }

    pub(super) fn generate(&mut self, changed: Fields<'_>) -> Result<AssetLifecycleReply, ApiError> {
        let body = self.generate_body(changed);
        self.low_level(Call::GenerateAsset { body })
    }

    pub(super) fn generated(&mut self) -> RecordId {
        self.generate(Vec::new()).unwrap().asset
    }

    pub(super) fn change(
        &mut self,
        asset: RecordId,
        members: Fields<'_>,
    ) -> Result<AssetLifecycleReply, ApiError> {
        self.low_level(Call::ChangeAsset { id: asset.to_string().into(), body: body(members) })
    }

    pub(super) fn cancel(
        &mut self,
        asset: RecordId,
        members: Fields<'_>,
    ) -> Result<AssetLifecycleReply, ApiError> {
        self.low_level(Call::CancelAsset { id: asset.to_string().into(), body: body(members) })
    }
}

/// Ten licenses until the end of March, fifteen from April on.
fn upsell() -> Fields<'static> {
    vec![
        (
            "assetStatePeriods",
            list(vec![
                period("2022-01-01T01:00:00Z", "2022-04-01T00:59:59Z", "10", "100", "300"),
                period("2022-04-01T01:00:00Z", "2023-01-01T00:59:59Z", "15", "150", "1350"),
            ]),
        ),
        ("assetAction", action("Upsells", "5", "50", "450")),
    ]
}

fn cancellation() -> Fields<'static> {
    vec![
        ("assetStatePeriod", period("2022-04-01T01:00:00Z", "2022-07-01T00:59:59Z", "15", "150", "450")),
        ("assetAction", action("Cancellations", "-15", "-150", "-900")),
    ]
}

#[test]
fn a_generated_asset_is_managed_and_shows_its_period_in_utc() {
    let mut lab = lab();
    let reply = lab.generate(Vec::new()).unwrap();
    let asset = reply.asset;
    assert!(lab.get(asset, "HasLifecycleManagement").is_true());
    assert_eq!(lab.text(asset, "Name"), "MDM Subscription");
    assert_eq!(lab.text(asset, "LifecycleStartDate"), "2022-01-01T01:00:00.000+0000");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-01-01T00:59:59.000+0000");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1200"));
    assert_eq!(lab.text(reply.asset_action, "Type"), "Generate");
    assert_eq!(lab.text(reply.asset_action, "ActionDate"), "2021-12-05T08:00:00.000+0000");
    assert_eq!(lab.number(reply.asset_action, "TotalInitialSaleAmount"), dec("1200"));
    let [period] = *reply.asset_state_periods else { panic!("{reply:?}") };
    assert_eq!(lab.number(period, "Amount"), dec("1200"));
    assert_eq!(lab.number(period, "Mrr"), dec("100"));
    assert_eq!(reply.asset_action_sources, []);
}

#[test]
fn the_clock_moves_a_generated_asset_into_and_out_of_its_period() {
    let mut lab = lab();
    lab.now = at("2022-01-01T00:59:59Z");
    let asset = lab.generated();
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("0"));
    lab.move_to("2022-01-01T01:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    lab.move_to("2023-01-01T01:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("0"));
}

#[test]
fn sources_keep_their_amounts_and_are_answered_with_what_they_refer_to() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let fields = vec![("Quantity", number("10")), ("UnitPrice", number("10"))];
    let fields =
        fields.into_iter().chain([("ServiceDate", text("2022-01-01")), ("EndDate", text("2022-12-31"))]);
    let line = lab.add_line(order, "Team License", fields.collect());
    let of_line = object(vec![
        ("transactionDate", text("2021-12-05T16:00:00+08:00")),
        ("startDate", text("2022-01-01T09:00:00+08:00")),
        ("quantity", number("10")),
        ("productAmount", number("1200.10")),
        ("adjustmentAmount", number("-200.05")),
        ("estimatedTax", number("19.95")),
        ("actualTax", number("20.05")),
        ("referenceEntityItem", id(line)),
    ]);
    let external = object(vec![
        ("productAmount", number("0.20")),
        ("externalReference", text("SO-17")),
        ("externalReferenceDataSource", text("ERP")),
    ]);
    let sources = list(vec![of_line, external, object(Vec::new())]);
    let reply = lab.generate(vec![("assetActionSources", sources)]).unwrap();
    let references: Vec<_> = reply
        .asset_action_sources
        .iter()
        .map(|(_, reference)| reference.as_deref().map(str::to_owned))
        .collect();
    assert_eq!(references, [Some(line.to_string()), Some("SO-17".to_owned()), None]);
    let first = reply.asset_action_sources[0].0;
    assert_eq!(lab.number(first, "Subtotal"), dec("1000.05"));
    assert_eq!(lab.text(first, "StartDate"), "2022-01-01T01:00:00.000+0000");
    assert_eq!(lab.text(reply.asset_action_sources[1].0, "ExternalReferenceDataSource"), "ERP");
    for (field, sum) in [
        ("ProductAmountChange", "1200.30"),
        ("AdjustmentAmountChange", "-200.05"),
        ("SubtotalChange", "1000.25"),
        ("EstimatedTaxChange", "19.95"),
        ("ActualTaxChange", "20.05"),
    ] {
        assert_eq!(lab.number(reply.asset_action, field), dec(sum), "{field}");
    }
}

#[test]
fn a_change_replaces_the_periods_from_its_first_one_on_and_keeps_the_running_totals() {
    let mut lab = lab();
    let first = lab.generate(Vec::new()).unwrap();
    let reply = lab.change(first.asset, upsell()).unwrap();
    assert_eq!(reply.asset, first.asset);
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", first.asset), reply.asset_state_periods);
    assert!(lab.org.record(first.asset_state_periods[0]).unwrap().is_deleted());
    assert_eq!(lab.text(reply.asset_action, "Type"), "Change");
    for (field, sum) in [
        ("TotalQuantity", "15"),
        ("TotalMrr", "150"),
        ("TotalAmount", "1650"),
        ("TotalInitialSaleAmount", "1200"),
        ("TotalUpsellsAmount", "450"),
        ("TotalRenewalsAmount", "0"),
    ] {
        assert_eq!(lab.number(reply.asset_action, field), dec(sum), "{field}");
    }
    assert_eq!(lab.number(first.asset, "TotalLifecycleAmount"), dec("1650"));
    lab.move_to("2022-05-01T00:00:00Z");
    assert_eq!(lab.number(first.asset, "CurrentQuantity"), dec("15"));
    assert_eq!(lab.number(first.asset, "CurrentMrr"), dec("150"));
}

#[test]
fn a_change_may_add_a_period_behind_the_last_one_and_leaves_the_others() {
    let mut lab = lab();
    let first = lab.generate(Vec::new()).unwrap();
    let renewal = vec![
        ("assetId", id(first.asset)),
        ("assetStatePeriods", list(vec![period("2023-01-01T01:00:00Z", "", "10", "110", "1320")])),
        ("assetAction", action("Renewals", "0", "10", "1320")),
    ];
    let reply = lab.change(first.asset, renewal).unwrap();
    let both = [first.asset_state_periods, reply.asset_state_periods].concat();
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", first.asset), both);
    assert_eq!(lab.get(first.asset, "LifecycleEndDate"), Value::Null);
    lab.move_to("2031-01-01T00:00:00Z");
    assert_eq!(lab.number(first.asset, "CurrentMrr"), dec("110"));
}

#[test]
fn a_change_without_periods_is_an_entry_in_the_ledger_only() {
    let mut lab = lab();
    let first = lab.generate(Vec::new()).unwrap();
    let members = vec![("assetAction", action("Terms And Conditions Changes", "0", "0", "12.50"))];
    let reply = lab.change(first.asset, members).unwrap();
    assert_eq!(reply.asset_state_periods, []);
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", first.asset), first.asset_state_periods);
    assert_eq!(lab.number(reply.asset_action, "TotalTermsAndConditionsAmount"), dec("12.5"));
    assert_eq!(lab.text(first.asset, "LifecycleEndDate"), "2023-01-01T00:59:59.000+0000");
}

#[test]
fn a_cancellation_ends_the_last_period_and_every_further_call_is_refused() {
    let mut lab = lab();
    let asset = lab.generated();
    lab.change(asset, upsell()).unwrap();
    let reply = lab.cancel(asset, cancellation()).unwrap();
    assert_eq!(lab.text(reply.asset_action, "Type"), "Cancel");
    assert_eq!(lab.number(reply.asset_action, "TotalQuantity"), dec("0"));
    assert_eq!(lab.number(reply.asset_action, "TotalCancellationsAmount"), dec("-900"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("750"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-07-01T00:59:59.000+0000");
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", asset).len(), 2);
    lab.move_to("2022-07-01T01:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("0"));
    for refused in [lab.change(asset, upsell()), lab.cancel(asset, cancellation())] {
        assert_eq!(refused.unwrap_err().code, crate::ErrorCode::InvalidStatus);
    }
    assert_eq!(lab.actions(asset).len(), 3);
}

#[test]
fn an_asset_made_by_an_order_can_be_changed_by_the_low_level_api() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let members = vec![
        (
            "assetStatePeriods",
            list(vec![period("2023-01-01T00:00:00Z", "2023-01-31T23:59:59Z", "10", "100", "100")]),
        ),
        ("assetAction", action("Renewals", "0", "0", "100")),
    ];
    let reply = lab.change(asset, members).unwrap();
    assert_eq!(lab.number(reply.asset_action, "TotalAmount"), dec("1300"));
    assert_eq!(lab.number(reply.asset_action, "TotalRenewalsAmount"), dec("100"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-01-31T23:59:59.000+0000");
}

#[test]
fn read_on_the_four_objects_is_enough_to_generate() {
    let mut lab = lab();
    lab.log_in("restricted@mockorg.example");
    assert!(lab.try_create("Asset", vec![("Name", text("By hand"))]).is_err());
    lab.generated();
}
