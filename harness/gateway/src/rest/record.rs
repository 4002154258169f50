//! One record by its id: create, read, change, delete.

use hyper::header::LOCATION;
use mockorg_org::{
    ApiError, ApiVersion, Call, Cell, ErrorCode, FieldInput, Org, RecordKey, Reply, Row, Saved, Session,
    Timestamp, catalog::Kind,
};

use super::{
    condition::{Validators, is_conditional, row_tag, unreadable_date},
    multipart, unexpected,
};
use crate::{
    answer::Answer,
    encode,
    exchange::{Exchange, Failure},
    json::{JsonForm, JsonWriter},
};

/// The only object whose records have entity tags.
const TAGGED: &str = "Account";

/// `POST /sobjects/X`.
pub(crate) fn create(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut writer = exchange.writer();
    match created(exchange)? {
        Reply::Created(saved) => {
            encode::save_result(&mut writer, saved.id);
            Ok(located(Answer::json(201, writer.finish()), exchange.version, &saved))
        }
        Reply::Enqueued(enqueued) => {
            // An event is no record: there is no place to find it.
            encode::enqueued(&mut writer, &enqueued);
            Ok(Answer::json(201, writer.finish()))
        }
        _ => Err(unexpected()),
    }
}

/// `POST /sobjects/X/Id`: an upsert without a key, which is a create.
pub(crate) fn create_by_id_field(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let object = exchange.param("sobject");
    if exchange.catalog().find_any(&object).is_some_and(|def| def.kind == Kind::PlatformEvent) {
        return Err(ApiError::not_found().into());
    }
    let Reply::Created(saved) = created(exchange)? else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::upsert_result(&mut writer, saved.id, true, exchange.version);
    Ok(located(Answer::json(201, writer.finish()), exchange.version, &saved))
}

fn created(exchange: &Exchange<'_>) -> Result<Reply, Failure> {
    check_dates(exchange)?;
    let fields = input(exchange)?;
    let object = exchange.param("sobject").into();
    Ok(exchange.call(Call::Create { object, fields })?)
}

/// `GET /sobjects/X/<id>`.
pub(crate) fn retrieve(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    read(exchange, RecordKey::Id(exchange.param("id").into()))
}

/// `PATCH /sobjects/X/<id>`.
pub(crate) fn update(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    check_dates(exchange)?;
    let fields = input(exchange)?;
    let (object, id): (Box<str>, Box<str>) = (exchange.param("sobject").into(), exchange.param("id").into());
    if !is_conditional(exchange.headers()) {
        exchange.call(Call::Update { object, id, fields })?;
        return Ok(Answer::empty(204));
    }
    let key = RecordKey::Id(id.clone());
    change_if(exchange, &object.clone(), &key, Call::Update { object, id, fields })
}

/// `DELETE /sobjects/X/<id>`.
pub(crate) fn delete(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let (object, key) =
        (Box::<str>::from(exchange.param("sobject")), RecordKey::Id(exchange.param("id").into()));
    if !is_conditional(exchange.headers()) {
        exchange.call(Call::Delete { object, key })?;
        return Ok(Answer::empty(204));
    }
    change_if(exchange, &object.clone(), &key.clone(), Call::Delete { object, key })
}

/// Refuses a change under a date that is none. The platform's status is documented, its words are not.
fn check_dates(exchange: &Exchange<'_>) -> Result<(), Failure> {
    let Some(name) = unreadable_date(exchange.headers()) else { return Ok(()) };
    let message = format!("The {name} header holds no date of the form EEE, dd MMM yyyy HH:mm:ss zzz");
    Err(ApiError::exception(ErrorCode::InvalidInput, message).into())
}

/// The fields of a record in the body, which may be a form with blobs.
pub(super) fn input(exchange: &Exchange<'_>) -> Result<Vec<FieldInput>, Failure> {
    if exchange.content_type().eq_ignore_ascii_case("multipart/form-data") {
        let content_type = exchange.header("content-type").unwrap_or_default();
        return Ok(multipart::record(&exchange.body()?, content_type)?);
    }
    exchange.record_body()
}

