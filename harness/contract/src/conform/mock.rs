//! Bringing a mock back to how it began, so that each case finds the same org.

use crate::{Client, ClientError, Json, Request, Target, login::Logins};

/// How a mock is put back before each case.
#[derive(Debug, Clone)]
pub struct Reset {
    /// How it begins: the body of the request that resets it.
    pub beginning: Json,
    /// Who logs in again afterwards; a reset ends all sessions but that which a mock has from the start.
    pub logins: Logins,
}

impl Reset {
    /// Resets a mock and opens the sessions again that this has ended.
    ///
    /// # Errors
    ///
    /// A sentence when the mock cannot be reset, or refuses a login.
    pub async fn perform(&self, client: &Client) -> Result<Target, String> {
        send(client, &self.beginning).await?;
        let mut target = client.target().clone();
        self.logins.renew(&mut target).await.map_err(|error| error.to_string())?;
        Ok(target)
    }
}

/// Resets a mock to how it was started.
///
/// # Errors
///
/// A sentence when the mock cannot be reset.
pub async fn restore(client: &Client) -> Result<(), String> {
    send(client, &Json::Object(Vec::new())).await
}

async fn send(client: &Client, beginning: &Json) -> Result<(), String> {
    let failed = |error: ClientError| format!("the mock cannot be reset: {error}");
    let request = Request::post("/__mockorg/reset").as_user("anonymous").json(beginning.clone());
    let answer = client.exchange(&request).await.map_err(failed)?.answer;
    if answer.status != 200 {
        return Err(format!("the mock cannot be reset: HTTP {}: {}", answer.status, answer.text()));
    }
    Ok(())
}
