//! From a CustomField component to the field of a definition file.

use serde_json::{Map, Value as Json, json};

use super::{
    element::{Element, Values},
    picklist,
    source::Source,
};

/// The entries of a definition file for a field: one, and its parts where it is put together.
///
/// # Errors
///
/// What is wrong with the field, in the platform's words where they are known.
pub(crate) fn definition(
    source: Source<'_>,
    object: &str,
    name: &str,
    values: &[Element],
) -> Result<Vec<Json>, String> {
    let custom = name.ends_with("__c");
    if !custom {
        return Err(format!(
            "{object}.{name} is a standard field; only custom fields, whose names end in __c, are modelled"
        ));
    }
    if values.text("label").is_none_or(|label| label.chars().count() > 40) {
        return Err("Must specify a label of 1 to 40 characters for the CustomField".to_owned());
    }
    let kind = values.text("type").unwrap_or("Summary");
    let mut field = Map::new();
    field.insert("name".to_owned(), name.into());
    field.insert("custom".to_owned(), true.into());
    copy_text(&mut field, values, "label", "label");
    copy_text(&mut field, values, "inlineHelpText", "inlineHelpText");
    if values.says("required") {
        field.insert("nillable".to_owned(), false.into());
    }
    for flag in
        ["unique", "caseSensitive", "externalId", "writeRequiresMasterRead", "displayLocationInDecimal"]
    {
        if values.says(flag) {
            field.insert(flag.to_owned(), true.into());
        }
    }
    if values.says("externalId") {
        field.insert("idLookup".to_owned(), true.into());
    }
    let mut parts = Vec::new();
    shape(source, (object, name, kind), values, &mut field, &mut parts)?;
    if let Some(formula) = values.text("formula") {
        field.insert("calculatedFormula".to_owned(), formula.into());
        if values.text("formulaTreatBlanksAs") == Some("BlankAsZero") {
            field.insert("formulaTreatNullNumberAsZero".to_owned(), true.into());
        }
    } else if let Some(default) = values.text("defaultValue") {
        default_value(&mut field, kind, default);
    }
    Ok(std::iter::once(Json::Object(field)).chain(parts).collect())
}

fn shape(
    source: Source<'_>,
    (object, name, kind): (&str, &str, &str),
    values: &[Element],
    field: &mut Map<String, Json>,
    parts: &mut Vec<Json>,
) -> Result<(), String> {
    let number = |member: &str| number(values, member);
    let needed = |member: &str| {
        number(member).and_then(|value| {
            value.ok_or_else(|| format!("Must specify '{member}' for a CustomField of type {kind}"))
        })
    };
    let formula = values.text("formula").is_some();
    let mut set = |member: &str, value: Json| {
        field.insert(member.to_owned(), value);
    };
    match kind {
        "Text" if formula => {
            set("type", "string".into());
            set("length", 1300.into());
        }
        "Text" => {
            set("type", "string".into());
            set("length", needed("length")?.into());
        }
        "TextArea" => {
            set("type", "textarea".into());
            set("length", 255.into());
        }
        "LongTextArea" | "Html" => {
            set("type", "textarea".into());
            set("length", needed("length")?.into());
            set("extraTypeInfo", if kind == "Html" { "richtextarea" } else { "plaintextarea" }.into());
            if kind == "Html" {
                set("htmlFormatted", true.into());
            }
        }
        "Number" | "Currency" | "Percent" => {
            set(
                "type",
                match kind {
                    "Number" => "double",
                    "Currency" => "currency",
                    _ => "percent",
                }
                .into(),
            );
            let precision = if formula { number("precision")?.unwrap_or(18) } else { needed("precision")? };
            let scale = if formula { number("scale")?.unwrap_or(0) } else { needed("scale")? };
            if precision == 0 || precision > 18 || scale > precision {
                return Err(format!(
                    "A CustomField of type {kind} has a precision of 1 to 18 and a scale within it"
                ));
            }
            set("precision", precision.into());
            set("scale", scale.into());
        }
        "Checkbox" => set("type", "boolean".into()),
        "Date" | "DateTime" | "Time" | "Email" | "Phone" | "Url" => {
            set("type", kind.to_ascii_lowercase().into())
        }
        "Picklist" | "MultiselectPicklist" => {
            set("type", if kind == "Picklist" { "picklist" } else { "multipicklist" }.into());
            if kind == "MultiselectPicklist"
                && let Some(lines) = number("visibleLines")?
            {
                set("precision", lines.into());
            }
            for (member, value) in picklist::members(source, object, values)? {
                set(member, value);
            }
        }
        "Lookup" | "MasterDetail" | "Hierarchy" => {
            set("type", "reference".into());
            let target = if kind == "Hierarchy" { Some(object) } else { values.text("referenceTo") };
            let target = target
                .ok_or_else(|| format!("Must specify 'referenceTo' for a CustomField of type {kind}"))?;
            set("referenceTo", json!([target]));
            set("relationshipName", format!("{}__r", name.trim_end_matches("__c")).into());
            if let Some(children) = values.text("relationshipName") {
                set("childRelationshipName", format!("{children}__r").into());
            }
            match (kind, values.text("deleteConstraint")) {
                ("MasterDetail", _) => {
                    set("nillable", false.into());
                    set("cascadeDelete", true.into());
                    set("relationshipOrder", number("relationshipOrder")?.unwrap_or(0).into());
                    if !values.says("reparentableMasterDetail") {
                        set("updateable", false.into());
                    }
                }
                (_, Some("Cascade")) => set("cascadeDelete", true.into()),
                (_, Some("Restrict")) => set("restrictedDelete", true.into()),
                _ => {}
            }
        }
        "AutoNumber" => {
            set("type", "string".into());
            set("length", 30.into());
            set("autoNumber", true.into());
            set("nillable", false.into());
            set("autoNumberFormat", values.text("displayFormat").unwrap_or("{0}").into());
        }
        "Location" => {
            set("type", "location".into());
            let scale = needed("scale")?;
            let label = values.text("label").unwrap_or(name);
            let stem = name.trim_end_matches("__c");
            for part in ["Latitude", "Longitude"] {
                parts.push(json!({
                    "name": format!("{stem}__{part}__s"), "label": format!("{label} ({part})"), "type": "double", "custom": true,
                    "precision": 15.max(scale), "scale": scale, "compoundFieldName": name,
                }));
            }
        }
        "EncryptedText" => {
            set("type", "encryptedstring".into());
            set("length", needed("length")?.into());
            set("encrypted", true.into());
            for member in ["maskChar", "maskType"] {
                if let Some(text) = values.text(member) {
                    set(if member == "maskChar" { "mask" } else { member }, text.into());
                }
            }
        }
        "Summary" => summary(source, values, &mut set)?,
        other => return Err(format!("fields of type {other} are not modelled by mockorg")),
    }
    Ok(())
}

