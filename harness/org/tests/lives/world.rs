//! The org beside the model: performs steps on both, moves time for both, and writes down what was said.

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg_contract::model::{
    Fault, Job, Model, Task,
    bundles::{self, BUNDLES},
    calendar::DAY,
    step::{Access, By, JOB_TYPES, PRODUCTS, SETS},
};
use mockorg_org::{
    ApiError, ApiVersion, AsyncDelay, Call, ErrorCode, FieldInput, Input, JobFault, Org, OrgFile, RecordId,
    Reply, Session, Settings, Timestamp,
    events::{ReplayId, StoredEvent},
};

use super::{
    check,
    support::{self, field},
};

/// The administrator's token.
const TOKEN: &str = "00D!lives";
const REP: &str = "restricted@mockorg.example";

/// 2022-01-01T08:00:00Z.
pub(crate) const BEGINNING: i64 = 18_993 * DAY + 8 * 3600;

/// How long a job takes, in seconds.
pub(crate) const DELAY: i64 = 10;

/// For how long a tracker is kept.
pub(crate) const KEPT: i64 = 30 * DAY;

/// For how long a deleted record lies in the Recycle Bin, in seconds.
pub(crate) const BIN: i64 = 15 * DAY;

static STARTER: LazyLock<Org> = LazyLock::new(starter);
/// The same org, loaded a second time.
static AGAIN: LazyLock<Org> = LazyLock::new(starter);

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter() -> Org {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json");
    let mut text: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    text["steps"].as_array_mut().unwrap().extend(bundles::org_steps("$aurora"));
    let file = OrgFile::parse(&text.to_string()).unwrap();
    let settings = Settings {
        seed: 7,
        async_delay: AsyncDelay(Duration::from_secs(DELAY.unsigned_abs())),
        session_token: Some(TOKEN.into()),
        daily_api_requests: u64::MAX,
        ..Settings::default()
    };
    let mut org = Org::new(support::catalog(file.features(), &[]), settings);
    org.load(&file, at(BEGINNING)).unwrap();
    org
}

pub(crate) const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// What is known of a job's trackers: the rows, and when a client has deleted them.
#[derive(Clone, Debug)]
pub(crate) struct Tracked {
    pub(crate) job: usize,
    pub(crate) request: String,
    pub(crate) rows: Vec<(RecordId, Option<i64>)>,
}

/// What the restricted user may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permissions {
    pub(crate) sets: [bool; SETS.len()],
    pub(crate) asset: Access,
}

/// What was said at a time, with the answer to a call.
struct Said {
    at: Timestamp,
    what: What,
    outcome: String,
}

enum What {
    /// Nothing; the clock was moved.
    Time,
    Call(Session, Call),
    Fault(JobFault),
}

pub(crate) struct World {
    pub(crate) org: Org,
    pub(crate) model: Model,
    pub(crate) permissions: Permissions,
    /// The records of the model's assets and orders, in the same order.
    pub(crate) assets: Vec<RecordId>,
    pub(crate) orders: Vec<RecordId>,
    /// The records of the orders' lines.
    pub(crate) lines: Vec<Vec<RecordId>>,
    pub(crate) trackers: Vec<Tracked>,
    pub(crate) log: check::ErrorLog,
    pub(crate) account: String,
    pub(crate) price_book: String,
    /// How many bundles of each kind are sold.
    bundles: [usize; 2],
    seen: ReplayId,
    said: Vec<Said>,
}

impl World {
    pub(crate) fn new() -> Self {
        let org = STARTER.clone();
        let model = Model { now: BEGINNING, prices: PRODUCTS.map(|(_, _, price)| price), ..Model::default() };
        let seen = org.events().tail();
        let mut world = Self {
            permissions: Permissions { sets: [false; SETS.len()], asset: Access::Edit },
            assets: Vec::new(),
            orders: Vec::new(),
            lines: Vec::new(),
            trackers: Vec::new(),
            log: check::ErrorLog::default(),
            account: String::new(),
            price_book: String::new(),
            bundles: [0; 2],
            said: Vec::new(),
            seen,
            model,
            org,
        };
        world.permissions.sets = SETS.map(|set| world.assignment(set).is_some());
        world.account = world.named("Account", "Name", "Aurora Robotics").to_string();
        world.price_book = world.named("Pricebook2", "Name", "Standard Price Book").to_string();
        world
    }

    /// The record whose field holds this text.
    pub(crate) fn named(&self, object: &str, name: &str, value: &str) -> RecordId {
        let mut found = self.org.records(object).filter(|row| row.get(name).as_text() == Some(value));
        found.next().unwrap_or_else(|| panic!("no {object} with {name} {value}")).id()
    }

    pub(crate) fn entry(&self, product: usize) -> RecordId {
        self.named("PricebookEntry", "Name", PRODUCTS[product].0)
    }

