//! Changes of quantity: orders, prices, periods, the ledger, bundles, failures, and the event.

use super::support::{Lab, dec, id, lab, number, text};
use crate::{RecordId, Value};

/// The end of a day, as it is read.
fn ends(day: &str) -> String {
    format!("{day}T23:59:59.000+0000")
}

fn starts(day: &str) -> String {
    format!("{day}T00:00:00.000+0000")
}

fn period(from: &str, to: &str, quantity: &str, mrr: &str) -> [String; 4] {
    [starts(from), ends(to), quantity.to_owned(), mrr.to_owned()]
}

fn order_of(lab: &Lab) -> RecordId {
    lab.order_in("AssetAmendInitiatedEvent", "AmendmentRecordId")
}

fn log_of(lab: &mut Lab, asset: RecordId) -> [String; 3] {
    let log = lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", asset);
    ["Category", "ErrorCode", "ErrorMessage"].map(|field| lab.text(log, field))
}

#[test]
fn five_more_licenses_from_september_cost_four_months_as_in_the_guide() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let operation = lab.amend_assets(&[asset], "2022-09-01T00:00:00.000Z", "5");
    assert_eq!(lab.text(operation, "Status"), "Completed");
    assert_eq!(lab.text(operation, "JobType"), "PearAmendQtyAssets");

    let order = order_of(&lab);
    assert_eq!(lab.text(order, "Status"), "Activated");
    assert_eq!(lab.text(order, "OriginalActionType"), "Amend");
    assert_eq!(lab.text(order, "EffectiveDate"), "2022-09-01");
    assert_eq!(lab.number(order, "TotalAmount"), dec("200"));
    let line = lab.line_for(order, asset);
    lab.check_numbers(
        line,
        &[
            ("Quantity", "5"),
            ("StartQuantity", "10"),
            ("EndQuantity", "15"),
            ("NetUnitPrice", "10"),
            ("PricingTermCount", "4"),
            ("SubscriptionTerm", "4"),
            ("TotalPrice", "200"),
        ],
    );
    assert_eq!(lab.text(line, "ServiceDate"), "2022-09-01");
    assert_eq!(lab.text(line, "EndDate"), "2022-12-31");
    assert_eq!(lab.text(line, "PricingTransactionType"), "AmendmentAtLastNegotiatedPrice");
    let action = lab.get(line, "OrderActionId").as_id().unwrap();
    assert_eq!(lab.text(action, "Type"), "Amend");

    let split =
        [period("2022-01-01", "2022-08-31", "10", "100"), period("2022-09-01", "2022-12-31", "15", "150")];
    assert_eq!(lab.periods(asset), split);
    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!(lab.text(action, "Type"), "Change");
    assert_eq!(lab.text(action, "CategoryEnum"), "Upsells");
    lab.check_numbers(
        action,
        &[
            ("QuantityChange", "5"),
            ("MrrChange", "50"),
            ("Amount", "200"),
            ("TotalQuantity", "15"),
            ("TotalMrr", "150"),
            ("TotalAmount", "1400"),
            ("TotalInitialSaleAmount", "1200"),
            ("TotalUpsellsAmount", "200"),
            ("TotalDownsellsAmount", "0"),
            ("ProductAmountChange", "200"),
        ],
    );
    let source = lab.only("AssetActionSource", "AssetActionId", action);
    assert_eq!(lab.get(source, "ReferenceEntityItemId"), line.into());
    assert_eq!(lab.text(source, "StartDate"), starts("2022-09-01"));
    assert_eq!(lab.text(source, "EndDate"), ends("2022-12-31"));
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "1400"), ("CurrentQuantity", "10")]);
    assert_eq!(lab.text(asset, "CurrentLifecycleEndDate"), ends("2022-08-31"));
    assert_eq!(lab.text(asset, "LifecycleEndDate"), ends("2022-12-31"));

    lab.move_to("2022-09-01T00:00:00Z");
    lab.check_numbers(asset, &[("CurrentQuantity", "15"), ("CurrentMrr", "150")]);
}

