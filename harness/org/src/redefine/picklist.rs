//! The values of picklists: of the field itself, of a global value set, and which of them a controlling value allows.

use serde_json::{Map, Value as Json};

use super::{
    element::{Element, Values},
    source::Source,
};

type Member = (&'static str, Json);

/// The members of a definition file that say which values a picklist has.
///
/// # Errors
///
/// A value set or controlling field that does not exist.
pub(crate) fn members(source: Source<'_>, object: &str, values: &[Element]) -> Result<Vec<Member>, String> {
    let set = values.value("valueSet").or_else(|| values.value("picklist"));
    let set = set.ok_or("Must specify 'valueSet' for a CustomField of type Picklist")?;
    let set = set.children.as_slice();
    let mut members: Vec<Member> = Vec::new();
    let own = set.value("valueSetDefinition").map_or(set, |definition| definition.children.as_slice());
    let mut entries: Vec<Map<String, Json>> = match set.text("valueSetName") {
        None => {
            let named = entries(own.every("value").chain(own.every("picklistValues")));
            if own.says("sorted") { sorted(named) } else { named }
        }
        Some(name) => {
            let global = source
                .global_value_set(name)
                .ok_or_else(|| format!("no GlobalValueSet named {name} found"))?;
            let named = entries(global.values.every("customValue"));
            if global.values.says("sorted") { sorted(named) } else { named }
        }
    };
    if set.says("restricted") || set.text("valueSetName").is_some() {
        members.push(("restrictedPicklist", true.into()));
    }
    if let Some(controller) = set.text("controllingField") {
        let known = source.values_of(object, controller);
        let known = known.ok_or_else(|| format!("no CustomField named {object}.{controller} found"))?;
        for settings in set.every("valueSettings") {
            let value = settings.children.text("valueName").unwrap_or_default();
            let allowed: Vec<usize> = settings
                .children
                .every("controllingFieldValue")
                .filter_map(|own| known.iter().position(|known| **known == *own.text))
                .collect();
            if let Some(entry) = entries.iter_mut().find(|entry| entry["value"] == value) {
                entry.insert("validFor".to_owned(), bitmap(&allowed, known.len()).into());
            }
        }
        // A value for which no controlling value is named can be chosen with none of them.
        for entry in entries.iter_mut().filter(|entry| !entry.contains_key("validFor")) {
            entry.insert("validFor".to_owned(), bitmap(&[], known.len()).into());
        }
        members.push(("dependentPicklist", true.into()));
        members.push(("controllerName", controller.into()));
    }
    if entries.iter().any(|entry| entry.contains_key("defaultValue")) {
        members.push(("defaultedOnCreate", true.into()));
    }
    members.push(("picklistValues", Json::Array(entries.into_iter().map(Json::Object).collect())));
    Ok(members)
}

/// The API names of the values in the order of the list.
pub(crate) fn names(values: &[Element]) -> Vec<Box<str>> {
    let Some(set) = values.value("valueSet").or_else(|| values.value("picklist")) else { return Vec::new() };
    let own = set
        .children
        .value("valueSetDefinition")
        .map_or(set.children.as_slice(), |own| own.children.as_slice());
    let named = own.every("value").chain(own.every("picklistValues"));
    named.filter_map(|value| value.children.text("fullName")).map(Into::into).collect()
}

fn entries<'a>(values: impl Iterator<Item = &'a Element>) -> Vec<Map<String, Json>> {
    values
        .filter_map(|value| {
            let name = value.children.text("fullName")?;
            let mut entry = Map::new();
            entry.insert("value".to_owned(), name.into());
            if let Some(label) = value.children.text("label").filter(|label| *label != name) {
                entry.insert("label".to_owned(), label.into());
            }
            if value.children.text("isActive") == Some("false") {
                entry.insert("active".to_owned(), false.into());
            }
            if value.children.says("default") {
                entry.insert("defaultValue".to_owned(), true.into());
            }
            Some(entry)
        })
        .collect()
}

/// The entries by their labels, as a list that is sorted shows them.
fn sorted(mut entries: Vec<Map<String, Json>>) -> Vec<Map<String, Json>> {
    let label = |entry: &Map<String, Json>| {
        let text = entry.get("label").or_else(|| entry.get("value")).and_then(Json::as_str);
        text.unwrap_or_default().to_lowercase()
    };
    entries.sort_by_key(label);
    entries
}

/// A value as record types name it: what is no letter, digit or blank stands there as a percent sign with two digits.
pub(crate) fn plain_name(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match after {
            [high, low, ..] if *first == b'%' => {
                let digit =
                    |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low)
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Which controlling values allow a value: a bit for each, the first one highest, in Base64.
fn bitmap(allowed: &[usize], of: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // As describes answer them: whole groups of four digits.
    let mut bytes = vec![0_u8; of.div_ceil(8).max(1).next_multiple_of(3)];
    for at in allowed {
        bytes[at / 8] |= 0x80 >> (at % 8);
    }
    let digit = |bits: u32| char::from(DIGITS[(bits & 0x3f) as usize]);
    bytes
        .chunks(3)
        .flat_map(|three| {
            let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
            [digit(bits >> 18), digit(bits >> 12), digit(bits >> 6), digit(bits)]
        })
        .collect()
}

/// The values of a field in a definition, for fields that metadata does not hold.
pub(crate) fn of_field(field: &crate::catalog::FieldDef) -> Vec<Box<str>> {
    if field.field_type == crate::catalog::FieldType::Boolean {
        return vec!["unchecked".into(), "checked".into()];
    }
    field.picklist_values.iter().map(|value| (*value.value).into()).collect()
}

/// The values of a picklist as a component holds them.
pub(crate) fn value_set(field: &crate::catalog::FieldDef) -> Element {
    let text = |name: &str, text: &str| Element::leaf(name, text);
    let value = |own: &crate::catalog::PicklistValue| {
        let mut children = vec![
            text("fullName", &own.value),
            text("default", if own.default_value { "true" } else { "false" }),
        ];
        if !own.active {
            children.push(text("isActive", "false"));
        }
        children.push(text("label", &own.label));
        Element::of("value", children)
    };
    let mut definition = vec![text("sorted", "false")];
    definition.extend(field.picklist_values.iter().map(value));
    let mut set = Vec::new();
    if let Some(controller) = &field.controller_name {
        set.push(text("controllingField", controller));
    }
    set.push(text("restricted", if field.restricted_picklist { "true" } else { "false" }));
    set.push(Element::of("valueSetDefinition", definition));
    Element::of("valueSet", set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_controlling_value_is_the_highest_bit() {
        assert_eq!(bitmap(&[0], 2), "gAAA");
        assert_eq!(bitmap(&[1, 8], 9), "QIAA");
        assert_eq!(bitmap(&[], 30), "AAAAAAAA");
        assert!(names(&[]).is_empty());
        assert_eq!(plain_name("Closed %28Lost%29, 50%25 %"), "Closed (Lost), 50% %");
    }
}
