//! Bytes that nobody can trust.

use std::sync::LazyLock;

use mockorg_pubsub::proto::{ProducerEvent, PublishRequest, TopicRequest};
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tonic::Code;

use crate::{
    org::{Lab, custom, error_code, fetch},
    publish::note,
};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_position_does_harm(bytes in prop::collection::vec(any::<u8>(), 1..16)) {
        RUNTIME.block_on(async {
            let mut lab = Lab::new();
            let mut subscriber = lab.subscribe(custom(&bytes, 1)).await;
            // It is refused, or it is one that can be resumed from.
            if let Err(status) = subscriber.responses.message().await {
                assert_eq!(error_code(&status), "subscription.fetch.replayid.corrupted");
            }
        });
    }

    #[test]
    fn no_topic_does_harm(name in "\\PC{0,40}", count: i32) {
        RUNTIME.block_on(async {
            let mut lab = Lab::new();
            let status = lab.refusal(fetch(&name, mockorg_pubsub::proto::ReplayPreset::Latest, count)).await;
            assert!(matches!(status.code(), Code::InvalidArgument | Code::NotFound), "{status:?}");
        });
    }

    #[test]
    fn no_payload_does_harm(place in 0_usize..60, byte: u8, cut in 0_usize..60) {
        RUNTIME.block_on(async {
            let mut lab = Lab::new();
            let topic_name = "/event/Note__e".to_owned();
            let request = lab.request(TopicRequest { topic_name: topic_name.clone() });
            let schema_id = lab.client.get_topic(request).await.unwrap().into_inner().schema_id;
            let mut payload = note("hello", Some(1.5));
            let place = place % payload.len();
            payload[place] = byte;
            payload.truncate(payload.len().saturating_sub(cut));
            let event = ProducerEvent { schema_id, payload: payload.into(), ..ProducerEvent::default() };
            let request = PublishRequest { topic_name, events: vec![event], auth_refresh: String::new() };
            let request = lab.request(request);
            let results = lab.client.publish(request).await.unwrap().into_inner().results;
            assert_eq!(results[0].error.is_some(), results[0].replay_id.is_empty());
        });
    }
}
