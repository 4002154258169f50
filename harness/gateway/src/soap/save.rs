//! create, update, upsert.

use std::collections::BTreeSet;

use mockorg_org::{ApiError, Call, ErrorCode, Input, Reply, SaveOptions};

use super::{
    records::{RecordReader, SoapRecord, about_value, unknown_object},
    request::{Request, within},
    results::{Outcome, of_record, push_result, refusal, rolled_back},
};

/// How many records one call takes.
pub(super) const MOST: usize = 200;

/// How often the object may change from one record of a call to the next.
const MOST_CHUNKS: usize = 10;

/// What is to be done with one record, or why nothing can be.
type Step = Result<Call, ApiError>;

/// A record of a call, as far as its result needs it.
struct Place {
    id: Option<Box<str>>,
    object: Box<str>,
    fields: Vec<(Box<str>, Box<str>)>,
    /// Why nothing can be done with it.
    refused: Option<ApiError>,
}

impl Place {
    fn of(record: &SoapRecord) -> Self {
        let text = |value: &Input| match value {
            Input::Text(text) => text.clone(),
            _ => Box::default(),
        };
        let fields = record.fields.iter().map(|input| (input.name.clone(), text(&input.value))).collect();
        Self { id: record.id.clone(), object: record.object.clone(), fields, refused: None }
    }
}

/// `create`.
pub(super) fn create(request: &Request<'_>) -> Result<String, ApiError> {
    save(request, |record| {
        if record.id.is_some() {
            let message = "cannot specify Id in an insert call";
            return Err(ApiError::dml(ErrorCode::InvalidFieldForInsertUpdate, message, ["Id"]));
        }
        Ok(Call::Create { object: record.object, fields: record.fields })
    })
}

/// `update`.
pub(super) fn update(request: &Request<'_>) -> Result<String, ApiError> {
    save(request, |record| match record.id {
        Some(id) => changed(record.object, id, record.fields),
        None => Err(refusal(ErrorCode::MissingArgument, "Id not specified in an update call")),
    })
}

/// `upsert`.
pub(super) fn upsert(request: &Request<'_>) -> Result<String, ApiError> {
    let key = request.argument("externalIDFieldName");
    let catalog = request.catalog();
    let mut seen = BTreeSet::new();
    save(request, |mut record| {
        if key.is_empty() || key.eq_ignore_ascii_case("Id") {
            return match record.id {
                Some(id) => changed(record.object, id, record.fields),
                None => Ok(Call::Create { object: record.object, fields: record.fields }),
            };
        }
        if record.id.is_some() {
            let message = "The Id field should not be specified in the sobject data.";
            return Err(ApiError::dml(ErrorCode::InvalidFieldForInsertUpdate, message, ["Id"]));
        }
        let def = catalog.find(&record.object, request.version).ok_or_else(ApiError::not_found)?;
        let Some(field) =
            def.field_in(key, request.version).filter(|field| field.external_id || field.id_lookup)
        else {
            let message = format!("Field name provided, {key} is not an External ID for {}", def.name);
            return Err(refusal(ErrorCode::InvalidField, message));
        };
        let at = record.fields.iter().position(|input| input.name.eq_ignore_ascii_case(&field.name));
        let value = at.map(|at| record.fields.remove(at).value);
        let Some(Input::Text(value)) =
            value.filter(|value| !matches!(value, Input::Text(text) if text.is_empty()))
        else {
            let message = format!("{} not specified", field.name);
            return Err(refusal(ErrorCode::MissingArgument, message));
        };
        let same = if field.case_sensitive { value.to_string() } else { value.to_lowercase() };
        if !seen.insert((record.object.clone(), same)) {
            let message = format!("Duplicate external id specified: {value}");
            return Err(ApiError::dml(ErrorCode::DuplicateValue, message, [&*field.name]));
        }
        let SoapRecord { object, fields, .. } = record;
        Ok(Call::Upsert { object, field: (&*field.name).into(), value, fields, update_only: false })
    })
}

fn changed(object: Box<str>, id: Box<str>, fields: Vec<mockorg_org::FieldInput>) -> Step {
    if id.parse::<mockorg_org::RecordId>().is_err() {
        return Err(ApiError::dml(ErrorCode::MalformedId, format!("malformed id {id}"), ["Id"]));
    }
    Ok(Call::Update { object, id, fields })
}

