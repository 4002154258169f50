//! The file format of one object or event definition, as `schemas/sobject.schema.json` describes it.
//!
//! Members carry the names of the platform's own describe answer; whatever equals the default for the
//! field's type is left out. The defaults live in `resolve.rs`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use super::{
    declared::{
        CompactLayoutDefinition, DuplicateRule, ListViewDefinition, QuickActionDefinition,
        RecordTypeDefinition, Summary, ValidationRule,
    },
    field_type::FieldType,
};
use crate::ApiVersion;

/// One definition file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ObjectFile<'a> {
    #[serde(rename = "$schema", default, borrow)]
    pub(crate) _schema: Option<Cow<'a, str>>,
    /// `sobject` when left out, `platformEvent`, `eventSubObject`.
    #[serde(default)]
    pub(crate) kind: Kind,
    /// Whether this adds to the definition of the same name instead of replacing it.
    #[serde(default)]
    pub(crate) extends: bool,
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) label: Cow<'a, str>,
    #[serde(default, borrow)]
    pub(crate) label_plural: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    pub(crate) key_prefix: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) since: Option<ApiVersion>,
    #[serde(default)]
    pub(crate) until: Option<ApiVersion>,
    /// The org feature without which the object does not exist.
    #[serde(default, borrow)]
    pub(crate) requires: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) calls: Vec<SupportedCall>,
    #[serde(default)]
    pub(crate) custom: bool,
    #[serde(default)]
    pub(crate) custom_setting: bool,
    #[serde(default)]
    pub(crate) deep_cloneable: bool,
    #[serde(default)]
    pub(crate) feed_enabled: bool,
    #[serde(default)]
    pub(crate) mru_enabled: Option<bool>,
    #[serde(default)]
    pub(crate) triggerable: Option<bool>,
    #[serde(default)]
    pub(crate) compact_layoutable: Option<bool>,
    #[serde(default)]
    pub(crate) search_layoutable: Option<bool>,
    #[serde(default)]
    pub(crate) activateable: bool,
    #[serde(default)]
    pub(crate) has_subtypes: bool,
    #[serde(default)]
    pub(crate) is_subtype: bool,
    #[serde(default)]
    pub(crate) is_interface: bool,
    /// Whether the object can have record types: the Master entry stands in `recordTypeInfos`.
    #[serde(default)]
    pub(crate) record_types: Option<bool>,
    /// When custom platform events reach subscribers.
    #[serde(default)]
    pub(crate) publish_behavior: Option<PublishBehavior>,
    #[serde(default, borrow)]
    pub(crate) subscription_channel: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) supported_scopes: Vec<ScopeFile<'a>>,
    #[serde(borrow)]
    pub(crate) fields: Vec<FieldFile<'a>>,
    #[serde(default)]
    pub(crate) validation_rules: Vec<ValidationRule>,
    #[serde(default)]
    pub(crate) record_type_definitions: Vec<RecordTypeDefinition>,
    #[serde(default)]
    pub(crate) duplicate_rules: Vec<DuplicateRule>,
    #[serde(default)]
    pub(crate) list_views: Vec<ListViewDefinition>,
    #[serde(default)]
    pub(crate) compact_layouts: Vec<CompactLayoutDefinition>,
    #[serde(default)]
    pub(crate) quick_actions: Vec<QuickActionDefinition>,
    /// Public documents that the facts come from; nothing reads them but people.
    #[serde(default, borrow, rename = "sources")]
    pub(crate) _sources: Vec<Cow<'a, str>>,
    /// Facts that are inferred or in conflict; nothing reads them but people.
    #[serde(default, borrow, rename = "notes")]
    pub(crate) _notes: Vec<Cow<'a, str>>,
}

/// What a definition file defines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// An object with records.
    #[default]
    #[serde(rename = "sobject")]
    SObject,
    /// A platform event.
    PlatformEvent,
    /// An event that only occurs nested in another event's field.
    EventSubObject,
}

/// When the custom platform events of a kind reach subscribers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum PublishBehavior {
    /// When the transaction that publishes them commits; not at all if it does not.
    #[serde(rename = "PublishAfterCommit")]
    AfterCommit,
    /// At once, whatever becomes of the transaction. The platform's default.
    #[default]
    #[serde(rename = "PublishImmediately")]
    Immediately,
}

/// The calls that an object may support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SupportedCall {
    /// `create()`
    Create,
    /// `delete()`
    Delete,
    /// `describeLayout()`
    DescribeLayout,
    /// `describeSObjects()`
    DescribeSObjects,
    /// `getDeleted()`
    GetDeleted,
    /// `getUpdated()`
    GetUpdated,
    /// `merge()`
    Merge,
    /// `query()`
    Query,
    /// `retrieve()`
    Retrieve,
    /// `search()`
    Search,
    /// `undelete()`
    Undelete,
    /// `update()`
    Update,
    /// `upsert()`
    Upsert,
}

/// A query scope such as `mine`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScopeFile<'a> {
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) label: Cow<'a, str>,
}

