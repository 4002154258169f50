//! A run that was written down as lines of JSON gives the same answers and the same events when it is read and run again.

#![expect(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use mockorg_org::{
    ApiError, ApiVersion, AsyncDelay, Call, Cell, ClientCredentials, FieldInput, Grant, InitiateOperation,
    Input, Org, OrgFile, Position, RecordKey, Reply, SearchRequest, SearchedObject, Session, Settings,
    SuggestionRequest, Timestamp, TokenRequest, catalog::Catalog, events::ReplayId,
};
use serde::{Deserialize, Serialize};
use support::{field, fields};

static STARTER: LazyLock<(OrgFile, Arc<Catalog>)> = LazyLock::new(|| {
    let file = OrgFile::parse(&starter_text()).unwrap();
    let catalog = support::catalog(file.features(), &[]);
    (file, catalog)
});

#[expect(clippy::disallowed_methods, reason = "the core is given its org file; a test reads it for it")]
fn starter_text() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/orgs/starter.json"))
        .unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The starter org, whose background work takes ten seconds.
fn starter(seed: u64) -> Org {
    let (file, catalog) = &*STARTER;
    let settings = Settings { seed, async_delay: AsyncDelay(Duration::from_secs(10)), ..Settings::default() };
    let mut org = Org::new(Arc::clone(catalog), settings);
    org.load(file, at("2026-03-02T09:00:00Z")).unwrap();
    org
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    session: Session,
    call: Call,
}

type Outcome = Result<Reply, ApiError>;

fn perform(org: &mut Org, line: Line) -> Outcome {
    org.advance(line.at);
    org.call(line.at, &line.session, line.call)
}

/// What the org has published, as text.
fn events(org: &Org) -> Vec<String> {
    org.events().after(ReplayId(0)).map(|event| serde_json::to_string(&**event).unwrap()).collect()
}

/// A client that writes down what it does.
struct Recorder {
    org: Org,
    now: Timestamp,
    session: Session,
    lines: Vec<Line>,
    outcomes: Vec<Outcome>,
}

impl Recorder {
    fn call(&mut self, call: Call) -> Outcome {
        let line = Line { at: self.now, session: self.session.clone(), call };
        self.lines.push(line.clone());
        let outcome = perform(&mut self.org, line);
        self.outcomes.push(outcome.clone());
        outcome
    }

    fn query(&mut self, soql: &str, batch_size: Option<u32>) -> (Vec<Box<str>>, Option<Box<str>>) {
        match self.call(Call::Query { soql: soql.into(), all: false, batch_size }).unwrap() {
            Reply::Page(page) => {
                let ids = page.rows.iter().filter_map(|row| Some(row.id?.to_string().into())).collect();
                (ids, page.next)
            }
            other => panic!("{other:?}"),
        }
    }

    fn create(&mut self, object: &str, members: &[(&str, &str)]) -> Box<str> {
        match self.call(Call::Create { object: object.into(), fields: fields(members) }).unwrap() {
            Reply::Created(saved) => saved.id.to_string().into(),
            other => panic!("{other:?}"),
        }
    }
}

/// A day of a client: it looks around, renews the assets of a customer, keeps its records, and leaves.
fn story(seed: u64) -> Recorder {
    let session = Session { token: None, version: ApiVersion::new(64).unwrap() };
    let (lines, outcomes) = (Vec::new(), Vec::new());
    let mut day = Recorder { org: starter(seed), now: at("2026-03-02T09:00:00Z"), session, lines, outcomes };
    let client = ClientCredentials { id: "nobody".into(), secret: Some("x".into()) };
    for grant in [
        Grant::Password { username: "admin@mockorg.example".into(), password: "mockorg".into() },
        Grant::RefreshToken("none".into()),
        Grant::ClientCredentials,
        Grant::JwtBearer {
            issuer: "nobody".into(),
            subject: "admin@mockorg.example".into(),
            audience: "https://login.example".into(),
            expires: i64::MAX,
        },
        Grant::Unsupported,
    ] {
        day.call(Call::Token(TokenRequest { client: client.clone(), grant })).unwrap();
    }
    let login = Call::Login { username: "admin@mockorg.example".into(), password: "mockorg".into() };
    let Ok(Reply::LoggedIn(login)) = day.call(login) else { panic!("no login") };
    let token = login.session_id;
    day.session.token = Some(token.clone());
    look_around(&mut day);
    search(&mut day);
    renew(&mut day);
    without_orders(&mut day);
    keep_records(&mut day);
    day.call(Call::Introspect { client, token: token.clone() }).unwrap();
    day.call(Call::Revoke { token }).unwrap();
    day.call(Call::Authorize).unwrap_err();
    day
}

