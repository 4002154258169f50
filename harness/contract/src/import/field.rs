//! A field of a describe answer as an entry of a definition.

use super::{
    defaults::{Defaults, TYPES},
    error::ImportError,
    event_field,
    members::{Members, system_entry, system_field},
    picklist,
    relations::Relation,
    report::Rows,
    view::{View, is_api_name, says_nothing},
};
use crate::Json;

/// The members of a field that the definition format has, or that follow from those which it has.
pub(super) const KNOWN: [&str; 57] = [
    "aggregatable",
    "aiPredictionField",
    "autoNumber",
    "byteLength",
    "calculated",
    "calculatedFormula",
    "cascadeDelete",
    "caseSensitive",
    "compoundFieldName",
    "controllerName",
    "createable",
    "custom",
    "defaultValue",
    "defaultValueFormula",
    "defaultedOnCreate",
    "dependentPicklist",
    "deprecatedAndHidden",
    "digits",
    "displayLocationInDecimal",
    "encrypted",
    "externalId",
    "extraTypeInfo",
    "filterable",
    "filteredLookupInfo",
    "formulaTreatNullNumberAsZero",
    "groupable",
    "highScaleNumber",
    "htmlFormatted",
    "idLookup",
    "inlineHelpText",
    "label",
    "length",
    "mask",
    "maskType",
    "name",
    "nameField",
    "namePointing",
    "nillable",
    "permissionable",
    "picklistValues",
    "polymorphicForeignKey",
    "precision",
    "queryByDistance",
    "referenceTargetField",
    "referenceTo",
    "relationshipName",
    "relationshipOrder",
    "restrictedDelete",
    "restrictedPicklist",
    "scale",
    "searchPrefilterable",
    "soapType",
    "sortable",
    "type",
    "unique",
    "updateable",
    "writeRequiresMasterRead",
];

/// Members that say how the platform works a value out; definitions have no place for them.
const FORMULAS: [&str; 3] = ["calculatedFormula", "defaultValueFormula", "filteredLookupInfo"];
/// What stands where a saved answer lacks a length, or the digits of a number.
const ASSUMED_LENGTH: u32 = 255;
const ASSUMED_PRECISION: u32 = 18;
const ASSUMED_FORMAT: &str = "{00000000}";

/// What a field needs to know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) relation: Option<&'a Relation>,
    /// What mockorg's own definition says about the field.
    pub(super) standard: Option<&'a Json>,
    pub(super) custom_object: bool,
    pub(super) custom_event: bool,
    /// Whether an earlier field of the object is its name.
    pub(super) named: bool,
}

