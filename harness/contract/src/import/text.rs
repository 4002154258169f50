//! How definition files are written: a member per line, a field per line.

use std::fmt::Write as _;

use crate::Json;

/// The text of a definition file.
pub(super) fn text(definition: &Json) -> String {
    let Json::Object(members) = definition else { return definition.to_string() };
    let mut text = String::from("{");
    for (at, (key, value)) in members.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}\n  {}: ", if at == 0 { "" } else { "," }, Json::String(key.clone()));
        match value {
            Json::Array(items) if items.iter().any(|item| matches!(item, Json::Object(_))) => {
                for (at, item) in items.iter().enumerate() {
                    let _ = write!(text, "{}\n    {item}", if at == 0 { "[" } else { "," });
                }
                text.push_str("\n  ]");
            }
            other => {
                let _ = write!(text, "{other}");
            }
        }
    }
    text.push_str("\n}\n");
    text
}
