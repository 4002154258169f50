//! Fills in what a definition file leaves out. The rules are those that `schemas/sobject.schema.json`
//! states; they were read off the describe answers of real orgs.

use std::{borrow::Cow, sync::Arc};

use rust_decimal::Decimal;

use super::{
    def::{FieldDef, ObjectIndex, PicklistValue, SObjectDef, Slot, SystemSlots},
    definitions::CatalogError,
    field_type::FieldType,
    file::{DefaultValueFile, FieldFile, ObjectFile, PicklistValueFile, SupportedCall},
    names::NameIndex,
    platform_event,
    system_fields::system_field,
};
use crate::{ApiVersion, Value, VersionRange};

/// Resolves one file. Fields that need a feature outside `features` do not exist in the org.
pub(super) fn resolve_object(
    mut file: ObjectFile<'_>,
    features: &[Box<str>],
) -> Result<SObjectDef, CatalogError> {
    platform_event::complete(&mut file)?;
    complete_record_types(&mut file);
    let mut fields = Vec::with_capacity(file.fields.len());
    for field in file.fields {
        let field = match &field.system {
            Some(system) => system_field(system).ok_or_else(|| {
                CatalogError::new(&file.name, format!("`{system}` is no system field; name one of Id, IsDeleted, CreatedDate, CreatedById, LastModifiedDate, LastModifiedById, SystemModstamp"))
            })?,
            None => field,
        };
        if field.requires.as_ref().is_some_and(|feature| !features.iter().any(|own| **own == **feature)) {
            continue;
        }
        let slot = Slot(
            u16::try_from(fields.len())
                .map_err(|_| CatalogError::new(&file.name, "more than 65,535 fields"))?,
        );
        fields.push(resolve_field(&file.name, field, slot, file.custom)?);
    }
    let by_name = NameIndex::new(fields.iter().map(|field| (&*field.name, field.slot))).map_err(|twice| {
        let name = &fields[twice.index()].name;
        CatalogError::new(&file.name, format!("the field `{name}` is defined twice"))
    })?;
    let related = fields.iter().filter_map(|field| Some((field.relationship_name.as_deref()?, field.slot)));
    let by_relationship = NameIndex::new(related).map_err(|twice| {
        let name = fields[twice.index()].relationship_name.as_deref().unwrap_or_default();
        CatalogError::new(&file.name, format!("two fields have the relationship name `{name}`"))
    })?;
    let compounds: Vec<(Slot, CompoundParts)> = fields
        .iter()
        .filter(|field| field.is_compound())
        .map(|field| {
            (field.slot, compound_parts(field, |name| by_name.find(name, |slot| &fields[slot.index()].name)))
        })
        .collect();
    for (slot, parts) in compounds {
        fields[slot.index()].compound_parts = parts;
    }
    let slot = |name: &str| by_name.find(name, |slot| &fields[slot.index()].name);
    let system = SystemSlots {
        id: slot("id"),
        is_deleted: slot("isdeleted"),
        name: fields.iter().find(|field| field.name_field).map(|field| field.slot),
        owner_id: slot("ownerid"),
        record_type_id: slot("recordtypeid"),
        created_date: slot("createddate"),
        created_by_id: slot("createdbyid"),
        last_modified_date: slot("lastmodifieddate"),
        last_modified_by_id: slot("lastmodifiedbyid"),
        system_modstamp: slot("systemmodstamp"),
    };
    let key_prefix = match file.key_prefix.as_deref().map(str::as_bytes) {
        None => None,
        Some(&[a, b, c]) if [a, b, c].iter().all(u8::is_ascii_alphanumeric) => Some([a, b, c]),
        Some(_) => return Err(CatalogError::new(&file.name, "`keyPrefix` must be three letters or digits")),
    };
    let supports = |call| file.calls.contains(&call);
    Ok(SObjectDef {
        // The catalog gives the place once it knows every object.
        index: ObjectIndex(0),
        kind: file.kind,
        label_plural: file.label_plural.map_or_else(|| format!("{}s", file.label).into(), arc),
        label: arc(file.label),
        key_prefix,
        versions: range(&file.name, file.since, file.until)?,
        custom: file.custom,
        custom_setting: file.custom_setting,
        deep_cloneable: file.deep_cloneable,
        feed_enabled: file.feed_enabled,
        mru_enabled: file
            .mru_enabled
            .unwrap_or_else(|| supports(SupportedCall::Create) && key_prefix.is_some()),
        triggerable: file.triggerable.unwrap_or_else(|| supports(SupportedCall::Create)),
        compact_layoutable: file
            .compact_layoutable
            .unwrap_or_else(|| supports(SupportedCall::DescribeLayout)),
        search_layoutable: file.search_layoutable.unwrap_or_else(|| supports(SupportedCall::Search)),
        activateable: file.activateable,
        has_subtypes: file.has_subtypes,
        is_subtype: file.is_subtype,
        is_interface: file.is_interface,
        record_types: file.record_types.unwrap_or(system.record_type_id.is_some()),
        publish_behavior: file.publish_behavior.unwrap_or_default(),
        subscription_channel: file.subscription_channel.map(arc),
        supported_scopes: file
            .supported_scopes
            .into_iter()
            .map(|scope| (arc(scope.name), arc(scope.label)))
            .collect(),
        calls: file.calls,
        name: arc(file.name),
        fields,
        validation_rules: file.validation_rules,
        record_type_definitions: file.record_type_definitions,
        duplicate_rules: file.duplicate_rules,
        list_views: file.list_views,
        compact_layouts: file.compact_layouts,
        quick_actions: file.quick_actions,
        system,
        child_relationships: Vec::new(),
        logic: None,
        by_name,
        by_relationship,
    })
}

