//! What stands behind two or more segments after an object: a record by external id, or a blob or relationship
//! of a record by id.

use hyper::header::HeaderValue;
use mockorg_org::{Call, RecordId, RecordKey, Reply, catalog::FieldType};

use super::{
    record::{choices, input, located, print, read},
    unexpected,
};
use crate::{
    answer::{Answer, JSON},
    encode,
    exchange::{Exchange, Failure},
    form,
};

/// The last version that answers the update by an upsert with 204.
const SILENT_UNTIL: u8 = 45;

/// What two segments mean.
enum Member {
    External { field: Box<str>, value: Box<str> },
    Blob { id: Box<str>, field: Box<str> },
    Related { id: Box<str>, path: Vec<Box<str>> },
}

impl Member {
    fn of(exchange: &Exchange<'_>) -> Result<Self, Failure> {
        let (a, b) = (exchange.param("a"), exchange.param("b"));
        let catalog = exchange.catalog();
        let Some(object) = catalog.find(&exchange.param("sobject"), exchange.version) else {
            // The org knows how to refuse an unknown object.
            return Ok(Self::External { field: a.into(), value: b.into() });
        };
        // A field's name may look like an id, but no id is the name of a field.
        let is_id = object.field_in(&a, exchange.version).is_none() && a.parse::<RecordId>().is_ok();
        if !is_id {
            return Ok(Self::External { field: a.into(), value: b.into() });
        }
        let field = object.field_in(&b, exchange.version);
        if field.is_some_and(|field| field.field_type == FieldType::Base64) {
            return Ok(Self::Blob { id: a.into(), field: b.into() });
        }
        Ok(Self::Related { id: a.into(), path: vec![b.into()] })
    }
}

/// `GET /sobjects/X/<a>/<b>`.
pub(crate) fn retrieve_member(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    match Member::of(exchange)? {
        Member::External { field, value } => read(exchange, RecordKey::External(field, value)),
        Member::Related { id, path } => follow(exchange, id, path),
        Member::Blob { id, field } => {
            let object = exchange.param("sobject").into();
            let Reply::Blob { content, content_type } =
                exchange.call(Call::RetrieveBlob { object, id, field })?
            else {
                return Err(unexpected());
            };
            let media_type = content_type.and_then(|name| HeaderValue::from_str(&name).ok());
            let media_type = media_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
            Ok(Answer::new(200, media_type, content.to_vec()))
        }
    }
}

/// `PATCH /sobjects/X/<a>/<b>`.
pub(crate) fn update_member(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    match Member::of(exchange)? {
        Member::External { field, value } => {
            let update_only =
                exchange.argument("updateOnly").is_some_and(|value| value.eq_ignore_ascii_case("true"));
            let fields = input(exchange)?;
            upserted(exchange, &exchange.call(Call::Upsert { object, field, value, fields, update_only })?)
        }
        Member::Related { id, path } => {
            let fields = input(exchange)?;
            exchange.call(Call::UpdateRelated { object, id, path, fields })?;
            Ok(Answer::empty(204))
        }
        Member::Blob { .. } => Err(exchange.not_modelled("changing a blob at its own address").into()),
    }
}

fn upserted(exchange: &Exchange<'_>, reply: &Reply) -> Result<Answer, Failure> {
    let Reply::Upserted { saved, created } = reply else { return choices(exchange, reply) };
    if !created && exchange.version.number() <= SILENT_UNTIL {
        return Ok(Answer::empty(204));
    }
    let mut writer = exchange.writer();
    encode::upsert_result(&mut writer, saved.id, *created, exchange.version);
    let body = writer.finish();
    Ok(if *created {
        located(Answer::json(201, body), exchange.version, saved)
    } else {
        Answer::json(200, body)
    })
}

/// `DELETE /sobjects/X/<a>/<b>`.
pub(crate) fn delete_member(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject").into();
    let call = match Member::of(exchange)? {
        Member::External { field, value } => Call::Delete { object, key: RecordKey::External(field, value) },
        Member::Related { id, path } => Call::DeleteRelated { object, id, path },
        Member::Blob { .. } => {
            return Err(exchange.not_modelled("deleting a blob at its own address").into());
        }
    };
    match exchange.call(call)? {
        reply @ Reply::MultipleChoices(..) => choices(exchange, &reply),
        _ => Ok(Answer::empty(204)),
    }
}

/// `GET /sobjects/X/<id>/<relationship>/<relationship>…`.
pub(crate) fn retrieve_path(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    follow(exchange, exchange.param("id").into(), path(exchange))
}

/// `PATCH /sobjects/X/<id>/<relationship>/<relationship>…`.
pub(crate) fn update_path(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let fields = input(exchange)?;
    let (object, id) = (exchange.param("sobject").into(), exchange.param("id").into());
    exchange.call(Call::UpdateRelated { object, id, path: path(exchange), fields })?;
    Ok(Answer::empty(204))
}

/// `DELETE /sobjects/X/<id>/<relationship>/<relationship>…`.
pub(crate) fn delete_path(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (object, id) = (exchange.param("sobject").into(), exchange.param("id").into());
    exchange.call(Call::DeleteRelated { object, id, path: path(exchange) })?;
    Ok(Answer::empty(204))
}

fn path(exchange: &Exchange<'_>) -> Vec<Box<str>> {
    let rest = exchange.params.get("rest").unwrap_or_default();
    let first = exchange.param("relationship").into();
    std::iter::once(first).chain(rest.split('/').map(|segment| form::segment(segment).into())).collect()
}

fn follow(exchange: &Exchange<'_>, id: Box<str>, path: Vec<Box<str>>) -> Result<Answer, Failure> {
    let (object, fields) = (exchange.param("sobject").into(), exchange.list("fields"));
    match exchange.call(Call::RetrieveRelated { object, id, path, fields })? {
        Reply::Row(row) => Ok(Answer::new(200, JSON, print(exchange, &row))),
        Reply::Page(page) => {
            let mut writer = exchange.writer();
            encode::page(&mut writer, &page, exchange.version);
            Ok(Answer::json(200, writer.finish()))
        }
        _ => Err(unexpected()),
    }
}
