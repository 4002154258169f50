//! Change data capture: what subscribers are told of changed records, and that it is all they need.

#![allow(clippy::unwrap_used, reason = "a broken expectation ends the test")]

mod support;

use std::collections::BTreeMap;

use mockorg_org::{
    Call, Input, Org, OrgFile, RecordId, RecordKey, Reply, Session, Settings, Timestamp, Value,
    events::{ChangeEvent, ChangeType, Channel, ChannelRefusal, EventBody, ReplayId, StoredEvent},
};
use proptest::prelude::*;
use support::{TOKEN, call, catalog, create, field, fields, noon, session};

const SELECTED: [&str; 3] = ["Account", "Contact", "Asset"];

/// An org in which these objects have change events.
fn org(selected: &[&str]) -> Org {
    let settings = Settings {
        session_token: Some(TOKEN.into()),
        daily_api_requests: 1_000_000,
        change_data_capture: selected.iter().map(|name| Box::from(*name)).collect(),
        ..Settings::default()
    };
    org_of(settings)
}

fn org_of(settings: Settings) -> Org {
    let catalog = catalog(&["RevenueLifecycle".into()], &[]);
    let mut org = Org::new(catalog, settings);
    org.load(&OrgFile::parse(support::ORG).unwrap(), noon()).unwrap();
    org
}

fn update(org: &mut Org, object: &str, id: &str, members: &[(&str, &str)]) {
    let call = Call::Update { object: object.into(), id: id.into(), fields: fields(members) };
    support::call(org, call).unwrap();
}

fn delete(org: &mut Org, object: &str, id: &str) {
    call(org, Call::Delete { object: object.into(), key: RecordKey::Id(id.into()) }).unwrap();
}

fn changes_after(org: &Org, after: ReplayId) -> Vec<ChangeEvent> {
    let change = |event: &std::sync::Arc<StoredEvent>| match &event.body {
        EventBody::Change(change) => Some(ChangeEvent::clone(change)),
        _ => None,
    };
    org.events().after(after).filter_map(change).collect()
}

fn changes(org: &Org) -> Vec<ChangeEvent> {
    changes_after(org, ReplayId(0))
}

/// The names of the changed fields.
fn changed(org: &Org, event: &ChangeEvent) -> Vec<String> {
    let def = org.catalog().find_any(&event.entity).unwrap();
    event.changed.iter().map(|slot| def.at(*slot).name.to_string()).collect()
}

fn value<'e>(org: &Org, event: &'e ChangeEvent, name: &str) -> &'e Value {
    &event.values[org.catalog().find_any(&event.entity).unwrap().slot(name).unwrap().index()]
}

