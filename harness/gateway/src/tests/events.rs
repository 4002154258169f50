//! Events of the platform: what their schemas look like, how tests publish them, and when they arrive.

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use mockorg_org::{
    RecordId,
    events::{Channel, ChannelKind},
};
use serde_json::{Value as Json, json};

use super::org::{gateway, percent, send, start};
use crate::Gateway;

fn get(gateway: &Gateway, path: &str, query: &str) -> (u16, Json) {
    let (status, body) = send(gateway, "GET", &format!("/services/data/{path}"), query, &[], "", b"");
    (status, serde_json::from_str(&body).unwrap())
}

fn post(gateway: &Gateway, path: &str, body: &Json) -> (u16, Json) {
    let body = body.to_string();
    let (status, body) = send(gateway, "POST", path, "", &[], "application/json", body.as_bytes());
    (status, serde_json::from_str(&body).unwrap())
}

#[test]
fn a_schema_comes_in_the_form_that_the_version_knows() {
    let gateway = gateway(start());
    let by_name = |version: &str, query: &str| {
        get(&gateway, &format!("{version}/sobjects/assetrenewinitiatedevent/eventSchema"), query)
    };
    let (status, expanded) = by_name("v62.0", "");
    assert_eq!((status, &expanded["type"]), (200, &json!("expanded-record")));
    let data = &expanded["fields"][0]["type"]["fields"];
    assert_eq!(
        (&data[0]["name"], &data[2]["type"]["fields"][0]["name"]),
        (&json!("schema"), &json!("replayId"))
    );
    let payload = &data[1]["type"]["fields"];
    assert_eq!((&payload[0]["name"], &payload[0]["type"]), (&json!("CreatedDate"), &json!("string")));
    assert_eq!(expanded["fields"][1], json!({"name": "channel", "type": "string"}));
    let (_, compact) = by_name("v62.0", "payloadFormat=COMPACT");
    assert_eq!((&compact["type"], &compact["fields"][0]["type"]), (&json!("record"), &json!("long")));
    assert_eq!(compact["uuid"], expanded["uuid"]);
    let id = compact["uuid"].as_str().unwrap();
    assert_eq!(
        get(&gateway, &format!("v62.0/event/eventSchema/{id}"), "payloadFormat=COMPACT"),
        (200, compact.clone())
    );
    assert_eq!(
        get(&gateway, &format!("v43.0/event/eventSchema/{id}"), "").0,
        404,
        "the event begins with 55.0"
    );
    let old = "v42.0/sobjects/AccountChangeEvent/eventSchema";
    let (status, schema) = get(&gateway, old, "");
    assert_eq!((status, &schema["type"]), (200, &json!("record")));
    assert_eq!(get(&gateway, old, "payloadFormat=COMPACT").0, 400);
    for format in ["compact", "", "X"] {
        assert_eq!(by_name("v62.0", &format!("payloadFormat={format}")).0, 400, "{format}");
    }
}

#[test]
fn what_is_no_event_has_no_schema() {
    let gateway = gateway(start());
    for path in [
        "v62.0/sobjects/Account/eventSchema",
        "v62.0/sobjects/Nothing__e/eventSchema",
        "v62.0/sobjects/CreateAssetOrderDtlEvent/eventSchema",
        "v62.0/event/eventSchema/6L0yfG1TjHj3IeYaje5uZQ",
        "v39.0/sobjects/AccountChangeEvent/eventSchema",
    ] {
        assert_eq!(get(&gateway, path, "").0, 404, "{path}");
    }
}

#[test]
fn the_expanded_form_of_a_list_shows_its_entries() {
    let gateway = gateway(start());
    let (_, schema) = get(&gateway, "v64.0/sobjects/CreateAssetOrderEvent/eventSchema", "");
    let payload = schema["fields"][0]["type"]["fields"][1]["type"]["fields"].as_array().unwrap();
    let details = payload.iter().find(|field| field["name"] == "AssetDetails").unwrap();
    assert_eq!(details["type"][1]["type"], "array", "{details}");
    assert_eq!(details["type"][1]["items"]["name"], "CreateAssetOrderDtlEvent");
}

