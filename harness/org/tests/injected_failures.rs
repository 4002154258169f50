//! Failures that a test injects into the jobs that the org runs: the struck item fails, the others do not.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{fs, path::Path, sync::Arc, time::Duration};

use mockorg_org::{
    ApiVersion, AsyncDelay, Call, ErrorCode, InitiateOperation, Input, JobFault, JobStep, Org, OrgFile,
    RecordId, Reply, Session, Settings, Timestamp, Value, events::ReplayId,
};
use support::{field, fields};

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter() -> Lab {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json");
    let file = OrgFile::parse(&fs::read_to_string(path).unwrap()).unwrap();
    let settings = Settings { async_delay: AsyncDelay(Duration::from_secs(10)), ..Settings::default() };
    let mut org = Org::new(support::catalog(file.features(), &[]), settings);
    let now = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    org.load(&file, now).unwrap();
    let mut session = Session { token: None, version: ApiVersion::new(64).unwrap(), origin: None };
    let login = Call::Login { username: "admin@mockorg.example".into(), password: "mockorg".into() };
    let Ok(Reply::LoggedIn(login)) = org.call(now, &session, login) else { panic!("no login") };
    session.token = Some(login.session_id);
    Lab { org, now, session }
}

struct Lab {
    org: Org,
    now: Timestamp,
    session: Session,
}

impl Lab {
    fn call(&mut self, call: Call) -> Reply {
        self.org.call(self.now, &self.session, call).unwrap()
    }

    fn wait(&mut self) {
        self.now = self.now + Duration::from_secs(60);
        self.org.advance(self.now);
    }

