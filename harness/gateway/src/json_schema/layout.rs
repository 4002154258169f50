//! Which schemas there are, in which files, and for which versions.

use mockorg_org::{
    ApiVersion, VersionRange,
    catalog::{Catalog, Kind},
};

use super::{event, record};
use crate::avro::EventSchema;

/// Where the schemas of objects and events lie among the others, and what they say about versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaLayout {
    /// Every version in one file: what exists in some versions only carries `x-since` and `x-until`. Records
    /// lie in `responses/records`, payloads of events in `events/payloads`.
    AllVersions,
    /// One version, without annotations. Records lie in `records`, payloads of events in `events`.
    Version(ApiVersion),
}

/// The schemas of all records and event payloads of a catalog: relative path and text, in the order of names.
///
/// Records refer to the response schemas `common` and `record`, which lie in `responses`. Standard objects may
/// hold custom fields that the catalog does not know; what the org has defined itself is known in full.
///
/// # Examples
///
/// ```
/// use mockorg_gateway::json_schema::{SchemaLayout, object_schemas};
/// use mockorg_org::catalog::{Catalog, DefinitionSource};
///
/// let json = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true,
///   "calls": ["create", "query"], "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true}]}"#;
/// let catalog = Catalog::build(&[DefinitionSource { origin: "Rocket__c.json", json }], &[]).unwrap();
/// let schemas = object_schemas(&catalog, SchemaLayout::AllVersions);
/// let (path, schema) = schemas.iter().find(|(path, _)| path.contains("/records/")).unwrap();
/// assert_eq!(path, "responses/records/Rocket__c.schema.json");
/// assert!(schema.contains(r#""Name": {"type":["string","null"],"maxLength":80}"#));
/// ```
#[must_use]
pub fn object_schemas(catalog: &Catalog, layout: SchemaLayout) -> Vec<(String, String)> {
    let mut schemas = Vec::new();
    for object in catalog.objects().iter().filter(|object| layout.shows(object.versions)) {
        match object.kind {
            Kind::SObject => {
                schemas.push((layout.record_path(&object.name), record::schema(catalog, object, layout)));
                let event = mockorg_org::events::change_event_of(object);
                if let Some(schema) = EventSchema::of(catalog, &event) {
                    let text = event::change_schema(catalog, object, schema.record(), layout);
                    schemas.push((layout.event_path(&event), text));
                }
            }
            Kind::PlatformEvent => {
                if let Some(schema) = EventSchema::of(catalog, &object.name) {
                    let text = event::platform_schema(catalog, object, schema.record(), layout);
                    schemas.push((layout.event_path(&object.name), text));
                }
            }
            Kind::EventSubObject => {}
        }
    }
    schemas.sort();
    schemas
}

impl SchemaLayout {
    /// Whether something that exists in these versions is shown.
    pub(super) fn shows(self, versions: VersionRange) -> bool {
        match self {
            Self::AllVersions => true,
            Self::Version(version) => versions.contains(version),
        }
    }

    /// What stands beside a rule about something that exists in `versions` as a part of what exists in `whole`.
    pub(super) fn annotations(
        self,
        versions: VersionRange,
        whole: VersionRange,
    ) -> Vec<(&'static str, String)> {
        let mut annotations = Vec::new();
        if self == Self::AllVersions {
            if versions.since > whole.since {
                annotations.push(("x-since", versions.since.to_string()));
            }
            if versions.until < whole.until {
                annotations.push(("x-until", versions.until.to_string()));
            }
        }
        annotations
    }

    /// The address of a response schema, seen from a record schema.
    pub(super) const fn address_in_records(self) -> &'static str {
        match self {
            Self::AllVersions => "../",
            Self::Version(_) => "../responses/",
        }
    }

    /// The address of a response schema, seen from the schema of an event.
    pub(super) const fn address_in_events(self) -> &'static str {
        match self {
            Self::AllVersions => "../../responses/",
            Self::Version(_) => "../responses/",
        }
    }

    fn record_path(self, object: &str) -> String {
        match self {
            Self::AllVersions => format!("responses/records/{object}.schema.json"),
            Self::Version(_) => format!("records/{object}.schema.json"),
        }
    }

    fn event_path(self, event: &str) -> String {
        match self {
            Self::AllVersions => format!("events/payloads/{event}.schema.json"),
            Self::Version(_) => format!("events/{event}.schema.json"),
        }
    }
}
