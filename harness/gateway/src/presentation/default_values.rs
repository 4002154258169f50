//! The values with which a new record begins.

use mockorg_org::catalog::SObjectDef;

use super::seen::Seen;
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
};

/// `GET /sobjects/X/defaultValues?recordTypeId=&fields=`.
pub(crate) fn default_values(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let seen = Seen::of_path(exchange)?;
    let def = seen.def()?;
    let mut w = exchange.writer();
    w.begin_object().key("attributes").begin_object().key("type").string(&def.name).end_object();
    defaults(exchange, &mut w, &seen, def);
    w.end_object();
    Ok(Answer::json(200, w.finish()))
}

/// Writes the defaults of the fields that the client asks for; of all fields when it names none.
pub(super) fn defaults(exchange: &Exchange<'_>, w: &mut JsonWriter, seen: &Seen, def: &SObjectDef) {
    let wanted = exchange.list("fields").unwrap_or_default();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one.eq_ignore_ascii_case(name));
    for (field, writable) in seen.fields(def) {
        if !is_wanted(&field.name) || !writable || !field.described().createable {
            continue;
        }
        let declared = field.picklist_values.iter().find(|value| value.default_value && value.active);
        match declared {
            Some(value) => {
                w.key(&field.name).string(&value.value);
            }
            None if !field.default_value.is_null() => {
                w.key(&field.name);
                encode::write_value(w, &field.default_value);
            }
            None => {}
        }
    }
}
