//! Connected apps: the clients of the OAuth endpoints.

use std::sync::Arc;

use super::state::Access;
use crate::{ClientCredentials, OAuthError, RecordId};

/// A connected app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectedApp {
    /// The consumer key.
    pub client_id: Box<str>,
    /// The consumer secret; empty for a public app, which needs none to refresh a token.
    pub client_secret: Box<str>,
    /// The app's name.
    pub name: Box<str>,
    /// The user of the client credentials flow; without one the flow is refused.
    pub run_as: Option<RecordId>,
    /// The scopes of its tokens, such as `api` and `refresh_token`.
    pub scopes: Vec<Box<str>>,
}

impl ConnectedApp {
    /// The scopes as answers write them.
    pub(super) fn scope(&self) -> Box<str> {
        self.scopes.join(" ").into()
    }
}

/// Which clients must show their secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretRule {
    /// Every client.
    Always,
    /// Every client that has one.
    UnlessPublic,
}

impl Access {
    /// Adds a connected app, or replaces the one with the same consumer key.
    pub fn add_connected_app(&mut self, app: ConnectedApp) {
        self.apps.insert(app.client_id.clone(), Arc::new(app));
    }

    /// The connected app with this consumer key.
    pub(super) fn app(&self, client_id: &str) -> Result<Arc<ConnectedApp>, OAuthError> {
        self.apps
            .get(client_id)
            .cloned()
            .ok_or_else(|| OAuthError::new("invalid_client_id", "client identifier invalid"))
    }

    /// The connected app that proves itself with these credentials.
    pub(super) fn client(
        &self,
        credentials: &ClientCredentials,
        rule: SecretRule,
    ) -> Result<Arc<ConnectedApp>, OAuthError> {
        let app = self.app(&credentials.id)?;
        let public = app.client_secret.is_empty() && rule == SecretRule::UnlessPublic;
        let proven =
            !app.client_secret.is_empty() && credentials.secret.as_deref() == Some(&*app.client_secret);
        if public || proven {
            return Ok(app);
        }
        Err(OAuthError::new("invalid_client", "invalid client credentials"))
    }
}
