//! The org that is fuzzed: what it has to offer, and how a life begins and ends in it.

use std::sync::Arc;

use crate::{
    client::{Client, Target},
    fuzz::{
        time,
        wire::{Budget, REP, Stop, Wire, number, object, text},
        world::{Permissions, World},
    },
    json::Json,
    model::{
        Selling, bundles,
        money::Hundredths,
        step::{Access, By, PRODUCTS, SETS, Step},
    },
    request::Request,
    schemas::Schemas,
    version::ApiVersion,
};

/// The version that is spoken.
pub(super) const VERSION: ApiVersion = ApiVersion(64);
const DATA: &str = "/services/data/v64.0";
/// How many calls it takes to leave a mock as it was found.
const LEAVING: u64 = 1;

/// What an org has to offer.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The standard price book, with its entries, their products and list prices.
    pub(crate) price_book: String,
    pub(crate) entries: [Option<String>; PRODUCTS.len()],
    pub(crate) products: [Option<String>; PRODUCTS.len()],
    pub(crate) prices: [Hundredths; PRODUCTS.len()],
    /// Whom the bundles are for.
    account: Option<String>,
    /// The bundles that lie ready: in proportion, constant.
    pub(crate) bundles: [Vec<Bundle>; 2],
    pub(crate) rep: Option<Rep>,
    /// How long jobs take by the org's clock, in seconds; `None` when its time cannot be moved.
    pub(crate) delay: Option<i64>,
}

/// A draft order.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) order: String,
    pub(crate) lines: Vec<String>,
}

/// The user whose permissions change.
#[derive(Debug, Clone)]
pub(crate) struct Rep {
    pub(crate) user: String,
    pub(crate) sets: [String; SETS.len()],
    assigned: [Option<String>; SETS.len()],
    pub(crate) asset_permissions: String,
}

/// What steps need beside products.
struct Needs {
    bundles: bool,
    rep: bool,
}

impl Needs {
    fn of(steps: &[Step]) -> Self {
        let rep = |step: &Step| match step {
            Step::Sell { by, .. }
            | Step::SellBundle { by, .. }
            | Step::Order { by, .. }
            | Step::AssetizeAgain { by, .. }
            | Step::Request { by, .. } => *by == By::Rep,
            Step::Permit { .. } | Step::Grant(_) => true,
            _ => false,
        };
        Self {
            bundles: steps.iter().any(|step| matches!(step, Step::SellBundle { .. })),
            rep: steps.iter().any(rep),
        }
    }
}

/// An org with a connection that stays open.
#[derive(Debug)]
pub(crate) struct FuzzedOrg {
    client: Client,
    facts: Facts,
    /// What the records of a life are marked with.
    mark: String,
}

impl FuzzedOrg {
    /// Looks at an org.
    pub(crate) async fn meet(
        target: Target,
        schemas: Arc<Schemas>,
        budget: &Budget,
        mark: String,
    ) -> Result<Self, Stop> {
        let writes = target.writes;
        let client = Client::new(target.clone(), Arc::clone(&schemas))?;
        budget.take()?;
        let newest = client.newest_version().await?;
        if newest < VERSION {
            return Err(Stop::Unfit(format!(
                "the fuzzer speaks {VERSION}, and the org's newest version is {newest}"
            )));
        }
        let mut wire = Wire::new(&client, budget, DATA, false);
        if !target.control && !has_control(&mut wire).await? {
            if !writes {
                return Err(Stop::Unfit(
                    "this org is no mock, and fuzzing writes to it: give --allow-writes if that is meant, or take \
                     a mock"
                        .to_owned(),
                ));
            }
            let facts = Facts::read(&mut wire, None, false).await?;
            return Ok(Self { client, facts, mark });
        }
        let client = Client::new(target.with_control(), schemas)?;
        budget.keep(LEAVING)?;
        let mut wire = Wire::new(&client, budget, DATA, false);
        match Facts::of_a_mock(&mut wire).await {
            Ok(facts) => Ok(Self { client, facts, mark }),
            Err(stop) => {
                // Nobody else would let its time go on.
                wire.send("reset", &Request::post("/__mockorg/reset")).await?;
                Err(stop)
            }
        }
    }

    /// Whether the org's time can be moved, and failures be injected.
    pub(crate) const fn has_control(&self) -> bool {
        self.facts.delay.is_some()
    }