/// The entry for a field; `None` when the format has no place for the field at all, which the rows then say.
///
/// # Errors
///
/// When a member is of the wrong type or out of range, or the name or the type is missing.
pub(super) fn field(
    view: &View<'_>,
    around: Surroundings<'_>,
    rows: &mut Rows,
) -> Result<Option<Json>, ImportError> {
    let name = view.needed_text("name")?;
    if !is_api_name(name) {
        return Err(view.error("name", "is no API name: letters, digits and underscores, a letter first"));
    }
    let type_name = view.needed_text("type")?;
    if !TYPES.contains(&type_name) {
        let shown: String = type_name.chars().take(40).collect();
        rows.add(name, "type", format!("the type {shown} is not modelled; the field is left out"));
        return Ok(None);
    }
    if around.custom_event {
        return event_field::event_field(view, name, type_name, rows);
    }
    not_carried(view, name, rows);
    let flag = |key: &str, default: bool| view.flag(key).map(|flag| flag.unwrap_or(default));
    let mut members = Members::default();
    members.text("name", name);
    let label = view.text("label")?.filter(|label| !label.is_empty() && *label != name);
    members.text_if("label", label);
    members.text("type", type_name);
    let auto_number = flag("autoNumber", false)?;
    let calculated = flag("calculated", false)?;
    let own_length = Defaults::length_of(type_name);
    let length = view.whole("length", u32::MAX)?.unwrap_or(own_length.unwrap_or(ASSUMED_LENGTH));
    let defaults = Defaults { type_name, length, auto_number, calculated };
    members.whole("length", length, own_length);
    numbers(view, &defaults, &mut members)?;

    let nillable = flag("nillable", defaults.nillable())?;
    let createable = flag("createable", defaults.writable())?;
    let updateable = flag("updateable", defaults.writable())?;
    let filterable = flag("filterable", defaults.filterable())?;
    members.flag("nillable", nillable, defaults.nillable());
    members.flag("createable", createable, defaults.writable());
    members.flag("updateable", updateable, defaults.writable());
    members.flag("filterable", filterable, defaults.filterable());
    let by_type = [
        ("sortable", defaults.sortable(filterable)),
        ("groupable", defaults.groupable()),
        ("aggregatable", defaults.aggregatable()),
        ("permissionable", defaults.permissionable(nillable, createable, updateable)),
        ("searchPrefilterable", type_name == "reference"),
        ("defaultedOnCreate", defaults.defaulted_on_create()),
    ];
    for (key, default) in by_type {
        members.flag(key, flag(key, default)?, default);
    }
    default_value(view, name, type_name, &mut members, rows)?;
    for key in ["unique", "caseSensitive", "externalId", "idLookup", "autoNumber"] {
        members.flag(key, flag(key, false)?, false);
    }
    if auto_number {
        members.text("autoNumberFormat", auto_number_format(name, around.standard, rows));
    }
    if calculated {
        members.flag("calculated", true, false);
        if flag("custom", false)? {
            rows.add(
                name,
                "calculated",
                "formulas and rollups are not computed; the field keeps what it is given",
            );
        }
    }
    let name_field = flag("nameField", false)?;
    if name_field && around.named {
        rows.add(name, "nameField", "another field is the record's name already");
    }
    members.flag("nameField", name_field && !around.named, false);
    let custom = flag("custom", false)?;
    let custom_default = around.custom_object && name.ends_with("__c");
    if custom_default && !custom && view.own("custom").is_some() {
        rows.add(name, "custom", "fields of custom objects whose names end in __c count as custom");
    }
    members.flag("custom", custom || custom_default, custom_default);
    let rare = [
        "encrypted",
        "htmlFormatted",
        "aiPredictionField",
        "displayLocationInDecimal",
        "highScaleNumber",
        "formulaTreatNullNumberAsZero",
        "queryByDistance",
        "writeRequiresMasterRead",
        "deprecatedAndHidden",
    ];
    for key in rare {
        let default = key == "queryByDistance" && defaults.is_compound();
        members.flag(key, flag(key, default)?, default);
    }
    picklist::picklist(view, around.standard, name, &mut members, rows)?;
    for key in ["compoundFieldName", "extraTypeInfo", "inlineHelpText", "mask", "maskType"] {
        members.text_if(key, view.text(key)?);
    }
    let soap_type = view.text("soapType")?.unwrap_or(defaults.soap_type());
    if soap_type != defaults.soap_type() || type_name == "complexvalue" {
        members.text("soapType", soap_type);
    }
    reference(view, name, type_name, around, &mut members, rows)?;
    derived(view, name, &defaults, rows)?;
    let entry = members.into_json();
    Ok(Some(match system_field(name) {
        Some(system) if system == entry => system_entry(name),
        _ => entry,
    }))
}

/// Lists the members that definitions have no place for.
fn not_carried(view: &View<'_>, name: &str, rows: &mut Rows) {
    for key in FORMULAS {
        if view.own(key).is_some_and(|value| !says_nothing(value)) {
            rows.add(name, key, "definitions have no place for it; the mock does not work it out");
        }
    }
    for key in view.keys() {
        if !KNOWN.contains(&key) && !key.starts_with('_') && view.own(key).is_some_and(|v| !says_nothing(v)) {
            rows.add(name, key, "an unknown member of describe answers");
        }
    }
}

fn numbers(view: &View<'_>, defaults: &Defaults<'_>, members: &mut Members) -> Result<(), ImportError> {
    let most = u32::from(u8::MAX);
    // Definitions of these types give both digits and places.
    let spelled = matches!(defaults.type_name, "double" | "percent");
    let assumed = if spelled { ASSUMED_PRECISION } else { defaults.precision() };
    let precision = view.whole("precision", most)?.unwrap_or(assumed);
    let scale = view.whole("scale", most)?.unwrap_or(defaults.scale());
    members.whole("precision", precision, (!spelled).then(|| defaults.precision()));
    members.whole("scale", scale, (!spelled).then(|| defaults.scale()));
    let digits = view.whole("digits", most)?.unwrap_or(defaults.digits());
    members.whole("digits", digits, Some(defaults.digits()));
    Ok(())
}

fn default_value(
    view: &View<'_>,
    name: &str,
    type_name: &str,
    members: &mut Members,
    rows: &mut Rows,
) -> Result<(), ImportError> {
    let Some(value) = view.raw("defaultValue").filter(|value| **value != Json::Null) else { return Ok(()) };
    let kept = match (type_name, value) {
        ("boolean", Json::Bool(flag)) => {
            members.flag("defaultValue", *flag, false);
            return Ok(());
        }
        ("int", Json::Number(text)) => {
            text.parse::<i64>().ok().map(|number| Json::Number(number.to_string()))
        }
        ("double" | "currency" | "percent", Json::Number(text)) => plain_number(text).map(Json::Number),
        (
            "string" | "textarea" | "picklist" | "multipicklist" | "combobox" | "email" | "phone" | "url",
            Json::String(text),
        ) => Some(Json::String(text.clone())),
        (_, Json::Array(_) | Json::Object(_)) => {
            return Err(view.error("defaultValue", "expected a string, a number, true, false or null"));
        }
        _ => None,
    };
    match kept {
        Some(value) => members.put("defaultValue", value),
        None => rows.add(
            name,
            "defaultValue",
            format!("a default of this kind does not suit the type {type_name}"),
        ),
    }
    Ok(())
}

