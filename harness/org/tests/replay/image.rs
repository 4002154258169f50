//! An org that comes from its image goes on as the org does of which the image is.

use std::sync::Arc;

use mockorg_org::{
    Call, ImageError, Org, Recording, Reply, Settings,
    catalog::{Catalog, SObjectDef},
    events::ReplayId,
    redefine::{Component, Element, MetadataCall, SaveVerb},
};
use proptest::prelude::*;

use super::{
    recorder::{ControlLine, Line, Recorder, catalog, order, perform, starter},
    story::story,
};

/// One step of the day: what the client did, or what the test did beside it.
#[derive(Clone)]
enum Step {
    Line(Box<Line>),
    Order(Box<ControlLine>),
}

fn steps(day: &Recorder) -> Vec<Step> {
    let mut orders = day.orders.iter().peekable();
    let mut steps = Vec::new();
    for (number, line) in day.lines.iter().enumerate() {
        while let Some(order) = orders.next_if(|order| order.after == number) {
            steps.push(Step::Order(Box::new(order.clone())));
        }
        steps.push(Step::Line(Box::new(line.clone())));
    }
    steps
}

/// Does a step, and tells what came of it.
fn take(org: &mut Org, step: &Step) -> String {
    match step.clone() {
        Step::Line(line) => format!("{:?}", perform(org, *line)),
        Step::Order(line) => format!("{:?}", order(org, *line)),
    }
}

fn again(org: &Org) -> Org {
    Org::from_image(catalog(), &org.image()).unwrap()
}

fn events_after(org: &Org, after: ReplayId) -> Vec<String> {
    org.events().after(after).map(|event| format!("{event:?}")).collect()
}

#[test]
fn an_org_from_its_image_goes_through_the_rest_of_the_day_as_the_org_itself() {
    let day = story(7);
    let steps = steps(&day);
    let mut org = starter(7);
    let mut other = again(&org);
    for (number, step) in steps.iter().enumerate() {
        let seen = org.events().tail();
        assert_eq!(take(&mut org, step), take(&mut other, step), "step {number}");
        assert_eq!(events_after(&org, seen), events_after(&other, seen), "step {number}");
        // As often as the day stays quick.
        if number % 5 == 3 || number + 12 > steps.len() {
            let image = other.image();
            other = Org::from_image(catalog(), &image).unwrap();
            assert!(other.image() == image, "step {number}: the image of an image differs");
            assert_eq!(other.fingerprint(), org.fingerprint(), "step {number}");
            assert_eq!(other.next_deadline(), org.next_deadline());
        }
    }
    let moved = day.now + std::time::Duration::from_secs(40 * 24 * 3600);
    org.advance(moved);
    other.advance(moved);
    assert_eq!(other.fingerprint(), org.fingerprint());
    assert_eq!((other.jobs(), other.failures()), (org.jobs(), org.failures()));
    let refused = |org: &Org| org.coverage().refused().map(|(what, _)| what.to_owned()).collect::<Vec<_>>();
    assert_eq!(refused(&other), refused(&org));
}

#[test]
fn what_was_written_down_and_is_done_again_leads_to_the_same_fingerprint() {
    let day = story(7);
    let mut org = starter(7);
    org.start_recording(Recording::Operations);
    for step in steps(&day) {
        take(&mut org, &step);
    }
    let recorded = org.take_recorded();
    assert!(recorded.len() >= day.lines.len(), "{}", recorded.len());
    let mut repeated = starter(7);
    for line in recorded {
        repeated.repeat(line.operation);
    }
    assert_eq!(repeated.fingerprint(), org.fingerprint());
    assert_ne!(starter(7).fingerprint(), org.fingerprint());
    assert_ne!(starter(7).fingerprint(), starter(8).fingerprint());
}

#[test]
fn an_image_inside_a_transaction_can_still_be_undone() {
    let day = story(7);
    let mut org = starter(7);
    for step in steps(&day).iter().take(60) {
        take(&mut org, step);
    }
    org.begin(day.now, &day.session).unwrap();
    let mark = org.mark();
    let before = org.fingerprint();
    for line in day.lines.iter().filter(|line| matches!(line.call, Call::Create { .. })).take(5) {
        org.call(day.now, &day.session, line.call.clone()).ok();
    }
    assert_ne!(org.fingerprint(), before);
    let mut other = again(&org);
    for org in [&mut org, &mut other] {
        org.return_to(mark);
        org.end(day.now);
    }
    assert_eq!(other.fingerprint(), org.fingerprint());
}

