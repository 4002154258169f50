//! Objects, fields and picklist values appear and vanish by API version.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use mockorg_org::{ApiError, Call, ErrorCode, Org, Reply};

fn describe(org: &mut Org, version: u8, object: &str) -> Result<Vec<String>, ApiError> {
    let call = Call::Describe { object: object.into() };
    let Reply::Describe(described) = org.call(support::noon(), &support::session(version), call)? else {
        panic!()
    };
    let def = org.catalog().find_any(object).unwrap();
    Ok(described.fields.iter().map(|(slot, _)| def.fields[usize::from(*slot)].name.to_string()).collect())
}

fn query(org: &mut Org, version: u8, soql: &str) -> Result<Reply, ApiError> {
    let call = Call::Query { soql: soql.into(), all: false, batch_size: None };
    org.call(support::noon(), &support::session(version), call)
}

#[test]
fn the_old_tracker_exists_from_57_to_59_and_the_new_one_from_59_on() {
    let mut org = support::org_with(&support::catalog(&["RevenueLifecycle".into()], &[]), 1);
    for (version, old, new) in
        [(56, false, false), (57, true, false), (59, true, true), (60, false, true), (68, false, true)]
    {
        assert_eq!(describe(&mut org, version, "RevenueAsyncOperation").is_ok(), old, "{version}");
        assert_eq!(describe(&mut org, version, "AsyncOperationTracker").is_ok(), new, "{version}");
    }
    let error = query(&mut org, 60, "SELECT Id FROM RevenueAsyncOperation").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidType);
}

#[test]
fn fields_of_65_and_66_are_unknown_before() {
    let mut org = support::org_with(&support::catalog(&["RevenueLifecycle".into()], &[]), 1);
    for (field, since) in
        [("CanRollBack", 65), ("Subtype", 65), ("RolledbackAssetAction", 65), ("TotalSwapsAmount", 66)]
    {
        let has = |org: &mut Org, version| {
            describe(org, version, "AssetAction").unwrap().iter().any(|name| name == field)
        };
        assert!(!has(&mut org, since - 1) && has(&mut org, since), "{field}");
        let soql = format!("SELECT {field} FROM AssetAction");
        assert_eq!(query(&mut org, since - 1, &soql).unwrap_err().code, ErrorCode::InvalidField, "{field}");
        assert!(query(&mut org, since, &soql).is_ok(), "{field}");
    }
}

#[test]
fn a_reference_vanishes_with_the_only_object_it_may_name() {
    let mut org = support::org_with(&support::catalog(&["RevenueLifecycle".into()], &[]), 1);
    let has = |org: &mut Org, version| {
        describe(org, version, "RevenueTransactionErrorLog")
            .unwrap()
            .iter()
            .any(|name| name == "RevenueAsyncOperationId")
    };
    assert!(!has(&mut org, 56) && has(&mut org, 57) && has(&mut org, 59) && !has(&mut org, 60));
}

#[test]
fn objects_and_fields_of_a_feature_need_the_feature() {
    let mut org = support::org_with(&support::catalog(&[], &[]), 1);
    assert!(describe(&mut org, 58, "RevenueAsyncOperation").is_err());
    let fields = describe(&mut org, 68, "Account").unwrap();
    assert!(!fields.iter().any(|name| name == "CurrencyIsoCode" || name == "BillingStateCode"));
    let mut org = support::org_with(&support::catalog(&["MultiCurrency".into()], &[]), 1);
    assert!(describe(&mut org, 68, "Opportunity").unwrap().iter().any(|name| name == "CurrencyIsoCode"));
}

#[test]
fn children_of_later_versions_are_no_children_yet() {
    let mut org = support::org_with(&support::catalog(&["RevenueLifecycle".into()], &[]), 1);
    let has_actions = |org: &mut Org, version| {
        let call = Call::Describe { object: "Asset".into() };
        let Reply::Describe(described) = org.call(support::noon(), &support::session(version), call).unwrap()
        else {
            panic!()
        };
        let links = &org.catalog().find_any("Asset").unwrap().child_relationships;
        let mut children = described.child_relationships.iter().map(|place| &links[*place]);
        children.any(|link| link.name.as_deref() == Some("AssetActions"))
    };
    assert!(!has_actions(&mut org, 49) && has_actions(&mut org, 50));
}
