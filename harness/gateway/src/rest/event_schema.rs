//! The schemas of events, by the name of the event and by the schema's id.

use std::sync::Arc;

use mockorg_org::{ApiError, Call, ErrorCode, catalog::Kind};

use crate::{
    answer::Answer,
    avro::{self, EventSchema},
    exchange::{Exchange, Failure},
};

/// The first version that knows the expanded form, and gives it when a client names none.
const EXPANDED_SINCE: u8 = 43;

/// The forms of a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PayloadFormat {
    /// What a message of the Streaming API looks like.
    Expanded,
    /// The Avro schema itself.
    Compact,
}

/// `GET /sobjects/X/eventSchema`.
pub(crate) fn schema_of_event(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let name = exchange.param("sobject");
    let catalog = exchange.catalog();
    let event = match catalog.find_any(&name) {
        Some(def) => Arc::clone(&def.name),
        None => Arc::from(&*name),
    };
    let schema = exchange.gateway.schemas().of_event(&event).ok_or_else(ApiError::not_found)?;
    answer(exchange, &schema)
}

/// `GET /event/eventSchema/<id>`.
pub(crate) fn schema_by_id(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let schema = exchange.gateway.schemas().by_id(&exchange.param("schema"));
    answer(exchange, &*schema.ok_or_else(ApiError::not_found)?)
}

fn answer(exchange: &Exchange<'_>, schema: &EventSchema) -> Result<Answer, Failure> {
    let catalog = exchange.catalog();
    // Whoever may not see the event, or the object that it tells of, may not see its schema either.
    let object = match catalog.find_any(&schema.event) {
        Some(def) if def.kind == Kind::PlatformEvent => Some(def),
        _ => avro::object_of(&catalog, &schema.event),
    };
    let object = Box::from(&*object.ok_or_else(ApiError::not_found)?.name);
    exchange.call(Call::DescribeBasic { object })?;
    Ok(match payload_format(exchange)? {
        PayloadFormat::Compact => Answer::json(200, schema.json.as_bytes().to_vec()),
        PayloadFormat::Expanded => Answer::json(200, schema.write_expanded(exchange.writer()).finish()),
    })
}

fn payload_format(exchange: &Exchange<'_>) -> Result<PayloadFormat, Failure> {
    let refused =
        |message: String| Err(ApiError::exception(ErrorCode::IllegalQueryParameterValue, message).into());
    let version = exchange.version;
    match exchange.argument("payloadFormat").as_deref() {
        None if version.number() < EXPANDED_SINCE => Ok(PayloadFormat::Compact),
        Some(_) if version.number() < EXPANDED_SINCE => {
            refused(format!("The payloadFormat parameter is not supported in API version {version}"))
        }
        None | Some("EXPANDED") => Ok(PayloadFormat::Expanded),
        Some("COMPACT") => Ok(PayloadFormat::Compact),
        Some(other) => refused(format!("payloadFormat must be EXPANDED or COMPACT, not {other}")),
    }
}
