//! Managed subscriptions: the org keeps the position.

use mockorg_org::{ApiVersion, Call, FieldInput, Input, Position, Reply, Session};
use mockorg_pubsub::proto::{
    CommitReplayRequest, ErrorCode, ManagedFetchRequest, ManagedFetchResponse, ReplayPreset,
};
use tokio::sync::mpsc;
use tonic::{Code, Status, Streaming, codegen::tokio_stream::wrappers::UnboundedReceiverStream};

use crate::org::{Lab, RENEWED, TOKEN, error_code, fetch};

/// A managed subscription as its client has it.
struct Subscriber {
    requests: mpsc::UnboundedSender<ManagedFetchRequest>,
    responses: Streaming<ManagedFetchResponse>,
}

impl Subscriber {
    async fn response(&mut self) -> ManagedFetchResponse {
        let response = self.responses.message().await.unwrap().unwrap();
        assert_eq!(response.latest_replay_id.len(), 10, "clients read it first");
        response
    }

    async fn refusal(&mut self) -> Status {
        self.responses.message().await.unwrap_err()
    }

    fn commit(&self, id: &str, replay_id: &[u8]) {
        let request =
            CommitReplayRequest { commit_request_id: id.to_owned(), replay_id: replay_id.to_vec().into() };
        let request =
            ManagedFetchRequest { commit_replay_id_request: Some(request), ..ManagedFetchRequest::default() };
        self.requests.send(request).unwrap();
    }
}

fn named(name: &str, count: i32) -> ManagedFetchRequest {
    ManagedFetchRequest {
        developer_name: name.to_owned(),
        num_requested: count,
        ..ManagedFetchRequest::default()
    }
}

impl Lab {
    async fn managed(&mut self, first: ManagedFetchRequest) -> Subscriber {
        let (requests, receiver) = mpsc::unbounded_channel();
        requests.send(first).unwrap();
        let request = self.request(UnboundedReceiverStream::new(receiver));
        let responses = self.client.managed_subscribe(request).await.unwrap().into_inner();
        Subscriber { requests, responses }
    }

    fn tooling(&self, call: Call) -> Reply {
        let session = Session { token: Some(TOKEN.into()), version: ApiVersion::NEWEST, origin: None };
        self.gateway.with_org(|org, now| org.call(now, &session, Call::Tooling(Box::new(call)))).unwrap()
    }

    /// Creates a running subscription and gives its id.
    fn create(&self, name: &str, topic: &str, default_replay: &str) -> String {
        let members = [("label", name), ("topicName", topic), ("defaultReplay", default_replay)];
        let metadata = members.into_iter().chain([("state", "RUN"), ("errorRecoveryReplay", "EARLIEST")]);
        let metadata = Input::Object(metadata.map(|(name, value)| text(name, value)).collect());
        let metadata = FieldInput { name: "Metadata".into(), value: metadata, at: Position::default() };
        let fields = vec![text("FullName", name), metadata];
        match self.tooling(Call::Create { object: "ManagedEventSubscription".into(), fields }) {
            Reply::Created(saved) => saved.id.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn set_state(&self, id: &str, state: &str) {
        let fields = vec![text("State", state)];
        self.tooling(Call::Update { object: "ManagedEventSubscription".into(), id: id.into(), fields });
    }
}

fn text(name: &str, value: &str) -> FieldInput {
    FieldInput { name: name.into(), value: Input::Text(value.into()), at: Position::default() }
}

#[tokio::test]
async fn a_client_goes_on_after_what_it_has_committed_even_on_another_stream() {
    let mut lab = Lab::new();
    let id = lab.create("Mine", RENEWED, "EARLIEST");
    lab.renew_times(3);
    let mut subscriber = lab.managed(named("mine", 2)).await;
    let first = subscriber.response().await;
    assert_eq!((first.events.len(), first.pending_num_requested), (2, 0));
    subscriber.commit("c1", &first.events[0].replay_id);
    let answer = subscriber.response().await;
    assert!(answer.events.is_empty() && answer.latest_replay_id == first.latest_replay_id);
    let commit = answer.commit_response.unwrap();
    assert_eq!((&*commit.commit_request_id, &commit.replay_id), ("c1", &first.events[0].replay_id));
    assert!(commit.error.is_none());
    let now = lab.gateway.with_org(|_, now| now.millis());
    assert_eq!(commit.process_time, now);
    drop(subscriber);
    // The id names the same subscription, with 15 characters, too.
    for id in [&id[..], &id[..15]] {
        let first_again = ManagedFetchRequest {
            subscription_id: id.to_owned(),
            developer_name: String::new(),
            ..named("", 5)
        };
        let again = lab.managed(first_again).await.response().await;
        assert_eq!(again.events.len(), 2);
        assert_eq!(again.events[0].replay_id, first.events[1].replay_id);
    }
}

#[tokio::test]
async fn the_record_says_where_the_first_stream_begins() {
    let mut lab = Lab::new();
    lab.create("Late", RENEWED, "LATEST");
    lab.create("Early", RENEWED, "EARLIEST");
    lab.renew_times(2);
    assert!(lab.managed(named("Late", 5)).await.response().await.events.is_empty());
    assert_eq!(lab.managed(named("Early", 5)).await.response().await.events.len(), 2);
}

#[tokio::test]
async fn a_committed_position_that_was_forgotten_is_replaced_by_the_recovery_replay() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "LATEST");
    lab.renew_times(1);
    let mut subscriber = lab.managed(named("Mine", 1)).await;
    let first = subscriber.response().await;
    subscriber.commit("c", &first.latest_replay_id);
    assert!(subscriber.response().await.commit_response.unwrap().error.is_none());
    drop(subscriber);
    lab.renew_times(1);
    lab.gateway.advance(std::time::Duration::from_secs(73 * 3600));
    lab.renew_times(1);
    assert_eq!(lab.managed(named("Mine", 5)).await.response().await.events.len(), 1);
}