    /// Begins a life: a mock begins anew, any other org gets a customer of the life's own.
    ///
    /// What is kept of the life, if anything, begins with finding out what its steps need. A life that does not begin
    /// tells which records it leaves behind.
    pub(crate) async fn begin<'a>(
        &'a self,
        steps: &[Step],
        budget: &'a Budget,
        keeps: bool,
    ) -> Result<World<'a>, (Stop, Vec<String>)> {
        let (mut world, begun) = self.open(steps, budget, keeps).await.map_err(|stop| (stop, Vec::new()))?;
        let begun = match begun {
            Some(now) => Ok(now),
            None => created(&mut world.wire, &world.account).await,
        };
        match begun {
            Ok(begun) => {
                world.begun = begun;
                world.model.now = begun;
                Ok(world)
            }
            Err(stop) => Err((stop, self.end(world).await)),
        }
    }

    /// A life with its customer and, on a mock, the time.
    async fn open<'a>(
        &'a self,
        steps: &[Step],
        budget: &'a Budget,
        keeps: bool,
    ) -> Result<(World<'a>, Option<i64>), Stop> {
        let mut wire = Wire::new(&self.client, budget, DATA, false);
        let mut now = None;
        if self.has_control() {
            now = Some(begin_anew(&mut wire).await?);
        }
        let mut wire = Wire::new(&self.client, budget, DATA, keeps);
        let needs = Needs::of(steps);
        if keeps {
            // A case has to find by itself what the org offers.
            let rep = self.facts.rep.is_some() && needs.rep;
            Facts::read(&mut wire, self.facts.delay.filter(|_| needs.bundles), rep).await?;
        }
        let account = match &self.facts.account {
            Some(account) if needs.bundles => account.clone(),
            _ => {
                let fields = [
                    ("Name", text(format!("Fuzzed Customer {}", self.mark))),
                    ("ShippingCity", text("Austin")),
                ];
                wire.create("Account", object(fields)).await?
            }
        };
        let mut world = World::new(wire, &self.facts);
        world.permissions.asset = Access::Edit;
        if let Some(rep) = &self.facts.rep {
            world.permissions = Permissions { sets: rep.assigned.clone(), asset: Access::Edit };
        }
        world.account = account;
        Ok((world, now))
    }

    /// Ends a life: a mock begins anew, in any other org the records are removed; gives those that stay, and why.
    pub(crate) async fn end(&self, world: World<'_>) -> Vec<String> {
        let World { mut wire, account, assets, orders, .. } = world;
        wire.kept = None;
        if self.has_control() {
            return Vec::new();
        }
        wire.budget.tidied(0);
        let mut left = Vec::new();
        // Orders first: a job that is under way makes no more assets of an order that is gone.
        for order in of_account(&mut wire, "Order", &account).await.unwrap_or(orders) {
            let draft = object([("Status", text("Draft"))]);
            let draft = Request::patch(format!("{DATA}/sobjects/Order/{order}")).json(draft);
            // A deleted order cannot be changed; what cannot be deleted is told.
            drop(wire.send("tidy up", &draft).await);
            left.extend(remove(&mut wire, "Order", &order).await);
        }
        for asset in of_account(&mut wire, "Asset", &account).await.unwrap_or(assets) {
            left.extend(remove(&mut wire, "Asset", &asset).await);
        }
        left.extend(remove(&mut wire, "Account", &account).await);
        left
    }

    /// Leaves a mock as it was found.
    pub(crate) async fn leave(&self, budget: &Budget) -> Result<(), Stop> {
        if self.has_control() {
            Wire::new(&self.client, budget, DATA, false)
                .send("reset", &Request::post("/__mockorg/reset"))
                .await?;
        }
        Ok(())
    }
}

/// The records of a customer, those that requests have made included; `None` without an answer.
async fn of_account(wire: &mut Wire<'_>, object: &str, account: &str) -> Option<Vec<String>> {
    let soql = format!("SELECT Id FROM {object} WHERE AccountId = '{account}' ORDER BY Id");
    let query = Request::get(format!("{DATA}/query")).query("q", &soql);
    let reply = wire.send("tidy up", &query).await.ok()?;
    let id = |row: &Json| row.get("Id").and_then(Json::as_str).map(ToOwned::to_owned);
    Some(reply.records().iter().filter_map(id).collect())
}

/// Deletes a record that may be gone already; says what stands against it.
async fn remove(wire: &mut Wire<'_>, object: &str, id: &str) -> Option<String> {
    match wire.send("tidy up", &Request::delete(format!("{DATA}/sobjects/{object}/{id}"))).await {
        Ok(reply) if matches!(reply.status, 204 | 404) => None,
        Ok(reply) => Some(format!("{object} {id}: {}", reply.body)),
        Err(Stop::Silent(error)) => Some(format!("{object} {id}: {error}")),
        Err(Stop::Deviates(_) | Stop::Spent(_) | Stop::Unfit(_)) => Some(format!("{object} {id}")),
    }
}

