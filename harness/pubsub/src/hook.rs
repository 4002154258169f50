//! The service as the gateway's ports call it.

use std::{io, sync::Arc};

use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, header::HeaderValue};
use mockorg_gateway::{Gateway, GrpcFuture, GrpcService};
use tonic::{Code, codegen::Service};

use crate::{PubSubService, proto::pub_sub_server::PubSubServer, told::Told};

/// The longest request, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Plugs the service into a gateway.
#[derive(Clone, Debug)]
pub struct PubSubHook {
    gateway: Arc<Gateway>,
    server: PubSubServer<PubSubService>,
}

impl PubSubHook {
    /// The service in front of an org.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>) -> Self {
        let service = PubSubService::new(Arc::clone(&gateway));
        let server = PubSubServer::new(service).max_decoding_message_size(LONGEST);
        Self { gateway, server }
    }
}

impl GrpcService for PubSubHook {
    fn call(&self, mut request: Request<Incoming>) -> GrpcFuture {
        let recorded = self.gateway.record_grpc(request.uri().path(), request.headers());
        if let Some(call) = &recorded {
            request.extensions_mut().insert(Arc::clone(call));
        }
        let answer = self.server.clone().call(request);
        Box::pin(async move {
            let Ok(mut answer) = answer.await;
            mend_status(&mut answer);
            let answer = Told::of(recorded, answer);
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