/// One field. `{"system": "CreatedDate"}` stands for the platform's own definition of a system field.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct FieldFile<'a> {
    #[serde(borrow)]
    pub(crate) system: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) label: Option<Cow<'a, str>>,
    #[serde(rename = "type")]
    pub(crate) field_type: Option<FieldType>,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<u8>,
    pub(crate) scale: Option<u8>,
    pub(crate) digits: Option<u8>,
    pub(crate) nillable: Option<bool>,
    pub(crate) createable: Option<bool>,
    pub(crate) updateable: Option<bool>,
    pub(crate) filterable: Option<bool>,
    pub(crate) groupable: Option<bool>,
    pub(crate) sortable: Option<bool>,
    pub(crate) aggregatable: Option<bool>,
    pub(crate) permissionable: Option<bool>,
    pub(crate) search_prefilterable: Option<bool>,
    pub(crate) defaulted_on_create: Option<bool>,
    pub(crate) unique: bool,
    pub(crate) case_sensitive: bool,
    pub(crate) external_id: bool,
    pub(crate) id_lookup: bool,
    pub(crate) auto_number: bool,
    /// The display format of an auto number, such as `AA-{000000000}`.
    #[serde(borrow)]
    pub(crate) auto_number_format: Option<Cow<'a, str>>,
    pub(crate) calculated: bool,
    /// The formula of a field that is worked out from others.
    #[serde(borrow)]
    pub(crate) calculated_formula: Option<Cow<'a, str>>,
    /// The formula of the value that new records get which name none.
    #[serde(borrow)]
    pub(crate) default_value_formula: Option<Cow<'a, str>>,
    /// How a roll-up summary comes from the records below.
    pub(crate) summary: Option<Summary>,
    /// Not modelled; read so that it can be refused by name.
    pub(crate) lookup_filter: Option<de::IgnoredAny>,
    pub(crate) name_field: bool,
    pub(crate) custom: bool,
    pub(crate) encrypted: bool,
    pub(crate) html_formatted: bool,
    pub(crate) ai_prediction_field: bool,
    pub(crate) display_location_in_decimal: bool,
    pub(crate) high_scale_number: bool,
    pub(crate) formula_treat_null_number_as_zero: bool,
    pub(crate) query_by_distance: Option<bool>,
    pub(crate) write_requires_master_read: bool,
    pub(crate) deprecated_and_hidden: bool,
    pub(crate) restricted_picklist: bool,
    pub(crate) dependent_picklist: bool,
    pub(crate) picklist_values: Vec<PicklistValueFile<'a>>,
    #[serde(borrow)]
    pub(crate) controller_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) compound_field_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) extra_type_info: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) inline_help_text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) mask: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) mask_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) soap_type: Option<Cow<'a, str>>,
    pub(crate) default_value: Option<DefaultValueFile<'a>>,
    #[serde(borrow)]
    pub(crate) reference_to: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) relationship_name: Option<Cow<'a, str>>,
    pub(crate) relationship_order: Option<u8>,
    #[serde(borrow)]
    pub(crate) reference_target_field: Option<Cow<'a, str>>,
    /// The name under which a parent queries its children through this field.
    #[serde(borrow)]
    pub(crate) child_relationship_name: Option<Cow<'a, str>>,
    pub(crate) name_pointing: Option<bool>,
    pub(crate) polymorphic_foreign_key: Option<bool>,
    pub(crate) cascade_delete: bool,
    pub(crate) restricted_delete: bool,
    pub(crate) since: Option<ApiVersion>,
    pub(crate) until: Option<ApiVersion>,
    #[serde(borrow)]
    pub(crate) requires: Option<Cow<'a, str>>,
}

/// A picklist value: a bare string when value and label agree, else an object.
#[derive(Debug)]
pub(crate) struct PicklistValueFile<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) label: Option<Cow<'a, str>>,
    pub(crate) active: bool,
    pub(crate) default_value: bool,
    pub(crate) valid_for: Option<Cow<'a, str>>,
    pub(crate) since: Option<ApiVersion>,
    pub(crate) until: Option<ApiVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PicklistValueObject<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
    #[serde(default, borrow)]
    label: Option<Cow<'a, str>>,
    #[serde(default)]
    active: Option<bool>,
    #[serde(default)]
    default_value: bool,
    #[serde(default, borrow)]
    valid_for: Option<Cow<'a, str>>,
    #[serde(default)]
    since: Option<ApiVersion>,
    #[serde(default)]
    until: Option<ApiVersion>,
}

impl<'de: 'a, 'a> Deserialize<'de> for PicklistValueFile<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StringOrObject;

        impl<'de> Visitor<'de> for StringOrObject {
            type Value = PicklistValueFile<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a picklist value: a string or an object with `value`")
            }

            fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(PicklistValueFile::plain(Cow::Borrowed(value)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
                Ok(PicklistValueFile::plain(Cow::Owned(value.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let object = PicklistValueObject::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(PicklistValueFile {
                    value: object.value,
                    label: object.label,
                    active: object.active.unwrap_or(true),
                    default_value: object.default_value,
                    valid_for: object.valid_for,
                    since: object.since,
                    until: object.until,
                })
            }
        }

        deserializer.deserialize_any(StringOrObject)
    }
}

impl<'a> PicklistValueFile<'a> {
    fn plain(value: Cow<'a, str>) -> Self {
        Self {
            value,
            label: None,
            active: true,
            default_value: false,
            valid_for: None,
            since: None,
            until: None,
        }
    }
}

/// The default of a field: a JSON scalar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DefaultValueFile<'a> {
    Bool(bool),
    Number(serde_json::Number),
    String(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for DefaultValueFile<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl<'de> Visitor<'de> for Scalar {
            type Value = DefaultValueFile<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a default value: true, false, a number or a string")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(DefaultValueFile::Bool(value))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(DefaultValueFile::Number(value.into()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(DefaultValueFile::Number(value.into()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
                serde_json::Number::from_f64(value)
                    .map(DefaultValueFile::Number)
                    .ok_or_else(|| E::custom("a default value must be finite"))
            }

            fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(DefaultValueFile::String(Cow::Borrowed(value)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
                Ok(DefaultValueFile::String(Cow::Owned(value.to_owned())))
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}
