//! PushTopics and generic streaming: which events subscribers get.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use mockorg_org::{
    ApiError, Call, Input, Org, OrgFile, RecordKey, Reply, Session, Settings, Value,
    events::{Channel, ChannelRefusal, EventBody, ReplayId, TopicRow},
};
use support::{call, catalog, create, field, fields, noon, org_with};

fn org() -> Org {
    org_with(&catalog(&[], &[]), 1)
}

fn try_topic(org: &mut Org, name: &str, query: &str, more: &[(&str, &str)]) -> Result<Reply, ApiError> {
    let mut body = fields(&[("Name", name), ("Query", query), ("ApiVersion", "60.0")]);
    body.extend(fields(more));
    call(org, Call::Create { object: "PushTopic".into(), fields: body })
}

fn topic(org: &mut Org, name: &str, query: &str, more: &[(&str, &str)]) -> String {
    let Reply::Created(saved) = try_topic(org, name, query, more).unwrap() else { panic!("not created") };
    saved.id.to_string()
}

fn update(org: &mut Org, id: &str, members: &[(&str, &str)]) {
    let call = Call::Update { object: "Account".into(), id: id.into(), fields: fields(members) };
    support::call(org, call).unwrap();
}

fn open(org: &mut Org, channel: &str) -> Channel {
    match call(org, Call::OpenChannel { channel: channel.into() }).unwrap() {
        Reply::Channel(channel) => *channel,
        other => panic!("{other:?}"),
    }
}

fn rows(org: &Org, channel: &Channel) -> Vec<TopicRow> {
    let row = |body: &EventBody| match body {
        EventBody::PushTopic(row) => Some(TopicRow::clone(row)),
        _ => None,
    };
    let events = org.events().after(ReplayId(0)).filter(|event| channel.carries(event));
    events.filter_map(|event| row(&event.body)).collect()
}

fn kinds(org: &Org, channel: &Channel) -> Vec<String> {
    rows(org, channel).iter().map(|row| row.kind.to_string()).collect()
}

#[test]
fn a_topic_reports_the_selected_fields_of_records_that_match() {
    let mut org = org();
    topic(
        &mut org,
        "Energy",
        "SELECT Id, Name, NumberOfEmployees FROM Account WHERE Industry = 'Energy'",
        &[],
    );
    create(&mut org, "Account", &[("Name", "Other"), ("Industry", "Banking")]);
    let id =
        create(&mut org, "Account", &[("Name", "Acme"), ("Industry", "Energy"), ("NumberOfEmployees", "5")]);
    update(&mut org, &id, &[("Phone", "1")]);
    update(&mut org, &id, &[("Name", "Acme & Sons")]);
    call(&mut org, Call::Delete { object: "Account".into(), key: RecordKey::Id(id.as_str().into()) })
        .unwrap();
    call(&mut org, Call::Undelete { ids: vec![id.as_str().into()] }).unwrap();
    let channel = open(&mut org, "/topic/Energy");
    let told = rows(&org, &channel);
    let kinds: Vec<_> = told.iter().map(|row| &*row.kind).collect();
    assert_eq!(kinds, ["created", "updated", "deleted", "undeleted"]);
    let names = |row: &TopicRow| row.fields.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&told[0]), ["Id", "Name", "NumberOfEmployees"]);
    assert_eq!(told[0].fields[2].1, Value::Int(5));
    assert_eq!(told[1].fields[1].1, Value::text("Acme & Sons"));
    assert_eq!(names(&told[2]), ["Id"]);
}

#[test]
fn the_fields_that_count_for_an_update_are_those_that_notify_for_fields_says() {
    for (notify, expected) in [("All", 3), ("Referenced", 2), ("Select", 1), ("Where", 1)] {
        let mut org = org();
        let query = "SELECT Id, Name FROM Account WHERE NumberOfEmployees > 1";
        topic(&mut org, "T", query, &[("NotifyForFields", notify), ("NotifyForOperationCreate", "false")]);
        let id = create(&mut org, "Account", &[("Name", "Acme"), ("NumberOfEmployees", "5")]);
        for members in
            [[("Phone", "1")], [("Name", "B")], [("NumberOfEmployees", "7")], [("NumberOfEmployees", "0")]]
        {
            update(&mut org, &id, &members);
        }
        let channel = open(&mut org, "/topic/T");
        assert_eq!(kinds(&org, &channel), vec!["updated"; expected], "{notify}");
    }
}