/// Reads the record with this key, unless the client's conditions say otherwise.
pub(super) fn read(exchange: &Exchange<'_>, key: RecordKey) -> Result<Answer, Failure> {
    let object: Box<str> = exchange.param("sobject").into();
    let fields = exchange.list("fields");
    let whole = fields.is_none();
    if is_conditional(exchange.headers()) {
        return read_if(exchange, &object, &key, fields);
    }
    let row = match exchange.call(Call::Retrieve { object, key, fields })? {
        Reply::Row(row) => row,
        reply => return choices(exchange, &reply),
    };
    let body = print(exchange, &row);
    if !whole || &*row.object != TAGGED {
        return Ok(Answer::json(200, body));
    }
    let tag = if exchange.form() == JsonForm::Compact { row_tag(&body) } else { tag(&row, exchange.version) };
    Ok(Validators { tag: Some(tag), changed: None }.mark(Answer::json(200, body), false))
}

/// Answers a read whose conditions need the whole record, even if the answer does not.
fn read_if(
    exchange: &Exchange<'_>,
    object: &str,
    key: &RecordKey,
    fields: Option<Vec<Box<str>>>,
) -> Result<Answer, Failure> {
    let (known, reply) = exchange.with_org(|org, now, session| {
        let whole = whole_row(org, now, session, object, key)?;
        let (Some(fields), Reply::Row(row)) = (fields, &whole) else {
            return Ok::<_, Failure>((None, whole));
        };
        let known = validators(row, session.version);
        let part = Call::Retrieve { object: object.into(), key: key.clone(), fields: Some(fields) };
        Ok((Some(known), org.call(now, session, part)?))
    })?;
    let Reply::Row(row) = reply else { return choices(exchange, &reply) };
    let known = known.unwrap_or_else(|| validators(&row, exchange.version));
    let answer = match known.of_read(exchange.headers()) {
        Some(status) => Answer::empty(status),
        None => Answer::json(200, print(exchange, &row)),
    };
    Ok(known.mark(answer, false))
}

/// Performs a change, unless the record is not in the state that the client names.
fn change_if(
    exchange: &Exchange<'_>,
    object: &str,
    key: &RecordKey,
    change: Call,
) -> Result<Answer, Failure> {
    exchange.with_org(|org, now, session| {
        if let Reply::Row(row) = whole_row(org, now, session, object, key)?
            && validators(&row, session.version).forbids_change(exchange.headers())
        {
            return Ok(Answer::empty(412));
        }
        org.call(now, session, change)?;
        Ok(Answer::empty(204))
    })
}

fn whole_row(
    org: &mut Org,
    now: Timestamp,
    session: &Session,
    object: &str,
    key: &RecordKey,
) -> Result<Reply, ApiError> {
    org.call(now, session, Call::Retrieve { object: object.into(), key: key.clone(), fields: None })
}

/// What identifies the state of a whole record.
fn validators(row: &Row, version: ApiVersion) -> Validators {
    let tag = (&*row.object == TAGGED).then(|| tag(row, version));
    let dates = ["LastModifiedDate", "SystemModstamp"];
    let changed = dates.iter().find_map(|name| {
        let at = row.columns.iter().position(|column| &**column == *name)?;
        if let Cell::Value(value) = row.cells.get(at)? { value.as_datetime() } else { None }
    });
    Validators { tag, changed }
}

/// The entity tag of a whole row, however it is laid out.
fn tag(row: &Row, version: ApiVersion) -> String {
    let mut writer = JsonWriter::new(JsonForm::Compact);
    encode::row(&mut writer, row, version);
    row_tag(&writer.finish())
}

pub(super) fn print(exchange: &Exchange<'_>, row: &Row) -> Vec<u8> {
    let mut writer = exchange.writer();
    encode::row(&mut writer, row, exchange.version);
    writer.finish()
}

/// 300 with the addresses of all records that an external id means.
pub(super) fn choices(exchange: &Exchange<'_>, reply: &Reply) -> Result<Answer, Failure> {
    let Reply::MultipleChoices(object, ids) = reply else { return Err(unexpected()) };
    let mut writer = exchange.writer();
    encode::multiple_choices(&mut writer, object, ids, exchange.version);
    Ok(Answer::json(300, writer.finish()))
}

/// Says where a new record is.
pub(super) fn located(answer: Answer, version: ApiVersion, saved: &Saved) -> Answer {
    answer.with(LOCATION, format!("/services/data/v{version}/sobjects/{}/{}", saved.object, saved.id))
}
