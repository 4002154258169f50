//! Events that are lost, late, doubled, behind a gap, without their changes, or of another schema.

use std::{sync::Arc, time::Duration};

use mockorg_org::{
    Call, Org, PublishedEvent, Settings, Value,
    events::{ChangeType, EventBody, ReplayId, StoredEvent},
    faults::{EventFault, Fault, FaultPlan},
};

use crate::{
    CATALOG, account, add, counts, objects, once, org, plan,
    support::{call, field, fields, noon, org_of},
};

fn event(fault: EventFault) -> FaultPlan {
    FaultPlan { timing: once(), ..plan(Fault::Event(fault), objects(&["Heartbeat__e"])) }
}

fn beat(org: &mut Org, source: &str) {
    let fields = fields(&[("Source__c", source)]);
    call(org, Call::Create { object: "Heartbeat__e".into(), fields }).unwrap();
}

fn published(org: &Org) -> Vec<Arc<StoredEvent>> {
    org.events().after(ReplayId(0)).map(Arc::clone).collect()
}

fn sources(org: &Org) -> Vec<String> {
    let slot = CATALOG.find_any("Heartbeat__e").unwrap().slot("Source__c").unwrap();
    published(org).iter().map(|event| event.values()[slot.index()].as_text().unwrap().to_owned()).collect()
}

/// The replay ids that events get when nothing happens to them.
fn undisturbed(count: usize) -> Vec<u64> {
    let mut org = org();
    (0..count).for_each(|_| beat(&mut org, "x"));
    published(&org).iter().map(|event| event.replay_id.0).collect()
}

fn ids(org: &Org) -> Vec<u64> {
    published(org).iter().map(|event| event.replay_id.0).collect()
}

#[test]
fn a_lost_event_uses_up_its_replay_id() {
    let mut org = org();
    let mut second = event(EventFault::Lost);
    second.timing.after = 1;
    add(&mut org, second);
    ["a", "b", "c"].into_iter().for_each(|source| beat(&mut org, source));
    assert_eq!(sources(&org), ["a", "c"]);
    let expected = undisturbed(3);
    assert_eq!(ids(&org), [expected[0], expected[2]]);
    assert_eq!(counts(&org), (3, 1));
}

#[test]
fn a_late_event_comes_behind_later_ones_by_the_clock_of_the_org() {
    let mut org = org();
    add(&mut org, event(EventFault::Late(Duration::from_secs(30))));
    ["a", "b"].into_iter().for_each(|source| beat(&mut org, source));
    assert_eq!(sources(&org), ["b"]);
    org.advance(noon() + Duration::from_secs(29));
    assert_eq!(sources(&org), ["b"]);
    org.advance(noon() + Duration::from_secs(30));
    assert_eq!(sources(&org), ["b", "a"]);
    assert_eq!(ids(&org), undisturbed(2));
    let last = published(&org).pop().unwrap();
    assert_eq!(last.created_date, noon() + Duration::from_secs(30));
}

#[test]
fn a_doubled_event_comes_twice_with_one_identity() {
    let mut org = org();
    add(&mut org, event(EventFault::Doubled));
    ["a", "b"].into_iter().for_each(|source| beat(&mut org, source));
    assert_eq!(sources(&org), ["a", "a", "b"]);
    let events = published(&org);
    assert_eq!(events[0].uuid, events[1].uuid);
    assert_ne!(events[1].uuid, events[2].uuid);
    assert_eq!(ids(&org), undisturbed(3));
}

#[test]
fn a_gap_skips_replay_ids() {
    let mut org = org();
    let mut second = event(EventFault::Gap(50));
    second.timing.after = 1;
    add(&mut org, second);
    ["a", "b"].into_iter().for_each(|source| beat(&mut org, source));
    let ids = ids(&org);
    assert!((51..=53).contains(&(ids[1] - ids[0])), "{ids:?}");
    assert!(org.events().can_resume_after(ReplayId(ids[0])));
}

