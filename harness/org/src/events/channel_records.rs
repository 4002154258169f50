//! The records that make up channels: an org's own channels, their members, and managed subscriptions.

use std::sync::Arc;

use super::selection::{self, STANDARD_CHANNEL};
use crate::{
    ApiError, ErrorCode, Org, Record, RecordId, RecordView, Value,
    catalog::{Kind, SObjectDef},
    ctx::Ctx,
};

/// How the full names of an org's own channels end.
const SUFFIX: &str = "__chn";

/// Completes and checks a channel.
pub(super) fn before_channel(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let full_name = text(def, new, "FullName").to_owned();
    let name = full_name.strip_suffix(SUFFIX).filter(|name| is_developer_name(name));
    let Some(name) = name else {
        return Err(invalid(
            "FullName",
            &format!("the name of a channel must end with {SUFFIX}: {full_name}"),
        ));
    };
    new.set_opt(def.slot("DeveloperName"), Value::text(name));
    Ok(())
}

/// Takes the members of a channel along.
pub(super) fn after_channel_delete(org: &mut Org, _: &Ctx, channel: &Record) -> Result<(), ApiError> {
    let id = channel.id().to_string();
    let members: Vec<_> =
        selection::members(org, &id).map(|member| (member.object.index, member.id())).collect();
    for (object, member) in members {
        org.store.erase(object, member);
    }
    Ok(())
}

/// Completes and checks what selects an entity for a channel.
pub(super) fn before_member(
    org: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    if !new.get_opt(def.slot("FilterExpression")).is_null() {
        return Err(ApiError::not_modelled("filter expressions of channel members"));
    }
    let (entity, channel) = (text(def, new, "SelectedEntity"), text(def, new, "EventChannel"));
    let catalog = &org.catalog;
    let is_change = selection::object_of(catalog, entity).is_some();
    let (channel, channel_name) = if channel == STANDARD_CHANNEL {
        if !is_change {
            return Err(invalid("SelectedEntity", &format!("no change event of this name: {entity}")));
        }
        (channel.to_owned(), channel.to_owned())
    } else {
        let Some(own) = find_channel(org, channel) else {
            return Err(invalid("EventChannel", &format!("no channel of this name: {channel}")));
        };
        let of_events = own.get("ChannelType").as_text() == Some("event");
        let event = catalog.find_any(entity).filter(|event| event.kind == Kind::PlatformEvent);
        let fits = if of_events { event.is_some_and(|event| &*event.name == entity) } else { is_change };
        if !fits {
            return Err(invalid("SelectedEntity", &format!("no event for this channel: {entity}")));
        }
        let full_name = own.get("FullName").as_text().unwrap_or_default();
        (own.id().to_string(), full_name.to_owned())
    };
    let name = format!("{channel_name}_{entity}").replace("__", "_");
    new.set_opt(def.slot("EventChannel"), Value::text(channel));
    for field in ["DeveloperName", "FullName", "MasterLabel"] {
        new.set_opt(def.slot(field), Value::text(&name));
    }
    Ok(())
}

/// Completes and checks a managed subscription.
pub(super) fn before_subscription(
    _: &Org,
    _: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let name = text(def, new, "FullName").to_owned();
    if !is_developer_name(&name) {
        return Err(invalid("FullName", &format!("not a developer name: {name}")));
    }
    let topic = text(def, new, "TopicName");
    if !(topic.starts_with("/event/") || topic.starts_with("/data/")) {
        return Err(invalid("TopicName", &format!("not the name of a topic: {topic}")));
    }
    new.set_opt(def.slot("DeveloperName"), Value::text(name));
    Ok(())
}

/// The full name of the channel that a member's EventChannel names.
pub(crate) fn channel_name(org: &Org, event_channel: &str) -> Arc<str> {
    let own = event_channel.parse::<RecordId>().ok().and_then(|id| org.store.get(id));
    own.and_then(|own| own.get("FullName").as_text()).unwrap_or(event_channel).into()
}

/// A channel of the org's own, by its full name or id.
fn find_channel<'o>(org: &'o Org, name: &str) -> Option<RecordView<'o>> {
    let id = name.parse::<RecordId>().ok();
    org.records("PlatformEventChannel")
        .find(|own| own.get("FullName").as_text() == Some(name) || Some(own.id()) == id)
}

fn text<'r>(def: &SObjectDef, record: &'r Record, field: &str) -> &'r str {
    record.get_opt(def.slot(field)).as_text().unwrap_or_default()
}

/// Letters, digits and single underscores, beginning with a letter and not ending with an underscore.
fn is_developer_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}

fn invalid(field: &str, what: &str) -> ApiError {
    ApiError::dml(ErrorCode::FieldIntegrityException, format!("{field}: {what}"), [field])
}
