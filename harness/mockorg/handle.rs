//! A running org as handlers of its events see it.

use std::sync::Arc;

use mockorg_gateway::Gateway;
use mockorg_org::{ApiError, ApiVersion, Call, FieldInput, Input, Reply, Timestamp};

use crate::{RecordSnapshot, Session, reading};

/// A running org, inside a handler of its events.
///
/// Reading leaves no trace in the org; what is written is written on behalf of the administrator of
/// [`MockOrg::session`](crate::MockOrg::session).
#[derive(Clone, Debug)]
pub struct OrgHandle {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) session: Session,
}

impl OrgHandle {
    /// Scheme, host and port of the org.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.session.instance_url
    }

    /// A session of an administrator.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The org's present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.gateway.time().1
    }

    /// A record by its id in either form, deleted ones included; `None` when there never was one.
    #[must_use]
    pub fn record(&self, id: &str) -> Option<RecordSnapshot> {
        reading::record(&self.gateway, &self.session, id)
    }

    /// The records of an object that are not deleted, ordered by id.
    ///
    /// # Panics
    ///
    /// When the org has no such object, so that a misspelt name does not pass for an empty table.
    #[must_use]
    #[track_caller]
    pub fn records(&self, object: &str) -> Vec<RecordSnapshot> {
        reading::records(&self.gateway, &self.session, object)
    }

    /// Creates a record, or publishes a custom platform event; gives the id.
    ///
    /// # Errors
    ///
    /// Those that a client gets.
    pub fn create<'f>(
        &self,
        object: &str,
        fields: impl IntoIterator<Item = (&'f str, Input)>,
    ) -> Result<String, ApiError> {
        let fields = fields.into_iter().map(FieldInput::from).collect();
        match self.call(Call::Create { object: object.into(), fields })? {
            Reply::Created(saved) => Ok(saved.id.to_string()),
            Reply::Enqueued(enqueued) => Ok(enqueued.id.to_string()),
            _ => Err(ApiError::not_found()),
        }
    }

    /// Changes a record.
    ///
    /// # Errors
    ///
    /// Those that a client gets.
    pub fn update<'f>(
        &self,
        object: &str,
        id: &str,
        fields: impl IntoIterator<Item = (&'f str, Input)>,
    ) -> Result<(), ApiError> {
        let fields = fields.into_iter().map(FieldInput::from).collect();
        self.call(Call::Update { object: object.into(), id: id.into(), fields }).map(drop)
    }

    fn call(&self, call: Call) -> Result<Reply, ApiError> {
        let session = self.session.in_org();
        self.gateway.with_org(|org, now| org.call(now, &session, call))
    }
}

impl Session {
    /// The session as the org itself knows it.
    pub(crate) fn in_org(&self) -> mockorg_org::Session {
        let token = Some(self.access_token.as_str().into());
        mockorg_org::Session { token, version: ApiVersion::NEWEST, origin: None }
    }
}
