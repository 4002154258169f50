//! The values of picklists.

use super::{
    error::ImportError,
    members::Members,
    report::Rows,
    view::{View, says_nothing},
};
use crate::Json;

const KNOWN: [&str; 5] = ["active", "defaultValue", "label", "validFor", "value"];

/// Adds the members of a definition that are about picklists.
///
/// # Errors
///
/// When a value is no object, or a member of it has the wrong type.
pub(super) fn picklist(
    view: &View<'_>,
    standard: Option<&Json>,
    name: &str,
    members: &mut Members,
    rows: &mut Rows,
) -> Result<(), ImportError> {
    let restricted = view.flag("restrictedPicklist")?.unwrap_or(false);
    let controller = view.text("controllerName")?.filter(|name| !name.is_empty());
    let mut dependent = view.flag("dependentPicklist")?.unwrap_or(false);
    if dependent && controller.is_none() {
        rows.add(name, "dependentPicklist", "there is no controllerName; every value counts as valid");
        dependent = false;
    }
    members.flag("restrictedPicklist", restricted, false);
    members.flag("dependentPicklist", dependent, false);
    // What mockorg's own definition lists may be in the short form; it is complete as it is.
    let values = view.own("picklistValues").map_or(Ok(Vec::new()), |_| view.objects("picklistValues"))?;
    let known = standard.and_then(|field| field.get("picklistValues"));
    if let Some(known) = known.filter(|_| values.is_empty()) {
        if view.own("picklistValues").is_some() {
            rows.add(name, "picklistValues", "the answer lists none; the values that mockorg knows stand");
        }
        members.put("picklistValues", known.clone());
    } else {
        let mut entries = Vec::with_capacity(values.len());
        for value in &values {
            entries.push(entry(value, standard, name, rows)?);
        }
        if restricted || !entries.is_empty() {
            members.put("picklistValues", Json::Array(entries));
        }
    }
    members.text_if("controllerName", controller);
    Ok(())
}

fn entry(view: &View<'_>, standard: Option<&Json>, name: &str, rows: &mut Rows) -> Result<Json, ImportError> {
    let value = match view.text("value")? {
        Some(value) => value,
        None => return Err(view.error("value", "is missing")),
    };
    let mut members = Members::default();
    members.text("value", value);
    let label = view.text("label")?;
    if label.is_none() {
        rows.add(name, "picklistValues", "a value without label is labelled by itself");
    }
    if let Some(label) = label.filter(|label| *label != value) {
        members.text("label", label);
    }
    members.flag("active", view.flag("active")?.unwrap_or(true), true);
    members.flag("defaultValue", view.flag("defaultValue")?.unwrap_or(false), false);
    members.text_if("validFor", view.text("validFor")?);
    for key in view.keys() {
        if !KNOWN.contains(&key) && view.own(key).is_some_and(|own| !says_nothing(own)) {
            rows.add(name, "picklistValues", "a value has an unknown member");
        }
    }
    // Describes tell of one version only; in which versions a value exists, mockorg may know.
    let known = standard.and_then(|field| field.get("picklistValues")).and_then(Json::items);
    let same = |own: &&Json| own.get("value").and_then(Json::as_str) == Some(value);
    if let Some(own) = known.and_then(|values| values.iter().find(same)) {
        for key in ["since", "until"] {
            members.text_if(key, own.get(key).and_then(Json::as_str));
        }
    }
    let entry = members.into_json();
    // A value that has nothing but itself is written as a plain string.
    let plain = entry.keys().is_some_and(|keys| keys == ["value"]);
    Ok(if plain { Json::String(value.to_owned()) } else { entry })
}
