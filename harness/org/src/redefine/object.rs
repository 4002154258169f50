//! From the components of an object to its definition file.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::{
    component::{Component, Components},
    element::{Element, Values},
    field, picklist,
    problem::ComponentProblem,
    source::Source,
};
use crate::{
    ErrorCode,
    catalog::{Catalog, SObjectDef},
};

/// What no custom object of the org's own can be, by the end of its name.
const OTHER_KINDS: &[(&str, &str)] = &[
    ("__mdt", "custom metadata types"),
    ("__b", "big objects"),
    ("__x", "external objects"),
    ("__kav", "article types"),
];

/// What an object is that is no custom object, by its name.
pub(crate) fn other_kind(name: &str) -> Option<&'static str> {
    OTHER_KINDS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, what)| *what)
}

/// A definition file that components give: where it comes from, and its text.
pub(crate) type Definition = (Box<str>, String);

/// The definition files of all objects that have components.
///
/// # Errors
///
/// The components that cannot be used, with the reason.
pub(crate) fn definitions(
    components: &Components,
    base: &Catalog,
    current: &Catalog,
) -> Result<Vec<Definition>, Vec<ComponentProblem>> {
    let source = Source { components, catalog: base };
    let mut objects: BTreeMap<String, Box<str>> = BTreeMap::new();
    for component in components.of("CustomObject") {
        objects
            .entry(component.full_name.to_ascii_lowercase())
            .or_insert_with(|| component.full_name.clone());
    }
    for kind in ["CompactLayout", "CustomField", "ListView", "RecordType", "ValidationRule"] {
        for component in components.of(kind) {
            let object = component.parts().0;
            objects.entry(object.to_ascii_lowercase()).or_insert_with(|| object.into());
        }
    }
    let mut prefixes = Prefixes::of(base, current);
    let (mut definitions, mut problems) = (Vec::new(), Vec::new());
    for name in objects.values() {
        match definition(source, name, &mut prefixes, current) {
            Ok(json) => definitions.push((name.clone(), json.to_string())),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(definitions) } else { Err(problems) }
}

fn definition(
    source: Source<'_>,
    name: &str,
    prefixes: &mut Prefixes<'_>,
    current: &Catalog,
) -> Result<Json, Vec<ComponentProblem>> {
    let own = super::kinds::kind("CustomObject").and_then(|kind| source.components.get(kind, name));
    let known = source.catalog.find_any(name);
    let problem = |component: Option<&Component>, code, what: String| {
        let nothing = Component { kind: "CustomObject".into(), full_name: name.into(), values: Vec::new() };
        ComponentProblem::new(component.unwrap_or(&nothing), code, what)
    };
    if let Some(what) = other_kind(name) {
        return Err(vec![problem(
            own,
            ErrorCode::NotModelled,
            format!("{what} are not modelled by mockorg"),
        )]);
    }
    let mut object = match (known, own) {
        (Some(known), _) => {
            json!({"name": &*known.name, "label": &*known.label, "extends": true, "fields": []})
        }
        (None, Some(own)) => begin(own, prefixes, current, source.components)
            .map_err(|(code, what)| vec![problem(Some(own), code, what)])?,
        (None, None) => {
            let inner = ["CustomField", "RecordType", "ValidationRule", "ListView", "CompactLayout"]
                .iter()
                .find_map(|kind| source.components.of_object(kind, name).next());
            let what = format!("Entity of type 'CustomObject' named '{name}' cannot be found");
            return Err(vec![problem(inner, ErrorCode::InvalidCrossReferenceKey, what)]);
        }
    };
    let mut problems = Vec::new();
    let mut fields = Vec::new();
    for component in source.components.of_object("CustomField", name) {
        match field::definition(source, name, component.parts().1, &component.values) {
            Ok(entries) => fields.extend(entries),
            Err(what) => problems.push(problem(Some(component), ErrorCode::FieldIntegrityException, what)),
        }
    }
    if let Some(list) = object["fields"].as_array_mut() {
        list.extend(fields);
    }
    let mut list = |member: &str, kind: &'static str, make: fn(&Component) -> Json| {
        let entries: Vec<Json> = source.components.of_object(kind, name).map(make).collect();
        if !entries.is_empty() {
            object[member] = Json::Array(entries);
        }
    };
    list("validationRules", "ValidationRule", validation_rule);
    list("recordTypeDefinitions", "RecordType", record_type);
    list("listViews", "ListView", list_view);
    list("compactLayouts", "CompactLayout", compact_layout);
    if let Some(default) = own.and_then(|own| own.values.text("compactLayoutAssignment"))
        && let Some(layouts) = object.get_mut("compactLayouts").and_then(Json::as_array_mut)
    {
        for layout in layouts.iter_mut().filter(|layout| layout["developerName"] == default) {
            layout["default"] = true.into();
        }
    }
    if problems.is_empty() { Ok(object) } else { Err(problems) }
}