fn open(org: &mut Org, token: &str, channel: &str) -> Result<Channel, ChannelRefusal> {
    let session = Session { token: Some(token.into()), ..session(68) };
    match org.call(noon(), &session, Call::OpenChannel { channel: channel.into() }).unwrap() {
        Reply::Channel(channel) => Ok(*channel),
        Reply::ChannelRefused(refusal) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_life_of_a_record_is_told_from_creation_to_return() {
    let mut org = org(&["Account"]);
    let id = create(&mut org, "Account", &[("Name", "Acme"), ("Industry", "Energy")]);
    update(&mut org, "Account", &id, &[("Industry", ""), ("Phone", "1")]);
    delete(&mut org, "Account", &id);
    call(&mut org, Call::Undelete { ids: vec![id.as_str().into()] }).unwrap();
    create(&mut org, "Contact", &[("LastName", "Unheard")]);
    let told = changes(&org);
    let kinds: Vec<_> = told.iter().map(|event| event.change_type.as_str()).collect();
    assert_eq!(kinds, ["CREATE", "UPDATE", "DELETE", "UNDELETE"]);
    assert!(told.iter().all(|event| event.record_ids[0].to_string() == id && &*event.entity == "Account"));
    assert_eq!(value(&org, &told[0], "Industry"), &Value::text("Energy"));
    assert!(told[0].changed.is_empty() && !value(&org, &told[0], "OwnerId").is_null());
    assert_eq!(changed(&org, &told[1]), ["Phone", "Industry", "LastModifiedDate"].map(String::from));
    assert_eq!(told[1].nulled.len(), 1);
    assert!(value(&org, &told[1], "Name").is_null(), "what did not change is not told");
    assert!(told[2].values.iter().all(Value::is_null));
    assert_eq!(value(&org, &told[3], "Phone"), &Value::text("1"));
    let event = org.events().after(ReplayId(0)).next().unwrap();
    assert_eq!((&*event.event, &*event.channel), ("AccountChangeEvent", "/data/AccountChangeEvent"));
}

#[test]
fn the_header_says_who_changed_what_through_which_api_and_in_which_transaction() {
    let mut org = org(&SELECTED);
    let origin: Box<str> = "com/salesforce/api/rest/62.0;client=tests".into();
    let session = Session { origin: Some(origin.clone()), ..session(62) };
    let now = Timestamp::parse("2026-01-15T12:00:01.234Z").unwrap();
    for name in ["One", "Two"] {
        let create = Call::Create { object: "Account".into(), fields: fields(&[("Name", name)]) };
        org.call(now, &session, create).unwrap();
    }
    let told = changes(&org);
    let [one, two] = &*told else { panic!("{told:?}") };
    assert_eq!(one.change_origin, origin);
    assert_eq!(one.commit_timestamp.millis() % 1000, 0);
    assert!(one.commit_number < two.commit_number && one.commit_number > (1 << 53));
    assert!(one.transaction_key.starts_with("000") && one.transaction_key.len() == 36);
    assert_ne!(one.transaction_key, two.transaction_key);
    assert_eq!((one.sequence_number, two.sequence_number), (1, 1));
    assert_eq!(Some(one.commit_user), value(&org, one, "OwnerId").as_id());
}

#[test]
fn what_goes_with_a_deleted_record_is_told_in_the_same_transaction_and_equal_changes_as_one() {
    let mut org = org(&["Account", "Contact"]);
    let account = create(&mut org, "Account", &[("Name", "Acme")]);
    for name in ["Ann", "Bob"] {
        create(&mut org, "Contact", &[("LastName", name), ("AccountId", &account)]);
    }
    let before = org.events().tail();
    delete(&mut org, "Account", &account);
    let told = changes_after(&org, before);
    let [contacts, account] = &*told else { panic!("{told:?}") };
    assert_eq!((&*contacts.entity, contacts.record_ids.len()), ("Contact", 2));
    assert_eq!(&*account.entity, "Account");
    assert_eq!(contacts.transaction_key, account.transaction_key);
    assert_eq!((contacts.sequence_number, account.sequence_number), (1, 3));
}

#[test]
fn what_fails_is_not_told_and_nothing_is_told_of_what_nobody_selected() {
    let mut org = org(&[]);
    create(&mut org, "Account", &[("Name", "Acme")]);
    assert_eq!(org.events().tail(), ReplayId(0));
    let mut org = self::org(&["Account"]);
    let wrong =
        Call::Create { object: "Account".into(), fields: fields(&[("Name", "A"), ("Nonsense", "1")]) };
    call(&mut org, wrong).unwrap_err();
    assert_eq!(org.events().tail(), ReplayId(0));
}

#[test]
fn a_gap_tells_that_something_happened_and_not_what() {
    let mut org = org(&["Account"]);
    org.inject_gap("account", 2);
    let id = create(&mut org, "Account", &[("Name", "Acme")]);
    delete(&mut org, "Account", &id);
    create(&mut org, "Account", &[("Name", "Whole")]);
    let told = changes(&org);
    let kinds: Vec<_> = told.iter().map(|event| event.change_type.as_str()).collect();
    assert_eq!(kinds, ["GAP_CREATE", "GAP_DELETE", "CREATE"]);
    assert!(told[0].values.iter().all(Value::is_null));
    assert_eq!(told[0].record_ids[0].to_string(), id);
}

#[test]
fn too_many_changes_of_a_transaction_end_in_one_overflow_event_for_each_object() {
    let settings = Settings {
        session_token: Some(TOKEN.into()),
        change_data_capture: vec!["Account".into(), "Contact".into()],
        changes_per_transaction: 2,
        ..Settings::default()
    };
    let mut org = org_of(settings);
    let account = create(&mut org, "Account", &[("Name", "Acme")]);
    for name in ["Ann", "Bob", "Cem", "Dot"] {
        create(&mut org, "Contact", &[("LastName", name), ("AccountId", &account)]);
    }
    let before = org.events().tail();
    delete(&mut org, "Account", &account);
    let told = changes_after(&org, before);
    let kinds: Vec<_> = told.iter().map(|event| (&*event.entity, event.change_type)).collect();
    assert_eq!(
        kinds,
        [
            ("Contact", ChangeType::Delete),
            ("Contact", ChangeType::GapOverflow),
            ("Account", ChangeType::GapOverflow)
        ]
    );
    assert_eq!(told[1].record_ids[..], [RecordId::NULL]);
}

fn tooling(org: &mut Org, call: Call) -> Result<Reply, mockorg_org::ApiError> {
    support::call(org, Call::Tooling(Box::new(call)))
}

fn tooling_create(org: &mut Org, object: &str, full_name: &str, metadata: &[(&str, &str)]) -> String {
    let mut body = vec![field("Metadata", Input::Object(fields(metadata)))];
    body.extend(fields(&[("FullName", full_name)]));
    let call = Call::Create { object: object.into(), fields: body };
    let Reply::Created(saved) = tooling(org, call).unwrap() else { panic!("not created") };
    saved.id.to_string()
}

#[test]
fn members_of_channels_select_objects_as_long_as_they_exist() {
    let mut org = org(&[]);
    let member = tooling_create(
        &mut org,
        "PlatformEventChannelMember",
        "ChangeEvents_AccountChangeEvent",
        &[("eventChannel", "ChangeEvents"), ("selectedEntity", "AccountChangeEvent")],
    );
    create(&mut org, "Account", &[("Name", "Heard")]);
    assert_eq!(changes(&org).len(), 1);
    let delete =
        Call::Delete { object: "PlatformEventChannelMember".into(), key: RecordKey::Id(member.into()) };
    tooling(&mut org, delete).unwrap();
    create(&mut org, "Account", &[("Name", "Unheard")]);
    assert_eq!(changes(&org).len(), 1);
}

#[test]
fn a_channel_of_ones_own_carries_its_members_and_is_gone_with_them() {
    let mut org = org(&["Account"]);
    let channel = tooling_create(
        &mut org,
        "PlatformEventChannel",
        "People__chn",
        &[("channelType", "data"), ("label", "People")],
    );
    assert!(channel.starts_with("0YL"));
    tooling_create(
        &mut org,
        "PlatformEventChannelMember",
        "People_chn_ContactChangeEvent",
        &[("eventChannel", "People__chn"), ("selectedEntity", "ContactChangeEvent")],
    );
    create(&mut org, "Contact", &[("LastName", "Ann")]);
    create(&mut org, "Account", &[("Name", "Acme")]);
    let people = open(&mut org, TOKEN, "/data/People__chn").unwrap();
    let all = open(&mut org, TOKEN, "/data/ChangeEvents").unwrap();
    let carried = |channel: &Channel| {
        let events = org.events().after(ReplayId(0)).filter(|event| channel.carries(event));
        events.map(|event| event.event.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(carried(&people), ["ContactChangeEvent"]);
    assert_eq!(carried(&all), ["AccountChangeEvent"], "the contact is selected elsewhere only");
    assert!(people.event.is_none() && !people.can_publish);
    let soql = "SELECT DeveloperName, EventChannel, Metadata FROM PlatformEventChannelMember".into();
    let Reply::Page(page) = tooling(&mut org, Call::Query { soql, all: false, batch_size: None }).unwrap()
    else {
        panic!("no page")
    };
    let text = format!("{:?}", page.rows);
    assert!(text.contains("People_chn_ContactChangeEvent") && text.contains("People__chn"), "{text}");
    let key = RecordKey::Id(channel.into());
    tooling(&mut org, Call::Delete { object: "PlatformEventChannel".into(), key }).unwrap();
    assert_eq!(open(&mut org, TOKEN, "/data/People__chn"), Err(ChannelRefusal::Unknown));
    assert_eq!(org.records("PlatformEventChannelMember").count(), 0);
}

#[test]
fn the_objects_of_the_tooling_api_are_no_objects_of_the_others() {
    let mut org = org(&[]);
    let soql: Box<str> = "SELECT Id FROM PlatformEventChannel".into();
    let query = |soql: &str| Call::Query { soql: soql.into(), all: false, batch_size: None };
    let refused = call(&mut org, query(&soql)).unwrap_err();
    assert_eq!(refused.code.as_str(), "INVALID_TYPE");
    assert!(tooling(&mut org, query(&soql)).is_ok());
    let refused = tooling(&mut org, query("SELECT Id FROM ApexCodeCoverage")).unwrap_err();
    assert_eq!(
        refused.message.as_deref(),
        Some("mockorg does not model the Tooling API object ApexCodeCoverage")
    );
    let refused = tooling(&mut org, query("SELECT Id FROM Account")).unwrap_err();
    assert_eq!(refused.code.as_str(), "INVALID_TYPE");
    let filtered = Call::Create {
        object: "PlatformEventChannelMember".into(),
        fields: vec![
            field(
                "Metadata",
                Input::Object(fields(&[
                    ("eventChannel", "ChangeEvents"),
                    ("selectedEntity", "AccountChangeEvent"),
                    ("filterExpression", "Name = 'x'"),
                ])),
            ),
            field("FullName", Input::Text("ChangeEvents_AccountChangeEvent".into())),
        ],
    };
    let refused = tooling(&mut org, filtered).unwrap_err();
    assert_eq!(
        refused.message.as_deref(),
        Some("mockorg does not model filter expressions of channel members")
    );
}

#[test]
fn channels_of_changes_are_for_those_who_see_all_records() {
    let mut org = org(&["Account"]);
    assert!(open(&mut org, TOKEN, "/data/AccountChangeEvent").unwrap().event.is_some());
    assert_eq!(open(&mut org, TOKEN, "/data/NonsenseChangeEvent"), Err(ChannelRefusal::Unknown));
    assert_eq!(open(&mut org, TOKEN, "/data/accountChangeEvent"), Err(ChannelRefusal::Unknown));
    assert_eq!(open(&mut org, TOKEN, "/data"), Err(ChannelRefusal::Malformed));
    assert_eq!(open(&mut org, TOKEN, "/topic/None"), Err(ChannelRefusal::UnknownTopic));
    assert_eq!(open(&mut org, TOKEN, "/u/none"), Err(ChannelRefusal::UnknownGeneric));
}

/// One change of a random transaction.
#[derive(Clone, Debug)]
enum Step {
    Create(usize, u8),
    Update(usize, usize, Option<u8>),
    Delete(usize, usize),
    Undelete(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..2_usize, any::<u8>()).prop_map(|(object, value)| Step::Create(object, value)),
        (0..2_usize, 0..8_usize, any::<Option<u8>>())
            .prop_map(|(object, at, value)| Step::Update(object, at, value)),
        (0..2_usize, 0..8_usize).prop_map(|(object, at)| Step::Delete(object, at)),
        (0..8_usize).prop_map(Step::Undelete),
    ]
}

type Copies = BTreeMap<RecordId, (String, Vec<Value>)>;

/// What a subscriber knows of the records after these events.
fn replay(events: &[ChangeEvent]) -> Copies {
    let mut known = Copies::new();
    for event in events {
        for id in &event.record_ids {
            match event.change_type {
                ChangeType::Create | ChangeType::Undelete => {
                    let fresh = known.insert(*id, (event.entity.to_string(), event.values.to_vec()));
                    assert!(fresh.is_none(), "{event:?}");
                }
                ChangeType::Update => {
                    let (_, values) = known.get_mut(id).unwrap();
                    for slot in &event.changed {
                        values[slot.index()] = event.values[slot.index()].clone();
                    }
                }
                ChangeType::Delete => assert!(known.remove(id).is_some(), "{event:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
    known
}

fn perform(org: &mut Org, step: &Step, ids: &mut [Vec<String>; 2], deleted: &mut Vec<String>) {
    const OBJECTS: [&str; 2] = ["Account", "Contact"];
    match step {
        Step::Create(0, value) => {
            let id = create(org, "Account", &[("Name", &format!("A{value}")), ("Phone", &value.to_string())]);
            ids[0].push(id);
        }
        Step::Create(_, value) => {
            let account = ids[0].get(usize::from(*value) % 4).cloned().unwrap_or_default();
            let call = Call::Create {
                object: "Contact".into(),
                fields: fields(&[("LastName", &format!("C{value}")), ("AccountId", &account)]),
            };
            if let Ok(Reply::Created(saved)) = support::call(org, call) {
                ids[1].push(saved.id.to_string());
            }
        }
        Step::Update(object, at, value) => {
            if let Some(id) = ids[*object].get(*at) {
                let value = value.map(|value| (value % 3).to_string()).unwrap_or_default();
                let fields = fields(&[("Phone", value.as_str())]);
                let call = Call::Update { object: OBJECTS[*object].into(), id: id.as_str().into(), fields };
                // A deleted record cannot be changed.
                let _ = support::call(org, call);
            }
        }
        Step::Delete(object, at) => {
            if let Some(id) = ids[*object].get(*at).cloned() {
                let key = RecordKey::Id(id.as_str().into());
                if support::call(org, Call::Delete { object: OBJECTS[*object].into(), key }).is_ok() {
                    deleted.push(id);
                }
            }
        }
        Step::Undelete(at) => {
            if let Some(id) = deleted.get(*at) {
                support::call(org, Call::Undelete { ids: vec![id.as_str().into()] }).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn replaying_the_change_events_gives_the_records_of_the_org(steps in prop::collection::vec(step(), 1..40)) {
        let mut org = org(&["Account", "Contact"]);
        let (mut ids, mut deleted) = ([Vec::new(), Vec::new()], Vec::new());
        for step in &steps {
            perform(&mut org, step, &mut ids, &mut deleted);
        }
        let known = replay(&changes(&org));
        let mut count = 0;
        for object in ["Account", "Contact"] {
            for record in org.records(object) {
                count += 1;
                let (entity, values) = known.get(&record.id()).expect("told");
                prop_assert_eq!(entity, object);
                for name in ["Name", "Phone", "OwnerId", "LastModifiedDate", "LastModifiedById", "CreatedDate"] {
                    let slot = record.object.slot(name).unwrap();
                    prop_assert_eq!(&values[slot.index()], &record.at(slot).to_value(), "{}", name);
                }
                if let Some(slot) = record.object.slot("AccountId") {
                    prop_assert_eq!(&values[slot.index()], &record.at(slot).to_value());
                }
            }
        }
        prop_assert_eq!(known.len(), count);
    }
}
