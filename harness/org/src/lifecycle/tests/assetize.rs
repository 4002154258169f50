//! Order to asset: what a new sale writes, and what its event says.

use super::support::{dec, id, lab, number, text};
use crate::{ActionValue, ErrorCode, Value};

#[test]
fn a_term_defined_sale_makes_an_asset_with_one_period_and_an_initial_sale() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(lab.text(asset, "Name"), "Team License");
    assert_eq!(lab.text(asset, "ProductCode"), "LIC-TEAM");
    assert!(lab.get(asset, "HasLifecycleManagement").is_true());
    assert_eq!(lab.text(asset, "LifecycleStartDate"), "2022-01-01T00:00:00.000+0000");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    assert_eq!(lab.number(asset, "CurrentMrr"), dec("100"));
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1200"));
    assert_eq!(lab.number(asset, "RenewalTerm"), dec("12"));
    assert_eq!(lab.text(asset, "RenewalTermUnit"), "Months");
    assert!(lab.get(asset, "RenewalPricingType").is_null());
    assert!(lab.get(asset, "Quantity").is_null(), "the quantity lives in the period");

    let period = lab.only("AssetStatePeriod", "AssetId", asset);
    assert_eq!(lab.number(period, "Quantity"), dec("10"));
    assert_eq!(lab.number(period, "Mrr"), dec("100"));
    assert_eq!(lab.number(period, "Amount"), dec("0"));
    assert!(lab.text(period, "AssetStatePeriodNumber").starts_with("ASP-"));

    let [action] = lab.actions(asset)[..] else { panic!("one action") };
    assert_eq!(lab.text(action, "Type"), "Generate");
    assert_eq!(lab.text(action, "CategoryEnum"), "Initial Sale");
    assert_eq!(lab.text(action, "ActionDate"), "2022-01-01T08:00:00.000+0000");
    for (field, value) in [
        ("QuantityChange", "10"),
        ("MrrChange", "100"),
        ("Amount", "1200"),
        ("TotalQuantity", "10"),
        ("TotalMrr", "100"),
        ("TotalAmount", "1200"),
        ("TotalInitialSaleAmount", "1200"),
        ("TotalRenewalsAmount", "0"),
        ("TotalTransfersAmount", "0"),
        ("ProductAmountChange", "1200"),
        ("AdjustmentAmountChange", "0"),
        ("SubtotalChange", "1200"),
        ("EstimatedTaxChange", "0"),
        ("ActualTaxChange", "0"),
    ] {
        assert_eq!(lab.number(action, field), dec(value), "{field}");
    }
    assert!(!lab.get(action, "CanRollBack").is_true());
    let source = lab.only("AssetActionSource", "AssetActionId", action);
    assert_eq!(lab.text(source, "StartDate"), "2022-01-01T00:00:00.000+0000");
    assert_eq!(lab.text(source, "EndDate"), "2022-12-31T23:59:59.000+0000");
    assert_eq!(lab.number(source, "Subtotal"), dec("1200"));
    assert_eq!(lab.text(source, "BillingReference"), lab.text(source, "ReferenceEntityItemId"));
}

