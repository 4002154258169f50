//! A stream of batches to publish: one topic, one answer for each batch.

use std::{sync::Arc, time::Duration};

use mockorg_gateway::Gateway;
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::{
    auth::Caller,
    proto::{PublishRequest, PublishResponse},
    publish::publish,
    refusal::Refusal,
};

/// How long a stream may be idle. Sources differ between this and 70 seconds.
const IDLE: Duration = Duration::from_secs(1800);

/// A stream under way.
pub(crate) struct PublishStream {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) caller: Caller,
    pub(crate) requests: Streaming<PublishRequest>,
    /// The topic of the first batch; empty before it.
    pub(crate) topic: String,
}

impl PublishStream {
    /// The answer to the next batch, with the stream that goes on after it.
    pub(crate) async fn next(mut self) -> Option<(Result<PublishResponse, Status>, Option<Self>)> {
        let request = match timeout(IDLE, self.requests.message()).await {
            Ok(Ok(Some(request))) => request,
            Ok(Ok(None)) => return None,
            Ok(Err(status)) => {
                let refusal = Refusal::of_broken(&status, Refusal::PublishMalformed);
                let status = refusal.map_or(status, |refusal| self.caller.refuse(refusal));
                return Some((Err(status), None));
            }
            Err(_) => return Some((Err(self.caller.refuse(Refusal::PublishIdle)), None)),
        };
        let published = self.publish(request);
        // Nobody is told of events that may be lost.
        let published = match self.gateway.settled().await {
            Ok(()) => published,
            Err(_) => Err(Refusal::Internal),
        };
        match published {
            Ok(response) => Some((Ok(response), Some(self))),
            Err(refusal) => Some((Err(self.caller.refuse(refusal)), None)),
        }
    }

    fn publish(&mut self, request: PublishRequest) -> Result<PublishResponse, Refusal> {
        if self.topic.is_empty() {
            self.topic = request.topic_name;
        } else if !request.topic_name.is_empty() && request.topic_name != self.topic {
            return Err(Refusal::PublishTopicMismatch);
        }
        publish(&self.gateway, &self.caller, &self.topic, &request.events)
    }
}
