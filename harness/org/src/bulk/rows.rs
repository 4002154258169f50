//! One row of a job: the record that it creates, changes or deletes, and the platform's words when it cannot.

use super::{operation::Operation, outcome::RowOutcome};
use crate::{
    ApiError, ErrorCode, FieldInput, Input, Org, Position, RecordId, Reply,
    catalog::{FieldType, Kind, SObjectDef},
    ctx::Ctx,
    write::coerce,
};

impl Org {
    /// Performs one row, all or nothing.
    ///
    /// # Errors
    ///
    /// Those of platform DML, as rows of jobs show them.
    pub(super) fn write_row(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        (operation, key): (Operation, Option<&str>),
        mut fields: Vec<FieldInput>,
    ) -> Result<RowOutcome, ApiError> {
        let mark = self.mark();
        let id = take(&mut fields, "Id");
        let outcome = match operation {
            Operation::Insert if id.is_some() => Err(ApiError::dml(
                ErrorCode::InvalidFieldForInsertUpdate,
                "cannot specify Id in an insert call",
                ["Id"],
            )),
            Operation::Insert => self.insert_row(ctx, def, &fields),
            Operation::Update => self.update_row(ctx, def, id.as_deref(), &fields),
            Operation::Upsert if key.is_none_or(|key| key.eq_ignore_ascii_case("Id")) => match id {
                Some(id) => self.update_row(ctx, def, Some(&id), &fields),
                None => self.insert_row(ctx, def, &fields),
            },
            Operation::Upsert => self.upsert_row(ctx, def, key.unwrap_or_default(), &mut fields),
            Operation::Delete | Operation::HardDelete => {
                self.delete_row(ctx, def, id.as_deref(), operation == Operation::HardDelete)
            }
            Operation::Query | Operation::QueryAll => Err(ApiError::not_modelled("rows of a query")),
        };
        outcome.map_err(|error| {
            self.undo_since(mark);
            self.count_refusal(&error);
            in_rows(def, &fields, error)
        })
    }

    fn insert_row(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        fields: &[FieldInput],
    ) -> Result<RowOutcome, ApiError> {
        if def.kind == Kind::PlatformEvent {
            return match self.enqueue_event(ctx, def, fields)? {
                Reply::Enqueued(event) => Ok(RowOutcome::Created(event.id)),
                _ => Err(ApiError::not_modelled("this event")),
            };
        }
        self.create_record(ctx, def, fields, None, Vec::new()).map(RowOutcome::Created)
    }

    fn update_row(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: Option<&str>,
        fields: &[FieldInput],
    ) -> Result<RowOutcome, ApiError> {
        let id = named(def, id, "an update")?;
        self.update_record(ctx, def, id, fields, None)?;
        Ok(RowOutcome::Done(id))
    }

    fn upsert_row(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        key: &str,
        fields: &mut Vec<FieldInput>,
    ) -> Result<RowOutcome, ApiError> {
        let value = take(fields, key).ok_or_else(|| missing(format!("{key} not specified")))?;
        match self.upsert(ctx, &def.name, (key, &value), fields, false)? {
            Reply::Upserted { saved, created: true } => Ok(RowOutcome::Created(saved.id)),
            Reply::Upserted { saved, created: false } => Ok(RowOutcome::Done(saved.id)),
            Reply::MultipleChoices(_, ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let message =
                    format!("{key}: more than one record found for external id field: [{}]", ids.join(", "));
                Err(ApiError::dml(ErrorCode::DuplicateExternalId, message, std::iter::empty::<&str>()))
            }
            _ => Err(ApiError::not_modelled("this upsert")),
        }
    }

    fn delete_row(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: Option<&str>,
        hard: bool,
    ) -> Result<RowOutcome, ApiError> {
        let id = named(def, id, "a delete")?;
        self.delete_record(ctx, def, id)?;
        if hard {
            for gone in self.store.take_from_bin(id) {
                self.store.purge(gone);
            }
        }
        Ok(RowOutcome::Done(id))
    }
}

/// Takes the text of a field out of a row.
fn take(fields: &mut Vec<FieldInput>, name: &str) -> Option<Box<str>> {
    let place = fields.iter().position(|field| field.name.eq_ignore_ascii_case(name))?;
    match fields.remove(place).value {
        Input::Text(text) | Input::Number(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn missing(message: String) -> ApiError {
    ApiError::dml(ErrorCode::MissingArgument, message, std::iter::empty::<&str>())
}

/// The record that a row names.
fn named(def: &SObjectDef, id: Option<&str>, call: &str) -> Result<RecordId, ApiError> {
    let text = id.ok_or_else(|| missing(format!("Id not specified in {call} call")))?;
    let id = text.parse::<RecordId>().ok();
    id.filter(|id| def.key_prefix.is_some_and(|prefix| id.key_prefix().as_bytes() == prefix)).ok_or_else(
        || {
            let message = format!("{} ID: id value of incorrect type: {text}", def.label);
            ApiError::dml(ErrorCode::MalformedId, message, ["Id"])
        },
    )
}

/// The error as rows show it: that of a resource becomes one of data.
fn in_rows(def: &SObjectDef, fields: &[FieldInput], error: ApiError) -> ApiError {
    let none = std::iter::empty::<&str>;
    match error.code {
        ErrorCode::NotFound => {
            ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", none())
        }
        ErrorCode::JsonParserError => wrong_type(def, fields).unwrap_or(error),
        _ => error,
    }
}

/// Names the field whose text is no value of its type.
fn wrong_type(def: &SObjectDef, fields: &[FieldInput]) -> Option<ApiError> {
    fields.iter().find_map(|input| {
        let field = def.field(&input.name)?;
        let refused = coerce(field, &input.value, Position::default()).err()?;
        let (Input::Text(text) | Input::Number(text)) = &input.value else { return None };
        if refused.code != ErrorCode::JsonParserError || field.field_type == FieldType::Id {
            return None;
        }
        let message = format!("{}: value not of required type: {text}", field.label);
        Some(ApiError::dml(ErrorCode::InvalidTypeOnFieldInRecord, message, [&*field.name]))
    })
}