    /// The order of a bundle that is not sold yet.
    pub(crate) fn next_bundle(&mut self, constant: bool) -> Option<RecordId> {
        let sold = &mut self.bundles[usize::from(constant)];
        let number = Some(*sold).filter(|sold| *sold < BUNDLES)?;
        *sold += 1;
        Some(self.named("Order", "Name", &bundles::name(constant, number)))
    }

    /// Calls the org as somebody, in the newest version.
    pub(crate) fn call(&mut self, by: By, call: Call) -> Result<Reply, ApiError> {
        let version = ApiVersion::new(64).unwrap();
        let token = match by {
            By::Admin => Some(TOKEN.into()),
            By::Rep => {
                let login = Call::Login { username: REP.into(), password: "mockorg".into() };
                let Ok(Reply::LoggedIn(login)) =
                    self.say(Session { token: None, version, origin: None }, login)
                else {
                    panic!("the user cannot log in")
                };
                Some(login.session_id)
            }
        };
        self.say(Session { token, version, origin: None }, call)
    }

    fn say(&mut self, session: Session, call: Call) -> Result<Reply, ApiError> {
        let now = at(self.model.now);
        let outcome = self.org.call(now, &session, call.clone());
        let written = serde_json::to_string(&outcome).unwrap();
        self.said.push(Said { at: now, what: What::Call(session, call), outcome: written });
        outcome
    }

    pub(crate) fn create(&mut self, object: &str, fields: Vec<FieldInput>) -> RecordId {
        match self.call(By::Admin, Call::Create { object: object.into(), fields }) {
            Ok(Reply::Created(saved)) => saved.id,
            other => panic!("{object}: {other:?}"),
        }
    }

    pub(crate) fn update(&mut self, object: &str, id: RecordId, fields: Vec<FieldInput>) {
        let call = Call::Update { object: object.into(), id: id.to_string().into(), fields };
        if let Err(error) = self.call(By::Admin, call) {
            panic!("{object}: {error:?}")
        }
    }

    /// Injects a failure on both sides.
    pub(crate) fn fail(&mut self, fault: Fault) {
        let job_type = fault.job_type.map(|at| JOB_TYPES[at].into());
        let injected = JobFault::new(ErrorCode::UnknownException, "The service is down.");
        let injected = JobFault { job_type, whole: fault.whole, times: Some(fault.left), ..injected };
        self.org.inject_failure(injected.clone()).unwrap();
        self.model.faults.push(fault);
        self.said.push(Said { at: at(self.model.now), what: What::Fault(injected), outcome: String::new() });
    }

    /// Deletes a record in a version that knows its object.
    pub(crate) fn delete_in(&mut self, version: u8, object: &str, id: RecordId) {
        let session =
            Session { token: Some(TOKEN.into()), version: ApiVersion::new(version).unwrap(), origin: None };
        let key = mockorg_org::RecordKey::Id(id.to_string().into());
        self.say(session, Call::Delete { object: object.into(), key }).unwrap();
    }

    fn move_org(&mut self) {
        let now = at(self.model.now);
        self.org.advance(now);
        self.said.push(Said { at: now, what: What::Time, outcome: String::new() });
    }

    /// Lets the org begin what has become due without time going on.
    pub(crate) fn settle(&mut self) {
        self.move_org();
    }

    /// Moves time on, job by job, and compares what comes of each.
    pub(crate) fn move_to(&mut self, then: i64) {
        while let Some(due) = self.model.next_due().filter(|due| *due <= then) {
            // The trackers of jobs that begin on the way change earlier.
            let others = check::records(&self.org, &check::OF_JOBS);
            self.model.now = due;
            self.move_org();
            let done = self.model.run();
            let events = self.take_events();
            check::events(self, &done, &events);
            let failed = |at: &usize| self.model.jobs[*at].outcome.iter().flatten().all(|done| !done);
            if done.iter().all(failed) {
                check::same(&others, &check::records(&self.org, &check::OF_JOBS));
            }
            check::everything(self);
        }
        self.model.now = then;
        self.move_org();
        assert!(self.take_events().is_empty(), "an event without a job");
    }

    /// The events since the last time.
    fn take_events(&mut self) -> Vec<StoredEvent> {
        let events: Vec<StoredEvent> =
            self.org.events().after(self.seen).map(|event| StoredEvent::clone(event)).collect();
        self.seen = self.org.events().tail();
        events
    }

