//! From a body to typed values. What is no JSON of the wanted form is refused where it stands; what is
//! missing or does not fit is kept, so that the form is always judged first.

use std::{fmt::Write, sync::Arc};

use super::{
    check::{refused, unfit},
    members::{ACTION, MOST_PERIODS, MOST_SOURCES, Member, Operation, PERIOD, SOURCE},
};
use crate::{
    ApiError, ErrorCode, FieldInput, Input, Org, Position, Timestamp, Value,
    catalog::{Catalog, SObjectDef},
    ctx::Ctx,
    write::coerce,
};

/// What a body says.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The single values, by the field that holds them.
    pub(super) own: Part,
    pub(super) periods: Vec<Part>,
    pub(super) action: Part,
    pub(super) sources: Vec<Part>,
    /// The first thing that is missing or does not fit.
    refused: Option<ApiError>,
}

impl Request {
    /// The request, unless something in it is missing or does not fit.
    ///
    /// # Errors
    ///
    /// The first refusal.
    pub(super) fn accepted(mut self) -> Result<Self, ApiError> {
        self.refused.take().map_or(Ok(self), Err)
    }
}

/// The values of one object of the body, by the field that holds them.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) values: Vec<(&'static str, Value)>,
}

impl Part {
    /// The value for a field; null when the body has none.
    pub(super) fn get(&self, field: &str) -> &Value {
        self.values.iter().find(|(name, _)| *name == field).map_or(&Value::Null, |(_, value)| value)
    }

    /// The instant for a field.
    pub(super) fn instant(&self, field: &str) -> Option<Timestamp> {
        self.get(field).as_datetime()
    }
}

/// Reads the body of a call.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` for unknown members and values of the wrong type; `MOCKORG_NOT_MODELLED` when the catalog
/// lacks the objects, and for references to WorkOrderLineItem.
pub(super) fn read(
    org: &Org,
    ctx: &Ctx,
    operation: Operation,
    body: &[FieldInput],
) -> Result<Request, ApiError> {
    let catalog = Arc::clone(&org.catalog);
    let mut reader = Reader { org, ctx, catalog: &catalog, refused: None };
    let periods_member = operation.periods_member();
    let nested = [periods_member, "assetAction", "assetActionSources"];
    let (parts, own): (Vec<_>, Vec<_>) = body.iter().partition(|member| nested.contains(&&*member.name));
    let last = |name: &str| parts.iter().rev().copied().find(|member| &*member.name == name);
    let own = reader.part("Asset", "", &own, operation.own_members())?;
    let periods = match (operation, last(periods_member)) {
        (Operation::Cancel, Some(member)) => {
            reader.object("AssetStatePeriod", member, PERIOD)?.into_iter().collect()
        }
        (_, Some(member)) => reader.list("AssetStatePeriod", member, PERIOD)?,
        (_, None) => Vec::new(),
    };
    if periods.is_empty() && operation != Operation::Change {
        reader.refuse(missing(periods_member));
    }
    let action = match last("assetAction") {
        Some(member) => reader.object("AssetAction", member, ACTION)?,
        None => None,
    };
    if action.is_none() {
        reader.refuse(missing("assetAction"));
    }
    let sources = match last("assetActionSources") {
        Some(member) => reader.list("AssetActionSource", member, SOURCE)?,
        None => Vec::new(),
    };
    for (name, count, most) in [
        ("assetStatePeriods", periods.len(), MOST_PERIODS),
        ("assetActionSources", sources.len(), MOST_SOURCES),
    ] {
        if count > most {
            let message = format!("{name}: {count} entries. Specify at most {most} per call.");
            // Too many is said before anything about one of them.
            reader.refused = Some(refused(ErrorCode::LimitExceeded, message));
        }
    }
    let refused = reader.refused;
    Ok(Request { own, periods, action: action.unwrap_or_default(), sources, refused })
}

struct Reader<'a> {
    org: &'a Org,
    ctx: &'a Ctx,
    catalog: &'a Catalog,
    refused: Option<ApiError>,
}

