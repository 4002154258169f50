//! Orgs that outlive their process: what users added while they ran is there again, from journals and from images.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use mockorg::{FaultPlan, MockOrg, MockOrgBuilder, Stub, Webhook};
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};
use tokio::runtime;

/// Images after every entry, and none at all.
const IMAGES: [(&str, u64); 2] = [("images", 1), ("journals", u64::MAX)];

/// A folder of its own for each test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn ask(org: &MockOrg, method: Method, path: &str, body: Option<&Json>) -> u16 {
    let request = Client::new().request(method, format!("{}{path}", org.url()));
    let request = request.header("Authorization", org.session().authorization());
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { request.send().await.unwrap().status().as_u16() })
}

fn stub(name: &str) -> Json {
    json!({ "name": name, "request": { "path": format!("/services/apexrest/{name}") },
        "response": { "body": { "n": [1, null] } } })
}

fn read(stub: &Json) -> Stub {
    Stub::parse(&stub.to_string()).unwrap()
}

/// The stubs, each with how often it has answered.
fn stubs(org: &MockOrg) -> Vec<(String, u64)> {
    org.stubs().into_iter().map(|state| (state.stub.name.to_string(), state.answered.into())).collect()
}

fn webhooks(org: &MockOrg) -> Vec<String> {
    org.webhooks().into_iter().map(|state| state.webhook.name.to_string()).collect()
}

/// The faults, each with how often it has struck.
fn faults(org: &MockOrg) -> Vec<(String, u64)> {
    org.faults().into_iter().map(|state| (state.plan.name.to_string(), state.struck)).collect()
}

