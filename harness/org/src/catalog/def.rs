//! Resolved definitions: what a definition file says, with every default filled in.

use std::{borrow::Cow, sync::Arc};

use super::{
    declared::{
        CompactLayoutDefinition, DuplicateRule, ListViewDefinition, QuickActionDefinition,
        RecordTypeDefinition, Summary, ValidationRule,
    },
    field_type::FieldType,
    file::{Kind, PublishBehavior, SupportedCall},
    logic::ObjectLogic,
    names::NameIndex,
};
use crate::{ApiVersion, Value, VersionRange};

/// The place of an object in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ObjectIndex(pub(crate) u16);

/// What describes say about a field instead of its own flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// Whether it can be null.
    pub nillable: bool,
    /// Whether it can be given on create.
    pub createable: bool,
    /// Whether it can be changed.
    pub updateable: bool,
    /// Whether describes leave the field out.
    pub hidden: bool,
}

/// The place of a field in its object, and of its value in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Slot(pub(crate) u16);

impl Slot {
    /// The place as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl ObjectIndex {
    /// The place as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// An object or event. Flags carry the names of the describe answer.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the members are those of the platform's describe answer, under the same names"
)]
pub struct SObjectDef {
    pub index: ObjectIndex,
    pub kind: Kind,
    pub name: Arc<str>,
    pub label: Arc<str>,
    pub label_plural: Arc<str>,
    pub key_prefix: Option<[u8; 3]>,
    pub versions: VersionRange,
    pub calls: Vec<SupportedCall>,
    pub custom: bool,
    pub custom_setting: bool,
    pub deep_cloneable: bool,
    pub feed_enabled: bool,
    pub mru_enabled: bool,
    pub triggerable: bool,
    pub compact_layoutable: bool,
    pub search_layoutable: bool,
    pub activateable: bool,
    pub has_subtypes: bool,
    pub is_subtype: bool,
    pub is_interface: bool,
    pub record_types: bool,
    /// Of custom platform events only.
    pub publish_behavior: PublishBehavior,
    pub subscription_channel: Option<Arc<str>>,
    pub supported_scopes: Vec<(Arc<str>, Arc<str>)>,
    pub fields: Vec<FieldDef>,
    /// What refuses records.
    pub validation_rules: Vec<ValidationRule>,
    /// The record types; each is a `RecordType` record of the org.
    pub record_type_definitions: Vec<RecordTypeDefinition>,
    /// What notices records that are there already.
    pub duplicate_rules: Vec<DuplicateRule>,
    /// The list views that the definition adds.
    pub list_views: Vec<ListViewDefinition>,
    /// The compact layouts that the definition adds.
    pub compact_layouts: Vec<CompactLayoutDefinition>,
    /// The quick actions that the definition adds.
    pub quick_actions: Vec<QuickActionDefinition>,
    /// The slots of the fields that most code asks for.
    pub system: SystemSlots,
    /// Relationships in which this object is the parent.
    pub child_relationships: Vec<ChildRelationship>,
    /// What the org does with the records; most objects have nothing of it.
    pub(crate) logic: Option<Arc<ObjectLogic>>,
    /// Fields by name.
    pub(super) by_name: NameIndex,
    /// Reference fields by the name of their parent relationship.
    pub(super) by_relationship: NameIndex,
}

/// Where the system fields of an object lie.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "each member is the slot of the field of that name")]
pub struct SystemSlots {
    pub id: Option<Slot>,
    pub is_deleted: Option<Slot>,
    pub name: Option<Slot>,
    pub owner_id: Option<Slot>,
    pub record_type_id: Option<Slot>,
    pub created_date: Option<Slot>,
    pub created_by_id: Option<Slot>,
    pub last_modified_date: Option<Slot>,
    pub last_modified_by_id: Option<Slot>,
    pub system_modstamp: Option<Slot>,
}

/// A field. Members carry the names of the describe answer.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the members are those of the platform's describe answer, under the same names"
)]
pub struct FieldDef {
    pub slot: Slot,
    pub name: Arc<str>,
    pub label: Arc<str>,
    pub field_type: FieldType,
    pub versions: VersionRange,
    pub length: u32,
    pub byte_length: u32,
    pub precision: u8,
    pub scale: u8,
    pub digits: u8,
    pub nillable: bool,
    pub createable: bool,
    pub updateable: bool,
    /// What describes say instead of the three flags above, when a variant of the definitions says so.
    pub described: Option<Described>,
    pub filterable: bool,
    pub groupable: bool,
    pub sortable: bool,
    pub aggregatable: bool,
    pub permissionable: bool,
    pub search_prefilterable: bool,
    pub defaulted_on_create: bool,
    pub unique: bool,
    pub case_sensitive: bool,
    pub external_id: bool,
    pub id_lookup: bool,
    pub auto_number: bool,
    pub auto_number_format: Option<Arc<str>>,
    pub calculated: bool,
    pub calculated_formula: Option<Arc<str>>,
    pub default_value_formula: Option<Arc<str>>,
    /// How a roll-up summary comes from the records below.
    pub summary: Option<Arc<Summary>>,
    pub name_field: bool,
    pub custom: bool,
    pub encrypted: bool,
    pub html_formatted: bool,
    pub ai_prediction_field: bool,
    pub display_location_in_decimal: bool,
    pub high_scale_number: bool,
    pub formula_treat_null_number_as_zero: bool,
    pub query_by_distance: bool,
    pub write_requires_master_read: bool,
    pub deprecated_and_hidden: bool,
    pub restricted_picklist: bool,
    pub dependent_picklist: bool,
    pub picklist_values: Vec<PicklistValue>,
    pub controller_name: Option<Arc<str>>,
    pub compound_field_name: Option<Arc<str>>,
    pub extra_type_info: Option<Arc<str>>,
    pub inline_help_text: Option<Arc<str>>,
    pub mask: Option<Arc<str>>,
    pub mask_type: Option<Arc<str>>,
    pub soap_type: Cow<'static, str>,
    /// The default as a typed value; null without one.
    pub default_value: Value,
    pub reference_to: Vec<Arc<str>>,
    pub relationship_name: Option<Arc<str>>,
    pub relationship_order: Option<u8>,
    pub reference_target_field: Option<Arc<str>>,
    pub child_relationship_name: Option<Arc<str>>,
    pub name_pointing: bool,
    pub polymorphic_foreign_key: bool,
    pub cascade_delete: bool,
    pub restricted_delete: bool,
    /// The parts of a compound field in alphabetical order, by their names in answers.
    pub compound_parts: Arc<[(Arc<str>, Slot)]>,
}

