//! Jobs that a test makes appear: their trackers, their steps, their errors, their events.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{sync::Arc, time::Duration};

use mockorg_org::{
    Call, ControlRefusal, FieldInput, Input, JobError, JobEvent, JobState, JobStep, Org, Position, RecordId,
    RecordKey, Reply, Settings, SimulatedJob, Timestamp, Value, events::ReplayId, events::StoredEvent,
};
use support::{call, catalog, create, noon, org_with};

fn org() -> Org {
    org_with(&catalog(&["RevenueLifecycle".into()], &[]), 0)
}

fn later(seconds: u64) -> Timestamp {
    noon() + Duration::from_secs(seconds)
}

fn simulate(org: &mut Org, job: SimulatedJob) -> JobState {
    org.simulate_job(noon(), job).unwrap()
}

fn refused(org: &mut Org, job: SimulatedJob) -> ControlRefusal {
    let before = (org.records("AsyncOperationTracker").count(), org.next_deadline());
    let refusal = org.simulate_job(noon(), job).unwrap_err();
    assert_eq!((org.records("AsyncOperationTracker").count(), org.next_deadline()), before);
    refusal
}

fn text(org: &Org, id: RecordId, field: &str) -> String {
    match org.record(id).unwrap().get(field).to_value() {
        Value::Text(text) => text.to_string(),
        Value::Id(id) => id.to_string(),
        Value::DateTime(at) => at.to_string(),
        Value::Int(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn events(org: &Org) -> Vec<Arc<StoredEvent>> {
    org.events().after(ReplayId(0)).cloned().collect()
}

fn payload(org: &Org, event: &StoredEvent, field: &str) -> Value {
    let def = org.catalog().find_any(&event.event).unwrap();
    event.values()[def.slot(field).unwrap().index()].clone()
}

#[test]
fn a_job_walks_its_states_by_the_clock_and_ends_with_log_trackers_and_event() {
    let mut org = org();
    let job = SimulatedJob {
        total_items: 3,
        failed_items: 1,
        delay_to_start: Some(Duration::from_secs(5)),
        delay_to_finish: Some(Duration::from_secs(10)),
        errors: vec![JobError::new("INVALID_API_INPUT", "Include record type and method.")],
        ..SimulatedJob::of("PlaceQuote")
    };
    let state = simulate(&mut org, job);
    let (operation, tracker) = (state.operation.unwrap(), state.tracker.unwrap());
    assert_eq!((&*state.status, state.simulated, state.held), ("Submitted", true, false));
    // Place quote is answered with the id of its operation.
    assert_eq!(*state.request_identifier, *operation.to_string());
    for (seconds, status, started, finished) in [
        (4, "Submitted", "Null", "Null"),
        (14, "InProgress", "2026-01-15T12:00:05.000+0000", "Null"),
        (15, "CompletedWithFailures", "2026-01-15T12:00:05.000+0000", "2026-01-15T12:00:15.000+0000"),
    ] {
        org.advance(later(seconds));
        for id in [operation, tracker] {
            assert_eq!(text(&org, id, "Status"), status);
            assert_eq!(text(&org, id, "StartedAt"), started);
            assert_eq!(text(&org, id, "FinishedAt"), finished);
            assert_eq!(text(&org, id, "CorrelationIdentifier"), operation.to_string());
        }
        assert_eq!(events(&org).len(), usize::from(seconds == 15));
    }
    let counted = ["TotalJobItems", "SuccessfulJobItems", "FailedJobItems"].map(|f| text(&org, tracker, f));
    assert_eq!(counted, ["3", "2", "1"]);

    let log: Vec<RecordId> = org.records("RevenueTransactionErrorLog").map(|row| row.id()).collect();
    let [row] = log[..] else { panic!("{log:?}") };
    assert_eq!(text(&org, row, "Category"), "Unknown Failure");
    assert_eq!(text(&org, row, "PrimaryRecordId"), tracker.to_string());
    assert_eq!(text(&org, row, "RequestIdentifier"), operation.to_string());
    assert_eq!(text(&org, row, "RevenueAsyncOperationId"), operation.to_string());
    assert_eq!(text(&org, row, "AsyncOperationTrackerId"), tracker.to_string());

    let event = &events(&org)[0];
    assert_eq!((&*event.event, event.created_date), ("QuoteSaveEvent", later(15)));
    assert_eq!(payload(&org, event, "HasErrors"), Value::Bool(true));
    assert_eq!(payload(&org, event, "RequestIdentifier"), Value::text(operation.to_string()));
    assert_eq!(payload(&org, event, "QuoteId"), Value::Null);
}

#[test]
fn a_held_job_waits_for_its_steps_and_takes_only_legal_ones() {
    let mut org = org();
    let state = simulate(&mut org, SimulatedJob { hold: true, ..SimulatedJob::of("QuoteToOrderJob") });
    let id = state.request_identifier;
    let tracker = state.tracker.unwrap();
    org.advance(later(3600));
    assert_eq!(text(&org, tracker, "Status"), "Submitted");
    let mut step = |name: &str, step: JobStep| org.step_job(later(3600), name, step);
    let early = step(&id, JobStep::to("Completed")).unwrap_err();
    assert_eq!(&*early.hint, "from Submitted it goes to InProgress only");
    assert_eq!(&*step(&tracker.to_string(), JobStep::to("InProgress")).unwrap().status, "InProgress");
    let again = step(&id, JobStep::to("InProgress")).unwrap_err();
    assert_eq!(&*again.hint, "from InProgress it goes to Completed, CompletedWithFailures or Failure");
    let counters = JobStep { total_items: Some(5), failed_items: Some(0), ..JobStep::to("Failure") };
    let wrong = step(&id, counters).unwrap_err();
    assert_eq!(&*wrong.error, "0 failed items of 5 do not make the job `Failure`");
    let errors = Some(vec![JobError::new("END_DATE_MISSING", "Enter an end date.")]);
    let last = JobStep { total_items: Some(5), errors, ..JobStep::to("Failure") };
    let ended = step(tracker.as_15(), last).unwrap();
    assert_eq!((&*ended.status, ended.total_items, ended.failed_items), ("Failure", 5, 5));
    assert!(!ended.held);
    let after = step(&id, JobStep::to("InProgress")).unwrap_err();
    assert_eq!(*after.error, format!("job `{id}` has ended: Failure"));

    let published = events(&org);
    assert_eq!(published.len(), 1);
    assert_eq!(&*published[0].event, "QuoteToOrderCompletedEvent");
    assert_eq!(payload(&org, &published[0], "HasErrors"), Value::Bool(true));
    assert_eq!(payload(&org, &published[0], "RequestIdentifier"), Value::text(&id));
    let log = org.records("RevenueTransactionErrorLog").next().unwrap();
    assert_eq!(log.get("Category").as_text(), Some("QuoteToOrder"));
}

#[test]
fn only_held_jobs_are_stepped() {
    let mut org = org();
    let id = simulate(&mut org, SimulatedJob::of("PlaceOrder")).request_identifier;
    let refusal = org.step_job(noon(), &id, JobStep::to("InProgress")).unwrap_err();
    assert_eq!(*refusal.error, format!("job `{id}` is not held"));
    let unknown = org.step_job(noon(), "nonsense", JobStep::to("InProgress")).unwrap_err();
    assert_eq!(&*unknown.error, "there is no job `nonsense`");
}

#[test]
fn a_later_error_about_the_same_record_replaces_the_earlier_row() {
    let mut org = org();
    let account = create(&mut org, "Account", &[("Name", "Acme")]);
    let quote = create(&mut org, "Quote", &[("Name", "Offer"), ("QuoteAccountId", &account)]);
    let quote: RecordId = quote.parse().unwrap();
    let mut fail = |message: &str| {
        let errors = vec![JobError::new("INVALID_INPUT", message)];
        let job = SimulatedJob {
            failed_items: 1,
            errors,
            reference_record: Some(quote),
            ..SimulatedJob::of("QuoteToOrderJob")
        };
        let state = simulate(&mut org, job);
        org.advance(later(60));
        // The operation refers to credit memos only.
        assert_eq!(text(&org, state.tracker.unwrap(), "ReferenceEntityId"), quote.to_string());
        assert_eq!(text(&org, state.operation.unwrap(), "ReferenceEntityId"), "Null");
        let rows: Vec<_> =
            org.records("RevenueTransactionErrorLog").map(|row| row.get("ErrorMessage").to_value()).collect();
        rows
    };
    assert_eq!(fail("first"), [Value::text("first")]);
    assert_eq!(fail("second"), [Value::text("second")]);
}

#[test]
fn the_caller_decides_about_the_event() {
    let mut org = org();
    simulate(&mut org, SimulatedJob { event: JobEvent::none(), ..SimulatedJob::of("PlaceQuote") });
    simulate(&mut org, SimulatedJob::of("CreateCPQContractsJob"));
    org.advance(later(60));
    assert!(events(&org).is_empty(), "contracts have no event, and the other was switched off");

    let error = |code: &str| {
        let at = Position::default();
        let member = |name: &str, value: &str| FieldInput { name: name.into(), value: value.into(), at };
        Input::Object(vec![member("ErrorCode", code), member("ErrorMessage", "Select an account.")])
    };
    let event = JobEvent::default()
        .with("OrderNumber", "00000122")
        .with("HasErrors", true)
        .with("QuoteToOrderErrorDetailEvents", Input::Array(vec![error("REQUIRED_FIELD_MISSING")]));
    simulate(&mut org, SimulatedJob { event, ..SimulatedJob::of("QuoteToOrderJob") });
    let named = JobEvent { name: Some("placeordercompletedevent".into()), ..JobEvent::default() };
    simulate(&mut org, SimulatedJob { event: named, ..SimulatedJob::of("PSTBaseJob") });
    simulate(&mut org, SimulatedJob::of("AutomatedNegativeInvoiceLineConversion"));
    org.advance(later(120));
    let published = events(&org);
    let names: Vec<&str> = published.iter().map(|event| &*event.event).collect();
    assert_eq!(
        names,
        ["QuoteToOrderCompletedEvent", "PlaceOrderCompletedEvent", "NegInvcLineProcessedEvent"]
    );
    assert_eq!(payload(&org, &published[0], "OrderNumber"), Value::text("00000122"));
    assert_eq!(payload(&org, &published[0], "HasErrors"), Value::Bool(true));
    let Value::Nested(entries) = payload(&org, &published[0], "QuoteToOrderErrorDetailEvents") else {
        panic!("no details")
    };
    assert!(entries[0].contains(&Value::text("REQUIRED_FIELD_MISSING")), "{entries:?}");
    // The guide says that this event's request identifier is always empty.
    assert_eq!(payload(&org, &published[2], "RequestIdentifier"), Value::Null);
    assert_eq!(payload(&org, &published[2], "ErrorDetails"), Value::text("[]"));
    assert_eq!(payload(&org, &published[2], "IsAutomatedNegativeInvoiceLineConversion"), Value::Bool(true));
}

#[test]
fn what_is_wrong_with_a_job_is_named_with_what_would_be_right() {
    let mut org = org();
    let of = SimulatedJob::of;
    let stranger: RecordId = "0Q0000000000009".parse().unwrap();
    let account: RecordId = create(&mut org, "Account", &[("Name", "Acme")]).parse().unwrap();
    for (job, error, hint) in [
        (of("PlaceQoute"), "`PlaceQoute` is no job type", "TransactionLineBom"),
        (SimulatedJob { failed_items: 2, ..of("PlaceQuote") }, "2 of 1 items cannot fail", "at most"),
        (
            SimulatedJob { total_items: u32::MAX, ..of("PlaceQuote") },
            "4294967295 items",
            "at most 2147483647",
        ),
        (
            SimulatedJob { on_behalf_of: Some("nobody@test.example".into()), ..of("PlaceQuote") },
            "`onBehalfOf` names no active user: `nobody@test.example`",
            "user name",
        ),
        (
            SimulatedJob { reference_record: Some(stranger), ..of("PlaceQuote") },
            "`referenceRecordId`",
            "CreditMemo",
        ),
        (
            SimulatedJob { reference_record: Some(account), ..of("PlaceQuote") },
            "`referenceRecordId`",
            "Quote",
        ),
        (
            SimulatedJob { objects: vec!["Asset".into()], ..of("PlaceQuote") },
            "no tracker: `Asset`",
            "RevenueAsync",
        ),
        (
            SimulatedJob { objects: vec!["RevenueAsyncOperation".into()], ..of("PSTBaseJob") },
            "RevenueAsyncOperation has no job type `PSTBaseJob`",
            "leave that object out",
        ),
        (
            SimulatedJob {
                errors: vec![JobError { category: Some("Bad luck".into()), ..JobError::new("X", "y") }],
                ..of("PlaceQuote")
            },
            "`Bad luck` is no Category",
            "QuoteToOrder",
        ),
        (
            SimulatedJob {
                errors: vec![JobError { related_record: Some(account), ..JobError::new("X", "y") }],
                ..of("PlaceQuote")
            },
            "RelatedRecordId of the error log cannot hold",
            "OrderItem",
        ),
        (
            SimulatedJob { errors: vec![JobError::new("", "y")], ..of("PlaceQuote") },
            "needs a `code`",
            "INVALID",
        ),
        (
            SimulatedJob { errors: vec![JobError::new("X", &"y".repeat(2001))], ..of("PlaceQuote") },
            "the text of ErrorMessage is too long",
            "2000",
        ),
        (
            SimulatedJob { event: JobEvent::default().with("OrderId", "x"), ..of("PlaceQuote") },
            "QuoteSaveEvent has no field `OrderId`",
            "QuoteId",
        ),
        (
            SimulatedJob { event: JobEvent::default().with("QuoteId", "x"), ..of("PlaceQuote") },
            "QuoteSaveEvent.QuoteId: Quote ID: id value of incorrect type: x",
            "type",
        ),
        (
            SimulatedJob { event: JobEvent::default().with("Status", "Fine"), ..of("PlaceQuote") },
            "QuoteSaveEvent.Status: `Fine` is none of its values",
            "NotStarted",
        ),
        (
            SimulatedJob { event: JobEvent::default().with("HasErrors", true), ..of("TransactionLineBom") },
            "end without an event",
            "event.name",
        ),
        (
            SimulatedJob {
                event: JobEvent { name: Some("Account".into()), ..JobEvent::default() },
                ..of("PlaceQuote")
            },
            "the org has no event `Account`",
            "QuoteSaveEvent",
        ),
    ] {
        let refusal = refused(&mut org, job);
        assert!(refusal.error.contains(error), "{refusal}");
        assert!(refusal.hint.contains(hint), "{refusal}");
    }
}

#[test]
fn trackers_expire_by_the_clock_and_held_jobs_end_with_them() {
    let mut org = org();
    let state = simulate(&mut org, SimulatedJob { hold: true, ..SimulatedJob::of("PlaceQuote") });
    let days = u64::from(Settings::default().tracker_days);
    org.advance(later(days * 86_400 - 1));
    assert_eq!(org.jobs().len(), 1);
    org.advance(later(days * 86_400));
    assert_eq!(org.jobs(), []);
    assert!(org.record(state.operation.unwrap()).unwrap().is_deleted());
    let refusal =
        org.step_job(later(days * 86_400), &state.request_identifier, JobStep::to("InProgress")).unwrap_err();
    assert!(refusal.error.contains("there is no job"), "{refusal}");
}

#[test]
fn a_job_whose_trackers_a_client_deletes_still_ends_with_its_event() {
    let mut org = org();
    let state = simulate(&mut org, SimulatedJob::of("PlaceOrder"));
    for (object, id) in [("AsyncOperationTracker", state.tracker), ("RevenueAsyncOperation", state.operation)]
    {
        let key = RecordKey::Id(id.unwrap().to_string().into());
        let version = if object == "RevenueAsyncOperation" { 59 } else { 68 };
        let delete = Call::Delete { object: object.into(), key };
        assert_eq!(org.call(noon(), &support::session(version), delete), Ok(Reply::Done));
    }
    assert_eq!(org.jobs(), []);
    org.advance(later(60));
    assert_eq!(events(&org).len(), 1);
}

#[test]
fn every_job_type_of_either_tracker_can_be_simulated_and_found() {
    let mut org = org();
    let catalog = Arc::clone(org.catalog());
    for (object, version) in [("RevenueAsyncOperation", 57), ("AsyncOperationTracker", 68)] {
        let field = catalog.find_any(object).unwrap().field("JobType").unwrap();
        for value in field.picklist_values.iter().map(|own| &*own.value) {
            let objects = vec![object.into()];
            let state = simulate(&mut org, SimulatedJob { objects, ..SimulatedJob::of(value) });
            let id = state.operation.or(state.tracker).unwrap();
            let soql = format!("SELECT Id FROM {object} WHERE JobType = '{value}'").into();
            let query = Call::Query { soql, all: false, batch_size: None };
            let Ok(Reply::Page(page)) = org.call(noon(), &support::session(version), query) else {
                panic!("{value}")
            };
            assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [Some(id)], "{value}");
        }
    }
    org.advance(later(60));
    assert!(org.jobs().iter().all(|job| &*job.status == "Completed"));
    let known = call(&mut org, Call::Authorize);
    assert_eq!(known, Ok(Reply::Done), "the org goes on");
}