#[test]
fn images_of_other_definitions_and_of_other_versions_are_refused() {
    let org = starter(7);
    let image = org.image();
    let none = Arc::new(Catalog::build(&[], &[]).unwrap());
    let refused =
        |catalog: &Arc<Catalog>, bytes: &[u8]| Org::from_image(Arc::clone(catalog), bytes).unwrap_err();
    assert!(matches!(refused(&none, &image), ImageError::OtherDefinitions(_)));
    assert_eq!(refused(&catalog(), b"{}"), ImageError::NotAnImage);
    assert_eq!(refused(&catalog(), &image[..image.len() - 1]), ImageError::Damaged);
    let mut later = image;
    later[8] = 200;
    assert!(matches!(refused(&catalog(), &later), ImageError::Version { found: 200, .. }));
}

#[test]
fn objects_and_fields_that_came_and_went_keep_their_places() {
    let mut day = story(7);
    // The last calls of the day have ended its session.
    let steps = steps(&day);
    day.org = starter(7);
    for step in steps.iter().rev().skip(2).rev() {
        take(&mut day.org, step);
    }
    let mut save = |kind: &str, name: &str, values: Vec<Element>| {
        let component = Component { kind: kind.into(), full_name: name.into(), values };
        let call =
            MetadataCall::Save { verb: SaveVerb::Upsert, components: vec![component], all_or_none: true };
        day.call(Call::Metadata(Box::new(call))).unwrap();
    };
    let object = |label: &str| {
        let name = vec![Element::leaf("label", "Name"), Element::leaf("type", "Text")];
        vec![
            Element::leaf("label", label),
            Element::of("nameField", name),
            Element::leaf("pluralLabel", label),
        ]
    };
    let date = |label: &str| vec![Element::leaf("label", label), Element::leaf("type", "Date")];
    save("CustomObject", "Zebra__c", object("Zebra"));
    save("CustomObject", "Ant__c", object("Ant"));
    save("CustomField", "Ant__c.Zeal__c", date("Zeal"));
    save("CustomField", "Ant__c.Age__c", date("Age"));
    save("CustomField", "Account.Seen__c", date("Seen"));
    for (kind, name) in [("CustomObject", "Zebra__c"), ("CustomField", "Ant__c.Zeal__c")] {
        let call =
            MetadataCall::Delete { kind: kind.into(), full_names: vec![name.into()], all_or_none: true };
        day.call(Call::Metadata(Box::new(call))).unwrap();
    }
    day.create("Ant__c", &[("Name", "One"), ("Age__c", "2026-01-31")]);
    let mut other = again(&day.org);
    let places = |org: &Org| {
        let objects = org.catalog().objects().iter();
        let fields = |def: &SObjectDef| {
            def.fields.iter().map(|own| (own.name.to_string(), own.is_gone())).collect::<Vec<_>>()
        };
        objects
            .map(|def| (def.name.to_string(), def.is_gone(), def.key_prefix, fields(def)))
            .collect::<Vec<_>>()
    };
    assert_eq!(places(&other), places(&day.org));
    let query = "SELECT Name, Age__c FROM Ant__c";
    let call = || Call::Query { soql: query.into(), all: false, batch_size: None };
    let answer = other.call(day.now, &day.session, call());
    assert_eq!(answer, day.org.call(day.now, &day.session, call()));
    assert!(matches!(answer, Ok(Reply::Page(page)) if page.rows.len() == 1));
    assert_eq!(other.fingerprint(), day.org.fingerprint());
}

#[test]
fn settings_that_were_changed_come_back() {
    let mut org = Org::new(catalog(), Settings { tracker_days: 3, ..Settings::default() });
    org.set_async_delay(std::time::Duration::from_secs(77));
    assert_eq!(again(&org).settings(), org.settings());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn broken_images_are_refused_and_never_panic(place in any::<prop::sample::Index>(), bit in 0..8_u8, cut: bool) {
        thread_local! {
            static IMAGE: Vec<u8> = {
                let mut org = starter(7);
                for step in steps(&story(7)).iter().take(120) {
                    take(&mut org, step);
                }
                org.image()
            };
        }
        let mut image = IMAGE.with(Clone::clone);
        let place = place.index(image.len());
        if cut {
            image.truncate(place);
        } else {
            image[place] ^= 1 << bit;
        }
        prop_assert!(Org::from_image(catalog(), &image).is_err());
    }
}
