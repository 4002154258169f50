//! The program against an org that is there for the test only.

use mockorg::MockOrg;
use renewal_listener::{Login, Org, RENEWED};
use salesforce_core::pubsubapi::{ConsumerEvent, SchemaRequest, TopicRequest};

async fn connect(org: &MockOrg) -> Org {
    let login = Login {
        instance_url: org.url().to_owned(),
        events_url: org.url().to_owned(),
        organization: org.records("Organization")[0].id().to_string(),
        client_id: "mockorg".to_owned(),
        client_secret: "mockorg".to_owned(),
    };
    Org::connect(login).await.unwrap()
}

fn renew(org: &MockOrg, request: &str) {
    org.publish("AssetRenewInitiatedEvent", [("RequestIdentifier", request.into())]).unwrap();
}

/// Whether an event carries this text; Avro writes texts as they are.
fn carries(event: &ConsumerEvent, text: &str) -> bool {
    let payload = &event.event.as_ref().unwrap().payload;
    payload.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_query_finds_the_records_of_the_org() {
    let org = MockOrg::start().await;
    let client = connect(&org).await;
    let answer = client.rest.query("SELECT Id, Name FROM Account ORDER BY Name").send().await.unwrap();
    assert_eq!(answer.records.len(), org.records("Account").len());
    let created = client.rest.create("Account", serde_json::json!({"Name": "Made by salesforce_core"}));
    let id = created.send().await.unwrap().id;
    assert_eq!(org.record(&id).unwrap().text("Name").as_deref(), Some("Made by salesforce_core"));
}

#[tokio::test]
async fn a_listener_hears_of_renewals_and_goes_on_where_it_was() {
    let org = MockOrg::start().await;
    let mut client = connect(&org).await;
    let mut listener = client.listen(RENEWED, None).await.unwrap();
    assert!(listener.next().await.unwrap().events.is_empty());
    renew(&org, "the first");
    let response = listener.next().await.unwrap();
    assert!(carries(&response.events[0], "the first"));
    drop(listener);

    renew(&org, "the second");
    let mut listener = client.listen(RENEWED, Some(response.latest_replay_id)).await.unwrap();
    let response = listener.next().await.unwrap();
    assert_eq!(response.events.len(), 1);
    assert!(carries(&response.events[0], "the second"));
}

#[tokio::test]
async fn the_schema_of_an_event_can_be_read() {
    let org = MockOrg::start().await;
    let mut client = connect(&org).await;
    let topic = client.events.get_topic(TopicRequest { topic_name: RENEWED.to_owned() }).await.unwrap();
    let schema_id = topic.into_inner().schema_id;
    let schema = client.events.get_schema(SchemaRequest { schema_id }).await.unwrap().into_inner();
    let schema: serde_json::Value = serde_json::from_str(&schema.schema_json).unwrap();
    assert_eq!(schema["name"], "AssetRenewInitiatedEvent");
}

#[tokio::test]
async fn a_topic_that_does_not_exist_is_no_reason_to_try_again() {
    let org = MockOrg::start().await;
    let mut client = connect(&org).await;
    let topic = client.events.get_topic(TopicRequest { topic_name: "/event/Nothing__e".to_owned() }).await;
    assert!(!topic.unwrap_err().is_retryable());
}