/// A custom object or platform event with what each of them has.
fn begin(
    own: &Component,
    prefixes: &mut Prefixes<'_>,
    current: &Catalog,
    components: &Components,
) -> Result<Json, (ErrorCode, String)> {
    let wrong = |what: &str| Err((ErrorCode::FieldIntegrityException, what.to_owned()));
    let name = &*own.full_name;
    let values = own.values.as_slice();
    let Some(label) = values.text("label") else {
        return wrong("Must specify a non-empty label for the CustomObject");
    };
    let plural = values.text("pluralLabel");
    if name.ends_with("__e") {
        let mut event = json!({"kind": "platformEvent", "name": name, "label": label, "fields": []});
        if let Some(plural) = plural {
            event["labelPlural"] = plural.into();
        }
        if let Some(behavior) = values.text("publishBehavior") {
            event["publishBehavior"] = behavior.into();
        }
        if let Some(prefix) = prefixes.kept(current, name) {
            event["keyPrefix"] = prefix.into();
        }
        return Ok(event);
    }
    if !name.ends_with("__c") {
        let what = format!("there is no standard object {name}");
        return Err((ErrorCode::InvalidCrossReferenceKey, what));
    }
    if values.text("customSettingsType").is_some() {
        return Err((ErrorCode::NotModelled, "custom settings are not modelled by mockorg".to_owned()));
    }
    if plural.is_none() {
        return wrong("Must specify a non-empty pluralLabel for the CustomObject");
    }
    let Some(name_field) = values.value("nameField") else {
        return wrong("Must specify a nameField for the CustomObject");
    };
    let Some(prefix) = prefixes.kept(current, name).or_else(|| prefixes.next()) else {
        return wrong("there are no key prefixes left");
    };
    let children = components.of_object("CustomField", name);
    let is_detail = children.into_iter().any(|field| field.values.text("type") == Some("MasterDetail"));
    let mut fields = vec![json!({"system": "Id"})];
    if !is_detail {
        fields.push(json!({
            "name": "OwnerId", "label": "Owner ID", "type": "reference", "nillable": false, "defaultedOnCreate": true,
            "referenceTo": ["Group", "User"], "relationshipName": "Owner",
        }));
    }
    fields.push(json!({"system": "IsDeleted"}));
    fields.push(name_of(&name_field.children, label));
    if components.of_object("RecordType", name).next().is_some() {
        fields.push(json!({
            "name": "RecordTypeId", "label": "Record Type ID", "type": "reference", "referenceTo": ["RecordType"],
            "relationshipName": "RecordType", "defaultedOnCreate": true,
        }));
    }
    for system in ["CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"] {
        fields.push(json!({"system": system}));
    }
    if values.says("enableActivities") {
        fields.push(json!({
            "name": "LastActivityDate", "label": "Last Activity Date", "type": "date", "createable": false, "updateable": false,
        }));
    }
    Ok(json!({
        "name": name, "label": label, "labelPlural": plural, "keyPrefix": prefix, "custom": true,
        "feedEnabled": values.says("enableFeeds"),
        "searchLayoutable": true,
        "calls": ["create", "delete", "describeLayout", "describeSObjects", "getDeleted", "getUpdated", "query", "retrieve",
            "search", "undelete", "update", "upsert"],
        "fields": fields,
    }))
}

/// The Name field of a custom object.
fn name_of(values: &[Element], object_label: &str) -> Json {
    let label = values.text("label").map_or_else(|| format!("{object_label} Name"), ToOwned::to_owned);
    if values.text("type") == Some("AutoNumber") {
        return json!({
            "name": "Name", "label": label, "type": "string", "length": 80, "nameField": true, "idLookup": true, "autoNumber": true,
            "autoNumberFormat": values.text("displayFormat").unwrap_or("{0}"), "nillable": false,
        });
    }
    json!({"name": "Name", "label": label, "type": "string", "length": 80, "nameField": true, "idLookup": true})
}

