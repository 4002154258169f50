//! The parameters of a search without SOSL, from a query string or a JSON body.

use mockorg_org::{ApiError, ErrorCode, FieldInput, Input, SearchRequest, SearchedObject};

use super::search::illegal;
use crate::{
    exchange::{Exchange, Failure},
    form,
};

/// Parameters that are refused by name when they are sent.
const UNMODELLED: &[&str] =
    &["dataCategory", "dataCategories", "division", "netWorkIds", "pricebookId", "snippet"];

/// Parameters that say yes or no. Only the first may say yes: what is spelt wrong is not corrected either way.
const SWITCHES: &[&str] = &["spellCorrection", "updateTracking", "updateViewStat"];

/// The parameters of a query string.
///
/// # Errors
///
/// `ILLEGAL_QUERY_PARAMETER_VALUE` for a value that is not of its kind, and for a parameter of an object that
/// is not searched; `MOCKORG_NOT_MODELLED`.
pub(super) fn of_query(exchange: &Exchange<'_>) -> Result<SearchRequest, Failure> {
    let mut request = SearchRequest::default();
    let mut of_objects = Vec::new();
    for (name, value) in form::pairs(exchange.query()) {
        match &*name {
            "q" => request.q = value.into(),
            "sobject" => request.objects.extend(
                list(&value).into_iter().map(|name| SearchedObject { name, ..SearchedObject::default() }),
            ),
            "fields" => request.fields.extend(list(&value)),
            "in" => request.group = Some(value.into()),
            "metadata" => request.metadata = Some(value.into()),
            "defaultLimit" => request.default_limit = Some(number(&name, &value)?),
            "overallLimit" => request.overall_limit = Some(number(&name, &value)?),
            "offset" => request.offset = Some(number(&name, &value)?),
            name if UNMODELLED.contains(&name) => return Err(unmodelled(exchange, name).into()),
            name if SWITCHES.contains(&name) => switch(exchange, name, truth(&value))?,
            name if name.contains('.') => of_objects.push((name.to_owned(), value)),
            // Unknown parameters are no matter to any resource.
            _ => {}
        }
    }
    for (name, value) in of_objects {
        let Some((owner, member)) = name.split_once('.') else { continue };
        let object = request.objects.iter_mut().find(|object| object.name.eq_ignore_ascii_case(owner));
        let object = object.ok_or_else(|| illegal(&name))?;
        match member {
            "fields" => object.fields.extend(list(&value)),
            "where" => object.condition = Some(value.into()),
            "orderBy" => object.order_by = Some(value.into()),
            "limit" => object.limit = Some(number(&name, &value)?),
            _ => return Err(illegal(&name).into()),
        }
    }
    Ok(request)
}

/// The parameters of a JSON body.
///
/// # Errors
///
/// `JSON_PARSER_ERROR` for members that are unknown or not of their kind; `MOCKORG_NOT_MODELLED`.
pub(super) fn of_body(exchange: &Exchange<'_>) -> Result<SearchRequest, Failure> {
    let mut request = SearchRequest::default();
    for member in exchange.record_body()? {
        match &*member.name {
            "q" => request.q = text(&member)?.unwrap_or_default(),
            "sobjects" => request.objects = objects(&member)?,
            "fields" => request.fields = texts(&member)?,
            "in" => request.group = text(&member)?,
            "metadata" => request.metadata = text(&member)?,
            "defaultLimit" => request.default_limit = integer(&member)?,
            "overallLimit" => request.overall_limit = integer(&member)?,
            "offset" => request.offset = integer(&member)?,
            name if UNMODELLED.contains(&name) => {
                if member.value != Input::Null {
                    return Err(unmodelled(exchange, name).into());
                }
            }
            name if SWITCHES.contains(&name) => switch(exchange, name, truth_of(&member)?)?,
            _ => return Err(unrecognized(&member).into()),
        }
    }
    Ok(request)
}

/// The refusal of a parameter that is not modelled.
fn unmodelled(exchange: &Exchange<'_>, name: &str) -> ApiError {
    exchange.not_modelled(&format!("the parameter {name} of searches"))
}

fn switch(exchange: &Exchange<'_>, name: &str, is_on: Option<bool>) -> Result<(), ApiError> {
    match is_on {
        None => Err(illegal(name)),
        Some(true) if name != "spellCorrection" => Err(unmodelled(exchange, name)),
        Some(_) => Ok(()),
    }
}

fn truth(text: &str) -> Option<bool> {
    let is = |wanted: &str| text.trim().eq_ignore_ascii_case(wanted);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

fn truth_of(member: &FieldInput) -> Result<Option<bool>, ApiError> {
    match &member.value {
        Input::Null => Ok(Some(false)),
        Input::Bool(value) => Ok(Some(*value)),
        Input::Text(text) => Ok(truth(text)),
        _ => Err(wrong_type(member, "boolean")),
    }
}

fn list(text: &str) -> Vec<Box<str>> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect()
}

fn number(name: &str, text: &str) -> Result<i64, ApiError> {
    text.trim().parse().map_err(|_| illegal(name))
}

fn objects(member: &FieldInput) -> Result<Vec<SearchedObject>, ApiError> {
    let Input::Array(items) = &member.value else { return Err(wrong_type(member, "list of objects")) };
    items
        .iter()
        .map(|item| match item {
            Input::Object(members) => object(members),
            _ => Err(wrong_type(member, "list of objects")),
        })
        .collect()
}

fn object(members: &[FieldInput]) -> Result<SearchedObject, ApiError> {
    let mut object = SearchedObject::default();
    for member in members {
        match &*member.name {
            "name" => object.name = text(member)?.unwrap_or_default(),
            "fields" => object.fields = texts(member)?,
            "where" => object.condition = text(member)?,
            "orderBy" => object.order_by = text(member)?,
            "limit" => object.limit = integer(member)?,
            _ => return Err(unrecognized(member)),
        }
    }
    Ok(object)
}

fn text(member: &FieldInput) -> Result<Option<Box<str>>, ApiError> {
    match &member.value {
        Input::Null => Ok(None),
        Input::Text(text) => Ok(Some(text.clone())),
        _ => Err(wrong_type(member, "string")),
    }
}

fn texts(member: &FieldInput) -> Result<Vec<Box<str>>, ApiError> {
    let Input::Array(items) = &member.value else { return Err(wrong_type(member, "list of strings")) };
    items
        .iter()
        .map(|item| match item {
            Input::Text(text) => Ok(text.trim().into()),
            _ => Err(wrong_type(member, "list of strings")),
        })
        .collect()
}

/// Numbers may come as text: the documented type of limits is text, that of their examples a number.
fn integer(member: &FieldInput) -> Result<Option<i64>, ApiError> {
    match &member.value {
        Input::Null => Ok(None),
        Input::Number(text) | Input::Text(text) => {
            text.trim().parse().map(Some).map_err(|_| wrong_type(member, "int"))
        }
        _ => Err(wrong_type(member, "int")),
    }
}

fn unrecognized(member: &FieldInput) -> ApiError {
    at(member, &format!("Unrecognized field \"{}\"", member.name))
}

fn wrong_type(member: &FieldInput, wanted: &str) -> ApiError {
    at(
        member,
        &format!(
            "Cannot deserialize instance of {wanted} from the value of {} or request may be missing a required field",
            member.name
        ),
    )
}

fn at(member: &FieldInput, text: &str) -> ApiError {
    let message = format!("{text} at [line:{}, column:{}]", member.at.line, member.at.column);
    ApiError::exception(ErrorCode::JsonParserError, message)
}
