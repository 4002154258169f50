//! An object of a describe answer as a definition.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    definition::Definition,
    error::ImportError,
    field::{self, Surroundings, field},
    members::{Members, system_field},
    relations::{Relations, lower},
    report::Rows,
    standard,
    view::{View, is_api_name, says_nothing},
};
use crate::{ApiVersion, Json};

/// The members of an object that definitions have, or that follow from what they have.
const KNOWN: [&str; 32] = [
    "activateable",
    "associateEntityType",
    "associateParentEntity",
    "childRelationships",
    "compactLayoutable",
    "createable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deletable",
    "feedEnabled",
    "fields",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
    "keyPrefix",
    "label",
    "labelPlural",
    "layoutable",
    "mergeable",
    "mruEnabled",
    "name",
    "queryable",
    "recordTypeInfos",
    "replicateable",
    "retrieveable",
    "searchLayoutable",
    "searchable",
    "supportedScopes",
    "triggerable",
    "undeletable",
    "updateable",
];
/// Members that are about the answer, not about the object.
const ABOUT_THE_ANSWER: [&str; 3] = ["attributes", "sobjectDescribeOption", "urls"];
/// Members that say which calls exist, in the order in which definitions list the calls.
const CALLS: [(&str, &[&str]); 9] = [
    ("createable", &["create"]),
    ("deletable", &["delete"]),
    ("layoutable", &["describeLayout"]),
    ("replicateable", &["getDeleted", "getUpdated"]),
    ("mergeable", &["merge"]),
    ("queryable", &["query"]),
    ("retrieveable", &["retrieve"]),
    ("searchable", &["search"]),
    ("undeletable", &["undelete"]),
];
/// Flags that are false when a definition leaves them out.
const PLAIN_FLAGS: [&str; 7] = [
    "customSetting",
    "deepCloneable",
    "feedEnabled",
    "activateable",
    "hasSubtypes",
    "isSubtype",
    "isInterface",
];

/// What an object needs to know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbours<'a> {
    pub(super) global: Option<&'a Json>,
    pub(super) relations: &'a Relations,
    /// Mockorg's own definition of the object.
    pub(super) standard: Option<&'a Json>,
    /// Whether what mockorg knows and the answer does not show is left out.
    pub(super) exact: bool,
}

/// Turns a describe answer into a definition.
///
/// # Errors
///
/// As [`super::definition`].
pub(super) fn object(
    describe: &Json,
    origin: &str,
    around: Neighbours<'_>,
) -> Result<Definition, ImportError> {
    let bare = View::new(describe, origin, "")?;
    let name = bare.needed_text("name")?;
    if !is_api_name(name) {
        return Err(bare.error("name", "is no API name: letters, digits and underscores, a letter first"));
    }
    if describe.get("fields").is_none() {
        return Err(bare.error("fields", "is missing: this is no describe of one object"));
    }
    let mut rows = Rows::new(name);
    let view = bare.or(in_global(around.global, name)).or(around.standard);
    let version = version_of(describe);
    let custom_event = name.ends_with("__e");
    let nested = around.relations.is_nested(name);
    let kind = if nested {
        "eventSubObject"
    } else if custom_event || view.own("urls").is_some_and(|urls| urls.get("eventSchema").is_some()) {
        "platformEvent"
    } else {
        around.standard.and_then(|own| own.get("kind")).and_then(Json::as_str).unwrap_or("sobject")
    };
    not_carried(&view, &mut rows);
    let mut members = Members::default();
    if kind != "sobject" {
        members.text("kind", kind);
    }
    members.text("name", name);
    let label = view.text("label")?.filter(|label| !label.is_empty()).unwrap_or(name);
    members.text("label", label);
    let plural = view.text("labelPlural")?.filter(|plural| *plural != format!("{label}s"));
    members.text_if("labelPlural", plural);
    let key_prefix = key_prefix(&view, &mut rows)?;
    members.text_if("keyPrefix", key_prefix);
    if let Some(own) = around.standard {
        standard::versions(own, version, &mut members);
    }
    let calls = calls(&view, around.standard, &mut rows)?;
    if custom_event {
        if calls != ["create", "describeSObjects"] {
            rows.add("", "calls", "events can be created and described, and nothing else");
        }
    } else {
        let listed = calls.iter().map(|call| Json::String((*call).to_owned())).collect();
        members.put("calls", Json::Array(listed));
    }
    let custom = view.flag("custom")?.unwrap_or(name.ends_with("__c"));
    members.flag("custom", custom, custom_event);
    publishing(name, kind, custom_event, around.standard, &mut members, &mut rows);
    for key in PLAIN_FLAGS {
        members.flag(key, view.flag(key)?.unwrap_or(false), false);
    }
    let can = |call: &str| calls.contains(&call);
    let by_calls = [
        ("mruEnabled", can("create") && key_prefix.is_some()),
        ("triggerable", can("create")),
        ("compactLayoutable", can("describeLayout")),
        ("searchLayoutable", can("search")),
    ];
    for (key, default) in by_calls {
        members.flag(key, view.flag(key)?.unwrap_or(default), default);
    }
    let fields = fields(&view, around, custom, custom_event, version, &mut rows)?;
    record_types(&view, &fields, &mut members, &mut rows)?;
    scopes(&view, &mut members)?;
    if fields.is_empty() && !custom_event {
        return Err(view.error("fields", "holds no field that a definition can have"));
    }
    let own = fields.len();
    members.put("fields", Json::Array(fields.into_values_in_order()));
    Ok(Definition { name: name.to_owned(), fields: own, custom, json: members.into_json(), rows: rows.rows })
}

