//! Calls that are refused as a whole.

use mockorg_org::{
    Call, ErrorCode, ErrorLayer, Reply, SaveOptions,
    bulk::{BulkCall, JobFamily, JobFilter},
    faults::{Fault, FaultScope},
};

use crate::{
    account, add, counts, error, objects, once, operations, org, plan, query, refused,
    support::{call, create, fields, noon, session},
};

#[test]
fn a_struck_call_does_nothing_and_says_what_the_platform_says() {
    let mut org = org();
    for (code, text, layer) in [
        (ErrorCode::RequestLimitExceeded, "TotalRequests Limit exceeded.", ErrorLayer::Exception),
        (ErrorCode::InvalidSessionId, "Session expired or invalid", ErrorLayer::Exception),
        (ErrorCode::StorageLimitExceeded, "storage limit exceeded", ErrorLayer::Dml),
        (
            ErrorCode::InsertUpdateDeleteNotAllowedDuringMaintenance,
            "Updates can't be made during maintenance. Try again when maintenance is complete.",
            ErrorLayer::Dml,
        ),
    ] {
        add(&mut org, plan(error(code), operations(&["Create"])));
        let refusal = call(&mut org, account("Acme")).unwrap_err();
        assert_eq!((refusal.code, refusal.message.as_deref(), refusal.layer), (code, Some(text), layer));
    }
    assert_eq!(org.records("Account").count(), 0);
    assert!(org.end_fault(noon(), "plan"));
    assert!(call(&mut org, account("Acme")).is_ok());
}

#[test]
fn a_plan_has_its_own_words_and_its_own_status() {
    let mut org = org();
    let fault = Fault::Error {
        code: ErrorCode::RequestLimitExceeded,
        message: Some("ConcurrentRequests (Concurrent API Requests) Limit exceeded.".into()),
        status: Some(503),
    };
    add(&mut org, plan(fault, operations(&["Limits"])));
    let refusal = call(&mut org, Call::Limits).unwrap_err();
    assert_eq!(
        refusal.message.as_deref(),
        Some("ConcurrentRequests (Concurrent API Requests) Limit exceeded.")
    );
    assert_eq!(refusal.status(), Some(503));
}

#[test]
fn a_session_can_end_between_two_pages() {
    let mut org = org();
    for number in 0..300 {
        create(&mut org, "Account", &[("Name", &format!("Account {number}"))]);
    }
    add(&mut org, plan(error(ErrorCode::InvalidSessionId), operations(&["QueryMore"])));
    let soql = Call::Query { soql: "SELECT Id FROM Account".into(), all: false, batch_size: Some(200) };
    let Ok(Reply::Page(page)) = call(&mut org, soql) else { panic!("the first page is answered") };
    let more = Call::QueryMore { locator: page.next.unwrap(), batch_size: None };
    assert_eq!(refused(call(&mut org, more.clone())).0, ErrorCode::InvalidSessionId);
    org.end_faults(noon());
    let Ok(Reply::Page(rest)) = call(&mut org, more) else { panic!("the locator is still good") };
    assert_eq!(rest.rows.len(), 100);
}

#[test]
fn calls_are_chosen_by_the_object_that_they_are_about() {
    let mut org = org();
    let id = create(&mut org, "Account", &[("Name", "Acme")]);
    add(&mut org, plan(error(ErrorCode::QueryTimeout), objects(&["account"])));
    let update = Call::Update { object: "Account".into(), id: id.into(), fields: fields(&[("Name", "B")]) };
    let job = Call::Bulk(Box::new(BulkCall::CreateQuery {
        job: mockorg_org::bulk::JobRequest { operation: "query".into(), ..Default::default() },
        query: "SELECT Id FROM Account".into(),
    }));
    for struck in [
        query("SELECT Id FROM Account"),
        query("SELECT Id FROM account WHERE Name = 'x'"),
        update,
        Call::Describe { object: "Account".into() },
        Call::Explain { soql: "SELECT Id FROM Account".into() },
        job,
    ] {
        assert_eq!(refused(call(&mut org, struck)).1, "Your query request was running for too long.");
    }
    assert!(call(&mut org, query("SELECT Id FROM Contact")).is_ok());
    assert!(call(&mut org, Call::Limits).is_ok());
    assert_eq!(counts(&org), (6, 6));
}