#[test]
fn five_licenses_less_are_credited_as_in_the_guide() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "-5");
    let order = order_of(&lab);
    assert_eq!(lab.number(order, "TotalAmount"), dec("-200"));
    let line = lab.line_for(order, asset);
    lab.check_numbers(
        line,
        &[("Quantity", "-5"), ("StartQuantity", "10"), ("EndQuantity", "5"), ("TotalPrice", "-200")],
    );
    let slice = lab.only("OrderItemDetail", "OrderItemId", line);
    lab.check_numbers(slice, &[("Quantity", "-5"), ("NetUnitPrice", "10"), ("TotalPrice", "-200")]);
    assert_eq!(lab.text(slice, "EffectiveFrom"), starts("2022-09-01"));
    assert_eq!(lab.text(slice, "EffectiveTo"), ends("2022-12-31"));
    let split =
        [period("2022-01-01", "2022-08-31", "10", "100"), period("2022-09-01", "2022-12-31", "5", "50")];
    assert_eq!(lab.periods(asset), split);
    let [_, action] = lab.actions(asset)[..] else { panic!("two actions") };
    assert_eq!(lab.text(action, "CategoryEnum"), "Downsells");
    lab.check_numbers(
        action,
        &[
            ("QuantityChange", "-5"),
            ("MrrChange", "-50"),
            ("Amount", "-200"),
            ("TotalQuantity", "5"),
            ("TotalMrr", "50"),
            ("TotalAmount", "1000"),
            ("TotalDownsellsAmount", "-200"),
            ("TotalUpsellsAmount", "0"),
        ],
    );
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1000"));
}

#[test]
fn an_increase_at_list_price_takes_the_price_of_today() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("12.5"))]).unwrap();
    lab.update(asset, vec![("QuantityIncreasePricingType", text("ListPrice"))]).unwrap();
    lab.amend_assets(&[asset], "2022-09-01", "2");
    let line = lab.line_for(order_of(&lab), asset);
    lab.check_numbers(line, &[("NetUnitPrice", "12.5"), ("TotalPrice", "100")]);
    assert_eq!(lab.text(line, "PricingTransactionType"), "AmendmentStartingFromListPrice");
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(last, &[("MrrChange", "25"), ("TotalMrr", "125"), ("TotalAmount", "1300")]);
}

#[test]
fn a_reduction_takes_the_newest_units_first_each_at_its_own_price() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("12"))]).unwrap();
    lab.update(asset, vec![("QuantityIncreasePricingType", text("ListPrice"))]).unwrap();
    lab.amend_assets(&[asset], "2022-05-01", "5");
    lab.amend_assets(&[asset], "2022-09-01", "-7");
    let line = lab.line_for(order_of(&lab), asset);
    let slices: Vec<_> = lab
        .with("OrderItemDetail", "OrderItemId", line)
        .into_iter()
        .map(|slice| ["Quantity", "UnitPrice", "TotalPrice"].map(|field| lab.number(slice, field)))
        .collect();
    assert_eq!(slices, [["-5", "12", "-240"].map(dec), ["-2", "10", "-80"].map(dec)]);
    lab.check_numbers(line, &[("TotalPrice", "-320"), ("TotalLineAmount", "-320")]);
    let order = lab.get(line, "OrderId").as_id().unwrap();
    assert_eq!(lab.number(order, "TotalAmount"), dec("-320"));
    let last = *lab.actions(asset).last().unwrap();
    lab.check_numbers(last, &[("MrrChange", "-80"), ("TotalMrr", "80"), ("Amount", "-320")]);
    assert_eq!(lab.periods(asset)[2], period("2022-09-01", "2022-12-31", "8", "80"));
}

#[test]
fn a_change_at_the_start_of_a_period_splits_nothing() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let rows = lab.with("AssetStatePeriod", "AssetId", asset);
    lab.amend_assets(&[asset], "2022-09-01", "1");
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", asset), rows);
    assert_eq!(lab.periods(asset)[1], period("2022-09-01", "2022-12-31", "16", "160"));
    lab.amend_assets(&[asset], "2022-11-01T06:30:00.000Z", "1");
    let [_, before, after] = &lab.periods(asset)[..] else { panic!("three periods") };
    assert_eq!((&*before[1], &*after[0]), ("2022-11-01T06:29:59.000+0000", "2022-11-01T06:30:00.000+0000"));
    let line = lab.line_for(order_of(&lab), asset);
    assert_eq!(lab.number(line, "TotalPrice"), dec("20"), "charged by whole days");
}

#[test]
fn what_cannot_be_amended_fails_with_an_error_log_and_no_order() {
    for (start, quantity, code) in [
        ("2022-09-01", "0", "INVALID_INPUT"),
        ("2022-09-01", "-10.5", "INVALID_INPUT"),
        ("2022-09-01", "0.125", "INVALID_INPUT"),
        ("2022-09-01", "99999999999", "INVALID_INPUT"),
        ("2021-12-31", "1", "INVALID_INPUT"),
        ("2023-01-01", "1", "INVALID_INPUT"),
        ("2022-12-31T12:00:00Z", "1", "INVALID_INPUT"),
        ("2022-01-01T06:00:00Z", "1", "INVALID_INPUT"),
    ] {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        let orders = lab.org.records("Order").count();
        let operation = lab.amend_assets(&[asset], start, quantity);
        assert_eq!(lab.text(operation, "Status"), "Failure", "{start} {quantity}");
        let [category, logged, _] = log_of(&mut lab, asset);
        assert_eq!((&*category, &*logged), ("InitiateAmendment", code), "{start} {quantity}");
        assert_eq!(lab.org.records("Order").count(), orders);
        assert_eq!(lab.actions(asset).len(), 1);
        let event = lab.last_event("AssetAmendInitiatedEvent");
        assert!(lab.event_value(&event, "HasErrors").is_true());
        assert!(lab.event_value(&event, "AmendmentRecordId").is_null());
    }
}

