//! One connection: requests in, answers out, HTTP/1.1 or HTTP/2.

use std::{convert::Infallible, sync::Arc};

use hyper::{
    Request, Response,
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, server::graceful::Watcher};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    Gateway,
    grpc::{AnswerBody, GrpcService, is_grpc},
    serve::respond,
};

/// Marks requests that came over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Secure;

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) grpc: Option<Arc<dyn GrpcService>>,
}

impl Services {
    async fn answer(self, mut request: Request<Incoming>, secure: bool) -> Response<AnswerBody> {
        if let Some(grpc) = self.grpc.as_ref().filter(|_| is_grpc(request.headers())) {
            return grpc.call(request).await.map(AnswerBody::Grpc);
        }
        if secure {
            request.extensions_mut().insert(Secure);
        }
        let response = respond(&self.gateway, request).await;
        self.gateway.settled().await;
        response.map(AnswerBody::Whole)
    }

    /// Serves one connection until either side ends it.
    pub(crate) async fn serve<S>(self, stream: S, secure: bool, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |request| {
            let services = self.clone();
            async move { Ok::<_, Infallible>(services.answer(request, secure).await) }
        });
        // A connection that breaks has nobody left to tell.
        let _ = run(TokioIo::new(stream), service, watcher).await;
    }
}

#[cfg(not(feature = "http2"))]
async fn run<S, V>(io: TokioIo<S>, service: V, watcher: Watcher) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    V: Service<Request<Incoming>, Response = Response<AnswerBody>, Error = Infallible>,
{
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.half_close(true);
    watcher.watch(builder.serve_connection(io, service)).await
}

#[cfg(feature = "http2")]
async fn run<S, V>(
    io: TokioIo<S>,
    service: V,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    V: Service<Request<Incoming>, Response = Response<AnswerBody>, Error = Infallible> + Send + 'static,
    V::Future: Send + 'static,
{
    use hyper_util::{rt::TokioExecutor, server::conn::auto};

    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().half_close(true);
    // As many streams on a connection as the platform allows.
    builder.http2().max_concurrent_streams(1000);
    watcher.watch(builder.serve_connection(io, service).into_owned()).await
}