/// An object with record types has the field that names them.
fn complete_record_types(file: &mut ObjectFile<'_>) {
    let has = file.fields.iter().any(|field| field.name.eq_ignore_ascii_case("RecordTypeId"));
    if file.record_type_definitions.is_empty() || has {
        return;
    }
    file.fields.push(FieldFile {
        name: Cow::Borrowed("RecordTypeId"),
        label: Some(Cow::Borrowed("Record Type ID")),
        field_type: Some(FieldType::Reference),
        reference_to: vec![Cow::Borrowed("RecordType")],
        relationship_name: Some(Cow::Borrowed("RecordType")),
        ..FieldFile::default()
    });
}

fn resolve_field(
    object: &str,
    file: FieldFile<'_>,
    slot: Slot,
    custom_object: bool,
) -> Result<FieldDef, CatalogError> {
    use FieldType as T;
    let wrong = |what: String| CatalogError::new(object, format!("field `{}`: {what}", file.name));
    let Some(field_type) = file.field_type else { return Err(wrong("`type` is missing".to_owned())) };
    let length = match (file.length, field_type) {
        (Some(length), _) => length,
        (None, T::Id | T::Reference) => 18,
        (None, T::Picklist | T::ComboBox | T::Url) => 255,
        (None, T::MultiPicklist) => 4099,
        // A formula's text has no length of its own.
        (None, T::String) if file.calculated_formula.is_some() => 1300,
        (None, T::Phone) => 40,
        (None, T::Email) => 80,
        (None, T::String | T::TextArea | T::EncryptedString) => {
            return Err(wrong("`length` is missing".to_owned()));
        }
        (None, _) => 0,
    };
    let (default_precision, default_scale) = if field_type == T::Currency { (18, 2) } else { (0, 0) };
    let long_text = field_type == T::TextArea && length > 255;
    let opaque =
        long_text || matches!(field_type, T::Base64 | T::EncryptedString | T::ComplexValue | T::AnyType);
    let compound = matches!(field_type, T::Address | T::Location);
    let filterable = file.filterable.unwrap_or(!opaque);
    if file.lookup_filter.is_some() {
        return Err(wrong("`lookupFilter` is not modelled; leave it out".to_owned()));
    }
    let calculated = file.calculated || file.calculated_formula.is_some() || file.summary.is_some();
    let read_only = file.auto_number || calculated || compound || field_type == T::Id;
    let createable = file.createable.unwrap_or(!read_only);
    let updateable = file.updateable.unwrap_or(!read_only);
    let nillable = file.nillable.unwrap_or(!matches!(field_type, T::Boolean | T::Id));
    let polymorphic = file.reference_to.len() > 1;
    let name = Arc::<str>::from(&*file.name);
    Ok(FieldDef {
        slot,
        field_type,
        length,
        byte_length: match field_type {
            T::Id | T::Reference => 18,
            _ if field_type.is_textual() => length.saturating_mul(3),
            _ => 0,
        },
        precision: file.precision.unwrap_or(default_precision),
        scale: file.scale.unwrap_or(default_scale),
        digits: file.digits.unwrap_or(if field_type == T::Int { 9 } else { 0 }),
        nillable,
        createable,
        updateable,
        described: None,
        filterable,
        sortable: file.sortable.unwrap_or(filterable && !compound && field_type != T::MultiPicklist),
        groupable: file.groupable.unwrap_or(
            !file.auto_number
                && file.calculated_formula.is_none()
                && !long_text
                && matches!(
                    field_type,
                    T::Id
                        | T::String
                        | T::Picklist
                        | T::ComboBox
                        | T::Reference
                        | T::Boolean
                        | T::Int
                        | T::Date
                        | T::Email
                        | T::Phone
                        | T::Url
                        | T::TextArea
                ),
        ),
        aggregatable: file
            .aggregatable
            .unwrap_or(!opaque && !compound && !matches!(field_type, T::Boolean | T::MultiPicklist)),
        permissionable: file.permissionable.unwrap_or(nillable && (createable || updateable || calculated)),
        search_prefilterable: file.search_prefilterable.unwrap_or(field_type == T::Reference),
        defaulted_on_create: file
            .defaulted_on_create
            .unwrap_or(field_type == T::Boolean || file.auto_number || file.default_value_formula.is_some()),
        unique: file.unique,
        case_sensitive: file.case_sensitive,
        external_id: file.external_id,
        id_lookup: file.id_lookup,
        auto_number: file.auto_number,
        auto_number_format: file.auto_number_format.map(arc),
        calculated,
        calculated_formula: file.calculated_formula.map(arc),
        default_value_formula: file.default_value_formula.map(arc),
        summary: file.summary.map(Arc::new),
        name_field: file.name_field,
        custom: file.custom || (custom_object && file.name.ends_with("__c")),
        encrypted: file.encrypted,
        html_formatted: file.html_formatted,
        ai_prediction_field: file.ai_prediction_field,
        display_location_in_decimal: file.display_location_in_decimal,
        high_scale_number: file.high_scale_number,
        formula_treat_null_number_as_zero: file.formula_treat_null_number_as_zero,
        query_by_distance: file.query_by_distance.unwrap_or(compound),
        write_requires_master_read: file.write_requires_master_read,
        deprecated_and_hidden: file.deprecated_and_hidden,
        restricted_picklist: file.restricted_picklist,
        dependent_picklist: file.dependent_picklist,
        controller_name: file.controller_name.map(arc),
        compound_field_name: file.compound_field_name.map(arc),
        extra_type_info: file.extra_type_info.map(arc),
        inline_help_text: file.inline_help_text.map(arc),
        mask: file.mask.map(arc),
        mask_type: file.mask_type.map(arc),
        soap_type: file.soap_type.map_or_else(
            || Cow::Borrowed(soap_type(field_type)),
            |soap_type| Cow::Owned(soap_type.into_owned()),
        ),
        default_value: default_value(object, &file.name, field_type, file.default_value)?,
        name_pointing: file.name_pointing.unwrap_or(polymorphic),
        polymorphic_foreign_key: file.polymorphic_foreign_key.unwrap_or(polymorphic),
        reference_to: file.reference_to.into_iter().map(arc).collect(),
        relationship_name: file.relationship_name.map(arc),
        relationship_order: file.relationship_order,
        reference_target_field: file.reference_target_field.map(arc),
        child_relationship_name: file.child_relationship_name.map(arc),
        cascade_delete: file.cascade_delete,
        restricted_delete: file.restricted_delete,
        versions: range(object, file.since, file.until)?,
        compound_parts: Arc::from([]),
        picklist_values: file
            .picklist_values
            .into_iter()
            .map(|value| picklist_value(object, value))
            .collect::<Result<_, _>>()?,
        label: file.label.map_or_else(|| Arc::clone(&name), arc),
        name,
    })
}

