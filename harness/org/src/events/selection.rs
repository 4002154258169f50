//! Which objects have change events: those of the settings, and those that channel members select.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    Org, RecordId, RecordView,
    catalog::{Catalog, FieldDef, FieldType, Kind, ObjectIndex, SObjectDef},
};

/// The standard channel of all selected objects.
pub(crate) const STANDARD_CHANNEL: &str = "ChangeEvents";

/// The objects whose records decide what is captured.
const CONFIGURATION: [&str; 3] = ["PlatformEventChannel", "PlatformEventChannelMember", "PushTopic"];

/// What is captured of the changes of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    /// Whether its changes become change events.
    pub(super) selected: bool,
    /// The active PushTopics on it, ordered by id.
    pub(super) topics: Box<[RecordId]>,
}

impl Watch {
    pub(super) const fn is_idle(&self) -> bool {
        !self.selected && self.topics.is_empty()
    }
}

/// What is captured, by object; empty when nothing is.
pub(super) fn watches(org: &Org) -> Vec<Watch> {
    let catalog = &org.catalog;
    let mut watches = vec![Watch::default(); catalog.objects().len()];
    for name in &org.settings.change_data_capture {
        if let Some(def) = catalog.find_any(name).filter(|def| is_capturable(def)) {
            watches[def.index.index()].selected = true;
        }
    }
    for member in org.records("PlatformEventChannelMember") {
        if let Some(def) = member.get("SelectedEntity").as_text().and_then(|name| object_of(catalog, name)) {
            watches[def.index.index()].selected = true;
        }
    }
    for topic in org.records("PushTopic").filter(|topic| topic.get("IsActive").is_true()) {
        let object = topic.get("Query").as_text().and_then(crate::query::object_of_topic);
        if let Some(def) = object.and_then(|name| catalog.find_any(&name)) {
            let watch = &mut watches[def.index.index()];
            watch.topics = watch.topics.iter().copied().chain([topic.id()]).collect();
        }
    }
    if watches.iter().all(Watch::is_idle) { Vec::new() } else { watches }
}

/// Whether changes of an object's records become change events.
pub(crate) fn is_selected(org: &Org, def: &SObjectDef) -> bool {
    watches(org).get(def.index.index()).is_some_and(|watch| watch.selected)
}

/// Whether records of this object decide what is captured.
pub(super) fn is_configuration(catalog: &Catalog, object: ObjectIndex) -> bool {
    CONFIGURATION.contains(&&*catalog.object(object).name)
}

/// The members of a channel, ordered by id: `ChangeEvents`, or the id of a channel of the org's own.
pub(super) fn members<'o>(org: &'o Org, channel: &str) -> impl Iterator<Item = RecordView<'o>> {
    org.records("PlatformEventChannelMember").filter(move |member| {
        let own = member.get("EventChannel");
        own.as_text().is_some_and(|own| own.eq_ignore_ascii_case(channel))
    })
}

/// The objects that are selected for channels of the org's own only.
pub(super) fn only_elsewhere(org: &Org) -> BTreeSet<ObjectIndex> {
    let catalog = &org.catalog;
    let mut elsewhere = BTreeSet::new();
    let mut standard: BTreeSet<ObjectIndex> = org
        .settings
        .change_data_capture
        .iter()
        .filter_map(|name| catalog.find_any(name))
        .map(|def| def.index)
        .collect();
    for member in org.records("PlatformEventChannelMember") {
        let object = member.get("SelectedEntity").as_text().and_then(|name| object_of(catalog, name));
        let Some(object) = object else { continue };
        let on_standard = member.get("EventChannel").as_text() == Some(STANDARD_CHANNEL);
        if on_standard { &mut standard } else { &mut elsewhere }.insert(object.index);
    }
    elsewhere.retain(|object| !standard.contains(object));
    elsewhere
}

/// Whether changes of an object's records can become events: records with a history of their own do.
pub(crate) fn is_capturable(def: &SObjectDef) -> bool {
    def.kind == Kind::SObject
        && def.key_prefix.is_some()
        && def.system.last_modified_date.is_some()
        && !CONFIGURATION.contains(&&*def.name)
}

/// The name of an object's change event, such as `AccountChangeEvent` or `Rocket__ChangeEvent`.
#[must_use]
pub fn change_event_of(def: &SObjectDef) -> Arc<str> {
    match def.name.strip_suffix("__c") {
        Some(stem) => format!("{stem}__ChangeEvent").into(),
        None => format!("{}ChangeEvent", def.name).into(),
    }
}

/// The object by which a change event of this name is named, whether there are such events or not. Names of
/// events are case-sensitive.
#[must_use]
pub fn object_by_change_event<'c>(catalog: &'c Catalog, event: &str) -> Option<&'c SObjectDef> {
    let def = match event.strip_suffix("__ChangeEvent") {
        Some(stem) => catalog.find_any(&format!("{stem}__c")),
        None => catalog.find_any(event.strip_suffix("ChangeEvent")?),
    };
    def.filter(|def| *change_event_of(def) == *event)
}

/// The object whose changes become events of this name.
pub(super) fn object_of<'c>(catalog: &'c Catalog, event: &str) -> Option<&'c SObjectDef> {
    object_by_change_event(catalog, event).filter(|def| is_capturable(def))
}

/// Fields of records that change events never carry: the header names the record, the rest is worked out on
/// reading.
const ABSENT: [&str; 8] = [
    "Id",
    "IsDeleted",
    "MasterRecordId",
    "SystemModstamp",
    "LastActivityDate",
    "LastViewedDate",
    "LastReferencedDate",
    "PhotoUrl",
];

/// Whether change events lack the fields of this name, whatever the object.
#[must_use]
pub fn is_absent_from_changes(field: &str) -> bool {
    ABSENT.contains(&field)
}

/// Whether a change of a field is told in change events. Compounds are told by their parts.
pub(crate) fn is_carried(def: &SObjectDef, field: &FieldDef) -> bool {
    Some(field.slot) != def.system.id
        && !field.is_compound()
        && field.field_type != FieldType::Base64
        && !is_absent_from_changes(&field.name)
}
