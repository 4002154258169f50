//! The org beside the model: the records that a life made, and the time of both.

use std::collections::BTreeMap;

use crate::{
    fuzz::{
        check,
        org::Facts,
        time,
        wire::{Stop, Wire, number, object, text},
    },
    json::Json,
    model::{
        Job, Model, Task,
        calendar::DAY,
        step::{Access, By, Operation, PRODUCTS, SETS},
    },
    request::Request,
};

/// For how long a tracker is kept.
pub(crate) const KEPT: i64 = 30 * DAY;

/// For how long a session is used, in seconds; orgs end those that lie idle for longer.
const SESSION: i64 = 900;

/// How often a tracker is asked for on an org whose time cannot be moved.
const TRIES: u32 = 120;

/// The tracker of a job.
#[derive(Debug)]
pub(crate) struct Tracker {
    /// The request identifier, once it is known.
    pub(crate) request: Option<String>,
    /// The record, once it was seen.
    pub(crate) id: Option<String>,
    /// When a client deleted it.
    pub(crate) deleted: Option<i64>,
}

/// What the restricted user may do.
#[derive(Debug)]
pub(crate) struct Permissions {
    /// The assignments of the permission sets.
    pub(crate) sets: [Option<String>; SETS.len()],
    pub(crate) asset: Access,
}

/// An error in the error log: category, primary record, related record.
pub(crate) type ErrorKey = (&'static str, String, Option<String>);

/// An org and its model in the middle of a life.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) wire: Wire<'a>,
    pub(crate) facts: &'a Facts,
    pub(crate) model: Model,
    pub(crate) permissions: Permissions,
    pub(crate) account: String,
    /// The records of the model's assets and orders, in the same order.
    pub(crate) assets: Vec<String>,
    pub(crate) orders: Vec<String>,
    /// The records of the orders' lines.
    pub(crate) lines: Vec<Vec<String>>,
    /// The trackers of the model's jobs, in the same order.
    pub(crate) trackers: Vec<Tracker>,
    /// The error log as it must be, with the request of the last error.
    pub(crate) log: BTreeMap<ErrorKey, usize>,
    /// Whether the error log may have changed since it was read.
    pub(crate) log_is_stale: bool,
    /// How many bundles of each kind are sold.
    pub(crate) bundles: [usize; 2],
    /// When the life began.
    pub(crate) begun: i64,
    /// When the restricted user logged in.
    logged_in: Option<i64>,
}

impl<'a> World<'a> {
    /// A world in which nothing has happened.
    pub(crate) fn new(wire: Wire<'a>, facts: &'a Facts) -> Self {
        Self {
            wire,
            facts,
            model: Model { prices: facts.prices, ..Model::default() },
            permissions: Permissions { sets: Default::default(), asset: Access::Edit },
            account: String::new(),
            assets: Vec::new(),
            orders: Vec::new(),
            lines: Vec::new(),
            trackers: Vec::new(),
            log: BTreeMap::new(),
            log_is_stale: false,
            bundles: [0; 2],
            begun: 0,
            logged_in: None,
        }
    }

    /// The credential of somebody, and whom the model takes them for.
    pub(crate) async fn user(&mut self, by: By) -> Result<(&'static str, By), Stop> {
        if by == By::Admin || self.facts.rep.is_none() {
            return Ok(("admin", By::Admin));
        }
        if self.logged_in.is_none_or(|at| self.model.now - at > SESSION) {
            if !self.wire.log_in().await? {
                return Err(Stop::Unfit("the restricted user can no longer log in".to_owned()));
            }
            self.logged_in = Some(self.model.now);
        }
        Ok(("restricted", by))
    }