fn summary(source: Source<'_>, values: &[Element], set: &mut dyn FnMut(&str, Json)) -> Result<(), String> {
    let key = values.text("summaryForeignKey").and_then(|key| key.split_once('.'));
    let (child, field) = key.ok_or("Must specify 'summaryForeignKey' for a CustomField of type Summary")?;
    let operation = values
        .text("summaryOperation")
        .ok_or("Must specify 'summaryOperation' for a CustomField of type Summary")?;
    let filters: Vec<Json> = values.every("summaryFilterItems").map(|item| filter(&item.children)).collect();
    let mut summary = json!({"object": child, "field": field, "operation": operation, "filters": filters});
    let mut shape = ("double".to_owned(), 18_u64, 0_u64);
    if operation != "count" {
        let of = values.text("summarizedField").and_then(|of| of.split_once('.'));
        let (_, of) = of.ok_or("Must specify 'summarizedField' for this operation of a Summary")?;
        summary["of"] = of.into();
        shape = source
            .number_shape(child, of)
            .ok_or_else(|| format!("no CustomField named {child}.{of} found"))?;
    }
    let (kind, precision, scale) = shape;
    let is_number = !matches!(&*kind, "date" | "datetime");
    set("type", kind.into());
    if is_number {
        set("precision", precision.into());
        set("scale", scale.into());
    }
    set("summary", summary);
    Ok(())
}

/// A condition of a roll-up summary or list view.
pub(crate) fn filter(values: &[Element]) -> Json {
    let field = values.text("field").unwrap_or_default();
    json!({
        "field": field.rsplit_once('.').map_or(field, |(_, field)| field),
        "operator": values.text("operation").unwrap_or("equals"),
        "value": values.text("value").unwrap_or_default(),
    })
}

fn default_value(field: &mut Map<String, Json>, kind: &str, text: &str) {
    let quoted = text.len() >= 2
        && text.starts_with('"')
        && text.ends_with('"')
        && !text[1..text.len() - 1].contains('"');
    let literal: Option<Json> = match kind {
        "Checkbox" => Some((text == "true").into()),
        "Number" | "Currency" | "Percent" => text.parse::<serde_json::Number>().ok().map(Json::Number),
        _ if quoted => text.get(1..text.len() - 1).map(Into::into),
        _ => None,
    };
    match literal {
        Some(value) => field.insert("defaultValue".to_owned(), value),
        None => field.insert("defaultValueFormula".to_owned(), text.into()),
    };
}

fn number(values: &[Element], member: &str) -> Result<Option<u64>, String> {
    let text = values.text(member);
    text.map(|text| {
        text.parse().map_err(|_| format!("'{text}' is not a valid value for the type xsd:int ({member})"))
    })
    .transpose()
}

fn copy_text(field: &mut Map<String, Json>, values: &[Element], from: &str, to: &str) {
    if let Some(text) = values.text(from) {
        field.insert(to.to_owned(), text.into());
    }
}