#[test]
fn a_test_publishes_any_event_and_is_told_what_is_wrong() {
    let gateway = gateway(start());
    let uuid = "0b5c1f9e-6f3e-4c52-9a0f-1f2e3d4c5b6a";
    let order =
        json!({"event": "AssetRenewInitiatedEvent", "uuid": uuid, "payload": {"RequestIdentifier": "r-1"}});
    let (status, answer) = post(&gateway, "/__mockorg/events", &order);
    let event = &answer["events"][0];
    assert_eq!((status, &event["uuid"]), (200, &json!(uuid)));
    assert_eq!(
        (&event["payload"]["RequestIdentifier"], &event["payload"]["HasErrors"]),
        (&json!("r-1"), &json!(false))
    );
    assert_eq!(gateway.feed().tail().0, event["replayId"].as_u64().unwrap(), "subscribers see it");
    for (order, part) in [
        (json!({"event": "Nothing__e"}), "no event Nothing__e"),
        (json!({"event": "AssetRenewInitiatedEvent", "payload": {"Request": "x"}}), "RequestIdentifier"),
        (json!({"event": "AssetRenewInitiatedEvent", "payload": {"HasErrors": "maybe"}}), "HasErrors"),
        (json!({"event": "AssetRenewInitiatedEvent", "fields": {}}), "payload"),
        (json!({"payload": {}}), "payload"),
        (json!([]), "payload"),
    ] {
        let (status, answer) = post(&gateway, "/__mockorg/events", &order);
        assert_eq!((status, answer.to_string().contains(part)), (400, true), "{order}: {answer}");
    }
}

/// The ids of the records that a query finds.
fn ids(gateway: &Gateway, soql: &str) -> Vec<Json> {
    let (_, page) = get(gateway, "v64.0/query", &format!("q={}", percent(soql)));
    page["records"].as_array().unwrap().iter().map(|row| row["Id"].clone()).collect()
}

/// Renews, amends and cancels assets, and turns an order into assets.
fn work(gateway: &Gateway) {
    let base = "/services/data/v64.0";
    let assets = ids(gateway, "SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics'");
    let list = json!({ "assetIdArray": assets });
    for (operation, body) in [
        ("renewal", json!({ "assetIds": list })),
        (
            "amend-quantity",
            json!({"assetIds": list, "startDate": "2026-10-01T00:00:00.000Z", "quantityChange": 2, "amendmentOutputType": "order"}),
        ),
        (
            "cancellation",
            json!({"assetIds": list, "cancellationDate": "2026-11-15T00:00:00.000Z", "cancellationOutputType": "order"}),
        ),
    ] {
        let path = format!("{base}/asset-management/assets/collection/actions/initiate-{operation}");
        let (status, answer) = post(gateway, &path, &body);
        assert_eq!(status, 201, "{operation}: {answer}");
    }
    let orders = ids(gateway, "SELECT Id FROM Order WHERE Name LIKE 'Cedar%'");
    let inputs: Vec<Json> = orders.iter().map(|order| json!({ "orderId": order })).collect();
    let path = format!("{base}/actions/standard/createOrUpdateAssetFromOrder");
    assert_eq!(post(gateway, &path, &json!({ "inputs": inputs })).0, 200);
}

#[test]
fn whoever_reads_the_tracker_on_receipt_of_an_event_finds_it_terminal() {
    const EVENTS: [&str; 4] = [
        "AssetRenewInitiatedEvent",
        "AssetAmendInitiatedEvent",
        "AssetCancelInitiatedEvent",
        "CreateAssetOrderEvent",
    ];
    let gateway = Arc::new(gateway(start()));
    let channel = Channel {
        name: "all".into(),
        kind: ChannelKind::Event,
        members: EVENTS.map(|event| format!("/event/{event}").into()).into(),
        event: None,
        filters: Box::default(),
        hidden: Box::default(),
        user: RecordId::NULL,
        can_publish: false,
    };
    let mut watch = gateway.feed().watch();
    // Trackers of what happened before the org began are long gone.
    let mut position = gateway.with_org(|org, _| org.events().tail());
    let worker = {
        let gateway = Arc::clone(&gateway);
        thread::spawn(move || work(&gateway))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut seen = BTreeSet::new();
    while seen.len() < EVENTS.len() {
        let step = gateway.feed().after(position, &channel, 100);
        if step.deliveries.is_empty() {
            let changed = runtime
                .block_on(async { tokio::time::timeout(Duration::from_secs(60), watch.changed()).await });
            assert!(changed.is_ok(), "only {seen:?} were published");
        }
        position = step.position;
        for delivery in step.deliveries {
            let event = &delivery.event;
            let catalog = gateway.catalog();
            let slot = catalog.find_any(&event.event).unwrap().slot("RequestIdentifier").unwrap();
            let request = event.values()[slot.index()].as_text().unwrap().to_owned();
            // The one version that knows both.
            for object in ["AsyncOperationTracker", "RevenueAsyncOperation"] {
                let soql = format!(
                    "SELECT Status, FinishedAt FROM {object} WHERE CorrelationIdentifier = '{request}'"
                );
                let (_, page) = get(&gateway, "v59.0/query", &format!("q={}", percent(&soql)));
                let rows = page["records"].as_array().unwrap();
                assert!(!rows.is_empty() || object == "RevenueAsyncOperation", "{page}");
                for row in rows {
                    let status = row["Status"].as_str().unwrap();
                    assert!(matches!(status, "Completed" | "CompletedWithFailures" | "Failure"), "{row}");
                    assert!(row["FinishedAt"].is_string(), "{row}");
                }
            }
            seen.insert(event.event.to_string());
        }
    }
    worker.join().unwrap();
}
