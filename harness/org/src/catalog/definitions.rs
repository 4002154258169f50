//! All definitions of one org.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    def::{ChildRelationship, FieldDef, ObjectIndex, SObjectDef},
    file::{Kind, ObjectFile},
    names::name_order,
    platform_event,
    resolve::resolve_object,
};
use crate::{ApiVersion, RecordId, VersionRange};

/// A definition file: its name for error messages, and its JSON text.
#[derive(Clone, Debug)]
pub struct DefinitionSource<'a> {
    /// Where the text comes from.
    pub origin: &'a str,
    /// The JSON text.
    pub json: &'a str,
}

/// All definitions of one org, with names, key prefixes and relationships indexed.
///
/// # Examples
///
/// ```
/// use mockorg_org::{ApiVersion, catalog::{Catalog, DefinitionSource}};
///
/// let json = r#"{"name": "Rocket__c", "label": "Rocket", "keyPrefix": "a00", "custom": true,
///   "calls": ["create", "query"], "fields": [{"system": "Id"}, {"name": "Name", "type": "string", "length": 80, "nameField": true}]}"#;
/// let catalog = Catalog::build(&[DefinitionSource { origin: "Rocket__c.json", json }], &[]).unwrap();
/// assert!(catalog.find("rocket__C", ApiVersion::NEWEST).is_some());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Ordered by name without regard to case.
    objects: Vec<SObjectDef>,
    by_prefix: BTreeMap<[u8; 3], ObjectIndex>,
}

/// A definition file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CatalogError {
    /// The file or object.
    pub origin: Box<str>,
    /// What is wrong.
    pub what: Box<str>,
}

impl CatalogError {
    pub(super) fn new(origin: &str, what: impl Into<Box<str>>) -> Self {
        Self { origin: origin.into(), what: what.into() }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)
    }
}

