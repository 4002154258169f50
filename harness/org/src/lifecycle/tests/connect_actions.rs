//! The Connect resources renew, amend and cancel: lines on a user's draft, and every refusal.

use super::{asset_actions::ids, support::*};
use crate::{ApiError, AssetActionReply, AssetOperation, Call, ErrorCode, Input, RecordId, Reply};

impl Lab {
    fn try_connect(
        &mut self,
        operation: AssetOperation,
        fields: Fields<'_>,
    ) -> Result<AssetActionReply, ApiError> {
        match self.call(Call::AssetAction { operation, body: body(fields) })? {
            Reply::AssetAction(reply) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    fn connect(&mut self, operation: AssetOperation, fields: Fields<'_>) -> AssetActionReply {
        self.try_connect(operation, fields).unwrap()
    }

    /// The errors of a refusal, which names neither record nor request.
    fn connect_errors(&mut self, operation: AssetOperation, fields: Fields<'_>) -> Vec<String> {
        let reply = self.connect(operation, fields);
        assert_eq!((reply.record, reply.request), (None, None));
        assert!(!reply.errors.is_empty());
        reply.errors.iter().map(ToString::to_string).collect()
    }
}

fn amend(asset: RecordId, output: &'static str, existing: Option<RecordId>) -> Fields<'static> {
    let mut fields = vec![
        ("assetIds", ids(&[asset])),
        ("amendmentStartDate", text("2022-09-01T00:00:00")),
        ("outputRecordType", text(output)),
        ("quantityChange", number("5.0")),
    ];
    fields.extend(existing.map(|existing| ("outputRecordId", id(existing))));
    fields
}

#[test]
fn lines_are_added_to_a_draft_of_the_user() {
    let mut lab = lab();
    lab.use_version(62);
    let (first, second) = (lab.sell_licenses(), lab.sell_licenses());
    let made = lab.connect(AssetOperation::Amend, amend(first, "Quote", None));
    let quote = made.record.unwrap();
    lab.org.advance(lab.now);
    let cancel = vec![
        ("assetIds", ids(&[second])),
        ("cancellationDate", text("2022-07-01T00:00:00")),
        ("outputRecordType", text("Quote")),
        ("outputRecordId", id(quote)),
    ];
    let added = lab.connect(AssetOperation::Cancel, cancel);
    assert_eq!(added.record, Some(quote));
    assert_ne!(added.request, made.request);
    assert_eq!(lab.text(quote, "CalculationStatus"), "NotStarted");
    assert_eq!(lab.text(quote, "OriginalActionType"), "Amend");
    assert_eq!(lab.number(quote, "TotalPrice"), dec("-400"), "200 more and 600 back");
    assert_eq!(lab.number(quote, "LineItemCount"), dec("2"));
    assert_eq!(lab.with("AppUsageAssignment", "RecordId", quote).len(), 1);
    lab.org.advance(lab.now);
    assert_eq!(lab.text(quote, "CalculationStatus"), "CompletedWithPricing");
}

#[test]
fn a_record_that_does_not_fit_is_not_extended() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let book = lab.only("Pricebook2", "IsStandard", true);
    let other = lab.create("Account", vec![("Name", text("Someone else"))]);
    let own = lab.named("Account", "Aurora Robotics");
    let quote_of = |lab: &mut Lab, account, fields: Fields<'_>| {
        let mut all = vec![("Name", text("Mine")), ("QuoteAccountId", id(account))];
        all.extend(fields);
        lab.create("Quote", all)
    };
    let strange = quote_of(&mut lab, other, vec![("Pricebook2Id", id(book))]);
    let refused = lab.connect_errors(AssetOperation::Amend, amend(asset, "Quote", Some(strange)));
    assert_eq!(refused, ["INVALID_INPUT: The quote must belong to the account of the assets."]);
    let approved = quote_of(&mut lab, own, vec![("Status", text("Approved"))]);
    let refused = lab.connect_errors(AssetOperation::Amend, amend(asset, "Quote", Some(approved)));
    assert_eq!(refused, ["INVALID_STATUS: The quote isn't a draft."]);
    let refused = lab.connect_errors(AssetOperation::Amend, amend(asset, "Order", Some(approved)));
    assert_eq!(
        refused,
        [
            "INVALID_INPUT: Specify the ID of a quote or order of the output type for outputRecordId, and try again."
        ]
    );
    let second = lab.create("Pricebook2", vec![("Name", text("Partners")), ("IsActive", Input::Bool(true))]);
    let elsewhere = quote_of(&mut lab, own, vec![("Pricebook2Id", id(second))]);
    let refused = lab.connect_errors(AssetOperation::Amend, amend(asset, "Quote", Some(elsewhere)));
    assert_eq!(
        refused,
        ["INVALID_INPUT: The quote has another value of Pricebook2Id than the assets and the request."]
    );
    // One without a price book takes that of the assets.
    let open = quote_of(&mut lab, own, vec![]);
    lab.connect(AssetOperation::Amend, amend(asset, "Quote", Some(open)));
    assert_eq!(lab.text(open, "Pricebook2Id"), book.to_string());
    let order = lab.draft_order("2022-01-01").0;
    let reply = lab.connect(AssetOperation::Amend, amend(asset, "ORDER", Some(order)));
    assert_eq!(reply.record, Some(order));
    lab.activate(order);
    let refused = lab.connect_errors(AssetOperation::Amend, amend(asset, "Order", Some(order)));
    assert_eq!(refused, ["INVALID_STATUS: The order isn't a draft."]);
}

#[test]
fn everything_that_is_missing_is_named() {
    let mut lab = lab();
    lab.use_version(62);
    let missing = |name: &str| format!("REQUIRED_FIELD_MISSING: Specify a value for {name}, and try again.");
    for (operation, names) in [
        (AssetOperation::Renew, &["assetIds", "outputRecordType"][..]),
        (AssetOperation::Amend, &["assetIds", "amendmentStartDate", "outputRecordType", "quantityChange"]),
        (AssetOperation::Cancel, &["assetIds", "cancellationDate", "outputRecordType"]),
    ] {
        let wanted: Vec<String> = names.iter().map(|name| missing(name)).collect();
        assert_eq!(lab.connect_errors(operation, vec![]), wanted);
        let empty = vec![("assetIds", Input::Array(vec![])), ("outputRecordType", Input::Null)];
        assert_eq!(lab.connect_errors(operation, empty), wanted);
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_type_or_by_meaning() {
    let mut lab = lab();
    lab.use_version(62);
    let asset = lab.sell_licenses();
    let before = lab.org.records("Order").count();
    let with = |name: &'static str, value: Input| {
        let mut fields = amend(asset, "Order", None);
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
        fields
    };
    for (name, value) in [
        ("assetIds", text("02i")),
        ("amendmentStartDate", number("1")),
        ("outputRecordType", Input::Bool(true)),
        ("quantityChange", text("5")),
        ("contractId", Input::Array(vec![number("1")])),
        ("skipPricing", Input::Bool(true)),
        ("unknown", Input::Null),
    ] {
        let error = lab.try_connect(AssetOperation::Amend, with(name, value)).unwrap_err();
        assert_eq!(error.code, ErrorCode::JsonParserError, "{name}");
    }
    let account = lab.named("Account", "Aurora Robotics");
    for (name, value, wanted) in [
        ("assetIds", ids(&[account]), "a list of valid asset IDs"),
        ("assetIds", Input::Array(vec![Input::Null]), "a list of valid asset IDs"),
        ("amendmentStartDate", text("tomorrow"), "a valid date and time"),
        ("outputRecordType", text("Cart"), "either Quote or Order"),
        ("quantityChange", number("1e99"), "a number"),
        ("contractId", id(account), "a valid contract ID"),
        ("opportunityId", text("006"), "a valid opportunity ID"),
    ] {
        let refused = lab.connect_errors(AssetOperation::Amend, with(name, value));
        assert_eq!(refused, [format!("INVALID_INPUT: Specify {wanted} for {name}, and try again.")]);
    }
    assert_eq!(lab.org.records("Order").count(), before);
}

#[test]
fn records_of_another_account_are_not_synced() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    let other = lab.create("Account", vec![("Name", text("Someone else"))]);
    let contract = lab.create("Contract", vec![("AccountId", id(other)), ("StartDate", text("2022-01-01"))]);
    let opportunity = lab.create(
        "Opportunity",
        vec![
            ("AccountId", id(other)),
            ("Name", text("Theirs")),
            ("StageName", text("Prospecting")),
            ("CloseDate", text("2022-12-31")),
        ],
    );
    for (name, record, noun) in
        [("contractId", contract, "contract"), ("opportunityId", opportunity, "opportunity")]
    {
        let mut fields = amend(asset, "Quote", None);
        fields.push((name, id(record)));
        let refused = lab.connect_errors(AssetOperation::Amend, fields);
        assert_eq!(refused, [format!("INVALID_INPUT: The {noun} must belong to the account of the assets.")]);
    }
}

#[test]
fn ramps_are_refused_by_name_and_unknown_inputs_by_version() {
    let mut lab = lab();
    let asset = lab.sell_licenses();
    let renew = |extra: (&'static str, Input)| {
        vec![("renewAssetIds", ids(&[asset])), ("renewOutputType", text("Order")), extra]
    };
    let ramp = || ("rampOptionsDetails", Input::Object(body(vec![("segmentType", text("Yearly"))])));
    lab.use_version(66);
    let refused = lab.refusal("initiateRenewal", renew(ramp()));
    assert_eq!(refused, "INVALID_INPUT: Unknown input parameter: rampOptionsDetails");
    lab.use_version(67);
    assert!(lab.refusal("initiateRenewal", renew(ramp())).starts_with("MOCKORG_NOT_MODELLED"));
    assert!(lab.org.coverage().refused().any(|(what, _)| what.contains("rampOptionsDetails")));
    lab.use_version(60);
    let start = || ("renewStartDate", text("2022-09-01"));
    let refused = lab.refusal("initiateRenewal", renew(start()));
    assert_eq!(refused, "INVALID_INPUT: Unknown input parameter: renewStartDate");
    lab.use_version(63);
    let skip = || ("skipPricing", Input::Bool(true));
    let refused = lab.refusal("initiateRenewal", renew(skip()));
    assert_eq!(refused, "INVALID_INPUT: Unknown input parameter: skipPricing");
    lab.use_version(59);
    let call = Call::InvokeAction { name: "initiateRenewal".into(), inputs: vec![body(renew(skip()))] };
    assert_eq!(lab.call(call).unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn a_draft_that_is_deleted_before_its_job_ends_fails_the_job() {
    let mut lab = lab();
    lab.use_version(67);
    let asset = lab.sell_licenses();
    lab.delay(60);
    let reply = lab.connect(AssetOperation::Amend, amend(asset, "Order", None));
    let (order, tracker) = (reply.record.unwrap(), reply.request.unwrap());
    lab.delete(order).unwrap();
    lab.move_to("2022-01-01T08:01:00Z");
    assert_eq!(lab.text(tracker, "Status"), "Failure");
    let event = lab.last_event("PlaceOrderCompletedEvent");
    assert_eq!(lab.event_value(&event, "HasErrors"), crate::Value::Bool(true));
    let log = lab.only("RevenueTransactionErrorLog", "PrimaryRecordId", order);
    assert_eq!(lab.text(log, "ErrorCode"), "ENTITY_IS_DELETED");
    assert_eq!(lab.text(log, "AsyncOperationTrackerId"), tracker.to_string());
}
