//! Calls that SOAP alone has: merge, convertLead, emptyRecycleBin, setPassword, resetPassword.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::sync::{Arc, LazyLock};

use mockorg_org::{
    ApiError, Call, ConvertedLead, ErrorCode, LeadConvert, Merge, MergeRequest, Org, RecordId, Reply, Value,
    catalog::Catalog,
};
use support::{call, create, fields, org_with};

static CATALOG: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| support::catalog(&["RevenueLifecycle".into()], &[]));

fn made(org: &mut Org, object: &str, values: &[(&str, &str)]) -> RecordId {
    create(org, object, values).parse().unwrap()
}

fn merge(
    org: &mut Org,
    master: RecordId,
    merged: &[RecordId],
    values: &[(&str, &str)],
) -> Result<Merge, ApiError> {
    let request = MergeRequest {
        object: "Account".into(),
        master: master.to_string().into(),
        fields: fields(values),
        merged: merged.iter().map(|id| id.to_string().into()).collect(),
    };
    match call(org, Call::Merge(Box::new(request)))? {
        Reply::Merged(merge) => Ok(merge),
        reply => panic!("{reply:?}"),
    }
}

fn convert(org: &mut Org, convert: LeadConvert) -> Result<ConvertedLead, ApiError> {
    match call(org, Call::ConvertLead(Box::new(convert)))? {
        Reply::Converted(converted) => Ok(converted),
        reply => panic!("{reply:?}"),
    }
}

fn text(org: &Org, id: RecordId, field: &str) -> String {
    org.record(id).unwrap().get(field).as_text().unwrap_or_default().to_owned()
}

fn named(org: &Org, id: RecordId, field: &str) -> Option<RecordId> {
    org.record(id).unwrap().get(field).as_id()
}

#[test]
fn what_belonged_to_merged_accounts_belongs_to_the_master() {
    let mut org = org_with(&CATALOG, 1);
    let master = made(&mut org, "Account", &[("Name", "Acme")]);
    let other = made(&mut org, "Account", &[("Name", "Acme Inc."), ("ParentId", &master.to_string())]);
    let third = made(&mut org, "Account", &[("Name", "ACME")]);
    let contact = made(&mut org, "Contact", &[("LastName", "Byron"), ("AccountId", &other.to_string())]);
    let child = made(&mut org, "Account", &[("Name", "Branch"), ("ParentId", &third.to_string())]);
    let merged = merge(&mut org, master, &[other, third], &[("Phone", "123")]).unwrap();
    assert_eq!((merged.id, &*merged.merged), (master, &[other, third][..]));
    assert_eq!(merged.updated_related.len(), 2, "{merged:?}");
    assert!(merged.updated_related.contains(&contact) && merged.updated_related.contains(&child));
    assert_eq!(named(&org, contact, "AccountId"), Some(master));
    assert_eq!(named(&org, child, "ParentId"), Some(master));
    assert_eq!(text(&org, master, "Phone"), "123");
    for gone in [other, third] {
        assert!(org.record(gone).unwrap().is_deleted());
        assert_eq!(named(&org, gone, "MasterRecordId"), Some(master));
    }
}

#[test]
fn a_master_that_was_the_child_of_a_merged_account_has_no_parent() {
    let mut org = org_with(&CATALOG, 1);
    let parent = made(&mut org, "Account", &[("Name", "Parent")]);
    let master = made(&mut org, "Account", &[("Name", "Child"), ("ParentId", &parent.to_string())]);
    merge(&mut org, master, &[parent], &[]).unwrap();
    assert_eq!(named(&org, master, "ParentId"), None);
}

