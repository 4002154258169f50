//! A field inside a describe answer.

use mockorg_org::{
    ApiVersion,
    catalog::{Catalog, FieldDef, FieldType, PicklistValue},
};

use super::value::write_value;
use crate::json::JsonWriter;

/// Writes a field with its 57 members in alphabetical order. `writable` is whether the user may
/// write it.
pub(crate) fn field(
    w: &mut JsonWriter,
    catalog: &Catalog,
    def: &FieldDef,
    writable: bool,
    version: ApiVersion,
) {
    let described = def.described();
    w.begin_object();
    w.key("aggregatable").bool(def.aggregatable).key("aiPredictionField").bool(def.ai_prediction_field);
    w.key("autoNumber").bool(def.auto_number).key("byteLength").int(def.byte_length);
    w.key("calculated")
        .bool(def.calculated)
        .key("calculatedFormula")
        .optional(def.calculated_formula.as_deref());
    w.key("cascadeDelete").bool(def.cascade_delete).key("caseSensitive").bool(def.case_sensitive);
    w.key("compoundFieldName").optional(def.compound_field_name.as_deref());
    w.key("controllerName").optional(def.controller_name.as_deref());
    w.key("createable").bool(described.createable && writable).key("custom").bool(def.custom);
    w.key("defaultValue");
    match def.field_type {
        // A boolean is never null, so it always has a default.
        FieldType::Boolean => {
            w.bool(def.default_value.is_true());
        }
        _ => write_value(w, &def.default_value),
    }
    w.key("defaultValueFormula").optional(def.default_value_formula.as_deref());
    w.key("defaultedOnCreate").bool(def.defaulted_on_create);
    w.key("dependentPicklist").bool(def.dependent_picklist);
    w.key("deprecatedAndHidden").bool(def.deprecated_and_hidden).key("digits").int(def.digits);
    w.key("displayLocationInDecimal").bool(def.display_location_in_decimal);
    w.key("encrypted").bool(def.encrypted).key("externalId").bool(def.external_id);
    w.key("extraTypeInfo").optional(def.extra_type_info.as_deref());
    w.key("filterable").bool(def.filterable).key("filteredLookupInfo").null();
    w.key("formulaTreatNullNumberAsZero").bool(def.formula_treat_null_number_as_zero);
    w.key("groupable").bool(def.groupable).key("highScaleNumber").bool(def.high_scale_number);
    w.key("htmlFormatted").bool(def.html_formatted).key("idLookup").bool(def.id_lookup);
    w.key("inlineHelpText").optional(def.inline_help_text.as_deref());
    w.key("label").string(&def.label).key("length").int(def.length);
    w.key("mask").optional(def.mask.as_deref()).key("maskType").optional(def.mask_type.as_deref());
    w.key("name").string(&def.name).key("nameField").bool(def.name_field);
    w.key("namePointing").bool(def.name_pointing).key("nillable").bool(described.nillable);
    w.key("permissionable").bool(def.permissionable);
    picklist_values(w, &def.picklist_values, version);
    w.key("polymorphicForeignKey").bool(def.polymorphic_foreign_key);
    w.key("precision").int(def.precision).key("queryByDistance").bool(def.query_by_distance);
    w.key("referenceTargetField").optional(def.reference_target_field.as_deref());
    w.key("referenceTo").begin_array();
    for object in &def.reference_to {
        // Objects of other versions do not exist here; objects that no definition covers do.
        if catalog.find(object, version).is_some() || catalog.find_any(object).is_none() {
            w.string(object);
        }
    }
    w.end_array().key("relationshipName").optional(def.relationship_name.as_deref());
    w.key("relationshipOrder");
    match def.relationship_order {
        Some(order) => w.int(order),
        None => w.null(),
    };
    w.key("restrictedDelete").bool(def.restricted_delete);
    w.key("restrictedPicklist").bool(def.restricted_picklist).key("scale").int(def.scale);
    w.key("searchPrefilterable").bool(def.search_prefilterable).key("soapType").string(&def.soap_type);
    w.key("sortable").bool(def.sortable).key("type").string(type_name(def.field_type));
    w.key("unique").bool(def.unique).key("updateable").bool(described.updateable && writable);
    w.key("writeRequiresMasterRead").bool(def.write_requires_master_read).end_object();
}

fn picklist_values(w: &mut JsonWriter, values: &[PicklistValue], version: ApiVersion) {
    w.key("picklistValues").begin_array();
    for value in values.iter().filter(|value| value.versions.contains(version)) {
        w.begin_object().key("active").bool(value.active).key("defaultValue").bool(value.default_value);
        w.key("label").string(&value.label).key("validFor").optional(value.valid_for.as_deref());
        w.key("value").string(&value.value).end_object();
    }
    w.end_array();
}

/// The type as describes name it.
pub(crate) const fn type_name(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Id => "id",
        FieldType::String => "string",
        FieldType::TextArea => "textarea",
        FieldType::Picklist => "picklist",
        FieldType::MultiPicklist => "multipicklist",
        FieldType::ComboBox => "combobox",
        FieldType::Reference => "reference",
        FieldType::Boolean => "boolean",
        FieldType::Int => "int",
        FieldType::Double => "double",
        FieldType::Currency => "currency",
        FieldType::Percent => "percent",
        FieldType::Date => "date",
        FieldType::DateTime => "datetime",
        FieldType::Time => "time",
        FieldType::Email => "email",
        FieldType::Phone => "phone",
        FieldType::Url => "url",
        FieldType::Address => "address",
        FieldType::Location => "location",
        FieldType::Base64 => "base64",
        FieldType::EncryptedString => "encryptedstring",
        FieldType::AnyType => "anyType",
        FieldType::ComplexValue => "complexvalue",
    }
}
