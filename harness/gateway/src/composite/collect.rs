//! `/composite/sobjects`: up to 200 records are created, changed, upserted or deleted in one call.

use std::collections::BTreeMap;

use mockorg_org::{ApiError, ApiVersion, Call, ErrorCode, FieldInput, Input, RecordId, RecordKey, Reply};

use super::{
    body::{Members, wrong_kind},
    list::{
        self, ListResult, MOST, Saved, attributes_of, key_text, of_row, perform, too_many, unknown_object,
    },
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
};

/// How many times the records of a call may go over to another object, plus one.
const MOST_CHUNKS: usize = 10;

/// One record of a call.
struct Entry {
    object: Box<str>,
    /// The record, when the call names it.
    id: Option<RecordId>,
    /// What is to be done, or why nothing can be.
    call: Result<Call, ApiError>,
}

/// `POST /composite/sobjects`.
pub(crate) fn create(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (records, all_or_none) = records(exchange)?;
    let entries = records
        .into_iter()
        .map(|Record { object, fields }| {
            let call = match fields.iter().find(|field| field.name.eq_ignore_ascii_case("Id")) {
                Some(_) => {
                    let message = "cannot specify Id in an insert call";
                    Err(ApiError::dml(ErrorCode::InvalidFieldForInsertUpdate, message, ["Id"]))
                }
                None => Ok(Call::Create { object: object.clone(), fields }),
            };
            Entry { object, id: None, call }
        })
        .collect();
    save(exchange, entries, all_or_none)
}

/// `PATCH /composite/sobjects`.
pub(crate) fn update(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (records, all_or_none) = records(exchange)?;
    let catalog = exchange.catalog();
    let label = |object: &str| catalog.find_any(object).map_or_else(String::new, |def| def.label.to_string());
    let entries = records
        .into_iter()
        .map(|Record { object, mut fields }| {
            let index = fields.iter().position(|field| field.name.eq_ignore_ascii_case("id"));
            let given = index.map(|index| fields.remove(index).value);
            match given.as_ref().and_then(key_text) {
                Some(id) => match id.parse() {
                    Ok(known) => {
                        let call = Ok(Call::Update { object: object.clone(), id, fields });
                        Entry { object, id: Some(known), call }
                    }
                    Err(_) => {
                        let message = format!("{} ID: id value of incorrect type: {id}", label(&object));
                        let call = Err(ApiError::dml(ErrorCode::MalformedId, message, ["Id"]));
                        Entry { object, id: None, call }
                    }
                },
                None => {
                    let message = "Id not specified in an update call";
                    let call = Err(ApiError::dml(ErrorCode::MissingArgument, message, ["Id"]));
                    Entry { object, id: None, call }
                }
            }
        })
        .collect();
    save(exchange, entries, all_or_none)
}

/// `PATCH /composite/sobjects/X/<key field>`.
pub(crate) fn upsert(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (records, all_or_none) = records(exchange)?;
    let (object, field) = (exchange.param("sobject"), exchange.param("field"));
    let catalog = exchange.catalog();
    let def = catalog.find(&object, exchange.version).ok_or_else(ApiError::not_found)?;
    let by_id = field.eq_ignore_ascii_case("Id");
    let key = def.field_in(&field, exchange.version).filter(|key| by_id || key.external_id || key.id_lookup);
    let key = key.ok_or_else(|| {
        let message = format!("Provided external ID field does not exist or is not accessible: {field}");
        ApiError::resource(ErrorCode::NotFound, message)
    })?;
    let mut entries = Vec::with_capacity(records.len());
    for Record { object: own, mut fields } in records {
        if !own.eq_ignore_ascii_case(&object) {
            let message = format!("The records of this call must be of the type {}, not {own}", def.name);
            return Err(ApiError::exception(ErrorCode::InvalidType, message).into());
        }
        let index = fields.iter().position(|field| field.name.eq_ignore_ascii_case(&key.name));
        let value = index.map(|index| fields.remove(index).value);
        let object = own.clone();
        let field: Box<str> = (&*key.name).into();
        let (id, call) = match (value.as_ref().and_then(key_text), by_id) {
            // Without an id there is nothing that could be changed.
            (None, true) => (None, Ok(Call::Create { object, fields })),
            (None, false) => {
                let message = format!("{} not specified", key.name);
                (None, Err(ApiError::dml(ErrorCode::MissingArgument, message, [&*key.name])))
            }
            (Some(id), true) => (id.parse().ok(), Ok(Call::Update { object, id, fields })),
            (Some(value), false) => {
                (None, Ok(Call::Upsert { object, field, value, fields, update_only: false }))
            }
        };
        entries.push(Entry { object: own, id, call });
    }
    refuse_repeated(&mut entries, &key.name);
    let results = saved(exchange, entries, all_or_none)?;
    Ok(answer(exchange, &results, Some(exchange.version)))
}

