//! Cancellations: orders, credits, periods, the ledger, bundles, failures, and the event.

use super::support::{Lab, dec, id, lab, number, text};
use crate::{ErrorCode, RecordId, Value};

fn order_of(lab: &Lab) -> RecordId {
    lab.order_in("AssetCancelInitiatedEvent", "CancellationRecordId")
}

#[test]
fn a_cancellation_in_july_credits_the_rest_of_the_year_and_ends_the_asset() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let operation = lab.cancel_assets(&[asset], "2022-07-15T00:00:00.000Z");
    assert_eq!(lab.text(operation, "Status"), "Completed");
    assert_eq!(lab.text(operation, "JobType"), "PearCancelAssets");
    let order = order_of(&lab);
    assert_eq!(lab.text(order, "Status"), "Activated");
    assert_eq!(lab.text(order, "OriginalActionType"), "Cancel");
    let line = lab.line_for(order, asset);
    // Five months and seventeen days of thirty-one.
    lab.check_numbers(
        line,
        &[("Quantity", "-10"), ("StartQuantity", "10"), ("EndQuantity", "0"), ("TotalPrice", "-554.84")],
    );
    assert_eq!(lab.text(line, "PricingTransactionType"), "Cancellation");
    assert_eq!(lab.text(line, "ServiceDate"), "2022-07-15");
    assert_eq!(lab.text(line, "EndDate"), "2022-12-31");
    let ended = ["2022-01-01T00:00:00.000+0000", "2022-07-14T23:59:59.000+0000", "10", "100"];
    assert_eq!(lab.periods(asset), [ended.map(str::to_owned)]);
    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!(lab.text(action, "Type"), "Cancel");
    assert_eq!(lab.text(action, "CategoryEnum"), "Cancellations");
    lab.check_numbers(
        action,
        &[
            ("QuantityChange", "-10"),
            ("MrrChange", "-100"),
            ("Amount", "-554.84"),
            ("TotalQuantity", "0"),
            ("TotalMrr", "0"),
            ("TotalAmount", "645.16"),
            ("TotalCancellationsAmount", "-554.84"),
            ("TotalInitialSaleAmount", "1200"),
        ],
    );
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-07-14T23:59:59.000+0000");
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "645.16"), ("CurrentQuantity", "10")]);
    lab.move_to("2022-07-15T00:00:00Z");
    lab.check_numbers(asset, &[("CurrentQuantity", "0"), ("CurrentMrr", "0")]);
    assert!(lab.get(asset, "CurrentLifecycleEndDate").is_null());
}

#[test]
fn the_whole_chain_of_the_guide_adds_up() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-03-01", "5");
    lab.renew(&[asset]);
    lab.move_to("2023-01-01T08:00:00Z");
    lab.cancel_assets(&[asset], "2023-07-01");
    let amounts: Vec<_> = lab.actions(asset).into_iter().map(|id| lab.number(id, "Amount")).collect();
    assert_eq!(amounts, ["1200", "500", "1800", "-900"].map(dec));
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(
        last,
        &[
            ("TotalAmount", "2600"),
            ("TotalUpsellsAmount", "500"),
            ("TotalRenewalsAmount", "1800"),
            ("TotalCancellationsAmount", "-900"),
            ("TotalQuantity", "0"),
            ("TotalMrr", "0"),
        ],
    );
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("2600"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");
}

#[test]
fn a_cancelled_asset_cannot_be_changed_in_any_way() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.cancel_assets(&[asset], "2022-07-01");
    let operations = [
        lab.renew(&[asset]),
        lab.amend_assets(&[asset], "2022-06-01", "1"),
        lab.cancel_assets(&[asset], "2022-06-01"),
    ];
    for operation in operations {
        assert_eq!(lab.text(operation, "Status"), "Failure");
    }
    let logs = lab.with("RevenueTransactionErrorLog", "PrimaryRecordId", asset);
    let mut categories: Vec<_> = logs.iter().map(|log| lab.text(*log, "Category")).collect();
    categories.sort();
    assert_eq!(categories, ["InitiateAmendment", "InitiateCancel", "InitiateRenewal"]);
    assert!(logs.iter().all(|log| lab.text(*log, "ErrorCode") == ErrorCode::InvalidStatus.as_str()));
    assert_eq!(lab.actions(asset).len(), 2);
}

#[test]
fn a_cancellation_outside_of_the_life_or_before_an_upcoming_change_is_refused() {
    for date in ["2021-12-31", "2023-01-01", "2022-08-31", "2022-01-01T12:00:00Z"] {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        lab.amend_assets(&[asset], "2022-09-01", "5");
        let operation = lab.cancel_assets(&[asset], date);
        assert_eq!(lab.text(operation, "Status"), "Failure", "{date}");
        let log = lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", asset);
        assert_eq!(lab.text(log, "Category"), "InitiateCancel");
        assert_eq!(lab.text(log, "ErrorCode"), "INVALID_INPUT");
        let event = lab.last_event("AssetCancelInitiatedEvent");
        assert!(lab.event_value(&event, "CancellationRecordId").is_null());
        assert_eq!(lab.actions(asset).len(), 2);
    }
}