/// A value of a picklist.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the members are those of the platform's describe answer, under the same names"
)]
pub struct PicklistValue {
    pub value: Arc<str>,
    pub label: Arc<str>,
    pub active: bool,
    pub default_value: bool,
    pub valid_for: Option<Arc<str>>,
    pub versions: VersionRange,
}

/// A relationship seen from the parent.
#[derive(Clone, Debug)]
pub struct ChildRelationship {
    /// The child object.
    pub child: ObjectIndex,
    /// The child's reference field.
    pub field: Slot,
    /// The name for subqueries and paths; `None` when children cannot be queried from the parent.
    pub name: Option<Arc<str>>,
    /// Whether children go with their parent.
    pub cascade_delete: bool,
    /// Whether children forbid the parent's deletion.
    pub restricted_delete: bool,
}

impl SObjectDef {
    /// The field with this name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        let slot = self.by_name.find(name, |slot| &self.at(slot).name)?;
        self.fields.get(slot.index())
    }

    /// The field with this name, in any case, if it exists in `version`.
    #[must_use]
    pub fn field_in(&self, name: &str, version: ApiVersion) -> Option<&FieldDef> {
        self.field(name).filter(|field| field.versions.contains(version))
    }

    /// The slot of the field with this name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.field(name).map(|field| field.slot)
    }

    /// The reference field behind a parent relationship, in any case.
    #[must_use]
    pub fn parent_relationship(&self, name: &str, version: ApiVersion) -> Option<&FieldDef> {
        let slot = self
            .by_relationship
            .find(name, |slot| self.at(slot).relationship_name.as_deref().unwrap_or_default())?;
        self.fields.get(slot.index()).filter(|field| field.versions.contains(version))
    }

    /// The child relationship with this name, in any case.
    #[must_use]
    pub fn child_relationship(&self, name: &str) -> Option<&ChildRelationship> {
        self.child_relationships
            .iter()
            .find(|child| child.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }

    /// Whether the object was taken out of the running org; its place is kept.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.versions.is_empty()
    }

    /// Whether clients may make this call.
    #[must_use]
    pub fn supports(&self, call: SupportedCall) -> bool {
        self.calls.contains(&call)
    }

    /// The field at `slot`.
    ///
    /// # Panics
    ///
    /// When the slot belongs to another object with more fields.
    #[must_use]
    pub fn at(&self, slot: Slot) -> &FieldDef {
        &self.fields[slot.index()]
    }
}

impl FieldDef {
    /// Whether the field was taken out of the running org; its place is kept.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.versions.is_empty()
    }

    /// What describes say about the field.
    #[must_use]
    pub const fn described(&self) -> Described {
        match self.described {
            Some(described) => described,
            None => Described {
                nillable: self.nillable,
                createable: self.createable,
                updateable: self.updateable,
                hidden: false,
            },
        }
    }

    /// Whether the field's value can name a record in paths and references.
    #[must_use]
    pub const fn is_key(&self) -> bool {
        self.external_id || self.id_lookup || self.unique
    }

    /// Whether a create call must give a value.
    #[must_use]
    pub fn required_on_create(&self) -> bool {
        self.createable
            && !self.nillable
            && !self.defaulted_on_create
            && self.field_type != FieldType::Boolean
            && !matches!(&*self.name, "OwnerId" | "RecordTypeId")
    }

    /// The sub-event whose entries the field lists, for detail fields of events.
    #[must_use]
    pub fn detail_event(&self) -> Option<&str> {
        match self.field_type {
            FieldType::ComplexValue => self.soap_type.strip_prefix("urn:"),
            _ => None,
        }
    }

    /// Whether values are compared and stored as text.
    #[must_use]
    pub const fn is_textual(&self) -> bool {
        self.field_type.is_textual()
    }

    /// Whether the field holds no value of its own but is put together from others.
    #[must_use]
    pub const fn is_compound(&self) -> bool {
        matches!(self.field_type, FieldType::Address | FieldType::Location)
    }
}
