//! The renewal job: orders, prices, periods, the ledger, bundles, failures, and its event.

use super::support::{Lab, dec, id, lab, number, text};
use crate::{RecordId, Value};

fn renewal_order(lab: &Lab) -> RecordId {
    let event = lab.last_event("AssetRenewInitiatedEvent");
    lab.event_value(&event, "RenewalRecordId").as_text().expect("an order").parse().unwrap()
}

fn line_for(lab: &Lab, order: RecordId, asset: RecordId) -> RecordId {
    let actions = lab.with("OrderAction", "SourceAssetId", asset);
    let of_order = |action: &RecordId| lab.org.record(*action).unwrap().get("OrderId").as_id() == Some(order);
    let action = actions.into_iter().find(of_order).unwrap();
    lab.only("OrderItem", "OrderActionId", action)
}

#[test]
fn ten_licenses_are_renewed_at_the_last_price_as_in_the_guide() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.move_to("2022-10-15T09:30:00Z");
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Completed");

    let order = renewal_order(&lab);
    assert_eq!(lab.text(order, "Status"), "Activated");
    assert_eq!(lab.text(order, "StatusCode"), "Activated");
    assert_eq!(lab.text(order, "EffectiveDate"), "2023-01-01");
    assert_eq!(lab.text(order, "OriginalActionType"), "Renew");
    assert_eq!(lab.text(order, "ShippingCity"), "Austin");
    assert_eq!(lab.number(order, "TotalAmount"), dec("1200"));
    assert_eq!(lab.get(order, "AccountId"), lab.named("Account", "Aurora Robotics").into());

    let line = line_for(&lab, order, asset);
    for (field, value) in [
        ("Quantity", "10"),
        ("UnitPrice", "10"),
        ("NetUnitPrice", "10"),
        ("ListPrice", "10"),
        ("PricingTermCount", "12"),
        ("SubscriptionTerm", "12"),
        ("StartQuantity", "10"),
        ("EndQuantity", "10"),
        ("TotalPrice", "1200"),
        ("TotalLineAmount", "1200"),
    ] {
        assert_eq!(lab.number(line, field), dec(value), "{field}");
    }
    assert_eq!(lab.text(line, "ServiceDate"), "2023-01-01");
    assert_eq!(lab.text(line, "EndDate"), "2023-12-31");
    assert_eq!(lab.text(line, "PricingTransactionType"), "RenewalAtLastNegotiatedPrice");
    assert_eq!(lab.text(line, "PeriodBoundary"), "Anniversary");
    assert_eq!(lab.text(line, "BillingFrequency2"), "Monthly");
    let action = lab.get(line, "OrderActionId").as_id().unwrap();
    assert_eq!(
        (lab.text(action, "Type"), lab.get(action, "SourceAssetId")),
        ("Renew".to_owned(), asset.into())
    );

    let [_, renewed] = lab.with("AssetStatePeriod", "AssetId", asset)[..] else { panic!("two periods") };
    assert_eq!(lab.text(renewed, "StartDate"), "2023-01-01T00:00:00.000+0000");
    assert_eq!(lab.text(renewed, "EndDate"), "2023-12-31T23:59:59.000+0000");
    assert_eq!((lab.number(renewed, "Quantity"), lab.number(renewed, "Mrr")), (dec("10"), dec("100")));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-12-31T23:59:59.000+0000");
    assert_eq!(lab.text(asset, "CurrentLifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("2400"));

    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!(lab.text(action, "Type"), "Change");
    assert_eq!(lab.text(action, "CategoryEnum"), "Renewals");
    assert_eq!(lab.text(action, "ActionDate"), "2022-10-15T09:30:00.000+0000");
    for (field, value) in [
        ("QuantityChange", "0"),
        ("MrrChange", "0"),
        ("Amount", "1200"),
        ("TotalQuantity", "10"),
        ("TotalMrr", "100"),
        ("TotalAmount", "2400"),
        ("TotalInitialSaleAmount", "1200"),
        ("TotalRenewalsAmount", "1200"),
        ("TotalUpsellsAmount", "0"),
        ("TotalSwapsAmount", "0"),
        ("ProductAmountChange", "1200"),
        ("SubtotalChange", "1200"),
        ("AdjustmentAmountChange", "0"),
    ] {
        assert_eq!(lab.number(action, field), dec(value), "{field}");
    }
    let source = lab.only("AssetActionSource", "AssetActionId", action);
    assert_eq!(lab.get(source, "ReferenceEntityItemId"), line.into());
    assert_eq!(lab.number(source, "Quantity"), dec("10"));
    assert_eq!(lab.text(source, "EndDate"), "2023-12-31T23:59:59.000+0000");

    lab.move_to("2023-06-01T00:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    assert_eq!(lab.text(asset, "CurrentLifecycleEndDate"), "2023-12-31T23:59:59.000+0000");
}

#[test]
fn the_event_follows_the_terminal_tracker_and_names_the_order() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let reply = lab.request_renewal(&[&asset.to_string()]).unwrap();
    assert!(
        lab.org
            .events()
            .after(crate::events::ReplayId(0))
            .all(|event| &*event.event != "AssetRenewInitiatedEvent")
    );
    lab.org.advance(lab.now);
    let event = lab.last_event("AssetRenewInitiatedEvent");
    let request = reply.request_identifier.unwrap();
    assert_eq!(lab.event_value(&event, "RequestIdentifier"), Value::text(request));
    assert_eq!(lab.event_value(&event, "HasErrors"), Value::Bool(false));
    assert_eq!(lab.event_value(&event, "RenewalRecordId").as_text().map(str::len), Some(18));
    assert!(lab.event_value(&event, "CorrelationIdentifier").is_null());
    assert_eq!(lab.text(reply.tracker.unwrap().2, "Status"), "Completed");
}

#[test]
fn renewing_at_list_price_takes_the_price_of_today() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("12.5"))]).unwrap();
    lab.update(asset, vec![("RenewalPricingType", text("ListPrice"))]).unwrap();
    lab.renew(&[asset]);
    let line = line_for(&lab, renewal_order(&lab), asset);
    assert_eq!(lab.number(line, "UnitPrice"), dec("12.5"));
    assert_eq!(lab.text(line, "PricingTransactionType"), "RenewalStartingFromListPrice");
    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!((lab.number(action, "MrrChange"), lab.number(action, "Amount")), (dec("25"), dec("1500")));
    assert_eq!(
        (lab.number(action, "TotalMrr"), lab.number(action, "QuantityChange")),
        (dec("125"), dec("0"))
    );
}

