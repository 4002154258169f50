//! Queries that ask for values in another form: their rows hold labels and formatted text under the fields' names.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use crate::request::Request;

/// The functions whose results stand in place of a field's own value, or under a name that the query chooses.
const FUNCTIONS: [&str; 4] = ["tolabel", "format", "convertcurrency", "distance"];

/// The cursors of such queries, so that their later pages are known as well.
#[derive(Debug, Default)]
pub(super) struct Formatted(Mutex<BTreeSet<String>>);

impl Formatted {
    /// Whether an answer holds values in another form than their fields have.
    pub(super) fn concerns(&self, request: &Request, answer: &Value) -> bool {
        let path = request.path_only();
        let mut cursors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let formatted = cursor(path).is_some_and(|cursor| cursors.contains(cursor))
            || asks(&unescape(&request.path))
            || path.contains("earch") && asks(&String::from_utf8_lossy(&request.body));
        if formatted {
            let next = answer.get("nextRecordsUrl").and_then(Value::as_str);
            cursors.extend(next.and_then(cursor).map(ToOwned::to_owned));
        }
        formatted
    }
}

/// The id of a cursor in the address of a page: the part before the dash.
fn cursor(path: &str) -> Option<&str> {
    let (before, last) = path.rsplit_once('/')?;
    (before.ends_with("/query") || before.ends_with("/queryAll")).then(|| last.split('-').next())?
}

/// A path with its escapes undone, as far as the names of functions and brackets need it.
fn unescape(path: &str) -> String {
    path.replace('+', " ").replace("%20", " ").replace("%28", "(")
}

/// Whether a text calls one of the functions.
fn asks(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    FUNCTIONS.iter().any(|function| {
        text.match_indices(function).any(|(at, _)| {
            let begins = text[..at]
                .chars()
                .next_back()
                .is_none_or(|before| !before.is_alphanumeric() && before != '_');
            begins && text[at + function.len()..].trim_start().starts_with('(')
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_for_labels_is_known_and_so_are_its_later_pages() {
        let formatted = Formatted::default();
        let query =
            Request::get("/services/data/v62.0/query").query("q", "SELECT toLabel (Status) FROM Asset");
        let page = json!({"nextRecordsUrl": "/services/data/v62.0/query/01gRO0000016PIAYA2-200"});
        let next = Request::get("/services/data/v62.0/query/01gRO0000016PIAYA2-200");
        assert!(!formatted.concerns(&next, &json!({})));
        assert!(formatted.concerns(&query, &page));
        assert!(formatted.concerns(&next, &json!({})));
    }

    #[test]
    fn a_field_or_text_that_is_named_like_a_function_asks_for_nothing() {
        assert!(!asks("SELECT Format__c, Distance FROM Asset WHERE Name = 'Information (new)'"));
        assert!(asks("SELECT FORMAT(Price) p FROM Asset"));
    }
}
