//! On whose behalf, when, and in which version something happens.

use std::sync::Arc;

use crate::{ApiVersion, RecordId, Timestamp, access::UserAccess};

/// The circumstances of one call or of one piece of later work.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ctx {
    /// The org's time.
    pub(crate) now: Timestamp,
    /// The API version.
    pub(crate) version: ApiVersion,
    /// The user who asks.
    pub(crate) user: RecordId,
    /// The number of the session; 0 for what the org does by itself.
    pub(crate) session: u64,
    /// What the user may do.
    #[serde(with = "crate::image::shared")]
    pub(crate) access: Arc<UserAccess>,
}