    pub(crate) fn entry(&self, product: usize) -> &'a str {
        self.facts.entries[product].as_deref().unwrap_or_default()
    }

    /// Whether somebody has the permission set at this place.
    pub(crate) fn may(&self, by: By, set: usize) -> bool {
        by == By::Admin || self.permissions.sets[set].is_some()
    }

    pub(crate) fn reads(&self, by: By) -> bool {
        by == By::Admin || self.permissions.asset != Access::None
    }

    /// Whether somebody may create assets, and whether they may edit them.
    pub(crate) fn writes(&self, by: By) -> (bool, bool) {
        match (by, self.permissions.asset) {
            (By::Admin, _) | (_, Access::Create) => (true, true),
            (_, Access::Edit) => (false, true),
            (_, Access::None | Access::Read) => (false, false),
        }
    }

    pub(crate) async fn permit(&mut self, set: usize, granted: bool) -> Result<(), Stop> {
        let Some(rep) = &self.facts.rep else { return Ok(()) };
        match (self.permissions.sets[set].take(), granted) {
            (Some(assignment), true) => self.permissions.sets[set] = Some(assignment),
            (Some(assignment), false) => self.wire.delete("PermissionSetAssignment", &assignment).await?,
            (None, true) => {
                let fields = [("AssigneeId", &rep.user), ("PermissionSetId", &rep.sets[set])];
                let fields = object(fields.map(|(name, id)| (name, text(id))));
                self.permissions.sets[set] = Some(self.wire.create("PermissionSetAssignment", fields).await?);
            }
            (None, false) => {}
        }
        Ok(())
    }

    pub(crate) async fn grant(&mut self, access: Access) -> Result<(), Stop> {
        let Some(rep) = &self.facts.rep else { return Ok(()) };
        self.permissions.asset = access;
        let fields = object([
            ("PermissionsRead", Json::Bool(access != Access::None)),
            ("PermissionsEdit", Json::Bool(matches!(access, Access::Edit | Access::Create))),
            ("PermissionsCreate", Json::Bool(access == Access::Create)),
        ]);
        self.wire.update("ObjectPermissions", &rep.asset_permissions, fields).await
    }

    pub(crate) async fn reprice(&mut self, product: usize, price: String) -> Result<(), Stop> {
        let entry = self.entry(product);
        self.wire.update("PricebookEntry", entry, object([("UnitPrice", number(price))])).await
    }

    /// Notes a job that the org has accepted; gives its place.
    pub(crate) fn accepted(&mut self, task: Task, request: Option<String>) {
        let now = self.model.now;
        let due = now + self.facts.delay.unwrap_or_default();
        self.model.jobs.push(Job { submitted: now, due, task, outcome: None });
        self.trackers.push(Tracker { request, id: None, deleted: None });
    }

    /// Moves the org's time and the model's.
    pub(crate) async fn move_to(&mut self, then: i64) -> Result<(), Stop> {
        if self.facts.delay.is_none() {
            return self.settle().await;
        }
        let seconds = then - self.model.now;
        if seconds > 0 {
            let request =
                Request::post("/__mockorg/clock").json(object([("advance", number(seconds.to_string()))]));
            self.wire.expect("time goes on", &request, 200).await?;
        }
        self.run_until(then).await
    }

    /// Lets the model do what became due on the way, and finds the assets that came of it.
    async fn run_until(&mut self, then: i64) -> Result<(), Stop> {
        let mut sold = false;
        while let Some(due) = self.model.next_due().filter(|due| *due <= then) {
            self.model.now = due;
            for place in self.model.run() {
                sold |= self.note(place);
            }
        }
        self.model.now = then;
        if sold { check::new_assets(self).await } else { Ok(()) }
    }

    /// Begins what has become due without time going on; where time cannot be moved, waits for every job.
    pub(crate) async fn settle(&mut self) -> Result<(), Stop> {
        if self.facts.delay.is_some() {
            return self.run_until(self.model.now).await;
        }
        while self.model.next_due().is_some() {
            let now = self.finished().await?;
            for job in self.model.jobs.iter_mut().filter(|job| job.outcome.is_none()) {
                job.due = now.max(job.submitted);
            }
            self.run_until(now).await?;
        }
        Ok(())
    }

    /// Waits until the last job has ended; gives when.
    async fn finished(&mut self) -> Result<i64, Stop> {
        let request = self.trackers.last().and_then(|tracker| tracker.request.clone()).unwrap_or_default();
        let soql =
            format!("SELECT FinishedAt FROM AsyncOperationTracker WHERE CorrelationIdentifier = '{request}'");
        for _ in 0..TRIES {
            let reply = self.wire.query("the job ends", &soql).await?;
            let finished =
                reply.records().first().and_then(|row| row.get("FinishedAt")).and_then(Json::as_str);
            if let Some(millis) = finished.and_then(time::millis) {
                return Ok(millis.div_euclid(1000));
            }
            tokio::time::sleep(self.wire.client.target().pace).await;
        }
        Err(Stop::Unfit(format!("the job {request} has not ended after {TRIES} tries")))
    }

    /// Notes what a job that has run leaves behind; says whether it may have made assets.
    fn note(&mut self, place: usize) -> bool {
        self.log_is_stale = true;
        let job = &self.model.jobs[place];
        let outcome = job.outcome.as_deref().unwrap_or_default();
        match &job.task {
            Task::Initiate { operation, assets, .. } => {
                let category = match operation {
                    Operation::Renewal => "InitiateRenewal",
                    Operation::Amendment => "InitiateAmendment",
                    Operation::Cancellation => "InitiateCancel",
                };
                for (asset, _) in assets.iter().zip(outcome).filter(|(_, done)| !**done) {
                    self.log.insert((category, self.assets[*asset].clone(), None), place);
                }
                false
            }
            Task::Assetize { order, by_line, .. } => {
                let category = if *by_line { "OrderItemToAsset" } else { "OrderToAsset" };
                // An order that is gone fails as a whole.
                let whole = !by_line && self.model.orders[*order].is_deleted;
                for (line, _) in self.lines[*order].iter().zip(outcome).filter(|(_, done)| !**done) {
                    let line = Some(line.clone()).filter(|_| !whole);
                    self.log.insert((category, self.orders[*order].clone(), line), place);
                }
                self.model.assets.len() > self.assets.len()
            }
        }
    }

    /// The products that can be sold here.
    pub(crate) fn sells(&self, product: usize) -> bool {
        product < PRODUCTS.len() && self.facts.entries[product].is_some()
    }
}