/// Two records with the same key cannot both be meant.
fn refuse_repeated(entries: &mut [Entry], key: &str) {
    let mut counts: BTreeMap<Box<str>, usize> = BTreeMap::new();
    let value_of = |entry: &Entry| match &entry.call {
        Ok(Call::Upsert { value, .. }) => Some(value.clone()),
        _ => None,
    };
    for value in entries.iter().filter_map(value_of) {
        *counts.entry(value).or_default() += 1;
    }
    for entry in entries {
        if let Some(value) = value_of(entry).filter(|value| counts.get(value).is_some_and(|count| *count > 1))
        {
            let message = format!("Duplicate external id specified: {value}");
            entry.call = Err(ApiError::dml(ErrorCode::DuplicateExternalId, message, [key]));
        }
    }
}

/// `DELETE /composite/sobjects?ids=&allOrNone=`.
pub(crate) fn delete(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let ids = exchange
        .list("ids")
        .filter(|ids| !ids.is_empty())
        .ok_or_else(|| ApiError::exception(ErrorCode::InvalidInput, "The ids parameter is required"))?;
    if ids.len() > MOST {
        return Err(too_many(MOST).into());
    }
    let all_or_none = exchange.argument("allOrNone").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let catalog = exchange.catalog();
    let none = std::iter::empty::<&str>;
    let entries = ids
        .into_iter()
        .map(|id| {
            let known: Option<RecordId> = id.parse().ok();
            let object = known.and_then(|known| catalog.object_of(known));
            let call = match (known, object) {
                (None, _) => Err(ApiError::dml(ErrorCode::MalformedId, format!("malformed id {id}"), none())),
                (_, None) => Err(of_row(ApiError::not_found())),
                (_, Some(def)) => Ok(Call::Delete { object: (&*def.name).into(), key: RecordKey::Id(id) }),
            };
            Entry { object: object.map_or_else(Box::default, |def| (&*def.name).into()), id: known, call }
        })
        .collect();
    save(exchange, entries, all_or_none)
}

/// A record of a body.
struct Record {
    object: Box<str>,
    fields: Vec<FieldInput>,
}

/// The records of a body, and whether it is all or none.
fn records(exchange: &Exchange<'_>) -> Result<(Vec<Record>, bool), Failure> {
    let mut members = Members::of_body(exchange.record_body()?);
    let all_or_none = members.flag("allOrNone")?;
    let (list, at) = members.needed_list("records")?;
    members.end()?;
    if list.len() > MOST {
        return Err(too_many(MOST).into());
    }
    let (catalog, mut chunks) = (exchange.catalog(), 0);
    let mut records: Vec<Record> = Vec::with_capacity(list.len());
    for entry in list {
        let Input::Object(mut fields) = entry else {
            return Err(wrong_kind("SObject", &entry, at).into());
        };
        let object = attributes_of(&mut fields, at)?.object;
        if catalog.find(&object, exchange.version).is_none() {
            return Err(unknown_object(&object).into());
        }
        chunks += usize::from(records.last().is_none_or(|last| !last.object.eq_ignore_ascii_case(&object)));
        records.push(Record { object, fields });
    }
    if chunks > MOST_CHUNKS {
        let message = format!(
            "Cannot have more than {MOST_CHUNKS} chunks in a single operation. Please rearrange the data to reduce \
             chunking."
        );
        return Err(ApiError::exception(ErrorCode::LimitExceeded, message).into());
    }
    Ok((records, all_or_none))
}

