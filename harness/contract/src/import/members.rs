//! Writing the members of a definition: only what differs from its default.

use crate::Json;

/// The members of a definition under construction, in order.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(String, Json)>);

impl Members {
    pub(super) fn put(&mut self, key: &str, value: Json) {
        self.0.push((key.to_owned(), value));
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.put(key, Json::String(value.to_owned()));
    }

    pub(super) fn text_if(&mut self, key: &str, value: Option<&str>) {
        if let Some(text) = value.filter(|text| !text.is_empty()) {
            self.text(key, text);
        }
    }

    pub(super) fn flag(&mut self, key: &str, value: bool, default: bool) {
        if value != default {
            self.put(key, Json::Bool(value));
        }
    }

    pub(super) fn whole(&mut self, key: &str, value: u32, default: Option<u32>) {
        if Some(value) != default {
            self.put(key, Json::Number(value.to_string()));
        }
    }

    pub(super) fn into_json(self) -> Json {
        Json::Object(self.0)
    }
}

/// The definition of a system field that definitions only name, as its members.
pub(super) fn system_field(name: &str) -> Option<Json> {
    let (label, type_name, relationship) = match name {
        "Id" => ("Record ID", "id", None),
        "IsDeleted" => ("Deleted", "boolean", None),
        "CreatedDate" => ("Created Date", "datetime", None),
        "CreatedById" => ("Created By ID", "reference", Some("CreatedBy")),
        "LastModifiedDate" => ("Last Modified Date", "datetime", None),
        "LastModifiedById" => ("Last Modified By ID", "reference", Some("LastModifiedBy")),
        "SystemModstamp" => ("System Modstamp", "datetime", None),
        _ => return None,
    };
    let mut members = Members::default();
    members.text("name", name);
    members.text("label", label);
    members.text("type", type_name);
    if type_name != "boolean" && type_name != "id" {
        members.put("nillable", Json::Bool(false));
    }
    if type_name != "id" {
        members.put("createable", Json::Bool(false));
        members.put("updateable", Json::Bool(false));
    }
    if type_name != "boolean" {
        members.put("defaultedOnCreate", Json::Bool(true));
    }
    if type_name == "id" {
        members.put("idLookup", Json::Bool(true));
    }
    if let Some(relationship) = relationship {
        members.put("referenceTo", Json::Array(vec![Json::String("User".to_owned())]));
        members.text("relationshipName", relationship);
    }
    Some(members.into_json())
}

/// The entry that names a system field.
pub(super) fn system_entry(name: &str) -> Json {
    Json::Object(vec![("system".to_owned(), Json::String(name.to_owned()))])
}
