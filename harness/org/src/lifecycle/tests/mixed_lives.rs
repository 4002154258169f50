//! Lives in which the low-level API, orders and requests change the same assets in turn, or cross each other.

use super::{
    changes::asset_ids,
    low_level::{action, list, object, period},
    support::{Fields, Lab, body, dec, id, lab, number, text},
};
use crate::{InitiateOperation, Input, RecordId, Value};

fn year_of(quantity: &str, unit_price: &str) -> Fields<'static> {
    vec![
        ("Quantity", number(quantity)),
        ("UnitPrice", number(unit_price)),
        ("ServiceDate", text("2022-01-01")),
        ("EndDate", text("2022-12-31")),
    ]
}

/// Replaces the periods of an asset by one and changes nothing else.
fn replace_periods(lab: &mut Lab, asset: RecordId, only: Input) {
    let members =
        vec![("assetStatePeriods", list(vec![only])), ("assetAction", action("Other", "0", "0", "0"))];
    lab.change(asset, members).unwrap();
}

/// Ten licenses for a year that begins and ends at noon.
fn noon_to_noon(lab: &mut Lab) -> RecordId {
    lab.use_version(67);
    let mut fields = year_of("10", "10");
    fields.push(("ServiceDateTime", text("2022-01-01T12:00:00Z")));
    let asset = lab.sell("Team License", fields);
    replace_periods(lab, asset, period("2022-01-01T12:00:00Z", "2023-01-01T11:59:59Z", "10", "100", "0"));
    asset
}

fn logs(lab: &mut Lab, record: RecordId) -> Vec<[String; 3]> {
    let logs = lab.with("RevenueTransactionErrorLog", "PrimaryRecordId", record);
    logs.into_iter()
        .map(|log| ["Category", "ErrorCode", "ErrorMessage"].map(|field| lab.text(log, field)))
        .collect()
}

#[test]
fn an_asset_that_no_order_knows_fails_every_request_with_a_named_error_and_stays_as_it_is() {
    let mut lab = lab();
    let asset = lab.generated();
    lab.set_term(asset, "12", "Months");
    let periods = lab.periods(asset);
    for tracker in [
        lab.renew(&[asset]),
        lab.amend_assets(&[asset], "2022-06-01", "1"),
        lab.cancel_assets(&[asset], "2022-06-01"),
    ] {
        assert_eq!(lab.text(tracker, "Status"), "Failure");
    }
    let message = "The asset has no order that a new order could be priced from.";
    let row = |category: &str| [category, "INVALID_INPUT", message].map(str::to_owned);
    assert_eq!(logs(&mut lab, asset), ["InitiateRenewal", "InitiateAmendment", "InitiateCancel"].map(row));
    assert_eq!((lab.periods(asset), lab.actions(asset).len()), (periods, 1));
}

#[test]
fn a_line_that_a_generated_asset_refers_to_makes_no_second_asset() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Team License", year_of("10", "10"));
    let source = object(vec![("referenceEntityItem", id(line))]);
    let asset = lab.generate(vec![("assetActionSources", list(vec![source]))]).unwrap().asset;
    lab.activate(order.0);
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    let event = lab.last_event("CreateAssetOrderEvent");
    let names = ["OrderItemId", "AssetId", "IsSuccess"];
    let entries = lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &names);
    assert_eq!(entries, [vec![line.into(), asset.into(), Value::Bool(true)]]);
    assert_eq!(lab.actions(asset).len(), 1);
}

#[test]
fn a_life_that_ends_at_noon_is_renewed_from_noon_on() {
    let mut lab = lab();
    let asset = noon_to_noon(&mut lab);
    lab.set_term(asset, "12", "Months");
    let tracker = lab.renew(&[asset]);
    assert_eq!(lab.text(tracker, "Status"), "Completed");
    assert_eq!(lab.periods(asset)[1][0], "2023-01-01T12:00:00.000+0000");
}

#[test]
fn an_asset_whose_order_cannot_be_written_does_not_keep_the_others() {
    let mut lab = lab();
    let (good, other) = (lab.sell_licenses(), lab.sell_licenses());
    let huge = lab.sell("Team License", year_of("10", "10"));
    // The price is fine for a year, and too much for the thousands of years of the renewal.
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("99999999999999"))]).unwrap();
    lab.update(huge, vec![("RenewalPricingType", text("ListPrice"))]).unwrap();
    replace_periods(
        &mut lab,
        huge,
        period("2022-01-01T00:00:00Z", "2022-12-31T23:59:59Z", "9999999999", "0", "0"),
    );
    for (asset, term) in [(good, "12"), (huge, "90000"), (other, "12")] {
        lab.set_term(asset, term, "Months");
    }
    let tracker = lab.renew(&[good, huge, other]);
    assert_eq!(lab.text(tracker, "Status"), "CompletedWithFailures");
    lab.check_numbers(tracker, &[("TotalJobItems", "3"), ("FailedJobItems", "1")]);
    assert_eq!(logs(&mut lab, huge)[0][1], "NUMBER_OUTSIDE_VALID_RANGE");
    for (asset, periods) in [(good, 2), (huge, 1), (other, 2)] {
        assert_eq!(lab.periods(asset).len(), periods);
    }
    let order = lab.order_in("AssetRenewInitiatedEvent", "RenewalRecordId");
    assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 2);
}

