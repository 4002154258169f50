//! The rows of objects and fields, as EntityDefinition, FieldDefinition and their like show them.

use super::{
    data_type::{api_type, data_type},
    scratch::{Named, Rows},
};
use crate::{
    RecordId, Value,
    catalog::{FieldDef, FieldType, SObjectDef, SupportedCall},
};

impl Rows<'_> {
    /// EntityDefinition: a row for each object that the user sees.
    pub(super) fn entity_definitions(&mut self, all: bool) {
        for object in self.objects(all) {
            let durable = self.durable(object);
            let prefix = object.key_prefix.as_ref().and_then(|prefix| std::str::from_utf8(prefix).ok());
            let address = |rest: &str| match prefix {
                Some(prefix) if object.supports(SupportedCall::DescribeLayout) => {
                    Value::text(rest.replace("{prefix}", prefix))
                }
                _ => Value::Null,
            };
            let has = |call| Value::Bool(object.supports(call));
            let layoutable = object.supports(SupportedCall::DescribeLayout);
            let values: Named<'_> = vec![
                ("DurableId", Value::text(&durable)),
                ("QualifiedApiName", Value::text(&object.name)),
                ("DeveloperName", Value::text(bare(&object.name))),
                ("MasterLabel", Value::text(&object.label)),
                ("Label", Value::text(&object.label)),
                ("PluralLabel", Value::text(&object.label_plural)),
                ("DefaultCompactLayoutId", Value::text("SYSTEM")),
                ("IsCustomizable", Value::Bool(layoutable || object.custom)),
                ("IsApexTriggerable", Value::Bool(object.triggerable)),
                ("IsWorkflowEnabled", Value::Bool(object.triggerable)),
                ("IsProcessEnabled", Value::Bool(object.triggerable)),
                ("IsCompactLayoutable", Value::Bool(object.compact_layoutable)),
                ("DeploymentStatus", if object.custom { Value::text("Deployed") } else { Value::Null }),
                ("KeyPrefix", prefix.map_or(Value::Null, Value::text)),
                ("IsCustomSetting", Value::Bool(object.custom_setting)),
                ("IsDeprecatedAndHidden", Value::Bool(false)),
                ("IsReplicateable", has(SupportedCall::GetUpdated)),
                ("IsRetrieveable", has(SupportedCall::Retrieve)),
                ("IsSearchLayoutable", Value::Bool(object.search_layoutable)),
                ("IsSearchable", has(SupportedCall::Search)),
                ("IsTriggerable", Value::Bool(object.triggerable)),
                ("IsIdEnabled", Value::Bool(object.system.id.is_some())),
                ("IsEverCreatable", has(SupportedCall::Create)),
                ("IsEverUpdatable", has(SupportedCall::Update)),
                ("IsEverDeletable", has(SupportedCall::Delete)),
                ("IsFeedEnabled", Value::Bool(object.feed_enabled)),
                ("IsQueryable", has(SupportedCall::Query)),
                ("IsMruEnabled", Value::Bool(object.mru_enabled)),
                ("IsLayoutable", Value::Bool(layoutable)),
                ("IsInterface", Value::Bool(object.is_interface)),
                ("IsSubtype", Value::Bool(object.is_subtype)),
                ("IsFlsEnabled", Value::Bool(object.fields.iter().any(|field| field.permissionable))),
                ("HasSubtypes", Value::Bool(object.has_subtypes)),
                ("DetailUrl", address("/{ID}")),
                ("EditUrl", address("/{ID}/e")),
                ("NewUrl", address("/{prefix}/e")),
                ("PublisherId", Value::text(if object.custom { "<local>" } else { "System" })),
                ("RunningUserEntityAccessId", Value::text(format!("{durable}.{}", self.user().as_15()))),
                ("InternalSharingModel", Value::text("ReadWrite")),
                ("ExternalSharingModel", Value::text("Private")),
            ];
            self.put("EntityDefinition", &format!("Entity:{}", object.name), values);
        }
    }

    /// FieldDefinition: a row for each field that Setup lists.
    pub(super) fn field_definitions(&mut self) {
        for object in self.objects(false) {
            let (durable, entity) = (self.durable(object), self.entity(object));
            for field in self.fields(object) {
                let id = self.field_durable(object, field);
                let mut values = self.of_field(field);
                values.extend([
                    ("DurableId", Value::text(&id)),
                    ("EntityDefinitionId", Value::text(&durable)),
                    ("EntityDefinitionKey", Value::Id(entity)),
                    ("DataType", Value::text(data_type(field))),
                    ("IsIndexed", Value::Bool(is_indexed(field))),
                    ("IsListFilterable", Value::Bool(field.filterable)),
                    ("IsListSortable", Value::Bool(field.sortable)),
                    ("IsListVisible", Value::Bool(!matches!(field.field_type, FieldType::Base64))),
                    ("IsFlsEnabled", Value::Bool(field.permissionable)),
                    ("IsPolymorphicForeignKey", Value::Bool(field.polymorphic_foreign_key)),
                    ("IsCompound", Value::Bool(field.is_compound())),
                    ("PublisherId", Value::text(if field.custom { "<local>" } else { "System" })),
                    ("RunningUserFieldAccessId", Value::text(format!("{id}.{}", self.user().as_15()))),
                    (
                        "ControllingFieldDefinitionId",
                        field
                            .controller_name
                            .as_ref()
                            .map_or(Value::Null, |name| Value::text(format!("{durable}.{name}"))),
                    ),
                ]);
                self.put("FieldDefinition", &format!("Field:{}.{}", object.name, field.name), values);
            }
        }
    }

    /// EntityParticle: a row for each field that the API knows.
    pub(super) fn entity_particles(&mut self) {
        for object in self.objects(false) {
            let (durable, entity) = (self.durable(object), self.entity(object));
            for field in self.fields(object) {
                let id = self.field_durable(object, field);
                let mut values = self.of_field(field);
                values.extend([
                    ("DurableId", Value::text(&id)),
                    ("EntityDefinitionId", Value::text(&durable)),
                    ("EntityDefinitionKey", Value::Id(entity)),
                    ("FieldDefinitionId", Value::text(&id)),
                    ("Name", Value::text(&field.name)),
                    ("DataType", Value::text(api_type(field.field_type))),
                    ("ServiceDataTypeId", Value::text(&field.soap_type)),
                    ("IsAutonumber", Value::Bool(field.auto_number)),
                    ("ByteLength", Value::Int(i64::from(field.byte_length))),
                    ("IsCaseSensitive", Value::Bool(field.case_sensitive)),
                    ("IsUnique", Value::Bool(field.unique)),
                    ("IsCreatable", Value::Bool(field.described().createable)),
                    ("IsUpdatable", Value::Bool(field.described().updateable)),
                    ("IsDefaultedOnCreate", Value::Bool(field.defaulted_on_create)),
                    ("IsWriteRequiresMasterRead", Value::Bool(field.write_requires_master_read)),
                    ("IsPermissionable", Value::Bool(field.permissionable)),
                    ("IsEncrypted", Value::Bool(field.encrypted)),
                    ("Digits", Value::Int(i64::from(field.digits))),
                    ("InlineHelpText", text(field.inline_help_text.as_deref())),
                    ("Mask", text(field.mask.as_deref())),
                    ("MaskType", text(field.mask_type.as_deref())),
                    ("IsApiGroupable", Value::Bool(field.groupable)),
                    ("IsListVisible", Value::Bool(true)),
                    ("IsLayoutable", Value::Bool(!matches!(field.field_type, FieldType::Id))),
                    ("IsDependentPicklist", Value::Bool(field.dependent_picklist)),
                    ("IsDeprecatedAndHidden", Value::Bool(field.deprecated_and_hidden)),
                    ("IsDisplayLocationInDecimal", Value::Bool(field.display_location_in_decimal)),
                    ("IsIdLookup", Value::Bool(field.id_lookup)),
                    ("IsNamePointing", Value::Bool(field.name_pointing)),
                    (
                        "RelationshipOrder",
                        field.relationship_order.map_or(Value::Null, |order| Value::Int(i64::from(order))),
                    ),
                    ("IsComponent", Value::Bool(field.compound_field_name.is_some())),
                    ("IsCompound", Value::Bool(field.is_compound())),
                    ("IsExternalId", Value::Bool(field.external_id)),
                    ("IsAIPredictionField", Value::Bool(field.ai_prediction_field)),
                ]);
                self.put("EntityParticle", &format!("Particle:{}.{}", object.name, field.name), values);
            }
        }
    }

    /// PicklistValueInfo: a row for each value of each picklist.
    pub(super) fn picklist_values(&mut self) {
        let version = self.version();
        for object in self.objects(false) {
            for field in self.fields(object) {
                let particle = self.particle(object, field);
                let durable = self.field_durable(object, field);
                for value in field.picklist_values.iter().filter(|value| value.versions.contains(version)) {
                    let name = format!("Value:{}.{}.{}", object.name, field.name, value.value);
                    let values: Named<'_> = vec![
                        ("DurableId", Value::text(format!("{durable}.{}", value.value))),
                        ("Value", Value::text(&value.value)),
                        ("Label", Value::text(&value.label)),
                        ("IsDefaultValue", Value::Bool(value.default_value)),
                        ("IsActive", Value::Bool(value.active)),
                        ("ValidFor", text(value.valid_for.as_deref())),
                        ("EntityParticleId", Value::text(&durable)),
                        ("EntityParticleKey", Value::Id(particle)),
                    ];
                    self.put("PicklistValueInfo", &name, values);
                }
            }
        }
    }

    /// RelationshipInfo: a row for each reference field; RelationshipDomain: one for each of its parents.
    pub(super) fn relationships(&mut self, domains: bool) {
        for object in self.objects(false) {
            let durable = self.durable(object);
            let child = self.entity(object);
            for field in self.fields(object).filter(|field| field.field_type == FieldType::Reference) {
                let id = self.field_durable(object, field);
                let key = self.id(*b"4if", &format!("Field:{}.{}", object.name, field.name));
                let common: Named<'_> = vec![
                    ("ChildSobjectId", Value::text(&durable)),
                    ("ChildSobjectKey", Value::Id(child)),
                    ("FieldId", Value::text(&id)),
                    ("FieldKey", Value::Id(key)),
                    ("IsCascadeDelete", Value::Bool(field.cascade_delete)),
                    ("IsDeprecatedAndHidden", Value::Bool(field.deprecated_and_hidden)),
                    ("IsRestrictedDelete", Value::Bool(field.restricted_delete)),
                ];
                let name = format!("Relationship:{}.{}", object.name, field.name);
                if !domains {
                    let mut values = common;
                    values.push(("DurableId", Value::text(&id)));
                    self.put("RelationshipInfo", &name, values);
                    continue;
                }
                for parent in &field.reference_to {
                    let Some(parent) = self.object(parent) else { continue };
                    let parent_durable = self.durable(parent);
                    let mut values = common.clone();
                    values.extend([
                        ("DurableId", Value::text(format!("{id}.{parent_durable}"))),
                        ("RelationshipInfoId", Value::text(&id)),
                        ("ParentSobjectId", Value::text(&parent_durable)),
                        ("ParentSobjectKey", Value::Id(self.entity(parent))),
                        ("RelationshipName", text(field.child_relationship_name.as_deref())),
                    ]);
                    self.put("RelationshipDomain", &format!("{name}.{}", parent.name), values);
                }
            }
        }
    }

    /// What FieldDefinition and EntityParticle have in common.
    fn of_field<'f>(&self, field: &'f FieldDef) -> Named<'f> {
        vec![
            ("QualifiedApiName", Value::text(&field.name)),
            ("DeveloperName", Value::text(bare(&field.name))),
            ("MasterLabel", Value::text(&field.label)),
            ("Label", Value::text(&field.label)),
            ("Length", Value::Int(i64::from(field.length))),
            ("ValueTypeId", Value::text(api_type(field.field_type))),
            ("ExtraTypeInfo", text(field.extra_type_info.as_deref())),
            ("IsCalculated", Value::Bool(field.calculated)),
            ("IsHighScaleNumber", Value::Bool(field.high_scale_number)),
            ("IsHtmlFormatted", Value::Bool(field.html_formatted)),
            ("IsNameField", Value::Bool(field.name_field)),
            ("IsNillable", Value::Bool(field.described().nillable)),
            ("IsWorkflowFilterable", Value::Bool(field.filterable)),
            ("IsCompactLayoutable", Value::Bool(!matches!(field.field_type, FieldType::Base64))),
            ("Precision", Value::Int(i64::from(field.precision))),
            ("Scale", Value::Int(i64::from(field.scale))),
            ("IsFieldHistoryTracked", Value::Bool(false)),
            ("IsApiFilterable", Value::Bool(field.filterable)),
            ("IsApiSortable", Value::Bool(field.sortable)),
            ("RelationshipName", text(field.relationship_name.as_deref())),
            ("ReferenceTargetField", text(field.reference_target_field.as_deref())),
        ]
    }

    /// The row of an object as a key.
    pub(super) fn entity(&self, object: &SObjectDef) -> RecordId {
        self.id(*b"4ie", &format!("Entity:{}", object.name))
    }

    fn particle(&self, object: &SObjectDef, field: &FieldDef) -> RecordId {
        self.id(*b"4ip", &format!("Particle:{}.{}", object.name, field.name))
    }
}

/// A name without the suffix of what is custom.
pub(super) fn bare(name: &str) -> &str {
    name.rsplit_once("__").map_or(name, |(name, _)| name)
}

pub(super) fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::text)
}

fn is_indexed(field: &FieldDef) -> bool {
    field.is_key()
        || matches!(field.field_type, FieldType::Id | FieldType::Reference)
        || field.name_field
        || matches!(&*field.name, "CreatedDate" | "SystemModstamp")
}
