//! Field paths: from names to slots, over parent relationships.

use std::sync::Arc;

use mockorg_soql::tree::{Name, Path};

use super::{errors::Refusal, name_object, scope::Scope};
use crate::catalog::{FieldDef, FieldType, Kind, ObjectIndex, PicklistValue, SObjectDef, Slot};

/// How many parent relationships a path may follow.
const MAX_LEVELS: usize = 5;

/// Where a field lies in a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// The record's object is certain.
    Slot(Slot),
    /// The record may be of several objects: the slot for each that has the field.
    ByObject(Arc<[(ObjectIndex, Slot)]>),
    /// The name of the record's object: `What.Type`.
    ObjectName,
}

/// A parent relationship on the way.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// Its canonical name.
    pub(super) name: Arc<str>,
    /// The reference field behind it.
    pub(super) place: Place,
}

/// A field, and how to get there from a record of the root object.
#[derive(Clone, Debug)]
pub(super) struct FieldPath<'c> {
    /// The relationships to follow.
    pub(super) hops: Vec<Hop>,
    /// The field of the last parent.
    pub(super) leaf: Place,
    /// What is known of the field.
    pub(super) field: FieldFacts<'c>,
}

impl FieldPath<'_> {
    /// The canonical path: `Owner.Name`.
    pub(super) fn canonical(&self) -> String {
        let mut text = String::new();
        for hop in &self.hops {
            text.push_str(&hop.name);
            text.push('.');
        }
        text.push_str(&self.field.name);
        text
    }

    /// The places to read, one after the other.
    pub(super) fn steps(&self) -> Steps {
        Steps { hops: self.hops.iter().map(|hop| hop.place.clone()).collect(), leaf: self.leaf.clone() }
    }
}

/// A path reduced to what evaluation needs.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    /// The reference fields to follow.
    pub(super) hops: Box<[Place]>,
    /// The field at the end.
    pub(super) leaf: Place,
}

impl Steps {
    /// The steps as the last parent on the way sees them.
    pub(super) fn without_hops(self) -> Self {
        Self { hops: Box::default(), ..self }
    }

    /// The slot, when the field is the root object's own.
    pub(super) fn own_slot(&self) -> Option<Slot> {
        match (&*self.hops, &self.leaf) {
            ([], Place::Slot(slot)) => Some(*slot),
            _ => None,
        }
    }
}

/// What checks of filters and orders ask of a field.
#[derive(Clone, Debug)]
pub(super) struct FieldFacts<'c> {
    pub(super) name: Arc<str>,
    pub(super) field_type: FieldType,
    pub(super) filterable: bool,
    pub(super) sortable: bool,
    pub(super) groupable: bool,
    pub(super) aggregatable: bool,
    pub(super) case_sensitive: bool,
    /// How many digits a number has after the point.
    pub(super) scale: u8,
    /// The field of the same record that names the currency of an amount.
    pub(super) iso_code: Option<Slot>,
    pub(super) picklist_values: &'c [PicklistValue],
    /// The definition; none for fields of the `Name` object and for results of functions.
    pub(super) def: Option<&'c FieldDef>,
}

impl<'c> FieldFacts<'c> {
    fn of(object: &SObjectDef, field: &'c FieldDef) -> Self {
        Self {
            name: Arc::clone(&field.name),
            field_type: field.field_type,
            // Parts of an address can be compared, the address itself only by distance.
            filterable: field.filterable && !field.is_compound(),
            sortable: field.sortable && !field.is_compound(),
            groupable: field.groupable && !field.is_compound(),
            aggregatable: field.aggregatable && !field.is_compound(),
            case_sensitive: field.case_sensitive,
            scale: field.scale,
            iso_code: if field.field_type == FieldType::Currency {
                object.slot("CurrencyIsoCode")
            } else {
                None
            },
            picklist_values: &field.picklist_values,
            def: Some(field),
        }
    }

    fn of_name(field: &name_object::NameField) -> Self {
        Self::of_result(field.name, field.field_type)
    }

