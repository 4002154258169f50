//! What the org remembers about clients and users: apps, passwords, tokens, and cached permissions.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    authorization::Approvals, codes::Codes, connected_app::ConnectedApp, device::Devices,
    login_rate::LoginRates, requests::RequestCounter, session::Sessions, user_access::UserAccess,
};
use crate::{RecordId, chance::Chance};

/// The access data of one org.
///
/// Users and their permissions are records; here lies what the platform keeps beside them.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Access {
    pub(super) apps: BTreeMap<Box<str>, Arc<ConnectedApp>>,
    pub(super) passwords: BTreeMap<RecordId, Box<str>>,
    pub(super) sessions: Sessions,
    pub(super) refresh_tokens: BTreeMap<Box<str>, RefreshToken>,
    pub(super) codes: Codes,
    pub(super) devices: Devices,
    pub(super) approvals: Approvals,
    pub(super) logins: LoginRates,
    pub(super) requests: RequestCounter,
    #[serde(skip)]
    pub(super) permissions: PermissionCache,
    pub(super) tokens: Chance,
}

/// A refresh token. It lives until it is revoked.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct RefreshToken {
    pub(super) client_id: Box<str>,
    pub(super) user: RecordId,
    /// The scopes; those that the app has at the time for tokens of org files.
    pub(super) scope: Option<Box<str>>,
}

/// The permissions of users, worked out from records.
#[derive(Clone, Debug, Default)]
pub(super) struct PermissionCache {
    pub(super) users: BTreeMap<RecordId, Arc<UserAccess>>,
    /// Whether records changed under the cache. It is emptied at the start of the next call: only then
    /// is it certain that the change will not be taken back.
    pub(super) stale: bool,
}

impl Access {
    /// Nobody may log in yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            apps: BTreeMap::new(),
            passwords: BTreeMap::new(),
            sessions: Sessions::default(),
            refresh_tokens: BTreeMap::new(),
            codes: Codes::default(),
            devices: Devices::default(),
            approvals: Approvals::default(),
            logins: LoginRates::default(),
            requests: RequestCounter::default(),
            permissions: PermissionCache::default(),
            tokens: Chance::new(seed, "token"),
        }
    }

    /// Sets a user's password.
    pub fn set_password(&mut self, user: RecordId, password: &str) {
        self.passwords.insert(user, password.into());
    }

    /// Adds a refresh token that `client_id` may use on behalf of `user`.
    pub fn add_refresh_token(&mut self, token: &str, client_id: &str, user: RecordId) {
        let refresh = RefreshToken { client_id: client_id.into(), user, scope: None };
        self.refresh_tokens.insert(token.into(), refresh);
    }

    /// The certificate or public key of an app, in PEM, if it has one.
    pub(crate) fn certificate_of(&self, client_id: &str) -> Option<&str> {
        self.apps.get(client_id)?.certificate.as_deref()
    }

    /// Ends a session by its access token, or a refresh token with all sessions that came from it.
    /// `false` when the token is unknown.
    pub fn revoke(&mut self, token: &str) -> bool {
        if self.refresh_tokens.remove(token).is_some() {
            self.sessions.end_all_of(token);
            return true;
        }
        self.sessions.end(token)
    }

    /// The API requests of the last 24 hours, as of the last request.
    #[must_use]
    pub const fn api_requests(&self) -> u64 {
        self.requests.total()
    }

    /// Forgets what was worked out from records of users, profiles and permission sets.
    pub(crate) const fn permissions_changed(&mut self) {
        self.permissions.stale = true;
    }

    /// Whether `given` is the user's password, alone or with a security token after it.
    ///
    /// The org issues no security tokens: any letters and digits pass for one, as a client that is
    /// configured for a real org sends its own.
    pub(super) fn password_fits(&self, user: RecordId, given: &str) -> bool {
        self.passwords
            .get(&user)
            .filter(|password| !password.is_empty())
            .and_then(|password| given.strip_prefix(&**password))
            .is_some_and(|token| token.bytes().all(|c| c.is_ascii_alphanumeric()))
    }
}