#[test]
fn events_are_chosen_by_kind() {
    let mut org = org();
    let own = plan(Fault::Event(EventFault::Lost), objects(&["AssetRenewInitiatedEvent"]));
    add(&mut org, own);
    beat(&mut org, "a");
    assert_eq!(sources(&org), ["a"]);
    let renewed = PublishedEvent::default();
    let inject = Call::InjectEvent { event: "AssetRenewInitiatedEvent".into(), published: renewed };
    call(&mut org, inject).unwrap();
    assert_eq!(published(&org).len(), 1);
}

fn capturing() -> Org {
    let capture = vec!["Account".into()];
    org_of(&CATALOG, &Settings { seed: 1, change_data_capture: capture, ..Settings::default() })
}

#[test]
fn a_change_becomes_a_gap_event() {
    for name in ["Account", "AccountChangeEvent"] {
        let mut org = capturing();
        let own = plan(Fault::Event(EventFault::GapEvent), objects(&[name]));
        add(&mut org, FaultPlan { timing: once(), ..own });
        for name in ["A", "B"] {
            call(&mut org, account(name)).unwrap();
        }
        let kinds: Vec<ChangeType> = published(&org)
            .iter()
            .map(|event| match &event.body {
                EventBody::Change(change) => change.change_type,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(kinds, [ChangeType::GapCreate, ChangeType::Create]);
    }
}

#[test]
fn from_a_new_schema_on_events_have_one_more_field() {
    let mut org = org();
    let mut second = event(EventFault::NewSchema);
    second.timing.after = 1;
    add(&mut org, second);
    beat(&mut org, "a");
    let before = Arc::clone(org.catalog());
    ["b", "c"].into_iter().for_each(|source| beat(&mut org, source));
    let of = |catalog: &mockorg_org::catalog::Catalog| catalog.find_any("Heartbeat__e").unwrap().fields.len();
    assert_eq!(of(org.catalog()), of(&before) + 1);
    let added = org.catalog().find_any("Heartbeat__e").unwrap().slot("Added1__c").unwrap();
    let values: Vec<Option<Value>> =
        published(&org).iter().map(|event| event.values().get(added.index()).cloned()).collect();
    assert_eq!(values, [None, None, Some(Value::Null)], "the event that brings it has no value yet");
    assert_eq!(sources(&org), ["a", "b", "c"]);
    let given = vec![field("Added1__c", "now".into()), field("Source__c", "d".into())];
    call(&mut org, Call::Create { object: "Heartbeat__e".into(), fields: given }).unwrap();
    assert_eq!(published(&org).last().unwrap().values()[added.index()], Value::text("now"));
}

#[test]
fn a_new_schema_of_a_change_event_is_a_new_field_of_its_object() {
    let mut org = capturing();
    let own = plan(Fault::Event(EventFault::NewSchema), objects(&["AccountChangeEvent"]));
    add(&mut org, FaultPlan { timing: once(), ..own });
    for name in ["A", "B"] {
        call(&mut org, account(name)).unwrap();
    }
    assert!(org.catalog().find_any("Account").unwrap().field("Added1__c").is_some());
    assert_eq!(published(&org).len(), 2);
    assert_eq!(org.coverage().refused().count(), 0);
}

#[test]
fn a_standard_event_can_change_its_schema_too() {
    let mut org = org();
    let own = plan(Fault::Event(EventFault::NewSchema), objects(&["AssetRenewInitiatedEvent"]));
    add(&mut org, FaultPlan { timing: once(), ..own });
    let inject = || Call::InjectEvent {
        event: "AssetRenewInitiatedEvent".into(),
        published: PublishedEvent::default(),
    };
    for _ in 0..2 {
        call(&mut org, inject()).unwrap();
    }
    assert!(org.catalog().find_any("AssetRenewInitiatedEvent").unwrap().field("Added1__c").is_some());
}
