//! Orders and their lines: what follows from the price book, and what activation asks for.

use super::support::{dec, id, lab, number, text};
use crate::{ErrorCode, Input};

#[test]
fn a_line_takes_product_model_and_prices_from_its_entry() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let line = lab.add_line(
        order,
        "Team License",
        vec![("Quantity", number("3")), ("SubscriptionTerm", number("6"))],
    );
    assert_eq!(lab.get(line, "Product2Id"), lab.named("Product2", "Team License").into());
    assert_eq!(
        lab.get(line, "ProductSellingModelId"),
        lab.named("ProductSellingModel", "Term-Defined Monthly").into()
    );
    assert_eq!(lab.number(line, "ListPrice"), dec("10"));
    assert_eq!(lab.number(line, "UnitPrice"), dec("10"));
    assert_eq!(lab.text(line, "EndDate"), "2022-06-30");
    assert_eq!(lab.number(line, "PricingTermCount"), dec("6"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("180"));
    assert_eq!(lab.text(line, "PricingTransactionType"), "NewSale");
    assert_eq!(lab.number(order.0, "TotalAmount"), dec("180"));
    lab.update(line, vec![("Quantity", number("4"))]).unwrap();
    assert_eq!(lab.number(line, "TotalLineAmount"), dec("240"));
    assert_eq!(lab.number(order.0, "TotalAmount"), dec("240"));
    lab.update(line, vec![("SubscriptionTerm", number("12"))]).unwrap();
    assert_eq!(lab.text(line, "EndDate"), "2022-12-31");
    lab.delete(line).unwrap();
    assert_eq!(lab.number(order.0, "TotalAmount"), dec("0"));
}

#[test]
fn where_end_date_and_term_disagree_the_end_date_wins() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let fields =
        vec![("Quantity", number("1")), ("SubscriptionTerm", number("6")), ("EndDate", text("2022-03-31"))];
    let line = lab.add_line(order, "Team License", fields);
    assert_eq!(lab.text(line, "EndDate"), "2022-03-31");
    assert_eq!(lab.number(line, "TotalPrice"), dec("30"));
}

#[test]
fn annual_prices_are_prorated_by_days() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let fields = vec![("Quantity", number("1")), ("EndDate", text("2023-01-01"))];
    let line = lab.add_line(order, "Premier Support", fields);
    assert_eq!(lab.number(line, "TotalPrice"), dec("1203.29"));
}

#[test]
fn selling_models_refuse_dates_that_do_not_suit_them() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let mut code = |product: &str, fields: Vec<(&str, Input)>| {
        let fields = lab.line_fields(order, product, fields);
        let error = lab.try_create("OrderItem", fields).unwrap_err();
        (error.code, error.message.unwrap_or_default())
    };
    let one = || ("Quantity", number("1"));
    let end = || ("EndDate", text("2022-12-31"));
    let evergreen_end = "You can't specify EndDate for evergreen order products";
    assert_eq!(code("Usage Monitoring", vec![one(), end()]), (ErrorCode::InvalidInput, evergreen_end.into()));
    let boundary = "Evergreen order products must have an Anniversary period boundary.";
    let calendar = ("PeriodBoundary", text("AlignToCalendar"));
    assert_eq!(code("Usage Monitoring", vec![one(), calendar]), (ErrorCode::InvalidInput, boundary.into()));
    assert_eq!(code("Onboarding Workshop", vec![one(), end()]).0, ErrorCode::InvalidInput);
    assert_eq!(code("Team License", vec![one()]).0, ErrorCode::EndDateMissing);
    let early = ("EndDate", text("2021-12-31"));
    assert_eq!(code("Team License", vec![one(), early]).0, ErrorCode::FieldIntegrityException);
    let frequency = "When the SellingModelType is Evergreen or Term-Defined, BillingFrequency can't be null: \
                     Billing Frequency";
    let none = ("BillingFrequency2", Input::Null);
    assert_eq!(
        code("Team License", vec![one(), end(), none]),
        (ErrorCode::FieldIntegrityException, frequency.into())
    );
}

