//! `/composite/sobjects/X`: many records of one object are read in one call.

use mockorg_org::{ApiError, Call, ErrorCode, RecordKey, Reply};

use super::{
    body::{Members, texts},
    list::too_many,
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    rest::unexpected,
};

/// How many records one call may read.
const MOST: usize = 2000;

/// `GET /composite/sobjects/X?ids=&fields=`.
pub(crate) fn retrieve(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let needed = |name: &str| {
        exchange.list(name).filter(|names| !names.is_empty()).ok_or_else(|| {
            ApiError::exception(ErrorCode::InvalidInput, format!("The {name} parameter is required"))
        })
    };
    read(exchange, needed("ids")?, &needed("fields")?)
}

/// `POST /composite/sobjects/X`.
pub(crate) fn retrieve_by_body(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut members = Members::of_body(exchange.record_body()?);
    let (ids, ids_at) = members.needed_list("ids")?;
    let (fields, fields_at) = members.needed_list("fields")?;
    members.end()?;
    read(exchange, texts(ids, ids_at)?, &texts(fields, fields_at)?)
}

fn read(exchange: &Exchange<'_>, ids: Vec<Box<str>>, fields: &[Box<str>]) -> Result<Answer, Failure> {
    if ids.len() > MOST {
        return Err(too_many(MOST).into());
    }
    let object: Box<str> = exchange.param("sobject").into();
    let calls = ids
        .into_iter()
        .map(|id| Call::Retrieve {
            object: object.clone(),
            key: RecordKey::Id(id),
            fields: Some(fields.to_vec()),
        })
        .collect();
    let Reply::Together(rows) = exchange.call(Call::Together { calls, all_or_none: false })? else {
        return Err(unexpected());
    };
    let catalog = exchange.catalog();
    if catalog.find(&object, exchange.version).is_none() {
        return Err(ApiError::not_found().into());
    }
    let mut writer = exchange.writer();
    writer.begin_array();
    for row in rows {
        match row {
            Ok(Reply::Row(row)) => encode::row(&mut writer, &row, exchange.version),
            Ok(_) => return Err(unexpected()),
            // The record is not there, or not for this user; a field that is not there is another matter.
            Err(error) if error.code == ErrorCode::NotFound => {
                writer.null();
            }
            Err(error) => return Err(error.into()),
        }
    }
    writer.end_array();
    Ok(Answer::json(200, writer.finish()))
}