#[tokio::test]
async fn commits_that_come_together_get_one_answer() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "EARLIEST");
    lab.renew_times(3);
    let mut subscriber = lab.managed(named("Mine", 3)).await;
    let events = subscriber.response().await.events;
    for (id, event) in ["a", "b", "c"].into_iter().zip(&events) {
        subscriber.commit(id, &event.replay_id);
    }
    subscriber.requests.send(ManagedFetchRequest { num_requested: 4, ..Default::default() }).unwrap();
    let mut answered = Vec::new();
    loop {
        let response = subscriber.response().await;
        answered.extend(response.commit_response.map(|commit| commit.commit_request_id));
        if response.pending_num_requested == 4 {
            break;
        }
    }
    assert_eq!(answered, ["c"]);
    drop(subscriber);
    assert!(lab.managed(named("Mine", 3)).await.response().await.events.is_empty());
}

#[tokio::test]
async fn a_commit_that_fails_says_so_and_the_stream_goes_on() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "LATEST");
    let mut subscriber = lab.managed(named("Mine", 2)).await;
    subscriber.response().await;
    for replay_id in [&b"nonsense!"[..], &[0, 0, 0, 0, 0, 9, 9, 9, 0, 0]] {
        subscriber.commit("bad", replay_id);
        let error = subscriber.response().await.commit_response.unwrap().error.unwrap();
        assert!(error.code == i32::from(ErrorCode::Commit) && !error.msg.is_empty());
    }
    lab.renew_times(1);
    assert_eq!(subscriber.response().await.events.len(), 1);
}

#[tokio::test]
async fn a_subscription_has_one_stream_at_a_time() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "LATEST");
    let mut first = lab.managed(named("Mine", 1)).await;
    first.response().await;
    let status = lab.managed(named("Mine", 1)).await.refusal().await;
    assert_eq!(error_code(&status), "managed.subscription.already.active");
    drop(first);
    lab.managed(named("Mine", 1)).await.response().await;
}

#[tokio::test]
async fn who_stops_or_deletes_a_subscription_ends_its_stream_with_the_next_event() {
    let mut lab = Lab::new();
    let id = lab.create("Mine", RENEWED, "LATEST");
    let mut subscriber = lab.managed(named("Mine", 5)).await;
    subscriber.response().await;
    lab.set_state(&id, "STOP");
    lab.renew_times(1);
    let stopped = "managed.subscription.config.stopped";
    assert_eq!(error_code(&subscriber.refusal().await), stopped);
    assert_eq!(error_code(&lab.managed(named("Mine", 1)).await.refusal().await), stopped);
    lab.set_state(&id, "RUN");
    let mut subscriber = lab.managed(named("Mine", 5)).await;
    subscriber.response().await;
    let key = mockorg_org::RecordKey::Id(id.as_str().into());
    lab.tooling(Call::Delete { object: "ManagedEventSubscription".into(), key });
    lab.renew_times(1);
    assert_eq!(error_code(&subscriber.refusal().await), "managed.subscription.config.deleted");
}

#[tokio::test]
async fn what_a_later_request_may_not_say_ends_the_stream() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "LATEST");
    let mut subscriber = lab.managed(named("Mine", 5)).await;
    subscriber.response().await;
    subscriber.requests.send(ManagedFetchRequest::default()).unwrap();
    let status = subscriber.refusal().await;
    assert_eq!(error_code(&status), "managed.subscription.fetch.request.events.invalid");
    let refresh = ManagedFetchRequest { auth_refresh: "x".to_owned(), ..named("Mine", 1) };
    let status = lab.managed(refresh).await.refusal().await;
    assert_eq!(error_code(&status), "managed.subscription.fetch.request.auth.request.restricted");
    lab.create("Lost", "/event/Nothing__e", "LATEST");
    let status = lab.managed(named("Lost", 1)).await.refusal().await;
    assert_eq!((status.code(), error_code(&status)), (Code::NotFound, "topic.not.found"));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_revoked_ends_streams_with_the_next_event_or_word() {
    let mut lab = Lab::new();
    lab.create("Mine", RENEWED, "LATEST");
    let mut managed = lab.managed(named("Mine", 5)).await;
    managed.response().await;
    let mut plain = lab.subscribe(fetch(RENEWED, ReplayPreset::Latest, 5)).await;
    plain.response().await;
    let other = "/event/CreateAssetOrderEvent";
    let mut quiet = lab.subscribe(fetch(other, ReplayPreset::Latest, 5)).await;
    quiet.response().await;
    let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
    lab.gateway.with_org(|org, now| org.call(now, &session, Call::Revoke { token: TOKEN.into() })).unwrap();
    lab.renew_times(1);
    for status in [
        managed.refusal().await,
        plain.responses.message().await.unwrap_err(),
        quiet.responses.message().await.unwrap_err(),
    ] {
        assert_eq!((status.code(), error_code(&status)), (Code::Unauthenticated, "service.auth.error"));
    }
}