fn counted(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn builder(folder: &Path, every: u64) -> MockOrgBuilder {
    let down = FaultPlan::page(503, "down").named("down").on_method("DELETE").times(2);
    MockOrg::builder().stub(read(&stub("declared"))).fault(down).data_dir(folder).image_every(every)
}

#[test]
fn stubs_webhooks_and_faults_added_while_the_org_ran_are_there_again_with_what_they_have_done() {
    for (name, every) in IMAGES {
        let folder = folder(name);
        let start = || builder(&folder, every).start_blocking().unwrap();

        let org = start();
        org.add_stub(read(&stub("lasting"))).unwrap();
        assert_eq!(ask(&org, Method::POST, "/__mockorg/stubs", Some(&stub("passing"))), 201);
        assert_eq!(ask(&org, Method::GET, "/services/apexrest/lasting", None), 200);
        org.add_stub(read(&stub("ended"))).unwrap();
        assert!(org.end_stub("ended"));
        // Nobody listens there.
        org.add_webhook(Webhook::new("shop", "http://127.0.0.1:9/", "AssetRenewInitiatedEvent")).unwrap();
        org.add_fault(FaultPlan::page(500, "gone").named("gone").on_method("PUT")).unwrap();
        let account = format!("/services/data/v62.0/sobjects/Account/{}", org.records("Account")[0].id());
        assert_eq!(ask(&org, Method::DELETE, &account, None), 503);
        org.take_snapshot("before").unwrap();
        assert!(org.end_stub("lasting") && org.end_webhook("shop"));
        org.add_stub(read(&stub("late"))).unwrap();
        drop(org);

        let org = start();
        assert_eq!(org.recovered().unwrap().image.is_some(), every == 1, "{:?}", org.recovered());
        assert_eq!(stubs(&org), counted(&[("declared", 0), ("passing", 0), ("late", 0)]), "{name}");
        assert_eq!((webhooks(&org), faults(&org)), (vec![], counted(&[("down", 1), ("gone", 0)])), "{name}");
        org.restore_snapshot("before").unwrap();
        let of_snapshot = counted(&[("declared", 0), ("lasting", 1), ("passing", 0)]);
        assert_eq!((stubs(&org), webhooks(&org)), (of_snapshot.clone(), vec!["shop".to_owned()]), "{name}");
        drop(org);

        let org = start();
        assert_eq!((stubs(&org), webhooks(&org)), (of_snapshot, vec!["shop".to_owned()]), "{name}");
        org.reset();
        drop(org);

        let org = start();
        assert_eq!(stubs(&org), counted(&[("declared", 0), ("lasting", 0)]), "{name}");
        // What the builder has begin is there at each start.
        assert_eq!(
            (webhooks(&org), faults(&org)),
            (vec!["shop".to_owned()], counted(&[("down", 0)])),
            "{name}"
        );
        assert!(org.end_stub("declared"));
        drop(org);
        assert_eq!(stubs(&start()), counted(&[("lasting", 0), ("declared", 0)]), "{name}");
    }
}

#[test]
fn a_snapshot_of_a_life_before_brings_back_records_events_and_the_clock() {
    for (name, every) in IMAGES {
        let folder = folder(&format!("snapshot-{name}"));
        let start = || MockOrg::builder().data_dir(&folder).image_every(every).start_blocking().unwrap();
        let publish = |org: &MockOrg, request: &str| {
            org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", request.into())]).unwrap();
        };
        let picture = |org: &MockOrg| {
            let names: Vec<_> = org.records("Account").iter().map(|row| row.text("Name")).collect();
            let events: Vec<_> =
                org.events().iter().map(|event| (event.replay_id(), event.event_uuid().to_owned())).collect();
            (org.now(), names, events)
        };
        let account = |org: &MockOrg, name: &str| {
            let path = "/services/data/v62.0/sobjects/Account";
            assert_eq!(ask(org, Method::POST, path, Some(&json!({ "Name": name }))), 201);
        };

        let org = start();
        account(&org, "First");
        publish(&org, "one");
        let before = picture(&org);
        org.take_snapshot("before").unwrap();
        org.advance_blocking(std::time::Duration::from_secs(3600));
        account(&org, "Second");
        publish(&org, "two");
        let after = picture(&org);
        drop(org);

        let org = start();
        assert_eq!(org.recovered().unwrap().image.is_some(), every == 1, "{:?}", org.recovered());
        assert_eq!(picture(&org), after, "{name}");
        org.restore_snapshot("before").unwrap();
        assert_eq!(picture(&org), before, "{name}");
        drop(org);
        assert_eq!(picture(&start()), before, "{name}");
    }
}

#[test]
fn whoever_waits_for_handlers_of_a_kept_org_waits_for_the_disk_as_well() {
    let folder = folder("handlers");
    let org = MockOrg::builder().data_dir(&folder).start_blocking().unwrap();
    let handled = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&handled);
    org.on_event("AssetRenewInitiatedEvent", move |event, _| {
        seen.lock().unwrap().push(event.text("RequestIdentifier").unwrap());
        Ok(())
    });
    for number in 0..20 {
        let name = format!("r-{number}");
        org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", name.as_str().into())]).unwrap();
        org.wait_for_handlers();
        assert_eq!(handled.lock().unwrap().last(), Some(&name));
    }
}

#[test]
fn an_image_that_cannot_be_made_is_told_and_nothing_is_lost() {
    let folder = folder("no-image");
    let start = || MockOrg::builder().data_dir(&folder).image_every(1).start_blocking().unwrap();
    // What stands in the way of files.
    for number in 0..100 {
        fs::create_dir(folder.join(format!("state-{number:012}.making"))).unwrap();
    }
    let told = Arc::new(Mutex::new(Vec::new()));
    let org = start();
    let notes = Arc::clone(&told);
    org.on_data_note(move |note| notes.lock().unwrap().push(note.to_owned()));
    org.add_stub(read(&stub("kept"))).unwrap();
    drop(org);
    let notes = told.lock().unwrap();
    assert!(
        notes.iter().any(|note| note.contains("no image") && note.contains("nothing is lost")),
        "{notes:?}"
    );
    let org = start();
    assert_eq!((org.recovered().unwrap().image, stubs(&org)), (None, counted(&[("kept", 0)])));
}
