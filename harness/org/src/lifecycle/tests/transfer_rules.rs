//! What may not be transferred, and what a transfer that has begun forbids.

use super::{
    support::{Fields, Lab, body, id, lab, number, text},
    transfers::{CEDAR, transfer},
};
use crate::{Input, RecordId};

#[test]
fn nothing_else_happens_to_an_asset_until_both_orders_are_assetized() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let request = transfer(&lab, &[(asset, "4")], "2022-07-01T00:00:00.000Z", "Order");
    let answer = lab.answered("initiateTransfer", request.clone());
    let again = lab.refused_action("initiateTransfer", request.clone());
    assert!(again.starts_with("INVALID_STATUS: "), "{again}");
    lab.fulfil(answer[0]);
    let amended = lab.amend_assets(&[asset], "2022-08-01T00:00:00Z", "1");
    assert_eq!(lab.text(amended, "Status"), "Failure");
    lab.fulfil(answer[1]);
    let amended = lab.amend_assets(&[asset], "2022-08-01T00:00:00Z", "1");
    assert_eq!(lab.text(amended, "Status"), "Completed");
}

#[test]
fn a_transfer_that_was_given_up_leaves_the_asset_free() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let request = transfer(&lab, &[(asset, "4")], "2022-07-01T00:00:00.000Z", "Order");
    let answer = lab.answered("initiateTransfer", request.clone());
    lab.delete(answer[0]).unwrap();
    lab.delete(answer[1]).unwrap();
    lab.answered("initiateTransfer", request);
}

#[test]
fn every_rule_of_transfers_is_named_and_leaves_nothing_behind() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let orders = lab.org.records("Order").count();
    let aurora = lab.named("Account", "Aurora Robotics");
    let mut ask = |change: &dyn Fn(&mut Fields<'_>)| {
        let mut fields = transfer(&lab, &[(asset, "4")], "2022-07-01", "Order");
        change(&mut fields);
        lab.refused_action("initiateTransfer", fields)
    };
    let set = |name: &'static str, value: Input| {
        move |fields: &mut Fields<'_>| {
            fields.retain(|(known, _)| *known != name);
            fields.push((name, value.clone()));
        }
    };
    let record = |asset: Input, quantity: Input| {
        Input::Array(vec![Input::Object(body(vec![("assetId", asset), ("transferQuantity", quantity)]))])
    };
    for (given, wanted) in [
        (
            set("transferRecords", record(id(asset), number("11"))),
            "INVALID_INPUT: The quantity can't be reduced",
        ),
        (
            set("transferRecords", record(id(asset), number("0"))),
            "INVALID_INPUT: The quantity to transfer must",
        ),
        (
            set("transferRecords", record(id(asset), number("-1"))),
            "INVALID_INPUT: The quantity to transfer must",
        ),
        (
            set("transferRecords", record(id(asset), number("0.001"))),
            "INVALID_INPUT: The quantity to transfer must",
        ),
        (set("transferRecords", record(id(asset), text("4"))), "INVALID_INPUT: Specify a number for"),
        (
            set("transferRecords", record(text("nonsense"), number("4"))),
            "INVALID_INPUT: Specify a valid asset ID",
        ),
        (set("transferRecords", text("4")), "INVALID_INPUT: Specify a list of assetId"),
        (
            set("targetAccountId", id(aurora)),
            "INVALID_INPUT: The asset belongs to the target account already.",
        ),
        (set("targetAccountId", id(asset)), "INVALID_INPUT: Specify a valid account ID"),
        (set("targetContractId", text("800000000000000")), "INVALID_INPUT: Specify a valid contract ID"),
        (set("transferDate", text("soon")), "INVALID_INPUT: Specify a valid date and time"),
        (
            set("transferDate", text("2021-12-31")),
            "INVALID_INPUT: The transfer date can't be earlier than today.",
        ),
        (set("transferDate", text("2023-01-01")), "INVALID_INPUT: The transfer date is outside"),
        (set("outputRecordType", text("Invoice")), "INVALID_INPUT: Specify either Quote or Order"),
        (set("shouldSkipPricing", text("yes")), "INVALID_INPUT: Specify either true or false"),
        (
            set("transferDate", Input::Null),
            "REQUIRED_FIELD_MISSING: Missing required input parameter: transferDate",
        ),
    ] {
        let refused = ask(&given);
        assert!(refused.starts_with(wanted), "{refused}\n{wanted}");
    }
    let twice = |fields: &mut Fields<'_>| {
        let one = Input::Object(body(vec![("assetId", id(asset)), ("transferQuantity", number("1"))]));
        set("transferRecords", Input::Array(vec![one.clone(), one]))(fields);
    };
    assert_eq!(ask(&twice), "INVALID_INPUT: An asset can be part of a transfer once.");
    // The tracker of the sale has expired by then.
    lab.move_to("2023-02-01T00:00:00Z");
    let expired = transfer(&lab, &[(asset, "4")], "2023-02-01", "Order");
    assert_eq!(
        lab.refused_action("initiateTransfer", expired),
        "INVALID_INPUT: You can't transfer an expired asset."
    );
    assert_eq!(lab.org.records("Order").count(), orders);
    assert_eq!(lab.org.records("AsyncOperationTracker").count(), 0);
}

