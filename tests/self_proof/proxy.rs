//! A deviating org: a reverse proxy in front of an honest one, which changes some of its answers.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::mutation::{Mutation, Passing};

/// Passes requests on to an honest org and answers back, changed as the mutation says.
#[derive(Debug)]
pub(crate) struct DeviatingOrg {
    honest: String,
    mutation: Mutation,
    http: reqwest::Client,
    /// Whether an answer was changed: a mutation that never applies proves nothing.
    applied: AtomicBool,
}

impl DeviatingOrg {
    pub(crate) fn new(honest: &str, mutation: Mutation) -> reqwest::Result<Arc<Self>> {
        let http =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Arc::new(Self { honest: honest.to_owned(), mutation, http, applied: AtomicBool::new(false) }))
    }

    pub(crate) fn was_applied(&self) -> bool {
        self.applied.load(Ordering::Relaxed)
    }

    /// Serves until the task is dropped.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            let org = Arc::clone(&self);
            tokio::spawn(async move {
                let service = service_fn(move |request| Arc::clone(&org).pass(request));
                // A client that goes away is no concern of anybody else.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    async fn pass(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, String> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut forward = self.http.request(parts.method.clone(), format!("{}{target}", self.honest));
        for (name, value) in parts.headers.iter().filter(|(name, _)| *name != "host") {
            forward = forward.header(name, value);
        }
        let asked = format!("{}\n{}", target.replace("%20", " "), String::from_utf8_lossy(&body));
        let answer = forward.body(body).send().await.map_err(|error| error.to_string())?;
        let mut passing = Passing {
            status: answer.status().as_u16(),
            headers: answer
                .headers()
                .iter()
                .filter(|(name, _)| !["transfer-encoding", "connection"].contains(&name.as_str()))
                .map(|(name, value)| {
                    (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect::<BTreeMap<_, _>>(),
            body: answer.bytes().await.map_err(|error| error.to_string())?.to_vec(),
        };
        let concerned = self.mutation.on.is(parts.method.as_str(), parts.uri.path(), &asked, passing.status);
        if concerned && self.mutation.change.apply(&mut passing) {
            self.applied.store(true, Ordering::Relaxed);
        }
        // The length belongs to the body as it is now; the answer to HEAD has none to count.
        if parts.method != "HEAD" {
            passing.headers.remove("content-length");
        }
        let mut response = Response::builder().status(passing.status);
        for (name, value) in &passing.headers {
            response = response.header(name, value);
        }
        response.body(Full::new(Bytes::from(passing.body))).map_err(|error| error.to_string())
    }
}
