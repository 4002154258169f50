//! Records that cannot be saved or deleted, wherever they come from.

use mockorg_org::{
    Call, ErrorCode, LeadConvert, Org, Reply, SaveOptions,
    faults::{Fault, FaultScope, FaultTiming},
};

use crate::{
    account, add, counts, delete, names, objects, operations, org, plan, record, refused,
    support::{call, create, fields},
};

fn update(id: &str) -> Call {
    Call::Update { object: "Account".into(), id: id.into(), fields: fields(&[("Name", "Changed")]) }
}

fn name(org: &Org, id: &str) -> String {
    org.record(id.parse().unwrap()).unwrap().get("Name").as_text().unwrap().to_owned()
}

#[test]
fn a_locked_record_is_neither_changed_nor_deleted_and_the_error_names_it() {
    let mut org = org();
    let id = create(&mut org, "Account", &[("Name", "Acme")]);
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), objects(&["Account"])));
    let locked = format!("unable to obtain exclusive access to this record or 1 records: {id}");
    assert_eq!(refused(call(&mut org, update(&id))), (ErrorCode::UnableToLockRow, locked.clone()));
    assert_eq!(refused(call(&mut org, delete("Account", &id))).1, locked);
    assert_eq!(name(&org, &id), "Acme");
    let created = refused(call(&mut org, account("New")));
    assert_eq!(created.1, "unable to obtain exclusive access to this record");
    assert_eq!(counts(&org), (3, 3));
}

#[test]
fn what_is_wrong_with_a_record_itself_comes_before_its_lock() {
    let mut org = org();
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), objects(&["Account"])));
    let nameless = Call::Create { object: "Account".into(), fields: Vec::new() };
    assert_eq!(refused(call(&mut org, nameless)).0, ErrorCode::RequiredFieldMissing);
    assert_eq!(counts(&org), (0, 0));
}

#[test]
fn one_of_several_records_fails_and_the_others_are_saved() {
    let mut org = org();
    let mut third = plan(record(ErrorCode::UnableToLockRow), objects(&["Account"]));
    third.timing = FaultTiming { after: 2, times: Some(1), ..FaultTiming::default() };
    add(&mut org, third);
    let calls = ["A", "B", "C", "D"].map(account).to_vec();
    let Ok(Reply::Together(outcomes)) = call(&mut org, Call::Together { calls, all_or_none: false }) else {
        panic!("no collection")
    };
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
    assert_eq!(org.records("Account").count(), 3);
}

#[test]
fn all_or_none_takes_the_others_back() {
    let mut org = org();
    let mut second = plan(record(ErrorCode::UnableToLockRow), objects(&["Account"]));
    second.timing = FaultTiming { after: 1, times: Some(1), ..FaultTiming::default() };
    add(&mut org, second);
    let calls = ["A", "B", "C"].map(account).to_vec();
    let Ok(Reply::Together(outcomes)) = call(&mut org, Call::Together { calls, all_or_none: true }) else {
        panic!("no collection")
    };
    let codes: Vec<ErrorCode> = outcomes.into_iter().map(|outcome| outcome.unwrap_err().code).collect();
    let rolled_back = ErrorCode::AllOrNoneOperationRolledBack;
    assert_eq!(codes, [rolled_back, ErrorCode::UnableToLockRow, rolled_back]);
    assert_eq!(org.records("Account").count(), 0);
}

#[test]
fn an_upsert_is_chosen_by_its_own_name_and_by_what_it_does() {
    let upsert = |id: &str| Call::Upsert {
        object: "Account".into(),
        field: "Id".into(),
        value: id.into(),
        fields: fields(&[("Name", "Changed")]),
        update_only: false,
    };
    for operation in ["Upsert", "Update"] {
        let mut org = org();
        let id = create(&mut org, "Account", &[("Name", "Acme")]);
        add(&mut org, plan(record(ErrorCode::EntityIsLocked), operations(&[operation])));
        assert_eq!(refused(call(&mut org, upsert(&id))).1, "the entity is locked for editing", "{operation}");
        assert!(call(&mut org, account("New")).is_ok());
    }
}