#[test]
fn half_a_cent_for_a_day_of_a_month_is_charged_as_a_cent() {
    let mut lab = lab();
    let order = lab.draft_order("2022-04-01");
    let day = vec![("Quantity", number("1")), ("UnitPrice", number("0.15")), ("EndDate", text("2022-04-01"))];
    let line = lab.add_line(order, "Team License", day);
    assert_eq!(lab.number(line, "TotalPrice"), dec("0.01"));
    assert_eq!(lab.number(line, "TotalLineAmount"), dec("0.01"));
}

#[test]
fn an_inactive_entry_cannot_be_sold() {
    let mut lab = lab();
    let entry = lab.entry("Onboarding Workshop");
    lab.update(entry, vec![("IsActive", Input::Bool(false))]).unwrap();
    let order = lab.draft_order("2022-01-01");
    let fields = lab.line_fields(order, "Onboarding Workshop", vec![("Quantity", number("1"))]);
    let error = lab.try_create("OrderItem", fields).unwrap_err();
    assert_eq!(error.code, ErrorCode::FieldIntegrityException);
    assert!(error.message.unwrap().starts_with("field integrity exception: PricebookEntryId ("));
}

#[test]
fn an_entry_of_another_price_book_cannot_be_sold() {
    let mut lab = lab();
    let book = lab.create("Pricebook2", vec![("Name", text("Partners")), ("IsActive", Input::Bool(true))]);
    let (order, action) = lab.draft_order("2022-01-01");
    lab.update(order, vec![("Pricebook2Id", id(book))]).unwrap();
    let fields = lab.line_fields((order, action), "Onboarding Workshop", vec![("Quantity", number("1"))]);
    let error = lab.try_create("OrderItem", fields).unwrap_err();
    assert_eq!(error.code, ErrorCode::FieldIntegrityException);
}

#[test]
fn activation_stamps_the_order_and_freezes_its_lines() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    assert_eq!(lab.text(order.0, "StatusCode"), "Draft");
    let activate = vec![("Status", text("Activated"))];
    let error = lab.update(order.0, activate.clone()).unwrap_err();
    assert_eq!(error.code, ErrorCode::FailedActivation);
    let line = lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.update(order.0, activate).unwrap();
    assert_eq!(lab.text(order.0, "StatusCode"), "Activated");
    assert_eq!(lab.text(order.0, "ActivatedDate"), "2022-01-01T08:00:00.000+0000");
    assert!(!lab.get(order.0, "ActivatedById").is_null());
    let message = "unable to modify activated or superseded order";
    for error in [
        lab.update(line, vec![("Quantity", number("2"))]).unwrap_err(),
        lab.delete(line).unwrap_err(),
        lab.delete(order.0).unwrap_err(),
    ] {
        assert_eq!(error.message.as_deref(), Some(message));
    }
    lab.update(line, vec![("Description", text("as agreed"))]).unwrap();
    lab.update(order.0, vec![("Status", text("Draft"))]).unwrap();
    assert!(lab.get(order.0, "ActivatedDate").is_null());
    lab.delete(order.0).unwrap();
}

#[test]
fn a_marked_order_needs_a_shipping_address_to_be_activated() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    lab.update(order.0, vec![("ShippingCity", Input::Null)]).unwrap();
    lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.create(
        "AppUsageAssignment",
        vec![("AppUsageType", text("RevenueLifecycleManagement")), ("RecordId", id(order.0))],
    );
    let error = lab.update(order.0, vec![("Status", text("Activated"))]).unwrap_err();
    let message = "Enter the shipping address associated with the account, and try again.";
    assert_eq!((error.code, error.message.as_deref()), (ErrorCode::FailedActivation, Some(message)));
}

#[test]
fn a_price_definition_exists_once_per_price_book() {
    let mut lab = lab();
    let entry = lab.entry("Team License");
    let fields = ["Pricebook2Id", "Product2Id", "ProductSellingModelId"]
        .map(|name| (name, text(&lab.text(entry, name))));
    let mut fields = Vec::from(fields);
    fields.push(("UnitPrice", number("12")));
    assert_eq!(lab.try_create("PricebookEntry", fields).unwrap_err().code, ErrorCode::DuplicateValue);
}