#[test]
fn the_renewal_term_may_differ_from_the_first_term() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.set_term(asset, "2", "Quarterly");
    lab.renew(&[asset]);
    let line = line_for(&lab, renewal_order(&lab), asset);
    assert_eq!(lab.text(line, "EndDate"), "2023-06-30");
    assert_eq!(lab.number(line, "TotalPrice"), dec("600"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");
}

#[test]
fn a_renewed_asset_can_be_renewed_again_once_the_renewal_has_begun() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.renew(&[asset]);
    let again = lab.renew(&[asset]);
    assert_eq!(lab.text(again, "Status"), "Failure");
    lab.move_to("2023-02-01T00:00:00Z");
    let later = lab.renew(&[asset]);
    assert_eq!(lab.text(later, "Status"), "Completed");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2024-12-31T23:59:59.000+0000");
    let last = *lab.actions(asset).last().unwrap();
    assert_eq!(lab.number(last, "TotalRenewalsAmount"), dec("2400"));
    assert_eq!(lab.number(last, "TotalAmount"), dec("3600"));
}

#[test]
fn a_renewal_without_term_fails_with_an_error_log_and_no_order() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.update(asset, vec![("RenewalTerm", crate::Input::Null), ("RenewalTermUnit", crate::Input::Null)])
        .unwrap();
    let orders = lab.org.records("Order").count();
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Failure");
    assert_eq!(lab.number(operation, "FailedJobItems"), dec("1"));
    assert_eq!(lab.org.records("Order").count(), orders);
    let log = lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", asset);
    assert_eq!(lab.text(log, "Category"), "InitiateRenewal");
    assert_eq!(lab.text(log, "ErrorCode"), "REQUIRED_FIELD_MISSING");
    assert_eq!(lab.text(log, "Severity"), "Error");
    assert_eq!(lab.org.record(log).unwrap().get("RevenueAsyncOperationId"), Value::from(operation));
    let event = lab.last_event("AssetRenewInitiatedEvent");
    assert!(lab.event_value(&event, "HasErrors").is_true());
    assert!(lab.event_value(&event, "RenewalRecordId").is_null());
    assert!(lab.event_value(&event, "AssetRenewErrorDetailEvents").is_null(), "64.0 reads the error log");

    lab.renew(&[asset]);
    lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", asset);
}

