//! Jobs that end otherwise than they would, and rows of bulk jobs that fail.

use std::{fs, path::Path, time::Duration};

use mockorg_org::{
    ApiVersion, AsyncDelay, Call, ErrorCode, InitiateOperation, Input, Org, OrgFile, RecordId, Reply,
    Session, Settings, Timestamp, Value,
    bulk::{
        BatchContent, BulkCall, BulkJob, BulkReply, BulkState, Dialect, JobFamily, JobRequest, LineEnding,
        ResultKind,
    },
    faults::{Fault, FaultPlan, FaultScope, FaultTiming, JobOutcome},
};

use crate::{
    CATALOG, add, counts, error, names, objects, operations, org, plan, record,
    support::{self, call, catalog, create, field, noon, org_of},
};

fn job_fault(outcome: JobOutcome, code: Option<ErrorCode>) -> Fault {
    Fault::Job { outcome, code, message: None }
}

fn types(types: &[&str]) -> FaultScope {
    FaultScope { job_types: names(types), ..FaultScope::default() }
}

struct Lab {
    org: Org,
    now: Timestamp,
    session: Session,
}

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter() -> Lab {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json");
    let file = OrgFile::parse(&fs::read_to_string(path).unwrap()).unwrap();
    let settings = Settings {
        async_delay: AsyncDelay(Duration::from_secs(10)),
        session_token: Some(support::TOKEN.into()),
        ..Settings::default()
    };
    let mut org = Org::new(catalog(file.features(), &[]), settings);
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    org.load(&file, now).unwrap();
    let version = ApiVersion::new(64).unwrap();
    Lab { org, now, session: Session { token: Some(support::TOKEN.into()), version, origin: None } }
}

impl Lab {
    fn call(&mut self, call: Call) -> Reply {
        self.org.call(self.now, &self.session, call).unwrap()
    }

    fn wait(&mut self) {
        self.now = self.now + Duration::from_secs(60);
        self.org.advance(self.now);
    }

    fn plan(&mut self, fault: Fault, scope: FaultScope) {
        self.org.add_fault(self.now, plan(fault, scope)).unwrap();
    }

    /// Two assets of one customer and price book.
    fn assets(&mut self) -> [RecordId; 2] {
        let soql =
            "SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics' AND RenewalTerm != null ORDER BY Id";
        let Reply::Page(page) = self.call(crate::query(soql)) else { panic!("no page") };
        let ids: Vec<RecordId> = page.rows.iter().filter_map(|row| row.id).collect();
        [ids[0], ids[1]]
    }

    fn renew(&mut self, assets: &[RecordId]) -> RecordId {
        let ids = assets.iter().map(|id| Input::Text(id.to_string().into())).collect();
        let list = Input::Object(vec![field("assetIdArray", Input::Array(ids))]);
        let body = vec![field("assetIds", list)];
        match self.call(Call::Initiate { operation: InitiateOperation::Renewal, body }) {
            Reply::AsyncOperation(reply) => reply.tracker.unwrap().2,
            other => panic!("{other:?}"),
        }
    }

    fn status(&self, id: RecordId) -> String {
        self.org.record(id).unwrap().get("Status").as_text().unwrap().to_owned()
    }

    fn logged(&self) -> Vec<(Value, Value)> {
        let rows = self.org.records("RevenueTransactionErrorLog");
        rows.map(|row| (row.get("PrimaryRecordId").to_value(), row.get("ErrorCode").to_value())).collect()
    }
}

#[test]
fn a_job_completes_with_failures_at_its_first_item() {
    let mut lab = starter();
    let [one, two] = lab.assets();
    let fault = job_fault(JobOutcome::CompletedWithFailures, Some(ErrorCode::UnableToLockRow));
    lab.plan(fault, types(&["PearRenewAssets"]));
    let operation = lab.renew(&[one, two]);
    lab.wait();
    assert_eq!(lab.status(operation), "CompletedWithFailures");
    assert_eq!(lab.logged(), [(one.into(), Value::text("UNABLE_TO_LOCK_ROW"))]);
    assert_eq!(counts(&lab.org), (1, 1));
}

#[test]
fn a_job_fails_as_a_whole_and_the_next_one_does_not() {
    let mut lab = starter();
    let assets = lab.assets();
    let fault = job_fault(JobOutcome::Failure, None);
    let once = FaultTiming { times: Some(1), ..FaultTiming::default() };
    let own = FaultPlan { timing: once, ..plan(fault, objects(&["Asset"])) };
    lab.org.add_fault(lab.now, own).unwrap();
    let operation = lab.renew(&assets);
    lab.wait();
    assert_eq!(lab.status(operation), "Failure");
    let unknown = Value::text("UNKNOWN_EXCEPTION");
    assert_eq!(lab.logged(), assets.map(|asset| (asset.into(), unknown.clone())));
    let second = lab.renew(&assets);
    lab.wait();
    assert_eq!(lab.status(second), "Completed");
}

