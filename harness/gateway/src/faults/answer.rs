//! An exchange with faults: what strikes is asked once, before the call, and takes effect before and behind it.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{Request, Response, body::Incoming, http::request::Parts};
use mockorg_org::faults::{ExchangeFacts, Fault};

use super::{
    arrival,
    body::FaultyBody,
    effects::{self, Effects, Instead, Struck},
    grpc,
    wire::{Broken, Cut},
};
use crate::{
    Gateway,
    answer::{Answer, HttpResponse},
    grpc::{AnswerBody, GrpcService},
    journal::{Arrival, FaultNames},
    serve,
};

/// Where the control surface begins; nothing strikes there.
const CONTROL: &str = "/__mockorg";

/// Answers a request of an org with faults. The answer says what is left to do with it.
pub(crate) async fn answer(gateway: &Gateway, mut parts: Parts, body: Bytes) -> HttpResponse {
    if parts.uri.path().starts_with(CONTROL) {
        return serve::answer(gateway, &parts, &body).await;
    }
    let token = arrival::token(&parts, &body);
    let (struck, names) = strike(gateway, &parts, token);
    let (instead, effects) = effects::sort(struck);
    if !names.0.is_empty() {
        parts.extensions.insert(names);
    }
    let mut response = match instead {
        Instead::Silence => {
            Arrival::of(&parts, &body).end_unanswered(gateway);
            Answer::empty(503).finish(gateway.next_request(), None, None)
        }
        Instead::Page(page) => {
            Arrival::of(&parts, &body).finish(gateway, gateway.next_request(), page, None, None)
        }
        Instead::Refusal(error) => {
            parts.extensions.insert(Struck(error));
            serve::answer(gateway, &parts, &body).await
        }
        Instead::Nothing => serve::answer(gateway, &parts, &body).await,
    };
    response.extensions_mut().insert(effects);
    response
}

/// Answers a call of gRPC of an org with faults.
pub(crate) async fn answer_grpc(
    gateway: &Gateway,
    service: &dyn GrpcService,
    request: Request<Incoming>,
    cut: &Arc<Cut>,
) -> Result<Response<AnswerBody>, Broken> {
    let (parts, body) = request.into_parts();
    let token = arrival::token_of_headers(&parts.headers);
    let (struck, _) = strike(gateway, &parts, token);
    let (instead, effects) = effects::sort(struck);
    let response = match instead {
        Instead::Silence => return Err(Broken::on_purpose()),
        Instead::Page(page) => page.finish(gateway.next_request(), None, None).map(AnswerBody::Whole),
        Instead::Refusal(error) => grpc::refuse(&error, gateway.next_request()).map(AnswerBody::Whole),
        Instead::Nothing => service.call(Request::from_parts(parts, body)).await.map(AnswerBody::Grpc),
    };
    effects.take(response, cut).await
}

/// What strikes a request, and the names of its plans.
fn strike(gateway: &Gateway, parts: &Parts, token: Option<&str>) -> (Vec<Fault>, FaultNames) {
    let path = parts.uri.path();
    let (endpoint, object) = (arrival::endpoint(path), arrival::object(path));
    let facts = ExchangeFacts {
        endpoint: endpoint.into(),
        method: parts.method.as_str().into(),
        token: token.map(Into::into),
        object: object.map(Into::into),
    };
    gateway.with_org(|org, now| {
        let before: Vec<u64> = org.faults().iter().map(|state| state.struck).collect();
        let struck = org.strike_exchange(now, &facts);
        let new = org.faults().iter().zip(before).filter(|(state, before)| state.struck > *before);
        (struck, FaultNames(new.map(|(state, _)| state.plan.name.clone()).collect()))
    })
}

impl Effects {
    /// Lets an answer go, or not.
    ///
    /// # Errors
    ///
    /// When there is to be no answer.
    pub(crate) async fn take(
        self,
        response: Response<AnswerBody>,
        cut: &Arc<Cut>,
    ) -> Result<Response<AnswerBody>, Broken> {
        if self.dropped {
            return Err(Broken::on_purpose());
        }
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if self.reset {
            cut.reset();
            return Err(Broken::on_purpose());
        }
        if self.truncated.is_none() && self.slow.is_none() {
            return Ok(response);
        }
        let cut = Arc::clone(cut);
        Ok(response.map(|body| AnswerBody::Faulty(Box::new(FaultyBody::new(body, &self, cut)))))
    }
}
