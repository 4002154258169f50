//! `initiate-renewal` up to its answer: what is refused how, and what an accepted request leaves behind.

use std::sync::Arc;

use super::support::{at, body, catalog, dec, lab, number, text, version};
use crate::{
    ErrorCode, InitiateOperation, Input, Org, RecordId, Settings,
    access::UserAccess,
    ctx::Ctx,
    jobs::Task,
    lifecycle::initiate_operation::{AssetRequest, RequestedChange},
};

#[test]
fn an_accepted_request_is_answered_with_a_tracker_that_walks_to_its_end() {
    let mut lab = lab();
    lab.delay(10);
    let asset = lab.only("Asset", "Name", "Premier Support");
    let short = asset.as_15().to_owned();
    let reply = lab.request_renewal(&[&short, &asset.to_string()]).unwrap();
    assert!(reply.errors.is_empty());
    let request = reply.request_identifier.unwrap();
    let (status_version, object, operation) = reply.tracker.unwrap();
    assert_eq!((status_version, &*object), (version(58), "RevenueAsyncOperation"));
    let twin = lab.only("AsyncOperationTracker", "CorrelationIdentifier", &*request);
    let state = |lab: &mut super::support::Lab| {
        let row = |lab: &mut super::support::Lab, id| {
            [
                "Status",
                "JobType",
                "CorrelationIdentifier",
                "SubmittedAt",
                "StartedAt",
                "FinishedAt",
                "ExpiresAt",
            ]
            .map(|field| lab.text(id, field))
        };
        assert_eq!(row(lab, operation), row(lab, twin));
        row(lab, operation)
    };
    let submitted = state(&mut lab);
    assert_eq!(&submitted[..3], ["Submitted", "PearRenewAssets", &*request]);
    assert_eq!(
        &submitted[3..],
        ["2022-01-01T08:00:00.000+0000", "null", "null", "2022-01-31T08:00:00.000+0000"]
    );
    assert_eq!(lab.number(operation, "TotalJobItems"), dec("1"), "the same asset twice is one item");
    assert_eq!(lab.number(operation, "SuccessfulJobItems"), dec("0"));

    lab.move_to("2022-01-01T08:00:05Z");
    let started = state(&mut lab);
    assert_eq!((&*started[0], &*started[4]), ("InProgress", "2022-01-01T08:00:05.000+0000"));
    assert!(lab.get(operation, "ReferenceEntityId").is_null());

    lab.move_to("2022-01-01T08:00:10Z");
    let finished = state(&mut lab);
    assert_eq!((&*finished[0], &*finished[5]), ("Completed", "2022-01-01T08:00:10.000+0000"));
    assert_eq!(lab.number(operation, "SuccessfulJobItems"), dec("1"));
    assert_eq!(lab.number(operation, "FailedJobItems"), dec("0"));
    assert!(!lab.get(twin, "OwnerId").is_null());

    lab.move_to("2022-01-31T08:00:00Z");
    assert!(lab.org.store.live(operation).is_none(), "the tracker's time is over");
    assert!(lab.org.store.live(twin).is_none());
}

#[test]
fn the_status_url_stays_in_the_called_version_where_the_tracker_exists() {
    for (called, expected) in [(55, 58), (56, 58), (57, 57), (58, 58), (59, 59), (60, 58), (68, 58)] {
        let mut lab = lab();
        lab.use_version(called);
        let asset = lab.only("Asset", "Name", "Premier Support").to_string();
        let tracker = lab.request_renewal(&[&asset]).unwrap().tracker.unwrap();
        assert_eq!(tracker.0, version(expected), "called {called}");
    }
}

#[test]
fn one_bad_id_refuses_the_request_and_leaves_nothing_behind() {
    let mut lab = lab();
    let good = lab.only("Asset", "Name", "Premier Support").to_string();
    let foreign = lab.named("Account", "Aurora Robotics").to_string();
    let unknown = "02i000000000001AAA";
    for ids in [vec![], vec!["nonsense"], vec![&*good, &*foreign], vec![unknown, &*good], vec![""]] {
        let reply = lab.request_renewal(&ids).unwrap();
        let [error] = &reply.errors[..] else { panic!("one error for {ids:?}") };
        assert_eq!((error.code, &error.message), (ErrorCode::IllegalQueryParameterValue, &None));
        assert_eq!((reply.request_identifier, reply.tracker), (None, None));
    }
    assert_eq!(lab.org.records("RevenueAsyncOperation").count(), 0);
    lab.org.advance(lab.now);
    assert!(
        lab.org
            .events()
            .after(crate::events::ReplayId(0))
            .all(|event| &*event.event != "AssetRenewInitiatedEvent")
    );
}

#[test]
fn missing_members_are_answers_and_wrong_ones_are_parser_errors() {
    let mut lab = lab();
    let array = |items| Input::Object(body(vec![("assetIdArray", Input::Array(items))]));
    for missing in [vec![], vec![("assetIds", Input::Null)], vec![("assetIds", Input::Object(Vec::new()))]] {
        let reply = lab.request(body(missing)).unwrap();
        assert_eq!(reply.errors[0].code, ErrorCode::RequiredFieldMissing);
        assert!(reply.tracker.is_none());
    }
    for wrong in [
        vec![("assetIds", Input::Array(vec![text("02i")]))],
        vec![("assetIds", text("02i"))],
        vec![("assetIds", array(vec![number("1")]))],
        vec![("assetIds", array(vec![])), ("startDate", text("2022-01-01"))],
        vec![("assetIds", Input::Object(body(vec![("ids", Input::Array(vec![]))])))],
    ] {
        assert_eq!(lab.request(body(wrong)).unwrap_err().code, ErrorCode::JsonParserError);
    }
}

#[test]
fn the_resource_needs_its_version_and_the_permission() {
    let mut lab = lab();
    let asset = lab.only("Asset", "Name", "Premier Support").to_string();
    lab.use_version(54);
    assert_eq!(lab.request_renewal(&[&asset]).unwrap_err().code, ErrorCode::NotFound);
    lab.use_version(55);
    lab.log_in("restricted@mockorg.example");
    assert_eq!(lab.request_renewal(&[&asset]).unwrap_err().code, ErrorCode::InsufficientAccess);
}

fn nobody(now: &str) -> Ctx {
    Ctx {
        now: at(now),
        version: version(64),
        user: RecordId::NULL,
        session: 0,
        access: Arc::new(UserAccess::default()),
    }
}

#[test]
fn an_org_without_the_feature_does_not_know_the_resource() {
    let mut org = Org::new(catalog(&[]).into(), Settings::default());
    let error = org.initiate(&nobody("2022-01-01T00:00:00Z"), InitiateOperation::Renewal, &[]).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[test]
fn a_job_whose_call_was_undone_never_runs() {
    let mut lab = lab();
    let asset = lab.only("Asset", "Name", "Premier Support");
    let savepoint = lab.org.store.savepoint();
    let request = AssetRequest { assets: vec![asset], change: RequestedChange::Renewal };
    lab.org.submit_job(&nobody("2022-01-01T08:00:00Z"), Task::Initiate(request)).unwrap();
    lab.org.store.rollback(savepoint);
    lab.move_to("2022-03-01T00:00:00Z");
    assert_eq!(lab.actions(asset).len(), 1);
    assert_eq!(lab.org.records("RevenueAsyncOperation").count(), 0);
    assert!(
        lab.org
            .events()
            .after(crate::events::ReplayId(0))
            .all(|event| &*event.event != "AssetRenewInitiatedEvent")
    );
}