#[test]
fn a_job_hangs_until_its_plan_is_given_up() {
    let mut lab = starter();
    let [one, two] = lab.assets();
    lab.plan(job_fault(JobOutcome::Hang, None), types(&["PearRenewAssets"]));
    let operation = lab.renew(&[one]);
    lab.wait();
    lab.wait();
    assert_eq!(lab.status(operation), "InProgress");
    lab.org.end_fault(lab.now, "plan");
    lab.org.advance(lab.now);
    assert_eq!(lab.status(operation), "Completed");
    let other = lab.renew(&[two]);
    lab.wait();
    assert_eq!(lab.status(other), "Completed");
}

#[test]
fn a_job_that_hangs_goes_on_when_another_plan_takes_the_place_of_its_own() {
    let mut lab = starter();
    let [one, _] = lab.assets();
    lab.plan(job_fault(JobOutcome::Hang, None), types(&["PearRenewAssets"]));
    let operation = lab.renew(&[one]);
    lab.wait();
    assert_eq!(lab.status(operation), "InProgress");
    lab.plan(job_fault(JobOutcome::Failure, None), types(&["PearCancelAssets"]));
    lab.org.advance(lab.now);
    assert_eq!(lab.status(operation), "Completed");
}

#[test]
fn a_job_that_hangs_goes_on_when_the_time_of_its_plan_is_over() {
    let mut lab = starter();
    let [one, _] = lab.assets();
    let until = Some(lab.now + Duration::from_secs(90));
    let timing = FaultTiming { until, ..FaultTiming::default() };
    let own = FaultPlan { timing, ..plan(job_fault(JobOutcome::Hang, None), FaultScope::default()) };
    lab.org.add_fault(lab.now, own).unwrap();
    let operation = lab.renew(&[one]);
    lab.wait();
    assert_eq!(lab.status(operation), "InProgress");
    lab.wait();
    assert_eq!(lab.status(operation), "Completed");
}

#[test]
fn records_that_a_job_writes_fail_only_when_a_plan_names_the_job() {
    let mut lab = starter();
    let [one, two] = lab.assets();
    lab.plan(record(ErrorCode::UnableToLockRow), objects(&["Order"]));
    let operation = lab.renew(&[one]);
    lab.wait();
    assert_eq!(lab.status(operation), "Completed", "no client has saved the order");
    lab.plan(
        record(ErrorCode::UnableToLockRow),
        FaultScope { job_types: names(&["PearRenewAssets"]), ..objects(&["Order"]) },
    );
    let operation = lab.renew(&[two]);
    lab.wait();
    assert_eq!(lab.status(operation), "Failure");
    assert_eq!(lab.logged(), [(two.into(), Value::text("UNABLE_TO_LOCK_ROW"))]);
}

