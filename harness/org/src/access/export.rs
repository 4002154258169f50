//! What of the access data an org file can hold.

use super::{connected_app::ConnectedApp, state::Access};
use crate::RecordId;

/// A refresh token of an org file: the app, the token, and the user.
pub(crate) type LastingToken<'a> = (&'a str, &'a str, RecordId);

impl Access {
    /// The connected apps, ordered by consumer key.
    pub(crate) fn connected_apps(&self) -> impl Iterator<Item = &ConnectedApp> {
        self.apps.values().map(|app| &**app)
    }

    /// The passwords of users.
    pub(crate) fn passwords(&self) -> impl Iterator<Item = (RecordId, &str)> {
        self.passwords.iter().map(|(user, password)| (*user, &**password))
    }

    /// The refresh tokens that were there from the start.
    pub(crate) fn lasting_tokens(&self) -> impl Iterator<Item = LastingToken<'_>> {
        let lasting = self.refresh_tokens.iter().filter(|(_, refresh)| refresh.scope.is_none());
        lasting.map(|(token, refresh)| (&*refresh.client_id, &**token, refresh.user))
    }

    /// How often users have let an app act for them.
    pub(crate) fn approvals(&self) -> usize {
        self.approvals.len()
    }

    /// How many authorization codes are known.
    pub(crate) fn codes_given(&self) -> usize {
        self.codes.len()
    }

    /// How many devices wait for their users.
    pub(crate) fn waiting_devices(&self) -> usize {
        self.devices.len()
    }

    /// How many refresh tokens clients were given.
    pub(crate) fn given_tokens(&self) -> usize {
        self.refresh_tokens.values().filter(|refresh| refresh.scope.is_some()).count()
    }
}
