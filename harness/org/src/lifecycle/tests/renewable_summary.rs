//! `getRenewableAssetsSummary`: which assets of an order it names, and at which price they would be renewed.

use super::support::{Lab, body, id, lab, number, text};
use crate::{
    ActionOutcome, ActionValue, ActionValues, ApiVersion, Call, ErrorCode, Input, RecordId, Reply, Value,
};

fn ask(lab: &mut Lab, input: Input) -> ActionOutcome {
    let inputs = vec![body(vec![("orderId", input)])];
    match lab.call(Call::InvokeAction { name: "getRenewableAssetsSummary".into(), inputs }).unwrap() {
        Reply::Invoked { outcomes, .. } => outcomes.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn summary(lab: &mut Lab, order: RecordId) -> Vec<ActionValues> {
    let outputs = ask(lab, id(order)).unwrap();
    let [(name, ActionValue::List(assets))] = &outputs[..] else { panic!("one list") };
    assert_eq!(&**name, "renewableAssetsSummary");
    assets.clone()
}

fn value(of: &ActionValues, name: &str) -> Value {
    match of.iter().find(|(known, _)| &**known == name) {
        Some((_, ActionValue::One(value))) => value.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

/// The quantity and the net unit price of an entry; `None` when it has none.
fn price(of: &ActionValues) -> Option<(Value, Value)> {
    match of.iter().find(|(known, _)| &**known == "renewalPriceDetails") {
        Some((_, ActionValue::List(details))) => {
            details.first().map(|detail| (value(detail, "quantity"), value(detail, "netUnitPrice")))
        }
        other => panic!("{other:?}"),
    }
}

fn order_of(lab: &Lab, asset: RecordId) -> RecordId {
    let action = lab.actions(asset)[0];
    let source = lab.only("AssetActionSource", "AssetActionId", action);
    let line = lab.org.record(source).unwrap().get("ReferenceEntityItemId").as_id().unwrap();
    lab.org.record(line).unwrap().get("OrderId").as_id().unwrap()
}

#[test]
fn an_asset_with_a_term_is_summed_up_as_in_the_example_of_the_guide() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let order = order_of(&lab, asset);
    let [entry] = &summary(&mut lab, order)[..] else { panic!("one asset") };
    let names: Vec<&str> = entry.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "totalLineAmount",
            "startDate",
            "rootAssetOpportunity",
            "renewalPriceDetails",
            "productId",
            "priceBookId",
            "priceBookEntryId",
            "orderItem",
            "opportunityProductId",
            "lastAssetActionSubtype",
            "lastAssetAction",
            "endDate",
            "assetId",
            "account"
        ]
    );
    assert_eq!(value(entry, "assetId"), asset.into());
    assert_eq!(value(entry, "account"), lab.named("Account", "Aurora Robotics").into());
    assert_eq!(value(entry, "priceBookEntryId"), lab.entry("Team License").into());
    assert_eq!(value(entry, "orderItem"), lab.only("OrderItem", "OrderId", order).into());
    assert_eq!(value(entry, "startDate").as_date().unwrap().to_string(), "2022-01-01");
    assert_eq!(value(entry, "endDate").as_date().unwrap().to_string(), "2022-12-31");
    assert_eq!(value(entry, "lastAssetAction"), Value::text("Initial Sale"));
    assert_eq!(value(entry, "lastAssetActionSubtype"), Value::Null);
    assert_eq!(value(entry, "totalLineAmount"), Value::Int(1200));
    assert_eq!(price(entry), Some((Value::Int(10), Value::Int(10))));
}

#[test]
fn the_price_is_that_of_a_renewal_of_today() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let order = order_of(&lab, asset);
    let entry = lab.entry("Team License");
    lab.update(entry, vec![("UnitPrice", number("12.5"))]).unwrap();
    assert_eq!(price(&summary(&mut lab, order)[0]), Some((Value::Int(10), Value::Int(10))));
    lab.update(asset, vec![("RenewalPricingType", text("ListPrice"))]).unwrap();
    let listed = price(&summary(&mut lab, order)[0]).unwrap();
    assert_eq!(listed, (Value::Int(10), Value::Number("12.5".parse().unwrap())));
}

#[test]
fn assets_without_a_term_and_orders_without_assets_have_no_entry() {
    let mut lab = lab();
    for product in ["Usage Monitoring", "Onboarding Workshop"] {
        let asset = lab.sell(product, vec![("Quantity", number("1")), ("ServiceDate", text("2022-01-01"))]);
        let order = order_of(&lab, asset);
        assert_eq!(summary(&mut lab, order), Vec::<ActionValues>::new(), "{product}");
    }
    let (draft, _) = lab.draft_order("2022-01-01");
    assert_eq!(summary(&mut lab, draft), Vec::<ActionValues>::new());
}

#[test]
fn the_last_action_is_named_in_the_singular() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    lab.set_term(asset, "12", "Months");
    let order = order_of(&lab, asset);
    lab.renew(&[asset]);
    let entry = &summary(&mut lab, order)[0];
    assert_eq!(value(entry, "lastAssetAction"), Value::text("Renewal"));
    assert_eq!(value(entry, "endDate").as_date().unwrap().to_string(), "2023-12-31");
}

#[test]
fn an_order_that_is_none_is_refused() {
    let mut lab = lab();
    let account = lab.named("Account", "Aurora Robotics");
    for input in [text("x"), id(account), Input::Array(Vec::new()), Input::Null] {
        let errors = ask(&mut lab, input).unwrap_err();
        assert!(
            [ErrorCode::InvalidInput, ErrorCode::RequiredFieldMissing].contains(&errors[0].code),
            "{errors:?}"
        );
    }
}

#[test]
fn the_action_is_not_there_before_64() {
    let mut lab = lab();
    let describe = || Call::DescribeAction { name: "getRenewableAssetsSummary".into() };
    let Ok(Reply::Action(action)) = lab.call(describe()) else { panic!("described") };
    assert_eq!((&*action.inputs[0].value_type, action.inputs[0].required), ("ID", true));
    assert_eq!(action.outputs[0].max_occurs, 2000);
    lab.use_version(63);
    assert_eq!(lab.call(describe()).unwrap_err().code, ErrorCode::NotFound);
    assert!(ApiVersion::NEWEST.number() > 64);
}