impl Reader<'_> {
    fn refuse(&mut self, error: ApiError) {
        self.refused.get_or_insert(error);
    }

    /// An object inside the body; `None` for null.
    fn object(
        &mut self,
        object: &str,
        member: &FieldInput,
        rows: &'static [Member],
    ) -> Result<Option<Part>, ApiError> {
        match &member.value {
            Input::Null => Ok(None),
            Input::Object(members) => {
                let members: Vec<&FieldInput> = members.iter().collect();
                self.part(object, &member.name, &members, rows).map(Some)
            }
            value => Err(wrong_type("object", &member.name, value, member.at)),
        }
    }

    /// A list of objects inside the body; null stands for an empty one.
    fn list(
        &mut self,
        object: &str,
        member: &FieldInput,
        rows: &'static [Member],
    ) -> Result<Vec<Part>, ApiError> {
        let items = match &member.value {
            Input::Null => return Ok(Vec::new()),
            Input::Array(items) => items,
            value => return Err(wrong_type("list", &member.name, value, member.at)),
        };
        let mut parts = Vec::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            let path = format!("{}[{place}]", member.name);
            let Input::Object(members) = item else {
                return Err(wrong_type("object", &path, item, member.at));
            };
            let members: Vec<&FieldInput> = members.iter().collect();
            parts.push(self.part(object, &path, &members, rows)?);
        }
        Ok(parts)
    }

    fn part(
        &mut self,
        object: &str,
        path: &str,
        members: &[&FieldInput],
        rows: &'static [Member],
    ) -> Result<Part, ApiError> {
        let lacking = || ApiError::not_modelled(format_args!("the object {object}, which the catalog lacks"));
        let catalog = self.catalog;
        let def = catalog.find_any(object).ok_or_else(lacking)?;
        if let Some(unknown) = members.iter().find(|member| !rows.iter().any(|row| *row.name == *member.name))
        {
            return Err(unrecognized(unknown));
        }
        let mut part = Part::default();
        for row in rows {
            let mut shown = path.to_owned();
            let dot = if path.is_empty() { "" } else { "." };
            // Writing into a string cannot fail.
            let _ = write!(shown, "{dot}{}", row.name);
            let member = members.iter().rev().find(|member| *row.name == *member.name);
            let value = match member {
                Some(member) => self.value(def, row, member, &shown)?,
                None => Some(Value::Null),
            };
            match value {
                Some(Value::Null) if row.required => self.refuse(missing(&shown)),
                Some(Value::Null) | None => {}
                Some(value) => part.values.push((row.field, value)),
            }
        }
        Ok(part)
    }

    /// A member's value; `None` when it does not fit.
    fn value(
        &mut self,
        def: &SObjectDef,
        row: &Member,
        member: &FieldInput,
        path: &str,
    ) -> Result<Option<Value>, ApiError> {
        let Some(field) = def.field(row.field) else {
            // A field of a feature that is off, such as the currency, is text to the reader.
            return match &member.value {
                Input::Null => Ok(Some(Value::Null)),
                Input::Text(text) => Ok(Some(Value::text(text))),
                value => Err(wrong_type("string", path, value, member.at)),
            };
        };
        let fitting = match coerce(field, &member.value, member.at) {
            Err(error) if error.code == ErrorCode::JsonParserError => return Err(error),
            Ok(Value::Id(id)) if id.key_prefix() == "1WL" && self.catalog.object_of(id).is_none() => {
                return Err(ApiError::not_modelled("WorkOrderLineItem as the source of an asset action"));
            }
            Ok(value) => {
                let one = [(field.slot, value)];
                let checked = self.org.check_values(self.ctx.version, def, &one);
                let [(_, value)] = one;
                checked.map(|()| value)
            }
            Err(error) => Err(error),
        };
        match fitting {
            // A period of an order line is no source here, though the field can name one.
            Ok(Value::Id(id))
                if row.field == "ReferenceEntityItemId"
                    && self.catalog.object_of(id).is_none_or(|target| &*target.name != "OrderItem") =>
            {
                let message = format!("{path}: specify the ID of an order product.");
                self.refuse(refused(ErrorCode::InvalidIdField, message));
                Ok(None)
            }
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.refuse(unfit(path, field, &member.value, error));
                Ok(None)
            }
        }
    }
}

fn unrecognized(member: &FieldInput) -> ApiError {
    let Position { line, column } = member.at;
    let message = format!("Unrecognized field \"{}\" at [line:{line}, column:{column}]", member.name);
    ApiError::exception(ErrorCode::JsonParserError, message)
}

fn wrong_type(wanted: &str, path: &str, value: &Input, at: Position) -> ApiError {
    let token = match value {
        Input::Null => "VALUE_NULL",
        Input::Bool(true) => "VALUE_TRUE",
        Input::Bool(false) => "VALUE_FALSE",
        Input::Number(text) if text.contains(['.', 'e', 'E']) => "VALUE_NUMBER_FLOAT",
        Input::Number(_) => "VALUE_NUMBER_INT",
        Input::Text(_) => "VALUE_STRING",
        Input::Blob(_) => "VALUE_EMBEDDED_OBJECT",
        Input::Object(_) => "START_OBJECT",
        Input::Array(_) => "START_ARRAY",
    };
    let message = format!(
        "Cannot deserialize instance of {wanted} from {token} value of {path} at [line:{}, column:{}]",
        at.line, at.column
    );
    ApiError::exception(ErrorCode::JsonParserError, message)
}

fn missing(path: &str) -> ApiError {
    refused(ErrorCode::RequiredFieldMissing, format!("Specify a value for {path}, and try again."))
}
