//! Publishing over gRPC.

use bytes::Bytes;
use mockorg_pubsub::proto::{
    ErrorCode, ProducerEvent, PublishRequest, PublishResponse, ReplayPreset, TopicRequest,
};
use tonic::{Code, Status, codegen::tokio_stream};

use crate::org::{Lab, RENEWED, error_code, fetch, payload};

const NOTE: &str = "/event/Note__e";

/// A payload: date, user, and the two fields of the event as branch and value.
pub(crate) fn note(text: &str, count: Option<f64>) -> Vec<u8> {
    let mut bytes = vec![2];
    let user = "005000000000001AAA";
    bytes.push(u8::try_from(user.len() * 2).unwrap());
    bytes.extend(user.bytes());
    bytes.extend([2, u8::try_from(text.len() * 2).unwrap()]);
    bytes.extend(text.bytes());
    match count {
        Some(count) => {
            bytes.push(2);
            bytes.extend(count.to_le_bytes());
        }
        None => bytes.push(0),
    }
    bytes
}

async fn schema_id(lab: &mut Lab) -> String {
    let request = lab.request(TopicRequest { topic_name: NOTE.to_owned() });
    let topic = lab.client.get_topic(request).await.unwrap().into_inner();
    assert!(topic.can_publish);
    topic.schema_id
}

fn event(id: &str, schema_id: &str, payload: Vec<u8>) -> ProducerEvent {
    ProducerEvent {
        id: id.to_owned(),
        schema_id: schema_id.to_owned(),
        payload: payload.into(),
        headers: Vec::new(),
    }
}

async fn publish(lab: &mut Lab, topic: &str, events: Vec<ProducerEvent>) -> Result<PublishResponse, Status> {
    let request = PublishRequest { topic_name: topic.to_owned(), events, auth_refresh: String::new() };
    let request = lab.request(request);
    lab.client.publish(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn what_is_published_reaches_subscribers_with_its_id_and_position() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let mut subscriber = lab.subscribe(fetch(NOTE, ReplayPreset::Latest, 5)).await;
    subscriber.response().await;
    let uuid = "5f0b1c2e-0000-4000-8000-000000000001";
    let response =
        publish(&mut lab, NOTE, vec![event(uuid, &schema, note("hello", Some(2.5)))]).await.unwrap();
    assert_eq!(response.schema_id, schema);
    assert_eq!(response.results[0].correlation_key, uuid);
    assert!(response.results[0].error.is_none(), "{response:?}");
    let received = subscriber.response().await.events.remove(0);
    assert_eq!(received.replay_id, response.results[0].replay_id);
    assert!(payload(&received).contains("hello"));
    let sent = received.event.unwrap();
    assert_eq!((&*sent.id, &*sent.schema_id), (uuid, &*schema));
    assert!(sent.payload.ends_with(&2.5_f64.to_le_bytes()));
}

#[tokio::test]
async fn one_bad_event_spoils_no_other() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let events = vec![
        event("a", &schema, b"\xFF".to_vec()),
        event("b", &schema, note("good", None)),
        event("c", "AAAAAAAAAAAAAAAAAAAAAA", note("x", None)),
        event("d", "", note("x", None)),
        event("e", &schema, vec![0; 1024 * 1024 + 1]),
        event("f", &schema, note("also good", None)),
    ];
    let results = publish(&mut lab, NOTE, events).await.unwrap().results;
    for (result, (key, good)) in
        results.iter().zip([("a", false), ("b", true), ("c", false), ("d", false), ("e", false), ("f", true)])
    {
        assert_eq!(result.correlation_key, key);
        assert_eq!(result.replay_id != Bytes::new(), good, "{result:?}");
        assert_eq!(
            result.error.as_ref().map(|error| error.code),
            (!good).then_some(ErrorCode::Publish.into())
        );
    }
    assert!(results[5].replay_id > results[1].replay_id);
}

#[tokio::test]
async fn an_id_that_would_bloat_every_response_is_refused() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let [too_long, longest] = [37, 36].map(|length| event(&"u".repeat(length), &schema, note("x", None)));
    let results = publish(&mut lab, NOTE, vec![too_long, longest]).await.unwrap().results;
    let errors = results.iter().map(|result| result.error.as_ref().map(|error| &*error.msg));
    let refusal = "The event's ID is longer than the maximum of 36 characters.";
    assert_eq!(errors.collect::<Vec<_>>(), [Some(refusal), None]);
}

#[tokio::test]
async fn what_cannot_be_published_is_refused() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let one = || vec![event("a", &schema, note("x", None))];
    for (topic, events, code, error) in [
        (RENEWED, one(), Code::PermissionDenied, "topic.meta.permission"),
        ("/event/Nothing__e", one(), Code::NotFound, "topic.not.found"),
        ("", one(), Code::InvalidArgument, "publish.topic.validation.empty"),
        (NOTE, Vec::new(), Code::InvalidArgument, "publish.event.count.invalid"),
    ] {
        let status = publish(&mut lab, topic, events).await.unwrap_err();
        assert_eq!((status.code(), error_code(&status)), (code, error), "{topic}");
    }
}

#[tokio::test]
async fn a_stream_answers_batch_by_batch_and_keeps_to_its_topic() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let batch = |topic: &str| PublishRequest {
        topic_name: topic.to_owned(),
        events: vec![event("a", &schema, note("x", None))],
        auth_refresh: String::new(),
    };
    let request = lab.request(tokio_stream::iter([batch(NOTE), batch(""), batch(RENEWED)]));
    let mut responses = lab.client.publish_stream(request).await.unwrap().into_inner();
    for _ in 0..2 {
        let response = responses.message().await.unwrap().unwrap();
        assert_eq!(response.results[0].replay_id.len(), 10);
    }
    assert_eq!(error_code(&responses.message().await.unwrap_err()), "publish.topic.mismatch");
}

#[tokio::test]
async fn a_request_that_is_too_long_is_unavailable_in_a_stream() {
    let mut lab = Lab::new();
    let schema = schema_id(&mut lab).await;
    let events = vec![event("a", &schema, vec![0; 5 * 1024 * 1024])];
    let request = PublishRequest { topic_name: NOTE.to_owned(), events, auth_refresh: String::new() };
    let request = lab.request(tokio_stream::once(request));
    let mut responses = lab.client.publish_stream(request).await.unwrap().into_inner();
    assert_eq!(responses.message().await.unwrap_err().code(), Code::Unavailable);
}