#[test]
fn a_merge_that_cannot_be_leaves_everything_as_it_was() {
    let mut org = org_with(&CATALOG, 1);
    let master = made(&mut org, "Account", &[("Name", "Acme")]);
    let other = made(&mut org, "Account", &[("Name", "Other")]);
    let gone = made(&mut org, "Account", &[("Name", "Gone")]);
    call(&mut org, Call::Undelete { ids: vec![] }).unwrap();
    let contact = made(&mut org, "Contact", &[("LastName", "Byron"), ("AccountId", &other.to_string())]);
    call(
        &mut org,
        Call::Delete { object: "Account".into(), key: mockorg_org::RecordKey::Id(gone.to_string().into()) },
    )
    .unwrap();
    for (merged, values, code) in [
        (vec![], vec![], ErrorCode::ExceededIdLimit),
        (vec![other, gone], vec![], ErrorCode::EntityIsDeleted),
        (vec![master], vec![], ErrorCode::InvalidCrossReferenceKey),
        (vec![other, other], vec![], ErrorCode::InvalidCrossReferenceKey),
        (vec![contact], vec![], ErrorCode::InvalidCrossReferenceKey),
        (vec![other], vec![("Name", "")], ErrorCode::RequiredFieldMissing),
    ] {
        assert_eq!(merge(&mut org, master, &merged, &values).unwrap_err().code, code);
    }
    assert!(!org.record(other).unwrap().is_deleted());
    assert_eq!(named(&org, contact, "AccountId"), Some(other));
}

#[test]
fn a_lead_becomes_an_account_a_contact_and_an_opportunity() {
    let mut org = org_with(&CATALOG, 1);
    let lead = made(
        &mut org,
        "Lead",
        &[
            ("FirstName", "Ada"),
            ("LastName", "Byron"),
            ("Company", "Acme"),
            ("City", "Oslo"),
            ("Email", "a@b.example"),
            ("LeadSource", "Web"),
        ],
    );
    let wish = LeadConvert {
        lead: lead.to_string().into(),
        converted_status: "Closed - Converted".into(),
        ..LeadConvert::default()
    };
    let converted = convert(&mut org, wish.clone()).unwrap();
    assert_eq!(
        (&*text(&org, converted.account, "Name"), &*text(&org, converted.account, "BillingCity")),
        ("Acme", "Oslo")
    );
    assert_eq!(&*text(&org, converted.contact, "Name"), "Ada Byron");
    assert_eq!(named(&org, converted.contact, "AccountId"), Some(converted.account));
    let opportunity = converted.opportunity.unwrap();
    assert_eq!(
        (&*text(&org, opportunity, "Name"), &*text(&org, opportunity, "StageName")),
        ("Acme", "Prospecting")
    );
    assert_eq!(
        org.record(opportunity).unwrap().get("CloseDate").to_value(),
        Value::Date(jiff::civil::date(2026, 3, 31))
    );
    assert_eq!(org.records("OpportunityContactRole").count(), 1);
    assert!(org.record(lead).unwrap().get("IsConverted").is_true());
    assert_eq!(named(&org, lead, "ConvertedContactId"), Some(converted.contact));
    assert_eq!(convert(&mut org, wish).unwrap_err().code, ErrorCode::CannotUpdateConvertedLead);
    let update = Call::Update {
        object: "Lead".into(),
        id: lead.to_string().into(),
        fields: fields(&[("City", "Rome")]),
    };
    let refused = call(&mut org, update).unwrap_err();
    assert_eq!(refused.to_string(), "CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead");
}

#[test]
fn a_lead_joins_records_that_exist_and_fills_only_their_empty_fields() {
    let mut org = org_with(&CATALOG, 1);
    let lead = made(
        &mut org,
        "Lead",
        &[("LastName", "Byron"), ("Company", "New name"), ("Phone", "1"), ("LeadSource", "Web")],
    );
    let account = made(&mut org, "Account", &[("Name", "Acme")]);
    let contact = made(
        &mut org,
        "Contact",
        &[("LastName", "Old"), ("AccountId", &account.to_string()), ("LeadSource", "Other")],
    );
    let wish = LeadConvert {
        lead: lead.to_string().into(),
        converted_status: "Closed - Converted".into(),
        account: Some(account.to_string().into()),
        contact: Some(contact.to_string().into()),
        do_not_create_opportunity: true,
        overwrite_lead_source: true,
        ..LeadConvert::default()
    };
    let converted = convert(&mut org, wish).unwrap();
    assert_eq!((converted.account, converted.contact, converted.opportunity), (account, contact, None));
    assert_eq!((&*text(&org, account, "Name"), &*text(&org, account, "Phone")), ("Acme", "1"));
    assert_eq!((&*text(&org, contact, "LastName"), &*text(&org, contact, "LeadSource")), ("Old", "Web"));
    assert_eq!(org.records("Opportunity").count(), 0);
}

