//! The calls for amendments and cancellations up to their answer: what is refused how.

use super::{
    changes::asset_ids,
    support::{body, lab, number, text},
};
use crate::{ErrorCode, InitiateOperation, Input};

use InitiateOperation::{AmendQuantity, Cancellation};

#[test]
fn every_member_is_required_and_named_when_it_is_missing() {
    let mut lab = lab();
    let asset = lab.only("Asset", "Name", "Premier Support");
    let ids = || ("assetIds", asset_ids(&[asset]));
    let start = || ("startDate", text("2022-02-01"));
    let quantity = || ("quantityChange", number("1"));
    let date = || ("cancellationDate", text("2022-02-01"));
    for (operation, given, missing) in [
        (AmendQuantity, vec![], "assetIds"),
        (AmendQuantity, vec![start(), quantity(), ("amendmentOutputType", text("order"))], "assetIds"),
        (AmendQuantity, vec![ids(), quantity(), ("amendmentOutputType", text("order"))], "startDate"),
        (AmendQuantity, vec![ids(), start(), ("amendmentOutputType", text("order"))], "quantityChange"),
        (AmendQuantity, vec![ids(), start(), quantity()], "amendmentOutputType"),
        (AmendQuantity, vec![ids(), start(), ("quantityChange", Input::Null)], "quantityChange"),
        (AmendQuantity, vec![("assetIds", Input::Object(Vec::new()))], "assetIdArray"),
        (Cancellation, vec![ids(), ("cancellationOutputType", text("order"))], "cancellationDate"),
        (Cancellation, vec![ids(), date()], "cancellationOutputType"),
    ] {
        let reply = lab.initiate(operation, body(given)).unwrap();
        let [error] = &reply.errors[..] else { panic!("one error") };
        assert_eq!(error.code, ErrorCode::RequiredFieldMissing);
        let message = format!("Specify a value for {missing}, and try again.");
        assert_eq!(error.message.as_deref(), Some(&*message));
        assert_eq!((reply.request_identifier, reply.tracker), (None, None));
    }
}

#[test]
fn values_that_cannot_be_read_and_unknown_members_are_parser_errors() {
    let mut lab = lab();
    let asset = lab.only("Asset", "Name", "Premier Support");
    for (member, value) in [
        ("startDate", text("tomorrow")),
        ("startDate", text("2022-02-30")),
        ("startDate", number("1643673600000")),
        ("quantityChange", text("1")),
        ("quantityChange", Input::Bool(true)),
        ("quantityChange", number("1e99")),
        ("amendmentOutputType", text("Quote")),
        ("amendmentOutputType", number("1")),
        ("cancellationDate", text("2022-02-01")),
        ("assetIds", Input::Array(Vec::new())),
    ] {
        let mut fields = vec![
            ("assetIds", asset_ids(&[asset])),
            ("startDate", text("2022-02-01")),
            ("quantityChange", number("1")),
            ("amendmentOutputType", text("order")),
        ];
        fields.retain(|(name, _)| *name != member);
        fields.push((member, value.clone()));
        let error = lab.initiate(AmendQuantity, body(fields)).unwrap_err();
        assert_eq!(error.code, ErrorCode::JsonParserError, "{member} {value:?}");
    }
    assert_eq!(lab.org.records("RevenueAsyncOperation").count(), 0);
}

#[test]
fn moments_are_read_in_every_form_in_which_they_are_published() {
    for start in [
        "2022-02-01T00:00:00.000Z",
        "2022-02-01T00:00:00.000+0000",
        "2022-02-01T02:00:00+02:00",
        "2022-02-01T00:00:00",
        "2022-02-01",
    ] {
        let mut lab = lab();
        let asset = lab.sell_licenses();
        lab.amend_assets(&[asset], start, "1");
        assert_eq!(lab.periods(asset)[1][0], "2022-02-01T00:00:00.000+0000", "{start}");
    }
}

#[test]
fn one_bad_id_refuses_the_whole_request() {
    let mut lab = lab();
    let good = lab.only("Asset", "Name", "Premier Support").to_string();
    for ids in
        [vec![], vec![&*good, "nonsense"], vec!["001000000000001AAA"], vec![&*good, "02i000000000001AAA"]]
    {
        let ids = Input::Array(ids.into_iter().map(text).collect());
        let fields = vec![
            ("assetIds", Input::Object(body(vec![("assetIdArray", ids)]))),
            ("cancellationDate", text("2022-02-01")),
            ("cancellationOutputType", text("ORDER")),
        ];
        let reply = lab.initiate(Cancellation, body(fields)).unwrap();
        let [error] = &reply.errors[..] else { panic!("one error") };
        assert_eq!((error.code, &error.message), (ErrorCode::IllegalQueryParameterValue, &None));
    }
    assert_eq!(lab.org.records("RevenueAsyncOperation").count(), 0);
}

#[test]
fn the_resources_have_their_first_versions_and_their_permissions() {
    let mut lab = lab();
    for (operation, first) in [(AmendQuantity, 56), (Cancellation, 55)] {
        lab.log_in("admin@mockorg.example");
        lab.use_version(first - 1);
        assert_eq!(lab.initiate(operation, Vec::new()).unwrap_err().code, ErrorCode::NotFound);
        lab.use_version(first);
        assert!(lab.initiate(operation, Vec::new()).is_ok());
        lab.log_in("restricted@mockorg.example");
        let refused = lab.initiate(operation, Vec::new()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InsufficientAccess);
    }
}
