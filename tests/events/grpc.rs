//! A client of the Pub/Sub API.

use std::net::SocketAddr;

use mockorg::MockOrg;
use mockorg_pubsub::proto::{
    ConsumerEvent, FetchRequest, FetchResponse, ReplayPreset, pub_sub_client::PubSubClient,
};
use tokio::sync::mpsc;
use tonic::{Request, Status, Streaming, codegen::tokio_stream::wrappers::UnboundedReceiverStream};

use crate::wire::{Line, Wire};

/// Where an org is, and what its administrator's calls carry.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    token: String,
    tenant: String,
}

impl Access {
    pub(crate) fn to(org: &MockOrg) -> Self {
        Self {
            address: org.address(),
            url: org.url().to_owned(),
            token: org.session().access_token.clone(),
            tenant: org.records("Organization")[0].id().to_string(),
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A call of the administrator.
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        for (name, value) in
            [("accesstoken", &self.token), ("instanceurl", &self.url), ("tenantid", &self.tenant)]
        {
            request.metadata_mut().insert(name, value.parse().unwrap());
        }
        request
    }
}

/// The service on a connection of its own.
pub(crate) struct Client {
    pub(crate) calls: PubSubClient<Wire>,
    access: Access,
    _line: Line,
}

impl Client {
    pub(crate) async fn open(access: &Access) -> Self {
        let (wire, line) = Wire::open(access.address).await;
        let calls = PubSubClient::with_origin(wire, access.url.parse().unwrap());
        Self { calls, access: access.clone(), _line: line }
    }

    pub(crate) async fn subscribe(&mut self, first: FetchRequest) -> Subscription {
        let (requests, receiver) = mpsc::unbounded_channel();
        requests.send(first).unwrap();
        let request = self.access.request(UnboundedReceiverStream::new(receiver));
        let responses = self.calls.subscribe(request).await.unwrap().into_inner();
        Subscription { requests, responses }
    }
}

/// A subscription as its client has it.
pub(crate) struct Subscription {
    requests: mpsc::UnboundedSender<FetchRequest>,
    responses: Streaming<FetchResponse>,
}

impl Subscription {
    /// The next response; asks for `more` when all that was asked for has come.
    pub(crate) async fn response(&mut self, more: i32) -> Result<FetchResponse, Status> {
        let response = self.responses.message().await?;
        let response = response.ok_or_else(|| Status::unknown("the org has ended the subscription"))?;
        if response.pending_num_requested == 0 {
            // The org may have gone meanwhile; the next response will tell.
            let _ = self.requests.send(FetchRequest { num_requested: more, ..FetchRequest::default() });
        }
        Ok(response)
    }

    /// So many events, whatever the batches.
    pub(crate) async fn events(&mut self, count: usize) -> Vec<ConsumerEvent> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(self.response(10).await.unwrap().events);
        }
        events
    }
}

/// The first request of a subscription.
pub(crate) fn fetch(topic: &str, preset: ReplayPreset, replay_id: &[u8], count: i32) -> FetchRequest {
    FetchRequest {
        topic_name: topic.to_owned(),
        replay_preset: preset.into(),
        replay_id: replay_id.to_vec().into(),
        num_requested: count,
        ..FetchRequest::default()
    }
}

/// The number in a replay id.
pub(crate) fn number(replay_id: &[u8]) -> u64 {
    assert_eq!((replay_id.len(), &replay_id[8..]), (10, &[0, 0][..]), "{replay_id:?}");
    u64::from_be_bytes(replay_id[..8].try_into().unwrap())
}