#[test]
fn conversions_that_cannot_be_are_refused_and_create_nothing() {
    let mut org = org_with(&CATALOG, 1);
    let lead = made(&mut org, "Lead", &[("LastName", "Byron"), ("Company", "Acme")]);
    let account = made(&mut org, "Account", &[("Name", "Other")]);
    let contact = made(&mut org, "Contact", &[("LastName", "Alone")]);
    let good = LeadConvert {
        lead: lead.to_string().into(),
        converted_status: "Closed - Converted".into(),
        ..LeadConvert::default()
    };
    for (wish, code) in [
        (
            LeadConvert { converted_status: "Working - Contacted".into(), ..good.clone() },
            ErrorCode::InvalidStatus,
        ),
        (
            LeadConvert { lead: account.to_string().into(), ..good.clone() },
            ErrorCode::InvalidCrossReferenceKey,
        ),
        (LeadConvert { lead: "x".into(), ..good.clone() }, ErrorCode::MalformedId),
        (
            LeadConvert { contact: Some(contact.to_string().into()), ..good.clone() },
            ErrorCode::FieldIntegrityException,
        ),
        (
            LeadConvert { owner: Some(account.to_string().into()), ..good.clone() },
            ErrorCode::InvalidCrossReferenceKey,
        ),
        (LeadConvert { opportunity_name: Some("n".repeat(121).into()), ..good }, ErrorCode::StringTooLong),
    ] {
        assert_eq!(convert(&mut org, wish).unwrap_err().code, code);
    }
    assert_eq!((org.records("Account").count(), org.records("Contact").count()), (1, 1));
}

#[test]
fn records_taken_out_of_the_recycle_bin_do_not_come_back() {
    let mut org = org_with(&CATALOG, 1);
    let account = made(&mut org, "Account", &[("Name", "Acme")]);
    let live = made(&mut org, "Account", &[("Name", "Live")]);
    let key = mockorg_org::RecordKey::Id(account.to_string().into());
    call(&mut org, Call::Delete { object: "Account".into(), key }).unwrap();
    let ids = |ids: &[RecordId]| ids.iter().map(|id| id.to_string().into()).collect();
    let Reply::Emptied(outcomes) =
        call(&mut org, Call::EmptyRecycleBin { ids: ids(&[account, live]) }).unwrap()
    else {
        panic!("no outcomes")
    };
    assert_eq!(outcomes[0], Ok(account));
    assert_eq!(outcomes[1].as_ref().unwrap_err().code, ErrorCode::InvalidCrossReferenceKey);
    assert!(org.record(account).is_none() && org.record(live).is_some());
    let Reply::Undeleted(outcomes) = call(&mut org, Call::Undelete { ids: ids(&[account]) }).unwrap() else {
        panic!("no outcomes")
    };
    assert!(outcomes[0].is_err());
}

#[test]
fn a_new_password_opens_the_next_session() {
    let mut org = org_with(&CATALOG, 1);
    let user = org.records("User").next().unwrap().id().to_string();
    call(&mut org, Call::SetPassword { user: user.clone().into(), password: "secret 42".into() }).unwrap();
    let login = |org: &mut Org, password: &str| {
        call(org, Call::Login { username: "admin@test.example".into(), password: password.into() })
    };
    assert!(login(&mut org, "secret 42").is_ok());
    let Reply::Password(given) = call(&mut org, Call::ResetPassword { user: user.into() }).unwrap() else {
        panic!("no password")
    };
    assert!(login(&mut org, "secret 42").is_err());
    assert!(login(&mut org, &given).is_ok());
}
