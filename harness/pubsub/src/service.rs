//! The service's methods.

use std::{fmt, pin::Pin, sync::Arc};

use mockorg_gateway::Gateway;
use tonic::{Request, Response, Status, Streaming, codegen::tokio_stream::Stream};

use crate::{
    active::ActiveStreams,
    auth::Caller,
    flow::{Flow, Plain},
    managed::Managed,
    proto::{
        FetchRequest, FetchResponse, ManagedFetchRequest, ManagedFetchResponse, PublishRequest,
        PublishResponse, SchemaInfo, SchemaRequest, TopicInfo, TopicRequest, pub_sub_server::PubSub,
    },
    publish::publish,
    publish_stream::PublishStream,
    refusal::Refusal,
    rpc::RpcIds,
    subscription::Subscription,
    topic,
    unfold::unfold,
};

/// The Pub/Sub API of one org.
pub struct PubSubService {
    gateway: Arc<Gateway>,
    rpc_ids: RpcIds,
    active: ActiveStreams,
}

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

impl PubSubService {
    /// The service in front of an org.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, rpc_ids: RpcIds::default(), active: ActiveStreams::default() }
    }

    fn caller<T>(&self, request: &Request<T>) -> Result<Caller, Status> {
        let sent = (request.metadata(), request.extensions());
        Caller::identify(&self.gateway, sent, self.rpc_ids.next())
    }

    /// Begins a subscription. Headers go out before the first request has come: clients wait for them
    /// before they write.
    fn begin<F: Flow + 'static>(
        &self,
        shared: F::Shared,
        request: Request<Streaming<F::Request>>,
    ) -> Result<Response<Answers<F::Response>>, Status> {
        let caller = self.caller(&request)?;
        let gateway = Arc::clone(&self.gateway);
        let begin = Begin::<F>::Opening(gateway, shared, caller, Box::new(request.into_inner()));
        Ok(Response::new(Box::pin(unfold(begin, Begin::next))))
    }
}

#[tonic::async_trait]
impl PubSub for PubSubService {
    type SubscribeStream = Answers<FetchResponse>;
    type PublishStreamStream = Answers<PublishResponse>;
    type ManagedSubscribeStream = Answers<ManagedFetchResponse>;

    async fn subscribe(
        &self,
        request: Request<Streaming<FetchRequest>>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        self.begin::<Plain>((), request)
    }

    async fn get_schema(&self, request: Request<SchemaRequest>) -> Result<Response<SchemaInfo>, Status> {
        let caller = self.caller(&request)?;
        let id = request.into_inner().schema_id;
        if id.trim().is_empty() {
            return Err(caller.refuse(Refusal::SchemaBlank));
        }
        let schema = self.gateway.schemas().by_id(&id);
        let schema = schema.ok_or_else(|| caller.refuse(Refusal::SchemaUnknown))?;
        let schema_json = schema.json.to_string();
        Ok(Response::new(SchemaInfo { schema_json, schema_id: id, rpc_id: caller.rpc_id }))
    }

    async fn get_topic(&self, request: Request<TopicRequest>) -> Result<Response<TopicInfo>, Status> {
        let caller = self.caller(&request)?;
        let topic_name = request.into_inner().topic_name;
        if topic_name.trim().is_empty() {
            return Err(caller.refuse(Refusal::TopicEmpty));
        }
        let channel = topic::open(&self.gateway, &caller, &topic_name, Refusal::TopicPermission)
            .map_err(|refusal| caller.refuse(refusal))?;
        Ok(Response::new(TopicInfo {
            topic_name,
            tenant_guid: caller.tenant,
            can_publish: channel.can_publish,
            can_subscribe: true,
            schema_id: topic::schema_id(&self.gateway, &channel).to_string(),
            rpc_id: caller.rpc_id,
        }))
    }

    async fn publish(&self, request: Request<PublishRequest>) -> Result<Response<PublishResponse>, Status> {
        let caller = self.caller(&request)?;
        let request = request.into_inner();
        let published = publish(&self.gateway, &caller, &request.topic_name, &request.events);
        // Nobody is told of events that may be lost.
        let published = match self.gateway.settled().await {
            Ok(()) => published,
            Err(_) => Err(Refusal::Internal),
        };
        published.map(Response::new).map_err(|refusal| caller.refuse(refusal))
    }

    async fn publish_stream(
        &self,
        request: Request<Streaming<PublishRequest>>,
    ) -> Result<Response<Self::PublishStreamStream>, Status> {
        let caller = self.caller(&request)?;
        let gateway = Arc::clone(&self.gateway);
        let stream = PublishStream { gateway, caller, requests: request.into_inner(), topic: String::new() };
        Ok(Response::new(Box::pin(unfold(stream, PublishStream::next))))
    }

    async fn managed_subscribe(
        &self,
        request: Request<Streaming<ManagedFetchRequest>>,
    ) -> Result<Response<Self::ManagedSubscribeStream>, Status> {
        self.begin::<Managed>(self.active.clone(), request)
    }
}

/// A subscription whose first request may not have come yet.
enum Begin<F: Flow> {
    Opening(Arc<Gateway>, F::Shared, Caller, Box<Streaming<F::Request>>),
    Open(Box<Subscription<F>>),
}

impl<F: Flow> Begin<F> {
    async fn next(self) -> Option<(Result<F::Response, Status>, Option<Self>)> {
        let subscription = match self {
            Self::Opening(gateway, shared, caller, requests) => {
                match Subscription::open(gateway, &shared, caller, *requests).await {
                    Ok(Some(subscription)) => subscription,
                    Ok(None) => return None,
                    Err(status) => return Some((Err(status), None)),
                }
            }
            Self::Open(subscription) => *subscription,
        };
        let (item, rest) = subscription.next().await?;
        Some((item, rest.map(|rest| Self::Open(Box::new(rest)))))
    }
}

impl fmt::Debug for PubSubService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PubSubService").finish_non_exhaustive()
    }
}
