//! One connection: requests in, answers out, HTTP/1.1 or HTTP/2.

use std::sync::Arc;

use hyper::{
    Request, Response,
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{rt::TokioIo, server::graceful::Watcher};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    Gateway, ServerLimits,
    branches::{Destination, Home, destination},
    faults::{self, Broken, Cut, Effects},
    grpc::{AnswerBody, GrpcService, is_grpc},
    pace::{Pace, UnderWay},
    paced::Paced,
    panics::guard,
    recording,
    sent::{About, Sent},
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
    /// Answers one request, whatever happens.
    async fn answer_safely(
        self,
        request: Request<Incoming>,
        secure: bool,
        cut: Arc<Cut>,
        under_way: UnderWay,
    ) -> Result<Response<Sent>, Broken> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let about = About { gateway: Arc::clone(&self.gateway), method, uri };
        let is_grpc = is_grpc(request.headers());
        let response = match guard(self.answer(request, secure, cut)).await {
            Ok(answered) => answered?,
            Err(blow) => about.refuse(is_grpc, blow),
        };
        Ok(response.map(|body| Sent::new(body, under_way, about)))
    }

    /// Answers one request by the org that it is for.
    async fn answer(
        mut self,
        mut request: Request<Incoming>,
        secure: bool,
        cut: Arc<Cut>,
    ) -> Result<Response<AnswerBody>, Broken> {
        let (branch, way, inner) = match destination(&self.gateway.home, request.uri(), request.headers()) {
            Destination::Here => return self.answer_here(request, secure, cut).await,
            Destination::Unknown(name) => {
                return Ok(Home::unknown(&self.gateway, &name).map(AnswerBody::Whole));
            }
            Destination::Branch(branch, way, inner) => (branch, way, inner),
        };
        self.gateway = Arc::clone(&branch.gateway);
        self.grpc.clone_from(&branch.grpc);
        if let Some(inner) = inner {
            *request.uri_mut() = inner;
        }
        request.extensions_mut().insert(way.clone());
        let mut response = self.answer_here(request, secure, cut).await?;
        way.lead_back(&mut response);
        Ok(response)
    }

    async fn answer_here(
        self,
        mut request: Request<Incoming>,
        secure: bool,
        cut: Arc<Cut>,
    ) -> Result<Response<AnswerBody>, Broken> {
        if let Some(grpc) = self.grpc.as_ref().filter(|_| is_grpc(request.headers())) {
            if self.gateway.faults().any() {
                return Box::pin(faults::answer_grpc(&self.gateway, &**grpc, request, &cut)).await;
            }
            return Ok(grpc.call(request).await.map(AnswerBody::Grpc));
        }
        if secure {
            request.extensions_mut().insert(Secure);
        }
        let mut response = respond(&self.gateway, request).await;
        if let Err(why) = self.gateway.settled().await {
            response = recording::not_kept(&self.gateway, &why);
        }
        let effects = response.extensions().get::<Effects>().copied();
        let response = response.map(AnswerBody::Whole);
        match effects {
            None => Ok(response),
            Some(effects) => Box::pin(effects.take(response, &cut)).await,
        }
    }

    /// Serves one connection until either side ends it.
    pub(crate) async fn serve<S>(self, stream: S, cut: Arc<Cut>, secure: bool, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let limits = self.gateway.options.limits;
        let pace = Arc::new(Pace::new(limits));
        let stream = Paced::new(stream, Arc::clone(&pace));
        let service = service_fn(move |request| {
            let (services, cut) = (self.clone(), Arc::clone(&cut));
            services.answer_safely(request, secure, cut, pace.begin())
        });
        // A connection that breaks has nobody left to tell.
        let _ = run(TokioIo::new(stream), service, watcher, limits).await;
    }
}

#[cfg(not(feature = "http2"))]
async fn run<S, V>(io: TokioIo<S>, service: V, watcher: Watcher, _: ServerLimits) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    V: Service<Request<Incoming>, Response = Response<Sent>, Error = Broken>,
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
    limits: ServerLimits,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    V: Service<Request<Incoming>, Response = Response<Sent>, Error = Broken> + Send + 'static,
    V::Future: Send + 'static,
{
    use std::time::Duration;

    use hyper_util::{
        rt::{TokioExecutor, TokioTimer},
        server::conn::auto,
    };

    /// How often a client is asked whether it is still there, and how long it may take to answer.
    const ASK: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(20));
    /// What a connection, and a stream of it, may send before it is read.
    const WINDOW: u32 = 1024 * 1024;
    /// How many streams a client may open and take back before they are looked at: more is a flood.
    const TAKEN_BACK: usize = 50;

    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(ASK.0)
        .keep_alive_timeout(ASK.1)
        .max_concurrent_streams(limits.streams)
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_pending_accept_reset_streams(TAKEN_BACK)
        .max_local_error_reset_streams(TAKEN_BACK)
        // Above the platform's limit, which is refused in its own words.
        .max_header_list_size(64 * 1024);
    watcher.watch(builder.serve_connection(io, service).into_owned()).await
}
