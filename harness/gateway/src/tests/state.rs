//! An org that is put back to a snapshot is the org that it was, whatever was done to it.

use mockorg_org::events::ReplayId;
use proptest::{collection::vec, prelude::*};

use super::org::{TOKEN, gateway, start};
use crate::Gateway;

/// What is done to an org between two looks at it.
#[derive(Clone, Debug)]
enum Step {
    Create(u8),
    Update(u8),
    Delete(u8),
    Undelete(u8),
    Query,
    Publish,
    Advance(u16),
    Take(u8),
    Restore(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u8>().prop_map(Step::Create),
        3 => any::<u8>().prop_map(Step::Update),
        3 => any::<u8>().prop_map(Step::Delete),
        1 => any::<u8>().prop_map(Step::Undelete),
        1 => Just(Step::Query),
        1 => Just(Step::Publish),
        1 => any::<u16>().prop_map(Step::Advance),
        2 => (0..3_u8).prop_map(Step::Take),
        2 => (0..3_u8).prop_map(Step::Restore),
    ]
}

/// All that can be seen of an org: records with those in the bin, events, answers, time.
fn picture(gateway: &Gateway) -> String {
    let mut picture = String::new();
    gateway.with_org(|org, now| {
        use std::fmt::Write as _;

        // A copy is asked, so that nothing is counted.
        let mut org = org.clone();
        let _ = writeln!(picture, "{now} {:?} {:?}", org.api_usage(), org.next_deadline());
        for event in org.events().after(ReplayId(0)) {
            let _ = writeln!(picture, "{event:?}");
        }
        let session = session();
        for soql in [
            "SELECT Id, Name, IsDeleted, ParentId, LastModifiedDate FROM Account ORDER BY Id",
            "SELECT Id FROM Account WHERE Name LIKE 'Name 1%' ORDER BY Name",
            "SELECT COUNT(Id), Industry FROM Account GROUP BY Industry",
            "SELECT Id, Status FROM AsyncOperationTracker",
        ] {
            let call = mockorg_org::Call::Query { soql: soql.into(), all: true, batch_size: None };
            let _ = writeln!(picture, "{:?}", org.call(now, &session, call));
        }
        for object in org.catalog().objects() {
            for record in org.records(&object.name) {
                let values = object.fields.iter().map(|field| format!("{:?}", record.get(&field.name)));
                let _ = writeln!(picture, "{} {:?}", record.id(), values.collect::<Vec<_>>());
            }
        }
        // The next record that is made gets the same id.
        let fields = vec![("Name", "next".into()).into()];
        let call = mockorg_org::Call::Create { object: "Account".into(), fields };
        let _ = writeln!(picture, "{:?}", org.call(now, &session, call));
    });
    picture
}

fn session() -> mockorg_org::Session {
    let version = mockorg_org::ApiVersion::NEWEST;
    mockorg_org::Session { token: Some(TOKEN.into()), version, origin: None }
}

fn perform(gateway: &Gateway, step: &Step) {
    use mockorg_org::{Call, RecordKey};

    let ids = |org: &mockorg_org::Org| -> Vec<Box<str>> {
        org.records("Account").map(|record| record.id().to_string().into()).collect()
    };
    gateway.with_org(|org, now| {
        let ids = ids(org);
        let id = |number: u8| ids.get(usize::from(number) % ids.len().max(1)).cloned().unwrap_or_default();
        let call = match *step {
            Step::Create(number) => {
                let name = format!("Name {number}");
                let fields =
                    vec![("Name", name.as_str().into()).into(), ("Industry", "Energy".into()).into()];
                Call::Create { object: "Account".into(), fields }
            }
            Step::Update(number) => {
                let name = format!("Name {}", number.wrapping_add(1));
                let fields = vec![("Name", name.as_str().into()).into()];
                Call::Update { object: "Account".into(), id: id(number), fields }
            }
            Step::Delete(number) => Call::Delete { object: "Account".into(), key: RecordKey::Id(id(number)) },
            Step::Undelete(number) => Call::Undelete { ids: vec![id(number)] },
            Step::Publish => {
                let published = mockorg_org::PublishedEvent::default();
                Call::InjectEvent { event: "AssetRenewInitiatedEvent".into(), published }
            }
            Step::Query | Step::Advance(_) | Step::Take(_) | Step::Restore(_) => {
                Call::Query { soql: "SELECT Id FROM Account".into(), all: false, batch_size: Some(200) }
            }
        };
        // Refusals change as little as anything else.
        let _ = org.call(now, &session(), call);
    });
    if let Step::Advance(seconds) = step {
        gateway.advance(std::time::Duration::from_secs(u64::from(*seconds)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn an_org_put_back_is_the_org_that_it_was(steps in vec(step(), 0..40)) {
        let gateway = gateway(start());
        let mut pictures = [const { None }; 3];
        for step in &steps {
            match step {
                Step::Take(number) => {
                    pictures[usize::from(*number)] = Some(picture(&gateway));
                    gateway.take_snapshot(&number.to_string()).unwrap();
                }
                Step::Restore(number) => {
                    let restored = gateway.restore_snapshot(&number.to_string());
                    let expected = pictures[usize::from(*number)].as_ref();
                    prop_assert_eq!(restored, expected.is_some());
                    if let Some(expected) = expected {
                        prop_assert_eq!(expected, &picture(&gateway));
                        let events = gateway.with_org(|org, _| org.events().tail());
                        prop_assert_eq!(gateway.feed().tail(), events);
                        prop_assert_eq!(&picture(&gateway.branch("http://branch.example")), expected);
                    }
                }
                step => perform(&gateway, step),
            }
        }
        let now = gateway.time().1;
        gateway.reset();
        let fresh = super::org::gateway(start());
        prop_assert!(gateway.time().1 <= now);
        prop_assert_eq!(picture(&gateway), picture(&fresh));
    }
}