#[test]
fn undeletes_and_merges_fail_too() {
    let mut org = org();
    let [one, two, gone] = ["One", "Two", "Gone"].map(|name| create(&mut org, "Account", &[("Name", name)]));
    call(&mut org, delete("Account", &gone)).unwrap();
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), operations(&["Undelete", "Merge"])));
    let Ok(Reply::Undeleted(outcomes)) = call(&mut org, Call::Undelete { ids: vec![gone.into()] }) else {
        panic!("no undelete")
    };
    assert_eq!(outcomes[0].as_ref().unwrap_err().code, ErrorCode::UnableToLockRow);
    let merge = Call::Merge(Box::new(mockorg_org::MergeRequest {
        object: "Account".into(),
        master: one.into(),
        fields: Vec::new(),
        merged: vec![two.clone().into()],
    }));
    assert_eq!(refused(call(&mut org, merge)).0, ErrorCode::UnableToLockRow);
    assert!(!org.record(two.parse().unwrap()).unwrap().is_deleted());
}

#[test]
fn records_are_chosen_by_id() {
    let mut org = org();
    let [one, two] = ["One", "Two"].map(|name| create(&mut org, "Account", &[("Name", name)]));
    let scope = FaultScope { records: vec![two.parse().unwrap()], ..FaultScope::default() };
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), scope));
    assert!(call(&mut org, update(&one)).is_ok());
    assert!(call(&mut org, update(&two)).is_err());
}

#[test]
fn a_duplicate_is_told_with_its_rule_and_a_record_and_saved_when_the_client_insists() {
    let mut org = org();
    let known = create(&mut org, "Account", &[("Name", "Acme")]);
    add(&mut org, plan(record(ErrorCode::DuplicatesDetected), objects(&["Account"])));
    let error = call(&mut org, account("Acme")).unwrap_err();
    assert_eq!(error.message.as_deref(), Some("Use one of these records?"));
    let result = error.duplicates().unwrap();
    assert_eq!((&*result.object, result.allow_save), ("Account", true));
    assert_eq!(result.records, [known.parse().unwrap()]);
    let options = SaveOptions { allow_duplicates: true };
    let insist = Call::Saving { options, call: Box::new(account("Acme")) };
    assert!(call(&mut org, insist).is_ok());
    assert!(call(&mut org, delete("Account", &known)).is_ok(), "a deletion makes no duplicate");
}

#[test]
fn records_that_a_call_writes_by_itself_fail_only_when_a_plan_names_the_call() {
    let mut org = org();
    let lead = create(&mut org, "Lead", &[("LastName", "Moss"), ("Company", "Fern")]);
    let convert = || {
        Call::ConvertLead(Box::new(LeadConvert {
            lead: lead.clone().into(),
            converted_status: "Closed - Converted".into(),
            ..LeadConvert::default()
        }))
    };
    let named = FaultScope { operations: names(&["ConvertLead"]), ..objects(&["Contact"]) };
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), named));
    assert_eq!(refused(call(&mut org, convert())).0, ErrorCode::UnableToLockRow);
    assert_eq!(org.records("Account").count(), 0, "nothing of it has happened");
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), objects(&["Contact"])));
    assert!(call(&mut org, convert()).is_ok());
    assert_eq!(counts(&org), (0, 0));
}

#[test]
fn an_error_names_fields_and_has_the_words_of_the_plan() {
    let mut org = org();
    let fault = Fault::Record {
        code: ErrorCode::FieldCustomValidationException,
        message: Some("The name is taken by another region.".into()),
        fields: vec!["Name".into()],
    };
    add(&mut org, plan(fault, objects(&["Account"])));
    let error = call(&mut org, account("Acme")).unwrap_err();
    assert_eq!(error.fields, ["Name".into()]);
    assert_eq!(error.message.as_deref(), Some("The name is taken by another region."));
}