#[test]
fn calls_are_chosen_by_record_and_told_of_it() {
    let mut org = org();
    let [one, two] = ["One", "Two"].map(|name| create(&mut org, "Account", &[("Name", name)]));
    let scope = FaultScope { records: vec![one.parse().unwrap()], ..FaultScope::default() };
    add(&mut org, plan(error(ErrorCode::UnableToLockRow), scope));
    let update = |id: &str| Call::Update {
        object: "Account".into(),
        id: id.into(),
        fields: fields(&[("Name", "Changed")]),
    };
    let text = format!("unable to obtain exclusive access to this record or 1 records: {one}");
    assert_eq!(refused(call(&mut org, update(&one))), (ErrorCode::UnableToLockRow, text));
    assert!(call(&mut org, update(&two)).is_ok());
}

#[test]
fn calls_are_chosen_by_user() {
    let mut org = org();
    let scope = FaultScope { users: vec!["ADMIN@test.example".into()], ..operations(&["Limits", "Login"]) };
    add(&mut org, plan(error(ErrorCode::ServerUnavailable), scope));
    assert_eq!(refused(call(&mut org, Call::Limits)).0, ErrorCode::ServerUnavailable);
    let login = |name: &str| Call::Login { username: name.into(), password: "x".into() };
    let ask = |org: &mut mockorg_org::Org, name| refused(org.call(noon(), &session(62), login(name))).0;
    assert_eq!(ask(&mut org, "admin@test.example"), ErrorCode::ServerUnavailable);
    assert_eq!(ask(&mut org, "somebody@test.example"), ErrorCode::InvalidLogin);
}

#[test]
fn families_of_operations_are_struck_as_a_whole() {
    let mut org = org();
    add(&mut org, plan(error(ErrorCode::ServerUnavailable), operations(&["Bulk", "Tooling.Query"])));
    let filter = JobFilter::default();
    let list = Call::Bulk(Box::new(BulkCall::List { family: JobFamily::Ingest, filter }));
    assert!(call(&mut org, list).is_err());
    let tooling = Call::Tooling(Box::new(query("SELECT Id FROM PlatformEventChannel")));
    assert!(call(&mut org, tooling).is_err());
    assert!(call(&mut org, query("SELECT Id FROM Account")).is_ok());
    assert_eq!(counts(&org), (2, 2));
}

#[test]
fn a_call_under_options_counts_once_and_calls_inside_another_are_struck_by_name_only() {
    let mut org = org();
    add(&mut org, plan(error(ErrorCode::ServerUnavailable), objects(&["Account"])));
    let saving = |call: Call| Call::Saving { options: SaveOptions::default(), call: Box::new(call) };
    assert!(call(&mut org, saving(account("Acme"))).is_err());
    assert_eq!(counts(&org), (1, 1));
    let together = |calls: Vec<Call>| Call::Together { calls, all_or_none: false };
    let Ok(Reply::Together(outcomes)) = call(&mut org, together(vec![account("A"), account("B")])) else {
        panic!("the request as a whole is not about accounts")
    };
    assert!(outcomes.iter().all(Result::is_ok));
    let mut named = plan(error(ErrorCode::ServerUnavailable), operations(&["Create"]));
    named.timing = once();
    add(&mut org, named);
    let Ok(Reply::Together(outcomes)) = call(&mut org, together(vec![account("A"), account("B")])) else {
        panic!("one of its calls is struck")
    };
    assert_eq!(outcomes.iter().map(Result::is_err).collect::<Vec<_>>(), [true, false]);
}
