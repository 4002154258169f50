//! The event at the end of a simulated job.

use super::{
    job_types::{EventRow, JobTypeRow},
    refusal::{ControlRefusal, list},
    simulated::JobEvent,
};
use crate::{
    FieldInput, Input, Position, Value,
    catalog::{Catalog, FieldDef, SObjectDef},
    events::is_of_the_bus,
    org::event_slots,
    write::coerce,
};

/// The event as it was checked when its job was made.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct EndEvent {
    name: Box<str>,
    identified: bool,
    #[serde(with = "super::job_types::marks")]
    marks: &'static [&'static str],
    /// What the caller has said, by the fields' own names.
    said: Vec<(Box<str>, Value)>,
}

impl EndEvent {
    /// Checks what the caller wants; `None` when there is to be no event.
    pub(super) fn of(
        catalog: &Catalog,
        row: &'static JobTypeRow,
        wanted: &JobEvent,
    ) -> Result<Option<Self>, ControlRefusal> {
        if !wanted.publish {
            return Ok(None);
        }
        let own = row.event;
        let own_def = own.and_then(|own| catalog.find_any(own.name));
        let def = match &wanted.name {
            Some(name) => Some(named_event(catalog, name)?),
            None => own_def,
        };
        let Some(def) = def else {
            return match wanted.fields.is_empty() {
                true => Ok(None),
                false => Err(ControlRefusal::new(
                    "`event.fields` are given, but jobs of this type end without an event",
                    "name an event with `event.name`, or leave out the fields",
                )),
            };
        };
        let facts = own.filter(|own| own.name == &*def.name).unwrap_or(ANY);
        let mut said = Vec::with_capacity(wanted.fields.len());
        for (name, input) in &wanted.fields {
            let field = payload_field(def, name)?;
            let value = value_of(catalog, field, input)
                .map_err(|refusal| ControlRefusal { error: named(&def.name, name, &refusal), ..refusal })?;
            said.push((Box::from(&*field.name), value));
        }
        let name = Box::from(&*def.name);
        Ok(Some(Self { name, identified: facts.identified, marks: facts.marks, said }))
    }

    /// The name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The payload for a job with this identifier and outcome. What the caller has said comes last and wins.
    pub(super) fn values(&self, request_identifier: &str, has_errors: bool) -> Vec<(&str, Value)> {
        let mut values =
            vec![("HasErrors", Value::Bool(has_errors)), ("IsSuccess", Value::Bool(!has_errors))];
        if self.identified {
            values.push(("RequestIdentifier", Value::text(request_identifier)));
        }
        if !has_errors {
            // The events of credit memos list their errors in a text, which is then the empty list.
            values.push(("ErrorDetails", Value::text("[]")));
        }
        values.extend(self.marks.iter().map(|mark| (*mark, Value::Bool(true))));
        values.extend(self.said.iter().map(|(name, value)| (&**name, value.clone())));
        values
    }
}

/// What holds for an event that is not the job type's own.
const ANY: EventRow = EventRow { name: "", identified: true, marks: &[] };

fn named(event: &str, field: &str, refusal: &ControlRefusal) -> Box<str> {
    format!("{event}.{field}: {}", refusal.error).into()
}

fn named_event<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a SObjectDef, ControlRefusal> {
    catalog.find_any(name).filter(|def| def.subscription_channel.is_some()).ok_or_else(|| {
        ControlRefusal::new(
            format!("the org has no event `{name}`"),
            "name an event of the org, such as QuoteSaveEvent, or leave out `event.name`",
        )
    })
}

fn payload_field<'a>(def: &'a SObjectDef, name: &str) -> Result<&'a FieldDef, ControlRefusal> {
    let own = |field: &&FieldDef| !is_of_the_bus(&field.name);
    def.field(name).filter(own).ok_or_else(|| {
        ControlRefusal::new(
            format!("{} has no field `{name}` to fill", def.name),
            format!("its fields are {}", list(def.fields.iter().filter(own).map(|field| &*field.name))),
        )
    })
}

/// A value of a payload; lists of details are lists of objects.
fn value_of(catalog: &Catalog, field: &FieldDef, input: &Input) -> Result<Value, ControlRefusal> {
    let detail = field.detail_event().and_then(|name| catalog.find_any(name));
    match (detail, input) {
        (Some(detail), Input::Array(entries)) => {
            let entries: Result<Vec<Box<[Value]>>, ControlRefusal> =
                entries.iter().map(|entry| entry_of(catalog, detail, entry)).collect();
            Ok(Value::Nested(entries?.into()))
        }
        (Some(_), Input::Null) => Ok(Value::Null),
        (Some(detail), _) => Err(ControlRefusal::new(
            format!("a list of {} is expected", detail.name),
            "write a list of objects, or null",
        )),
        (None, input) => {
            let value = coerce(field, input, Position::default()).map_err(|error| {
                ControlRefusal::new(error.message.unwrap_or_default(), "give a value of the field's type")
            })?;
            if field.restricted_picklist
                && let Some(text) = value.as_text()
                && !field.picklist_values.iter().any(|own| &*own.value == text)
            {
                return Err(ControlRefusal::new(
                    format!("`{text}` is none of its values"),
                    format!("choose one of {}", list(field.picklist_values.iter().map(|own| &*own.value))),
                ));
            }
            Ok(value)
        }
    }
}

fn entry_of(catalog: &Catalog, detail: &SObjectDef, entry: &Input) -> Result<Box<[Value]>, ControlRefusal> {
    let Input::Object(members) = entry else {
        return Err(ControlRefusal::new(
            format!("an entry of {} is not an object", detail.name),
            "write each entry as an object of its fields",
        ));
    };
    let value = |member: &FieldInput| {
        let field = payload_field(detail, &member.name)?;
        Ok((&*field.name, value_of(catalog, field, &member.value)?))
    };
    let values: Result<Vec<(&str, Value)>, ControlRefusal> = members.iter().map(value).collect();
    Ok(event_slots(detail, values?))
}