#[test]
fn a_change_before_an_upcoming_one_is_refused_in_the_platforms_words() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let operation = lab.amend_assets(&[asset], "2022-08-31", "1");
    assert_eq!(lab.text(operation, "Status"), "Failure");
    assert_eq!(
        log_of(&mut lab, asset)[2],
        "We couldn't amend the asset because the amendment date provided is earlier than the start date of an upcoming \
         amendment or renewal."
    );
    lab.move_to("2022-09-01T09:00:00Z");
    let operation = lab.amend_assets(&[asset], "2022-10-01", "1");
    assert_eq!(lab.text(operation, "Status"), "Completed");
}

#[test]
fn a_fraction_of_a_unit_can_be_bought_and_given_back() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "0.25");
    lab.amend_assets(&[asset], "2022-09-01", "-0.25");
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "1200")]);
    assert_eq!(lab.periods(asset)[1], period("2022-09-01", "2022-12-31", "10", "100"));
}

#[test]
fn an_evergreen_asset_changes_by_one_pricing_term_and_keeps_no_end() {
    let mut lab = lab();
    let asset =
        lab.sell("Usage Monitoring", vec![("Quantity", number("2")), ("ServiceDate", text("2022-01-01"))]);
    lab.amend_assets(&[asset], "2022-03-01", "3");
    lab.amend_assets(&[asset], "2022-04-01", "-1");
    let periods = lab.periods(asset);
    assert_eq!(periods[2], [starts("2022-04-01"), "null".into(), "4".into(), "100".into()]);
    assert_eq!(periods[1][1], ends("2022-03-31"));
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "100")]);
    assert!(lab.get(asset, "LifecycleEndDate").is_null());
    let line = lab.line_for(order_of(&lab), asset);
    assert!(lab.get(line, "EndDate").is_null());
}

#[test]
fn a_one_time_asset_cannot_be_amended() {
    let mut lab = lab();
    let asset = lab.sell("Onboarding Workshop", vec![("Quantity", number("1"))]);
    let operation = lab.amend_assets(&[asset], "2022-02-01", "1");
    assert_eq!(lab.text(operation, "Status"), "Failure");
}

#[test]
fn the_root_of_a_bundle_changes_with_the_components_that_scale() {
    let mut lab = lab();
    let root = lab.named("Asset", "Workspace Bundle");
    let own = |lab: &Lab, product: &str| {
        let product = lab.named("Product2", product);
        let related = lab.with("AssetRelationship", "AssetId", root);
        let assets = related.into_iter().filter_map(|id| lab.org.record(id)?.get("RelatedAssetId").as_id());
        assets
            .into_iter()
            .find(|id| lab.org.record(*id).unwrap().get("Product2Id").as_id() == Some(product))
            .unwrap()
    };
    let licenses = own(&lab, "Team License");
    let monitoring = own(&lab, "Usage Monitoring");
    let relationship = lab.only("AssetRelationship", "RelatedAssetId", licenses);
    let ctx = lab.ctx();
    lab.org
        .system_update(&ctx, relationship, vec![("RelatedAssetQtyScaleMethod", Value::text("Proportional"))])
        .unwrap();

    let component = lab.amend_assets(&[licenses], "2022-02-01", "1");
    assert_eq!(lab.text(component, "Status"), "Failure");
    let operation = lab.amend_assets(&[root], "2022-02-01", "2");
    assert_eq!(lab.text(operation, "Status"), "Completed");
    let order = order_of(&lab);
    let line = lab.line_for(order, root);
    assert_eq!(lab.with("OrderItemRelationship", "MainOrderItemId", line).len(), 3);
    for (asset, action, quantity, after) in
        [(root, "Amend", "2", "3"), (licenses, "Amend", "10", "15"), (monitoring, "No Change", "0", "2")]
    {
        let line = lab.line_for(order, asset);
        let order_action = lab.get(line, "OrderActionId").as_id().unwrap();
        assert_eq!(lab.text(order_action, "Type"), action);
        lab.check_numbers(line, &[("Quantity", quantity), ("EndQuantity", after)]);
    }
    assert_eq!(lab.actions(monitoring).len(), 1);
    assert_eq!(lab.periods(licenses)[1][2], "15");
}

