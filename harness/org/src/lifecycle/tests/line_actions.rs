//! Which order actions a line may have.

use super::{
    change_lines::ChangeLine,
    support::{id, lab, number, text},
};

#[test]
fn pairs_that_no_document_names_are_refused_by_name_and_change_nothing() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let pairs = [
        ("Add", "TransferFrom"),
        ("Add", "SwapOut"),
        ("Amend", "SwapIn"),
        ("Amend", "TransferTo"),
        ("Cancel", "FieldAmendment"),
        ("Cancel", "Rollback"),
        ("Renew", "FieldAmendment"),
        ("Transfer", ""),
        ("Transfer", "SwapOut"),
    ];
    for kind in pairs {
        let line = ChangeLine::new(kind, asset, "-1", "2022-04-01");
        assert_eq!(lab.change_by_line(line), Err("MOCKORG_NOT_MODELLED".into()), "{kind:?}");
    }
    let refused: Vec<_> = lab.org.coverage().refused().map(|(what, _)| what.to_owned()).collect();
    assert!(
        refused.iter().any(|what| what.contains("the action Cancel and the subtype Rollback")),
        "{refused:?}"
    );
    assert_eq!(lab.actions(asset).len(), 1);
}

#[test]
fn the_sign_of_the_quantity_must_be_that_of_the_side() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    for (kind, quantity) in [
        (("Transfer", "TransferFrom"), "1"),
        (("Transfer", "TransferTo"), "-1"),
        (("Amend", "SwapOut"), "1"),
        (("Amend", "UpgradeFrom"), "0"),
        (("Add", "DowngradeTo"), "-1"),
        (("Amend", "FieldAmendment"), "1"),
        (("Amend", "StartDateAdjustment"), "-1"),
    ] {
        let line = ChangeLine::new(kind, asset, quantity, "2022-04-01");
        assert_eq!(lab.change_by_line(line), Err("INVALID_INPUT".into()), "{kind:?} {quantity}");
    }
    assert_eq!(lab.actions(asset).len(), 1);
}

#[test]
fn segments_of_ramps_are_refused_by_name() {
    let mut lab = lab();
    lab.use_version(67);
    let order = lab.draft_order("2022-01-01");
    let fields = vec![
        ("Quantity", number("10")),
        ("ServiceDate", text("2022-01-01")),
        ("EndDate", text("2022-12-31")),
        ("RampIdentifier", text("R1")),
    ];
    lab.add_line(order, "Team License", fields);
    lab.activate(order.0);
    assert_eq!(lab.assetize_one(order.0), Err("MOCKORG_NOT_MODELLED".into()));
}

#[test]
fn the_subtype_of_an_activated_order_is_settled() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let (order, line) = lab.write_change(ChangeLine::new(("Amend", ""), asset, "0", "2022-04-01"));
    let action = lab.get(line, "OrderActionId").as_id().unwrap();
    assert!(lab.update(action, vec![("Subtype", text("FieldAmendment"))]).is_err());
    lab.update(order, vec![("Status", text("Draft"))]).unwrap();
    lab.update(action, vec![("Subtype", text("FieldAmendment"))]).unwrap();
}

#[test]
fn a_line_that_a_generated_asset_of_another_product_names_still_makes_its_own() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    let source = super::low_level::object(vec![("referenceEntityItem", id(line))]);
    let sources = super::low_level::list(vec![source]);
    let generated = lab.generate(vec![("assetActionSources", sources)]).unwrap().asset;
    lab.activate(order.0);
    let asset = lab.assetize_one(order.0).unwrap();
    assert_ne!(asset, generated);
    assert_eq!(lab.assetize_one(order.0), Ok(asset), "and makes it once");
}
