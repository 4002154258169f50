//! Which items of two lists belong together.

use std::collections::BTreeSet;

use crate::json::Json;

/// Members that name an item, the best ones first.
const NAMES: &[&[&str]] = &[
    &["name"],
    &["childSObject", "field", "relationshipName"],
    &["fieldName"],
    &["fieldname"],
    &["Id"],
    &["id"],
    &["referenceId"],
    &["value"],
    &["version"],
    &["errorCode", "message"],
];

/// The names of the items of both sides.
type Names = (Vec<String>, Vec<String>);

/// The name of each item on both sides, if every item has one of its own.
pub(super) fn names(left: &[Json], right: &[Json]) -> Option<Names> {
    let own = |items: &[Json]| scalars(items).filter(|names| distinct(names));
    if let (Some(left), Some(right)) = (own(left), own(right)) {
        return Some((left, right));
    }
    NAMES.iter().find_map(|keys| {
        let named = |items: &[Json]| members(items, keys).filter(|names| distinct(names));
        Some((named(left)?, named(right)?))
    })
}

/// Plain values name themselves.
fn scalars(items: &[Json]) -> Option<Vec<String>> {
    let plain =
        |item: &Json| matches!(item, Json::String(_)).then(|| item.as_str().map(str::to_owned)).flatten();
    items.iter().map(plain).collect()
}

fn members(items: &[Json], keys: &[&str]) -> Option<Vec<String>> {
    items
        .iter()
        .map(|item| {
            let parts: Option<Vec<_>> = keys.iter().map(|key| item.get(key).map(plain)).collect();
            parts.map(|parts| parts.join(" "))
        })
        .collect()
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn distinct(names: &[String]) -> bool {
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}