/// The object's entry in the answer that lists all objects.
fn in_global<'a>(global: Option<&'a Json>, name: &str) -> Option<&'a Json> {
    let entries = global?.get("sobjects")?.items()?;
    entries.iter().find(|entry| entry.get("name").and_then(Json::as_str) == Some(name))
}

/// The version that answered, which its addresses tell.
pub(super) fn version_of(describe: &Json) -> Option<ApiVersion> {
    let address = describe.get("urls")?.get("sobject")?.as_str()?;
    ApiVersion::parse(address.strip_prefix("/services/data/")?.split('/').next()?)
}

fn not_carried(view: &View<'_>, rows: &mut Rows) {
    for key in view.keys() {
        let known = KNOWN.contains(&key) || ABOUT_THE_ANSWER.contains(&key) || key.starts_with('_');
        if !known && view.own(key).is_some_and(|value| !says_nothing(value)) {
            rows.add("", key, "definitions have no place for it");
        }
    }
    let absent = |key: &&&str| view.own(key).is_none() && !key.starts_with("associate");
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        KNOWN.iter().filter(absent).partition(|key| view.raw(key).is_some());
    let stand_ins = [(known, "what mockorg or the list of objects says"), (unknown, "the defaults")];
    for (keys, stands) in stand_ins.into_iter().filter(|(keys, _)| !keys.is_empty()) {
        rows.add("", "", format!("absent from the describe: {}; {stands} stand", keys.join(", ")));
    }
    let of = view.own("associateEntityType").and_then(Json::as_str);
    if let Some(kind) = of {
        rows.add("", "associateEntityType", format!("the mock writes no rows of the kind {kind} by itself"));
    }
}

fn key_prefix<'a>(view: &View<'a>, rows: &mut Rows) -> Result<Option<&'a str>, ImportError> {
    let Some(prefix) = view.text("keyPrefix")?.filter(|prefix| !prefix.is_empty()) else { return Ok(None) };
    if prefix.len() == 3 && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(Some(prefix));
    }
    rows.add("", "keyPrefix", "is not three letters or digits; the object gets none");
    Ok(None)
}

/// The supported calls, in the order of definitions.
fn calls(
    view: &View<'_>,
    standard: Option<&Json>,
    rows: &mut Rows,
) -> Result<Vec<&'static str>, ImportError> {
    let known: Option<Vec<&str>> = standard
        .and_then(|own| own.get("calls"))
        .and_then(Json::items)
        .map(|calls| calls.iter().filter_map(Json::as_str).collect());
    let mut calls = vec!["describeSObjects"];
    for (key, meant) in CALLS {
        let by_default = match &known {
            Some(known) => meant.iter().all(|call| known.contains(call)),
            None => key != "mergeable",
        };
        if view.flag(key)?.unwrap_or(by_default) || (key == "undeletable" && restorable_only(view)?) {
            calls.extend(meant);
        }
    }
    let update_by_default = known.as_ref().is_none_or(|known| known.contains(&"update"));
    if view.flag("updateable")?.unwrap_or(update_by_default) {
        calls.push("update");
        // No flag of a describe tells of it: what can be created and changed can be upserted.
        if calls.contains(&"create") {
            calls.push("upsert");
        }
    }
    if standard.is_none() && view.raw("createable").is_none() {
        rows.add(
            "",
            "calls",
            "the describe does not tell which calls there are; all but merge are taken to exist",
        );
    }
    calls.sort_unstable();
    Ok(calls)
}

/// Whether records can be restored though nobody may delete them: such an object says that it cannot be undeleted,
/// and yet has the address that only restorable objects have.
fn restorable_only(view: &View<'_>) -> Result<bool, ImportError> {
    let address = view.own("urls").and_then(|urls| urls.get("approvalLayouts"));
    Ok(address.is_some() && view.flag("deletable")? == Some(false))
}

fn publishing(
    name: &str,
    kind: &str,
    custom_event: bool,
    standard: Option<&Json>,
    members: &mut Members,
    rows: &mut Rows,
) {
    let known = |key: &str| standard.and_then(|own| own.get(key)).and_then(Json::as_str);
    if custom_event {
        match known("publishBehavior") {
            Some(behavior) => members.text("publishBehavior", behavior),
            None => rows.add(
                "",
                "publishBehavior",
                "describe answers do not tell it; PublishImmediately stands, the platform's default",
            ),
        }
    } else if kind == "platformEvent" {
        let channel = format!("/event/{name}");
        members.text("subscriptionChannel", known("subscriptionChannel").unwrap_or(&channel));
    }
}