fn bulk(org: &mut Org, call: BulkCall) -> BulkReply {
    match support::call(org, Call::Bulk(Box::new(call))).unwrap() {
        Reply::Bulk(reply) => reply,
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

fn text(rows: usize) -> String {
    let lines: Vec<String> = (0..rows).map(|row| format!("Row {row}\n")).collect();
    format!("Name\n{}", lines.concat())
}

fn job_of(reply: BulkReply) -> BulkJob {
    let BulkReply::Job(job) = reply else { panic!("{reply:?}") };
    *job
}

/// Has a job insert so many accounts, and gives its id.
fn ingest(org: &mut Org, rows: usize) -> Box<str> {
    let content = Some(text(rows).into_bytes().into());
    let job = request("insert", "Account");
    let job = job_of(bulk(org, BulkCall::CreateIngest { job, content }));
    org.advance(noon());
    job.id.to_string().into()
}

fn job(org: &mut Org, family: JobFamily, id: &str) -> BulkJob {
    job_of(bulk(org, BulkCall::Get { family, job: id.into() }))
}

fn rows(org: &mut Org, id: &str, kind: ResultKind) -> String {
    let BulkReply::Rows(rows) = bulk(org, BulkCall::IngestResults { job: id.into(), kind }) else {
        panic!("no rows")
    };
    String::from_utf8(rows.flatten().collect()).unwrap()
}

#[test]
fn rows_of_a_bulk_job_fail_one_by_one() {
    let mut org = org();
    let every = FaultTiming { every: 4, ..FaultTiming::default() };
    let scope = FaultScope { operations: names(&["Bulk"]), ..objects(&["Account"]) };
    add(&mut org, FaultPlan { timing: every, ..plan(record(ErrorCode::UnableToLockRow), scope) });
    create(&mut org, "Account", &[("Name", "Not of a job")]);
    let id = ingest(&mut org, 10);
    let done = job(&mut org, JobFamily::Ingest, &id);
    assert_eq!((done.state, done.processed, done.failed), (BulkState::JobComplete, 10, 3));
    let failed = rows(&mut org, &id, ResultKind::Failed);
    let error = "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--";
    assert_eq!(failed.matches(error).count(), 3, "{failed}");
    assert_eq!(org.records("Account").count(), 8);
}

#[test]
fn a_bulk_job_completes_with_one_failed_row_fails_or_hangs() {
    let mut org = org();
    let partly = job_fault(JobOutcome::CompletedWithFailures, Some(ErrorCode::UnableToLockRow));
    add(&mut org, plan(partly, types(&["V2Ingest"])));
    let id = ingest(&mut org, 5);
    let done = job(&mut org, JobFamily::Ingest, &id);
    assert_eq!((done.state, done.processed, done.failed), (BulkState::JobComplete, 5, 1));

    add(&mut org, plan(job_fault(JobOutcome::Failure, None), types(&["V2Ingest"])));
    let id = ingest(&mut org, 5);
    let failed = job(&mut org, JobFamily::Ingest, &id);
    assert_eq!((failed.state, failed.processed), (BulkState::Failed, 0));
    assert!(failed.error_message.unwrap().starts_with("UNKNOWN_EXCEPTION : An unexpected error occurred"));
    assert_eq!(rows(&mut org, &id, ResultKind::Unprocessed).lines().count(), 6);

    add(&mut org, plan(job_fault(JobOutcome::Hang, None), objects(&["Account"])));
    let id = ingest(&mut org, 5);
    assert_eq!(job(&mut org, JobFamily::Ingest, &id).state, BulkState::InProgress);
    org.end_faults(noon());
    org.advance(noon());
    assert_eq!(job(&mut org, JobFamily::Ingest, &id).state, BulkState::JobComplete);
}

#[test]
fn a_bulk_job_that_hangs_can_be_aborted() {
    let mut org = org();
    add(&mut org, plan(job_fault(JobOutcome::Hang, None), types(&["V2Ingest"])));
    let id = ingest(&mut org, 5);
    let (family, state) = (JobFamily::Ingest, "Aborted".into());
    bulk(&mut org, BulkCall::SetState { family, job: id.clone(), state });
    org.end_faults(noon());
    org.advance(noon());
    assert_eq!(job(&mut org, JobFamily::Ingest, &id).state, BulkState::Aborted);
    assert_eq!(org.records("Account").count(), 0);
}

#[test]
fn a_bulk_query_fails_or_hangs() {
    let mut org = org();
    let query = |org: &mut Org| {
        let job = request("query", "");
        let job = job_of(bulk(org, BulkCall::CreateQuery { job, query: "SELECT Id FROM Account".into() }));
        org.advance(noon());
        Box::<str>::from(job.id.to_string())
    };
    add(&mut org, plan(job_fault(JobOutcome::Failure, Some(ErrorCode::QueryTimeout)), types(&["V2Query"])));
    let id = query(&mut org);
    let failed = job(&mut org, JobFamily::Query, &id);
    assert_eq!(failed.state, BulkState::Failed);
    let message = failed.error_message.unwrap();
    assert_eq!(&*message, "QUERY_TIMEOUT : Your query request was running for too long.");
    add(&mut org, plan(job_fault(JobOutcome::Hang, None), types(&["V2Query"])));
    let id = query(&mut org);
    assert_eq!(job(&mut org, JobFamily::Query, &id).state, BulkState::InProgress);
}

#[test]
fn a_batch_of_too_many_locks_is_given_up() {
    let settings = Settings { seed: 1, ..Settings::default() };
    let mut org = org_of(&CATALOG, &settings);
    add(&mut org, plan(record(ErrorCode::UnableToLockRow), operations(&["Bulk.AddBatch"])));
    let job = request("insert", "Account");
    let job = job_of(bulk(&mut org, BulkCall::CreateClassic { job, chunk_size: None })).id.to_string();
    let mut batch = |rows: usize| {
        let (job, request) = (job.as_str().into(), text(rows).into_bytes().into());
        let BulkReply::Batch(batch) =
            bulk(&mut org, BulkCall::AddBatch { job, request, content: BatchContent::Text })
        else {
            panic!("no batch")
        };
        batch.id.to_string()
    };
    let (few, many) = (batch(150), batch(450));
    org.advance(noon());
    let mut state = |batch: String| {
        let (job, batch) = (job.as_str().into(), batch.into());
        let BulkReply::Batch(batch) = bulk(&mut org, BulkCall::Batch { job, batch }) else {
            panic!("no batch")
        };
        (batch.state.to_string(), batch.message.unwrap_or_default().to_string(), batch.failed)
    };
    assert_eq!(state(few), ("Completed".to_owned(), String::new(), 150));
    let (shown, message, failed) = state(many);
    assert_eq!((&*shown, failed), ("Failed", 200), "nothing more of it was tried");
    assert!(message.starts_with("TooManyLockFailure : "), "{message}");
}

#[test]
fn a_job_that_cannot_be_created_is_an_error_of_its_call() {
    let mut org = org();
    add(&mut org, plan(error(ErrorCode::ExceededQuota), operations(&["Bulk.CreateIngestJob"])));
    let job = request("insert", "Account");
    let create = Call::Bulk(Box::new(BulkCall::CreateIngest { job, content: None }));
    assert_eq!(call(&mut org, create).unwrap_err().code, ErrorCode::ExceededQuota);
}
