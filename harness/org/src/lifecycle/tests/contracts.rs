//! Contracts: their status and end, the assets that they govern, and renewals by their term.

use super::support::{Lab, dec, id, lab, number, text};
use crate::{ErrorCode, RecordId};

/// A draft contract of Aurora Robotics from the beginning of 2022.
fn contract(lab: &mut Lab, months: &str) -> RecordId {
    let fields = vec![
        ("AccountId", id(lab.named("Account", "Aurora Robotics"))),
        ("StartDate", text("2022-01-01")),
        ("ContractTerm", number(months)),
    ];
    lab.create("Contract", fields)
}

fn mark(lab: &mut Lab, contract: RecordId) {
    let fields = vec![("AppUsageType", text("RevenueLifecycleManagement")), ("RecordId", id(contract))];
    lab.create("AppUsageAssignment", fields);
}

/// Sells ten licenses by an order under a contract; gives the asset.
fn sell_under(lab: &mut Lab, contract: RecordId, end: Option<&str>) -> RecordId {
    let order = lab.draft_order("2022-01-01");
    lab.update(order.0, vec![("ContractId", id(contract))]).unwrap();
    let mut fields = vec![("Quantity", number("10")), ("UnitPrice", number("10"))];
    fields.push(("ServiceDate", text("2022-01-01")));
    fields.extend(end.map(|end| ("EndDate", text(end))));
    let product = if end.is_some() { "Team License" } else { "Usage Monitoring" };
    let line = lab.add_line(order, product, fields);
    lab.activate(order.0);
    lab.invoke(order.0).unwrap();
    lab.org.advance(lab.now);
    lab.asset_of(line)
}

fn ties(lab: &Lab, asset: RecordId) -> Vec<RecordId> {
    lab.with("AssetContractRelationship", "AssetId", asset)
}

#[test]
fn a_contract_ends_the_day_before_its_anniversary() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    assert_eq!(lab.text(contract, "EndDate"), "2022-12-31");
    assert_eq!(
        (lab.text(contract, "Status"), lab.text(contract, "StatusCode")),
        ("Draft".into(), "Draft".into())
    );
    lab.update(contract, vec![("ContractTerm", number("1")), ("StartDate", text("2022-01-31"))]).unwrap();
    assert_eq!(lab.text(contract, "EndDate"), "2022-02-27");
    lab.update(contract, vec![("ContractTerm", crate::Input::Null)]).unwrap();
    assert_eq!(lab.text(contract, "EndDate"), "null");
}

#[test]
fn activation_is_an_update_that_notes_when_and_by_whom() {
    let mut lab = lab();
    let account = id(lab.named("Account", "Aurora Robotics"));
    let at_once = lab.try_create("Contract", vec![("AccountId", account), ("Status", text("Activated"))]);
    assert_eq!(at_once.unwrap_err().code, ErrorCode::FailedActivation);
    let contract = contract(&mut lab, "12");
    lab.update(contract, vec![("Status", text("In Approval Process"))]).unwrap();
    assert_eq!(lab.text(contract, "StatusCode"), "InApproval");
    assert_eq!(lab.text(contract, "ActivatedDate"), "null");
    lab.update(contract, vec![("Status", text("Activated"))]).unwrap();
    assert_eq!(lab.text(contract, "StatusCode"), "Activated");
    assert_eq!(lab.text(contract, "ActivatedDate"), "2022-01-01T08:00:00.000+0000");
    let admin = lab.only("User", "Username", "admin@mockorg.example");
    assert_eq!(lab.get(contract, "ActivatedById"), admin.into());
}

#[test]
fn an_activated_contract_keeps_status_and_account_and_cannot_be_deleted() {
    let mut lab = lab();
    let other = lab.named("Account", "Blue Harbor Logistics");
    let contract = contract(&mut lab, "12");
    lab.update(contract, vec![("AccountId", id(other))]).unwrap();
    lab.update(contract, vec![("Status", text("Activated"))]).unwrap();
    let aurora = id(lab.named("Account", "Aurora Robotics"));
    let code = |outcome: Result<crate::Reply, crate::ApiError>| outcome.unwrap_err().code;
    assert_eq!(
        code(lab.update(contract, vec![("Status", text("Draft"))])),
        ErrorCode::FieldIntegrityException
    );
    assert_eq!(code(lab.update(contract, vec![("AccountId", aurora)])), ErrorCode::EntityIsLocked);
    assert_eq!(code(lab.delete(contract)), ErrorCode::DeleteFailed);
    assert_eq!(code(lab.delete(other)), ErrorCode::DeleteFailed, "its account would take it along");
    lab.update(contract, vec![("Description", text("Renewed by hand"))]).unwrap();
}