#[test]
fn a_client_can_amend_by_an_order_of_its_own_across_later_periods() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    let amend = |lab: &mut Lab, quantity: &str, end: &str| {
        let (order, _) = lab.draft_order("2022-04-01");
        let fields = vec![("OrderId", id(order)), ("Type", text("Amend")), ("SourceAssetId", id(asset))];
        let action = lab.create("OrderAction", fields);
        let fields =
            vec![("Quantity", number(quantity)), ("ServiceDate", text("2022-04-01")), ("EndDate", text(end))];
        lab.add_line((order, action), "Team License", fields);
        lab.activate(order);
        lab.invoke(order).unwrap();
        lab.org.advance(lab.now);
        let event = lab.last_event("CreateAssetOrderEvent");
        let names = ["IsSuccess", "ErrorCode"];
        let [entry] = &lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &names)[..] else {
            panic!("one line")
        };
        (entry[0].is_true(), entry[1].as_text().map(str::to_owned))
    };
    assert_eq!(amend(&mut lab, "2", "2022-12-31"), (true, None));
    let split = [
        period("2022-01-01", "2022-03-31", "10", "100"),
        period("2022-04-01", "2022-08-31", "12", "120"),
        period("2022-09-01", "2022-12-31", "17", "170"),
    ];
    assert_eq!(lab.periods(asset), split);
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1580"));
    // The middle period has twelve units, the last one seventeen: the smallest decides.
    assert_eq!(amend(&mut lab, "-13", "2022-12-31"), (false, Some("INVALID_INPUT".into())));
    assert_eq!(amend(&mut lab, "1", "2022-11-30"), (false, Some("MOCKORG_NOT_MODELLED".into())));
    assert_eq!(lab.periods(asset), split);
}

#[test]
fn events_of_requests_in_56_carry_their_errors() {
    for (version, carried) in [(56, 1), (57, 0), (64, 0)] {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        lab.use_version(version);
        lab.amend_assets(&[asset], "2022-09-01", "0");
        let event = lab.last_event("AssetAmendInitiatedEvent");
        let names = ["ErrorCode", "ErrorMessage"];
        let entries = lab.entries(&event, "AssetAmendErrorDetailEvents", "AssetAmendErrorDtlEvent", &names);
        assert_eq!(entries.len(), carried, "{version}");
        assert!(entries.iter().all(|entry| entry[0] == Value::text("INVALID_INPUT")));
    }
}

#[test]
fn each_asset_of_an_amendment_stands_alone() {
    let mut lab = lab();
    let (good, bad) = (lab.sell_licenses(), lab.sell_licenses());
    lab.amend_assets(&[bad], "2022-09-01", "-8");
    let operation = lab.amend_assets(&[bad, good], "2022-09-01", "-5");
    assert_eq!(lab.text(operation, "Status"), "CompletedWithFailures");
    let counters = ["TotalJobItems", "SuccessfulJobItems", "FailedJobItems"];
    assert_eq!(counters.map(|field| lab.number(operation, field)), ["2", "1", "1"].map(dec));
    let event = lab.last_event("AssetAmendInitiatedEvent");
    assert!(lab.event_value(&event, "HasErrors").is_true());
    assert_eq!(lab.with("OrderItem", "OrderId", order_of(&lab)).len(), 1);
    assert_eq!(lab.periods(bad)[1][2], "2");
    assert_eq!(lab.periods(good)[1][2], "5");
}

#[test]
fn a_renewal_after_an_amendment_goes_on_with_the_new_quantity() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01", "5");
    lab.renew(&[asset]);
    assert_eq!(lab.periods(asset)[2], period("2023-01-01", "2023-12-31", "15", "150"));
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "3200")]);
    let operation = lab.amend_assets(&[asset], "2022-12-01", "1");
    assert_eq!(lab.text(operation, "Status"), "Failure", "the renewal is upcoming");
    lab.amend_assets(&[asset], "2023-07-01", "-15");
    assert_eq!(lab.periods(asset)[3], period("2023-07-01", "2023-12-31", "0", "0"));
    lab.check_numbers(asset, &[("TotalLifecycleAmount", "2300")]);
}

#[test]
fn an_order_cannot_change_an_asset_of_another_product() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let (order, _) = lab.draft_order("2022-04-01");
    let fields = vec![("OrderId", id(order)), ("Type", text("Cancel")), ("SourceAssetId", id(asset))];
    let action = lab.create("OrderAction", fields);
    lab.add_line((order, action), "Usage Monitoring", vec![("Quantity", number("-10"))]);
    lab.activate(order);
    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    let event = lab.last_event("CreateAssetOrderEvent");
    let entries = lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &["ErrorCode"]);
    assert_eq!(entries, [[Value::text("INVALID_INPUT")]]);
    assert_eq!(lab.actions(asset).len(), 1);
}
