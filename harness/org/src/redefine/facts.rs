//! What is known of components beside what they say: ids, dates and users.

use super::{kinds::Kind, reply::ComponentFacts};
use crate::{Org, RecordId, Timestamp};

/// The key prefixes of the ids of components.
const PREFIXES: [(&str, &[u8; 3]); 7] = [
    ("CompactLayout", b"0AH"),
    ("CustomField", b"00N"),
    ("CustomObject", b"01I"),
    ("GlobalValueSet", b"0Nt"),
    ("ListView", b"00B"),
    ("RecordType", b"012"),
    ("ValidationRule", b"03d"),
];

impl Org {
    /// What is known of a component.
    pub(super) fn facts_of(&self, own: &'static Kind, full_name: &str) -> ComponentFacts {
        let stamp = self.metadata.stamps.get(&(own.name, full_name.to_ascii_lowercase().into()));
        let user = stamp.map_or_else(
            || self.records("User").next().map_or(self.organization, |user| user.id()),
            |own| own.user,
        );
        ComponentFacts {
            kind: own.name.into(),
            full_name: full_name.into(),
            id: self.component_id(own, full_name),
            // What every org has was always there.
            created: stamp.map_or(Timestamp::from_millis(0), |own| own.created),
            modified: stamp.map_or(Timestamp::from_millis(0), |own| own.modified),
            user,
            user_name: self.name_of_user(user),
        }
    }

    /// The name of a user.
    pub(super) fn name_of_user(&self, user: RecordId) -> Box<str> {
        let name = self.record(user).map(|record| record.get("Name").as_text().unwrap_or_default().into());
        name.unwrap_or_default()
    }

    fn component_id(&self, own: &'static Kind, full_name: &str) -> Option<RecordId> {
        let (object, field) = full_name.split_once('.').unwrap_or((full_name, ""));
        let def = self.catalog.find_any(object);
        if matches!(own.name, "PermissionSet" | "Profile") {
            return self.permission_set(&super::change::named(own.name, full_name));
        }
        let prefix = PREFIXES.iter().find(|(kind, _)| *kind == own.name).map(|(_, prefix)| **prefix)?;
        let counter = match own.name {
            "CustomObject" => def.filter(|def| def.custom).map(|def| def.index.index() as u64)?,
            "CustomField" => {
                let def = def?;
                let field = def.field(field).filter(|field| field.custom)?;
                (def.index.index() as u64) << 16 | field.slot.index() as u64
            }
            // Names decide, so that a component keeps its id whatever comes and goes around it.
            _ => full_name
                .bytes()
                .fold(0, |sum: u64, c| (sum * 31 + u64::from(c.to_ascii_lowercase())) % 56_800_235_584),
        };
        Some(RecordId::compose(prefix, self.store.pod(), counter + 1))
    }
}