#[test]
fn a_topic_reports_the_operations_that_it_is_for_as_long_as_it_is_active() {
    let mut org = org();
    let id = topic(&mut org, "T", "SELECT Id, Name FROM Account", &[("NotifyForOperationUpdate", "false")]);
    let account = create(&mut org, "Account", &[("Name", "Acme")]);
    update(&mut org, &account, &[("Name", "B")]);
    let off = Call::Update {
        object: "PushTopic".into(),
        id: id.as_str().into(),
        fields: vec![field("IsActive", Input::Bool(false))],
    };
    call(&mut org, off).unwrap();
    create(&mut org, "Account", &[("Name", "Unheard")]);
    let channel = open(&mut org, "/topic/T");
    assert_eq!(kinds(&org, &channel), ["created"]);
}

#[test]
fn a_subscriber_can_ask_for_records_with_certain_values() {
    let mut org = org();
    topic(&mut org, "T", "SELECT Id, Name, Industry, NumberOfEmployees FROM Account", &[]);
    for (name, employees) in [("One", "1"), ("Two", "2"), ("A & B", "2")] {
        let members = [("Name", name), ("Industry", "Energy"), ("NumberOfEmployees", employees)];
        create(&mut org, "Account", &members);
    }
    for (filters, expected) in [
        ("", 3),
        ("?Industry=Energy", 3),
        ("?NumberOfEmployees=2", 2),
        ("?Name=A%20%26%20B", 1),
        ("?Name=Two&NumberOfEmployees=1", 0),
        ("?Phone=1", 0),
    ] {
        let channel = open(&mut org, &format!("/topic/T{filters}"));
        assert_eq!(rows(&org, &channel).len(), expected, "{filters}");
        assert_eq!(&*channel.name, "/topic/T");
    }
}

#[test]
fn queries_that_topics_do_not_support_are_refused_in_the_platforms_words() {
    let mut org = org();
    for (query, code, message) in [
        (
            "SELECT Id, AVG(AnnualRevenue) FROM Account",
            "INVALID_FIELD",
            "Aggregate queries are not supported",
        ),
        ("SELECT COUNT() FROM Account", "INVALID_FIELD", "Aggregate queries are not supported"),
        ("SELECT Id FROM Contact LIMIT 10", "INVALID_FIELD", "'LIMIT' is not allowed"),
        ("SELECT Id, Account.Name FROM Contact", "INVALID_FIELD", "relationships are not supported"),
        ("SELECT Id FROM Account ORDER BY Name", "INVALID_FIELD", "'ORDER BY' clause is not allowed"),
        ("SELECT Id FROM Account WHERE NOT Name = 'x'", "INVALID_FIELD", "'NOT' is not supported"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)",
            "INVALID_FIELD",
            "semi/anti join sub-selects are not supported",
        ),
    ] {
        let refused = try_topic(&mut org, "T", query, &[]).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.message.as_deref()), (code, Some(message)), "{query}");
    }
    for (query, code) in [
        ("SELECT Id FRM Account", "MALFORMED_QUERY"),
        ("SELECT Id, Nonsense FROM Account", "INVALID_FIELD"),
        ("SELECT Name FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
        ("SELECT Id, BillingAddress FROM Account", "MOCKORG_NOT_MODELLED"),
    ] {
        assert_eq!(try_topic(&mut org, "T", query, &[]).unwrap_err().code.as_str(), code, "{query}");
    }
    let long = "SELECT Id FROM Account WHERE Name = 'x'".to_owned() + &" ".repeat(1300) + "OR Name = 'y'";
    assert_eq!(try_topic(&mut org, "T", &long, &[]).unwrap_err().code.as_str(), "STRING_TOO_LONG");
    let name = "ANameOfMoreThan25Characters";
    let refused = try_topic(&mut org, name, "SELECT Id FROM Account", &[]).unwrap_err();
    assert_eq!(refused.code.as_str(), "STRING_TOO_LONG");
    assert_eq!(org.records("PushTopic").count(), 0);
}

fn push(org: &mut Org, id: &str, events: Vec<Input>) -> Result<Reply, ApiError> {
    let body = vec![field("pushEvents", Input::Array(events))];
    call(org, Call::PushEvents { channel: id.into(), body })
}

