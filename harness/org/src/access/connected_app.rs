//! Connected apps: the clients of the OAuth endpoints.

use std::sync::Arc;

use super::state::Access;
use crate::{ClientCredentials, OAuthError, RecordId};

/// A connected app.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// Where users may be sent after they were asked; exactly these addresses.
    pub callback_urls: Vec<Box<str>>,
    /// Whether each use of a refresh token ends it and gives another one.
    pub refresh_token_rotation: bool,
    /// Whether the web server flow asks for a code challenge.
    pub pkce_required: bool,
    /// Whether an administrator has approved the app for everybody, so that nobody is asked.
    pub preapproved: bool,
    /// How long its sessions live after their last use, in seconds; that of the org without.
    pub session_seconds: Option<u32>,
    /// The certificate or public key with which its assertions are verified, in PEM.
    pub certificate: Option<Box<str>>,
    /// Whether it may ask what tokens of other apps are worth.
    pub introspect_all: bool,
    /// Whether it may exchange a token of this org for one of its own.
    pub token_exchange: bool,
}

impl ConnectedApp {
    /// The scopes as answers write them.
    pub(super) fn scope(&self) -> Box<str> {
        self.scopes.join(" ").into()
    }

    /// The scopes of a request, separated by blanks; all of the app's when it names none.
    ///
    /// # Errors
    ///
    /// `invalid_scope` when the app has not all of them.
    pub(super) fn granted_scope(&self, asked: Option<&str>) -> Result<Box<str>, OAuthError> {
        let asked: Vec<&str> = asked.unwrap_or_default().split_ascii_whitespace().collect();
        if asked.is_empty() {
            return Ok(self.scope());
        }
        let mut granted: Vec<&str> = Vec::with_capacity(asked.len());
        for name in asked {
            // Two names of one scope.
            let has = |name: &str| self.scopes.iter().any(|own| **own == *name);
            let known = has(name)
                || (name == "offline_access" && has("refresh_token"))
                || (name == "refresh_token" && has("offline_access"));
            if !known {
                return Err(OAuthError::new(
                    "invalid_scope",
                    "the requested scope is invalid, unknown, or malformed",
                ));
            }
            if !granted.contains(&name) {
                granted.push(name);
            }
        }
        Ok(granted.join(" ").into())
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
