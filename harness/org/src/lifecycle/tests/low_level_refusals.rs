//! What the low-level API refuses, with which code, and that nothing is left behind.

use super::{
    low_level::{action, list, object, period, year},
    support::{Fields, Lab, body, id, lab, number, text},
};
use crate::{ApiError, Call, ErrorCode, ErrorLayer, FieldInput, Input, Position, RecordId, Timestamp};

fn count(lab: &Lab) -> [usize; 4] {
    ["Asset", "AssetAction", "AssetActionSource", "AssetStatePeriod"]
        .map(|object| lab.org.records(object).count())
}

/// The refusal of a generate in which some members are different.
fn refusal(lab: &mut Lab, changed: Fields<'_>) -> ApiError {
    let before = count(lab);
    let error = lab.generate(changed).unwrap_err();
    assert_eq!(count(lab), before, "{error}");
    error
}

#[track_caller]
fn refuses(error: &ApiError, code: ErrorCode, about: &str) {
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.as_deref().unwrap_or_default().contains(about), "{error}");
    assert_eq!(error.fields, Vec::<Box<str>>::new());
}

#[test]
fn every_required_member_is_asked_for_by_its_place() {
    let mut lab = lab();
    for name in ["accountId", "assetName", "productId", "currencyIsoCode", "assetStatePeriods", "assetAction"]
    {
        for nothing in [Input::Null, text("")] {
            if nothing == text("") && name.starts_with("assetS")
                || nothing == text("") && name == "assetAction"
            {
                continue;
            }
            let error = refusal(&mut lab, vec![(name, nothing)]);
            refuses(&error, ErrorCode::RequiredFieldMissing, &format!("Specify a value for {name}, "));
        }
    }
    let error = refusal(&mut lab, vec![("assetStatePeriods", list(Vec::new()))]);
    refuses(&error, ErrorCode::RequiredFieldMissing, "assetStatePeriods");
    let half = object(vec![("startDate", text("2022-01-01T00:00:00Z")), ("quantity", number("1"))]);
    let error = refusal(&mut lab, vec![("assetStatePeriods", list(vec![year(), half]))]);
    refuses(&error, ErrorCode::RequiredFieldMissing, "assetStatePeriods[1].mrr");
    let error = refusal(&mut lab, vec![("assetAction", object(vec![("category", text("Other"))]))]);
    refuses(&error, ErrorCode::RequiredFieldMissing, "assetAction.actionDate");
}

#[test]
fn unknown_members_and_wrong_types_are_refused_where_they_stand() {
    let mut lab = lab();
    let at = Position { line: 3, column: 14 };
    let misplaced = |name: &str, value: Input| vec![FieldInput { name: name.into(), value, at }];
    for (name, value) in [
        ("assetid", text("02i")),
        ("assetStatePeriod", year()),
        ("assetStatePeriods", year()),
        ("assetStatePeriods", list(vec![text("none")])),
        ("assetAction", list(Vec::new())),
        ("assetAction", Input::Object(misplaced("amount", text("much")))),
        ("assetAction", Input::Object(misplaced("Amount", number("1")))),
        ("assetAction", Input::Object(misplaced("actionDate", text("2022-01-01")))),
        ("assetActionSources", object(Vec::new())),
        ("currencyIsoCode", number("840")),
        ("assetName", list(Vec::new())),
    ] {
        let shown = format!("{name}: {value:?}");
        // What is missing is not said before.
        let error = lab.low_level(Call::GenerateAsset { body: misplaced(name, value) }).unwrap_err();
        assert_eq!(error.code, ErrorCode::JsonParserError, "{shown}: {error}");
        assert!(error.message.unwrap().ends_with("[line:3, column:14]"), "{shown}");
    }
}

#[test]
fn ids_are_refused_as_malformed_as_of_another_object_and_as_unknown() {
    let mut lab = lab();
    let (account, product) = (lab.named("Account", "Aurora Robotics"), lab.named("Product2", "Team License"));
    let unknown = RecordId::compose(*b"001", *b"zz0", 7);
    for (name, value, code) in [
        ("accountId", text("nonsense"), ErrorCode::IllegalQueryParameterValue),
        ("accountId", id(product), ErrorCode::InvalidIdField),
        ("productId", id(account), ErrorCode::InvalidIdField),
        ("accountId", id(unknown), ErrorCode::InvalidCrossReferenceKey),
    ] {
        let error = refusal(&mut lab, vec![(name, value)]);
        refuses(&error, code, name);
        assert_eq!(error.layer, ErrorLayer::Resource);
    }
    let gone = lab.create("Account", vec![("Name", text("Gone"))]);
    lab.delete(gone).unwrap();
    refuses(&refusal(&mut lab, vec![("accountId", id(gone))]), ErrorCode::EntityIsDeleted, "accountId");
}