fn look_around(day: &mut Recorder) {
    for call in [
        Call::Authorize,
        Call::WhoAmI,
        Call::Limits,
        Call::RecordCount { objects: vec!["Asset".into(), "Nonsense".into()] },
        Call::DescribeGlobal,
        Call::DescribeBasic { object: "Account".into() },
        Call::Describe { object: "Asset".into() },
        Call::ListActions,
        Call::DescribeAction { name: "createOrUpdateAssetFromOrder".into() },
    ] {
        day.call(call).unwrap();
    }
    day.query("SELECT Id, Name, Owner.Name, BillingAddress FROM Account", None);
    for number in 0..201 {
        day.create("Campaign", &[("Name", &format!("Campaign {number}"))]);
    }
    let (_, next) = day.query("SELECT Id FROM Campaign", Some(200));
    day.call(Call::QueryMore { locator: next.unwrap(), batch_size: None }).unwrap();
    day.call(Call::Query { soql: "SELECT Id FRM Account".into(), all: true, batch_size: None }).unwrap_err();
    let soql = "SELECT Industry, COUNT(Id) FROM Account GROUP BY ROLLUP(Industry)".into();
    day.call(Call::Query { soql, all: false, batch_size: None }).unwrap();
    let soql = "SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Acme'".into();
    day.call(Call::Explain { soql }).unwrap();
}

fn search(day: &mut Recorder) {
    let sosl = "FIND {Aurora*} IN NAME FIELDS RETURNING Account(Id, Name), Asset".into();
    day.call(Call::Search { sosl }).unwrap();
    day.call(Call::Search { sosl: "FIND Aurora".into() }).unwrap_err();
    let account = SearchedObject {
        name: "Account".into(),
        fields: vec!["Name".into()],
        condition: None,
        order_by: Some("Name".into()),
        limit: Some(3),
    };
    let request = SearchRequest {
        q: "Aurora".into(),
        group: None,
        objects: vec![account],
        fields: Vec::new(),
        default_limit: None,
        overall_limit: Some(5),
        offset: None,
        metadata: None,
    };
    day.call(Call::ParameterizedSearch(Box::new(request))).unwrap();
    let typed = SuggestionRequest {
        q: "Aur".into(),
        objects: vec!["Account".into()],
        ..SuggestionRequest::default()
    };
    day.call(Call::SearchSuggestions(Box::new(typed))).unwrap();
    day.call(Call::SearchScopeOrder).unwrap();
    day.call(Call::SearchLayouts { objects: vec!["Account".into()] }).unwrap();
}

fn renew(day: &mut Recorder) {
    let (assets, _) = day.query("SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics'", None);
    assert_ne!(assets, []);
    let ids = Input::Array(assets.into_iter().map(Input::Text).collect());
    let list = Input::Object(vec![field("assetIdArray", ids)]);
    let Ok(Reply::AsyncOperation(reply)) = day.call(Call::Initiate {
        operation: InitiateOperation::Renewal,
        body: vec![field("assetIds", list.clone())],
    }) else {
        panic!("not accepted")
    };
    let (version, object, tracker) = reply.tracker.unwrap();
    let called = std::mem::replace(&mut day.session.version, version);
    let mut status = Vec::new();
    for _ in 0..3 {
        let key = RecordKey::Id(tracker.to_string().into());
        let call = Call::Retrieve { object: (&*object).into(), key, fields: Some(vec!["Status".into()]) };
        let Ok(Reply::Row(row)) = day.call(call) else { panic!("no tracker") };
        let Some(Cell::Value(value)) = row.cells.first() else { panic!("{row:?}") };
        status.extend(value.as_text().map(str::to_owned));
        day.now = day.now + Duration::from_secs(30);
    }
    assert_eq!(status.last().map(String::as_str), Some("Completed"), "{status:?}");
    day.session.version = called;
    change(day, &list);
    let (orders, _) = day.query("SELECT Id FROM Order WHERE Name LIKE 'Cedar%'", None);
    let inputs = orders.into_iter().map(|order| vec![field("orderId", Input::Text(order))]).collect();
    day.call(Call::InvokeAction { name: "createOrUpdateAssetFromOrder".into(), inputs }).unwrap();
    day.now = day.now + Duration::from_secs(60);
}