impl Catalog {
    /// Resolves definition files. A later file replaces an earlier one of the same name. `features`
    /// are the org's features: what `requires` another one is left out.
    ///
    /// # Errors
    ///
    /// When a file is not of the format, with line and column, or contradicts itself or another one.
    pub fn build(sources: &[DefinitionSource<'_>], features: &[Box<str>]) -> Result<Self, CatalogError> {
        // One file is read and resolved before the next one is, so that memory is used over again.
        let mut resolved: Vec<(&str, SObjectDef)> = Vec::with_capacity(sources.len());
        for source in sources {
            let file: ObjectFile<'_> = serde_json::from_str(source.json)
                .map_err(|error| CatalogError::new(source.origin, error.to_string()))?;
            if file.requires.as_ref().is_none_or(|feature| features.iter().any(|own| **own == **feature)) {
                let object = resolve_object(file, features)
                    .map_err(|error| CatalogError::new(source.origin, error.what))?;
                resolved.push((source.origin, object));
            }
        }
        // Ordered as describeGlobal lists objects; of several files for one object the last one counts.
        resolved.reverse();
        resolved.sort_by(|one, other| name_order(&one.1.name, &other.1.name));
        resolved.dedup_by(|next, first| name_order(&next.1.name, &first.1.name).is_eq());
        number_events(&mut resolved);
        let mut catalog = Self { objects: Vec::with_capacity(resolved.len()), ..Self::default() };
        for (origin, mut object) in resolved {
            let index = ObjectIndex(
                u16::try_from(catalog.objects.len())
                    .map_err(|_| CatalogError::new(origin, "the catalog holds more than 65,535 objects"))?,
            );
            if let Some(prefix) = object.key_prefix
                && let Some(other) = catalog.by_prefix.insert(prefix, index)
            {
                let other = &catalog.objects[other.index()].name;
                return Err(CatalogError::new(
                    origin,
                    format!("`keyPrefix` is already that of `{other}`; choose another"),
                ));
            }
            object.index = index;
            catalog.objects.push(object);
        }
        catalog.follow_targets();
        catalog.link_children();
        Ok(catalog)
    }

    /// A reference exists only in versions in which one of the objects that it may name exists. Objects
    /// outside the catalog have no versions, so a reference to one of them stays.
    fn follow_targets(&mut self) {
        let versions: Vec<Vec<Option<VersionRange>>> = self
            .objects
            .iter()
            .map(|object| object.fields.iter().map(|field| self.target_versions(field)).collect())
            .collect();
        for (object, versions) in self.objects.iter_mut().zip(versions) {
            for (field, targets) in object.fields.iter_mut().zip(versions) {
                let Some(targets) = targets else { continue };
                // Ends that lie outside the object's own versions decide nothing and stay as they are written.
                if targets.since > object.versions.since {
                    field.versions.since = field.versions.since.max(targets.since);
                }
                if targets.until < object.versions.until {
                    field.versions.until = field.versions.until.min(targets.until);
                }
            }
        }
    }

    fn target_versions(&self, field: &FieldDef) -> Option<VersionRange> {
        let mut ranges =
            field.reference_to.iter().map(|name| self.find_any(name).map(|object| object.versions));
        let first = ranges.next()??;
        ranges.try_fold(first, |all, range| {
            let range = range?;
            Some(VersionRange { since: all.since.min(range.since), until: all.until.max(range.until) })
        })
    }

    fn link_children(&mut self) {
        let mut links: Vec<(ObjectIndex, ChildRelationship)> = Vec::new();
        for child in &self.objects {
            if child.kind != Kind::SObject {
                continue;
            }
            for field in &child.fields {
                for parent in field.reference_to.iter().filter_map(|name| self.find_any(name)) {
                    links.push((
                        parent.index,
                        ChildRelationship {
                            child: child.index,
                            field: field.slot,
                            name: field.child_relationship_name.clone(),
                            cascade_delete: field.cascade_delete,
                            restricted_delete: field.restricted_delete,
                        },
                    ));
                }
            }
        }
        for (parent, link) in links {
            self.objects[parent.index()].child_relationships.push(link);
        }
    }

    /// Every object and event, ordered by name.
    #[must_use]
    pub fn objects(&self) -> &[SObjectDef] {
        &self.objects
    }

    /// The definition at `index`.
    ///
    /// # Panics
    ///
    /// When the index belongs to another catalog.
    #[must_use]
    pub fn object(&self, index: ObjectIndex) -> &SObjectDef {
        &self.objects[index.index()]
    }

    /// The object or event with this name, in any case, whatever its versions.
    #[must_use]
    pub fn find_any(&self, name: &str) -> Option<&SObjectDef> {
        let at = self.objects.binary_search_by(|object| name_order(&object.name, name)).ok()?;
        self.objects.get(at)
    }

    /// The same, to be changed while an org's catalog is put together.
    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut SObjectDef> {
        let at = self.objects.binary_search_by(|object| name_order(&object.name, name)).ok()?;
        self.objects.get_mut(at)
    }

    /// The object or event with this name, in any case, if it exists in `version`.
    #[must_use]
    pub fn find(&self, name: &str, version: ApiVersion) -> Option<&SObjectDef> {
        self.find_any(name).filter(|object| object.versions.contains(version))
    }

    /// The object whose records have this id's key prefix.
    #[must_use]
    pub fn object_of(&self, id: RecordId) -> Option<&SObjectDef> {
        self.by_prefix.get(&id.prefix()).map(|index| self.object(*index))
    }
}

/// Gives custom platform events without a key prefix one each, in the order of their names.
fn number_events(objects: &mut [(&str, SObjectDef)]) {
    let taken: BTreeSet<[u8; 3]> = objects.iter().filter_map(|(_, object)| object.key_prefix).collect();
    let mut free = (0..).map(platform_event::key_prefix).filter(|prefix| !taken.contains(prefix));
    let own = |object: &SObjectDef| object.kind == Kind::PlatformEvent && object.custom;
    for (_, object) in objects.iter_mut().filter(|(_, object)| own(object) && object.key_prefix.is_none()) {
        object.key_prefix = free.next();
    }
}
