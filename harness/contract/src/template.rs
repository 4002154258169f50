//! Templates: `{name}` in a case stands for a captured or given value.
//!
//! Only `{name}` with a plain name (a letter, then letters, digits, `_`) is replaced; every other
//! brace stands for itself, so that JSON text needs no escapes. `{{name}}` writes `{name}`.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::json::Json;

/// The values that templates may name.
pub type Variables = BTreeMap<String, Json>;

/// A template names a value that nobody gave or captured.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "nothing is known as '{{{name}}}' here; capture it in an earlier step, or write '{{{{{name}}}}}' for the text itself (known: {known})"
)]
pub struct UnknownName {
    /// The name in the template.
    pub name: String,
    /// The names that are known, separated by commas.
    pub known: String,
}

/// Replaces every `{name}` in a text; values that are no strings are written as JSON.
///
/// # Errors
///
/// [`UnknownName`] for the first name without a value.
pub fn expand(template: &str, variables: &Variables) -> Result<String, UnknownName> {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| escaped(inner)) {
            text.push('{');
            text.push_str(name);
            text.push('}');
            rest = after;
        } else if let Some((name, after)) = named(rest) {
            match lookup(name, variables)? {
                Json::String(value) => text.push_str(value),
                other => text.push_str(&other.to_string()),
            }
            rest = after;
        } else {
            text.push('{');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// Replaces names in every string of a JSON value. A string that is exactly `{name}` becomes the
/// captured value with its JSON type. Keys are left alone.
///
/// # Errors
///
/// [`UnknownName`] for the first name without a value.
pub fn expand_json(template: &Json, variables: &Variables) -> Result<Json, UnknownName> {
    Ok(match template {
        Json::Null | Json::Bool(_) | Json::Number(_) => template.clone(),
        Json::String(text) => match named(text) {
            Some((name, "")) => lookup(name, variables)?.clone(),
            _ => Json::String(expand(text, variables)?),
        },
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| expand_json(item, variables)).collect::<Result<_, _>>()?)
        }
        Json::Object(pairs) => Json::Object(
            pairs
                .iter()
                .map(|(key, value)| Ok((key.clone(), expand_json(value, variables)?)))
                .collect::<Result<_, _>>()?,
        ),
    })
}

/// The names that a template mentions, in the order of the text.
pub(crate) fn names(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        rest = &rest[open..];
        if let Some((_, after)) = rest.strip_prefix('{').and_then(|inner| escaped(inner)) {
            rest = after;
        } else if let Some((name, after)) = named(rest) {
            names.push(name);
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    names
}

/// Adds the names that the strings of a JSON value mention.
pub(crate) fn names_in_json<'a>(json: &'a Json, found: &mut Vec<&'a str>) {
    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => found.extend(names(text)),
        Json::Array(items) => items.iter().for_each(|item| names_in_json(item, found)),
        Json::Object(pairs) => pairs.iter().for_each(|(_, value)| names_in_json(value, found)),
    }
}

/// `{name}rest` → name and rest.
fn named(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let (name, after) = inner.split_once('}')?;
    let plain = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    plain.then_some((name, after))
}

/// `{name}}rest` → name and rest: what follows the first brace of a doubled pair.
fn escaped(text: &str) -> Option<(&str, &str)> {
    let (name, after) = named(text)?;
    Some((name, after.strip_prefix('}')?))
}

fn lookup<'a>(name: &str, variables: &'a Variables) -> Result<&'a Json, UnknownName> {
    variables.get(name).ok_or_else(|| UnknownName {
        name: name.to_owned(),
        known: variables.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn variables() -> Variables {
        BTreeMap::from([
            ("id".to_owned(), Json::String("001A".to_owned())),
            ("count".to_owned(), Json::Number("3".to_owned())),
        ])
    }

    #[test]
    fn names_are_replaced_and_other_braces_stay() {
        let text = |template| expand(template, &variables()).unwrap();
        assert_eq!(text("/x/{id}/y?n={count}"), "/x/001A/y?n=3");
        assert_eq!(text(r#"{"a":{"b":"{id}"}}"#), r#"{"a":{"b":"001A"}}"#);
        assert_eq!(text("/Account/{{ID}} {} {a b} {"), "/Account/{ID} {} {a b} {");
    }

    #[test]
    fn a_string_that_is_only_a_name_takes_the_captured_type() {
        let json = parse(r#"{"n":"{count}","t":"n={count}","l":["{id}"]}"#).unwrap();
        assert_eq!(
            expand_json(&json, &variables()).unwrap().to_string(),
            r#"{"n":3,"t":"n=3","l":["001A"]}"#
        );
    }

    #[test]
    fn an_unknown_name_is_refused_and_lists_the_known_ones() {
        let message = expand("{ids}", &variables()).unwrap_err().to_string();
        assert!(message.contains("'{ids}'") && message.contains("'{{ids}}'"), "{message}");
        assert!(message.contains("count, id"), "{message}");
    }

    #[test]
    fn mentioned_names_are_listed_without_escaped_ones() {
        assert_eq!(names("/{a}/{{b}}/{c}{d e}"), ["a", "c"]);
    }
}