#[test]
fn events_of_requests_in_55_and_56_carry_their_errors() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.set_term(asset, "1.5", "Months");
    lab.use_version(56);
    lab.renew(&[asset]);
    let event = lab.last_event("AssetRenewInitiatedEvent");
    let entries =
        lab.entries(&event, "AssetRenewErrorDetailEvents", "AssetRenewErrorDtlEvent", &["ErrorCode"]);
    assert_eq!(entries, [vec![Value::text("INVALID_INPUT")]]);
}

#[test]
fn each_asset_of_a_request_stands_alone() {
    let mut lab = lab();
    let (good, bad) = (lab.sell_licenses(), lab.sell_licenses());
    lab.update(bad, vec![("RenewalTerm", crate::Input::Null)]).unwrap();
    let operation = lab.renew(&[bad, good]);
    assert_eq!(lab.text(operation, "Status"), "CompletedWithFailures");
    assert_eq!(lab.number(operation, "TotalJobItems"), dec("2"));
    assert_eq!(lab.number(operation, "SuccessfulJobItems"), dec("1"));
    let event = lab.last_event("AssetRenewInitiatedEvent");
    assert!(lab.event_value(&event, "HasErrors").is_true());
    let order = renewal_order(&lab);
    assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 1);
    assert_eq!(lab.actions(bad).len(), 1);
}

#[test]
fn assets_of_one_account_share_one_renewal_order() {
    let mut lab = lab();
    let (first, second) = (lab.sell_licenses(), lab.sell_licenses());
    lab.renew(&[first, second]);
    let order = renewal_order(&lab);
    assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 2);
    assert_eq!(lab.number(order, "TotalAmount"), dec("2400"));
}

#[test]
fn an_expired_asset_cannot_be_renewed_without_a_start_date() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.move_to("2023-01-01T00:00:00Z");
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Failure");
}

#[test]
fn an_evergreen_asset_is_renewed_by_a_line_of_quantity_zero() {
    let mut lab = lab();
    let asset =
        lab.sell("Usage Monitoring", vec![("Quantity", number("2")), ("ServiceDate", text("2022-01-01"))]);
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Completed");
    let line = line_for(&lab, renewal_order(&lab), asset);
    assert_eq!((lab.number(line, "Quantity"), lab.number(line, "TotalPrice")), (dec("0"), dec("0")));
    assert!(lab.get(line, "EndDate").is_null());
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", asset).len(), 1);
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("2"));
    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!(lab.text(action, "CategoryEnum"), "Renewals");
    for field in ["QuantityChange", "MrrChange", "Amount", "TotalRenewalsAmount"] {
        assert_eq!(lab.number(action, field), dec("0"), "{field}");
    }
    assert_eq!(lab.number(action, "TotalQuantity"), dec("2"));
    assert_eq!(lab.number(action, "TotalMrr"), dec("50"));
}

#[test]
fn a_one_time_asset_alone_cannot_be_renewed() {
    let mut lab = lab();
    let asset = lab.sell("Onboarding Workshop", vec![("Quantity", number("1"))]);
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Failure");
}