/// Saves the records of a call, each as `step` says.
fn save(request: &Request<'_>, mut step: impl FnMut(SoapRecord) -> Step) -> Result<String, ApiError> {
    let elements: Vec<_> = request.operation.all("sObjects").collect();
    within(elements.len(), MOST)?;
    let catalog = request.catalog();
    let truncate = request.headers.allow_truncation;
    let reader = RecordReader { catalog: &catalog, version: request.version, truncate };
    let records: Vec<SoapRecord> =
        elements.into_iter().map(|element| reader.record(element)).collect::<Result<_, _>>()?;
    let chunks = records.chunk_by(|one, other| one.object == other.object).count();
    if chunks > MOST_CHUNKS {
        let message = format!(
            "Cannot have more than {MOST_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking."
        );
        return Err(ApiError::exception(ErrorCode::ExceededIdLimit, message));
    }
    let upsert = request.operation.name == "upsert";
    let mut places: Vec<Place> = Vec::with_capacity(records.len());
    let mut calls = Vec::with_capacity(records.len());
    for record in records {
        let mut place = Place::of(&record);
        match step(record) {
            Ok(call) => calls.push(saving(request, call)),
            Err(error) => place.refused = Some(error),
        }
        places.push(place);
    }
    let refused = places.iter().any(|place| place.refused.is_some());
    let all_or_none = request.headers.all_or_none;
    let replies = request.perform(|caller| {
        if refused && all_or_none {
            return Ok(calls.iter().map(|_| Err(rolled_back())).collect());
        }
        let replies = caller.together(calls, all_or_none)?;
        for (reply, place) in replies.iter().zip(places.iter().filter(|place| place.refused.is_none())) {
            if let Err(error) = reply
                && let Some(fault) = whole_call(error, &place.object)
            {
                return Err(fault);
            }
        }
        Ok(replies)
    })?;
    let mut replies = replies.into_iter();
    let mut text = String::new();
    for place in places {
        let reply = match place.refused {
            Some(error) => Err(error),
            None => replies.next().unwrap_or_else(|| Err(ApiError::not_found())),
        };
        let def = catalog.find(&place.object, request.version);
        let reply = reply.map_err(|error| about_value(error, def, &place.fields));
        let mut outcome = outcome(reply, place.id.as_deref());
        outcome.created = upsert.then(|| outcome.created == Some(true));
        push_result(&mut text, &outcome);
    }
    Ok(text)
}

/// The call with what the headers say about duplicates.
fn saving(request: &Request<'_>, call: Call) -> Call {
    if !request.headers.allow_duplicates {
        return call;
    }
    Call::Saving { options: SaveOptions { allow_duplicates: true }, call: Box::new(call) }
}

/// The fault of a call that cannot be understood, whatever its other records are: it names an object or a field
/// that does not exist.
fn whole_call(error: &ApiError, object: &str) -> Option<ApiError> {
    match error.code {
        ErrorCode::NotModelled => Some(error.clone()),
        ErrorCode::NotFound if !error.on_row => Some(unknown_object(object)),
        ErrorCode::InvalidField => {
            let message = error.message.as_deref().unwrap_or_default();
            let name = message.strip_prefix("No such column '").and_then(|rest| rest.split('\'').next())?;
            let message = format!(
                "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
            );
            Some(ApiError::exception(ErrorCode::InvalidField, message))
        }
        _ => None,
    }
}

fn outcome(reply: Result<Reply, ApiError>, id: Option<&str>) -> Outcome {
    match reply {
        Ok(Reply::Created(saved)) => Outcome { created: Some(true), ..Ok(saved.id).into() },
        Ok(Reply::Upserted { saved, created }) => Outcome { created: Some(created), ..Ok(saved.id).into() },
        Ok(Reply::Enqueued(enqueued)) => Outcome { enqueued: Some(enqueued.uuid), ..Ok(enqueued.id).into() },
        Ok(Reply::Done) => id
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| refusal(ErrorCode::InvalidCrossReferenceKey, "invalid cross reference id"))
            .into(),
        Ok(Reply::MultipleChoices(_, ids)) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let message = format!("more than one record found for external id field: [{}]", ids.join(", "));
            Err(refusal(ErrorCode::DuplicateExternalId, message)).into()
        }
        Ok(_) => Err(ApiError::not_found()).into(),
        Err(error) => Err(of_record(error)).into(),
    }
}