async fn has_control(wire: &mut Wire<'_>) -> Result<bool, Stop> {
    wire.budget.take()?;
    let health = wire.client.exchange(&Request::get("/__mockorg/health")).await;
    let body = health
        .ok()
        .filter(|exchange| exchange.answer.status == 200)
        .and_then(|exchange| exchange.answer.json().ok());
    Ok(body.is_some_and(|body| body.get("organizationId").is_some() && body.get("clock").is_some()))
}

/// Resets a mock and lets its time stand at a whole second; gives the time.
async fn begin_anew(wire: &mut Wire<'_>) -> Result<i64, Stop> {
    let reset = wire.expect("reset", &Request::post("/__mockorg/reset"), 200).await?;
    let mut reply = reset;
    if reply.body.get("clock").and_then(Json::as_str) != Some("manual") {
        let freeze = Request::post("/__mockorg/clock").json(object([("freeze", Json::Bool(true))]));
        reply = wire.expect("time stands", &freeze, 200).await?;
    }
    let now = reply.text("now")?;
    let millis = time::millis(&now).ok_or_else(|| reply.differs(format!("'{now}' is no time")))?;
    let seconds = millis.div_euclid(1000);
    if millis == seconds * 1000 {
        return Ok(seconds);
    }
    let set = object([("set", text(time::utc(seconds + 1)))]);
    wire.expect("a whole second", &Request::post("/__mockorg/clock").json(set), 200).await?;
    Ok(seconds + 1)
}

/// Finds out how long jobs take on a mock, by one that does nothing.
async fn delay(wire: &mut Wire<'_>) -> Result<i64, Stop> {
    begin_anew(wire).await?;
    let job = Request::post("/__mockorg/jobs").json(object([("jobType", text("PlaceQuote"))]));
    let submitted = wire.expect("a job", &job, 201).await?.text("requestIdentifier")?;
    let day = Request::post("/__mockorg/clock").json(object([("advance", number("86400"))]));
    wire.expect("a day passes", &day, 200).await?;
    let jobs = wire.expect("the jobs", &Request::get("/__mockorg/jobs"), 200).await?;
    let listed = jobs.body.get("jobs").and_then(Json::items).unwrap_or_default();
    let own =
        listed.iter().find(|job| job.get("requestIdentifier").and_then(Json::as_str) == Some(&submitted));
    let at = |name: &str| own.and_then(|job| job.get(name)).and_then(Json::as_str).and_then(time::millis);
    match (at("submittedAt"), at("finishedAt")) {
        (Some(from), Some(to)) if (to - from) % 1000 == 0 => Ok((to - from) / 1000),
        _ => Err(Stop::Unfit(
            "jobs of this mock do not take whole seconds, or more than a day; choose another --async-delay"
                .to_owned(),
        )),
    }
}

/// When a record was created.
async fn created(wire: &mut Wire<'_>, account: &str) -> Result<i64, Stop> {
    let reply = wire.query("now", &format!("SELECT CreatedDate FROM Account WHERE Id = '{account}'")).await?;
    let row = reply.records().first().and_then(|row| row.get("CreatedDate")).and_then(Json::as_str);
    let millis = row.and_then(time::millis);
    millis.map(|millis| millis.div_euclid(1000)).ok_or_else(|| reply.differs("no CreatedDate".to_owned()))
}

impl Facts {
    async fn of_a_mock(wire: &mut Wire<'_>) -> Result<Self, Stop> {
        let delay = delay(wire).await?;
        begin_anew(wire).await?;
        let rep = wire.log_in().await?;
        Self::read(wire, Some(delay), rep).await
    }

    async fn read(wire: &mut Wire<'_>, delay: Option<i64>, rep: bool) -> Result<Self, Stop> {
        let mut facts = Self {
            price_book: String::new(),
            entries: Default::default(),
            products: Default::default(),
            prices: PRODUCTS.map(|(_, _, price)| price),
            account: None,
            bundles: Default::default(),
            rep: None,
            delay,
        };
        facts.products(wire).await?;
        if delay.is_some() {
            facts.bundles(wire).await?;
        }
        if rep {
            facts.rep = Rep::read(wire).await?;
        }
        Ok(facts)
    }