#[test]
fn a_draft_contract_can_be_deleted() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    lab.delete(contract).unwrap();
    assert!(lab.org.record(contract).is_none_or(|row| row.is_deleted()));
}

#[test]
fn a_new_asset_is_tied_to_the_contract_of_its_order_for_as_long_as_it_lives() {
    let mut lab = lab();
    let contract = contract(&mut lab, "24");
    mark(&mut lab, contract);
    let asset = sell_under(&mut lab, contract, Some("2022-12-31"));
    let [tie] = ties(&lab, asset)[..] else { panic!("one relationship") };
    assert_eq!(lab.get(tie, "ContractId"), contract.into());
    assert_eq!(lab.text(tie, "StartDate"), "2022-01-01T00:00:00.000+0000");
    assert_eq!(lab.text(tie, "EndDate"), "2022-12-31T23:59:59.000+0000");
    assert_eq!(lab.text(asset, "RenewalTerm"), "null", "the contract knows it");
}

#[test]
fn a_tie_does_not_outlive_its_contract() {
    let mut lab = lab();
    let contract = contract(&mut lab, "6");
    mark(&mut lab, contract);
    for end in [Some("2022-12-31"), None] {
        let asset = sell_under(&mut lab, contract, end);
        let [tie] = ties(&lab, asset)[..] else { panic!("one relationship") };
        assert_eq!(lab.text(tie, "EndDate"), "2022-06-30T23:59:59.000+0000", "{end:?}");
    }
}

#[test]
fn a_tie_without_any_end_is_open() {
    let mut lab = lab();
    let contract = contract(&mut lab, "6");
    lab.update(contract, vec![("ContractTerm", crate::Input::Null)]).unwrap();
    mark(&mut lab, contract);
    let asset = sell_under(&mut lab, contract, None);
    let [tie] = ties(&lab, asset)[..] else { panic!("one relationship") };
    assert_eq!(lab.text(tie, "EndDate"), "null");
}

#[test]
fn a_contract_without_the_usage_row_ties_nothing() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    let asset = sell_under(&mut lab, contract, Some("2022-12-31"));
    assert_eq!(ties(&lab, asset), []);
}

#[test]
fn a_second_request_for_the_same_order_ties_no_second_time() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    mark(&mut lab, contract);
    let asset = sell_under(&mut lab, contract, Some("2022-12-31"));
    let order = lab.only("Order", "ContractId", contract);
    lab.invoke(order).unwrap();
    lab.org.advance(lab.now);
    assert_eq!(ties(&lab, asset).len(), 1);
}

#[test]
fn an_asset_without_a_term_is_renewed_by_that_of_its_contract() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    mark(&mut lab, contract);
    let asset = sell_under(&mut lab, contract, Some("2022-12-31"));
    let refused = lab.renew(&[asset]);
    assert_eq!(lab.text(refused, "Status"), "Failure");
    let log = lab.only("RevenueTransactionErrorLog", "ErrorCode", "REQUIRED_FIELD_MISSING");
    assert!(lab.text(log, "ErrorMessage").contains("of the contract"));
    lab.update(contract, vec![("RenewalTerm2", number("2")), ("RenewalTermUnit", text("Quarterly"))])
        .unwrap();
    let renewed = lab.renew(&[asset]);
    assert_eq!(lab.text(renewed, "Status"), "Completed");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-06-30T23:59:59.000+0000");
    assert_eq!(lab.number(asset, "TotalLifecycleAmount"), dec("1800"));
}

#[test]
fn a_term_of_the_asset_itself_wins_over_that_of_its_contract() {
    let mut lab = lab();
    let contract = contract(&mut lab, "12");
    lab.update(contract, vec![("RenewalTerm2", number("2")), ("RenewalTermUnit", text("Annual"))]).unwrap();
    mark(&mut lab, contract);
    let asset = sell_under(&mut lab, contract, Some("2022-12-31"));
    lab.set_term(asset, "1", "Months");
    lab.renew(&[asset]);
    assert_eq!(lab.text(asset, "LifecycleEndDate"), "2023-01-31T23:59:59.000+0000");
}
