//! All definitions of one org.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use super::{
    align, compile,
    def::{ChildRelationship, FieldDef, ObjectIndex, PicklistValue, SObjectDef},
    extend,
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
    /// By index.
    objects: Vec<SObjectDef>,
    /// The objects that there are, ordered by name without regard to case.
    by_name: Vec<ObjectIndex>,
    by_prefix: BTreeMap<[u8; 3], ObjectIndex>,
    /// What the catalog was built of, so that it can be built again with other definitions beside them.
    pub(super) sources: Arc<Sources>,
    /// The catalog before anything was added by [`Catalog::customized`]; `None` when nothing was.
    base: Option<Arc<Self>>,
}

/// The texts that a catalog is built of.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    definitions: Vec<(Box<str>, Box<str>)>,
    pub(super) variants: Vec<(Box<str>, Box<str>)>,
    features: Box<[Box<str>]>,
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
        let mut catalog = Self::build_after(sources, features, None)?;
        let own = sources.iter().map(|source| (source.origin.into(), source.json.into())).collect();
        catalog.sources =
            Arc::new(Sources { definitions: own, variants: Vec::new(), features: features.into() });
        Ok(catalog)
    }

    /// The catalog that an org has after it was given these definitions beside those that it was built of.
    /// What [`Catalog::customized`] added before and these lack is gone. Objects and fields that stay keep their
    /// places, so that stored records stay what they are.
    ///
    /// # Errors
    ///
    /// As for [`Catalog::build`].
    pub fn customized(&self, definitions: &[DefinitionSource<'_>]) -> Result<Self, CatalogError> {
        let own = self.sources.definitions.iter().map(|(origin, json)| DefinitionSource { origin, json });
        let all: Vec<_> = own.chain(definitions.iter().cloned()).collect();
        let mut catalog = Self::build_after(&all, &self.sources.features, Some(self))?;
        for (origin, json) in &self.sources.variants {
            catalog.describe_as(&DefinitionSource { origin, json })?;
        }
        catalog.sources = Arc::clone(&self.sources);
        catalog.base = Some(self.base.clone().unwrap_or_else(|| Arc::new(self.clone())));
        Ok(catalog)
    }

    /// The features of the org.
    #[must_use]
    pub fn features(&self) -> &[Box<str>] {
        &self.sources.features
    }

    /// The catalog without what [`Catalog::customized`] added.
    #[must_use]
    pub fn uncustomized(&self) -> &Self {
        self.base.as_deref().unwrap_or(self)
    }

    /// The same catalog with these objects, and with what was added to it.
    pub(super) fn with_objects(&self, objects: Vec<SObjectDef>, by_name: Vec<ObjectIndex>) -> Self {
        let base = self.base.clone().unwrap_or_else(|| Arc::new(self.clone()));
        Self {
            objects,
            by_name,
            by_prefix: BTreeMap::new(),
            sources: Arc::clone(&self.sources),
            base: Some(base),
        }
    }

    fn build_after(
        sources: &[DefinitionSource<'_>],
        features: &[Box<str>],
        before: Option<&Self>,
    ) -> Result<Self, CatalogError> {
        let mut extensions = extend::read(sources)?;
        // One file is read and resolved before the next one is, so that memory is used over again. The last file
        // for an object comes first: it is the one that counts.
        let mut resolved: Vec<(&str, SObjectDef)> = Vec::with_capacity(sources.len());
        for source in sources.iter().rev() {
            let mut file: ObjectFile<'_> = serde_json::from_str(source.json)
                .map_err(|error| CatalogError::new(source.origin, error.to_string()))?;
            if file.extends {
                continue;
            }
            if file.requires.as_ref().is_none_or(|feature| features.iter().any(|own| **own == **feature)) {
                extensions.add_to(&mut file);
                let object = resolve_object(file, features)
                    .map_err(|error| CatalogError::new(source.origin, error.what))?;
                resolved.push((source.origin, object));
            }
        }
        extensions.finish()?;
        // Ordered as describeGlobal lists objects.
        resolved.sort_by(|one, other| name_order(&one.1.name, &other.1.name));
        resolved.dedup_by(|next, first| name_order(&next.1.name, &first.1.name).is_eq());
        number_events(&mut resolved);
        if let Some(before) = before {
            resolved = align::objects(&before.objects, resolved)?;
        }
        let mut catalog = Self { objects: Vec::with_capacity(resolved.len()), ..Self::default() };
        let mut origins: Vec<(Arc<str>, &str)> = Vec::new();
        for (origin, mut object) in resolved {
            origins.push((Arc::clone(&object.name), origin));
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
            if !object.is_gone() {
                catalog.by_name.push(index);
            }
            catalog.objects.push(object);
        }
        let Self { objects, by_name, .. } = &mut catalog;
        by_name.sort_by(|one, other| name_order(&objects[one.index()].name, &objects[other.index()].name));
        catalog.follow_targets();
        catalog.link_children();
        catalog.name_record_types();
        let logic = compile::compile(&catalog).map_err(|error| {
            let origin = origins.iter().find(|(name, _)| *name.as_ref() == *error.origin);
            CatalogError { origin: origin.map_or(error.origin, |(_, origin)| (*origin).into()), ..error }
        })?;
        for (object, logic) in logic {
            catalog.objects[object.index()].logic = Some(Arc::new(logic));
        }
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

    /// Objects with record types of their own stand among those that a record type can be of.
    fn name_record_types(&mut self) {
        let own = |object: &&SObjectDef| !object.record_type_definitions.is_empty();
        let named: Vec<_> = self
            .objects
            .iter()
            .filter(own)
            .map(|own| (Arc::clone(&own.name), Arc::clone(&own.label)))
            .collect();
        let Some(record_type) = self.find_mut("RecordType") else { return };
        let Some(field) = record_type.fields.iter_mut().find(|field| &*field.name == "SobjectType") else {
            return;
        };
        for (value, label) in named {
            if !field.picklist_values.iter().any(|known| known.value == value) {
                field.picklist_values.push(PicklistValue {
                    value,
                    label,
                    active: true,
                    default_value: false,
                    valid_for: None,
                    versions: field.versions,
                });
            }
        }
    }

    fn link_children(&mut self) {
        let mut links: Vec<(ObjectIndex, ChildRelationship)> = Vec::new();
        for child in self.in_name_order() {
            if child.kind != Kind::SObject {
                continue;
            }
            for field in child.fields.iter().filter(|field| !field.is_gone()) {
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

    /// Every object and event by its index, those included that are gone: they exist in no version.
    #[must_use]
    pub fn objects(&self) -> &[SObjectDef] {
        &self.objects
    }

    /// Every object and event that there is, ordered by name.
    pub fn in_name_order(&self) -> impl Iterator<Item = &SObjectDef> {
        self.by_name.iter().map(|index| self.object(*index))
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
        self.place_of(name).and_then(|index| self.objects.get(index.index()))
    }

    /// The same, to be changed while an org's catalog is put together.
    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut SObjectDef> {
        self.place_of(name).and_then(|index| self.objects.get_mut(index.index()))
    }

    fn place_of(&self, name: &str) -> Option<ObjectIndex> {
        let order = |index: &ObjectIndex| name_order(&self.object(*index).name, name);
        self.by_name.binary_search_by(order).ok().and_then(|at| self.by_name.get(at)).copied()
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
