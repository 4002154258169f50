//! A day of a client, with every call that there is.

use std::{sync::Arc, time::Duration};

use mockorg_org::{
    ApiVersion, AssertionSignature, AssetExchange, AssetOperation, AuthorizationRequest, Call, Cell,
    ClientCredentials, Control, ControlReply, Decision, ErrorCode, FieldInput, Grant, InitiateOperation,
    Input, JobError, JobEvent, JobFault, JobStep, LeadConvert, MergeRequest, OAuthCall, Position,
    PublishedEvent, RecordKey, Reply, SaveOptions, SearchRequest, SearchedObject, Session, SimulatedJob,
    SuggestionRequest, TokenRequest,
    bulk::{BulkCall, BulkReply, JobFamily, JobFilter, JobRequest, ResultKind},
    events::ReplayId,
    redefine::{Component, DeployRequest, Element, MetadataCall, MetadataReply, SaveVerb},
};

use super::{
    recorder::{Recorder, at, starter},
    support::{field, fields},
};

/// A day of a client: it looks around, renews the assets of a customer, keeps its records, and leaves.
pub(crate) fn story(seed: u64) -> Recorder {
    let session = Session { token: None, version: ApiVersion::new(64).unwrap(), origin: None };
    let (lines, outcomes) = (Vec::new(), Vec::new());
    let (orders, ordered) = (Vec::new(), Vec::new());
    let (org, now) = (starter(seed), at("2026-03-02T09:00:00Z"));
    let mut day = Recorder { org, now, session, lines, outcomes, orders, ordered };
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
            signature: AssertionSignature::Unchecked,
        },
        Grant::AuthorizationCode { code: "aPrx".into(), redirect_uri: "app:/back".into(), verifier: None },
        Grant::Device("device".into()),
        Grant::TokenExchange { token: "00D!x".into(), token_type: "".into(), scope: None },
        Grant::Unsupported,
    ] {
        day.call(Call::Token(TokenRequest { client: client.clone(), grant })).unwrap();
    }
    for call in oauth() {
        day.call(Call::OAuth(Box::new(call))).unwrap();
    }
    let login = Call::Login { username: "admin@mockorg.example".into(), password: "mockorg".into() };
    let Ok(Reply::LoggedIn(login)) = day.call(login) else { panic!("no login") };
    let token = login.session_id;
    day.session.token = Some(token.clone());
    look_around(&mut day);
    search(&mut day);
    interfere(&mut day);
    renew(&mut day);
    without_orders(&mut day);
    draft(&mut day);
    exchange(&mut day);
    publish(&mut day);
    channels(&mut day);
    keep_records(&mut day);
    load(&mut day);
    tidy_up(&mut day);
    define(&mut day);
    day.call(Call::Introspect { client, token: token.clone() }).unwrap();
    day.call(Call::Revoke { token }).unwrap();
    day.call(Call::Authorize).unwrap_err();
    day
}

/// What browsers and devices ask before anybody has a token.
fn oauth() -> Vec<OAuthCall> {
    let (client_id, decision): (Box<str>, _) = ("mockorg".into(), Some(Decision::Allow));
    let (username, password) = ("admin@mockorg.example".into(), "mockorg".into());
    let request = AuthorizationRequest { client_id: client_id.clone(), ..AuthorizationRequest::default() };
    vec![
        OAuthCall::LogIn { username, password },
        OAuthCall::Authorize { request, browser: None, decision: None },
        OAuthCall::StartDevice { client_id, scope: None },
        OAuthCall::Connect { user_code: "BCDF2345".into(), browser: None, decision },
    ]
}