#[test]
fn a_component_of_two_roots_is_changed_by_one_of_them_per_request() {
    let mut lab = lab();
    let (first, second, part) = (lab.sell_licenses(), lab.sell_licenses(), lab.sell_licenses());
    lab.update(part, vec![("ParentId", id(first))]).unwrap();
    let ctx = lab.ctx();
    let values = vec![
        ("AssetId", second.into()),
        ("RelatedAssetId", part.into()),
        ("RelatedAssetRole", Value::text("BundleComponent")),
    ];
    lab.org.system_create(&ctx, "AssetRelationship", values).unwrap();
    let tracker = lab.cancel_assets(&[first, second], "2022-07-01");
    assert_eq!(lab.text(tracker, "Status"), "CompletedWithFailures");
    assert_eq!(logs(&mut lab, second)[0][1], "INVALID_INPUT");
    assert_eq!([first, second, part].map(|asset| lab.actions(asset).len()), [2, 1, 2]);
}

#[test]
fn units_that_cost_nothing_are_given_back_for_zero_without_a_sign() {
    let mut lab = lab();
    let asset = lab.sell("Team License", year_of("10", "0"));
    lab.amend_assets(&[asset], "2022-06-01", "-1");
    lab.cancel_assets(&[asset], "2022-07-01");
    let mut shown = Vec::new();
    for action in lab.actions(asset) {
        shown.extend(["MrrChange", "Amount", "TotalMrr"].map(|field| lab.number(action, field).to_string()));
    }
    for part in lab.org.records("OrderItemDetail").map(|row| row.id()).collect::<Vec<_>>() {
        shown.extend(["TotalLineAmount", "TotalPrice"].map(|field| lab.number(part, field).to_string()));
    }
    assert_eq!((shown.len(), shown.iter().all(|number| number == "0")), (13, true), "{shown:?}");
}

#[test]
fn an_asset_with_less_than_nothing_cannot_be_cancelled() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let only = lab.only("AssetStatePeriod", "AssetId", asset);
    lab.update(only, vec![("Quantity", number("-10"))]).unwrap();
    let tracker = lab.cancel_assets(&[asset], "2022-07-01");
    assert_eq!(lab.text(tracker, "Status"), "Failure");
    let message = "An asset state period has a negative quantity.";
    assert_eq!(logs(&mut lab, asset), [["InitiateCancel", "INVALID_INPUT", message]]);
}

#[test]
fn an_order_that_is_deleted_before_its_job_ran_fails_and_says_so() {
    let mut lab = lab();
    lab.delay(10);
    let (order, action) = lab.draft_order("2022-01-01");
    for _ in 0..2 {
        lab.add_line((order, action), "Usage Monitoring", vec![("Quantity", number("1"))]);
    }
    lab.invoke(order).unwrap();
    lab.delete(order).unwrap();
    lab.move_to("2022-01-01T09:00:00Z");
    let tracker = lab.only("AsyncOperationTracker", "JobType", Value::text("AssetizationAsyncJob"));
    assert_eq!(lab.text(tracker, "Status"), "Failure");
    let counts = ["TotalJobItems", "FailedJobItems"].map(|field| lab.number(tracker, field));
    assert_eq!(counts, [dec("2"), dec("2")], "both lines that were there");
    assert_eq!(logs(&mut lab, order), [["OrderToAsset", "ENTITY_IS_DELETED", "entity is deleted"]]);
    let event = lab.last_event("CreateAssetOrderEvent");
    assert!(lab.event_value(&event, "IsLastEvent").is_true());
}

#[test]
fn two_requests_in_flight_are_worked_off_one_after_the_other() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.delay(10);
    for (start, change) in [("2022-06-01", "5"), ("2022-06-01", "-12"), ("2022-06-01", "-4")] {
        let fields = vec![
            ("assetIds", asset_ids(&[asset])),
            ("startDate", text(start)),
            ("quantityChange", number(change)),
            ("amendmentOutputType", text("order")),
        ];
        lab.initiate(InitiateOperation::AmendQuantity, body(fields)).unwrap();
    }
    lab.move_to("2022-01-01T09:00:00Z");
    let message = "The quantity can't be reduced by more than the quantity of an asset state period.";
    // Fifteen less twelve leaves three, of which four cannot go.
    assert_eq!(logs(&mut lab, asset), [["InitiateAmendment", "INVALID_INPUT", message]]);
    assert_eq!(lab.periods(asset)[1][2..], ["3", "30"]);
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(
        last,
        &[
            ("TotalQuantity", "3"),
            ("TotalMrr", "30"),
            ("TotalUpsellsAmount", "350"),
            ("TotalDownsellsAmount", "-840"),
            ("TotalAmount", "710"),
        ],
    );
}

#[test]
fn a_credit_beyond_all_numbers_is_refused() {
    let mut lab = lab();
    let dear = |day: &'static str| {
        vec![
            ("Quantity", number("4300000000")),
            ("UnitPrice", number("99000000000000")),
            ("ServiceDate", text(day)),
            ("EndDate", text("9990-12-31")),
        ]
    };
    let asset = lab.sell("Team License", dear("2022-01-01"));
    lab.amend_assets(&[asset], "2022-01-03", "4300000000");
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("1"))]).unwrap();
    lab.update(asset, vec![("QuantityIncreasePricingType", text("ListPrice"))]).unwrap();
    lab.amend_assets(&[asset], "2022-01-05", "1");
    assert_eq!(lab.actions(asset).len(), 3);
    let tracker = lab.cancel_assets(&[asset], "2022-01-07");
    assert_eq!(lab.text(tracker, "Status"), "Failure");
    assert_eq!(logs(&mut lab, asset)[0][1], "NUMBER_OUTSIDE_VALID_RANGE");
}
