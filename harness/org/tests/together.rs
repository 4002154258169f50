//! Several calls as one transaction: what stays, what is undone, and what is told.

mod support;

use mockorg_org::{ApiError, ApiVersion, Call, ErrorCode, Org, Reply, Session};

use support::{TOKEN, catalog, fields, noon, org_with};

fn org() -> (Org, Session) {
    let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
    (org_with(&catalog(&[], &[]), 1), session)
}

fn account(name: &str) -> Call {
    Call::Create { object: "Account".into(), fields: fields(&[("Name", name)]) }
}

fn names(org: &Org) -> Vec<String> {
    org.records("Account").map(|row| row.get("Name").as_text().unwrap_or_default().to_owned()).collect()
}

fn together(names: &[&str], all_or_none: bool) -> Call {
    Call::Together { calls: names.iter().map(|name| account(name)).collect(), all_or_none }
}

#[test]
fn a_call_that_fails_takes_only_itself_back_unless_all_or_none_is_asked_for() {
    let (mut org, session) = org();
    let Ok(Reply::Together(outcomes)) = org.call(noon(), &session, together(&["A", "", "C"], false)) else {
        panic!("not performed")
    };
    let codes: Vec<Option<ErrorCode>> =
        outcomes.iter().map(|outcome| outcome.as_ref().err().map(|error| error.code)).collect();
    assert_eq!(codes, [None, Some(ErrorCode::RequiredFieldMissing), None]);
    assert_eq!(names(&org), ["A", "C"]);

    let Ok(Reply::Together(outcomes)) = org.call(noon(), &session, together(&["D", ""], true)) else {
        panic!("not performed")
    };
    let codes: Vec<ErrorCode> = outcomes.iter().map(|outcome| outcome.as_ref().unwrap_err().code).collect();
    assert_eq!(codes, [ErrorCode::AllOrNoneOperationRolledBack, ErrorCode::RequiredFieldMissing]);
    assert_eq!(names(&org), ["A", "C"]);
    assert_eq!(org.api_usage().0, 2, "each is one request");
}

#[test]
fn calls_of_a_transaction_can_be_taken_back_until_it_ends() {
    let (mut org, session) = org();
    org.begin(noon(), &session).unwrap();
    org.call(noon(), &session, account("kept")).unwrap();
    let mark = org.mark();
    org.call(noon(), &session, account("taken back")).unwrap();
    org.call(noon(), &session, account("")).unwrap_err();
    assert_eq!(names(&org), ["kept", "taken back"], "a call that fails takes only itself back");
    org.return_to(mark);
    org.end(noon());
    assert_eq!(names(&org), ["kept"]);
    assert_eq!(org.api_usage().0, 1, "the transaction is one request");
}

#[test]
fn no_transaction_begins_without_a_session() {
    let (mut org, mut session) = org();
    session.token = None;
    assert_eq!(org.begin(noon(), &session), Err(ApiError::invalid_session()));
    session.token = Some(TOKEN.into());
    org.call(noon(), &session, account("final at once")).unwrap();
    assert_eq!(org.api_usage().0, 1);
}
