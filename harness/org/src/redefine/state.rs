//! What the org remembers of its metadata beside the catalog and records that came of it.

use std::{collections::BTreeMap, sync::Arc};

use super::{component::Components, kinds::Kind, request::Request};
use crate::{RecordId, Timestamp};

/// The metadata of an org.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Metadata {
    /// The components that were deployed or read from the org's source.
    pub(crate) components: Arc<Components>,
    /// When each was first and last saved, and by whom.
    #[serde(with = "crate::image::map")]
    pub(crate) stamps: BTreeMap<(&'static str, Box<str>), Stamp>,
    /// Deployments and retrievals.
    pub(crate) requests: BTreeMap<RecordId, Request>,
    /// When the definitions changed last, if they did since the org began.
    pub(crate) changed: Option<Timestamp>,
    /// How many deployments and retrievals there were.
    pub(crate) asked: u64,
}

/// When a component was saved.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Stamp {
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) user: RecordId,
}

impl Metadata {
    /// Notes that a component was saved.
    pub(crate) fn stamp(&mut self, kind: &'static Kind, full_name: &str, now: Timestamp, user: RecordId) {
        let key = (kind.name, full_name.to_ascii_lowercase().into());
        let stamp = self.stamps.entry(key).or_insert(Stamp { created: now, modified: now, user });
        stamp.modified = now;
    }
}
