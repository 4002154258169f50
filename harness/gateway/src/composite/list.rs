//! What calls with many records have in common: their limits, their errors, their results.

use mockorg_org::{
    ApiError, ApiVersion, Call, Enqueued, ErrorCode, ErrorLayer, FieldInput, Input, Org, Position, RecordId,
    Reply, Session, Timestamp,
};

use super::body::Members;
use crate::{
    encode,
    exchange::{Exchange, Failure},
    json::JsonWriter,
    rest::unexpected,
};

/// How many records one call may write.
pub(super) const MOST: usize = 200;

/// What became of one record.
pub(super) type Saved = Result<Reply, ApiError>;

/// Several calls while the org is held. One whose record could not even be read fails the whole.
///
/// # Errors
///
/// The error of the record that could not be read, or of the session. Nothing is changed then.
pub(super) fn perform(
    exchange: &Exchange<'_>,
    (org, now, session): (&mut Org, Timestamp, &Session),
    calls: Vec<Call>,
) -> Result<Vec<Saved>, Failure> {
    let start = org.mark();
    let call = exchange.saving(Call::Together { calls, all_or_none: false });
    let Reply::Together(outcomes) = org.call(now, session, call)? else { return Err(unexpected()) };
    let unreadable = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).find(|error| {
        // Whoever deserializes a record speaks as an exception, not as a write that fails.
        error.layer == ErrorLayer::Exception
    });
    match unreadable {
        Some(error) => {
            let error = error.clone();
            org.return_to(start);
            Err(error.into())
        }
        None => Ok(outcomes),
    }
}

/// What the `attributes` of a record say of it.
pub(super) struct Attributes {
    pub(super) object: Box<str>,
    pub(super) reference: Option<Box<str>>,
}

/// Takes the attributes out of a record. Names that mean nothing are nobody's business.
///
/// # Errors
///
/// `JSON_PARSER_ERROR`: there are none, or none that name an object.
pub(super) fn attributes_of(fields: &mut Vec<FieldInput>, at: Position) -> Result<Attributes, ApiError> {
    let Some(index) = fields.iter().position(|field| &*field.name == "attributes") else {
        return Err(Members::of_record(at).missing("attributes"));
    };
    let FieldInput { value, at, .. } = fields.remove(index);
    let mut attributes = Members::of_entry(value, at, "attributes")?;
    Ok(Attributes { object: attributes.needed_text("type")?, reference: attributes.text("referenceId")? })
}

/// The refusal of an object that does not exist, or not for the user.
pub(super) fn unknown_object(object: &str) -> ApiError {
    ApiError::exception(ErrorCode::InvalidType, format!("sObject type '{object}' is not supported."))
}

/// `EXCEEDED_ID_LIMIT`: too many records.
pub(super) fn too_many(most: usize) -> ApiError {
    let message = format!("record limit reached. cannot submit more than {most} records into this call");
    ApiError::exception(ErrorCode::ExceededIdLimit, message)
}

/// An error as lists tell it of a record that a call names by its id.
pub(super) fn of_row(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::NotFound => {
            let none = std::iter::empty::<&str>();
            ApiError::dml(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id", none)
        }
        _ => error,
    }
}

/// A value of a key, as paths have it; `None` for what can be no key.
pub(super) fn key_text(value: &Input) -> Option<Box<str>> {
    match value {
        Input::Text(text) | Input::Number(text) => Some(text.clone()),
        Input::Bool(value) => Some(value.to_string().into()),
        _ => None,
    }
}

/// Writes the results of a call in the order of its records.
pub(super) fn write(w: &mut JsonWriter, results: &[ListResult], upsert: Option<ApiVersion>) {
    w.begin_array();
    for ListResult { id, created, enqueued, error } in results {
        match (error, enqueued, id, upsert) {
            (Some(error), ..) => encode::failed_result(w, *id, error),
            (None, Some(enqueued), ..) => encode::enqueued(w, enqueued),
            (None, None, Some(id), Some(version)) => encode::upsert_result(w, *id, *created, version),
            (None, None, Some(id), None) => encode::save_result(w, *id),
            // What was written without failing has an id.
            (None, None, None, _) => {
                w.null();
            }
        }
    }
    w.end_array();
}

/// What is told of one record.
#[derive(Debug)]
pub(super) struct ListResult {
    /// The record, as far as it is known.
    pub(super) id: Option<RecordId>,
    /// Whether it is new.
    pub(super) created: bool,
    /// The event, if it was one.
    pub(super) enqueued: Option<Enqueued>,
    pub(super) error: Option<ApiError>,
}

impl ListResult {
    /// A record that was not written.
    pub(super) const fn failed(id: Option<RecordId>, error: ApiError) -> Self {
        Self { id, created: false, enqueued: None, error: Some(error) }
    }
}