    async fn products(&mut self, wire: &mut Wire<'_>) -> Result<(), Stop> {
        let names = PRODUCTS.map(|(name, ..)| name).join("','");
        let soql = format!(
            "SELECT Id, Name, Product2Id, Pricebook2Id, UnitPrice, ProductSellingModel.SellingModelType, \
             ProductSellingModel.PricingTerm, ProductSellingModel.PricingTermUnit FROM PricebookEntry \
             WHERE Pricebook2.IsStandard = true AND IsActive = true AND Name IN ('{names}') ORDER BY Id"
        );
        let reply = wire.query("what can be sold", &soql).await?;
        for row in reply.records() {
            let text = |name: &str| row.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
            let place = PRODUCTS.iter().position(|(name, selling, _)| {
                row.get("Name").and_then(Json::as_str) == Some(name)
                    && sells(row.get("ProductSellingModel"), *selling)
            });
            let price = row.get("UnitPrice").and_then(Json::as_f64);
            if let (Some(place), Some(price), Some(book)) = (place, price, text("Pricebook2Id")) {
                self.entries[place] = text("Id");
                self.products[place] = text("Product2Id");
                self.prices[place] = Hundredths::from((price * 100.0).round() as i64);
                self.price_book = book;
            }
        }
        match self.entries[..4].iter().position(Option::is_none) {
            None => Ok(()),
            Some(place) => Err(Stop::Unfit(format!(
                "the standard price book has no active entry '{}' with the selling model of the starter org; \
                 create the products of fixtures/orgs/starter.json in the org, or fuzz a mock",
                PRODUCTS[place].0
            ))),
        }
    }

    async fn bundles(&mut self, wire: &mut Wire<'_>) -> Result<(), Stop> {
        let soql = "SELECT Id, Name, AccountId, (SELECT Id FROM OrderItems ORDER BY Id) FROM Order \
                    WHERE Status = 'Draft' AND (Name LIKE 'Constant %' OR Name LIKE 'Proportional %') ORDER BY Id";
        let reply = wire.query("the bundles", soql).await?;
        for row in reply.records() {
            let text = |name: &str| row.get(name).and_then(Json::as_str).map(ToOwned::to_owned);
            let (Some(order), Some(name)) = (text("Id"), text("Name")) else { continue };
            let lines = row.get("OrderItems").and_then(|lines| lines.get("records")).and_then(Json::items);
            let id = |line: &Json| line.get("Id").and_then(Json::as_str).map(ToOwned::to_owned);
            let lines = lines.unwrap_or_default().iter().filter_map(id).collect();
            let constant = name.starts_with(bundles::scale(true));
            self.bundles[usize::from(constant)].push(Bundle { order, lines });
            self.account = text("AccountId");
        }
        Ok(())
    }
}

impl Rep {
    async fn read(wire: &mut Wire<'_>) -> Result<Option<Self>, Stop> {
        let names = SETS.join("','");
        let id = |row: Option<&Json>| {
            row.and_then(|row| row.get("Id")).and_then(Json::as_str).map(ToOwned::to_owned)
        };
        let users = wire.query("the user", &format!("SELECT Id FROM User WHERE Username = '{REP}'")).await?;
        let soql = format!("SELECT Id, Name FROM PermissionSet WHERE Name IN ('{names}')");
        let sets = wire.query("the permission sets", &soql).await?;
        let soql = format!(
            "SELECT Id, PermissionSet.Name FROM PermissionSetAssignment WHERE Assignee.Username = '{REP}' \
             AND PermissionSet.Name IN ('{names}')"
        );
        let assigned = wire.query("the user's permission sets", &soql).await?;
        let soql = "SELECT Id FROM ObjectPermissions WHERE Parent.Name = 'X00eRestrictedUser' AND SobjectType = 'Asset'";
        let permissions = wire.query("what the user may do to assets", soql).await?;
        let named = |row: &&Json, set: &str| row.get("Name").and_then(Json::as_str) == Some(set);
        let set = |set: &str| id(sets.records().iter().find(|row| named(row, set)));
        let given = |set: &str| {
            let is = |row: &&Json| row.get("PermissionSet").is_some_and(|row| named(&row, set));
            id(assigned.records().iter().find(is))
        };
        let known = SETS.map(set);
        let asset_permissions = id(permissions.records().first());
        let (Some(user), Some(asset_permissions), false) =
            (id(users.records().first()), asset_permissions, known.contains(&None))
        else {
            return Ok(None);
        };
        let sets = known.map(Option::unwrap_or_default);
        Ok(Some(Self { user, sets, assigned: SETS.map(given), asset_permissions }))
    }
}

/// Whether a selling model is the one that the model of subscriptions counts with.
fn sells(model: Option<&Json>, selling: Selling) -> bool {
    let text = |name: &str| model.and_then(|model| model.get(name)).and_then(Json::as_str);
    let term = model.and_then(|model| model.get("PricingTerm")).and_then(Json::as_f64);
    let months = match text("PricingTermUnit") {
        Some("Annual") => term.map(|term| term * 12.0),
        Some("Quarterly") => term.map(|term| term * 3.0),
        _ => term,
    };
    match (text("SellingModelType"), selling) {
        (Some("OneTime"), Selling::Once) => true,
        (Some("Evergreen"), Selling::Evergreen) => months == Some(1.0),
        (Some("TermDefined"), Selling::Term(own)) => months == Some(own as f64),
        _ => false,
    }
}