#[test]
fn pushed_text_reaches_the_users_for_whom_it_is_meant() {
    let mut org = org();
    let id = create(&mut org, "StreamingChannel", &[("Name", "/u/notes/Broadcast")]);
    let channel = open(&mut org, "/u/notes/Broadcast");
    let nobody = Input::Array(vec![Input::Text("005000000000001AAA".into())]);
    let event = |text: &str, users| {
        Input::Object(vec![field("payload", Input::Text(text.into())), field("userIds", users)])
    };
    let events = vec![event("to all", Input::Array(Vec::new())), event("to one", nobody)];
    let Reply::Pushed(pushed) = push(&mut org, &id, events).unwrap() else { panic!("not pushed") };
    assert_eq!(pushed.iter().map(|event| event.user_ids.len()).collect::<Vec<_>>(), [0, 1]);
    let payloads: Vec<String> = org
        .events()
        .after(ReplayId(0))
        .filter(|event| channel.carries(event))
        .map(|event| match &event.body {
            EventBody::Generic(generic) => generic.payload.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(payloads, ["to all"]);
    assert_eq!(push(&mut org, &id, vec![Input::Null]).unwrap_err().code.as_str(), "JSON_PARSER_ERROR");
    assert_eq!(push(&mut org, "0M6000000000001", Vec::new()).unwrap_err().code.as_str(), "NOT_FOUND");
    let wrong = Call::Create { object: "StreamingChannel".into(), fields: fields(&[("Name", "notes")]) };
    assert_eq!(call(&mut org, wrong).unwrap_err().code.as_str(), "FIELD_INTEGRITY_EXCEPTION");
}

/// A user who sees accounts, but neither how many employees they have nor how to call them.
const READER: &str = r#"
    {"create": "Profile", "as": "readers", "fields": {"Name": "Reader"}},
    {"create": "PermissionSet", "as": "rights", "fields": {"Name": "Readers", "Label": "Readers", "IsOwnedByProfile": true,
      "ProfileId": "$readers", "PermissionsApiEnabled": true}},
    {"create": "ObjectPermissions", "fields": {"ParentId": "$rights", "SobjectType": "Account", "PermissionsRead": true}},
    {"create": "ObjectPermissions", "fields": {"ParentId": "$rights", "SobjectType": "PushTopic", "PermissionsRead": true}},
    {"create": "FieldPermissions", "fields": {"ParentId": "$rights", "SobjectType": "Account",
      "Field": "Account.NumberOfEmployees", "PermissionsRead": false, "PermissionsEdit": false}},
    {"create": "FieldPermissions", "fields": {"ParentId": "$rights", "SobjectType": "Account",
      "Field": "Account.Phone", "PermissionsRead": false, "PermissionsEdit": false}},
    {"create": "User", "as": "reader", "fields": {"Username": "reader@test.example", "LastName": "Reader", "Email": "reader@test.example",
      "Alias": "reader", "IsActive": true, "ProfileId": "$readers", "TimeZoneSidKey": "America/Los_Angeles",
      "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8"}},
    {"passwordOf": "$reader", "password": "mockorg"},
    {"runAs": "$admin"}"#;

#[test]
fn a_subscriber_gets_the_fields_that_it_may_read_and_no_topic_that_tells_of_the_others() {
    let file = OrgFile::parse(&support::ORG.replace(r#"{"runAs": "$admin"}"#, READER.trim())).unwrap();
    let settings = Settings { session_token: Some(support::TOKEN.into()), ..Settings::default() };
    let mut org = Org::new(catalog(&["RevenueLifecycle".into()], &[]), settings);
    org.load(&file, noon()).unwrap();
    topic(&mut org, "Sizes", "SELECT Id, Name, NumberOfEmployees FROM Account", &[]);
    topic(&mut org, "Calls", "SELECT Id, Name FROM Account WHERE Phone = '1'", &[]);
    create(&mut org, "Account", &[("Name", "Acme"), ("NumberOfEmployees", "5"), ("Phone", "1")]);
    let login = Call::Login { username: "reader@test.example".into(), password: "mockorg".into() };
    let Reply::LoggedIn(login) = call(&mut org, login).unwrap() else { panic!("no login") };
    let reader = Session { token: Some(login.session_id), ..support::session(68) };
    let mut open =
        |channel: &str| org.call(noon(), &reader, Call::OpenChannel { channel: channel.into() }).unwrap();
    let refused = open("/topic/Calls");
    assert!(matches!(refused, Reply::ChannelRefused(ChannelRefusal::NoAccess)), "{refused:?}");
    let Reply::Channel(sizes) = open("/topic/Sizes") else { panic!("refused") };
    let Reply::Channel(guess) = open("/topic/Sizes?NumberOfEmployees=5") else { panic!("refused") };
    let event = org.events().after(ReplayId(0)).find(|event| sizes.carries(event)).unwrap();
    let seen = sizes.withheld_from(event).unwrap();
    let EventBody::PushTopic(row) = &seen.body else { panic!("{seen:?}") };
    assert_eq!(row.fields.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["Id", "Name"]);
    assert!(!guess.carries(event), "a filter must not tell what the row withholds");
}