#[test]
fn a_source_may_refer_to_an_order_line_only_and_work_orders_are_not_modelled() {
    let mut lab = lab();
    let account = lab.named("Account", "Aurora Robotics");
    let source =
        |value| vec![("assetActionSources", list(vec![object(vec![("referenceEntityItem", value)])]))];
    let error = refusal(&mut lab, source(id(account)));
    refuses(&error, ErrorCode::InvalidIdField, "assetActionSources[0].referenceEntityItem");
    let error = refusal(&mut lab, source(id(RecordId::compose(*b"14C", *b"zz0", 7))));
    refuses(&error, ErrorCode::InvalidCrossReferenceKey, "assetActionSources[0].referenceEntityItem");
    let error = refusal(&mut lab, source(text("1WLB00000003geJOAQ")));
    refuses(&error, ErrorCode::NotModelled, "WorkOrderLineItem");
}

#[test]
fn an_unknown_category_is_refused_with_the_known_ones() {
    let mut lab = lab();
    for category in ["Sales", "initial sale", "Upsell"] {
        let error = refusal(&mut lab, vec![("assetAction", action(category, "1", "1", "1"))]);
        refuses(&error, ErrorCode::InvalidOrNullForRestrictedPicklist, "Terms And Conditions Changes");
    }
}

#[test]
fn numbers_and_names_must_fit_their_fields() {
    let mut lab = lab();
    let huge = action("Other", "1", "1", "10000000000000000000");
    let error = refusal(&mut lab, vec![("assetAction", huge)]);
    refuses(&error, ErrorCode::NumberOutsideValidRange, "assetAction.amount");
    let error = refusal(&mut lab, vec![("assetName", text(&"x".repeat(256)))]);
    refuses(&error, ErrorCode::StringTooLong, "assetName");
}

#[test]
fn an_org_of_one_currency_takes_no_other() {
    let mut lab = lab();
    refuses(
        &refusal(&mut lab, vec![("currencyIsoCode", text("EUR"))]),
        ErrorCode::InvalidInput,
        "Specify USD",
    );
}

/// Months of 2022 from January on, each a period.
fn months(count: u8) -> Vec<Input> {
    let first = |month: u8| format!("20{}-{:02}-01T00:00:00Z", 22 + (month - 1) / 12, (month - 1) % 12 + 1);
    let spans = (1..=count).map(|month| {
        let end = Timestamp::from_millis(super::support::at(&first(month + 1)).millis() - 1000);
        period(&first(month), &end.to_string(), "1", "1", "1")
    });
    spans.collect()
}

#[test]
fn a_call_takes_ten_periods_and_ten_sources_and_deletes_four_periods() {
    let mut lab = lab();
    let error = refusal(&mut lab, vec![("assetStatePeriods", list(months(11)))]);
    refuses(&error, ErrorCode::LimitExceeded, "at most 10");
    let sources = list(vec![object(Vec::new()); 11]);
    let error = refusal(&mut lab, vec![("assetActionSources", sources)]);
    refuses(&error, ErrorCode::LimitExceeded, "at most 10");
    let most = vec![
        ("assetStatePeriods", list(months(10))),
        ("assetActionSources", list(vec![object(Vec::new()); 10])),
    ];
    let asset = lab.generate(most).unwrap().asset;
    let from = |start: &str| {
        vec![
            ("assetStatePeriods", list(vec![period(start, "2022-12-31T23:59:59Z", "2", "2", "2")])),
            ("assetAction", action("Upsells", "1", "1", "1")),
        ]
    };
    let before = count(&lab);
    refuses(
        &lab.change(asset, from("2022-06-01T00:00:00Z")).unwrap_err(),
        ErrorCode::LimitExceeded,
        "at most 4",
    );
    assert_eq!(count(&lab), before);
    lab.change(asset, from("2022-07-01T00:00:00Z")).unwrap();
    assert_eq!(lab.with("AssetStatePeriod", "AssetId", asset).len(), 7);
}

#[test]
fn the_earliest_start_never_moves_and_no_change_leaves_a_gap_or_an_overlap() {
    let mut lab = lab();
    let asset = lab.generated();
    let before = count(&lab);
    for (start, end, about) in [
        ("2021-12-31T01:00:00Z", "2022-12-31T00:59:59Z", "earliest asset state period can't be changed"),
        ("2022-03-01T01:00:00Z", "2022-12-31T00:59:59Z", "specify it again with its new end"),
        ("2023-02-01T01:00:00Z", "2023-12-31T00:59:59Z", "one second after the last"),
    ] {
        let members = || {
            let one = period(start, end, "1", "1", "1");
            (one, action("Downsells", "-9", "-99", "-1"))
        };
        let (one, entry) = members();
        let error = lab.change(asset, vec![("assetStatePeriods", list(vec![one])), ("assetAction", entry)]);
        refuses(&error.unwrap_err(), ErrorCode::InvalidInput, about);
        let (one, entry) = members();
        let error = lab.cancel(asset, vec![("assetStatePeriod", one), ("assetAction", entry)]);
        refuses(&error.unwrap_err(), ErrorCode::InvalidInput, about);
    }
    assert_eq!(count(&lab), before);
}

