//! A running org for tests: the project's own definitions and starter org, loaded once.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use rust_decimal::Decimal;

use crate::{
    ActionOutcome, ApiError, ApiVersion, AsyncDelay, AsyncOperationReply, Call, Cell, FieldInput,
    InitiateOperation, Input, Org, OrgFile, Position, RecordId, RecordKey, Reply, Session, Settings,
    Timestamp, Value,
    access::UserAccess,
    catalog::{Catalog, DefinitionSource},
    ctx::Ctx,
    events::{ReplayId, StoredEvent},
};

/// An org and the client that uses it.
pub(super) struct Lab {
    pub(super) org: Org,
    pub(super) now: Timestamp,
    session: Session,
}

/// The values of a record by name.
pub(super) type Fields<'a> = Vec<(&'a str, Input)>;

/// The starter org at the beginning of 2022, used by its administrator in 64.0.
pub(super) fn lab() -> Lab {
    static STARTER: OnceLock<Org> = OnceLock::new();
    let now = at("2022-01-01T08:00:00Z");
    let org = STARTER.get_or_init(|| starter(now)).clone();
    let mut lab = Lab { org, now, session: Session { token: None, version: version(64), origin: None } };
    lab.log_in("admin@mockorg.example");
    lab
}

fn starter(now: Timestamp) -> Org {
    let file = OrgFile::parse(&read(&root().join("fixtures/orgs/starter.json"))).unwrap();
    let mut org = Org::new(catalog(file.features()).into(), Settings::default());
    org.load(&file, now).unwrap();
    org
}

/// The project's definitions in an org with these features.
pub(super) fn catalog(features: &[Box<str>]) -> Catalog {
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in ["schemas/sobjects", "schemas/events"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // The schemas of payloads lie in a folder of their own.
            if path.is_file() {
                files.push((path.display().to_string(), read(&path)));
            }
        }
    }
    files.sort();
    let sources: Vec<_> = files.iter().map(|(origin, json)| DefinitionSource { origin, json }).collect();
    Catalog::build(&sources, features).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "the tests read the project's own definitions")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn version(number: u8) -> ApiVersion {
    ApiVersion::new(number).unwrap()
}

pub(super) fn text(text: &str) -> Input {
    Input::Text(text.into())
}

pub(super) fn number(text: &str) -> Input {
    Input::Number(text.into())
}

pub(super) fn id(id: RecordId) -> Input {
    Input::Text(id.to_string().into())
}

pub(super) fn body(fields: Fields<'_>) -> Vec<FieldInput> {
    fields
        .into_iter()
        .map(|(name, value)| FieldInput { name: name.into(), value, at: Position::default() })
        .collect()
}

impl Lab {
    pub(super) fn log_in(&mut self, username: &str) {
        let call = Call::Login { username: username.into(), password: "mockorg".into() };
        let Ok(Reply::LoggedIn(login)) = self.org.call(self.now, &self.session, call) else {
            panic!("no login")
        };
        self.session.token = Some(login.session_id);
    }

    pub(super) fn use_version(&mut self, number: u8) {
        self.session.version = version(number);
    }

    /// The circumstances of an administrator's work, for writes that no client can make.
    pub(super) fn ctx(&self) -> Ctx {
        Ctx {
            now: self.now,
            version: Org::WORK_VERSION,
            user: RecordId::NULL,
            session: 0,
            access: Arc::new(UserAccess::default()),
        }
    }

    pub(super) fn delay(&mut self, seconds: u64) {
        self.org.settings.async_delay = AsyncDelay(Duration::from_secs(seconds));
    }

    /// Moves the clock and lets the org do what has become due. Sessions do not outlive long moves.
    pub(super) fn move_to(&mut self, text: &str) {
        self.now = at(text);
        self.org.advance(self.now);
        self.log_in("admin@mockorg.example");
    }

    pub(super) fn call(&mut self, call: Call) -> Result<Reply, ApiError> {
        self.org.call(self.now, &self.session, call)
    }