/// The parts of a compound field by their names in answers.
type CompoundParts = Arc<[(Arc<str>, Slot)]>;

/// The fields that a compound field is put together from. Parts of a feature that is off, such as state
/// codes, do not exist.
fn compound_parts(field: &FieldDef, slot: impl Fn(&str) -> Option<Slot>) -> CompoundParts {
    const ADDRESS: &[(&str, &str)] = &[
        ("city", "City"),
        ("country", "Country"),
        ("countryCode", "CountryCode"),
        ("geocodeAccuracy", "GeocodeAccuracy"),
        ("latitude", "Latitude"),
        ("longitude", "Longitude"),
        ("postalCode", "PostalCode"),
        ("state", "State"),
        ("stateCode", "StateCode"),
        ("street", "Street"),
    ];
    // `Place__c` has the parts `Place__Latitude__s` and `Place__Longitude__s`.
    const LOCATION: &[(&str, &str)] = &[("latitude", "__Latitude__s"), ("longitude", "__Longitude__s")];
    let (parts, suffix) = match field.field_type {
        FieldType::Address => (ADDRESS, "Address"),
        FieldType::Location => (LOCATION, "__c"),
        _ => return Arc::from([]),
    };
    let stem = field.name.strip_suffix(suffix).unwrap_or(&field.name);
    parts
        .iter()
        .filter_map(|(key, part)| slot(&format!("{stem}{part}")).map(|slot| (Arc::from(*key), slot)))
        .collect()
}

