//! What is refused, with status, code and words.

use mockorg_pubsub::proto::{
    CommitReplayRequest, FetchRequest, ManagedFetchRequest, ReplayPreset, SchemaRequest, TopicRequest,
};
use tonic::{Code, Status, codegen::tokio_stream};

use crate::org::{Lab, RENEWED, TOKEN, custom, error_code, fetch};

fn assert_refused(status: &Status, code: Code, name: &str) {
    assert_eq!((status.code(), error_code(status)), (code, name), "{status:?}");
    let (words, rpc_id) = status.message().rsplit_once(" rpcId: ").unwrap();
    assert!(!words.is_empty() && rpc_id.len() == 36);
    assert_eq!(status.metadata().get("rpc-id").unwrap(), rpc_id);
}

fn topic(name: &str) -> TopicRequest {
    TopicRequest { topic_name: name.to_owned() }
}

#[tokio::test]
async fn without_a_valid_session_nothing_is_told() {
    let mut lab = Lab::new();
    let tenant = lab.tenant.clone();
    for metadata in [
        ["00Dno!such", "https://org.example", &tenant],
        [TOKEN, "https://org.example", "00D000000000001"],
        [TOKEN, "https://org.example", "nonsense"],
    ] {
        let request = lab.request_as(topic(RENEWED), metadata);
        let status = lab.client.get_topic(request).await.unwrap_err();
        assert_refused(&status, Code::Unauthenticated, "service.auth.error");
        assert!(status.message().starts_with(
            "An authentication exception occurred. Provide valid authentication via metadata headers. rpcId: "
        ));
    }
    for metadata in [["", "https://x", &tenant], [TOKEN, "", &tenant], [TOKEN, "https://x", ""]] {
        let request = lab.request_as(topic(RENEWED), metadata);
        let status = lab.client.get_topic(request).await.unwrap_err();
        assert_refused(&status, Code::Unauthenticated, "service.auth.headers.invalid");
    }
    // The org's id may have 15 characters, or stand at the end of the service's own form.
    for tenant in [&tenant[..15], &format!("core/prod/{tenant}")] {
        let request = lab.request_as(topic(RENEWED), [TOKEN, "http://elsewhere", tenant]);
        assert!(lab.client.get_topic(request).await.is_ok());
    }
}

#[tokio::test]
async fn topics_and_schemas_are_told_or_refused() {
    let mut lab = Lab::new();
    let told = lab.client.get_topic(lab.request(topic(RENEWED))).await.unwrap().into_inner();
    assert_eq!((told.can_subscribe, told.can_publish, &*told.topic_name), (true, false, RENEWED));
    let request = lab.request(SchemaRequest { schema_id: told.schema_id.clone() });
    let schema = lab.client.get_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.schema_id, told.schema_id);
    assert!(schema.schema_json.starts_with(r#"{"type":"record","name":"AssetRenewInitiatedEvent""#));

    for (name, code, error) in [
        ("", Code::InvalidArgument, "topic.validation.empty"),
        ("/event/Nothing__e", Code::NotFound, "topic.not.found"),
        ("/event/assetrenewinitiatedevent", Code::NotFound, "topic.not.found"),
        ("/event/CreateAssetOrderDtlEvent", Code::NotFound, "topic.not.found"),
        ("event", Code::NotFound, "topic.not.found"),
    ] {
        let status = lab.client.get_topic(lab.request(topic(name))).await.unwrap_err();
        assert_refused(&status, code, error);
    }
    for id in ["", "AAAAAAAAAAAAAAAAAAAAAA"] {
        let request = lab.request(SchemaRequest { schema_id: id.to_owned() });
        let status = lab.client.get_schema(request).await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, "schema.validation.failed");
        assert_eq!(status.message().contains("The schema ID can't be blank."), id.is_empty());
    }
}