fn look_around(day: &mut Recorder) {
    for call in [
        Call::Authorize,
        Call::WhoAmI,
        Call::OpenChannel { channel: "/event/AssetRenewInitiatedEvent".into() },
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

/// The test makes jobs appear and fail.
fn interfere(day: &mut Recorder) {
    let held = SimulatedJob {
        hold: true,
        errors: vec![JobError::new("INVALID_INPUT", "No.")],
        event: JobEvent::default().with("OrderNumber", "00000122"),
        ..SimulatedJob::of("QuoteToOrderJob")
    };
    let Ok(ControlReply::Job(job)) = day.control(Control::SimulateJob(Box::new(held))) else {
        panic!("no job")
    };
    let id = job.request_identifier;
    day.control(Control::StepJob { id: id.clone(), step: JobStep::to("Completed") }).unwrap_err();
    day.control(Control::StepJob { id: id.clone(), step: JobStep::to("InProgress") }).unwrap();
    day.query("SELECT Id FROM AsyncOperationTracker WHERE JobType = 'QuoteToOrderJob'", None);
    day.control(Control::StepJob { id, step: JobStep::to("Failure") }).unwrap();
    day.control(Control::SimulateJob(Box::new(SimulatedJob::of("PlaceQuote")))).unwrap();
    let fault = JobFault::new(ErrorCode::UnknownException, "The service is down.");
    day.control(Control::InjectFailure(fault.clone())).unwrap();
    day.control(Control::ClearFailures).unwrap();
    // This one strikes much later: the first line that becomes an asset.
    let fault = JobFault { job_type: Some("AssetizationAsyncJob".into()), ..fault };
    day.control(Control::InjectFailure(fault)).unwrap();
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

/// A draft quote that cancels an asset, and one that is refused.
fn draft(day: &mut Recorder) {
    let (assets, _) = day.query("SELECT Id FROM Asset WHERE Account.Name = 'Blue Harbor Logistics'", None);
    let text = |text: &str| Input::Text(text.into());
    let ids = Input::Array(assets.into_iter().take(1).map(Input::Text).collect());
    let body = vec![
        field("assetIds", ids),
        field("cancellationDate", text("2026-03-10T00:00:00")),
        field("outputRecordType", text("Quote")),
    ];
    for (body, carried_out) in [(body, true), (Vec::new(), false)] {
        let call = Call::AssetAction { operation: AssetOperation::Cancel, body };
        let Ok(Reply::AssetAction(reply)) = day.call(call) else { panic!("not answered") };
        assert_eq!(reply.record.is_some(), carried_out, "{reply:?}");
    }
}

/// A draft order that swaps a bundle for support, and one that is refused.
fn exchange(day: &mut Recorder) {
    let mut only = |soql: &str| {
        let (ids, _) = day.query(soql, None);
        Input::Text(ids.into_iter().next().unwrap())
    };
    let root = only("SELECT Id FROM Asset WHERE Product2.Name = 'Workspace Bundle'");
    let entry = only("SELECT Id FROM PricebookEntry WHERE Product2.Name = 'Premier Support'");
    let text = |text: &str| Input::Text(text.into());
    let one = || Input::Number("1".into());
    let object = |members: Vec<(&str, Input)>| {
        Input::Object(members.into_iter().map(|(name, value)| field(name, value)).collect())
    };
    let attributes = object(vec![("type", text("OrderItem")), ("method", text("POST"))]);
    let line = vec![("attributes", attributes), ("PricebookEntryId", entry), ("Quantity", one())];
    let group = vec![
        ("referenceId", text("SWAP-001")),
        (
            "outGroup",
            object(vec![(
                "swapAssets",
                Input::Array(vec![object(vec![("assetId", root), ("quantity", one())])]),
            )]),
        ),
        ("inGroup", object(vec![("records", Input::Array(vec![object(vec![("record", object(line))])]))])),
    ];
    let body = vec![
        field("swapStartDate", text("2026-03-10T00:00:00Z")),
        field("outputRecordType", text("Order")),
        field("swapGroups", object(vec![("groups", Input::Array(vec![object(group)]))])),
    ];
    let exchange = AssetExchange::Swap;
    let made = day.call(Call::ExchangeAssets { exchange, body }).unwrap();
    assert!(matches!(made, Reply::SalesTransaction(_)), "{made:?}");
    day.call(Call::ExchangeAssets { exchange, body: Vec::new() }).unwrap_err();
}

/// Publishes events in every way.
fn publish(day: &mut Recorder) {
    let event: Box<str> = "Heartbeat__e".into();
    let members = fields(&[("Source__c", "pump")]);
    day.call(Call::Create { object: event.clone(), fields: members.clone() }).unwrap();
    let published = PublishedEvent { fields: members, ..PublishedEvent::default() };
    let bad = PublishedEvent { fields: fields(&[("Nothing__c", "1")]), ..published.clone() };
    day.call(Call::PublishEvents { event: event.clone(), events: vec![published.clone(), bad] }).unwrap();
    day.call(Call::InjectEvent { event, published }).unwrap();
    let (name, from) = ("Nobody".into(), mockorg_org::ResumeFrom::Position);
    day.call(Call::ResumeSubscriber { name, from }).unwrap_err();
}

/// Sets up channels, and changes what they tell of.
fn channels(day: &mut Recorder) {
    day.session.origin = Some("com/salesforce/api/rest/64.0;client=replay".into());
    let metadata = fields(&[("channelType", "data"), ("label", "People")]);
    let body = vec![
        field("FullName", Input::Text("People__chn".into())),
        field("Metadata", Input::Object(metadata)),
    ];
    let create = Call::Create { object: "PlatformEventChannel".into(), fields: body };
    day.call(Call::Tooling(Box::new(create))).unwrap();
    let topic = [("Name", "Energy"), ("Query", "SELECT Id, Name FROM Account"), ("ApiVersion", "60.0")];
    day.create("PushTopic", &topic);
    day.create("Account", &[("Name", "Told of")]);
    let channel = day.create("StreamingChannel", &[("Name", "/u/replay")]);
    let event = Input::Object(fields(&[("payload", "hello")]));
    let body = vec![field("pushEvents", Input::Array(vec![event]))];
    day.call(Call::PushEvents { channel: channel.clone(), body }).unwrap();
    day.call(Call::StreamingChannel { channel }).unwrap();
    let metadata = fields(&[("label", "Mine"), ("topicName", "/data/AccountChangeEvent"), ("state", "RUN")]);
    let body =
        vec![field("FullName", Input::Text("Mine".into())), field("Metadata", Input::Object(metadata))];
    let create = Call::Create { object: "ManagedEventSubscription".into(), fields: body };
    let Ok(Reply::Created(own)) = day.call(Call::Tooling(Box::new(create))) else { panic!("not created") };
    let replay = day.org.events().tail();
    day.call(Call::CommitReplay { subscription: own.id, replay }).unwrap();
    let beyond = ReplayId(replay.0 + 1);
    day.call(Call::CommitReplay { subscription: own.id, replay: beyond }).unwrap_err();
    assert_eq!(day.org.committed_replay(own.id), Some(replay));
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
    let twins = |names: [&str; 2]| {
        let create = |name: &str| Call::Create { object: object.clone(), fields: fields(&[("Name", name)]) };
        names.map(create).into()
    };
    let twice = Call::Together { calls: twins(["Castor", "Pollux"]), all_or_none: false };
    day.call(Call::Saving { options: SaveOptions { allow_duplicates: true }, call: twice.into() }).unwrap();
    day.call(Call::QueryColumns { soql: "SELECT Name FROM Account".into(), all: false }).unwrap();
    day.call(Call::Together { calls: twins(["Castor", ""]), all_or_none: true }).unwrap();
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

/// What clients of SOAP do: duplicates are merged, a lead is converted, a bin emptied, a password set.
/// Writes records by a job, and reads them by another.
fn load(day: &mut Recorder) {
    let bulk = |call| Call::Bulk(Box::new(call));
    let job = JobRequest {
        operation: "insert".into(),
        object: "Account".into(),
        content_type: "CSV".into(),
        ..JobRequest::default()
    };
    let create = BulkCall::CreateIngest { job, content: Some("Name\nLoaded\n\"\"\n".into()) };
    let Ok(Reply::Bulk(BulkReply::Job(job))) = day.call(bulk(create)) else { panic!("no job") };
    let job: Box<str> = job.id.to_string().into();
    for kind in [ResultKind::Successful, ResultKind::Failed] {
        day.call(bulk(BulkCall::IngestResults { job: job.clone(), kind })).unwrap();
    }
    let asked = JobRequest { operation: "query".into(), content_type: "CSV".into(), ..JobRequest::default() };
    let query = "SELECT Name FROM Account WHERE Name = 'Loaded'".into();
    day.call(bulk(BulkCall::CreateQuery { job: asked, query })).unwrap();
    day.call(bulk(BulkCall::List { family: JobFamily::Ingest, filter: JobFilter::default() })).unwrap();
}

fn tidy_up(day: &mut Recorder) {
    let mut made = |object: &str, members: &[(&str, &str)]| day.create(object, members);
    let (master, twin) = (made("Account", &[("Name", "Twin")]), made("Account", &[("Name", "Twin")]));
    let lead = made("Lead", &[("LastName", "Doe"), ("Company", "Doe Ltd")]);
    let user = own_id(day);
    let merge = MergeRequest {
        object: "Account".into(),
        master,
        fields: fields(&[("Phone", "1")]),
        merged: vec![twin.clone()],
    };
    let convert =
        LeadConvert { lead, converted_status: "Closed - Converted".into(), ..LeadConvert::default() };
    for call in [
        Call::Merge(Box::new(merge)),
        Call::EmptyRecycleBin { ids: vec![twin, "nonsense".into()] },
        Call::ConvertLead(Box::new(convert)),
        Call::SetPassword { user: user.clone(), password: "secret 42".into() },
        Call::ResetPassword { user },
    ] {
        day.call(call).unwrap();
    }
}

/// Defines an object, writes a record of it, deploys a field and reads what there is.
fn define(day: &mut Recorder) {
    let metadata = |call| Call::Metadata(Box::new(call));
    let name_field = vec![Element::leaf("label", "Name"), Element::leaf("type", "Text")];
    let values = vec![
        Element::leaf("label", "Rocket"),
        Element::of("nameField", name_field),
        Element::leaf("pluralLabel", "Rockets"),
    ];
    let object = Component { kind: "CustomObject".into(), full_name: "Rocket__c".into(), values };
    let values = vec![Element::leaf("label", "Built"), Element::leaf("type", "Date")];
    let field = Component { kind: "CustomField".into(), full_name: "Rocket__c.Built__c".into(), values };
    day.call(metadata(MetadataCall::Save {
        verb: SaveVerb::Create,
        components: vec![object],
        all_or_none: true,
    }))
    .unwrap();
    day.create("Rocket__c", &[("Name", "One")]);
    let components = vec![("objects/Rocket__c.object".into(), field)];
    let request = DeployRequest { components, ..DeployRequest::default() };
    let deployed = day.call(metadata(MetadataCall::Deploy(Box::new(request))));
    let Ok(Reply::Metadata(MetadataReply::Deploy(state))) = deployed else { panic!("{deployed:?}") };
    let id: Box<str> = state.id.to_string().into();
    day.call(metadata(MetadataCall::DeployStatus { id })).unwrap();
    let full_names = vec!["Rocket__c".into()];
    day.call(metadata(MetadataCall::Read { kind: "CustomObject".into(), full_names })).unwrap();
    day.call(metadata(MetadataCall::List { kinds: vec!["PermissionSet".into()] })).unwrap();
}

/// The id of the user who calls.
fn own_id(day: &mut Recorder) -> Box<str> {
    match day.call(Call::WhoAmI) {
        Ok(Reply::User(user)) => user.user_id.to_string().into(),
        reply => panic!("{reply:?}"),
    }
}