#[test]
fn cancelling_on_the_first_day_gives_everything_back_and_leaves_no_period() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.cancel_assets(&[asset], "2022-01-01");
    assert_eq!(lab.periods(asset), Vec::<[String; 4]>::new());
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "0"), ("CurrentQuantity", "0")]);
    assert!(lab.get(asset, "LifecycleEndDate").is_null());
}

#[test]
fn an_evergreen_asset_gets_an_end_and_gives_one_pricing_term_back() {
    let mut lab = lab();
    let asset =
        lab.sell("Usage Monitoring", vec![("Quantity", number("2")), ("ServiceDate", text("2022-01-01"))]);
    let operation = lab.cancel_assets(&[asset], "2022-05-01");
    assert_eq!(lab.text(operation, "Status"), "Completed");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-04-30T23:59:59.000+0000");
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(last, &[("Amount", "-50"), ("MrrChange", "-50"), ("TotalQuantity", "0")]);
}

#[test]
fn a_bundle_is_cancelled_as_a_whole_by_its_root() {
    let mut lab = lab();
    let root = lab.named("Asset", "Workspace Bundle");
    let related = lab.with("AssetRelationship", "AssetId", root);
    let components: Vec<RecordId> = related
        .iter()
        .map(|id| lab.org.record(*id).unwrap().get("RelatedAssetId").as_id().unwrap())
        .collect();
    let operation = lab.cancel_assets(&[components[0]], "2022-03-01");
    assert_eq!(lab.text(operation, "Status"), "Failure");
    let operation = lab.cancel_assets(&[root], "2022-03-01");
    assert_eq!(lab.text(operation, "Status"), "Completed");
    assert_eq!(lab.number(operation, "TotalJobItems"), dec("1"));
    let order = order_of(&lab);
    assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 4);
    for asset in components.into_iter().chain([root]) {
        let line = lab.line_for(order, asset);
        let action = lab.get(line, "OrderActionId").as_id().unwrap();
        let last = *lab.actions(asset).last().unwrap();
        // What was delivered once stays sold.
        match &*lab.text(asset, "Name") {
            "Onboarding Workshop" => {
                assert_eq!(lab.text(action, "Type"), "No Change");
                assert_eq!(lab.text(last, "Type"), "Generate");
            }
            _ => {
                assert_eq!(lab.text(action, "Type"), "Cancel");
                assert_eq!(lab.text(last, "Type"), "Cancel");
                lab.check_numbers(last, &[("TotalQuantity", "0"), ("TotalMrr", "0")]);
                assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-02-28T23:59:59.000+0000");
            }
        }
    }
}

#[test]
fn a_one_time_asset_alone_cannot_be_cancelled() {
    let mut lab = lab();
    let asset = lab.sell("Onboarding Workshop", vec![("Quantity", number("1"))]);
    let operation = lab.cancel_assets(&[asset], "2022-02-01");
    assert_eq!(lab.text(operation, "Status"), "Failure");
}

#[test]
fn a_client_can_cancel_by_an_order_of_its_own() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.renew(&[asset]);
    let cancel = |lab: &mut Lab, quantity: &str| {
        let (order, _) = lab.draft_order("2022-07-01");
        let fields = vec![("OrderId", id(order)), ("Type", text("Cancel")), ("SourceAssetId", id(asset))];
        let action = lab.create("OrderAction", fields);
        let fields = vec![
            ("Quantity", number(quantity)),
            ("ServiceDate", text("2022-07-01")),
            ("EndDate", text("2023-12-31")),
        ];
        lab.add_line((order, action), "Team License", fields);
        lab.activate(order);
        lab.invoke(order).unwrap();
        lab.org.advance(lab.now);
        let event = lab.last_event("CreateAssetOrderEvent");
        let entries = lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &["IsSuccess"]);
        entries[0][0].is_true()
    };
    assert!(!cancel(&mut lab, "-4"), "a part is no cancellation");
    assert!(cancel(&mut lab, "-10"));
    let ended = ["2022-01-01T00:00:00.000+0000", "2022-06-30T23:59:59.000+0000", "10", "100"];
    assert_eq!(lab.periods(asset), [ended.map(str::to_owned)], "the renewed period is gone");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("600"));
    assert!(!cancel(&mut lab, "-10"), "only once");
}

#[test]
fn the_event_carries_errors_in_55_and_56_only() {
    for (version, carried) in [(55, 1), (56, 1), (57, 0)] {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        lab.use_version(version);
        lab.cancel_assets(&[asset], "2020-01-01");
        let event = lab.last_event("AssetCancelInitiatedEvent");
        let entries =
            lab.entries(&event, "AssetCancelErrorDetailEvents", "AssetCancelErrorDtlEvent", &["ErrorCode"]);
        assert_eq!(entries, vec![vec![Value::text("INVALID_INPUT")]; carried], "{version}");
    }
}