#[tokio::test]
async fn a_subscription_that_cannot_begin_says_why() {
    let mut lab = Lab::new();
    lab.renew_times(2);
    let invalid = Code::InvalidArgument;
    for (first, code, error) in [
        (fetch("", ReplayPreset::Latest, 1), invalid, "topic.validation.empty"),
        (fetch("/event/Nothing__e", ReplayPreset::Latest, 1), Code::NotFound, "topic.not.found"),
        (fetch(RENEWED, ReplayPreset::Latest, 0), invalid, "subscription.fetch.requested.events.invalid"),
        (fetch(RENEWED, ReplayPreset::Latest, -1), invalid, "subscription.fetch.requested.events.invalid"),
        (custom(b"", 1), invalid, "subscription.fetch.replayid.validation.failed"),
        (custom(b"nonsense", 1), invalid, "subscription.fetch.replayid.corrupted"),
        (custom(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 1], 1), invalid, "subscription.fetch.replayid.corrupted"),
        (custom(&[0, 0, 1], 1), invalid, "subscription.fetch.replayid.corrupted"),
        (
            FetchRequest { replay_preset: 9, ..fetch(RENEWED, ReplayPreset::Latest, 1) },
            invalid,
            "subscription.fetch.request.invalid",
        ),
    ] {
        assert_refused(&lab.refusal(first).await, code, error);
    }
}

#[tokio::test]
async fn a_request_that_spoils_a_subscription_ends_it() {
    for (request, error) in [
        (fetch("/event/CreateAssetOrderEvent", ReplayPreset::Latest, 1), "subscription.fetch.topic.mismatch"),
        (fetch(RENEWED, ReplayPreset::Latest, 0), "subscription.fetch.requested.events.invalid"),
    ] {
        let mut lab = Lab::new();
        let mut subscriber = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 1)).await;
        subscriber.response().await;
        subscriber.ask(request);
        let status = subscriber.responses.message().await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, error);
    }
}

#[tokio::test]
async fn an_event_that_was_forgotten_is_no_position_any_more() {
    let mut lab = Lab::new();
    lab.renew_times(2);
    let old = lab.subscribe(fetch(RENEWED, ReplayPreset::Earliest, 2)).await.ids().await.remove(0);
    lab.gateway.advance(std::time::Duration::from_secs(73 * 3600));
    lab.renew_times(1);
    let status = lab.refusal(custom(&old, 1)).await;
    assert_refused(&status, Code::InvalidArgument, "subscription.fetch.replayid.corrupted");
}

#[tokio::test]
async fn managed_subscriptions_that_nobody_made_are_not_found() {
    let named = |id: &str, name: &str| ManagedFetchRequest {
        subscription_id: id.to_owned(),
        developer_name: name.to_owned(),
        num_requested: 1,
        ..ManagedFetchRequest::default()
    };
    let commit = ManagedFetchRequest {
        commit_replay_id_request: Some(CommitReplayRequest::default()),
        ..named("", "Mine")
    };
    for (first, code, error) in [
        (named("", ""), Code::InvalidArgument, "managed.subscription.id.or.developer.name.empty"),
        (named("x", ""), Code::InvalidArgument, "managed.subscription.id.invalid"),
        (named("18xMy0000000001", ""), Code::NotFound, "managed.subscription.subscription.id.not.found"),
        (named("", "Mine"), Code::NotFound, "managed.subscription.developer.name.not.found"),
        (commit, Code::InvalidArgument, "managed.subscription.fetch.request.commit.request.restricted"),
        (
            ManagedFetchRequest { num_requested: 0, ..named("", "Mine") },
            Code::InvalidArgument,
            "managed.subscription.fetch.request.events.invalid",
        ),
    ] {
        let mut lab = Lab::new();
        let request = lab.request(tokio_stream::once(first));
        let mut responses = lab.client.managed_subscribe(request).await.unwrap().into_inner();
        assert_refused(&responses.message().await.unwrap_err(), code, error);
    }
}