    fn ids(&mut self, soql: &str) -> Vec<RecordId> {
        match self.call(Call::Query { soql: soql.into(), all: false, batch_size: None }) {
            Reply::Page(page) => page.rows.iter().filter_map(|row| row.id).collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Two assets of one customer and price book, whose renewals share an order.
    fn assets(&mut self) -> [RecordId; 2] {
        let found = self.ids(
            "SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics' AND RenewalTerm != null ORDER BY Id",
        );
        let [one, two, ..] = found[..] else { panic!("{found:?}") };
        [one, two]
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

    fn value(&self, id: RecordId, field: &str) -> Value {
        self.org.record(id).unwrap().get(field).to_value()
    }

    fn logged(&self) -> Vec<(Value, Value, Value)> {
        self.org
            .records("RevenueTransactionErrorLog")
            .map(|row| ["PrimaryRecordId", "ErrorCode", "ErrorMessage"].map(|name| row.get(name).to_value()))
            .map(|[record, code, message]| (record, code, message))
            .collect()
    }

    fn last_event(&self) -> (String, Vec<Value>) {
        let event = self.org.events().after(ReplayId(0)).last().cloned().unwrap();
        (event.event.to_string(), event.values().to_vec())
    }
}

const NO: &str = "The service is down.";

fn down() -> JobFault {
    JobFault::new(ErrorCode::UnknownException, NO)
}

fn row(record: RecordId) -> (Value, Value, Value) {
    (record.into(), Value::text("UNKNOWN_EXCEPTION"), Value::text(NO))
}

#[test]
fn a_struck_asset_fails_alone_and_the_next_request_goes_through() {
    let mut lab = starter();
    let [one, two] = lab.assets();
    lab.org.inject_failure(JobFault { record: Some(one), ..down() }).unwrap();
    let ends = [one, two].map(|asset| lab.value(asset, "LifecycleEndDate"));
    let actions = lab.org.records("AssetAction").count();
    let operation = lab.renew(&[one, two]);
    lab.wait();
    assert_eq!(lab.value(operation, "Status"), Value::text("CompletedWithFailures"));
    assert_eq!(lab.value(operation, "FailedJobItems"), Value::Int(1));
    assert_eq!(lab.value(one, "LifecycleEndDate"), ends[0], "nothing has happened to it");
    assert_ne!(lab.value(two, "LifecycleEndDate"), ends[1]);
    assert_eq!(lab.org.records("AssetAction").count(), actions + 1);
    assert_eq!(lab.logged(), [row(one)]);
    let (event, values) = lab.last_event();
    assert_eq!(event, "AssetRenewInitiatedEvent");
    assert!(values.contains(&Value::Bool(true)), "it has errors: {values:?}");

    assert_eq!((lab.org.failures()[0].struck, lab.org.failures()[0].left()), (1, Some(0)));
    let again = lab.renew(&[one]);
    lab.wait();
    assert_eq!(lab.value(again, "Status"), Value::text("Completed"));
}

#[test]
fn a_whole_job_fails_at_every_item_and_changes_nothing_but_its_bookkeeping() {
    let mut lab = starter();
    let assets = lab.assets();
    lab.org.inject_failure(JobFault { whole: true, ..down() }).unwrap();
    let before = ["Order", "OrderItem", "AssetAction", "AssetStatePeriod"]
        .map(|object| lab.org.records(object).count());
    let operation = lab.renew(&assets);
    lab.wait();
    let after = ["Order", "OrderItem", "AssetAction", "AssetStatePeriod"]
        .map(|object| lab.org.records(object).count());
    assert_eq!(before, after);
    assert_eq!(lab.value(operation, "Status"), Value::text("Failure"));
    assert_eq!(lab.value(operation, "FailedJobItems"), Value::Int(2));
    assert_eq!(lab.logged(), assets.map(row));
    let second = lab.renew(&assets);
    lab.wait();
    assert_eq!(lab.value(second, "Status"), Value::text("Completed"), "it struck one job only");
}

#[test]
fn a_failure_without_end_strikes_its_job_type_until_it_is_cleared() {
    let mut lab = starter();
    let [one, two] = lab.assets();
    lab.org
        .inject_failure(JobFault { times: None, job_type: Some("PearCancelAssets".into()), ..down() })
        .unwrap();
    let renewal = lab.renew(&[one]);
    lab.wait();
    assert_eq!(lab.value(renewal, "Status"), Value::text("Completed"), "another job type");
    lab.org.clear_failures();
    lab.org
        .inject_failure(JobFault { times: None, job_type: Some("PearRenewAssets".into()), ..down() })
        .unwrap();
    for expected in ["Failure", "Failure"] {
        let operation = lab.renew(&[two]);
        lab.wait();
        assert_eq!(lab.value(operation, "Status"), Value::text(expected));
    }
    assert_eq!((lab.org.failures()[0].struck, lab.org.failures()[0].left()), (2, None));
    assert_eq!(lab.org.clear_failures(), 1);
    let operation = lab.renew(&[two]);
    lab.wait();
    assert_eq!(lab.value(operation, "Status"), Value::text("Completed"));
}

#[test]
fn order_to_asset_fails_at_the_struck_line_and_keeps_the_others() {
    let mut lab = starter();
    let orders = lab.ids("SELECT Id FROM Order WHERE Status = 'Draft' OR Status = 'Activated' ORDER BY Id");
    let mut found = None;
    for order in orders {
        // The first order whose lines lead to several assets.
        let mut trial = Lab { org: lab.org.clone(), now: lab.now, session: lab.session.clone() };
        let assets = trial.org.records("Asset").count();
        assetize(&mut trial, order);
        let made = trial.org.records("Asset").count() - assets;
        if made > 1 {
            found = Some((order, made));
            break;
        }
    }
    let (order, made) = found.unwrap();
    lab.org.inject_failure(JobFault { job_type: Some("AssetizationAsyncJob".into()), ..down() }).unwrap();
    let assets = lab.org.records("Asset").count();
    assetize(&mut lab, order);
    assert_eq!(lab.org.records("Asset").count(), assets + made - 1);
    let log = lab.logged();
    assert_eq!(log, [row(order)]);
    let tracker = lab.org.records("AsyncOperationTracker").last().unwrap().id();
    assert_eq!(lab.value(tracker, "Status"), Value::text("CompletedWithFailures"));
    let (event, values) = lab.last_event();
    assert_eq!(event, "CreateAssetOrderEvent");
    let details = values.iter().find_map(|value| match value {
        Value::Nested(entries) => Some(Arc::clone(entries)),
        _ => None,
    });
    let failed = details.unwrap().iter().filter(|entry| entry.contains(&Value::text(NO))).count();
    assert_eq!(failed, 1);
}

fn assetize(lab: &mut Lab, order: RecordId) {
    let inputs = vec![fields(&[("orderId", &order.to_string())])];
    lab.call(Call::InvokeAction { name: "createOrUpdateAssetFromOrder".into(), inputs });
    lab.wait();
}

#[test]
fn a_failure_that_could_never_strike_is_refused() {
    let mut lab = starter();
    let account = lab.ids("SELECT Id FROM Account LIMIT 1")[0];
    for (fault, error) in [
        (
            JobFault { job_type: Some("PlaceQuote".into()), ..down() },
            "mockorg runs no jobs of type `PlaceQuote`",
        ),
        (JobFault { times: Some(0), ..down() }, "a failure that strikes 0 times never strikes"),
        (JobFault { record: Some(account), ..down() }, "`recordId` names no record that a job works on"),
        (JobFault::new(ErrorCode::UnknownException, ""), "a failure needs a `message`"),
        (JobFault::new(ErrorCode::NotModelled, "x"), "MOCKORG_NOT_MODELLED is no error of the platform"),
    ] {
        let refusal = lab.org.inject_failure(fault).unwrap_err();
        assert!(refusal.error.starts_with(error), "{refusal}");
    }
    assert!(lab.org.failures().is_empty());
}

#[test]
fn jobs_that_the_org_runs_are_listed_but_not_stepped() {
    let mut lab = starter();
    let [one, _] = lab.assets();
    let operation = lab.renew(&[one]);
    let jobs = lab.org.jobs();
    let job = jobs.iter().find(|job| job.operation == Some(operation)).unwrap();
    assert_eq!((&*job.job_type, &*job.status, job.simulated), ("PearRenewAssets", "Submitted", false));
    assert!(job.tracker.is_some());
    let refusal = lab.org.step_job(lab.now, &operation.to_string(), JobStep::to("InProgress")).unwrap_err();
    assert_eq!(*refusal.error, format!("job `{operation}` is not simulated"));
}
