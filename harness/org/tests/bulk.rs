//! Jobs of the Bulk APIs in the org itself: their steps, what they leave, what replays of them give.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::time::Duration;

use mockorg_org::{
    ApiError, ApiVersion, AsyncDelay, Call, ErrorCode, Org, Reply, Session, Settings, Timestamp,
    bulk::{BulkCall, BulkJob, BulkReply, BulkState, Dialect, JobFamily, JobRequest, LineEnding, ResultKind},
};

use support::{TOKEN, catalog, noon, org_of, org_with};

const VERSION: Option<ApiVersion> = ApiVersion::new(62);

fn ask(org: &mut Org, now: Timestamp, call: BulkCall) -> Result<BulkReply, ApiError> {
    let session = Session { token: Some(TOKEN.into()), version: VERSION.unwrap(), origin: None };
    match org.call(now, &session, Call::Bulk(Box::new(call)))? {
        Reply::Bulk(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

fn request(operation: &str, object: &str) -> JobRequest {
    let dialect = Dialect { ending: Some(LineEnding::Lf), ..Dialect::default() };
    JobRequest {
        operation: operation.into(),
        object: object.into(),
        content_type: "CSV".into(),
        dialect,
        ..JobRequest::default()
    }
}

fn job_of(reply: BulkReply) -> BulkJob {
    let BulkReply::Job(job) = reply else { panic!("{reply:?}") };
    *job
}

/// Uploads a text and closes the job.
fn ingest(org: &mut Org, operation: &str, text: &str) -> Box<str> {
    let job = request(operation, "Account");
    let job = job_of(ask(org, noon(), BulkCall::CreateIngest { job, content: None }).unwrap());
    let id: Box<str> = job.id.to_string().into();
    let content = text.as_bytes().to_vec().into();
    ask(org, noon(), BulkCall::Upload { job: id.clone(), content }).unwrap();
    let (family, state) = (JobFamily::Ingest, "UploadComplete".into());
    ask(org, noon(), BulkCall::SetState { family, job: id.clone(), state }).unwrap();
    id
}

fn job(org: &mut Org, now: Timestamp, id: &str) -> BulkJob {
    job_of(ask(org, now, BulkCall::Get { family: JobFamily::Ingest, job: id.into() }).unwrap())
}

fn rows(org: &mut Org, id: &str, kind: ResultKind) -> String {
    let BulkReply::Rows(rows) = ask(org, noon(), BulkCall::IngestResults { job: id.into(), kind }).unwrap()
    else {
        panic!("no rows")
    };
    String::from_utf8(rows.flatten().collect()).unwrap()
}

fn many(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|row| format!("Row {row}\n")).collect();
    format!("Name\n{}", lines.concat())
}

#[test]
fn a_job_goes_on_in_steps_between_which_others_are_served() {
    let mut org = org_with(&catalog(&[], &[]), 1);
    let id = ingest(&mut org, "insert", &many(450));
    org.advance_briefly(noon());
    assert_eq!(job(&mut org, noon(), &id).state, BulkState::UploadComplete);
    let mut seen = Vec::new();
    while org.advance_step(noon()) {
        seen.push(job(&mut org, noon(), &id).processed);
    }
    assert_eq!(seen, [0, 200, 400, 450]);
    assert_eq!(job(&mut org, noon(), &id).state, BulkState::InProgress);
    org.advance_briefly(noon());
    assert_eq!(job(&mut org, noon(), &id).state, BulkState::JobComplete);
    assert_eq!(org.records("Account").count(), 450);
    assert_eq!(rows(&mut org, &id, ResultKind::Successful).lines().count(), 451);
}

#[test]
fn jobs_take_turns_when_the_clock_goes_on() {
    let mut org = org_with(&catalog(&[], &[]), 1);
    let ids = [(); 2].map(|()| ingest(&mut org, "insert", &many(1000)));
    let moment = |step: u64| noon() + Duration::from_millis(step);
    for step in 1..=6 {
        assert!(org.advance_step(moment(step)));
    }
    assert_eq!(ids.map(|id| job(&mut org, moment(7), &id).processed), [400, 400]);
}

#[test]
fn a_job_waits_for_half_of_the_delay_and_runs_for_the_other_half() {
    let settings = Settings { async_delay: AsyncDelay(Duration::from_secs(4)), ..Settings::default() };
    let mut org = org_of(&catalog(&[], &[]), &settings);
    let id = ingest(&mut org, "insert", &many(1000));
    for (seconds, state) in [
        (1, BulkState::UploadComplete),
        (2, BulkState::InProgress),
        (3, BulkState::InProgress),
        (4, BulkState::JobComplete),
    ] {
        let now = noon() + Duration::from_secs(seconds);
        org.advance(now);
        assert_eq!(job(&mut org, now, &id).state, state, "after {seconds} s");
    }
    assert_eq!(job(&mut org, noon(), &id).millis, 2000);
}

#[test]
fn an_upload_of_every_step_size_leaves_each_row_once() {
    for count in [0, 1, 199, 200, 201, 400, 401] {
        let mut org = org_with(&catalog(&[], &[]), 1);
        let id = ingest(&mut org, "insert", &many(count));
        org.advance(noon());
        let done = job(&mut org, noon(), &id);
        assert_eq!((done.state, done.processed, done.failed), (BulkState::JobComplete, count as u64, 0));
        assert_eq!(org.records("Account").count(), count);
    }
}

#[test]
fn rows_that_fail_leave_nothing_and_equal_errors_are_told_each_time() {
    let mut org = org_with(&catalog(&[], &[]), 1);
    let id = ingest(&mut org, "insert", "Name,NumberOfEmployees\n,1\nGood,2\n,3\n");
    org.advance(noon());
    assert_eq!(org.records("Account").count(), 1);
    let failed = rows(&mut org, &id, ResultKind::Failed);
    assert_eq!(
        failed.matches("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --").count(),
        2
    );
}

#[test]
fn the_same_calls_give_the_same_jobs_whether_in_one_go_or_step_by_step() {
    let run = |stepwise: bool| {
        let mut org = org_with(&catalog(&[], &[]), 7);
        let id = ingest(&mut org, "insert", &many(300));
        if stepwise {
            while org.advance_step(noon()) {}
        }
        org.advance(noon());
        rows(&mut org, &id, ResultKind::Successful)
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn jobs_are_counted_and_refused_when_the_day_has_had_too_many() {
    let limits = [("DailyBulkApiBatches".into(), 1), ("DailyBulkV2QueryJobs".into(), 1)].into();
    let mut org = org_of(&catalog(&[], &[]), &Settings { limits, ..Settings::default() });
    ingest(&mut org, "insert", &many(3));
    org.advance(noon());
    let job = request("insert", "Account");
    let refused = ask(&mut org, noon(), BulkCall::CreateIngest { job, content: None }).unwrap_err();
    assert_eq!(refused.code, ErrorCode::ExceededQuota);
    let query =
        || BulkCall::CreateQuery { job: request("query", ""), query: "SELECT Id FROM Account".into() };
    ask(&mut org, noon(), query()).unwrap();
    let refused = ask(&mut org, noon(), query()).unwrap_err();
    assert_eq!(
        refused.message.as_deref(),
        Some("Max bulk v2 query jobs (1) per 24 hrs has been reached (2)")
    );
    assert_eq!(refused.code, ErrorCode::LimitExceeded);
    let tomorrow = noon() + Duration::from_secs(25 * 3600);
    ask(&mut org, tomorrow, query()).unwrap();
}

#[test]
fn query_jobs_are_refused_when_the_day_has_had_too_many_megabytes() {
    let limits = [("DailyBulkV2QueryFileStorageMB".into(), 1)].into();
    let mut org = org_of(&catalog(&[], &[]), &Settings { limits, ..Settings::default() });
    let query =
        || BulkCall::CreateQuery { job: request("query", ""), query: "SELECT Id FROM Account".into() };
    ingest(&mut org, "insert", &many(3));
    org.advance(noon());
    ask(&mut org, noon(), query()).unwrap();
    org.advance(noon());
    let refused = ask(&mut org, noon(), query()).unwrap_err();
    assert_eq!(refused.code, ErrorCode::LimitExceeded);
    ask(&mut org, noon() + Duration::from_secs(25 * 3600), query()).unwrap();
}

#[test]
fn pages_of_a_query_job_are_its_rows_without_gaps() {
    let mut org = org_with(&catalog(&[], &[]), 1);
    ingest(&mut org, "insert", &many(2500));
    org.advance(noon());
    let call = BulkCall::CreateQuery { job: request("query", ""), query: "SELECT Name FROM Account".into() };
    let mut asked = request("query", "");
    asked.dialect = Dialect::default();
    let id: Box<str> = job_of(ask(&mut org, noon(), call).unwrap()).id.to_string().into();
    org.advance(noon());
    for size in [1, 7, 999, 1000, 1001, 2500, 9999] {
        let (mut locator, mut lines) = (None, Vec::new());
        loop {
            let call = BulkCall::QueryResults { job: id.clone(), locator, max_records: Some(size) };
            let BulkReply::Page(page) = ask(&mut org, noon(), call).unwrap() else { panic!("no page") };
            let text = String::from_utf8(page.pieces.concat()).unwrap();
            let own: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
            assert_eq!(own.len() as u64, page.rows);
            lines.extend(own);
            locator = page.next;
            if locator.is_none() || lines.len() > 50 && size == 1 {
                break;
            }
        }
        let expected: Vec<String> = (0..lines.len()).map(|row| format!("\"Row {row}\"")).collect();
        assert_eq!(lines, expected, "in pages of {size}");
        assert!(size == 1 || lines.len() == 2500);
    }
}

#[test]
fn a_hard_delete_leaves_nothing_in_the_recycle_bin() {
    let mut org = org_with(&catalog(&[], &[]), 1);
    ingest(&mut org, "insert", &many(2));
    org.advance(noon());
    let ids: Vec<_> = org.records("Account").map(|record| record.id()).collect();
    let text = format!("Id\n{}\n", ids[0]);
    let refused = {
        let job = request("hardDelete", "Account");
        ask(&mut org, noon(), BulkCall::CreateIngest { job, content: None }).unwrap_err()
    };
    assert_eq!(refused.code, ErrorCode::FeatureNotEnabled);
    ingest(&mut org, "delete", &text);
    org.advance(noon());
    assert!(org.record(ids[0]).unwrap().is_deleted());
}
