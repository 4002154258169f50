//! The bodies of the initiate calls: every member is required, and no other is known.

use rust_decimal::Decimal;

use super::initiate_operation::{MemberKind, OperationRow};
use crate::{ApiError, ErrorCode, FieldInput, Input, Timestamp, parse_date};

/// What a body says.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    /// The ids as written, `None` for null.
    pub(super) ids: Vec<Option<&'a str>>,
    /// From when the change holds.
    pub(super) start: Timestamp,
    /// The change of the quantity.
    pub(super) quantity: Decimal,
}

/// Reads a body. The inner error is one that the call answers in its own shape.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` for unknown members and values that cannot be read.
pub(super) fn read<'a>(
    row: &OperationRow,
    body: &'a [FieldInput],
) -> Result<Result<Body<'a>, ApiError>, ApiError> {
    if let Some(unknown) = body.iter().find(|member| row.members.iter().all(|known| known.0 != &*member.name))
    {
        return Err(unrecognized(unknown));
    }
    let mut read = Body::default();
    let mut missing: Option<&str> = None;
    for (name, kind) in row.members {
        let given = body.iter().rfind(|member| &*member.name == *name);
        let Some(member) = given.filter(|member| !matches!(member.value, Input::Null)) else {
            missing = missing.or(Some(name));
            continue;
        };
        match kind {
            MemberKind::AssetIds => match asset_ids(member)? {
                Some(ids) => read.ids = ids,
                None => missing = missing.or(Some("assetIdArray")),
            },
            MemberKind::Moment => read.start = moment(member)?,
            MemberKind::Number => read.quantity = number(member)?,
            MemberKind::Output => output(member)?,
        }
    }
    Ok(match missing {
        None => Ok(read),
        Some(name) => Err(ApiError::resource(
            ErrorCode::RequiredFieldMissing,
            format!("Specify a value for {name}, and try again."),
        )),
    })
}

/// The ids in the list inside the object; `None` without the list.
fn asset_ids(member: &FieldInput) -> Result<Option<Vec<Option<&str>>>, ApiError> {
    let Input::Object(members) = &member.value else { return Err(unreadable("object", member)) };
    if let Some(unknown) = members.iter().find(|member| &*member.name != "assetIdArray") {
        return Err(unrecognized(unknown));
    }
    let Some(array) = members.last() else { return Ok(None) };
    let items = match &array.value {
        Input::Null => return Ok(None),
        Input::Array(items) => items,
        _ => return Err(unreadable("list of ids", array)),
    };
    let id = |item: &'_ Input| match item {
        Input::Text(_) | Input::Null => Ok(()),
        _ => Err(unreadable("list of ids", array)),
    };
    items.iter().try_for_each(id)?;
    Ok(Some(items.iter().map(|item| if let Input::Text(id) = item { Some(&**id) } else { None }).collect()))
}

/// A moment in time. One without a zone is in UTC, one without a clock time is midnight; seconds have no
/// parts.
pub(super) fn parse_moment(text: &str) -> Option<Timestamp> {
    let at = Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&format!("{text}Z")))
        .or_else(|| parse_date(text).map(Timestamp::start_of));
    at.map(Timestamp::floor_second)
}

fn moment(member: &FieldInput) -> Result<Timestamp, ApiError> {
    let Input::Text(text) = &member.value else { return Err(unreadable("dateTime", member)) };
    parse_moment(text).ok_or_else(|| unreadable("dateTime", member))
}

/// A number as the client wrote it.
pub(super) fn parse_number(input: &Input) -> Option<Decimal> {
    let Input::Number(text) = input else { return None };
    let number = text.parse().or_else(|_| Decimal::from_scientific(text));
    number.ok().map(|number| number.normalize())
}

fn number(member: &FieldInput) -> Result<Decimal, ApiError> {
    parse_number(&member.value).ok_or_else(|| unreadable("number", member))
}

fn output(member: &FieldInput) -> Result<(), ApiError> {
    match &member.value {
        Input::Text(text) if text.eq_ignore_ascii_case("order") => Ok(()),
        _ => Err(unreadable("output type", member)),
    }
}

pub(super) fn unrecognized(member: &FieldInput) -> ApiError {
    let message = format!(
        "Unrecognized field \"{}\" at [line:{}, column:{}]",
        member.name, member.at.line, member.at.column
    );
    ApiError::exception(ErrorCode::JsonParserError, message)
}

pub(super) fn unreadable(wanted: &str, member: &FieldInput) -> ApiError {
    let message = format!(
        "Cannot deserialize instance of {wanted} from the value of {} or request may be missing a required field \
         at [line:{}, column:{}]",
        member.name, member.at.line, member.at.column
    );
    ApiError::exception(ErrorCode::JsonParserError, message)
}
