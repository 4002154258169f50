//! The users of an org, each with a way in: sessions that have ended can be opened again.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{credentials::Credentials, error::LoginError, session::Session};
use crate::client::Target;

/// Who logs in to an org, and how. Shown, it holds no secret.
///
/// # Examples
///
/// A mock forgets all sessions when it is reset:
///
/// ```no_run
/// use mockorg_contract::{client::Target, login::{Credentials, Logins}};
///
/// # async fn run(mut target: Target) -> Result<(), Box<dyn std::error::Error>> {
/// let mut logins = Logins::new("");
/// logins.add("admin", Credentials::Client {
///     login_url: target.base_url.clone(),
///     client_id: "3MVG9…".to_owned(),
///     client_secret: "…".into(),
/// });
/// logins.renew(&mut target).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Logins {
    users: BTreeMap<String, Credentials>,
    authorities: String,
}

/// Who could not log in, and why. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{user}' cannot log in: {error}")]
pub struct UserError {
    /// The name of the credential.
    pub user: String,
    /// What went wrong, and what to do.
    #[source]
    pub error: LoginError,
}

impl Logins {
    /// Nobody yet. `authorities` is PEM with certificates that are trusted beside those of the platform.
    #[must_use]
    pub fn new(authorities: &str) -> Self {
        Self { authorities: authorities.to_owned(), ..Self::default() }
    }

    /// Adds a user, or gives another way in to one who is there.
    pub fn add(&mut self, user: &str, credentials: Credentials) {
        self.users.insert(user.to_owned(), credentials);
    }

    /// Logs everybody in; gives the sessions by user.
    ///
    /// # Errors
    ///
    /// [`UserError`] of the first one who is refused, and of one who gets into another org than the others.
    pub async fn open(&self) -> Result<BTreeMap<String, Session>, UserError> {
        let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
        for (user, credentials) in &self.users {
            let failed = |error| UserError { user: user.clone(), error };
            let session = Session::open(credentials, &self.authorities).await.map_err(failed)?;
            if let Some(first) = sessions.values().next() {
                session.must_be_at(&first.instance_url).map_err(failed)?;
            }
            sessions.insert(user.clone(), session);
        }
        Ok(sessions)
    }

    /// Logs everybody in again and gives the target their tokens. Credentials of others stay as they are.
    ///
    /// # Errors
    ///
    /// As [`Logins::open`]; the target is then unchanged.
    pub async fn renew(&self, target: &mut Target) -> Result<(), UserError> {
        let sessions = self.open().await?;
        for (user, session) in &sessions {
            session.must_be_at(&target.base_url).map_err(|error| UserError { user: user.clone(), error })?;
        }
        let tokens = sessions.into_iter().map(|(user, session)| (user, session.token.reveal().to_owned()));
        target.credentials.extend(tokens);
        Ok(())
    }
}
