//! A server that is asked before the org is: mocks of a test, mounted on the org's own address.

use std::{net::SocketAddr, sync::OnceLock};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request,
    client::conn::http1::handshake,
    header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderName, TRANSFER_ENCODING},
    http::request::Parts,
};
use hyper_util::rt::TokioIo;
use mockorg_org::{ApiError, ErrorCode};
use tokio::net::TcpStream;

use crate::{Gateway, answer::Answer, dispatch};

/// Where the server listens, once there is one.
#[derive(Debug, Default)]
pub(crate) struct Front(OnceLock<SocketAddr>);

impl Gateway {
    /// Has every request but those of the control surface answered by the server at this address, unless its
    /// answer is a bare 404: one with no body and no headers of its own. `false` when there is one already.
    pub fn ask_first(&self, address: SocketAddr) -> bool {
        self.front().0.set(address).is_ok()
    }
}

/// The answer of the server that is asked first; `None` when the org has to answer.
pub(crate) async fn answer(gateway: &Gateway, parts: &Parts, body: &Bytes) -> Option<Answer> {
    let address = *gateway.front().0.get()?;
    if parts.uri.path().starts_with("/__mockorg") {
        return None;
    }
    forward(address, parts, body).await.unwrap_or_else(|why| {
        let message = format!("the mocks that are mounted on this org cannot be asked: {why}");
        let error = ApiError::exception(ErrorCode::UnknownException, message);
        Some(dispatch::refuse(&error.into(), &parts.headers))
    })
}

async fn forward(
    address: SocketAddr,
    parts: &Parts,
    body: &Bytes,
) -> Result<Option<Answer>, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the answer.
    tokio::spawn(async move { drop(connection.await) });
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::builder().method(&parts.method).uri(target);
    for (name, value) in parts.headers.iter().filter(|(name, _)| !concerns_connection(name)) {
        request = request.header(name, value);
    }
    let response = sender.send_request(request.body(Full::new(body.clone()))?).await?;
    let (head, body) = response.into_parts();
    let mut answer = Answer::empty(head.status.as_u16());
    answer.body = body.collect().await?.to_bytes();
    for (name, value) in head.headers.iter().filter(|(name, _)| !concerns_connection(name)) {
        answer = answer.with(name.clone(), value.clone());
    }
    let bare = answer.status == 404 && answer.body.is_empty() && answer.headers.is_empty();
    Ok((!bare).then_some(answer))
}

fn concerns_connection(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING].contains(name)
}
