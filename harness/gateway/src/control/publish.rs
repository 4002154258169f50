//! Publishes any event, of the platform's own ones, too: for tests of subscribers.

use mockorg_org::{
    ApiError, ApiVersion, Call, ErrorCode, FieldInput, Input, PublishedEvent, Reply, Session,
    catalog::{Catalog, Kind},
    events::{ReplayId, is_of_the_bus},
};

use super::{events::write_event, refuse::refuse};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure},
    json,
};

const HINT: &str = r#"send {"event":"AssetRenewInitiatedEvent","payload":{"RequestIdentifier":"r-1"}}, with "uuid" and "createdById" if they matter"#;

/// What the body asks for.
struct Order {
    event: Box<str>,
    published: PublishedEvent,
}

/// `POST /__mockorg/events`.
pub(crate) fn publish(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let body = exchange.body()?;
    let order = match json::record_body(&body) {
        Ok(members) => Order::of(members),
        Err(_) => None,
    };
    let Some(order) = order else {
        return Ok(refuse(exchange, "the body does not say which event to publish", HINT));
    };
    let session = Session { token: None, version: ApiVersion::NEWEST, origin: None };
    let event = order.event.clone();
    let call = Call::InjectEvent { event: order.event, published: order.published };
    let published = exchange.gateway.with_org(|org, now| {
        let reply = org.call(now, &session, call)?;
        let Reply::Published(results) = reply else { return Ok(None) };
        let Some(Ok(ReplayId(id))) = results.into_iter().next() else { return Ok(None) };
        Ok::<_, ApiError>(org.events().after(ReplayId(id.saturating_sub(1))).next().cloned())
    });
    let catalog = exchange.catalog();
    match published {
        Err(error) => {
            let what = error.message.as_deref().unwrap_or("the event cannot be published");
            let (what, hint) = match error.code {
                ErrorCode::NotFound => (format!("there is no event {event}"), HINT.to_owned()),
                _ => (what.to_owned(), fields_of(&catalog, &event)),
            };
            Ok(refuse(exchange, &what, &hint))
        }
        Ok(published) => {
            let mut writer = exchange.writer();
            writer.begin_object().key("events").begin_array();
            published.iter().for_each(|event| write_event(&mut writer, exchange.gateway, &catalog, event));
            writer.end_array().end_object();
            Ok(Answer::json(200, writer.finish()))
        }
    }
}

/// Which fields there are to fill.
fn fields_of(catalog: &Catalog, event: &str) -> String {
    let def = catalog.find_any(event).filter(|def| def.kind == Kind::PlatformEvent);
    let fields = def.into_iter().flat_map(|def| &def.fields);
    let names: Vec<&str> = fields.map(|field| &*field.name).filter(|name| !is_of_the_bus(name)).collect();
    format!("its fields are {}", names.join(", "))
}

/// Whether a text is an identity as events have it: lower-case hexadecimal digits in five groups.
fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    text.split('-').count() == groups.len()
        && text.split('-').zip(groups).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

impl Order {
    fn of(members: Vec<FieldInput>) -> Option<Self> {
        let mut event = None;
        let mut published = PublishedEvent::default();
        for member in members {
            match (&*member.name, member.value) {
                ("event", Input::Text(name)) => event = Some(name),
                ("uuid", Input::Text(uuid)) if is_uuid(&uuid) => published.uuid = Some(uuid),
                ("createdById", Input::Text(id)) => published.created_by = Some(id.parse().ok()?),
                ("payload", Input::Object(fields)) => published.fields = fields,
                _ => return None,
            }
        }
        Some(Self { event: event?, published })
    }
}
