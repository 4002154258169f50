//! Gives the objects and fields of a new catalog the places that they had in the one before it.
//!
//! Records, query locators, automations and planned work all name objects and fields by their places. What is
//! gone leaves its place behind: a definition that exists in no version and that no name finds.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    def::{FieldDef, SObjectDef, Slot, SystemSlots},
    definitions::CatalogError,
    names::NameIndex,
};
use crate::{ApiVersion, Value, VersionRange};

/// No version at all.
const NEVER: VersionRange = VersionRange { since: ApiVersion::NEWEST, until: ApiVersion::OLDEST };

/// The objects in the order of their places: those of before, then those that are new.
pub(super) fn objects<'o>(
    before: &[SObjectDef],
    now: Vec<(&'o str, SObjectDef)>,
) -> Result<Vec<(&'o str, SObjectDef)>, CatalogError> {
    let mut by_name: BTreeMap<String, (&'o str, SObjectDef)> =
        now.into_iter().map(|entry| (entry.1.name.to_ascii_lowercase(), entry)).collect();
    let mut all = Vec::with_capacity(by_name.len() + 8);
    for old in before {
        let kept = if old.is_gone() { None } else { by_name.remove(&old.name.to_ascii_lowercase()) };
        match kept {
            // An object that became an event, or the other way round, is another one.
            Some((origin, new)) if new.kind == old.kind => all.push((origin, fields(old, new, origin)?)),
            Some((origin, new)) => {
                by_name.insert(new.name.to_ascii_lowercase(), (origin, new));
                all.push(("", gone(old)));
            }
            None => all.push(("", gone(old))),
        }
    }
    all.extend(by_name.into_values());
    Ok(all)
}

/// What an object leaves behind.
pub(super) fn gone(old: &SObjectDef) -> SObjectDef {
    SObjectDef {
        versions: NEVER,
        key_prefix: None,
        calls: Vec::new(),
        child_relationships: Vec::new(),
        validation_rules: Vec::new(),
        record_type_definitions: Vec::new(),
        duplicate_rules: Vec::new(),
        list_views: Vec::new(),
        compact_layouts: Vec::new(),
        quick_actions: Vec::new(),
        fields: old.fields.iter().map(gone_field).collect(),
        ..old.clone()
    }
}

/// What a field leaves behind: nothing is written there and nothing asked.
pub(super) fn gone_field(old: &FieldDef) -> FieldDef {
    FieldDef {
        versions: NEVER,
        nillable: true,
        createable: false,
        updateable: false,
        defaulted_on_create: false,
        unique: false,
        external_id: false,
        id_lookup: false,
        auto_number: false,
        calculated: false,
        calculated_formula: None,
        default_value_formula: None,
        summary: None,
        default_value: Value::Null,
        picklist_values: Vec::new(),
        reference_to: Vec::new(),
        relationship_name: None,
        cascade_delete: false,
        restricted_delete: false,
        compound_parts: Arc::from([]),
        ..old.clone()
    }
}

/// The new definition with its fields in the places that they had.
fn fields(old: &SObjectDef, new: SObjectDef, origin: &str) -> Result<SObjectDef, CatalogError> {
    let same =
        |(one, other): (&FieldDef, &FieldDef)| one.name.eq_ignore_ascii_case(&other.name) && !one.is_gone();
    if old.fields.len() <= new.fields.len() && old.fields.iter().zip(&new.fields).all(same) {
        return Ok(new);
    }
    let mut places: Vec<Option<Slot>> = vec![None; new.fields.len()];
    let mut aligned: Vec<FieldDef> = Vec::with_capacity(new.fields.len());
    for field in &old.fields {
        let slot = field.slot;
        match new.field(&field.name).filter(|_| !field.is_gone()) {
            Some(own) => {
                places[own.slot.index()] = Some(slot);
                aligned.push(FieldDef { slot, ..own.clone() });
            }
            None => aligned.push(gone_field(field)),
        }
    }
    for field in &new.fields {
        if places[field.slot.index()].is_none() {
            let slot = u16::try_from(aligned.len()).map_err(|_| {
                CatalogError::new(origin, "more than 65,535 fields, those included that are gone")
            })?;
            places[field.slot.index()] = Some(Slot(slot));
            aligned.push(FieldDef { slot: Slot(slot), ..field.clone() });
        }
    }
    let place = |slot: Slot| places[slot.index()].unwrap_or(slot);
    for field in aligned.iter_mut().filter(|field| !field.is_gone()) {
        let parts = field.compound_parts.iter().map(|(name, slot)| (Arc::clone(name), place(*slot)));
        field.compound_parts = parts.collect();
    }
    let present = || aligned.iter().filter(|field| !field.is_gone());
    let twice = |_| CatalogError::new(origin, "a name is given twice");
    let by_name = NameIndex::new(present().map(|field| (&*field.name, field.slot))).map_err(twice)?;
    let related = present().filter_map(|field| Some((field.relationship_name.as_deref()?, field.slot)));
    let by_relationship = NameIndex::new(related).map_err(twice)?;
    let old_system = new.system;
    let system = SystemSlots {
        id: old_system.id.map(place),
        is_deleted: old_system.is_deleted.map(place),
        name: old_system.name.map(place),
        owner_id: old_system.owner_id.map(place),
        record_type_id: old_system.record_type_id.map(place),
        created_date: old_system.created_date.map(place),
        created_by_id: old_system.created_by_id.map(place),
        last_modified_date: old_system.last_modified_date.map(place),
        last_modified_by_id: old_system.last_modified_by_id.map(place),
        system_modstamp: old_system.system_modstamp.map(place),
    };
    Ok(SObjectDef { by_name, by_relationship, system, fields: aligned, ..new })
}