#[test]
fn what_is_current_follows_the_clock() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    assert_eq!(lab.text(asset, "CurrentLifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
    lab.move_to("2022-12-31T23:59:59.500Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("10"));
    lab.move_to("2023-01-01T00:00:00Z");
    assert_eq!(lab.number(asset, "CurrentQuantity"), dec("0"));
    assert_eq!(lab.number(asset, "CurrentMrr"), dec("0"));
    assert!(lab.get(asset, "CurrentLifecycleEndDate").is_null());
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2022-12-31T23:59:59.000+0000");
}

#[test]
fn evergreen_assets_have_no_end_and_one_time_assets_no_recurring_revenue() {
    let mut lab = lab();
    let evergreen =
        lab.sell("Usage Monitoring", vec![("Quantity", number("2")), ("ServiceDate", text("2022-01-01"))]);
    assert!(lab.get(evergreen, "LifecycleEndDate").is_null());
    assert!(lab.get(evergreen, "RenewalTerm").is_null());
    assert_eq!(lab.number(evergreen, "CurrentMrr"), dec("50"));
    assert_eq!(lab.number(evergreen, "TotalLifecycleAmount"), dec("50"));
    let once =
        lab.sell("Onboarding Workshop", vec![("Quantity", number("1")), ("ServiceDate", text("2022-01-01"))]);
    assert_eq!(lab.number(once, "CurrentQuantity"), dec("1"));
    assert_eq!(lab.number(once, "CurrentMrr"), dec("0"));
    assert_eq!(lab.number(once, "TotalLifecycleAmount"), dec("1500"));
}

#[test]
fn a_discount_is_the_adjustment_of_the_source() {
    let mut lab = lab();
    let asset = lab.sell(
        "Team License",
        vec![
            ("Quantity", number("10")),
            ("Discount", number("10")),
            ("ServiceDate", text("2022-01-01")),
            ("EndDate", text("2022-12-31")),
        ],
    );
    let [action] = lab.actions(asset)[..] else { panic!("one action") };
    assert_eq!(lab.number(action, "Amount"), dec("1080"));
    assert_eq!(lab.number(action, "MrrChange"), dec("90"));
    assert_eq!(lab.number(action, "ProductAmountChange"), dec("1200"));
    assert_eq!(lab.number(action, "AdjustmentAmountChange"), dec("-120"));
    assert_eq!(lab.number(action, "SubtotalChange"), dec("1080"));
}

#[test]
fn the_event_names_every_line_with_its_asset() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let first = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    let second = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("2"))]);
    lab.activate(order.0);
    let outputs = lab.invoke(order.0).unwrap();
    let [(name, ActionValue::One(request))] = &outputs[..] else { panic!("one output") };
    assert_eq!(&**name, "requestId");
    lab.org.advance(lab.now);

    let event = lab.last_event("CreateAssetOrderEvent");
    assert_eq!(&event.channel[..], "/event/CreateAssetOrderEvent");
    assert_eq!(lab.event_value(&event, "RequestIdentifier"), *request);
    assert_eq!(lab.event_value(&event, "OrderIdentifier"), Value::text(order.0.to_string()));
    assert!(lab.event_value(&event, "IsLastEvent").is_true());
    let entries = lab.entries(
        &event,
        "AssetDetails",
        "CreateAssetOrderDtlEvent",
        &["OrderItemId", "AssetId", "IsSuccess", "ErrorCode"],
    );
    let entry = |line| vec![Value::Id(line), Value::Id(lab.asset_of(line)), Value::Bool(true), Value::Null];
    assert_eq!(entries, [entry(first), entry(second)]);

    let tracker = lab.only("AsyncOperationTracker", "CorrelationIdentifier", request.clone());
    assert_eq!(lab.text(tracker, "JobType"), "AssetizationAsyncJob");
    assert_eq!(lab.text(tracker, "Status"), "Completed");
    assert_eq!(lab.get(tracker, "ReferenceEntityId"), Value::Id(order.0));
    assert_eq!(lab.number(tracker, "SuccessfulJobItems"), dec("2"));
    assert!(lab.with("RevenueAsyncOperation", "CorrelationIdentifier", request.clone()).is_empty());
}

#[test]
fn a_user_without_create_on_asset_is_accepted_and_told_so_by_the_event() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.activate(order.0);
    lab.log_in("restricted@mockorg.example");
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    let event = lab.last_event("CreateAssetOrderEvent");
    let names = ["OrderItemId", "AssetId", "IsSuccess", "ErrorCode", "ErrorMessage"];
    let expected = vec![
        Value::Id(line),
        Value::Null,
        Value::Bool(false),
        Value::text("INSUFFICIENT_ACCESS"),
        Value::text("User doesn’t have Create Access to asset."),
    ];
    assert_eq!(lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &names), [expected]);
    let log = lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", order.0);
    assert_eq!(lab.text(log, "Category"), "OrderToAsset");
    assert_eq!(lab.get(log, "RelatedRecordId"), Value::Id(line));
}

#[test]
fn lines_are_not_assetized_twice_and_unassetizable_products_not_at_all() {
    let mut lab = lab();
    let product = lab.named("Product2", "Onboarding Workshop");
    lab.update(product, vec![("IsAssetizable", crate::Input::Bool(false))]).unwrap();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    let skipped = lab.add_line(order, "Onboarding Workshop", vec![("Quantity", number("1"))]);
    lab.activate(order.0);
    for _ in 0..2 {
        lab.invoke(order.0).unwrap();
        lab.org.advance(lab.now);
    }
    let asset = lab.asset_of(line);
    assert_eq!(lab.actions(asset).len(), 1);
    assert!(lab.with("AssetActionSource", "ReferenceEntityItemId", skipped).is_empty());
    let event = lab.last_event("CreateAssetOrderEvent");
    let entries = lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &["AssetId", "IsSuccess"]);
    assert_eq!(entries, [vec![Value::Id(asset), Value::Bool(true)]]);
}