fn scopes(view: &View<'_>, members: &mut Members) -> Result<(), ImportError> {
    let mut scopes = Vec::new();
    for scope in view.objects("supportedScopes")? {
        let mut own = Members::default();
        let name = scope.needed_text("name")?;
        own.text("name", name);
        own.text("label", scope.text("label")?.filter(|label| !label.is_empty()).unwrap_or(name));
        scopes.push(own.into_json());
    }
    if !scopes.is_empty() {
        members.put("supportedScopes", Json::Array(scopes));
    }
    Ok(())
}

fn record_types(
    view: &View<'_>,
    fields: &Fields,
    members: &mut Members,
    rows: &mut Rows,
) -> Result<(), ImportError> {
    let default = fields.contains("recordtypeid");
    if view.raw("recordTypeInfos").is_none() {
        return Ok(());
    }
    let infos = view.objects("recordTypeInfos")?;
    for info in &infos {
        if !info.flag("master")?.unwrap_or(false) {
            let name = info.text("developerName")?.or(info.text("name")?).unwrap_or_default();
            let reason = format!("record types are records: put {name} into the org file as a RecordType");
            rows.add("", "recordTypeInfos", reason);
        }
    }
    members.flag("recordTypes", !infos.is_empty(), default);
    Ok(())
}

/// The entries of an object's fields, in order, and their names.
#[derive(Debug, Default)]
pub(super) struct Fields {
    entries: Vec<Json>,
    names: BTreeSet<String>,
}

impl Fields {
    pub(super) fn contains(&self, lower_name: &str) -> bool {
        self.names.contains(lower_name)
    }

    pub(super) fn push(&mut self, name: &str, entry: Json) {
        self.names.insert(lower(name));
        self.entries.push(entry);
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn into_values_in_order(self) -> Vec<Json> {
        self.entries
    }
}

fn fields(
    view: &View<'_>,
    around: Neighbours<'_>,
    custom_object: bool,
    custom_event: bool,
    version: Option<ApiVersion>,
    rows: &mut Rows,
) -> Result<Fields, ImportError> {
    let object_name = view.needed_text("name")?;
    let known = standard::fields_of(around.standard);
    let mut fields = Fields::default();
    let (mut seen, mut relationships) = (BTreeSet::new(), BTreeSet::new());
    let mut absent: BTreeMap<&str, usize> = BTreeMap::new();
    let mut named = false;
    let own = view.objects("fields")?;
    for (at, entry) in own.iter().enumerate() {
        let name = entry.needed_text("name")?;
        let shown: String = name.chars().take(80).collect();
        let entry = entry.clone().at(format!("fields[{at}] ({shown})"));
        if !seen.insert(lower(name)) {
            return Err(entry.error("name", "an earlier field has the same name but for its case"));
        }
        let own_definition = known.get(&lower(name)).copied();
        let system = own_definition.and_then(|own| own.get("system")).and_then(Json::as_str);
        let filled = system.and_then(system_field);
        let stand_in = filled.as_ref().or(own_definition);
        for key in field::KNOWN.iter().filter(|key| entry.own(key).is_none()) {
            *absent.entry(key).or_default() += 1;
        }
        let around = Surroundings {
            relation: around.relations.of(object_name, name),
            standard: stand_in,
            custom_object,
            custom_event,
            named,
        };
        let filled_view = stand_in_view(&entry, stand_in);
        let converted = field(&filled_view, around, rows)?;
        named |= filled_view.flag("nameField")? == Some(true);
        let Some(converted) = converted else { continue };
        let mut converted = match own_definition {
            Some(own) => standard::with_versions(converted, own, version),
            None => converted,
        };
        unique_relationship(&mut converted, name, &mut relationships, rows);
        fields.push(name, converted);
    }
    let mut by_count: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (key, count) in absent {
        by_count.entry(count).or_default().push(key);
    }
    for (count, keys) in by_count {
        let reason = format!(
            "absent from {count} of {} fields: {}; what mockorg knows of a field, or the default for its type, stands",
            own.len(),
            keys.join(", ")
        );
        rows.add("", "fields", reason);
    }
    standard::add_absent(&mut fields, around.standard, version, around.exact, rows);
    Ok(fields)
}

fn stand_in_view<'a>(entry: &View<'a>, stand_in: Option<&'a Json>) -> View<'a> {
    entry.clone().or(stand_in)
}

/// Two references of one name would make paths ambiguous, and the mock refuses them.
fn unique_relationship(entry: &mut Json, name: &str, taken: &mut BTreeSet<String>, rows: &mut Rows) {
    let Some(relationship) = entry.get("relationshipName").and_then(Json::as_str) else { return };
    if !taken.insert(lower(relationship)) {
        rows.add(
            name,
            "relationshipName",
            "an earlier field has this relationship name; it stays without one",
        );
        if let Json::Object(members) = entry {
            members.retain(|(key, _)| key != "relationshipName");
        }
    }
}
