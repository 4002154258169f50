//! The client's side of HTTP: one request at a time, on a connection that is kept as long as it lasts.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::AbortHandle};

use super::target::Target;

/// How much of an answer is read in order to keep the connection.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How long the end of an answer is waited for.
const REST: Duration = Duration::from_secs(1);

/// Posts to one endpoint.
#[derive(Default)]
pub(super) struct Poster {
    connection: Option<Connection>,
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Poster {
    /// Posts once.
    ///
    /// # Errors
    ///
    /// Why the endpoint has not taken it: anything but a status from 200 to 299 within the time.
    pub(super) async fn post(
        &mut self,
        target: &Target,
        request: Request<Full<Bytes>>,
        patience: Duration,
    ) -> Result<(), String> {
        let connection = self.connection.take();
        let answer = tokio::time::timeout(patience, exchange(connection, target, request)).await;
        let (connection, response) =
            answer.map_err(|_| format!("no answer within {} seconds", patience.as_secs_f32()))??;
        let status = response.status();
        // Only a connection whose answer was read can take another request.
        let rest = Limited::new(response.into_body(), LONGEST_ANSWER).collect();
        if let Ok(Ok(_)) = tokio::time::timeout(REST, rest).await {
            self.connection = Some(connection);
        }
        match status.is_success() {
            true => Ok(()),
            false => Err(format!("the endpoint answered {status}")),
        }
    }
}

/// Sends a request on the connection that there is, or on a new one. An endpoint may close a connection
/// whenever it likes; that is no failure yet.
async fn exchange(
    kept: Option<Connection>,
    target: &Target,
    request: Request<Full<Bytes>>,
) -> Result<(Connection, Response<Incoming>), String> {
    if let Some(mut connection) = kept.filter(|connection| !connection.sender.is_closed())
        && connection.sender.ready().await.is_ok()
        && let Ok(response) = connection.sender.send_request(request.clone()).await
    {
        return Ok((connection, response));
    }
    let mut connection = connect(target).await?;
    let response = connection.sender.send_request(request).await.map_err(|error| words(&error))?;
    Ok((connection, response))
}

async fn connect(target: &Target) -> Result<Connection, String> {
    let address = (&*target.host, target.port);
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| format!("cannot connect to {}:{}: {error}", target.host, target.port))?;
    // Requests are small and sent one at a time.
    let _ = stream.set_nodelay(true);
    let (sender, driver) = handshake(TokioIo::new(stream)).await.map_err(|error| words(&error))?;
    let driver = tokio::spawn(async move { drop(driver.await) }).abort_handle();
    Ok(Connection { sender, driver })
}

/// An error with its cause.
fn words(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