/// A number that a decimal of 28 digits holds, without an exponent.
fn plain_number(text: &str) -> Option<String> {
    let plain = if text.contains(['e', 'E']) {
        let number = text.parse::<f64>().ok().filter(|number| number.abs() < 1e15)?;
        number.to_string()
    } else {
        text.to_owned()
    };
    (plain.bytes().filter(u8::is_ascii_digit).count() <= 17).then_some(plain)
}

fn auto_number_format<'a>(name: &str, standard: Option<&'a Json>, rows: &mut Rows) -> &'a str {
    match standard.and_then(|field| field.get("autoNumberFormat")).and_then(Json::as_str) {
        Some(format) => format,
        None => {
            let reason =
                format!("describe answers do not carry the display format; {ASSUMED_FORMAT} stands for it");
            rows.add(name, "autoNumberFormat", reason);
            ASSUMED_FORMAT
        }
    }
}

fn reference(
    view: &View<'_>,
    name: &str,
    type_name: &str,
    around: Surroundings<'_>,
    members: &mut Members,
    rows: &mut Rows,
) -> Result<(), ImportError> {
    let targets = view.texts("referenceTo")?;
    let is_reference = type_name == "reference";
    if is_reference {
        let mut unlike: Vec<&str> = Vec::new();
        for target in &targets {
            if unlike.contains(target) {
                rows.add(name, "referenceTo", "a target that is named twice is kept once");
            } else {
                unlike.push(target);
            }
        }
        let listed = unlike.iter().map(|target| Json::String((*target).to_owned())).collect();
        members.put("referenceTo", Json::Array(listed));
    } else if !targets.is_empty() {
        rows.add(name, "referenceTo", format!("a field of the type {type_name} cannot point to objects"));
    }
    members.text_if("relationshipName", view.text("relationshipName")?);
    match view.whole("relationshipOrder", u32::MAX)? {
        Some(order @ 0..=1) => members.whole("relationshipOrder", order, None),
        Some(order) => rows.add(name, "relationshipOrder", format!("{order} is neither 0 nor 1")),
        None => {}
    }
    members.text_if("referenceTargetField", view.text("referenceTargetField")?);
    let (cascade, restricted) =
        (view.flag("cascadeDelete")?.unwrap_or(false), view.flag("restrictedDelete")?.unwrap_or(false));
    if is_reference {
        let standard =
            around.standard.and_then(|field| field.get("childRelationshipName")).and_then(Json::as_str);
        let (child_name, cascade, restricted) = match around.relation {
            None => (standard, cascade, restricted),
            Some(relation) => {
                let mut names = relation.names.values();
                let first = names.clone().flatten().next();
                if names.any(|name| name.as_ref() != first) {
                    let reason = format!(
                        "the parents give it different names; {} stands for all of them",
                        first.map_or("none", String::as_str)
                    );
                    rows.add(name, "childRelationshipName", reason);
                }
                if relation.cascade_delete != cascade || relation.restricted_delete != restricted {
                    rows.add(
                        name,
                        "cascadeDelete",
                        "field and parent disagree about deletion; the parent counts",
                    );
                }
                (first.map(String::as_str), relation.cascade_delete, relation.restricted_delete)
            }
        };
        members.text_if("childRelationshipName", child_name);
        members.flag("cascadeDelete", cascade, false);
        members.flag("restrictedDelete", restricted, false);
    } else if cascade || restricted {
        rows.add(name, "cascadeDelete", "only references decide about deletion");
    }
    let polymorphic = is_reference && targets.len() > 1;
    for key in ["namePointing", "polymorphicForeignKey"] {
        members.flag(key, view.flag(key)?.unwrap_or(polymorphic), polymorphic);
    }
    Ok(())
}

/// Lists where what follows from the definition is not what the org says.
fn derived(view: &View<'_>, name: &str, defaults: &Defaults<'_>, rows: &mut Rows) -> Result<(), ImportError> {
    let follows = defaults.byte_length();
    if let Some(own) = view.whole("byteLength", u32::MAX)?.filter(|own| *own != follows) {
        rows.add(name, "byteLength", format!("{own} in the org; {follows} follows from type and length"));
    }
    let joined = match defaults.type_name {
        "address" => !name.ends_with("__c"),
        "location" => name.ends_with("__c"),
        _ => true,
    };
    if !joined {
        rows.add(
            name,
            "type",
            "the parts of such a compound field are stored, but it is not put together from them",
        );
    }
    Ok(())
}