    /// The facts of what a function gives.
    pub(super) fn of_result(name: impl Into<Arc<str>>, field_type: FieldType) -> Self {
        Self {
            name: name.into(),
            field_type,
            filterable: true,
            sortable: true,
            groupable: true,
            aggregatable: true,
            case_sensitive: false,
            scale: 0,
            iso_code: None,
            picklist_values: &[],
            def: None,
        }
    }
}

/// What a path has reached so far.
enum Entity<'c> {
    Object(&'c SObjectDef),
    /// A record of one of these objects, seen as a `Name`.
    Named(Vec<&'c SObjectDef>),
}

impl<'c> Scope<'c> {
    /// Finds the field that a path names.
    pub(super) fn field(&self, path: &Path) -> Result<FieldPath<'c>, Refusal> {
        let names = self.resolve_prefix(&path.names).unwrap_or_else(|| path.names.clone());
        let at = path.span.start;
        let Some((field, relationships)) = names.split_last() else { return Err(self.source.unexpected(at)) };
        let (hops, entity) = self.follow(relationships.iter(), at)?;
        let (leaf, facts) = self.leaf(&entity, field, at)?;
        Ok(FieldPath { hops, leaf, field: facts })
    }

    /// The reference field behind the last relationship that a path names, and the relationships on the way.
    pub(super) fn reference(&self, path: &Path) -> Result<(Vec<Hop>, &'c FieldDef), Refusal> {
        let names = self.resolve_prefix(&path.names).unwrap_or_else(|| path.names.clone());
        let at = path.span.start;
        let Some((name, way)) = names.split_last() else { return Err(self.source.unexpected(at)) };
        let (hops, entity) = self.follow(way.iter(), at)?;
        let field = match entity {
            Entity::Object(object) => self.relationship(object, &name.text),
            Entity::Named(_) => None,
        };
        field.map(|field| (hops, field)).ok_or_else(|| self.source.unknown_relationship(at, &name.text))
    }

    /// The relationship names behind an alias of the FROM clause.
    pub(super) fn relationship_alias(&self, path: &Path) -> Result<Vec<Name>, Refusal> {
        let at = path.span.start;
        let unknown = |name: Option<&Name>| {
            self.source.unknown_from_relationship(at, name.map_or("", |name| &name.text))
        };
        let names = self.resolve_prefix(&path.names).ok_or_else(|| unknown(path.names.first()))?;
        self.follow(names.iter(), at).map_err(|_| unknown(path.names.last()))?;
        Ok(names)
    }

    /// Whether the user can see the field.
    pub(super) fn sees(&self, object: &SObjectDef, field: &FieldDef) -> bool {
        field.versions.contains(self.ctx.version) && self.ctx.access.can_read_field(object.index, field.slot)
    }

    /// The names with their prefix resolved, if it stands for the root object or an aliased relationship.
    fn resolve_prefix(&self, names: &[Name]) -> Option<Vec<Name>> {
        let (first, rest) = names.split_first().filter(|(_, rest)| !rest.is_empty())?;
        if self.alias.is_some_and(|alias| alias.is(&first.text)) {
            return Some(rest.to_vec());
        }
        if let Some((_, relationships)) = self.parents.iter().find(|(alias, _)| alias.is(&first.text)) {
            return Some(relationships.iter().chain(rest).cloned().collect());
        }
        let is_relationship = self.root.parent_relationship(&first.text, self.ctx.version).is_some();
        (!is_relationship && first.is(&self.root.name)).then(|| rest.to_vec())
    }

    fn follow<'n>(
        &self,
        names: impl ExactSizeIterator<Item = &'n Name>,
        at: usize,
    ) -> Result<(Vec<Hop>, Entity<'c>), Refusal> {
        if names.len() > MAX_LEVELS {
            // The platform refuses this, too; its words are not on record.
            return Err(self.source.malformed(at, "a field path may follow at most 5 parent relationships"));
        }
        let mut entity = Entity::Object(self.root);
        let mut hops = Vec::with_capacity(names.len());
        for name in names {
            let (hop, parent) =
                self.parent(&entity, name).ok_or_else(|| self.no_relationship(&entity, name, at))?;
            hops.push(hop);
            entity = parent;
        }
        self.note_relationships(&hops, at)?;
        Ok((hops, entity))
    }

    /// The refusal of a relationship that leads nowhere.
    ///
    /// One that describes list is counted when the catalog lacks every object it may refer to.
    fn no_relationship(&self, entity: &Entity<'c>, name: &Name, at: usize) -> Refusal {
        let refusal = self.source.unknown_relationship(at, &name.text);
        let Entity::Object(object) = entity else { return refusal };
        match self.relationship(object, &name.text) {
            Some(field)
                if field.reference_to.iter().all(|target| self.catalog.find_any(target).is_none()) =>
            {
                let what = format!("SOQL paths over {}.{}", object.name, field.name);
                Refusal { not_modelled: Some(what.into()), ..refusal }
            }
            _ => refusal,
        }
    }

    /// One step along a parent relationship.
    fn parent(&self, entity: &Entity<'c>, name: &Name) -> Option<(Hop, Entity<'c>)> {
        match entity {
            Entity::Object(object) => {
                let field = self.relationship(object, &name.text)?;
                let hop = Hop { name: field.relationship_name.clone()?, place: Place::Slot(field.slot) };
                Some((hop, self.target(field)?))
            }
            Entity::Named(objects) => {
                let name = name_object::RELATIONSHIPS.iter().find(|known| name.is(known))?;
                let fields: Vec<_> = objects
                    .iter()
                    .filter_map(|object| Some((object.index, self.relationship(object, name)?)))
                    .collect();
                let (_, first) = fields.first()?;
                let target = self.target(first)?;
                let slots = fields.iter().map(|(object, field)| (*object, field.slot)).collect();
                Some((Hop { name: Arc::from(*name), place: Place::ByObject(slots) }, target))
            }
        }
    }

    fn relationship(&self, object: &'c SObjectDef, name: &str) -> Option<&'c FieldDef> {
        object.parent_relationship(name, self.ctx.version).filter(|field| self.sees(object, field))
    }

    /// What a reference field leads to; nothing when the user can see none of it.
    fn target(&self, field: &FieldDef) -> Option<Entity<'c>> {
        let mut objects = field.reference_to.iter().filter_map(|name| self.object(name));
        if let [_] = field.reference_to.as_slice() {
            return objects.next().map(Entity::Object);
        }
        let objects: Vec<_> = objects.collect();
        (!objects.is_empty()).then_some(Entity::Named(objects))
    }

    /// The object with this name, when the user can read it.
    pub(super) fn object(&self, name: &str) -> Option<&'c SObjectDef> {
        self.catalog
            .find(name, self.ctx.version)
            .filter(|object| object.kind == Kind::SObject && self.ctx.access.object(object.index).read)
    }

    fn leaf(&self, entity: &Entity<'c>, name: &Name, at: usize) -> Result<(Place, FieldFacts<'c>), Refusal> {
        match entity {
            Entity::Object(object) => object
                .field(&name.text)
                .filter(|field| self.sees(object, field))
                .map(|field| (Place::Slot(field.slot), FieldFacts::of(object, field)))
                .ok_or_else(|| self.source.unknown_field(at, &name.text, &object.name)),
            Entity::Named(objects) => {
                let field = name_object::find(&name.text)
                    .ok_or_else(|| self.source.unknown_field(at, &name.text, "Name"))?;
                if field.name == "Type" {
                    return Ok((Place::ObjectName, FieldFacts::of_name(field)));
                }
                let own = |object: &&'c SObjectDef| match field.name {
                    // Case's name is its number, and so on.
                    "Name" => object.system.name.map(|slot| object.at(slot)),
                    name => object.field(name),
                };
                let slots = objects
                    .iter()
                    .filter_map(|object| Some((*object, own(object)?)))
                    .filter(|(object, field)| self.sees(object, field))
                    .map(|(object, field)| (object.index, field.slot))
                    .collect();
                Ok((Place::ByObject(slots), FieldFacts::of_name(field)))
            }
        }
    }
}