#[test]
fn a_draft_order_makes_no_asset() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    let event = lab.last_event("CreateAssetOrderEvent");
    let entries =
        lab.entries(&event, "AssetDetails", "CreateAssetOrderDtlEvent", &["IsSuccess", "ErrorCode"]);
    assert_eq!(entries, [vec![Value::Bool(false), Value::text("INVALID_STATUS")]]);
    assert!(lab.with("AssetActionSource", "ReferenceEntityItemId", line).is_empty());
}

#[test]
fn activation_alone_makes_the_assets_once_when_the_order_is_marked() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.create(
        "AppUsageAssignment",
        vec![("AppUsageType", text("RevenueLifecycleManagement")), ("RecordId", id(order.0))],
    );
    lab.activate(order.0);
    lab.org.advance(lab.now);
    let asset = lab.asset_of(line);
    lab.update(order.0, vec![("Status", text("Draft"))]).unwrap();
    lab.activate(order.0);
    lab.org.advance(lab.now);
    assert_eq!(lab.asset_of(line), asset);
    assert_eq!(lab.actions(asset).len(), 1);
}

#[test]
fn activation_without_the_mark_makes_nothing() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.update(order.0, vec![("ShippingCity", crate::Input::Null)]).unwrap();
    lab.activate(order.0);
    lab.org.advance(lab.now);
    assert!(lab.with("AssetActionSource", "ReferenceEntityItemId", line).is_empty());
    assert!(lab.with("AsyncOperationTracker", "ReferenceEntityId", order.0).is_empty());
}

#[test]
fn bad_inputs_of_the_action_fail_alone_and_unknown_actions_altogether() {
    let mut lab = lab();
    let inputs = [vec![], vec![("orderId", text("801"))], vec![("order", text("x"))]];
    let name = "createOrUpdateAssetFromOrder";
    let call = crate::Call::InvokeAction {
        name: name.into(),
        inputs: inputs.into_iter().map(super::support::body).collect(),
    };
    let Ok(crate::Reply::Invoked { outcomes, .. }) = lab.call(call) else { panic!("accepted") };
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.as_ref().unwrap_err()[0].code).collect();
    assert_eq!(codes, [ErrorCode::RequiredFieldMissing, ErrorCode::InvalidInput, ErrorCode::InvalidInput]);
    let call = |name: &str| crate::Call::InvokeAction { name: name.into(), inputs: vec![] };
    let error = lab.call(call("makeCoffee")).unwrap_err();
    assert_eq!(
        (error.code, error.message.as_deref()),
        (ErrorCode::NotFound, Some("Invalid Action Type: makeCoffee"))
    );
    assert_eq!(lab.call(call("createOrderFromQuote")).unwrap_err().code, ErrorCode::NotModelled);
    lab.use_version(54);
    assert_eq!(lab.call(call(name)).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn queries_see_what_the_platform_works_out() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let soql = "SELECT Id, CurrentMrr FROM Asset WHERE CurrentQuantity = 10 AND TotalLifecycleAmount = 1200 AND \
                LifecycleEndDate = 2022-12-31T23:59:59Z AND CurrentMrr > 99";
    let call = crate::Call::Query { soql: soql.into(), all: false, batch_size: None };
    let Ok(crate::Reply::Page(page)) = lab.call(call) else { panic!("a page") };
    let ids: Vec<_> = page.rows.iter().filter_map(|row| row.id).collect();
    assert_eq!(ids, [asset]);
}

#[test]
fn a_sale_of_less_than_nothing_makes_no_asset() {
    let mut lab = lab();
    let (order, add) = lab.draft_order("2022-01-01");
    let fields = vec![
        ("Quantity", number("-5")),
        ("UnitPrice", number("10")),
        ("ServiceDate", text("2022-01-01")),
        ("EndDate", text("2022-12-31")),
    ];
    let line = lab.add_line((order, add), "Team License", fields);
    lab.activate(order);
    assert_eq!(lab.assetize_one(order), Err("INVALID_INPUT".into()));
    assert!(lab.with("AssetActionSource", "ReferenceEntityItemId", line).is_empty());
}