/// Generates an asset, changes it, and cancels it, without any order.
fn without_orders(day: &mut Recorder) {
    let object = |members: &[(&str, &str)]| Input::Object(fields(members));
    let period = |start, end, quantity| {
        let members =
            [("startDate", start), ("endDate", end), ("quantity", quantity), ("mrr", "1"), ("amount", "12")];
        object(&members)
    };
    let action = |category, quantity, amount| {
        let date = ("actionDate", "2026-03-02T09:00:00+08:00");
        let changes = [("quantityChange", quantity), ("mrrChange", "0.5"), ("amount", amount)];
        let members: Vec<_> = [("category", category), date].into_iter().chain(changes).collect();
        field("assetAction", object(&members))
    };
    let (accounts, _) = day.query("SELECT Id FROM Account WHERE Name = 'Aurora Robotics'", None);
    let (products, _) = day.query("SELECT Id FROM Product2 WHERE Name = 'Team License'", None);
    let source = object(&[("externalReference", "SO-1"), ("productAmount", "1200.50")]);
    let year = period("2026-03-01T00:00:00Z", "2027-02-28T23:59:59Z", "10");
    let mut body = fields(&[
        ("accountId", &accounts[0]),
        ("productId", &products[0]),
        ("assetName", "Licenses"),
        ("currencyIsoCode", "USD"),
    ]);
    body.push(field("assetStatePeriods", Input::Array(vec![year])));
    body.push(action("Initial Sale", "10", "1200.50"));
    body.push(field("assetActionSources", Input::Array(vec![source])));
    let Ok(Reply::AssetLifecycle(made)) = day.call(Call::GenerateAsset { body }) else { panic!("no asset") };
    let id: Box<str> = made.asset.to_string().into();
    let half = period("2026-03-01T00:00:00Z", "2026-08-31T23:59:59Z", "10");
    let change = vec![field("assetStatePeriods", Input::Array(vec![half])), action("Downsells", "0", "-600")];
    day.call(Call::ChangeAsset { id: id.clone(), body: change }).unwrap();
    let month = period("2026-03-01T00:00:00Z", "2026-03-31T23:59:59Z", "10");
    let cancel = vec![field("assetStatePeriod", month), action("Cancellations", "-10", "-500.25")];
    day.call(Call::CancelAsset { id: id.clone(), body: cancel.clone() }).unwrap();
    day.call(Call::CancelAsset { id, body: cancel }).unwrap_err();
}

/// The customer wants two more of everything, and then nothing at all.
fn change(day: &mut Recorder, assets: &Input) {
    let text = |text: &str| Input::Text(text.into());
    for (operation, members) in [
        (
            InitiateOperation::AmendQuantity,
            vec![
                field("startDate", text("2026-10-01T00:00:00.000Z")),
                field("quantityChange", Input::Number("2".into())),
                field("amendmentOutputType", text("order")),
            ],
        ),
        (
            InitiateOperation::Cancellation,
            vec![
                field("cancellationDate", text("2026-11-15T00:00:00.000Z")),
                field("cancellationOutputType", text("order")),
            ],
        ),
    ] {
        let mut body = members;
        body.push(field("assetIds", assets.clone()));
        let Ok(Reply::AsyncOperation(reply)) = day.call(Call::Initiate { operation, body }) else {
            panic!("not accepted")
        };
        assert_eq!(reply.errors, []);
        day.now = day.now + Duration::from_secs(30);
    }
}

fn keep_records(day: &mut Recorder) {
    let object: Box<str> = "Account".into();
    let account = day.create("Account", &[("Name", "Delta \u{1f680} & Sons"), ("NumberOfEmployees", "12")]);
    let contact = day.create("Contact", &[("LastName", "Doe"), ("AccountId", &account)]);
    let blob = Input::Blob(Arc::from([0, 159, 255]));
    let odd =
        vec![field("Name", Input::Null), field("Body", blob), field("Rate", Input::Number("1.50".into()))];
    day.call(Call::Create { object: object.clone(), fields: odd }).unwrap_err();
    let renamed = |name: &str| {
        vec![FieldInput {
            name: "Name".into(),
            value: Input::Text(name.into()),
            at: Position { line: 3, column: 7 },
        }]
    };
    day.call(Call::Update { object: object.clone(), id: account.clone(), fields: renamed("Delta") }).unwrap();
    let upsert = Call::Upsert {
        object: object.clone(),
        field: "Id".into(),
        value: account.clone(),
        fields: vec![field("Nonsense", Input::Bool(true))],
        update_only: true,
    };
    day.call(upsert).unwrap_err();
    let path: Vec<Box<str>> = vec!["Account".into()];
    let of_contact = || ("Contact".into(), contact.clone(), path.clone());
    let (of, id, path) = of_contact();
    day.call(Call::RetrieveRelated { object: of, id, path, fields: None }).unwrap();
    let (of, id, path) = of_contact();
    day.call(Call::UpdateRelated { object: of, id, path, fields: renamed("Delta Sons") }).unwrap();
    let key = RecordKey::External("Nonsense".into(), "1".into());
    day.call(Call::Retrieve { object: object.clone(), key, fields: None }).unwrap_err();
    day.call(Call::RetrieveBlob { object: object.clone(), id: account.clone(), field: "Name".into() })
        .unwrap_err();
    day.call(Call::Recent { limit: Some(5) }).unwrap();
    let (of, id, path) = of_contact();
    day.call(Call::DeleteRelated { object: of, id, path }).unwrap();
    day.call(Call::Undelete { ids: vec![account.clone(), "nonsense".into()] }).unwrap();
    day.call(Call::Delete { object: object.clone(), key: RecordKey::Id(account) }).unwrap();
    let window: (Box<str>, Box<str>) = ("2026-03-02T00:00:00Z".into(), "2026-03-03T00:00:00Z".into());
    day.call(Call::Deleted { object: object.clone(), window: window.clone() }).unwrap();
    day.call(Call::Updated { object, window }).unwrap();
}