fn picklist_value(object: &str, file: PicklistValueFile<'_>) -> Result<PicklistValue, CatalogError> {
    let value = arc(file.value);
    Ok(PicklistValue {
        label: file.label.map_or_else(|| Arc::clone(&value), arc),
        value,
        active: file.active,
        default_value: file.default_value,
        valid_for: file.valid_for.map(arc),
        versions: range(object, file.since, file.until)?,
    })
}

fn default_value(
    object: &str,
    field: &str,
    field_type: FieldType,
    file: Option<DefaultValueFile<'_>>,
) -> Result<Value, CatalogError> {
    use DefaultValueFile as D;
    use FieldType as T;
    let wrong =
        || CatalogError::new(object, format!("field `{field}`: `defaultValue` does not suit the type"));
    Ok(match (field_type, file) {
        (T::Boolean, None) => Value::Bool(false),
        (T::Boolean, Some(D::Bool(value))) => Value::Bool(value),
        (_, None) => Value::Null,
        (T::Int, Some(D::Number(number))) => Value::Int(number.as_i64().ok_or_else(wrong)?),
        (T::Double | T::Currency | T::Percent, Some(D::Number(number))) => {
            Value::Number(number.to_string().parse::<Decimal>().map_err(|_| wrong())?)
        }
        (
            T::String
            | T::TextArea
            | T::Picklist
            | T::MultiPicklist
            | T::ComboBox
            | T::Email
            | T::Phone
            | T::Url,
            Some(D::String(text)),
        ) => Value::text(text),
        _ => return Err(wrong()),
    })
}

fn soap_type(field_type: FieldType) -> &'static str {
    use FieldType as T;
    match field_type {
        T::Id | T::Reference => "tns:ID",
        T::String
        | T::TextArea
        | T::Picklist
        | T::MultiPicklist
        | T::ComboBox
        | T::Email
        | T::Phone
        | T::Url
        | T::EncryptedString => "xsd:string",
        T::Boolean => "xsd:boolean",
        T::Int => "xsd:int",
        T::Double | T::Currency | T::Percent => "xsd:double",
        T::Date => "xsd:date",
        T::DateTime => "xsd:dateTime",
        T::Time => "xsd:time",
        T::Address => "urn:address",
        T::Location => "urn:location",
        T::Base64 => "xsd:base64Binary",
        T::AnyType | T::ComplexValue => "xsd:anyType",
    }
}

fn range(
    object: &str,
    since: Option<ApiVersion>,
    until: Option<ApiVersion>,
) -> Result<VersionRange, CatalogError> {
    let range = VersionRange {
        since: since.unwrap_or(ApiVersion::OLDEST),
        until: until.unwrap_or(ApiVersion::NEWEST),
    };
    if range.since > range.until {
        return Err(CatalogError::new(
            object,
            format!("`since` {} lies after `until` {}", range.since, range.until),
        ));
    }
    Ok(range)
}

fn arc(text: Cow<'_, str>) -> Arc<str> {
    Arc::from(text)
}