#[test]
fn a_component_moves_with_its_root_only() {
    let mut lab = lab();
    lab.use_version(65);
    let root = lab.named("Asset", "Workspace Bundle");
    let related = lab.with("AssetRelationship", "AssetId", root)[0];
    let component: RecordId = lab.text(related, "RelatedAssetId").parse().unwrap();
    let fields = transfer(&lab, &[(component, "1")], "2022-02-01", "Order");
    let refused = lab.refused_action("initiateTransfer", fields);
    assert_eq!(
        refused,
        "INVALID_INPUT: The asset is part of a bundle. Specify the root asset to transfer it."
    );
}

#[test]
fn the_units_of_a_transfer_are_there_in_every_period_to_come() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    lab.amend_assets(&[asset], "2022-09-01T00:00:00Z", "-8");
    let ask = |lab: &mut Lab, quantity: &str| {
        let fields = transfer(lab, &[(asset, quantity)], "2022-03-01", "Order");
        lab.one_input("initiateTransfer", fields).map(drop)
    };
    assert!(ask(&mut lab, "3").is_err());
    assert!(ask(&mut lab, "2").is_ok());
}

#[test]
fn the_contract_of_the_target_is_one_of_its_own() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let mut contract = |account: &str| {
        let account = lab.named("Account", account);
        lab.create("Contract", vec![("AccountId", id(account)), ("Status", text("Draft"))])
    };
    let (own, other) = (contract(CEDAR), contract("Aurora Robotics"));
    let with = |lab: &Lab, contract: RecordId| {
        let mut fields = transfer(lab, &[(asset, "1")], "2022-02-01", "Order");
        fields.push(("targetContractId", id(contract)));
        fields
    };
    let fields = with(&lab, other);
    assert_eq!(
        lab.refused_action("initiateTransfer", fields),
        "INVALID_INPUT: Specify a contract of the target account for targetContractId, and try again."
    );
    let fields = with(&lab, own);
    let answer = lab.answered("initiateTransfer", fields);
    assert_eq!(lab.text(answer[0], "ContractId"), "null");
    assert_eq!(lab.text(answer[1], "ContractId"), own.to_string());
}

#[test]
fn a_transfer_has_one_account_one_price_book_and_fifty_lines() {
    let mut lab = lab();
    lab.use_version(65);
    let asset = lab.sell_licenses();
    let bundle = lab.named("Asset", "Workspace Bundle");
    let accounts = transfer(&lab, &[(asset, "1"), (bundle, "1")], "2022-02-01", "Order");
    assert_eq!(
        lab.refused_action("initiateTransfer", accounts),
        "INVALID_INPUT: All assets of a transfer must belong to the same account."
    );
    let order = lab.draft_order("2022-01-01");
    let one = || vec![("Quantity", number("1")), ("EndDate", text("2022-12-31"))];
    let lines: Vec<RecordId> = (0..51).map(|_| lab.add_line(order, "Team License", one())).collect();
    lab.activate(order.0);
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    let assets: Vec<(RecordId, &str)> = lines.into_iter().map(|line| (lab.asset_of(line), "1")).collect();
    let many = transfer(&lab, &assets, "2022-02-01", "Order");
    assert_eq!(
        lab.refused_action("initiateTransfer", many),
        "LIMIT_EXCEEDED: A transfer has 50 line items at most."
    );
    let fifty = transfer(&lab, &assets[1..], "2022-02-01", "Order");
    lab.answered("initiateTransfer", fifty);
    let book = lab.create("Pricebook2", vec![("Name", text("Partners")), ("IsActive", Input::Bool(true))]);
    let standard = lab.entry("Team License");
    let same = |lab: &mut Lab, field: &str| text(&lab.text(standard, field));
    let fields = vec![
        ("Pricebook2Id", id(book)),
        ("Product2Id", same(&mut lab, "Product2Id")),
        ("ProductSellingModelId", same(&mut lab, "ProductSellingModelId")),
        ("UnitPrice", number("7")),
        ("IsActive", Input::Bool(true)),
    ];
    let entry = lab.create("PricebookEntry", fields);
    let order = lab.draft_order("2022-01-01");
    lab.update(order.0, vec![("Pricebook2Id", id(book))]).unwrap();
    let fields = vec![
        ("OrderId", id(order.0)),
        ("OrderActionId", id(order.1)),
        ("PricebookEntryId", id(entry)),
        ("BillingFrequency2", text("Monthly")),
        ("Quantity", number("1")),
        ("EndDate", text("2022-12-31")),
    ];
    let line = lab.create("OrderItem", fields);
    lab.activate(order.0);
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    let partner = lab.asset_of(line);
    let books = transfer(&lab, &[(asset, "1"), (partner, "1")], "2022-02-01", "Order");
    assert_eq!(
        lab.refused_action("initiateTransfer", books),
        "INVALID_INPUT: All assets of a transfer must be of the same price book."
    );
}