/// The place of a variant in [`Call`]; a new one must be named here, and then the story must have it.
fn place(call: &Call) -> usize {
    match call {
        Call::Authorize => 0,
        Call::Limits => 1,
        Call::RecordCount { .. } => 2,
        Call::DescribeGlobal => 3,
        Call::DescribeBasic { .. } => 4,
        Call::Describe { .. } => 5,
        Call::Create { .. } => 6,
        Call::Retrieve { .. } => 7,
        Call::Update { .. } => 8,
        Call::Upsert { .. } => 9,
        Call::Delete { .. } => 10,
        Call::Undelete { .. } => 11,
        Call::RetrieveBlob { .. } => 12,
        Call::RetrieveRelated { .. } => 13,
        Call::UpdateRelated { .. } => 14,
        Call::DeleteRelated { .. } => 15,
        Call::Deleted { .. } => 16,
        Call::Updated { .. } => 17,
        Call::Recent { .. } => 18,
        Call::Query { .. } => 19,
        Call::QueryMore { .. } => 20,
        Call::Initiate { .. } => 21,
        Call::ListActions => 22,
        Call::DescribeAction { .. } => 23,
        Call::InvokeAction { .. } => 24,
        Call::Token(_) => 25,
        Call::Login { .. } => 26,
        Call::WhoAmI => 27,
        Call::Introspect { .. } => 28,
        Call::Revoke { .. } => 29,
        Call::Explain { .. } => 30,
        Call::Search { .. } => 31,
        Call::ParameterizedSearch(_) => 32,
        Call::SearchSuggestions(_) => 33,
        Call::SearchScopeOrder => 34,
        Call::SearchLayouts { .. } => 35,
        Call::GenerateAsset { .. } => 36,
        Call::ChangeAsset { .. } => 37,
        Call::CancelAsset { .. } => LAST,
    }
}

const LAST: usize = 38;

#[test]
fn a_run_read_back_from_lines_gives_the_same_answers_and_events_byte_by_byte() {
    let day = story(7);
    let journal: Vec<String> = day.lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    let mut org = starter(7);
    for (text, outcome) in journal.iter().zip(&day.outcomes) {
        let line: Line = serde_json::from_str(text).unwrap();
        let again = perform(&mut org, line);
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(outcome).unwrap(), "{text}");
    }
    let recorded = events(&day.org);
    assert!(recorded.iter().any(|event| event.contains("AssetRenewInitiatedEvent")), "{recorded:?}");
    assert_eq!(events(&org), recorded);
    assert_eq!(org.next_deadline(), day.org.next_deadline());
}

#[test]
fn every_call_and_every_answer_survives_being_written_down() {
    let day = story(7);
    let places: BTreeSet<usize> = day.lines.iter().map(|line| place(&line.call)).collect();
    assert_eq!(places, (0..=LAST).collect(), "the story lacks a call");
    for line in &day.lines {
        let text = serde_json::to_string(line).unwrap();
        assert_eq!(&serde_json::from_str::<Line>(&text).unwrap(), line, "{text}");
    }
    for outcome in &day.outcomes {
        let text = serde_json::to_string(outcome).unwrap();
        assert_eq!(&serde_json::from_str::<Outcome>(&text).unwrap(), outcome, "{text}");
    }
}

#[test]
fn another_seed_gives_other_ids_and_tokens_to_the_same_calls() {
    let ids = |seed| {
        story(seed)
            .outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Ok(Reply::Created(saved)) => Some(saved.id),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_ne!(ids(7), ids(8));
    assert_ne!(story(7).session.token, story(8).session.token);
}