    pub(super) fn try_create(&mut self, object: &str, fields: Fields<'_>) -> Result<RecordId, ApiError> {
        match self.call(Call::Create { object: object.into(), fields: body(fields) })? {
            Reply::Created(saved) => Ok(saved.id),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn create(&mut self, object: &str, fields: Fields<'_>) -> RecordId {
        self.try_create(object, fields).unwrap()
    }

    pub(super) fn update(&mut self, id: RecordId, fields: Fields<'_>) -> Result<Reply, ApiError> {
        let object = (&*self.org.catalog.object_of(id).unwrap().name).into();
        self.call(Call::Update { object, id: id.to_string().into(), fields: body(fields) })
    }

    pub(super) fn delete(&mut self, id: RecordId) -> Result<Reply, ApiError> {
        let object = (&*self.org.catalog.object_of(id).unwrap().name).into();
        self.call(Call::Delete { object, key: RecordKey::Id(id.to_string().into()) })
    }

    /// A field as a client of the newest version reads it.
    pub(super) fn get(&mut self, id: RecordId, field: &str) -> Value {
        let object: Box<str> = (&*self.org.catalog.object_of(id).unwrap().name).into();
        let versions = self.org.catalog.object_of(id).unwrap().versions;
        let session = Session { version: versions.until, ..self.session.clone() };
        let key = RecordKey::Id(id.to_string().into());
        let call = Call::Retrieve { object, key, fields: Some(vec![field.into()]) };
        match self.org.call(self.now, &session, call).unwrap() {
            Reply::Row(row) => match row.cells.into_iter().next() {
                Some(Cell::Value(value)) => value,
                other => panic!("{field}: {other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn number(&mut self, id: RecordId, field: &str) -> Decimal {
        let value = self.get(id, field);
        value.as_number().unwrap_or_else(|| panic!("{field} is {value:?}"))
    }

    pub(super) fn text(&mut self, id: RecordId, field: &str) -> String {
        match self.get(id, field) {
            Value::Text(text) => text.to_string(),
            Value::DateTime(at) => at.to_string(),
            Value::Date(date) => date.to_string(),
            Value::Id(id) => id.to_string(),
            Value::Null => "null".to_owned(),
            other => format!("{other:?}"),
        }
    }

    /// The live records whose field holds this value, as stored.
    pub(super) fn with(&self, object: &str, field: &str, value: impl Into<Value>) -> Vec<RecordId> {
        let value = value.into();
        self.org.records(object).filter(|view| view.get(field) == value).map(|view| view.id()).collect()
    }

    pub(super) fn only(&self, object: &str, field: &str, value: impl Into<Value>) -> RecordId {
        match *self.with(object, field, value) {
            [id] => id,
            ref other => panic!("{object} by {field}: {other:?}"),
        }
    }

    pub(super) fn named(&self, object: &str, name: &str) -> RecordId {
        self.only(object, "Name", name)
    }

    pub(super) fn entry(&self, product: &str) -> RecordId {
        self.only("PricebookEntry", "Name", product)
    }

    /// A draft order of Aurora Robotics with an order action Add.
    pub(super) fn draft_order(&mut self, start: &str) -> (RecordId, RecordId) {
        let fields = vec![
            ("AccountId", id(self.named("Account", "Aurora Robotics"))),
            ("Pricebook2Id", id(self.only("Pricebook2", "IsStandard", true))),
            ("EffectiveDate", text(start)),
            ("Status", text("Draft")),
            ("ShippingCity", text("Austin")),
        ];
        let order = self.create("Order", fields);
        let action = self.create("OrderAction", vec![("OrderId", id(order)), ("Type", text("Add"))]);
        (order, action)
    }

    pub(super) fn add_line(
        &mut self,
        order: (RecordId, RecordId),
        product: &str,
        fields: Fields<'_>,
    ) -> RecordId {
        let fields = self.line_fields(order, product, fields);
        self.create("OrderItem", fields)
    }

    pub(super) fn line_fields<'a>(
        &self,
        order: (RecordId, RecordId),
        product: &str,
        fields: Fields<'a>,
    ) -> Fields<'a> {
        let mut all = vec![
            ("OrderId", id(order.0)),
            ("OrderActionId", id(order.1)),
            ("PricebookEntryId", id(self.entry(product))),
            ("BillingFrequency2", text("Monthly")),
            ("PeriodBoundary", text("Anniversary")),
        ];
        all.extend(fields);
        all
    }

    pub(super) fn activate(&mut self, order: RecordId) {
        self.update(order, vec![("Status", text("Activated"))]).unwrap();
    }

    pub(super) fn invoke(&mut self, order: RecordId) -> ActionOutcome {
        let name = "createOrUpdateAssetFromOrder".into();
        let call = Call::InvokeAction { name, inputs: vec![body(vec![("orderId", id(order))])] };
        match self.call(call).unwrap() {
            Reply::Invoked { outcomes, .. } => outcomes.into_iter().next().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Sells licenses from order to asset; gives the asset.
    pub(super) fn sell(&mut self, product: &str, fields: Fields<'_>) -> RecordId {
        let order = self.draft_order("2022-01-01");
        let line = self.add_line(order, product, fields);
        self.activate(order.0);
        self.invoke(order.0).unwrap();
        self.org.advance(self.now);
        self.asset_of(line)
    }

    pub(super) fn sell_licenses(&mut self) -> RecordId {
        self.sell(
            "Team License",
            vec![
                ("Quantity", number("10")),
                ("UnitPrice", number("10")),
                ("ServiceDate", text("2022-01-01")),
                ("EndDate", text("2022-12-31")),
            ],
        )
    }

    pub(super) fn asset_of(&self, line: RecordId) -> RecordId {
        let source = self.only("AssetActionSource", "ReferenceEntityItemId", line);
        let action = self.org.record(source).unwrap().get("AssetActionId").as_id().unwrap();
        self.org.record(action).unwrap().get("AssetId").as_id().unwrap()
    }

    pub(super) fn set_term(&mut self, asset: RecordId, term: &str, unit: &str) {
        self.update(asset, vec![("RenewalTerm", number(term)), ("RenewalTermUnit", text(unit))]).unwrap();
    }

    pub(super) fn request_renewal(&mut self, ids: &[&str]) -> Result<AsyncOperationReply, ApiError> {
        let ids = Input::Array(ids.iter().map(|id| text(id)).collect());
        self.request(body(vec![("assetIds", Input::Object(body(vec![("assetIdArray", ids)])))]))
    }

    pub(super) fn request(&mut self, body: Vec<FieldInput>) -> Result<AsyncOperationReply, ApiError> {
        self.initiate(InitiateOperation::Renewal, body)
    }

    pub(super) fn initiate(
        &mut self,
        operation: InitiateOperation,
        body: Vec<FieldInput>,
    ) -> Result<AsyncOperationReply, ApiError> {
        match self.call(Call::Initiate { operation, body })? {
            Reply::AsyncOperation(reply) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    /// Renews assets to the end; gives the tracker's id.
    pub(super) fn renew(&mut self, assets: &[RecordId]) -> RecordId {
        let ids: Vec<String> = assets.iter().map(RecordId::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let reply = self.request_renewal(&ids).unwrap();
        assert_eq!(reply.errors, []);
        self.org.advance(self.now);
        reply.tracker.unwrap().2
    }

    /// The actions of an asset, oldest first.
    pub(super) fn actions(&self, asset: RecordId) -> Vec<RecordId> {
        self.with("AssetAction", "AssetId", asset)
    }

    pub(super) fn last_event(&self, name: &str) -> StoredEvent {
        let events: Vec<_> =
            self.org.events().after(ReplayId(0)).filter(|event| *event.event == *name).collect();
        StoredEvent::clone(events.last().unwrap_or_else(|| panic!("no {name}")))
    }

    pub(super) fn event_value(&self, event: &StoredEvent, field: &str) -> Value {
        let def = self.org.catalog.find_any(&event.event).unwrap();
        event.values()[def.slot(field).unwrap().index()].clone()
    }

    /// The entries of an event's detail list, each with the named values.
    pub(super) fn entries(
        &self,
        event: &StoredEvent,
        list: &str,
        object: &str,
        names: &[&str],
    ) -> Vec<Vec<Value>> {
        let Value::Nested(entries) = self.event_value(event, list) else { return Vec::new() };
        let def = self.org.catalog.find_any(object).unwrap();
        entries
            .iter()
            .map(|entry| names.iter().map(|name| entry[def.slot(name).unwrap().index()].clone()).collect())
            .collect()
    }
}