#[test]
fn a_bundle_is_renewed_as_a_whole_by_its_root() {
    let mut lab = lab();
    let root = lab.named("Asset", "Workspace Bundle");
    let harbor = lab.org.record(root).unwrap().get("AccountId").to_value();
    let own = |lab: &Lab, name: &str| {
        let assets = lab.with("Asset", "AccountId", harbor.clone());
        assets
            .into_iter()
            .find(|id| lab.org.record(*id).unwrap().get("Name").as_text() == Some(name))
            .unwrap()
    };
    let (licenses, monitoring, onboarding) =
        (own(&lab, "Team License"), own(&lab, "Usage Monitoring"), own(&lab, "Onboarding Workshop"));
    assert_eq!(lab.with("AssetRelationship", "AssetId", root).len(), 3);
    let relationship = lab.only("AssetRelationship", "RelatedAssetId", licenses);
    assert_eq!(lab.text(relationship, "RelatedAssetRole"), "BundleComponent");
    assert!(lab.get(relationship, "RelationshipType").is_null());

    let operation = lab.renew(&[root]);
    assert_eq!(lab.text(operation, "Status"), "Completed");
    assert_eq!(lab.number(operation, "TotalJobItems"), dec("1"));
    let order = renewal_order(&lab);
    assert_eq!(lab.with("OrderItem", "OrderId", order).len(), 4);
    let mut line = |asset, fields: [&str; 3]| {
        let line = line_for(&lab, order, asset);
        let action = lab.get(line, "OrderActionId").as_id().unwrap();
        (lab.text(action, "Type"), fields.map(|field| lab.text(line, field)))
    };
    let dates = ["ServiceDate", "EndDate", "PeriodBoundary"];
    let termed = ["2022-07-01", "2023-06-30", "Anniversary"].map(str::to_owned);
    assert_eq!(line(root, dates), ("Renew".to_owned(), termed.clone()));
    assert_eq!(line(licenses, dates), ("Renew".to_owned(), termed));
    assert_eq!(line(monitoring, dates).0, "Renew");
    assert_eq!(line(onboarding, dates).0, "No Change");
    for (asset, quantity, price) in
        [(root, "1", "0"), (licenses, "5", "540"), (monitoring, "0", "0"), (onboarding, "0", "0")]
    {
        let line = line_for(&lab, order, asset);
        assert_eq!(
            (lab.number(line, "Quantity"), lab.number(line, "TotalPrice")),
            (dec(quantity), dec(price))
        );
    }
    let root_line = line_for(&lab, order, root);
    assert_eq!(lab.with("OrderItemRelationship", "MainOrderItemId", root_line).len(), 3);
    assert_eq!(lab.actions(onboarding).len(), 1, "a one-time component is not touched");
    assert_eq!(lab.text(licenses, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");

    let component = lab.renew(&[licenses]);
    assert_eq!(lab.text(component, "Status"), "Failure");
}

#[test]
fn the_order_to_asset_action_does_not_renew_a_second_time() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.renew(&[asset]);
    let order = renewal_order(&lab);
    lab.only("AppUsageAssignment", "RecordId", order);
    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(lab.actions(asset).len(), 2);
    let event = lab.last_event("CreateAssetOrderEvent");
    let entries = lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &["AssetId", "IsSuccess"]);
    assert_eq!(entries, [vec![asset.into(), Value::Bool(true)]]);
}

#[test]
fn a_renewal_order_of_the_client_renews_through_the_action() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let (order, _) = lab.draft_order("2023-01-01");
    let fields = vec![("OrderId", id(order)), ("Type", text("Renew")), ("SourceAssetId", id(asset))];
    let action = lab.create("OrderAction", fields);
    let fields = vec![
        ("Quantity", number("10")),
        ("ServiceDate", text("2023-01-01")),
        ("EndDate", text("2023-06-30")),
    ];
    lab.add_line((order, action), "Team License", fields);
    lab.activate(order);
    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1800"));
}

#[test]
fn a_deleted_tracker_does_not_stop_its_job() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let operation = lab.request_renewal(&[&asset.to_string()]).unwrap().tracker.unwrap().2;
    lab.use_version(58);
    lab.delete(operation).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(lab.actions(asset).len(), 2);
}

#[test]
fn an_asset_outlives_its_order_which_can_be_deleted_before_any_request() {
    let mut lab = lab();
    let kept = lab.sell_licenses();
    let asset = lab.sell_licenses();
    let source = lab.only("AssetActionSource", "AssetActionId", lab.actions(asset)[0]);
    let line = lab.get(source, "ReferenceEntityItemId").as_id().unwrap();
    let order = lab.get(line, "OrderId").as_id().unwrap();
    lab.update(order, vec![("Status", text("Draft"))]).unwrap();
    lab.delete(order).unwrap();
    lab.move_to("2022-10-15T09:30:00Z");
    let operation = lab.renew(&[asset]);
    assert_eq!(lab.text(operation, "Status"), "Completed");
    let order = renewal_order(&lab);
    let line = line_for(&lab, order, asset);
    assert_eq!(lab.text(line, "BillingFrequency2"), "Monthly");
    assert_eq!(lab.number(line, "TotalPrice"), dec("1200"));
    lab.amend_assets(&[asset], "2023-03-01", "5");
    assert_eq!(lab.actions(asset).len(), 3);
    assert_eq!(lab.actions(kept).len(), 1);
}