    /// Notes a job that the org has accepted.
    pub(crate) fn accepted(&mut self, task: Task) {
        let now = self.model.now;
        self.model.jobs.push(Job { submitted: now, due: now + DELAY, task, outcome: None });
        self.settle();
        let known = |request: &str| self.trackers.iter().any(|tracked| tracked.request == request);
        let new: Vec<(RecordId, String)> = self
            .org
            .records("AsyncOperationTracker")
            .filter(|row| row.get("SubmittedAt").as_datetime().is_some_and(|time| time >= at(BEGINNING)))
            .filter_map(|row| Some((row.id(), row.get("CorrelationIdentifier").as_text()?.to_owned())))
            .filter(|(_, request)| !known(request))
            .collect();
        let [(row, request)] = &new[..] else { panic!("not one new tracker: {new:?}") };
        let twin = self.org.records("RevenueAsyncOperation");
        let twin = twin.filter(|row| row.get("CorrelationIdentifier").as_text() == Some(request));
        let rows = std::iter::once(*row).chain(twin.map(|row| row.id())).map(|row| (row, None)).collect();
        self.trackers.push(Tracked { job: self.model.jobs.len() - 1, request: request.clone(), rows });
    }

    /// Whether the user may do what the permission set at this place is for.
    pub(crate) fn may(&self, by: By, set: usize) -> bool {
        by == By::Admin || self.permissions.sets[set]
    }

    pub(crate) fn reads(&self, by: By) -> bool {
        by == By::Admin || self.permissions.asset != Access::None
    }

    /// Whether the user may create assets, and whether they may edit them.
    pub(crate) fn writes(&self, by: By) -> (bool, bool) {
        match (by, self.permissions.asset) {
            (By::Admin, _) | (_, Access::Create) => (true, true),
            (_, Access::Edit) => (false, true),
            (_, Access::None | Access::Read) => (false, false),
        }
    }

    /// The row that gives a permission set to the user.
    fn assignment(&self, set: &str) -> Option<RecordId> {
        let user = self.named("User", "Username", REP);
        let set = self.named("PermissionSet", "Name", set);
        let mut rows = self.org.records("PermissionSetAssignment").filter(|row| {
            row.get("AssigneeId").as_id() == Some(user) && row.get("PermissionSetId").as_id() == Some(set)
        });
        rows.next().map(|row| row.id())
    }

    pub(crate) fn permit(&mut self, set: usize, granted: bool) {
        if std::mem::replace(&mut self.permissions.sets[set], granted) == granted {
            return;
        }
        if granted {
            let user = self.named("User", "Username", REP);
            let set = self.named("PermissionSet", "Name", SETS[set]);
            let fields = vec![id("AssigneeId", user), id("PermissionSetId", set)];
            self.create("PermissionSetAssignment", fields);
            return;
        }
        let key = mockorg_org::RecordKey::Id(self.assignment(SETS[set]).unwrap().to_string().into());
        self.call(By::Admin, Call::Delete { object: "PermissionSetAssignment".into(), key }).unwrap();
    }

    pub(crate) fn grant(&mut self, access: Access) {
        self.permissions.asset = access;
        let set = self.named("PermissionSet", "Name", "X00eRestrictedUser");
        let row = self.org.records("ObjectPermissions").find(|row| {
            row.get("ParentId").as_id() == Some(set) && row.get("SobjectType").as_text() == Some("Asset")
        });
        let row = row.unwrap().id();
        let flag = |name, granted| field(name, Input::Bool(granted));
        let fields = vec![
            flag("PermissionsRead", access != Access::None),
            flag("PermissionsEdit", matches!(access, Access::Edit | Access::Create)),
            flag("PermissionsCreate", access == Access::Create),
        ];
        self.update("ObjectPermissions", row, fields);
    }

    /// Says everything once more to an org that began alike: every reply, event and record is the same.
    pub(crate) fn repeats(&self) {
        let mut org = AGAIN.clone();
        for said in &self.said {
            match &said.what {
                What::Time => org.advance(said.at),
                What::Fault(fault) => drop(org.inject_failure(fault.clone()).unwrap()),
                What::Call(session, call) => {
                    let outcome = org.call(said.at, session, call.clone());
                    assert_eq!(serde_json::to_string(&outcome).unwrap(), said.outcome, "{call:?}");
                }
            }
        }
        let events = |org: &Org| -> Vec<String> {
            org.events().after(ReplayId(0)).map(|event| serde_json::to_string(&**event).unwrap()).collect()
        };
        assert_eq!(events(&org), events(&self.org));
        check::same(&check::records(&org, &[]), &check::records(&self.org, &[]));
    }
}

pub(crate) fn text(name: &str, value: impl Into<String>) -> FieldInput {
    field(name, Input::Text(value.into().into()))
}

pub(crate) fn number(name: &str, value: impl Into<String>) -> FieldInput {
    field(name, Input::Number(value.into().into()))
}

pub(crate) fn id(name: &str, value: RecordId) -> FieldInput {
    text(name, value.to_string())
}

/// The catalog of the starter org.
pub(crate) fn objects(org: &Org) -> Arc<mockorg_org::catalog::Catalog> {
    Arc::clone(org.catalog())
}
