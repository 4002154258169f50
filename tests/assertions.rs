//! The assertions for users: what they find, what they say when they fail, and where.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use mockorg::{
    ApiVersion, JournalSettings, MockOrg, Pattern,
    assert::{at_most, calls, event_sequence, record, satisfies},
};
use serde_json::json;
use tokio::runtime;

fn fetch(org: &MockOrg, path: &str) -> String {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.get(format!("{}{path}", org.url()));
        let request = request.header("Authorization", org.session().authorization());
        request.send().await.unwrap().text().await.unwrap()
    })
}

#[test]
fn too_many_calls_are_told_one_by_one() {
    let org = MockOrg::start_blocking();
    for path in
        ["/services/data/v62.0/limits", "/services/data/v62.0/limits?x=1", "/services/data/v62.0/nothing"]
    {
        fetch(&org, path);
    }
    let limits = Pattern::any().method("get").path("/services/data/v62.0/limits");
    calls(&org, 2, &limits).unwrap();
    at_most(&org, 2, &limits).unwrap();
    calls(&org, 2, &Pattern::any().endpoint("limits").status(200)).unwrap();
    calls(&org, 1, &Pattern::any().path_glob("/services/**").status(404)).unwrap();
    let failure = at_most(&org, 1, &limits).unwrap_err().to_string();
    assert_eq!(
        failure,
        "expected at most 1 × GET /services/data/v62.0/limits\nfound:\n  2 of 3 entries\n  \
         #1 GET /services/data/v62.0/limits → 200\n  #2 GET /services/data/v62.0/limits?x=1 → 200"
    );
    org.clear_journal();
    at_most(&org, 0, &Pattern::any()).unwrap();
}

#[test]
fn a_journal_that_has_lost_calls_proves_nothing() {
    let org = MockOrg::builder().journal(JournalSettings { entries: 1, ..JournalSettings::default() });
    let org = org.start_blocking().unwrap();
    fetch(&org, "/services/data");
    fetch(&org, "/services/data");
    let failure = at_most(&org, 5, &Pattern::any()).unwrap_err().to_string();
    assert!(failure.contains("lost its first 1 entries"), "{failure}");
}

#[test]
fn events_out_of_order_are_told_with_what_was_published() {
    let org = MockOrg::start_blocking();
    for event in ["AssetRenewInitiatedEvent", "AssetCancelInitiatedEvent"] {
        org.publish(event, [("RequestIdentifier", "r-1".into())]).unwrap();
    }
    let [renew, cancel] = ["/event/AssetRenewInitiatedEvent", "/event/AssetCancelInitiatedEvent"];
    event_sequence(&org, &[renew, cancel]).unwrap();
    let failure = event_sequence(&org, &[cancel, renew]).unwrap_err().to_string();
    assert!(failure.contains(&format!("no {renew} after {cancel}; there is one earlier")), "{failure}");
    assert!(event_sequence(&org, &[renew, renew]).is_err());
}

#[test]
fn answers_are_what_their_schemas_say_and_others_are_not() {
    let org = MockOrg::start_blocking();
    satisfies("limits", fetch(&org, "/services/data/v62.0/limits")).unwrap();
    let asset = org.records("Asset")[0].id();
    let text = fetch(&org, &format!("/services/data/v62.0/sobjects/Asset/{asset}"));
    record("Asset", ApiVersion::new(62).unwrap(), &text).unwrap_or_else(|failure| panic!("{failure}"));
    let mut wrong: serde_json::Value = serde_json::from_str(&text).unwrap();
    wrong["Quantity"] = json!("three");
    let failure = record("Asset", ApiVersion::new(62).unwrap(), wrong).unwrap_err().to_string();
    assert!(failure.contains("Quantity"), "{failure}");
    let failure = satisfies("limit", "{}").unwrap_err().to_string();
    assert!(failure.contains("no schema of the name 'limit'\nnearest: limits"), "{failure}");
    let failure = satisfies("limits", "{").unwrap_err().to_string();
    assert!(failure.contains("no JSON"), "{failure}");
}

#[test]
fn a_failure_points_to_the_line_of_the_test() {
    let org = MockOrg::start_blocking();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        mockorg::assert::assert_calls(&org, 1, &Pattern::any());
    }));
    let message = *caught.unwrap_err().downcast::<String>().unwrap();
    assert!(message.starts_with("expected exactly 1 × any call\nfound:\n  0 of 0 entries"), "{message}");
}
