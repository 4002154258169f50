//! What the two kinds of subscription do in their own way: whom a stream belongs to, and its messages.

use mockorg_gateway::Gateway;
use mockorg_org::{
    Org,
    events::{Channel, ReplayId},
};

use crate::{
    auth::Caller,
    fetch,
    proto::{FetchRequest, FetchResponse},
    refusal::Refusal,
    topic,
};

/// What a stream begins with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) channel: Channel,
    pub(crate) position: ReplayId,
    pub(crate) budget: u32,
}

/// A kind of subscription.
pub(crate) trait Flow: Sized + Send {
    type Request: Send;
    type Response: Send;
    /// What the streams of a service have in common.
    type Shared: Send + Sync;

    /// Why a request is refused that cannot be read.
    const MALFORMED: Refusal;

    /// Opens what the first request asks for.
    fn open(
        gateway: &Gateway,
        shared: &Self::Shared,
        caller: &Caller,
        first: &Self::Request,
    ) -> Result<(Self, Start), Refusal>;

    /// Takes a further request; gives what is left to deliver then.
    fn ask(&mut self, channel: &Channel, budget: u32, request: Self::Request) -> Result<u32, Refusal>;

    /// Whether there is something to say besides events.
    fn has_answer(&self) -> bool {
        false
    }

    /// Whether the stream may still go on, whatever else holds for all streams.
    fn check(&self, _: &Org, _: &Channel) -> Result<(), Refusal> {
        Ok(())
    }

    /// What goes out.
    fn response(&mut self, gateway: &Gateway, caller: &Caller, batch: FetchResponse) -> Self::Response;
}

/// A subscription whose client keeps its own position.
#[derive(Debug)]
pub(crate) struct Plain;

impl Flow for Plain {
    type Request = FetchRequest;
    type Response = FetchResponse;
    type Shared = ();

    const MALFORMED: Refusal = Refusal::FetchMalformed;

    fn open(
        gateway: &Gateway,
        (): &(),
        caller: &Caller,
        first: &FetchRequest,
    ) -> Result<(Self, Start), Refusal> {
        if first.topic_name.trim().is_empty() {
            return Err(Refusal::TopicEmpty);
        }
        let budget = fetch::raised(0, first.num_requested, Refusal::FetchCount)?;
        let channel = topic::open(gateway, caller, &first.topic_name, Refusal::CannotSubscribe)?;
        Ok((Self, Start { channel, position: fetch::start(gateway, first)?, budget }))
    }

    /// Where to begin was said in the first request.
    fn ask(&mut self, channel: &Channel, budget: u32, request: FetchRequest) -> Result<u32, Refusal> {
        if !request.topic_name.is_empty() && request.topic_name != *channel.name {
            return Err(Refusal::FetchTopicMismatch);
        }
        fetch::raised(budget, request.num_requested, Refusal::FetchCount)
    }

    fn response(&mut self, _: &Gateway, _: &Caller, batch: FetchResponse) -> FetchResponse {
        batch
    }
}
