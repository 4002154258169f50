//! An org that answers behind a server of the crate wiremock.

use std::{
    fmt,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use ::wiremock::{Request, Respond, ResponseTemplate};
use mockorg_gateway::{AnswerAtOnce, Gateway, RequestAtOnce};
use tokio::runtime;

use crate::MockOrg;

/// Answers in the name of an org. It holds the org's state, not its port: the org answers on after the
/// [`MockOrg`] was dropped.
#[derive(Clone)]
pub struct Responder(Arc<Gateway>);

impl MockOrg {
    /// What answers requests of a [`MockServer`](::wiremock::MockServer) as this org does: with its status, headers,
    /// bodies and compression, through its stubs, faults and journal. Addresses in answers name the host that the
    /// client used.
    ///
    /// What needs a connection of the org's own is refused by name, with status 501: the Streaming and the Pub/Sub API,
    /// and faults that break connections. A fault's latency delays the answer.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use mockorg::{
    ///     MockOrg,
    ///     wiremock::{Mock, MockServer, matchers::any},
    /// };
    ///
    /// let org = MockOrg::start().await;
    /// let server = MockServer::start().await;
    /// Mock::given(any()).respond_with(org.responder()).mount(&server).await;
    /// let answer = reqwest::get(format!("{}/services/data/v62.0/limits", server.uri())).await.unwrap();
    /// assert_eq!(answer.status(), 401);
    /// # });
    /// ```
    #[must_use]
    pub fn responder(&self) -> Responder {
        Responder(Arc::clone(&self.gateway))
    }
}

impl Respond for MockOrg {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        answer(&self.gateway, request)
    }
}

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        answer(&self.0, request)
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Responder").finish_non_exhaustive()
    }
}

fn answer(gateway: &Gateway, request: &Request) -> ResponseTemplate {
    let (path, query) = (request.url.path(), request.url.query());
    let target = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let AnswerAtOnce { status, headers, body, delay } = gateway.answer(RequestAtOnce {
        method: request.method.clone(),
        target,
        headers: request.headers.clone(),
        body: request.body.clone(),
    });
    if let Err(why) = settle(gateway) {
        return ResponseTemplate::new(503).set_body_string(why);
    }
    let mut template = ResponseTemplate::new(status).set_body_bytes(body);
    for (name, value) in &headers {
        template = template.append_header(name, value);
    }
    if delay.is_zero() { template } else { template.set_delay(delay) }
}

/// Waits until what was promised is kept, as every answer of the org does.
fn settle(gateway: &Gateway) -> Result<(), String> {
    // An org that keeps nothing has nothing to wait for.
    match pin!(gateway.settled()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => return done.map_err(|why| why.to_string()),
        Poll::Pending => {}
    }
    // The server's own runtime stands still meanwhile: another one has to wait.
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let runtime =
                runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
            runtime.block_on(gateway.settled()).map_err(|why| why.to_string())
        });
        waiting.join().unwrap_or_else(|_| Err("the org cannot keep what it promises".to_owned()))
    })
}
