//! Who calls: the metadata of a call, held against the org.

use std::sync::Arc;

use mockorg_gateway::{Gateway, GrpcCall};
use mockorg_org::{ApiError, ApiVersion, Call, ErrorCode, Org, RecordId, Reply, Session, Timestamp};
use tonic::{Extensions, Status, metadata::MetadataMap};

use crate::refusal::Refusal;

/// A caller with a valid session.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) rpc_id: String,
    /// The org's id with 18 characters.
    pub(crate) tenant: String,
    session: Session,
    recorded: Option<Arc<GrpcCall>>,
}

impl Caller {
    /// Checks the metadata of a call.
    pub(crate) fn identify(
        gateway: &Gateway,
        (metadata, extensions): (&MetadataMap, &Extensions),
        rpc_id: String,
    ) -> Result<Self, Status> {
        let recorded = extensions.get().cloned();
        match Self::check(gateway, metadata) {
            Ok((session, tenant)) => Ok(Self { rpc_id, tenant, session, recorded }),
            Err(refusal) => Err(refusal.status(&rpc_id)),
        }
    }

    fn check(gateway: &Gateway, metadata: &MetadataMap) -> Result<(Session, String), Refusal> {
        let text =
            |name: &str| metadata.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
        let [token, instance, tenant] = ["accesstoken", "instanceurl", "tenantid"].map(text);
        if token.is_empty() || instance.is_empty() || tenant.is_empty() {
            return Err(Refusal::AuthHeaders);
        }
        let session = Session { token: Some(token.into()), version: ApiVersion::NEWEST, origin: None };
        let (refused, org_id) = gateway.with_org(|org, now| {
            let refused = org.call(now, &session, Call::Authorize).err();
            (refused, org.records("Organization").next().map(|record| record.id()))
        });
        if let Some(ErrorCode::ServerUnavailable | ErrorCode::UnknownException) =
            refused.as_ref().map(|error| error.code)
        {
            return Err(Refusal::Ended);
        }
        // Some clients put the service's own form around the org's id. The instance's address is not held
        // against ours: clients insist on one that begins with https, wherever they got the token.
        let tenant = tenant.rsplit('/').next().and_then(|id| id.parse::<RecordId>().ok());
        match org_id {
            Some(id) if refused.is_none() && tenant == Some(id) => Ok((session, id.to_string())),
            _ => Err(Refusal::Auth),
        }
    }

    /// Has the org do one thing on behalf of the caller.
    pub(crate) fn call(&self, org: &mut Org, now: Timestamp, call: Call) -> Result<Reply, ApiError> {
        org.call(now, &self.session, call)
    }

    /// Whether the session goes on. Streams outlast the call that opened them.
    pub(crate) fn is_signed_in(&self, org: &Org, now: Timestamp) -> bool {
        org.is_signed_in(now, &self.session)
    }

    /// Notes in the journal which topic the call is about.
    pub(crate) fn names_topic(&self, topic: &str) {
        if let Some(recorded) = &self.recorded {
            recorded.name_topic(topic);
        }
    }

    pub(crate) fn refuse(&self, refusal: Refusal) -> Status {
        refusal.status(&self.rpc_id)
    }
}