fn validation_rule(component: &Component) -> Json {
    let values = component.values.as_slice();
    let mut rule = json!({
        "name": component.parts().1,
        "active": values.says("active"),
        "condition": values.text("errorConditionFormula").unwrap_or_default(),
        "message": values.text("errorMessage").unwrap_or_default(),
    });
    put(&mut rule, "field", values.text("errorDisplayField"));
    put(&mut rule, "description", values.text("description"));
    rule
}

fn record_type(component: &Component) -> Json {
    let values = component.values.as_slice();
    let mut picklists = Map::new();
    for list in values.every("picklistValues") {
        let Some(field) = list.children.text("picklist") else { continue };
        let named = || list.children.every("values");
        let name = |value: &Element| value.children.text("fullName").map(picklist::plain_name);
        let names: Vec<String> = named().filter_map(name).collect();
        let mut entry = json!({"values": names});
        let default = named().find(|value| value.children.says("default"));
        put(&mut entry, "default", default.and_then(name).as_deref());
        picklists.insert(field.to_owned(), entry);
    }
    let mut own = json!({
        "developerName": component.parts().1,
        "label": component.label().unwrap_or(component.parts().1),
        "active": values.text("active") != Some("false"),
        "picklists": picklists,
    });
    put(&mut own, "description", values.text("description"));
    own
}

fn list_view(component: &Component) -> Json {
    let values = component.values.as_slice();
    let mut view = json!({
        "developerName": component.parts().1,
        "label": component.label().unwrap_or(component.parts().1),
        "scope": if values.text("filterScope") == Some("Mine") { "mine" } else { "everything" },
        "columns": values.every("columns").map(|column| column_name(&column.text)).collect::<Vec<_>>(),
        "filters": values.every("filters").map(|item| {
            let mut filter = field::filter(&item.children);
            let name = filter["field"].as_str().map(column_name).unwrap_or_default();
            filter["field"] = name.into();
            filter
        }).collect::<Vec<_>>(),
    });
    put(&mut view, "filterLogic", values.text("booleanFilter"));
    view
}

/// The field path of a column, which list views of custom objects name in words of their own.
fn column_name(column: &str) -> String {
    match column {
        "NAME" => "Name",
        "OWNER.ALIAS" => "Owner.Alias",
        "CREATED_DATE" => "CreatedDate",
        "LAST_UPDATE" => "LastModifiedDate",
        "CREATEDBY_USER.ALIAS" => "CreatedBy.Alias",
        "UPDATEDBY_USER.ALIAS" => "LastModifiedBy.Alias",
        "RECORDTYPE" => "RecordType.Name",
        other => other,
    }
    .to_owned()
}

fn compact_layout(component: &Component) -> Json {
    json!({
        "developerName": component.parts().1,
        "label": component.label().unwrap_or(component.parts().1),
        "fields": component.values.every("fields").map(|field| &*field.text).collect::<Vec<_>>(),
    })
}

fn put(object: &mut Json, member: &str, text: Option<&str>) {
    if let Some(text) = text {
        object[member] = text.into();
    }
}

/// Key prefixes of custom objects: `a00`, `a01`, and so on.
struct Prefixes<'a> {
    base: &'a Catalog,
    current: &'a Catalog,
    given: u32,
}

impl<'a> Prefixes<'a> {
    const fn of(base: &'a Catalog, current: &'a Catalog) -> Self {
        Self { base, current, given: 0 }
    }

    /// The prefix that an object has already.
    fn kept(&self, current: &Catalog, name: &str) -> Option<String> {
        let def: &SObjectDef = current.find_any(name)?;
        def.key_prefix.map(|prefix| String::from_utf8_lossy(&prefix).into_owned())
    }

    /// The next prefix that nothing has.
    fn next(&mut self) -> Option<String> {
        const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        while self.given < 62 * 62 {
            let at = self.given as usize;
            self.given += 1;
            let prefix = [b'a', DIGITS[at / 62], DIGITS[at % 62]];
            let taken =
                |catalog: &Catalog| catalog.objects().iter().any(|object| object.key_prefix == Some(prefix));
            if !taken(self.base) && !taken(self.current) {
                return Some(String::from_utf8_lossy(&prefix).into_owned());
            }
        }
        None
    }
}
