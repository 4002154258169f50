//! Every kind of channel, end to end: what a client does over REST or gRPC, and what subscribers get.

use mockorg_pubsub::proto::{
    ConsumerEvent, ProducerEvent, PublishRequest, ReplayPreset, SchemaRequest, TopicRequest,
};
use serde_json::{Map, Value, json};

use crate::{
    avro, cometd,
    grpc::{self, Access, fetch, number},
    lab::{Rest, builder, runtime},
    support::validated::Validating as _,
};

const ORDERED: &str = "/event/Order_Event__e";
const CHANGES: [&str; 2] = ["/data/AccountChangeEvent", "/data/ChangeEvents"];

/// A schema by its id, as a client gets it.
async fn schema(client: &mut grpc::Client, access: &Access, schema_id: &str) -> Value {
    let request = access.request(SchemaRequest { schema_id: schema_id.to_owned() });
    let schema = client.calls.get_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.schema_id, schema_id);
    serde_json::from_str(&schema.schema_json).unwrap()
}

/// An event's schema and what it carries.
async fn decoded(client: &mut grpc::Client, access: &Access, event: &ConsumerEvent) -> (Value, Value) {
    let event = event.event.as_ref().unwrap();
    let schema = schema(client, access, &event.schema_id).await;
    let fields = avro::decode(&schema, &event.payload);
    (schema, fields)
}

#[test]
fn changes_of_records_arrive_over_both_transports_and_say_which_fields_have_changed() {
    runtime().block_on(async {
        let org = builder().validated();
        let access = Access::to(&org);
        let rest = Rest::new(&access);
        let account = json!({"Name": "Dune Freight", "Industry": "Energy", "BillingCity": "Kiel", "NumberOfEmployees": 12});
        let id = rest.create("Account", &account).await;
        let path = format!("sobjects/Account/{id}");
        let change = json!({"Name": "Dune Cargo", "Industry": null, "BillingCity": "Bremen"});
        rest.send("PATCH", &path, &change).await;
        rest.send("DELETE", &path, &Value::Null).await;

        for channel in CHANGES {
            let streaming = cometd::Client::open(&access).await;
            streaming.subscribe(channel, -2).await;
            let messages = streaming.events(3).await;
            let mut client = grpc::Client::open(&access).await;
            let events =
                client.subscribe(fetch(channel, ReplayPreset::Earliest, b"", 10)).await.events(3).await;
            let mut headers = Vec::new();
            for (message, event) in messages.iter().zip(&events) {
                assert_eq!(message["channel"], channel);
                assert_eq!(cometd::replay_id(message), number(&event.replay_id));
                let (schema, fields) = decoded(&mut client, &access, event).await;
                let header = fields["ChangeEventHeader"].clone();
                assert_eq!(header["entityName"], "Account");
                assert_eq!(header["recordIds"], json!([id]));
                let told = &message["data"]["payload"]["ChangeEventHeader"];
                assert_eq!(told["transactionKey"], header["transactionKey"]);
                assert_eq!(told["commitNumber"], header["commitNumber"]);
                assert_eq!(message["data"]["schema"], event.event.as_ref().unwrap().schema_id.as_str());
                headers.push((header, fields, schema, message["data"]["payload"].clone()));
            }
            let kinds: Vec<_> = headers.iter().map(|(header, ..)| header["changeType"].clone()).collect();
            assert_eq!(kinds, ["CREATE", "UPDATE", "DELETE"]);

            let (_, created, ..) = &headers[0];
            assert_eq!((&created["Name"], &created["NumberOfEmployees"]), (&json!("Dune Freight"), &json!(12)));
            let (header, fields, schema, told) = &headers[1];
            assert_eq!(
                avro::names(schema, &header["changedFields"]),
                ["BillingAddress.City", "Industry", "LastModifiedDate", "Name"]
            );
            assert_eq!(avro::names(schema, &header["nulledFields"]), ["Industry"]);
            assert_eq!(fields["Name"], "Dune Cargo");
            assert_eq!(fields["BillingAddress"]["City"], "Bremen");
            assert!(fields["NumberOfEmployees"].is_null() && fields["Industry"].is_null());
            assert_eq!(told["Name"], "Dune Cargo");
            let (deleted, ..) = &headers[2];
            assert_eq!(deleted["changedFields"], json!([]));
        }
    });
}