fn save(exchange: &Exchange<'_>, entries: Vec<Entry>, all_or_none: bool) -> Result<Answer, Failure> {
    let results = saved(exchange, entries, all_or_none)?;
    Ok(answer(exchange, &results, None))
}

fn answer(exchange: &Exchange<'_>, results: &[ListResult], upsert: Option<ApiVersion>) -> Answer {
    let mut writer = exchange.writer();
    list::write(&mut writer, results, upsert);
    Answer::json(200, writer.finish())
}

/// Performs what can be performed, and tells of each record what became of it.
fn saved(
    exchange: &Exchange<'_>,
    entries: Vec<Entry>,
    all_or_none: bool,
) -> Result<Vec<ListResult>, Failure> {
    let mut calls = Vec::with_capacity(entries.len());
    let mut waiting = Vec::with_capacity(entries.len());
    for Entry { object, id, call } in entries {
        waiting.push((object, id, call.map(|call| calls.push(call)).err()));
    }
    exchange.in_transaction(|org, now, session| {
        let start = org.mark();
        let mut outcomes = perform(exchange, (&mut *org, now, session), calls)?.into_iter();
        let mut results = Vec::with_capacity(waiting.len());
        for (object, id, refused) in waiting {
            results.push(match refused {
                Some(error) => ListResult::failed(id, error),
                None => match outcomes.next() {
                    Some(outcome) => result(outcome, id).map_err(|error| whole(error, &object))?,
                    None => ListResult::failed(id, ApiError::not_found()),
                },
            });
        }
        if all_or_none && results.iter().any(|result| result.error.is_some()) {
            org.return_to(start);
            for result in results.iter_mut().filter(|result| result.error.is_none()) {
                // Nobody has heard of a record that was created and is no more.
                let id = result.id.filter(|_| !result.created);
                *result = ListResult::failed(id, ApiError::rolled_back());
            }
        }
        Ok(results)
    })
}

/// What is told of a record. The error is one of the whole call.
fn result(outcome: Saved, id: Option<RecordId>) -> Result<ListResult, ApiError> {
    let done = |id, created| ListResult { id, created, enqueued: None, error: None };
    Ok(match outcome {
        Ok(Reply::Created(saved)) => done(Some(saved.id), true),
        Ok(Reply::Upserted { saved, created }) => done(Some(saved.id), created),
        Ok(Reply::Enqueued(enqueued)) => {
            ListResult { id: None, created: false, enqueued: Some(enqueued), error: None }
        }
        Ok(Reply::MultipleChoices(_, ids)) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let message = format!("more than one record found for external id field: [{}]", ids.join(", "));
            let none = std::iter::empty::<&str>();
            ListResult::failed(None, ApiError::dml(ErrorCode::DuplicateExternalId, message, none))
        }
        Ok(_) => done(id, false),
        // The object was looked up before; that it is not there means that the user may not see it.
        Err(error) if error.code == ErrorCode::NotFound && !error.on_row && id.is_none() => {
            return Err(error);
        }
        Err(error) => ListResult::failed(id, of_row(error)),
    })
}

/// An error of the whole call because of an object.
fn whole(error: ApiError, object: &str) -> Failure {
    if error.code == ErrorCode::NotFound { unknown_object(object).into() } else { error.into() }
}