#[test]
fn a_cancellation_needs_one_period_with_an_end() {
    let mut lab = lab();
    let asset = lab.generated();
    let entry = || action("Cancellations", "-10", "-100", "-1200");
    let error = lab.cancel(asset, vec![("assetAction", entry())]).unwrap_err();
    refuses(&error, ErrorCode::RequiredFieldMissing, "assetStatePeriod,");
    let open = period("2022-01-01T01:00:00Z", "", "10", "100", "0");
    let error = lab.cancel(asset, vec![("assetStatePeriod", open), ("assetAction", entry())]).unwrap_err();
    refuses(&error, ErrorCode::RequiredFieldMissing, "assetStatePeriod.endDate");
    let error = lab.cancel(asset, vec![("assetStatePeriods", list(vec![year()])), ("assetAction", entry())]);
    refuses(&error.unwrap_err(), ErrorCode::JsonParserError, "assetStatePeriods");
}

#[test]
fn a_cancellation_never_lengthens_the_life_of_an_asset() {
    let mut lab = lab();
    let asset = lab.generated();
    let until = lab.text(asset, "LifecycleEndDate");
    let longer = period("2022-01-01T01:00:00Z", "2023-01-02T00:59:59Z", "10", "100", "0");
    let entry = action("Cancellations", "-10", "-100", "-1200");
    let error = lab.cancel(asset, vec![("assetStatePeriod", longer), ("assetAction", entry)]).unwrap_err();
    refuses(&error, ErrorCode::InvalidInput, "can't extend the life");
    assert_eq!(lab.text(asset, "LifecycleEndDate"), until);
    assert_eq!(lab.actions(asset).len(), 1);
}

#[test]
fn a_period_of_fewer_than_no_units_is_refused_when_an_asset_begins_and_when_it_changes() {
    let mut lab = lab();
    let negative = || period("2022-01-01T01:00:00Z", "2023-01-01T00:59:59Z", "-1", "100", "0");
    let error = refusal(&mut lab, vec![("assetStatePeriods", list(vec![negative()]))]);
    refuses(&error, ErrorCode::InvalidInput, "less than 0");
    let asset = lab.generated();
    let members = vec![
        ("assetStatePeriods", list(vec![negative()])),
        ("assetAction", action("Downsells", "-11", "0", "0")),
    ];
    refuses(&lab.change(asset, members).unwrap_err(), ErrorCode::InvalidInput, "less than 0");
}

#[test]
fn the_path_must_name_a_managed_asset_that_is_there() {
    let mut lab = lab();
    let account = lab.named("Account", "Aurora Robotics");
    let plain = lab.create("Asset", vec![("Name", text("By hand")), ("AccountId", id(account))]);
    let gone = lab.generated();
    lab.delete(gone).unwrap();
    let entry = || body(vec![("assetAction", action("Other", "0", "0", "0"))]);
    for (path, code) in [
        ("nonsense".to_owned(), ErrorCode::IllegalQueryParameterValue),
        (account.to_string(), ErrorCode::InvalidIdField),
        (RecordId::compose(*b"02i", *b"zz0", 7).to_string(), ErrorCode::NotFound),
        (gone.to_string(), ErrorCode::EntityIsDeleted),
        (plain.to_string(), ErrorCode::InvalidInput),
    ] {
        for call in [
            Call::ChangeAsset { id: (&*path).into(), body: entry() },
            Call::CancelAsset { id: (&*path).into(), body: entry() },
        ] {
            let error = lab.low_level(call).unwrap_err();
            assert_eq!(error.code, code, "{path}: {error}");
        }
    }
    let (asset, other) = (lab.generated(), lab.generated());
    let members = vec![("assetId", id(other)), ("assetAction", action("Other", "0", "0", "0"))];
    refuses(&lab.change(asset, members).unwrap_err(), ErrorCode::InvalidInput, "same asset");
}

#[test]
fn the_api_begins_with_50() {
    let mut lab = lab();
    lab.use_version(49);
    refuses(&refusal(&mut lab, Vec::new()), ErrorCode::NotFound, "does not exist");
    lab.use_version(50);
    lab.generated();
}