#[test]
fn assets_know_their_place_in_the_hierarchy() {
    let mut lab = lab();
    let account = lab.named("Account", "Aurora Robotics");
    let mut asset = |name: &str, parent: Option<_>| {
        let parent = parent.map_or(Input::Null, id);
        lab.create("Asset", vec![("Name", text(name)), ("AccountId", id(account)), ("ParentId", parent)])
    };
    let top = asset("Plant", None);
    let middle = asset("Line", Some(top));
    let bottom = asset("Robot", Some(middle));
    assert_eq!(lab.get(top, "RootAssetId"), top.into());
    assert_eq!((lab.get(bottom, "RootAssetId"), lab.number(bottom, "AssetLevel")), (top.into(), dec("3")));
    lab.update(middle, vec![("ParentId", Input::Null)]).unwrap();
    assert_eq!((lab.get(bottom, "RootAssetId"), lab.number(bottom, "AssetLevel")), (middle.into(), dec("2")));
    let error = lab.update(middle, vec![("ParentId", id(bottom))]).unwrap_err();
    assert_eq!(error.code, ErrorCode::FieldIntegrityException);
    assert!(lab.get(top, "CurrentQuantity").is_null(), "the asset is not life-cycle managed");
    let error = lab.try_create("Asset", vec![("Name", text("Stray"))]).unwrap_err();
    assert_eq!(error.code, ErrorCode::FieldIntegrityException);
}

#[test]
fn an_amount_that_the_client_gives_outlives_unrelated_changes() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let fields =
        vec![("Quantity", number("3")), ("TotalLineAmount", number("77")), ("NetUnitPrice", number("24.5"))];
    let line = lab.add_line(order, "Usage Monitoring", fields);
    lab.update(line, vec![("Description", text("special offer"))]).unwrap();
    assert_eq!(lab.number(line, "TotalLineAmount"), dec("77"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("73.5"));
    lab.update(line, vec![("Quantity", number("4"))]).unwrap();
    assert_eq!(lab.number(line, "NetUnitPrice"), dec("24.5"));
    assert_eq!(lab.number(line, "TotalPrice"), dec("98"));
}

#[test]
fn small_unit_prices_are_not_rounded_before_they_are_multiplied() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    let fields =
        vec![("Quantity", number("10000")), ("UnitPrice", number("0.0125")), ("Discount", number("50"))];
    let line = lab.add_line(order, "Usage Monitoring", fields);
    assert_eq!(lab.number(line, "TotalPrice"), dec("62.5"));
    assert_eq!(lab.number(line, "TotalLineAmount"), dec("125"));
}

#[test]
fn the_order_actions_of_an_activated_order_are_settled() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    lab.add_line(order, "Usage Monitoring", vec![("Quantity", number("1"))]);
    lab.activate(order.0);
    assert!(lab.update(order.1, vec![("Type", text("Cancel"))]).is_err());
    assert!(lab.delete(order.1).is_err());
    assert!(lab.try_create("OrderAction", vec![("OrderId", id(order.0)), ("Type", text("Add"))]).is_err());
}

#[test]
fn absurd_numbers_and_dates_are_refused_or_kept_but_never_crash() {
    let mut lab = lab();
    let order = lab.draft_order("2022-01-01");
    for (quantity, price, end) in [
        ("9999999999", "999999999999999999", "2022-12-31"),
        ("-9999999999", "999999999999999999", "9999-12-31"),
        ("0.0000000001", "0.0000000001", "9999-12-31"),
    ] {
        let fields =
            vec![("Quantity", number(quantity)), ("UnitPrice", number(price)), ("EndDate", text(end))];
        let fields = lab.line_fields(order, "Premier Support", fields);
        if lab.try_create("OrderItem", fields).is_ok() {
            lab.activate(order.0);
            lab.invoke(order.0).unwrap();
            lab.org.advance(lab.now);
            lab.update(order.0, vec![("Status", text("Draft"))]).unwrap();
        }
    }
    let term = vec![("Quantity", number("1")), ("SubscriptionTerm", number("999999999"))];
    let fields = lab.line_fields(order, "Premier Support", term);
    let error = lab.try_create("OrderItem", fields).unwrap_err();
    assert_eq!(error.code, ErrorCode::NumberOutsideValidRange);
}
