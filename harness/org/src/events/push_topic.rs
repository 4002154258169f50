//! PushTopics: which changes of a record they report, and with which fields.

use std::sync::Arc;

use super::{ChangeType, TopicRow, capture::Changed};
use crate::{
    ApiError, ApiVersion, Org, Record, RecordId, RecordView, Timestamp, Value,
    catalog::{FieldDef, SObjectDef, Slot},
    ctx::Ctx,
    query::TopicQuery,
};

/// Which changed fields of an update make a notification.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NotifyForFields {
    All,
    Referenced,
    Select,
    Where,
}

/// What a topic reports of a change, with the topic's name; `None` when it reports nothing.
pub(super) fn notify(
    org: &Org,
    now: Timestamp,
    topic: RecordId,
    changed: &Changed<'_>,
) -> Option<(Arc<str>, TopicRow)> {
    let topic = org.store.live(topic)?;
    let (flag, kind) = match changed.kind {
        ChangeType::Create => ("NotifyForOperationCreate", "created"),
        ChangeType::Update => ("NotifyForOperationUpdate", "updated"),
        ChangeType::Delete => ("NotifyForOperationDelete", "deleted"),
        ChangeType::Undelete => ("NotifyForOperationUndelete", "undeleted"),
        _ => return None,
    };
    if !topic.get(flag).is_true() {
        return None;
    }
    let ctx = owner_ctx(org, now, topic)?;
    // The words of its query are about the present: TODAY moves on, and what a user may see changes.
    let query = TopicQuery::resolve(org, &ctx, topic.get("Query").as_text()?).ok()?;
    if query.object() != changed.def.index
        || !query.matches(org, &ctx, changed.now)
        || (changed.kind == ChangeType::Update && !concerns(topic, &query, changed))
    {
        return None;
    }
    let id_only =
        |field: &FieldDef| changed.kind != ChangeType::Delete || Some(field.slot) == changed.def.system.id;
    let fields = query
        .selected()
        .map(|slot| changed.def.at(slot))
        .filter(|field| id_only(field))
        .map(|field| (Arc::clone(&field.name), org.value_of(&ctx, changed.now, field).into_value()))
        .collect();
    let name = topic.get("Name").as_text()?;
    Some((name.into(), TopicRow { kind: kind.into(), fields }))
}

/// Whether an update has changed a field that the topic looks at.
fn concerns(topic: RecordView<'_>, query: &TopicQuery, changed: &Changed<'_>) -> bool {
    let which = notify_for_fields(topic);
    let system = &changed.def.system;
    // What the platform itself writes makes no notification.
    let own = [
        system.last_modified_date,
        system.last_modified_by_id,
        system.system_modstamp,
        system.is_deleted,
        changed.def.slot("LastActivityDate"),
    ];
    changed.slots().filter(|slot| !own.contains(&Some(*slot))).any(|slot| match which {
        NotifyForFields::All => true,
        NotifyForFields::Referenced => is_selected(query, slot) || query.filters_by(slot),
        NotifyForFields::Select => is_selected(query, slot),
        NotifyForFields::Where => query.filters_by(slot),
    })
}

fn is_selected(query: &TopicQuery, slot: Slot) -> bool {
    query.selected().any(|own| own == slot)
}

fn notify_for_fields(topic: RecordView<'_>) -> NotifyForFields {
    match topic.get("NotifyForFields").as_text() {
        Some("All") => NotifyForFields::All,
        Some("Select") => NotifyForFields::Select,
        Some("Where") => NotifyForFields::Where,
        _ => NotifyForFields::Referenced,
    }
}

/// The selected fields that a subscriber may not read; `None` when that is so of a field of the WHERE clause,
/// whose values the notifications would give away.
pub(super) fn hidden_from(org: &Org, ctx: &Ctx, topic: RecordView<'_>) -> Option<Box<[Arc<str>]>> {
    let owner = owner_ctx(org, ctx.now, topic)?;
    let query = TopicQuery::resolve(org, &owner, topic.get("Query").as_text()?).ok()?;
    let object = query.object();
    let is_hidden = |slot: &Slot| !ctx.access.can_read_field(object, *slot);
    if query.filtered().any(|slot| is_hidden(&slot)) {
        return None;
    }
    let def = org.catalog.object(object);
    Some(query.selected().filter(is_hidden).map(|slot| Arc::clone(&def.at(slot).name)).collect())
}

/// A topic reads on behalf of who created it; who may subscribe to it is another question.
fn owner_ctx(org: &Org, now: Timestamp, topic: RecordView<'_>) -> Option<Ctx> {
    let user = topic.at_opt(topic.object.system.created_by_id).as_id()?;
    let version = topic.get("ApiVersion").as_number().and_then(version_of).unwrap_or(ApiVersion::NEWEST);
    Some(Ctx { now, version, user, session: 0, access: org.access_of(now, user) })
}

/// Versions before the first that mockorg serves are read as that one.
fn version_of(number: rust_decimal::Decimal) -> Option<ApiVersion> {
    let number = u8::try_from(number.trunc()).ok()?;
    ApiVersion::new(number.max(ApiVersion::OLDEST.number()))
}

/// Checks a PushTopic, and works out what the old field of its operations says.
pub(super) fn before_topic(
    org: &Org,
    ctx: &Ctx,
    def: &SObjectDef,
    _: Option<&Record>,
    new: &mut Record,
) -> Result<(), ApiError> {
    let value = |name| new.get_opt(def.slot(name));
    let is_set = |name| value(name).is_true();
    let query = value("Query").as_text().unwrap_or_default();
    let version = value("ApiVersion").as_number().and_then(version_of).unwrap_or(ctx.version);
    let resolved = TopicQuery::resolve(org, &Ctx { version, ..ctx.clone() }, query)?;
    if value("NotifyForFields").as_text() == Some("Select") && resolved.selected().nth(1).is_none() {
        return Err(TopicQuery::refusal("the SELECT clause must have at least one field other than Id"));
    }
    let (create, update) = (is_set("NotifyForOperationCreate"), is_set("NotifyForOperationUpdate"));
    let operations = if is_set("NotifyForOperationDelete") || is_set("NotifyForOperationUndelete") {
        "Extended"
    } else {
        match (create, update) {
            (true, false) => "Create",
            (false, true) => "Update",
            _ => "All",
        }
    };
    new.set_opt(def.slot("NotifyForOperations"), Value::text(operations));
    Ok(())
}