#[test]
fn an_event_of_the_org_is_published_over_rest_and_over_grpc_and_arrives_over_both_transports() {
    runtime().block_on(async {
        let org = builder().validated();
        let access = Access::to(&org);
        let rest = Rest::new(&access);
        let mut client = grpc::Client::open(&access).await;
        let streaming = cometd::Client::open(&access).await;
        streaming.subscribe(ORDERED, -1).await;
        let mut subscription =
            client.subscribe(fetch(ORDERED, ReplayPreset::Latest, b"", 10)).await;
        assert!(subscription.response(10).await.unwrap().events.is_empty());

        rest.create("Order_Event__e", &json!({"Order_Number__c": "R-1", "Amount__c": 12.5})).await;
        let topic = client.calls.get_topic(access.request(TopicRequest { topic_name: ORDERED.to_owned() }));
        let topic = topic.await.unwrap().into_inner();
        assert!(topic.can_publish && topic.can_subscribe);
        let schema = schema(&mut client, &access, &topic.schema_id).await;
        let user = org.records("User")[0].id().to_string();
        let fields = json!({"CreatedDate": 0, "CreatedById": user, "Order_Number__c": "G-1", "Amount__c": 7.25, "Has_Shipped__c": false});
        let event = ProducerEvent {
            id: "mine".to_owned(),
            schema_id: topic.schema_id,
            payload: avro::encode(&schema, fields.as_object().unwrap_or(&Map::new())).into(),
            headers: Vec::new(),
        };
        let request = PublishRequest { topic_name: ORDERED.to_owned(), events: vec![event], auth_refresh: String::new() };
        let results = client.calls.publish(access.request(request)).await.unwrap().into_inner().results;
        assert_eq!((results.len(), results[0].correlation_key.as_str()), (1, "mine"), "{results:?}");
        assert!(results[0].error.is_none(), "{results:?}");

        let events = subscription.events(2).await;
        assert_eq!(events[1].replay_id, results[0].replay_id);
        let messages = streaming.events(2).await;
        let expected = [("R-1", json!(12.5), json!(true)), ("G-1", json!(7.25), json!(false))];
        for ((message, event), (order, amount, shipped)) in messages.iter().zip(&events).zip(expected) {
            let (_, fields) = decoded(&mut client, &access, event).await;
            let payload = &message["data"]["payload"];
            for told in [&fields, payload] {
                assert_eq!(told["Order_Number__c"], order);
                assert_eq!((&told["Amount__c"], &told["Has_Shipped__c"]), (&amount, &shipped));
                assert!(told["Note__c"].is_null());
            }
            assert_eq!(message["data"]["event"]["replayId"], number(&event.replay_id));
            assert_eq!(message["data"]["event"]["EventUuid"], event.event.as_ref().unwrap().id.as_str());
        }
    });
}

#[test]
fn a_push_topic_made_over_rest_tells_of_the_records_that_it_selects() {
    runtime().block_on(async {
        let org = builder().validated();
        let access = Access::to(&org);
        let rest = Rest::new(&access);
        let query = "SELECT Id, Name, Industry FROM Account WHERE Industry = 'Energy'";
        let topic = json!({"Name": "EnergyAccounts", "Query": query, "ApiVersion": 64.0, "NotifyForFields": "Referenced"});
        rest.create("PushTopic", &topic).await;
        let streaming = cometd::Client::open(&access).await;
        streaming.subscribe("/topic/EnergyAccounts", -1).await;
        let id = rest.create("Account", &json!({"Name": "Grid One", "Industry": "Energy"})).await;
        rest.create("Account", &json!({"Name": "A Bank", "Industry": "Banking"})).await;
        let path = format!("sobjects/Account/{id}");
        rest.send("PATCH", &path, &json!({"Site": "not referenced"})).await;
        rest.send("PATCH", &path, &json!({"Name": "Grid Two"})).await;
        rest.send("DELETE", &path, &Value::Null).await;
        let messages = streaming.events(3).await;
        let told: Vec<_> = messages
            .iter()
            .map(|message| (message["data"]["event"]["type"].clone(), message["data"]["sobject"]["Name"].clone()))
            .collect();
        let kind = |kind: &str, name: Value| (json!(kind), name);
        assert_eq!(told[..2], [kind("created", "Grid One".into()), kind("updated", "Grid Two".into())]);
        assert_eq!(told[2].0, "deleted");
        assert!(messages.iter().all(|message| message["data"]["sobject"]["Id"] == id.as_str()));
    });
}

#[test]
fn text_pushed_to_a_streaming_channel_arrives_and_can_be_replayed() {
    runtime().block_on(async {
        let org = builder().validated();
        let access = Access::to(&org);
        let rest = Rest::new(&access);
        let id = rest.create("StreamingChannel", &json!({"Name": "/u/notes/Broadcast"})).await;
        let live = cometd::Client::open(&access).await;
        live.subscribe("/u/notes/Broadcast", -1).await;
        let push = json!({"pushEvents": [{"payload": "good morning", "userIds": []}]});
        rest.send("POST", &format!("sobjects/StreamingChannel/{id}/push"), &push).await;
        let late = cometd::Client::open(&access).await;
        late.subscribe("/u/notes/Broadcast", -2).await;
        for client in [live, late] {
            let message = client.events(1).await.remove(0);
            assert_eq!(message["channel"], "/u/notes/Broadcast");
            assert_eq!(message["data"]["payload"], "good morning");
        }
    });
}
