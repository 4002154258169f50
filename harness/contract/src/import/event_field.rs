//! Fields of custom platform events, about which definitions may say less.

use super::{error::ImportError, members::Members, report::Rows, view::View};
use crate::Json;

/// The fields that every event has and no definition repeats.
const EVERY_EVENT: [&str; 4] = ["ReplayId", "CreatedDate", "CreatedById", "EventUuid"];
/// What no field of an event can be, so that no definition says it.
const NEVER: [&str; 13] = [
    "updateable",
    "filterable",
    "sortable",
    "groupable",
    "aggregatable",
    "permissionable",
    "unique",
    "externalId",
    "autoNumber",
    "calculated",
    "encrypted",
    "restrictedPicklist",
    "idLookup",
];
const LONGEST_TEXT: u32 = 255;
const LONGEST_TEXT_AREA: u32 = 131_072;

/// The entry for a field of a custom platform event; `None` for one that every event has, and for one that no
/// event can have, which the rows then say.
///
/// # Errors
///
/// When a member is of the wrong type or out of range.
pub(super) fn event_field(
    view: &View<'_>,
    name: &str,
    type_name: &str,
    rows: &mut Rows,
) -> Result<Option<Json>, ImportError> {
    if EVERY_EVENT.contains(&name) {
        return Ok(None);
    }
    if !name.ends_with("__c") {
        rows.add(name, "", "the field is left out: the own fields of an event have names that end in __c");
        return Ok(None);
    }
    let length = view.whole("length", u32::MAX)?;
    let precision = view.whole("precision", u32::from(u8::MAX))?;
    let scale = view.whole("scale", u32::from(u8::MAX))?;
    let fits = match type_name {
        "boolean" | "date" | "datetime" => true,
        "double" => precision.is_some_and(|digits| (1..=18).contains(&digits)),
        "string" => length.is_some_and(|length| (1..=LONGEST_TEXT).contains(&length)),
        "textarea" => length.is_some_and(|length| (LONGEST_TEXT + 1..=LONGEST_TEXT_AREA).contains(&length)),
        _ => false,
    };
    if !fits {
        let reason = format!(
            "the field is left out: no event has a field of the type {type_name} with this length or precision"
        );
        rows.add(name, "type", reason);
        return Ok(None);
    }
    for key in NEVER {
        if view.flag(key)? == Some(true) {
            rows.add(name, key, "true in the org; fields of events are false here");
        }
    }
    let mut members = Members::default();
    members.text("name", name);
    members.text_if("label", view.text("label")?.filter(|label| *label != name));
    members.text("type", type_name);
    match type_name {
        "double" => {
            members.whole("precision", precision.unwrap_or_default(), None);
            members.whole("scale", scale.unwrap_or_default(), None);
        }
        "string" | "textarea" => members.whole("length", length.unwrap_or_default(), None),
        _ => {}
    }
    let nillable = type_name != "boolean";
    members.flag("nillable", view.flag("nillable")?.unwrap_or(nillable), nillable);
    members.flag("createable", view.flag("createable")?.unwrap_or(true), true);
    // Where a default is given, the field counts as defaulted by itself.
    let mut defaulted = type_name == "boolean";
    match (type_name, view.raw("defaultValue")) {
        ("boolean", Some(Json::Bool(true))) => members.put("defaultValue", Json::Bool(true)),
        ("string" | "textarea", Some(Json::String(text))) => {
            members.text("defaultValue", text);
            defaulted = true;
        }
        ("double", Some(Json::Number(text))) if text.len() <= 18 && !text.contains(['e', 'E']) => {
            members.put("defaultValue", Json::Number(text.clone()));
            defaulted = true;
        }
        (_, None | Some(Json::Null)) | ("boolean", Some(Json::Bool(false))) => {}
        _ => rows.add(name, "defaultValue", format!("does not suit the type {type_name}")),
    }
    members.flag("defaultedOnCreate", view.flag("defaultedOnCreate")?.unwrap_or(defaulted), defaulted);
    for key in ["extraTypeInfo", "inlineHelpText"] {
        members.text_if(key, view.text(key)?);
    }
    Ok(Some(members.into_json()))
}
