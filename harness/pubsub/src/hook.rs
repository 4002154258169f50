//! The service as the gateway's ports call it.

use std::{io, sync::Arc};

use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, header::HeaderValue};
use mockorg_gateway::{Gateway, GrpcFuture, GrpcService};
use tonic::{Code, codegen::Service};

use crate::{PubSubService, proto::pub_sub_server::PubSubServer};

/// The longest request, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Plugs the service into a gateway.
#[derive(Clone, Debug)]
pub struct PubSubHook {
    server: PubSubServer<PubSubService>,
}

impl PubSubHook {
    /// The service in front of an org.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>) -> Self {
        let server = PubSubServer::new(PubSubService::new(gateway)).max_decoding_message_size(LONGEST);
        Self { server }
    }
}

impl GrpcService for PubSubHook {
    fn call(&self, request: Request<Incoming>) -> GrpcFuture {
        let answer = self.server.clone().call(request);
        Box::pin(async move {
            let Ok(mut answer) = answer.await;
            mend_status(&mut answer);
            answer.map(|body| body.map_err(io::Error::other).boxed_unsync())
        })
    }
}

/// A request that is too long never reaches the service; in front of the platform a proxy resets it.
fn mend_status<B>(answer: &mut Response<B>) {
    let code = |code: Code| HeaderValue::from(code as i32);
    if let Some(status) = answer.headers_mut().get_mut("grpc-status")
        && *status == code(Code::OutOfRange)
    {
        *status = code(Code::Unavailable);
    }
}
